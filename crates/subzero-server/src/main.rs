//! The server's command line.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use subzero_server::db::Place;
use subzero_server::{Config, ServeError, Server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Takes what Subzero's tills recorded, puts it in order, hands it out.
#[derive(Parser)]
#[command(name = "subzero-server", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder the database is in, for one process; made when it is not there.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `PostgreSQL` the database is in, for any number of processes. With a password in it, it belongs in the environment, where others on this
    /// machine do not see it.
    #[arg(long, value_name = "postgres://USER:PASSWORD@HOST/NAME", env = "SUBZERO_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Folder with the built page; without it only the API is served.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Make a demo account in an empty database and tell everyone its sign-ins.
    #[arg(long)]
    demo: bool,
    /// The database was put back from a backup: tills send again what it lacks. Said to one process, once.
    #[arg(long)]
    restored: bool,
}

impl Arguments {
    /// One of the two: which of them was meant is not guessed.
    fn place(&self) -> Result<Place, ServeError> {
        match (&self.data, &self.database) {
            (Some(folder), None) => Ok(Place::Folder(folder.clone())),
            (None, Some(address)) => Ok(Place::Postgres(address.parse()?)),
            (None, None) => Err(ServeError::NoPlace),
            (Some(_), Some(_)) => Err(ServeError::TwoPlaces),
        }
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
    let data = arguments.place()?;
    let Arguments { page, demo, restored, .. } = arguments;
    let server = Server::open(Config { data, page, demo, restored }).await?;
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
