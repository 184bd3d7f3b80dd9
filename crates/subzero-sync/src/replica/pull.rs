//! The pull lane: from a shop's head to rows in the cache.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::ids::ShopId;

use crate::backoff::later;
use crate::fault::{Failure, Fault, StorageFailure};
use crate::records::{AppliedOwn, Cursor, Older, PageRecord, ShopCursors};
use crate::wire::{Checksum, Epoch, PULL_BYTES_MAX, PullPage, Row, SegmentInfo, ShopHead};

use super::segments::Next;
use super::timers::Lane;
use super::{ANSWER_MAX_MS, Alert, Attempt, Output, Replica, STORAGE_MAX_MS};

/// What the pull lane waits for.
#[derive(Clone, Copy, Debug)]
pub enum PullStep {
    /// A page of rows after this place.
    Fetch { shop: ShopId, from: Place, to: Option<u64> },
    /// The segments with rows after this place.
    List { shop: ShopId, from: Place },
    /// The segment that begins after this place.
    FetchSegment { shop: ShopId, from: Place, info: SegmentInfo },
    /// The storage. All copies that grow beside the shown ones may be shown with it.
    Store { shop: ShopId, at_once: bool },
}

/// Which end of a copy grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Towards the shop's head.
    Newer,
    /// The rows that are folded into the snapshot, from the first one on.
    Older,
}

/// Where a copy goes on.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub cursor: Cursor,
    pub end: End,
}

impl Place {
    pub const fn newer(cursor: Cursor) -> Self {
        Self { cursor, end: End::Newer }
    }

    pub const fn older(cursor: Cursor) -> Self {
        Self { cursor, end: End::Older }
    }

    /// The row that the next one follows.
    pub const fn seq(&self) -> u64 {
        match self.end {
            End::Newer => self.cursor.seq,
            End::Older => self.cursor.older.seq,
        }
    }

    /// The sum over the rows up to there.
    pub const fn checksum(&self) -> Checksum {
        match self.end {
            End::Newer => self.cursor.checksum,
            End::Older => self.cursor.older.checksum,
        }
    }

    /// The last row that there is use for, if there is one.
    pub const fn limit(&self) -> Option<u64> {
        match self.end {
            End::Newer => None,
            End::Older => Some(self.cursor.base),
        }
    }
}

/// Rows that came, and what the server says of them.
pub struct Taken {
    pub rows: Vec<Row>,
    /// Of the history up to the last of them.
    pub checksum: Checksum,
    /// They reach the shop's head.
    pub complete: bool,
    /// They are a whole segment.
    pub sealed: bool,
}

impl PullStep {
    pub const fn shop(&self) -> ShopId {
        match self {
            Self::Fetch { shop, .. }
            | Self::List { shop, .. }
            | Self::FetchSegment { shop, .. }
            | Self::Store { shop, .. } => *shop,
        }
    }
}

impl Replica {
    pub(super) fn start_pull(&mut self) {
        let Some(epoch) = self.control.epoch else { return };
        if self.pull.is_some() || self.wants_snapshot().is_some() || self.is_adopting() {
            return;
        }
        let mut due = self.heads.values().filter(|head| self.timers.is_due(Lane::Pull(head.shop)));
        let behind = due.find_map(|head| Some((*head, self.behind(head, epoch)?)));
        let behind = behind.map(|(head, from)| (head, Place::newer(from)));
        let Some((head, from)) = behind.or_else(|| self.wanted_older()) else { return };
        match self.next_of(&head, &from) {
            Next::List => self.fetch(PullStep::List { shop: head.shop, from }),
            Next::Segment(info) => self.fetch(PullStep::FetchSegment { shop: head.shop, from, info }),
            Next::Page { to } => self.fetch(PullStep::Fetch { shop: head.shop, from, to }),
        }
    }

    fn fetch(&mut self, step: PullStep) {
        let attempt = self.next_attempt();
        self.pull = Some((attempt, step));
        let shop = step.shop();
        self.timers.expect_by(Lane::Pull(shop), later(self.now, ANSWER_MAX_MS));
        match step {
            PullStep::Fetch { from, to, .. } => self.ask(Output::Pull { attempt, shop, after: from.seq(), to }),
            PullStep::List { from, .. } => self.ask(Output::ListSegments { attempt, shop, after: from.seq() }),
            PullStep::FetchSegment { info, .. } => self.ask(Output::FetchSegment { attempt, shop, hash: info.hash }),
            PullStep::Store { .. } => {}
        }
    }

    /// The copy of a shop in this epoch that can go on, if there is one.
    fn copy(&self, shop: ShopId, epoch: Epoch) -> Option<Cursor> {
        let cursors = self.shops.get(&shop)?;
        let mismatched = self.mismatched.get(&shop).copied().unwrap_or(0);
        let usable = |cursor: &Cursor| cursor.epoch == epoch && cursor.generation > mismatched;
        cursors.building.filter(usable).or(cursors.shown.filter(usable))
    }

    /// The copy that the next page goes to.
    pub(super) fn target(&self, shop: ShopId, epoch: Epoch) -> Cursor {
        let generation_next = self.shops.get(&shop).copied().unwrap_or_default().generation_next();
        self.copy(shop, epoch).unwrap_or(Cursor::start(generation_next, epoch))
    }

    /// From where a shop's copy must go on to get to its head; none if the shown one is there.
    pub(super) fn behind(&self, head: &ShopHead, epoch: Epoch) -> Option<Cursor> {
        let shown = self.shops.get(&head.shop).and_then(|cursors| cursors.shown);
        let waits = self.changes_at_once(epoch) && !self.others_are_ready(head.shop, epoch);
        let is_due = !self.is_ready(head, epoch) || (shown != self.copy(head.shop, epoch) && !waits);
        is_due.then(|| self.target(head.shop, epoch))
    }

    /// Whether a shown copy begins with a snapshot of another epoch: what is folded into it cannot be told apart by shop, so all copies are
    /// built beside the shown ones and change at once.
    fn changes_at_once(&self, epoch: Epoch) -> bool {
        let shown = self.shops.values().filter_map(|cursors| cursors.shown);
        shown.into_iter().any(|cursor| cursor.base > 0 && cursor.epoch != epoch)
    }

    /// Whether the copies of all other shops are built as far as their heads.
    fn others_are_ready(&self, shop: ShopId, epoch: Epoch) -> bool {
        let mut others = self.heads.values().filter(|head| head.shop != shop);
        others.all(|head| self.is_ready(head, epoch))
    }

    /// Whether there is a copy of a shop as far as its head. That of a shop without rows must be there as well, to be shown with the others.
    fn is_ready(&self, head: &ShopHead, epoch: Epoch) -> bool {
        self.copy(head.shop, epoch).is_some_and(|copy| copy.seq >= head.head)
    }

    /// The next shop of which folded rows are wanted and not here.
    fn wanted_older(&self) -> Option<(ShopHead, Place)> {
        let due = |head: &&ShopHead| self.wants_older && self.timers.is_due(Lane::Pull(head.shop));
        self.heads.values().filter(due).find_map(|head| {
            let shown = self.shops.get(&head.shop)?.shown?;
            let lacks_some = shown.older.seq < shown.base && Some(shown.epoch) == self.control.epoch;
            lacks_some.then_some((*head, Place::older(shown)))
        })
    }

    /// The head of a shop as last named; 0 for one that was not.
    pub(super) fn head(&self, shop: ShopId) -> u64 {
        self.heads.get(&shop).map_or(0, |head| head.head)
    }

    /// Ends the step that an answer belongs to, if it is the one under way and one that this takes.
    pub(super) fn end_fetch<T>(&mut self, attempt: Attempt, fits: impl Fn(PullStep) -> Option<T>) -> Option<T> {
        let (current, step) = self.pull?;
        let fitting = fits(step).filter(|_| current == attempt)?;
        self.end_pull(step.shop());
        Some(fitting)
    }

    /// Whether an answer is of the epoch that was asked; it is looked at no further if not.
    pub(super) fn is_of_epoch(&mut self, shop: ShopId, from: &Place, epoch: Epoch) -> bool {
        let fits = self.control.epoch == Some(epoch) && from.cursor.epoch == epoch;
        if !fits {
            self.suspect = Some(epoch).filter(|&epoch| self.control.epoch != Some(epoch)).or(self.suspect);
            self.fail(Lane::Pull(shop), Fault::Request(Failure::NotOurs));
        }
        fits
    }

    pub(super) fn on_pull_finished(&mut self, attempt: Attempt, result: Result<PullPage, Failure>) {
        let asked = self.end_fetch(attempt, |step| match step {
            PullStep::Fetch { shop, from, to } => Some((shop, from, to)),
            PullStep::List { .. } | PullStep::FetchSegment { .. } | PullStep::Store { .. } => None,
        });
        let Some((shop, from, to)) = asked else { return };
        let page = match result {
            Ok(page) => page,
            Err(failure) => return self.fail(Lane::Pull(shop), Fault::Request(failure)),
        };
        if !self.is_of_epoch(shop, &from, page.epoch) {
            return;
        }
        if !is_answer(&page, shop, from.seq(), to, self.head(shop)) {
            return self.fail(Lane::Pull(shop), Fault::Request(Failure::NotOurs));
        }
        self.note_contact();
        let head = self.heads.entry(shop).or_insert(ShopHead { shop, head: 0, sealed: 0 });
        head.head = page.head.max(head.head);
        if page.head < from.seq() {
            return self.mismatch(shop, &from);
        }
        let complete = page.rows.last().map_or(from.seq(), |row| row.seq) >= page.head;
        self.take_rows(shop, &from, Taken { rows: page.rows, checksum: page.checksum, complete, sealed: false });
    }

    /// A copy that is of no use any more: the next page goes to a new one.
    pub(super) fn give_up_copy(&mut self, shop: ShopId, generation: u32) {
        let last = self.mismatched.entry(shop).or_default();
        *last = generation.max(*last);
    }

    /// While a page is being stored, what was read may be from before it.
    pub(super) fn on_copies_read(&mut self, shops: BTreeMap<ShopId, ShopCursors>) {
        if matches!(self.pull, Some((_, PullStep::Store { .. }))) {
            return;
        }
        self.shops = shops;
        if self.heads_told {
            self.forget_unreadable();
        }
    }

    /// The server has other rows than this copy: it is built anew.
    fn mismatch(&mut self, shop: ShopId, from: &Place) {
        self.give_up_copy(shop, from.cursor.generation);
        self.ask(Output::Alert(Alert::CopyMismatched { shop }));
        self.fail(Lane::Pull(shop), Fault::Checksum);
    }

    /// Stores rows that follow a cursor, if they add up.
    pub(super) fn take_rows(&mut self, shop: ShopId, from: &Place, taken: Taken) {
        let Taken { mut rows, checksum: said, complete, mut sealed } = taken;
        if from.checksum().add_all(shop, &rows) != said {
            return self.mismatch(shop, from);
        }
        let whole = rows.len();
        rows.retain(|row| from.limit().is_none_or(|limit| row.seq <= limit));
        sealed &= rows.len() == whole;
        let checksum = from.checksum().add_all(shop, &rows);
        let seq = rows.last().map_or(from.seq(), |row| row.seq);
        let before = from.cursor;
        let to = match from.end {
            End::Newer => {
                Cursor { seq, checksum, applied_own: self.applied_own(&rows).or(before.applied_own), ..before }
            }
            End::Older => Cursor { older: Older { seq, checksum }, ..before },
        };
        let at_once = self.changes_at_once(before.epoch);
        let complete = complete && (!at_once || self.others_are_ready(shop, before.epoch));
        let others = self.heads.keys().copied().filter(|other| *other != shop);
        let together = if at_once && complete { others.collect() } else { BTreeSet::new() };
        let record = PageRecord { shop, from: before, to, rows, sealed, complete, together };
        let attempt = self.next_attempt();
        self.pull = Some((attempt, PullStep::Store { shop, at_once: at_once && complete }));
        self.timers.expect_by(Lane::Pull(shop), later(self.now, STORAGE_MAX_MS));
        self.ask(Output::StorePage { attempt, page: Box::new(record) });
    }

    /// The last own entry among these rows. Only what the server has acked to this very outbox counts: a row with the same
    /// number that a clone pushed is not ours.
    fn applied_own(&self, rows: &[Row]) -> Option<AppliedOwn> {
        let (incarnation, acked) = (self.control.incarnation, self.control.acked.dseq);
        let own = rows.iter().filter(|row| row.inc == incarnation && row.dseq <= acked);
        own.map(|row| row.dseq).max().map(|dseq| AppliedOwn { incarnation, dseq })
    }

    pub(super) fn on_page_stored(&mut self, attempt: Attempt, cursors: ShopCursors) {
        let Some((shop, at_once)) = self.end_store(attempt) else { return };
        self.shops.insert(shop, cursors);
        for (_, others) in self.shops.iter_mut().filter(|(other, _)| at_once && **other != shop) {
            others.shown = others.building.take().or(others.shown);
        }
        if cursors.building.is_none() {
            // Only a whole copy counts: one that never adds up is built ever more slowly.
            self.timers.succeed(Lane::Pull(shop));
        }
    }

    pub(super) fn on_page_conflicted(&mut self, attempt: Attempt, cursors: ShopCursors) {
        let Some((shop, _)) = self.end_store(attempt) else { return };
        let before = self.shops.insert(shop, cursors);
        if before == Some(cursors) {
            // No other tab was faster: trying the same again at once would fail alike.
            self.fail(Lane::Pull(shop), Fault::Storage(StorageFailure::Aborted));
        }
    }

    pub(super) fn on_pull_storage_failed(&mut self, attempt: Attempt, failure: StorageFailure) {
        if let Some((shop, _)) = self.end_store(attempt) {
            self.fail(Lane::Pull(shop), Fault::Storage(failure));
        }
    }

    fn end_store(&mut self, attempt: Attempt) -> Option<(ShopId, bool)> {
        self.end_fetch(attempt, |step| match step {
            PullStep::Store { shop, at_once } => Some((shop, at_once)),
            PullStep::Fetch { .. } | PullStep::List { .. } | PullStep::FetchSegment { .. } => None,
        })
    }

    fn end_pull(&mut self, shop: ShopId) {
        self.pull = None;
        self.timers.answered(Lane::Pull(shop));
    }

    pub(super) fn give_up_pull(&mut self) {
        let Some((_, step)) = self.pull.take() else { return };
        let fault = match step {
            PullStep::Fetch { .. } | PullStep::List { .. } | PullStep::FetchSegment { .. } => {
                Fault::Request(Failure::TimedOut)
            }
            PullStep::Store { .. } => Fault::Storage(StorageFailure::Aborted),
        };
        self.fail(Lane::Pull(step.shop()), fault);
    }
}

/// Is this the page that was asked for: of this shop, after this row, without a hole, within its limits?
fn is_answer(page: &PullPage, shop: ShopId, after: u64, to: Option<u64>, head_known: u64) -> bool {
    let dense = page.rows.iter().zip(after.saturating_add(1)..).all(|(row, seq)| row.seq == seq);
    let bytes = page.rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.body.0.len()));
    let last = page.rows.last().map_or(after, |row| row.seq);
    let gets_on = !page.rows.is_empty() || after >= head_known.max(page.head);
    let within = page.rows.is_empty() || (last <= page.head && to.is_none_or(|to| last <= to));
    page.shop == shop && page.after == after && dense && gets_on && within && bytes <= PULL_BYTES_MAX
}
