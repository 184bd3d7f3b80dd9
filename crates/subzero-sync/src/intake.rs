//! The server's rule for a push, as pure functions: the server and the simulator run the same one.
//!
//! A push goes through three steps. [`Batch::read`] reads the request and says what must be looked up; the server looks it up
//! while it holds the incarnation's lock, as [`Facts`]; [`Batch::decide`] answers with a conflict, and then nothing is
//! written, or with a [`Plan`] that is carried out in one txn. The reply goes out after the commit, never before.
//!
//! > A fact is never refused: every entry of a plan is stored, in its shop's history or aside.
//! >
//! > An entry is told apart by the chain, not by its id alone: an overlap whose bytes differ is a fork.
//! >
//! > A known id with the same bytes under another incarnation is a duplicate with its old place; with other bytes it is
//! > set aside.
//! >
//! > A kind of entry that is not known here is stored byte for byte like any other, if it is a shop's. What would change the account is set aside:
//! > who may do it cannot be told.
//! >
//! > There is always an active owner: the change after which there would be none is set aside.
//! >
//! > A register whose access has ended changes nothing any more. What it says of stock is stored and flagged.
//!
//! ```
//! # use subzero_sync::{chain::Position, intake::{Batch, Facts}, wire::*};
//! # use subzero_ledger::{ids::*, instant::Instant};
//! # let epoch = Epoch(Default::default());
//! # let facts = Facts::new(epoch, DeviceId(1), Instant::MIN);
//! let request = PushRequest { epoch: None, inc: Incarnation(Default::default()), first: 1, before: Chain::GENESIS,
//!     now: Instant::MIN, entries: vec![EntryBytes(b"poison".to_vec())] };
//! let plan = Batch::read(request)?.decide(&facts).map_err(|conflict| format!("{conflict:?}"))?;
//! let reply = plan.reply(epoch, &Default::default()); // after the commit
//! assert_eq!(reply.acked, 1); // the queue moves on
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::rights::{Rights, Role};
use subzero_ledger::entry::{DecodeError, Entry, Header};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use subzero_ledger::instant::Instant;

use crate::chain::Position;
use crate::wire::{
    Chain, EntryBytes, Epoch, Flag, Incarnation, PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, PushConflict, PushReply,
    PushRequest, PushVerdict, QuarantineReason, Verdict,
};

mod judge;

/// An entry dated more than this before it arrived is flagged: no shop is offline for so long.
pub const LONG_AGO_MS: i64 = 35 * 86_400_000;

/// Why a request is not a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Answered with 413, so that the device halves its batch.
    #[error("a push has at most {PUSH_ENTRIES_MAX} entries and {PUSH_BYTES_MAX} bytes")]
    TooLarge,
    /// Answered with 400.
    #[error("device sequences count from 1 and end before 2^53")]
    Sequence,
}

/// A push, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The epoch the device knows.
    pub epoch: Option<Epoch>,
    /// The outbox.
    pub inc: Incarnation,
    /// The place before the first entry.
    pub before: Position,
    /// The entries, in order.
    pub entries: Vec<Pushed>,
}

/// One pushed entry, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Its number in the outbox, and the chain up to and with it.
    pub position: Position,
    /// Its bytes.
    pub body: EntryBytes,
    /// What they say.
    pub entry: Result<Entry, DecodeError>,
}

/// What the server knows when it decides, looked up under the incarnation's lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The server's epoch.
    pub epoch: Epoch,
    /// The device that pushes, by its token.
    pub device: DeviceId,
    /// The server's clock.
    pub now: Instant,
    /// Whether its access has ended. The facts of stock that it recorded are stored all the same, and flagged; what it changes is set aside.
    pub is_removed: bool,
    /// Whether somebody brings it in from a file.
    pub is_rescued: bool,
    /// Whether what is dated long ago is not odd: of a history that is loaded, and by a clock that may be wrong.
    pub takes_old: bool,
    /// The shops it may write stock to. The office needs no grant: there the role decides.
    pub writes: BTreeSet<ShopId>,
    /// The last entry held of this incarnation; [`Position::START`] for none.
    pub last: Position,
    /// Where the push has no entries: how many of this incarnation were set aside, up to the place before the first.
    pub aside: u64,
    /// What is held of this incarnation at [`Batch::dseqs`], by device sequence.
    pub held: BTreeMap<u64, Held>,
    /// The entries with [`Batch::ids`] that are in a shop's history.
    pub stored: BTreeMap<EntryId, Stored>,
    /// Those of [`Batch::employees`] whom the account has, and every owner.
    pub people: BTreeMap<EmployeeId, Person>,
    /// What the account has decided that cashiers and managers may do; a role that is absent may do what it may at first.
    pub rights: BTreeMap<Role, Rights>,
    /// Those of [`Batch::items`] that the account has.
    pub items: BTreeSet<ItemId>,
}

/// What the account has of an employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they may do while they work here.
    pub role: Role,
    /// Whether they still do.
    pub is_active: bool,
}

/// An entry that this incarnation has pushed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The chain up to and with it.
    pub chain: Chain,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in its shop's history.
    Stored {
        /// Its place there.
        seq: u64,
    },
    /// It was set aside.
    Quarantined {
        /// Why.
        reason: QuarantineReason,
    },
}

/// An entry in a shop's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The incarnation it came under.
    pub inc: Incarnation,
    /// Its place in its shop's history.
    pub seq: u64,
    /// Its bytes.
    pub body: EntryBytes,
}

/// What is to be written, in one txn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The last entry of the incarnation afterwards.
    pub last: Position,
    /// The last entry that was pushed, or the place before the first if there is none.
    pub end: Position,
    /// Each pushed entry, in order.
    pub entries: Vec<Planned>,
    /// [`Facts::aside`].
    pub aside: u64,
}

/// What is to be done with one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the outbox, and the chain up to and with it.
    pub position: Position,
    /// Its bytes.
    pub body: EntryBytes,
    /// What is to be done.
    pub decision: Decision,
}

/// What is to be done with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is held under this very number: nothing is written.
    Held(Outcome),
    /// It is in a shop's history under another incarnation: only number, chain and outcome are written.
    Moved {
        /// Its place there.
        seq: u64,
    },
    /// It goes to its shop's history at the next seq, and number, chain and outcome are written.
    Accept {
        /// What it says of itself.
        header: Header,
        /// What is odd about it.
        flags: Vec<Flag>,
    },
    /// It is set aside, and number, chain and outcome are written.
    Quarantine {
        /// Why.
        reason: QuarantineReason,
    },
}

impl Facts {
    /// Of a server that holds nothing yet and grants nothing.
    pub const fn new(epoch: Epoch, device: DeviceId, now: Instant) -> Self {
        Self {
            epoch,
            device,
            now,
            is_removed: false,
            is_rescued: false,
            takes_old: false,
            writes: BTreeSet::new(),
            last: Position::START,
            aside: 0,
            held: BTreeMap::new(),
            stored: BTreeMap::new(),
            people: BTreeMap::new(),
            rights: BTreeMap::new(),
            items: BTreeSet::new(),
        }
    }
}
