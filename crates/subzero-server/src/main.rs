//! The server's command line.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use subzero_server::{Config, Network, ServeError, Server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Takes what Subzero's tills recorded, puts it in order, hands it out.
#[derive(Parser)]
#[command(name = "subzero-server", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder the database is in; made when it is not there.
    #[arg(long)]
    data: PathBuf,
    /// Folder with the built page; without it only the API is served.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Make a demo account in an empty database and tell everyone its sign-ins.
    #[arg(long)]
    demo: bool,
    /// The database was put back from a backup: tills send again what it lacks.
    #[arg(long)]
    restored: bool,
    #[command(flatten)]
    way: WayHere,
}

/// How requests get here.
#[derive(Args)]
struct WayHere {
    /// Browsers reach this server by HTTPS only, through a proxy: they are told to stay with it.
    #[arg(long)]
    behind_https: bool,
    /// Every request comes through one proxy, whose X-Forwarded-For and X-Forwarded-Proto are true.
    #[arg(long)]
    trust_proxy: bool,
}

impl From<WayHere> for Network {
    fn from(WayHere { behind_https, trust_proxy }: WayHere) -> Self {
        Self { behind_https, trust_proxy, ..Self::default() }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ServeError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(asked).await.map_err(|error| ServeError::Port(asked, error))?;
    let address = listener.local_addr()?;
    let Arguments { data, page, demo, restored, way, .. } = arguments;
    let server = Server::open(Config { data, page, demo, restored, network: way.into() }).await?;
    let mut out = std::io::stdout().lock();
    if let Some(sign_ins) = &server.demo {
        write!(out, "{sign_ins}")?;
    }
    writeln!(out, "listening on http://{address}")?;
    out.flush()?;
    drop(out);
    server
        .run(listener, async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
        .await
}
