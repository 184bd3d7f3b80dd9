//! What a device keeps, as plain records: the page's storage and the in-memory [`model`](crate::model) hold the same ones.
//!
//! Database A, the outbox, is what cannot be had again: [`Own`] entries, their verdicts, and one [`Control`]. Database B, the
//! cache, is what the server can send again: rows and [`ShopCursors`]. No txn ever spans both, and none needs to: what is
//! shown is their union, each entry once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use uuid::Uuid;

use crate::chain::Position;
use crate::wire::{Checksum, ContentHash, EntryBytes, Epoch, Incarnation, PushVerdict, Row};

/// Where an outbox stands; one record of database A, written only by compare-and-swap on the incarnation and the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// The life of this outbox that its entries are pushed under.
    pub incarnation: Incarnation,
    /// The key of an own entry is `base` plus its device sequence. Keys are handed out by the database, dense, and are never
    /// used again; a new incarnation counts from a new base and rewrites nothing.
    pub base: u64,
    /// The place before the oldest own entry that is still kept.
    pub kept: Position,
    /// Up to where the server has acked. Never falls within an epoch and an incarnation.
    pub acked: Position,
    /// The epoch in which it was acked; none until the server has answered for the first time.
    pub epoch: Option<Epoch>,
    /// The highest receipt number among own entries that are no longer kept: the counter goes on from there.
    pub receipt: u64,
}

impl Control {
    /// A new outbox's first record.
    pub const fn new(incarnation: Incarnation) -> Self {
        Self { incarnation, base: 0, kept: Position::START, acked: Position::START, epoch: None, receipt: 0 }
    }
}

/// An own entry as the outbox numbered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// 1, 2, 3 … within the incarnation.
    pub dseq: u64,
    /// The entry.
    pub body: EntryBytes,
}

/// A stretch of the outbox, read in one txn together with the control record that numbers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRead {
    /// Where the outbox stands.
    pub control: Control,
    /// The highest device sequence there is; 0 for none.
    pub last: u64,
    /// The entries after the place that was asked for, in order and dense.
    pub own: Vec<Own>,
}

/// An ack to be kept: written only where incarnation and epoch are still the same (or there is no epoch yet), and it only rises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AckRecord {
    /// The incarnation that was acked.
    pub incarnation: Incarnation,
    /// The epoch that acked it.
    pub epoch: Epoch,
    /// Up to where.
    pub acked: Position,
    /// What became of each entry, in the same txn: an entry that was put aside stays visible by its verdict alone.
    pub verdicts: Vec<PushVerdict>,
}

/// The server is of a new epoch: written only where [`EpochAdoption::is_due`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochAdoption {
    /// The incarnation the server told of.
    pub incarnation: Incarnation,
    /// The epoch so far.
    pub from: Option<Epoch>,
    /// The epoch from now on.
    pub to: Epoch,
    /// What the server still has.
    pub acked: Position,
}

impl EpochAdoption {
    /// Whether incarnation and epoch are still what they were, and the epoch is not the new one already: another tab may have taken it up
    /// and had more acked since.
    pub fn is_due(&self, control: &Control) -> bool {
        control.incarnation == self.incarnation && control.epoch == self.from && self.from != Some(self.to)
    }
}

/// How far one copy of a shop's history goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which copy: rows are keyed by shop, generation and seq, so a new copy grows beside the old one.
    pub generation: u32,
    /// The epoch its rows are of.
    pub epoch: Epoch,
    /// Rows 1 to `seq` are here, those up to `base` folded into the account's snapshot.
    pub seq: u64,
    /// The sum over them.
    pub checksum: Checksum,
    /// The last row that is folded; 0 for none.
    #[serde(default)]
    pub base: u64,
    /// How many of the folded rows are here as rows as well.
    #[serde(default)]
    pub older: Older,
    /// The last own entry among them that the server had acked to this outbox.
    pub applied_own: Option<AppliedOwn>,
}

impl Cursor {
    /// An empty copy.
    pub const fn start(generation: u32, epoch: Epoch) -> Self {
        Self { generation, epoch, seq: 0, checksum: Checksum::EMPTY, base: 0, older: Older::NONE, applied_own: None }
    }
}

/// Rows that are folded and have been fetched all the same, because somebody wanted to see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Older {
    /// Rows 1 to this.
    pub seq: u64,
    /// The sum over them.
    pub checksum: Checksum,
}

impl Older {
    /// No such rows.
    pub const NONE: Self = Self { seq: 0, checksum: Checksum::EMPTY };
}

/// The snapshot that the copies of all shops begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// What it is named by.
    pub hash: ContentHash,
    /// Since when nothing is left out.
    pub horizon: Instant,
    /// What its parts are named by, in order.
    pub parts: Vec<ContentHash>,
}

/// A snapshot whose parts are all here is to be begun with: the base, and every cursor, in one txn.
///
/// It is written only where the copies of these shops stand as they are said to; anything else is a conflict, and nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotAdoption {
    /// The snapshot.
    pub base: Base,
    /// Where each shop's copies must stand.
    pub instead_of: BTreeMap<ShopId, ShopCursors>,
    /// Where each shop's shown copy stands afterwards. Older copies and their rows go.
    pub cursors: BTreeMap<ShopId, Cursor>,
}

/// Every own entry of the shop up to this one, unless it was quarantined, is among the copy's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedOwn {
    /// Of this incarnation …
    pub incarnation: Incarnation,
    /// … up to this device sequence.
    pub dseq: u64,
}

/// The copies of one shop's history: one record of database B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopCursors {
    /// The copy that people see.
    pub shown: Option<Cursor>,
    /// The copy that grows beside it, until it reaches the shop's head and is shown instead.
    pub building: Option<Cursor>,
}

impl ShopCursors {
    /// The number for the next copy.
    pub fn generation_next(&self) -> u32 {
        let generations = [self.shown, self.building];
        generations.into_iter().flatten().map(|cursor| cursor.generation).max().unwrap_or(0).saturating_add(1)
    }
}

/// One page of a shop's history to be kept: rows, cursor, checksum and `applied_own` in one txn.
///
/// It is written only where a copy stands exactly at `from`; a `from` of seq 0 with the next generation's number starts a
/// copy. Anything else is a conflict, and nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecord {
    /// The shop.
    pub shop: ShopId,
    /// Where the copy must stand.
    pub from: Cursor,
    /// Where it stands afterwards; the same generation.
    pub to: Cursor,
    /// Rows `from.seq + 1` to `to.seq`.
    pub rows: Vec<Row>,
    /// They are a whole segment: they are kept as they are and are never put together with others.
    pub sealed: bool,
    /// The copy now reaches the head that the server named: it is shown from now on, and older copies go.
    pub complete: bool,
    /// The shops whose growing copies are shown from now on as well: where the shown ones begin with a snapshot of another epoch, all of
    /// them change at once.
    pub together: BTreeSet<ShopId>,
}

/// What came of storing a page; either way with where the shop's copies stand now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageWrite {
    /// Written, all of it.
    Stored(ShopCursors),
    /// Nothing was written: no copy stands where the page starts.
    Conflicted(ShopCursors),
}

/// All that a replica needs to know of both databases at start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persisted {
    /// Where the outbox stands.
    pub control: Control,
    /// The highest device sequence in it; 0 for none.
    pub last: u64,
    /// The copies there are.
    pub shops: BTreeMap<ShopId, ShopCursors>,
}

/// A new life for an outbox: written only where the incarnation is still `instead_of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIncarnation {
    /// The one that ends.
    pub instead_of: Incarnation,
    /// The one that begins; minted by the storage, at random.
    pub incarnation: Incarnation,
}

impl NewIncarnation {
    /// From 128 random bits.
    pub const fn from_random(instead_of: Incarnation, bits: u128) -> Self {
        Self { instead_of, incarnation: Incarnation(Uuid::from_u128(bits)) }
    }
}
