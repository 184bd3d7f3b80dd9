//! The server's command line.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use subzero_server::import_file::{self, ImportFileError};
use subzero_server::{Config, ServeError, Server};
use subzero_sync::wire::RescueReply;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Takes what Subzero's tills recorded, puts it in order, hands it out.
#[derive(Parser)]
#[command(name = "subzero-server", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder the database is in; made when it is not there.
    #[arg(long, required = true)]
    data: Option<PathBuf>,
    /// Folder with the built page; without it only the API is served.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Make a demo account in an empty database and tell everyone its sign-ins.
    #[arg(long)]
    demo: bool,
    /// The database was put back from a backup: tills send again what it lacks.
    #[arg(long)]
    restored: bool,
}

/// What to do other than serve.
#[derive(Subcommand)]
enum Command {
    /// Takes in a file of what a register had not sent, as the sync status of a register saves it.
    Import {
        /// The file.
        file: PathBuf,
        /// Folder the database is in.
        #[arg(long)]
        data: PathBuf,
    },
}

/// Why the program ends.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// It cannot serve.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// It cannot import.
    #[error(transparent)]
    Import(#[from] ImportFileError),
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Command::Import { file, data }) => import(&file, &data).await.map_err(Failure::from),
        None => run(arguments).await.map_err(Failure::from),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn import(file: &Path, data: &Path) -> Result<(), ImportFileError> {
    let reply = import_file::import(file, data).await?;
    let RescueReply { device, stored, known, flagged, aside } = reply;
    let said =
        format!("register {device}: {stored} stored ({flagged} flagged), {known} known already, {aside} put aside");
    // Stored they are, whoever reads it.
    let _ = writeln!(std::io::stdout(), "{said}");
    Ok(())
}

async fn run(arguments: Arguments) -> Result<(), ServeError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(asked).await.map_err(|error| ServeError::Port(asked, error))?;
    let address = listener.local_addr()?;
    let Arguments { data, page, demo, restored, .. } = arguments;
    // Without a subcommand it is required.
    let data = data.unwrap_or_default();
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
