//! What the server keeps, and what a database must promise to be trusted with it.
//!
//! Endpoints speak to [`Db`] in the types below and know no SQL. The statements are in the modules here, each written once; a [`driver`] runs
//! them on an `SQLite` file that one process has, or on a `PostgreSQL` that several share. What holds on both:
//!
//! > A push is one txn: the incarnation is locked first, then the heads of the shops it writes to, in the order of shops; sequences
//! > are counted on from those heads, and the locks are held until the commit. So the order of commits is the order of
//! > sequences, and no reader ever sees a hole.
//! >
//! > [`Db::push`] returns only after the commit is on the disk. What it returned is never taken back within an epoch.
//! >
//! > A page of history and the head beside it are from one snapshot.
//! >
//! > Every query names the account: no row of one account is ever read for another.
//!
//! It never judges an entry: that is [`subzero_sync::intake`], which the txn asks.

use std::collections::BTreeSet;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::error::DatabaseError;
use subzero_ledger::entry::DecodeError;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::intake::BatchError;
use subzero_sync::wire::{Checksum, Epoch, PushConflict, QuarantineReason, Row, ShopName};
use uuid::Uuid;

pub mod account_rows;
pub mod driver;
pub mod history;
pub mod holdings;
pub mod overview;
pub mod snapshots;
pub mod statement;
pub mod verify;

mod access;
mod account;
mod audit;
mod devices;
mod facts;
mod load;
mod pairing;
mod push;
mod rescue;
mod segments;
mod turns;
mod value;

pub use audit::Noted;
pub use devices::Contact;
pub use pairing::{CODE_TRIES_MAX, CODES_MAX};

use driver::postgres::{Address, PostgresDriver};
use driver::sqlite::SqliteDriver;
use driver::{Driver, Heard, Inside, the_row};
use statement::{Cell, Statement};
use turns::Turns;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// One file in this folder, and one process that has it.
    Folder(PathBuf),
    /// A `PostgreSQL`, and any number of processes.
    Postgres(Address),
}

impl Place {
    /// The same, where a `PostgreSQL` has to say whether it is the one it was.
    #[must_use]
    pub fn that_tells_failovers(self) -> Self {
        match self {
            Self::Folder(_) => self,
            Self::Postgres(address) => Self::Postgres(address.that_tells_failovers()),
        }
    }

    /// Whether there is a database, as far as that can be told without making one.
    pub fn has_database(&self) -> bool {
        match self {
            Self::Folder(folder) => SqliteDriver::is_in(folder),
            Self::Postgres(_) => true,
        }
    }
}

impl From<PathBuf> for Place {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

/// An open database.
#[derive(Clone)]
pub struct Db {
    driver: Arc<dyn Driver>,
    /// As it was last read: another process may have begun another one.
    epoch: Arc<RwLock<Epoch>>,
    turns: Arc<Turns>,
}

impl Db {
    /// Opens the database in a folder, making both when they are not there.
    pub async fn open(folder: &Path) -> Result<Self, DbError> {
        Self::over(Arc::new(SqliteDriver::open(folder).await?)).await
    }

    /// Opens the database wherever it is.
    pub async fn open_at(place: &Place) -> Result<Self, DbError> {
        match place {
            Place::Folder(folder) => Self::open(folder).await,
            Place::Postgres(address) => Self::over(Arc::new(PostgresDriver::connect(address).await?)).await,
        }
    }

    /// Opens a database to read it: it stays as it is, of whatever version, and none is made.
    pub async fn open_to_read(place: &Place) -> Result<Self, DbError> {
        match place {
            Place::Folder(folder) => Self::open_file_to_read(&SqliteDriver::file_in(folder)).await,
            Place::Postgres(address) => {
                Ok(Self::over_to_read(Arc::new(PostgresDriver::connect_to_read(address).await?)))
            }
        }
    }

    /// The same with a file of its own, as a backup is one.
    pub async fn open_file_to_read(file: &Path) -> Result<Self, DbError> {
        Ok(Self::over_to_read(Arc::new(SqliteDriver::open_to_read(file).await?)))
    }

    /// The database that a driver opened to read. Its epoch is known from the first answer on.
    pub(crate) fn over_to_read(driver: Arc<dyn Driver>) -> Self {
        Self { driver, epoch: Arc::new(RwLock::new(Epoch(Uuid::nil()))), turns: Arc::default() }
    }

    /// The database that a driver opened.
    pub async fn over(driver: Arc<dyn Driver>) -> Result<Self, DbError> {
        let db = Self::over_to_read(driver);
        let mut txn = db.driver.begin().await?;
        let mint = Statement::new("insert into server (\"only\", epoch) values (1, $1) on conflict do nothing");
        txn.run(mint.with(Uuid::new_v4())).await?;
        db.read_epoch(&mut *txn).await?;
        txn.commit().await?;
        Ok(db)
    }

    /// Finishes what is under way and closes the database.
    pub async fn close(&self) {
        if let Err(error) = self.driver.close().await {
            tracing::warn!(%error, "the database was not closed");
        }
    }

    /// The run of this server's history, as whatever was asked last found it.
    pub fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts another run of history: the database was put back from a backup, and devices know more than it does.
    pub async fn renew_epoch(&mut self, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        begin_epoch(&mut *txn, now).await?;
        self.read_epoch(&mut *txn).await?;
        txn.commit().await
    }

    /// Keeps the clock, and thereby sees whether anything can be written.
    pub async fn keep_clock(&self, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        txn.run(
            Statement::new("update server set clock_ms = case when clock_ms < $1 then $1 else clock_ms end").with(now),
        )
        .await?;
        txn.commit().await
    }

    /// The same, also if it was kept as later before.
    pub async fn set_clock(&self, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        txn.run(Statement::new("update server set clock_ms = $1").with(now)).await?;
        txn.commit().await
    }

    /// What was kept of the clock; nothing before it was for the first time.
    pub async fn kept_clock(&self) -> Result<Option<Instant>, DbError> {
        let row = the_row(self.driver.read(Statement::new("select clock_ms from server")).await?, "server")?;
        Ok(Some(value::read_instant(row.only()?)?).filter(|kept| *kept > Instant::MIN))
    }

    /// Tells other processes over the same database that accounts have news.
    pub async fn tell(&self, accounts: Vec<AccountId>) -> Result<(), DbError> {
        self.driver.tell(accounts).await
    }

    /// What other processes tell; nothing where there are none.
    pub fn hear(&self) -> Option<tokio::sync::mpsc::Receiver<Heard>> {
        self.driver.hear()
    }

    async fn read_epoch(&self, txn: Inside<'_>) -> Result<Epoch, DbError> {
        let row = the_row(txn.run(Statement::new("select epoch from server")).await?, "epoch")?;
        self.note_epoch(row.only()?)
    }

    /// Takes notice of the epoch that stands beside what was read.
    fn note_epoch(&self, found: Cell) -> Result<Epoch, DbError> {
        let epoch = Epoch(value::read_uuid(found, "epoch")?);
        if epoch != self.epoch() {
            *self.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch;
        }
        Ok(epoch)
    }
}

/// Begins another run of history: what was acked since may be missing.
async fn begin_epoch(txn: Inside<'_>, now: Instant) -> Result<(), DbError> {
    txn.run(Statement::new("update server set epoch = $1").with(Uuid::new_v4())).await?;
    account::make_room(txn, now).await
}

/// One account: a business with its shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(pub(crate) i64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Someone who may pair devices.
#[derive(Clone)]
pub struct Owner {
    /// The account they own.
    pub account: AccountId,
    /// Which owner.
    pub id: i64,
    /// The argon2id hash of their password.
    pub password: String,
    /// Who they are in the account's own books.
    pub employee: EmployeeId,
}

/// An owner who has just signed in.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// The account they own.
    pub account: AccountId,
    /// Who they are in the account's own books.
    pub employee: EmployeeId,
}

/// A device that showed its token.
#[derive(Clone, Debug)]
pub struct Device {
    /// The account it belongs to.
    pub account: AccountId,
    /// Which device.
    pub id: DeviceId,
    /// The shops it may read and write.
    pub shops: BTreeSet<ShopId>,
    /// Whether its access has ended: what it recorded is still taken, and nothing is told to it any more.
    pub is_removed: bool,
}

/// A device that was just paired.
#[derive(Clone, Debug)]
pub struct PairedDevice {
    /// The device.
    pub device: Device,
    /// The account's name.
    pub account: String,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
}

/// Rows of one shop's history and the head they were read beside.
#[derive(Clone, Debug)]
pub struct Page {
    /// The run of history they are of.
    pub epoch: Epoch,
    /// Rows with sequences `after + 1`, `after + 2` …
    pub rows: Vec<Row>,
    /// The shop's head.
    pub head: u64,
    /// Checksum of the history from 1 to the last row here.
    pub checksum: Checksum,
}

/// Why a device was not paired.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// The account has no such shop.
    #[error("the account has no shop {0}")]
    NoShop(ShopId),
    /// The account has no such device in that shop under that name.
    #[error("the account has no such device called {0}")]
    NoDevice(String),
    /// The office's history could not be written.
    #[error(transparent)]
    Push(PushError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Why a push was not stored.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The request is not a push.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The device must do something else first.
    #[error("the push does not continue what is held")]
    Conflict(PushConflict),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Why a rescue file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RescueError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] subzero_sync::rescue::RescueError),
    /// Whoever brings it in may not.
    #[error("Only a manager or an owner can bring in such a file.")]
    Role,
    /// The account has no such register.
    #[error("This business has no register of that number.")]
    NoDevice,
    /// It moves stock of a shop for which the register it is brought in on may record nothing.
    #[error(
        "This file holds entries of a shop that this register may not see: bring it in on a register of that shop."
    )]
    OtherShop,
    /// The server does not hold it, or holds other entries under its numbers.
    #[error(transparent)]
    Push(#[from] PushError),
}

impl From<DbError> for RescueError {
    fn from(error: DbError) -> Self {
        Self::Push(error.into())
    }
}

/// Why a history was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// An entry is beyond the limits.
    #[error("an entry cannot be encoded: {0}")]
    Entry(#[from] DecodeError),
    /// The intake put an entry aside.
    #[error("entry {entry} was set aside: {reason:?}")]
    PutAside {
        /// Which.
        entry: EntryId,
        /// Why.
        reason: QuarantineReason,
    },
    /// Its outbox is not free.
    #[error(transparent)]
    Push(#[from] PushError),
}

impl From<DbError> for ImportError {
    fn from(error: DbError) -> Self {
        Self::Push(error.into())
    }
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It may do so later: a full disk, a busy file, a lost connection, a txn that lost against another. Nothing was stored.
    #[error("not now: {0}")]
    Unavailable(sqlx::Error),
    /// The database itself says so.
    #[error(transparent)]
    Sql(sqlx::Error),
    /// More was asked of a txn of which a part had failed.
    #[error("a part of this txn has failed before")]
    HasFailed,
    /// The address is none of a database.
    #[error("the address of the database must look like postgres://user:password@host/name?sslmode=verify-full")]
    Address,
    /// It names whom to trust and does not ask who it is.
    #[error(
        "the address of the database has an sslrootcert, which verifies nothing unless sslmode is verify-full or verify-ca"
    )]
    Unverified,
    /// The folder cannot be made.
    #[error("the folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// It follows another one and takes no writes. It may be promoted.
    #[error("this PostgreSQL is a standby")]
    Standby,
    /// It does not say whether it is the one it was, so that nobody would know what a failover loses.
    #[error(
        "this PostgreSQL does not say whether it is the one it was ({0}): let whom the address names run pg_control_system(), or start with \
         --failover-by-hand and run `restore --database` after each failover"
    )]
    Untold(String),
    /// There is none, and none is to be made.
    #[error("there is no database")]
    NoDatabase,
    /// A stored value is not what the schema promises.
    #[error("the database holds a {0} that cannot be")]
    Corrupt(&'static str),
    /// The tables are of a later version than this program.
    #[error("the database is of version {0}, which is newer than this program")]
    Newer(i64),
}

impl DbError {
    /// Whether the same request may succeed later. Nothing was stored.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Standby => true,
            Self::Folder(error) => matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded),
            Self::Sql(_)
            | Self::HasFailed
            | Self::Address
            | Self::Unverified
            | Self::NoDatabase
            | Self::Untold(_)
            | Self::Corrupt(_)
            | Self::Newer(_) => false,
        }
    }

    /// Whether an error is about the way to the database and not about what was asked of it. Whose certificate is not the right one is not waited for.
    fn is_of_the_connection(error: &sqlx::Error) -> bool {
        let is_distrust = matches!(error, sqlx::Error::Io(error) if error.kind() == ErrorKind::InvalidData);
        let is_way = matches!(
            error,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed
        );
        is_way && !is_distrust
    }

    /// Two txns wrote the same key at once, and this one lost: what it did not see is there when it is tried again.
    fn or_lost_a_race(self) -> Self {
        let has_lost = |error: &sqlx::Error| error.as_database_error().is_some_and(DatabaseError::is_unique_violation);
        if matches!(&self, Self::Sql(error) if has_lost(error))
            && let Self::Sql(error) = self
        {
            return Self::Unavailable(error);
        }
        self
    }
}

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// Whether it is the demo account, whose sign-ins are public.
    pub demo: bool,
    /// Its first owner's e-mail address.
    pub email: String,
    /// That owner's password, already hashed.
    pub password: String,
    /// Who that owner is in the account's own books.
    pub owner: EmployeeId,
    /// Its shops; the office is added to them.
    pub shops: Vec<ShopName>,
}
