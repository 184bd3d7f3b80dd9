//! What the server keeps, and what a database must promise to be trusted with it.
//!
//! Endpoints speak to [`Db`] in the types below and know no SQL. [`sqlite`] is the one database there is. What any database
//! behind this boundary has to promise:
//!
//! > A push is one txn: the incarnation is locked first, sequences are taken from `shop_head` inside it, and the lock is held
//! > until the commit. So the order of commits is the order of sequences, and no reader ever sees a hole.
//! >
//! > [`Db::push`] returns only after the commit is on the disk. What it returned is never taken back within an epoch.
//! >
//! > A page of history and the head beside it are from one snapshot.
//! >
//! > Every query names the account: no row of one account is ever read for another.
//!
//! It never judges an entry: that is [`subzero_sync::intake`], which the txn asks.

use std::collections::BTreeSet;

use subzero_ledger::entry::DecodeError;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ShopId};
use subzero_sync::intake::BatchError;
use subzero_sync::rescue;
use subzero_sync::wire::{Checksum, PushConflict, QuarantineReason, Row, ShopName};

pub mod sqlite;

pub use sqlite::Db;

/// One account: a business with its shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(pub(crate) i64);

/// A device as it says it was paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownDevice<'a> {
    /// Its number in the account.
    pub id: DeviceId,
    /// Where it stands.
    pub shop: ShopId,
    /// What people call it.
    pub register: &'a str,
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
    #[error("the account has no such shop")]
    NoShop,
    /// The account has no such device in that shop under that name.
    #[error("the account has no such device")]
    NoDevice,
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
    File(#[from] rescue::RescueError),
    /// Whoever brings it in may not.
    #[error("Only a manager or an owner can bring in such a file.")]
    Role,
    /// The account has no such register.
    #[error("This business has no register of that number.")]
    NoDevice,
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
    #[error("entry {entry} was put aside: {reason:?}")]
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
    /// The database itself says so.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// The folder cannot be made.
    #[error("the folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// A stored value is not what the schema promises.
    #[error("the database holds a {0} that cannot be")]
    Corrupt(&'static str),
    /// The file is of a later version than this program.
    #[error("the database is of version {0}, which is newer than this program")]
    Newer(i64),
}

impl DbError {
    /// Whether the same request may succeed later: a full disk, a busy file. Nothing was stored.
    pub fn is_temporary(&self) -> bool {
        /// `SQLite`'s primary result codes: busy, locked, read-only, input/output, full, cannot open.
        const TEMPORARY: [i64; 6] = [5, 6, 8, 10, 13, 14];
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                let code = error.code().and_then(|code| code.parse::<i64>().ok());
                code.is_some_and(|code| TEMPORARY.contains(&(code & 0xff)))
            }
            Self::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => true,
            Self::Sql(_) | Self::Folder(_) | Self::Corrupt(_) | Self::Newer(_) => false,
        }
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
