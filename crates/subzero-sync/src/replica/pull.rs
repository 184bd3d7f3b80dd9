//! The pull lane: from a shop's head to rows in the cache.

use std::collections::BTreeMap;

use subzero_ledger::ids::ShopId;

use crate::backoff::later;
use crate::fault::{Failure, Fault, StorageFailure};
use crate::records::{AppliedOwn, Cursor, PageRecord, ShopCursors};
use crate::wire::{Epoch, PULL_BYTES_MAX, PullPage, Row};

use super::timers::Lane;
use super::{ANSWER_MAX_MS, Alert, Attempt, Output, Replica, STORAGE_MAX_MS};

/// What the pull lane waits for.
#[derive(Clone, Copy, Debug)]
pub enum PullStep {
    /// A page of rows after this cursor.
    Fetch { shop: ShopId, from: Cursor },
    /// The storage.
    Store { shop: ShopId },
}

impl Replica {
    pub(super) fn start_pull(&mut self) {
        let Some(epoch) = self.control.epoch else { return };
        if self.pull.is_some() {
            return;
        }
        let mut due = self.heads.iter().filter(|(shop, _)| self.timers.is_due(Lane::Pull(**shop)));
        let behind = due.find_map(|(&shop, &head)| Some((shop, self.behind(shop, head, epoch)?)));
        let Some((shop, from)) = behind else { return };
        let attempt = self.next_attempt();
        self.pull = Some((attempt, PullStep::Fetch { shop, from }));
        self.timers.expect_by(Lane::Pull(shop), later(self.now, ANSWER_MAX_MS));
        self.ask(Output::Pull { attempt, shop, after: from.seq });
    }

    /// The copy that the next page goes to.
    fn target(&self, shop: ShopId, epoch: Epoch) -> Cursor {
        let cursors = self.shops.get(&shop).copied().unwrap_or_default();
        let mismatched = self.mismatched.get(&shop).copied().unwrap_or(0);
        let usable = |cursor: &Cursor| cursor.epoch == epoch && cursor.generation > mismatched;
        let continued = cursors.building.filter(usable).or(cursors.shown.filter(usable));
        continued.unwrap_or(Cursor::start(cursors.generation_next(), epoch))
    }

    /// From where a shop's copy must go on to get to `head`; none if the shown one is there.
    pub(super) fn behind(&self, shop: ShopId, head: u64, epoch: Epoch) -> Option<Cursor> {
        let target = self.target(shop, epoch);
        let shown = self.shops.get(&shop).and_then(|cursors| cursors.shown);
        (target.seq < head || shown != Some(target)).then_some(target)
    }

    pub(super) fn on_pull_finished(&mut self, attempt: Attempt, result: Result<PullPage, Failure>) {
        let Some((current, PullStep::Fetch { shop, from })) = self.pull else { return };
        if current != attempt {
            return;
        }
        self.end_pull(shop);
        let page = match result {
            Ok(page) if self.control.epoch == Some(page.epoch) && from.epoch == page.epoch => page,
            Ok(page) => {
                self.suspect = Some(page.epoch).filter(|&epoch| self.control.epoch != Some(epoch)).or(self.suspect);
                return self.fail(Lane::Pull(shop), Fault::Request(Failure::NotOurs));
            }
            Err(failure) => return self.fail(Lane::Pull(shop), Fault::Request(failure)),
        };
        let head_known = self.heads.get(&shop).copied().unwrap_or(0);
        if !is_answer(&page, shop, from.seq, head_known) {
            return self.fail(Lane::Pull(shop), Fault::Request(Failure::NotOurs));
        }
        self.note_contact();
        self.take_page(from, page);
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

    fn take_page(&mut self, from: Cursor, page: PullPage) {
        let shop = page.shop;
        let checksum = from.checksum.add_all(shop, &page.rows);
        if checksum != page.checksum || page.head < from.seq {
            self.give_up_copy(shop, from.generation);
            self.ask(Output::Alert(Alert::CopyMismatched { shop }));
            return self.fail(Lane::Pull(shop), Fault::Checksum);
        }
        let head = self.heads.entry(shop).or_default();
        *head = page.head.max(*head);
        let seq = page.rows.last().map_or(from.seq, |row| row.seq);
        let applied_own = self.applied_own(&page.rows).or(from.applied_own);
        let to = Cursor { seq, checksum, applied_own, ..from };
        let record = PageRecord { shop, from, to, rows: page.rows, complete: seq >= page.head };
        let attempt = self.next_attempt();
        self.pull = Some((attempt, PullStep::Store { shop }));
        self.timers.expect_by(Lane::Pull(shop), later(self.now, STORAGE_MAX_MS));
        self.ask(Output::StorePage { attempt, page: record });
    }

    /// The last own entry among these rows. Only what the server has acked to this very outbox counts: a row with the same
    /// number that a clone pushed is not ours.
    fn applied_own(&self, rows: &[Row]) -> Option<AppliedOwn> {
        let (incarnation, acked) = (self.control.incarnation, self.control.acked.dseq);
        let own = rows.iter().filter(|row| row.inc == incarnation && row.dseq <= acked);
        own.map(|row| row.dseq).max().map(|dseq| AppliedOwn { incarnation, dseq })
    }

    pub(super) fn on_page_stored(&mut self, attempt: Attempt, cursors: ShopCursors) {
        let Some(shop) = self.end_store(attempt) else { return };
        self.shops.insert(shop, cursors);
        if cursors.building.is_none() {
            // Only a whole copy counts: one that never adds up is built ever more slowly.
            self.timers.succeed(Lane::Pull(shop));
        }
    }

    pub(super) fn on_page_conflicted(&mut self, attempt: Attempt, cursors: ShopCursors) {
        let Some(shop) = self.end_store(attempt) else { return };
        let before = self.shops.insert(shop, cursors);
        if before == Some(cursors) {
            // No other tab was faster: trying the same again at once would fail alike.
            self.fail(Lane::Pull(shop), Fault::Storage(StorageFailure::Aborted));
        }
    }

    pub(super) fn on_pull_storage_failed(&mut self, attempt: Attempt, failure: StorageFailure) {
        if let Some(shop) = self.end_store(attempt) {
            self.fail(Lane::Pull(shop), Fault::Storage(failure));
        }
    }

    fn end_store(&mut self, attempt: Attempt) -> Option<ShopId> {
        let Some((current, PullStep::Store { shop })) = self.pull else { return None };
        if current != attempt {
            return None;
        }
        self.end_pull(shop);
        Some(shop)
    }

    fn end_pull(&mut self, shop: ShopId) {
        self.pull = None;
        self.timers.answered(Lane::Pull(shop));
    }

    pub(super) fn give_up_pull(&mut self) {
        let fault = match self.pull.take() {
            Some((_, PullStep::Fetch { shop, .. })) => (shop, Fault::Request(Failure::TimedOut)),
            Some((_, PullStep::Store { shop })) => (shop, Fault::Storage(StorageFailure::Aborted)),
            None => return,
        };
        self.fail(Lane::Pull(fault.0), fault.1);
    }
}

/// Is this the page that was asked for: of this shop, after this row, without a hole, within its limits?
fn is_answer(page: &PullPage, shop: ShopId, after: u64, head_known: u64) -> bool {
    let dense = page.rows.iter().zip(after.saturating_add(1)..).all(|(row, seq)| row.seq == seq);
    let bytes = page.rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.body.0.len()));
    let last = page.rows.last().map_or(after, |row| row.seq);
    let gets_on = !page.rows.is_empty() || after >= head_known.max(page.head);
    let within = page.rows.is_empty() || last <= page.head;
    page.shop == shop && page.after == after && dense && gets_on && within && bytes <= PULL_BYTES_MAX
}
