//! The server's command line.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use subzero_ledger::ids::DeviceId;
use subzero_server::db::{Db, Place};
use subzero_server::fold::SNAPSHOT_AFTER;
use subzero_server::import_file::{self, ImportFileError};
use subzero_server::metrics::{self, Metrics};
use subzero_server::opening::{self, Opened, Opening, OpeningError};
use subzero_server::operator::{self, OperatorError, Which};
use subzero_server::{Config, DAILY_MEGABYTES, Network, ServeError, Server};
use subzero_sync::wire::RescueReply;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::CommandError;
use crate::log::Format;

mod commands;
mod log;

/// Takes what Subzero's tills recorded, puts it in order, hands it out.
#[derive(Parser)]
#[command(name = "subzero-server", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    #[command(flatten)]
    place: WhereItIs,
    /// Folder with the built page; without it only the API is served.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Make a demo account in an empty database and tell everyone its sign-ins.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    way: WayHere,
    /// Port on 127.0.0.1 for figures that Prometheus reads, under /metrics; without it there are none. 0 takes a free one.
    #[arg(long)]
    metrics_port: Option<u16>,
    /// Rows of an account after which it is folded into a snapshot, with which a new device begins; 0 folds none.
    #[arg(long, value_name = "ROWS", default_value_t = SNAPSHOT_AFTER)]
    snapshot_after: u64,
    /// Megabytes that one register may write in a day: a busy one writes less than one. Eight times as much for all of an account, a tenth for one
    /// whose access has ended.
    #[arg(long, value_name = "MB", default_value_t = DAILY_MEGABYTES, value_parser = clap::value_parser!(u32).range(1..512))]
    daily_megabytes: u32,
    /// After each failover of a `PostgreSQL`, or way back from its backup, somebody runs `restore --database`: for one that does not say whether it is
    /// the one it was.
    #[arg(long)]
    failover_by_hand: bool,
    /// This machine's clock is right, though it was later when the database was last used.
    #[arg(long)]
    clock_is_right: bool,
    /// How the log on the standard error output is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    log_format: Format,
}

/// What to do other than serve.
#[derive(Subcommand)]
enum Command {
    /// Opens an account: a business with its shops and its owner. Prints the owner's password and PIN, once.
    Account {
        #[command(flatten)]
        place: WhereItIs,
        /// What the business is called.
        #[arg(long)]
        name: String,
        /// Three capital letters, as in GBP.
        #[arg(long)]
        currency: String,
        /// What the owner is called.
        #[arg(long)]
        owner: String,
        /// The owner's e-mail address, to pair tills with.
        #[arg(long)]
        email: String,
        /// What a shop is called; once for each.
        #[arg(long, required = true)]
        shop: Vec<String>,
    },
    /// Takes in a file of what a register had not sent, as *Sync* on a register saves it.
    Import {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: WhereItIs,
    },
    /// Ends a register's access: it is told nothing any more, and what it recorded is still taken. Pairing it again lets it in.
    Revoke {
        #[command(flatten)]
        place: WhereItIs,
        #[command(flatten)]
        register: Meant,
    },
    /// Says which shops a register may see and record for from now on. As it is paired it may all that there are.
    Grant {
        #[command(flatten)]
        place: WhereItIs,
        #[command(flatten)]
        register: Meant,
        /// What a shop is called; once for each.
        #[arg(long, required = true)]
        shop: Vec<String>,
    },
    /// Makes a new password for an owner who has forgotten theirs, or whose others know. Prints it, once.
    Password {
        #[command(flatten)]
        place: WhereItIs,
        /// The owner's e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Makes the owner of an account an active owner again, where the books say that nobody is. Prints the new PIN, once.
    Owner {
        #[command(flatten)]
        place: WhereItIs,
        /// The owner's e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Writes one account, whole, into a new file of JSON lines, without passwords, tokens and PINs.
    Export {
        /// The file; one that is there is left as it is.
        to: PathBuf,
        /// The e-mail address of the account's owner.
        #[arg(long, value_name = "EMAIL")]
        account: String,
        #[command(flatten)]
        place: WhereItIs,
    },
    /// Writes everything in a data folder into one new file, also while a server has it, and says what the file holds.
    Backup {
        /// The file; one that is there is left as it is.
        to: PathBuf,
        #[command(flatten)]
        place: WhereItIs,
    },
    /// Puts a backup in the place of an empty folder, and begins another history, so that every till sends again what the backup lacks. With
    /// --database and no file: says so of a `PostgreSQL` that was put back by its own means.
    Restore {
        /// The backup. It is read to its end first.
        from: Option<PathBuf>,
        #[command(flatten)]
        place: WhereItIs,
    },
    /// Reads everything that is stored and holds it to what was promised; says what is wrong and where. Changes nothing.
    Verify {
        /// A backup; without it the database that is named.
        file: Option<PathBuf>,
        #[command(flatten)]
        place: WhereItIs,
    },
}

/// Why the program ends.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// It cannot serve.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// It cannot open an account.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// It cannot import.
    #[error(transparent)]
    Import(#[from] ImportFileError),
    /// It cannot do what an owner needs.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// It cannot do another command.
    #[error(transparent)]
    Command(#[from] CommandError),
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
    /// Seconds in which requests are still taken after the signal to stop, while /v1/ready says no: for a load balancer.
    #[arg(long, default_value_t = 0)]
    drain_seconds: u32,
}

impl From<WayHere> for Network {
    fn from(WayHere { behind_https, trust_proxy, drain_seconds }: WayHere) -> Self {
        let drain = Duration::from_secs(u64::from(drain_seconds));
        Self { behind_https, trust_proxy, drain, ..Self::default() }
    }
}

/// Which register is meant.
#[derive(Args)]
struct Meant {
    /// The e-mail address of the account's owner.
    #[arg(long)]
    email: String,
    /// What the register is called.
    #[arg(long)]
    register: String,
    /// Its number, where several are called so: the second in its receipts' numbers.
    #[arg(long)]
    number: Option<u32>,
}

impl From<Meant> for Which {
    fn from(Meant { email, register, number }: Meant) -> Self {
        Self { email, register, number: number.map(DeviceId) }
    }
}

/// Where the database is.
#[derive(Args)]
struct WhereItIs {
    /// Folder the database is in, for one process; made when it is not there.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `PostgreSQL` the database is in, for any number of processes. With a password in it, it belongs in the environment, where others on this
    /// machine do not see it.
    #[arg(long, value_name = "postgres://USER:PASSWORD@HOST/NAME", env = "SUBZERO_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl WhereItIs {
    /// One of the two: which of them was meant is not guessed.
    fn place(self) -> Result<Place, ServeError> {
        match (self.data, self.database) {
            (Some(folder), None) => Ok(Place::Folder(folder)),
            (None, Some(address)) => Ok(Place::Postgres(address.parse()?)),
            (None, None) => Err(ServeError::NoPlace),
            (Some(_), Some(_)) => Err(ServeError::TwoPlaces),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    log::start(arguments.log_format);
    let done = match arguments.command.take() {
        Some(Command::Account { place, name, currency, owner, email, shop: shops }) => {
            open_account(place, Opening { name, currency, owner, email, shops }).await
        }
        Some(Command::Import { file, place }) => import(&file, place).await,
        Some(Command::Revoke { place, register }) => revoke(place, register.into()).await,
        Some(Command::Grant { place, register, shop: shops }) => grant(place, register.into(), shops).await,
        Some(Command::Password { place, email }) => new_password(place, &email).await,
        Some(Command::Owner { place, email }) => restore_owner(place, &email).await,
        Some(Command::Export { to, account, place }) => {
            commands::export(&to, &account, place).await.map_err(Failure::from)
        }
        Some(Command::Backup { to, place }) => commands::backup(&to, place).await.map_err(Failure::from),
        Some(Command::Restore { from, place }) => {
            commands::restore(from.as_deref(), place).await.map_err(Failure::from)
        }
        Some(Command::Verify { file, place }) => commands::verify(file.as_deref(), place).await.map_err(Failure::from),
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

async fn open_account(place: WhereItIs, opening: Opening) -> Result<(), Failure> {
    let email = opening.email.trim().to_lowercase();
    let db = Db::open_at(&place.place()?).await.map_err(ServeError::from)?;
    let opened = opening::open(&db, opening).await;
    db.close().await;
    let Opened { password, pin } = opened?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "e-mail:   {email}\npassword: {password}\nPIN:      {pin}").map_err(ServeError::from)?;
    Ok(())
}

async fn import(file: &Path, place: WhereItIs) -> Result<(), Failure> {
    let reply = import_file::import(file, &place.place()?).await?;
    let RescueReply { device, stored, known, flagged, aside } = reply;
    let said =
        format!("register {device}: {stored} stored ({flagged} flagged), {known} known already, {aside} set aside");
    // Stored they are, whoever reads it.
    let _ = writeln!(std::io::stdout(), "{said}");
    Ok(())
}

async fn revoke(place: WhereItIs, which: Which) -> Result<(), Failure> {
    let device = operator::revoke(&place.place()?, which).await?;
    // Ended it is, whoever reads it.
    let _ = writeln!(std::io::stdout(), "register {device}: its access has ended");
    Ok(())
}

async fn grant(place: WhereItIs, which: Which, shops: Vec<String>) -> Result<(), Failure> {
    let said = shops.join(", ");
    let device = operator::grant(&place.place()?, which, shops).await?;
    // Granted it is, whoever reads it.
    let _ = writeln!(std::io::stdout(), "register {device}: {said}, and nothing else");
    Ok(())
}

async fn new_password(place: WhereItIs, email: &str) -> Result<(), Failure> {
    let password = operator::new_password(&place.place()?, email).await?;
    writeln!(std::io::stdout(), "password: {password}").map_err(ServeError::from)?;
    Ok(())
}

async fn restore_owner(place: WhereItIs, email: &str) -> Result<(), Failure> {
    let pin = operator::restore_owner(&place.place()?, email).await?;
    writeln!(std::io::stdout(), "PIN: {pin}").map_err(ServeError::from)?;
    Ok(())
}

async fn run(arguments: Arguments) -> Result<(), ServeError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(asked).await.map_err(|error| ServeError::Port(asked, error))?;
    let address = listener.local_addr()?;
    let data = arguments.place.place()?;
    let Arguments {
        page,
        demo,
        way,
        metrics_port,
        snapshot_after,
        daily_megabytes,
        failover_by_hand,
        clock_is_right: trusts_clock,
        ..
    } = arguments;
    let data = if failover_by_hand { data } else { data.that_tells_failovers() };
    let network: Network = way.into();
    let network = Network { quotas: network.quotas.writing(daily_megabytes), ..network };
    let config = Config { data, page, demo, network, snapshot_after, trusts_clock };
    let mut stopped = Box::pin(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    });
    let mut is_said = false;
    let opening = Server::open_in_time(config, &listener, || {
        is_said = true;
        writeln!(std::io::stdout(), "listening on http://{address}")
    });
    let server = tokio::select! {
        opened = opening => opened?,
        () = &mut stopped => return Ok(()),
    };
    let metrics = match metrics_port {
        Some(port) => Some(serve_metrics(port, Arc::clone(&server.metrics)).await?),
        None => None,
    };
    let mut out = std::io::stdout().lock();
    if let Some(sign_ins) = &server.demo {
        write!(out, "{sign_ins}")?;
    }
    if let Some(address) = metrics {
        writeln!(out, "metrics on http://{address}/metrics")?;
    }
    if !is_said {
        writeln!(out, "listening on http://{address}")?;
    }
    out.flush()?;
    drop(out);
    server.run(listener, stopped).await
}

/// Answers on a port of its own for as long as the process lives, and says where.
async fn serve_metrics(port: u16, metrics: Arc<Metrics>) -> Result<SocketAddr, ServeError> {
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(asked).await.map_err(|error| ServeError::MetricsPort(asked, error))?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        if let Err(error) = metrics::serve(listener, metrics).await {
            tracing::error!(%error, "the figures are not served any more");
        }
    });
    Ok(address)
}
