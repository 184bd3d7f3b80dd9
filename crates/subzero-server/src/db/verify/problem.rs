//! What can be wrong with what is stored, as sentences that say where.

use std::fmt;

use subzero_ledger::entry::DecodeError;
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_ledger::snapshot::SnapshotError;
use subzero_sync::wire::Incarnation;

use crate::db::{AccountId, DbError};

/// Something that is stored and cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}.")]
pub struct Problem {
    /// Where.
    pub place: Site,
    /// What.
    pub fault: Fault,
}

/// Where in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// The database as a whole.
    Database,
    /// An account.
    Account(AccountId),
    /// A shop's history.
    Shop(AccountId, ShopId),
    /// A row of it, by its sequence.
    Row(AccountId, ShopId, u64),
    /// An outbox.
    Outbox(AccountId, DeviceId, Incarnation),
    /// What it pushed under one number.
    Pushed(AccountId, DeviceId, Incarnation, u64),
    /// A snapshot, by its number.
    Snapshot(AccountId, u64),
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database => f.write_str("the database"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::Shop(account, shop) => write!(f, "account {account}, shop {shop}"),
            Self::Row(account, shop, seq) => write!(f, "account {account}, shop {shop}, seq {seq}"),
            Self::Outbox(account, device, inc) => {
                write!(f, "account {account}, outbox {} of device {device}", inc.0)
            }
            Self::Pushed(account, device, inc, dseq) => {
                write!(f, "account {account}, outbox {} of device {device}, dseq {dseq}", inc.0)
            }
            Self::Snapshot(account, number) => write!(f, "account {account}, snapshot {number}"),
        }
    }
}

/// What is wrong there.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database's own check.
    #[error("its own check says: {0}")]
    OwnCheck(String),
    /// It cannot be read on from here.
    #[error("it cannot be read any further: {0}")]
    Unreadable(DbError),
    /// The run of this server's history is not known.
    #[error("it has no epoch")]
    NoEpoch,
    /// Rows that point at nothing, or at another account's.
    #[error("{count} {what}")]
    Astray {
        /// How many.
        count: i64,
        /// Of what.
        what: &'static str,
    },
    /// A hole in a history or an outbox.
    #[error("{} before it {} missing", span(*from, *to), if from == to { "is" } else { "are" })]
    Hole {
        /// The first that is missing.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The running checksum of a row.
    #[error("the checksum stored with it is not that of the rows up to it")]
    Checksum,
    /// An entry that cannot be read.
    #[error("its entry cannot be read: {0}")]
    Entry(DecodeError),
    /// An entry under another id.
    #[error("its entry says that it is {said}, and it is stored as {stored}", said = said.0, stored = stored.0)]
    Id {
        /// What it says.
        said: EntryId,
        /// What it is stored as.
        stored: EntryId,
    },
    /// An entry in another shop's history.
    #[error("its entry says that it is of shop {0}")]
    Shop(ShopId),
    /// An entry in another device's outbox.
    #[error("its entry says that device {said} recorded it, and it came from an outbox of device {of}")]
    Device {
        /// What it says.
        said: DeviceId,
        /// Whose outbox it is.
        of: DeviceId,
    },
    /// A word that is no flag.
    #[error("what is said to be odd about it cannot be read")]
    Flags,
    /// No outbox has it.
    #[error("the outbox {inc} that it came from has no record of it", inc = .0.0)]
    NotPushed(Incarnation),
    /// Its outbox has it elsewhere.
    #[error("the outbox that it came from has it elsewhere")]
    PushedElsewhere,
    /// A shop that cannot go on.
    #[error("it has no head")]
    NoHead,
    /// A head that is not where the history ends.
    #[error("its head is {head} and its last row is {last}")]
    Head {
        /// Where the head is.
        head: u64,
        /// Where the rows end.
        last: u64,
    },
    /// A head with another checksum than its last row.
    #[error("the checksum stored with its head is not that of its rows")]
    HeadChecksum,
    /// A number without an entry.
    #[error("its entry is neither in a history nor set aside")]
    NoEntry,
    /// A number with two.
    #[error("its entry is both in a history and set aside")]
    TwoEntries,
    /// A number whose place has another number of the same outbox.
    #[error("in its place is dseq {0} of the same outbox")]
    OtherNumber(u64),
    /// The chain at a number.
    #[error("the chain stored with it is not that of the entries up to it")]
    Chain,
    /// An outbox that is said to be held further, or less far, than it is.
    #[error("it is said to be held up to {acked}, and is held up to {last}")]
    Acked {
        /// What is said.
        acked: u64,
        /// What there is.
        last: u64,
    },
    /// An outbox with another chain than its last number.
    #[error("the chain stored for its end is not that of its entries")]
    EndChain,
    /// A part of a snapshot under a name that is another's.
    #[error("the bytes of its part {0} are not those it is named by")]
    Part(usize),
    /// A snapshot under a name that is another's, or one that lacks parts.
    #[error("its parts are not those it is named by")]
    SnapshotName,
    /// A snapshot that nobody can begin with.
    #[error("it cannot be read: {0}")]
    Snapshot(SnapshotError),
    /// A snapshot with another frontier or horizon than is stored beside it.
    #[error("it ends, or begins to be whole, elsewhere than is said of it")]
    OtherSnapshot,
    /// A frontier that the history does not know.
    #[error("the checksum it is said to have at seq {1} of shop {0} is not the history's")]
    Frontier(ShopId, u64),
}

fn span(from: u64, to: u64) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}
