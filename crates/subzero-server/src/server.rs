//! What all requests share, and how it is opened and stopped.

use std::fs::{DirBuilder, File, TryLockError};
use std::future::Future;
use std::net::SocketAddr;
use std::os::fd::AsFd as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::attempts::Attempts;
use crate::bodies::{Bodies, Most};
use crate::db::{Db, DbError, Place};
use crate::demo::{self, SignIns};
use crate::fold::{Folding, SNAPSHOT_AFTER};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::network::Network;
use crate::news::News;
use crate::page::{Page, PageError};
use crate::password::{PasswordError, Passwords};
use crate::seed::SeedError;
use crate::seen::Seen;
use crate::upkeep::Upkeep;
use crate::{clock, endpoint};

/// How long answers under way may take once the server is told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// How long it is taken for granted that something can be written, unless something has failed meanwhile.
const WRITABLE_FOR: Duration = Duration::from_secs(1);
/// How many pushes are read at once; each of a device's tabs may send.
const PUSHES: Most = Most { all: 256, account: 64, device: 8 };
/// How many of registers whose access has ended, beside those: they keep nobody out who still sells.
const LATE_PUSHES: Most = Most { all: 64, account: 8, device: 2 };
/// How many rescue files are.
const RESCUES: Most = Most { all: 4, account: 2, device: 1 };
/// How often the clock is kept at least.
const CLOCK_KEPT_EVERY: Duration = Duration::from_mins(1);
/// What to do about a clock that is behind.
const CLOCK_ADVICE: &str = "set it right, or if it is right, start once with --clock-is-right";
/// How soon a database that cannot be had is tried again.
const TRIED_AGAIN_IN: Duration = Duration::from_secs(1);

/// What an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database is. A folder is made when it is not there.
    pub data: Place,
    /// The folder the built page is in; without it only the API is served.
    pub page: Option<PathBuf>,
    /// Whether to make the demo account in an empty database and to tell everyone its sign-ins.
    pub demo: bool,
    /// How requests get here.
    pub network: Network,
    /// After how many rows an account is folded into a snapshot; never with 0.
    pub snapshot_after: u64,
    /// Whether the machine's clock is right, though it was later when the database was last used.
    pub trusts_clock: bool,
}

impl Config {
    /// An API over a database, and all else as it is unless it is said.
    pub fn new(data: Place) -> Self {
        let network = Network::default();
        Self { data, page: None, demo: false, network, snapshot_after: SNAPSHOT_AFTER, trusts_clock: false }
    }
}

/// Why a server cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
    /// Nobody said where it is.
    #[error("say where the database is: --data DIR, or --database postgres://… or SUBZERO_DATABASE in the environment")]
    NoPlace,
    /// Two places were said.
    #[error(
        "say where the database is only once: there is both --data and --database (or SUBZERO_DATABASE in the environment)"
    )]
    TwoPlaces,
    /// The page's folder.
    #[error("cannot serve the page: {0}")]
    Page(#[from] PageError),
    /// The demo account.
    #[error("cannot make the demo account: {0}")]
    Demo(#[from] SeedError),
    /// The password hash.
    #[error("cannot check passwords: {0}")]
    Password(#[from] PasswordError),
    /// Another server has the folder: both would tell only their own devices of news.
    #[error("another server has the data folder {place}: stop it first, or choose another folder with --data", place = .0.display())]
    Taken(PathBuf),
    /// The port; another server may have it.
    #[error("cannot listen on {0}: {1}; --port chooses another port")]
    Port(SocketAddr, std::io::Error),
    /// The port of the figures.
    #[error("cannot listen on {0}: {1}; --metrics-port chooses another port")]
    MetricsPort(SocketAddr, std::io::Error),
    /// The socket.
    #[error("cannot answer requests: {0}")]
    Socket(#[from] std::io::Error),
}

/// What all requests share.
pub struct Server {
    /// The database.
    pub db: Db,
    /// Who waits for news.
    pub news: Arc<News>,
    /// Who was heard of and said nothing new.
    pub seen: Arc<Seen>,
    /// What is made of the histories beside answering.
    pub upkeep: Arc<Upkeep>,
    /// Checks owners' passwords.
    pub passwords: Passwords,
    /// Counts how often they are tried.
    pub attempts: Attempts,
    /// How requests get here.
    pub network: Network,
    /// Counts how much each asker asks.
    pub limits: Limits,
    /// Bodies of pushes that are read at once, some hundred kilobytes each.
    pub pushes: Arc<Bodies>,
    /// Those of registers whose access has ended.
    pub late_pushes: Arc<Bodies>,
    /// Bodies of rescue files, some megabytes each.
    pub rescues: Arc<Bodies>,
    /// What an operator can watch.
    pub metrics: Arc<Metrics>,
    /// The page, when it is served here.
    pub page: Option<Page>,
    /// The demo account's sign-ins, when they are public.
    pub demo: Option<SignIns>,
    /// Turns true when the server stops, so that nobody waits on.
    pub stopping: watch::Receiver<bool>,
    stop: watch::Sender<bool>,
    leaving: AtomicBool,
    /// When something was last written only to see whether it can be; nothing once anything has failed since.
    was_writable: Mutex<Option<Instant>>,
    /// One tries at a time, for all who ask.
    trying: tokio::sync::Mutex<()>,
    snapshot_after: u64,
    /// Held for as long as the server lives; nothing where many may have the database.
    _folder: Option<File>,
}

impl Server {
    /// Opens the database, and until it can be had tells everybody who asks to come again. `waits` is called if that is needed.
    pub async fn open_in_time(
        config: Config,
        listener: &TcpListener,
        waits: impl FnOnce() -> std::io::Result<()>,
    ) -> Result<Self, ServeError> {
        let error = match Self::open(config.clone()).await {
            Err(ServeError::Db(error)) if error.is_temporary() => error,
            opened => return opened,
        };
        tracing::error!(%error, "the database cannot be used yet; it is tried every second");
        let same = std::net::TcpListener::from(listener.as_fd().try_clone_to_owned()?);
        let (opened, is_open) = oneshot::channel::<()>();
        let until = async {
            // Sent or dropped, it is over.
            let _ = is_open.await;
        };
        tokio::spawn(
            axum::serve(TcpListener::from_std(same)?, endpoint::while_waiting())
                .with_graceful_shutdown(until)
                .into_future(),
        );
        waits()?;
        let server = loop {
            tokio::time::sleep(TRIED_AGAIN_IN).await;
            match Self::open(config.clone()).await {
                Err(ServeError::Db(error)) if error.is_temporary() => {}
                done => break done?,
            }
        };
        drop(opened);
        tracing::info!("the database is open");
        Ok(server)
    }

    /// Opens the database and reads the page. Everything that can fail at start fails here.
    pub async fn open(config: Config) -> Result<Self, ServeError> {
        let page = config.page.as_deref().map(Page::read).transpose()?;
        let folder = take_folder(&config.data)?;
        let db = Db::open_at(&config.data).await?;
        set_clock(&db, config.trusts_clock).await?;
        if config.demo
            && db.is_empty().await?
            && let Err(error) = demo::create(&db, clock::now()).await
            // Another process that starts over the same database may be making it.
            && !db.has_demo().await?
        {
            return Err(error.into());
        }
        let demo = if config.demo && db.has_demo().await? { Some(demo::sign_ins()) } else { None };
        let (stop, stopping) = watch::channel(false);
        let passwords = Passwords::new()?;
        let (news, seen, upkeep, attempts) = (Arc::default(), Arc::default(), Arc::default(), Attempts::default());
        let network = config.network;
        let limits = Limits::new(network.quotas, Instant::now());
        let metrics = Arc::new(Metrics::default());
        let leaving = AtomicBool::new(false);
        Ok(Self {
            db,
            news,
            seen,
            upkeep,
            passwords,
            attempts,
            network,
            limits,
            pushes: Bodies::new(PUSHES),
            late_pushes: Bodies::new(LATE_PUSHES),
            rescues: Bodies::new(RESCUES),
            metrics,
            page,
            demo,
            stopping,
            stop,
            leaving,
            was_writable: Mutex::default(),
            trying: tokio::sync::Mutex::default(),
            snapshot_after: config.snapshot_after,
            _folder: folder,
        })
    }

    /// Whether this process was told to stop: it still answers, and should not be asked any more.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Whether something can be written now.
    pub async fn can_write(&self) -> Result<(), DbError> {
        let _turn = self.trying.lock().await;
        if self.written().is_some_and(|written| written.elapsed() < WRITABLE_FOR) {
            return Ok(());
        }
        let now = clock::to_keep();
        self.db.keep_clock(now).await?;
        clock::keep(now);
        *self.written() = Some(Instant::now());
        Ok(())
    }

    /// Something has failed: whether anything can be written is no longer known.
    pub fn doubt(&self) {
        *self.written() = None;
    }

    fn written(&self) -> MutexGuard<'_, Option<Instant>> {
        self.was_writable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers requests until `shutdown` is ready, then lets the answers under way finish and closes the database.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let server = Arc::new(self);
        let aside = beside(&server);
        let router = endpoint::router(Arc::clone(&server)).into_make_service_with_connect_info::<SocketAddr>();
        let stopper = Arc::clone(&server);
        let graceful = async move {
            shutdown.await;
            stopper.leaving.store(true, Ordering::Relaxed);
            tokio::time::sleep(stopper.network.drain).await;
            stopper.stop.send_replace(true);
        };
        let answering = axum::serve(listener, router).with_graceful_shutdown(graceful).into_future();
        let mut stopping = server.stopping.clone();
        let patience = async move {
            // The sender lives in `server` as long as this does.
            let _ = stopping.wait_for(|stopped| *stopped).await;
            tokio::time::sleep(STOP_WITHIN).await;
        };
        tokio::select! {
            answered = answering => answered?,
            () = patience => tracing::warn!("some answers were cut off"),
        }
        for task in aside {
            task.abort();
        }
        server.db.close().await;
        Ok(())
    }

    /// Keeps the clock for as long as the server lives.
    async fn keep_clock(self: Arc<Self>) {
        loop {
            let kept = match self.can_write().await {
                Ok(()) => self.db.seen_by_now(clock::now()).await,
                failed => failed,
            };
            if let Err(error) = kept {
                tracing::warn!(%error, "nothing can be written");
            }
            tokio::time::sleep(CLOCK_KEPT_EVERY).await;
        }
    }
}

/// Takes a data folder for this process alone, until it ends. What an operator does to it meanwhile needs no such thing.
fn take_folder(data: &Place) -> Result<Option<File>, ServeError> {
    let Place::Folder(folder) = data else { return Ok(None) };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(DbError::from)?;
    let handle = File::open(folder)?;
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => Err(ServeError::Taken(folder.clone())),
        // Not every file system knows of such a thing.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// What a server does beside answering.
fn beside(server: &Arc<Server>) -> [JoinHandle<()>; 4] {
    let (news, db) = (Arc::clone(&server.news), server.db.clone());
    let exchanging = for_ever("exchange of news", move || Arc::clone(&news).exchange(db.clone()));
    let (seen, db) = (Arc::clone(&server.seen), server.db.clone());
    let noting = for_ever("noting who was seen", move || Arc::clone(&seen).go_on(db.clone()));
    let (upkeep, db, metrics) = (Arc::clone(&server.upkeep), server.db.clone(), Arc::clone(&server.metrics));
    let folding = Folding::new(server.snapshot_after);
    let keeping = for_ever("upkeep", move || Arc::clone(&upkeep).go_on(db.clone(), folding, Arc::clone(&metrics)));
    let server = Arc::clone(server);
    [exchanging, noting, keeping, for_ever("clock", move || Arc::clone(&server).keep_clock())]
}

/// Does something for as long as the server lives: should it panic, it is begun anew, and said.
fn for_ever<F: Future<Output = ()> + Send + 'static>(
    what: &'static str,
    begin: impl Fn() -> F + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut doing = tokio::task::JoinSet::new();
        loop {
            doing.spawn(begin());
            match doing.join_next().await {
                Some(Err(error)) if error.is_panic() => {
                    tracing::error!(what, %error, "a task failed and is begun anew");
                }
                _ => return,
            }
            tokio::time::sleep(TRIED_AGAIN_IN).await;
        }
    })
}

/// Goes on from where the clock was when the database was last used.
async fn set_clock(db: &Db, is_trusted: bool) -> Result<(), DbError> {
    let system = clock::system();
    match db.kept_clock().await? {
        Some(kept) if kept > system && is_trusted => db.set_clock(system).await?,
        Some(kept) => {
            if kept > system {
                let behind_ms = kept.ms_since(system);
                tracing::warn!(
                    behind_ms,
                    "this machine's clock is behind where it was when the database was last used: {CLOCK_ADVICE}"
                );
            }
            clock::keep(kept);
        }
        None => {}
    }
    db.seen_by_now(clock::now()).await
}

/// Opens a server and runs it. Tests bind port 0 and ask the listener where it is.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    Server::open(config).await?.run(listener, shutdown).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_a_server_does_for_ever_is_begun_anew_when_it_panics() {
        let (begun, runs) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let (done, mut is_done) = mpsc::channel(1);
        let counted = Arc::clone(&runs);
        let task = for_ever("a test", move || {
            let (run, done, runs) = (begun.fetch_add(1, Ordering::SeqCst), done.clone(), Arc::clone(&counted));
            async move {
                assert!(run > 0, "the first one fails");
                runs.fetch_add(1, Ordering::SeqCst);
                done.send(()).await.unwrap();
            }
        });
        is_done.recv().await.unwrap();
        task.await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 1, "what ends by itself has ended");
    }
}
