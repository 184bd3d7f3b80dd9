//! What a device keeps, as plain records: the page's storage and the in-memory [`model`](crate::model) hold the same ones.
//!
//! Database A, the outbox, is what cannot be had again: [`Own`] entries, their verdicts, and one [`Control`]. Database B, the
//! cache, is what the server can send again: rows and [`ShopCursors`]. No txn ever spans both, and none needs to: what is
//! shown is their union, each entry once.
//!
//! What changes a [`Control`], and under which condition, is decided by its own methods: page and model only carry it out in one txn.

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
    /// Since when the server has had what: own entries have their time from then on. A record of an older version has none.
    #[serde(default)]
    pub marks: Marks,
    /// The last earlier life in which own entries were let go: only under that one can the server be asked whether it still has them.
    #[serde(default)]
    pub former: Option<Former>,
}

impl Control {
    /// A new outbox's first record.
    pub const fn new(incarnation: Incarnation) -> Self {
        Self {
            incarnation,
            base: 0,
            kept: Position::START,
            acked: Position::START,
            epoch: None,
            receipt: 0,
            marks: Marks::NONE,
            former: None,
        }
    }

    /// Takes in an ack. False where it is of another life or epoch: then neither this record nor a verdict may be written.
    pub fn take_ack(&mut self, ack: &AckRecord) -> bool {
        if self.incarnation != ack.incarnation || self.epoch.is_some_and(|epoch| epoch != ack.epoch) {
            return false;
        }
        self.epoch = Some(ack.epoch);
        if ack.acked.dseq > self.acked.dseq {
            self.acked = ack.acked;
        }
        if let Some(at) = ack.at {
            self.marks.note(at, self.acked.dseq);
        }
        true
    }

    /// Takes up a new epoch. False where that is not due, and nothing may be written.
    pub fn take_epoch(&mut self, adoption: &EpochAdoption) -> bool {
        let is_due = adoption.is_due(self);
        if is_due {
            self.epoch = Some(adoption.to);
            self.acked = adoption.acked;
            self.marks.drop_after(adoption.acked.dseq);
        }
        is_due
    }

    /// Begins a new life whose first entry has the key after `base`. False where another one has begun meanwhile.
    pub fn take_incarnation(&mut self, new: &NewIncarnation, base: u64) -> bool {
        let is_due = self.incarnation == new.instead_of;
        if is_due {
            let (epoch, receipt, kept) = (self.epoch, self.receipt, self.kept);
            let let_go = Some(Former { incarnation: self.incarnation, kept }).filter(|_| kept.dseq > 0);
            let former = let_go.or(self.former);
            *self = Self { base, epoch, receipt, former, ..Self::new(new.incarnation) };
        }
        is_due
    }

    /// Lets own entries go. False where they may not: another life has begun, they are gone already, or the server has not acked them all.
    /// Whether one of them was set aside is not known here; then it must not be asked.
    pub fn take_collection(&mut self, collection: &Collection) -> bool {
        let kept = collection.kept;
        let is_due =
            self.incarnation == collection.incarnation && kept.dseq > self.kept.dseq && kept.dseq <= self.acked.dseq;
        if is_due {
            self.kept = kept;
            self.receipt = self.receipt.max(collection.receipt);
            self.marks.drop_to(kept.dseq);
        }
        is_due
    }
}

/// An earlier life of an outbox, and what of it is not kept any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// The life.
    pub incarnation: Incarnation,
    /// The last entry that was let go.
    pub kept: Position,
}

/// How long own entries are kept after the server acked them, in milliseconds: for a server that is restored from a backup as old.
pub const OWN_KEPT_MS: i64 = 30 * 86_400_000;
/// The least time between two marks, in milliseconds: entries are kept at most so much longer.
pub const MARK_EVERY_MS: i64 = 5 * 86_400_000;
/// Enough of them for the whole time.
const MARKS: usize = 6;

/// At this moment of the server's clock, the outbox was acked up to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When. The device's own clock may be off by days.
    pub at: Instant,
    /// The device sequence.
    pub dseq: u64,
}

/// A few marks, oldest first: how old the acked entries are, without keeping a moment for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks([Option<Mark>; MARKS]);

impl Marks {
    /// None yet.
    pub const NONE: Self = Self([None; MARKS]);

    fn note(&mut self, at: Instant, dseq: u64) {
        // The server's clock was ahead, and is right again: what was acked then has been so since now at the latest.
        for mark in self.0.iter_mut().flatten() {
            mark.at = mark.at.min(at);
        }
        let last = self.0.iter().flatten().next_back();
        let is_next = last.is_none_or(|last| last.dseq < dseq && at.ms_since(last.at) >= MARK_EVERY_MS);
        if let Some(free) = self.0.iter_mut().find(|mark| mark.is_none()).filter(|_| is_next && dseq > 0) {
            *free = Some(Mark { at, dseq });
        }
    }

    /// Up to which device sequence own entries have had their time by this moment of the server's clock; 0 for none.
    pub fn had_their_time(&self, now: Instant) -> u64 {
        let old = self.0.iter().flatten().filter(|mark| now.ms_since(mark.at) >= OWN_KEPT_MS);
        old.map(|mark| mark.dseq).max().unwrap_or(0)
    }

    fn drop_to(&mut self, dseq: u64) {
        self.keep(|mark| mark.dseq > dseq);
    }

    fn drop_after(&mut self, dseq: u64) {
        self.keep(|mark| mark.dseq <= dseq);
    }

    fn keep(&mut self, is_kept: impl Fn(&Mark) -> bool) {
        let mut kept = self.0.into_iter().flatten().filter(is_kept);
        self.0 = std::array::from_fn(|_| kept.next());
    }
}

/// Own entries that have had their time and are among the rows of the shown copies: let go only where [`Control::take_collection`]
/// allows it and none of them was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The life they are numbered in.
    pub incarnation: Incarnation,
    /// The last of them.
    pub kept: Position,
    /// The highest receipt number among them; 0 for none.
    pub receipt: u64,
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
    /// What became of each entry, in the same txn: an entry that was set aside stays visible by its verdict alone.
    pub verdicts: Vec<PushVerdict>,
    /// The server's clock as last heard; none if it was not.
    pub at: Option<Instant>,
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
    /// and had more acked since. What another tab has let go meanwhile could not be sent again: then more has to be asked for first.
    pub fn is_due(&self, control: &Control) -> bool {
        let is_kept_after = self.acked.dseq >= control.kept.dseq;
        control.incarnation == self.incarnation
            && control.epoch == self.from
            && self.from != Some(self.to)
            && is_kept_after
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
