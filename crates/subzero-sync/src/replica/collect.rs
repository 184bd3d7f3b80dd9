//! Letting own entries go once they have had their time.
//!
//! An entry may go when three things hold: the server acked it 30 days ago, by its own clock and by the device's, nobody has yet to look at it, and the rows of
//! the shown copy have held it for so long that no loss of power can take it out of there again. What is kept stays dense, so they go from
//! the oldest on, a txn of a few at a time, and never while there is something to send.

use std::collections::BTreeMap;

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_ledger::receipts;

use crate::records::{AppliedOwn, Collection, Control, OWN_KEPT_MS, Own};
use crate::wire::PUSH_ENTRIES_MAX;

use super::push::{Goal, PushStep};
use super::{Attempt, Output, Replica, STORAGE_MAX_MS};

/// What was written to the cache this long ago, in milliseconds of the server's clock, is on the disk: pages are not written strictly.
const SETTLED_MS: i64 = 2 * 60_000;

/// Which own entries may go.
#[derive(Clone, Debug)]
pub struct Collecting {
    /// The server's clock, as last heard; it never goes back.
    server_now: Option<Instant>,
    /// What the shown copies held at some moment.
    seen: Option<(Instant, AppliedByShop)>,
    /// What they have held for long enough; none once there is nothing more to let go of.
    settled: Option<AppliedByShop>,
    /// At most so many at once: fewer where one of them was set aside.
    batch_max: usize,
}

impl Default for Collecting {
    fn default() -> Self {
        Self { server_now: None, seen: None, settled: None, batch_max: PUSH_ENTRIES_MAX }
    }
}

type AppliedByShop = BTreeMap<ShopId, (u32, AppliedOwn)>;

impl Collecting {
    pub const fn server_now(&self) -> Option<Instant> {
        self.server_now
    }
}

impl Replica {
    pub(super) fn note_server_clock(&mut self, now: Instant) {
        let now = self.collecting.server_now.map_or(now, |before| before.max(now));
        self.collecting.server_now = Some(now);
        if self.control.marks.had_their_time(now) <= self.control.kept.dseq {
            self.collecting.seen = None;
            return;
        }
        match &self.collecting.seen {
            Some((at, _)) if now.ms_since(*at) < SETTLED_MS => {}
            Some((_, applied)) => {
                self.collecting.settled = Some(applied.clone());
                self.collecting.seen = Some((now, self.applied_by_shop()));
            }
            None => self.collecting.seen = Some((now, self.applied_by_shop())),
        }
    }

    /// Of the copies that are of the outbox's epoch: an older one may hold what a restored server has lost.
    fn applied_by_shop(&self) -> AppliedByShop {
        let shown = self.shops.iter().filter_map(|(&shop, cursors)| Some((shop, cursors.shown?)));
        let current = shown.filter(|(_, cursor)| self.control.epoch == Some(cursor.epoch));
        current.filter_map(|(shop, cursor)| Some((shop, (cursor.generation, cursor.applied_own?)))).collect()
    }

    pub(super) fn start_collecting(&mut self) {
        if self.collecting.settled.is_some() {
            let attempt = self.expect_push(PushStep::Read(Goal::Collect), STORAGE_MAX_MS);
            let (after, entries_max) = (self.control.kept.dseq, self.collecting.batch_max);
            self.ask(Output::ReadOwn { attempt, after, entries_max, bytes_max: crate::wire::PUSH_BYTES_MAX });
        }
    }

    pub(super) fn collect(&mut self, own: &[Own]) {
        let (mut kept, mut receipt) = (self.control.kept, 0);
        for own in own {
            let next = kept.next(self.control.incarnation, &own.body);
            let Some(number) = self.receipt_if_it_may_go(own).filter(|_| next.dseq == own.dseq) else { break };
            (kept, receipt) = (next, number.max(receipt));
        }
        if kept == self.control.kept {
            self.collecting.settled = None;
            self.collecting.batch_max = PUSH_ENTRIES_MAX;
            return;
        }
        let attempt = self.expect_push(PushStep::Forget, STORAGE_MAX_MS);
        let collection = Collection { incarnation: self.control.incarnation, kept, receipt };
        self.ask(Output::ForgetOwn { attempt, collection });
    }

    /// The number on its receipt, 0 for none; none if it must stay.
    fn receipt_if_it_may_go(&self, own: &Own) -> Option<u64> {
        let entry = Entry::decode_confirmed(own.dseq, &own.body.0).ok()?;
        let shop = entry.header.shop;
        let (generation, applied) = self.collecting.settled.as_ref()?.get(&shop)?;
        let shown = self.shops.get(&shop)?.shown.filter(|shown| shown.generation == *generation)?;
        let is_there = self.control.epoch == Some(shown.epoch)
            && applied.incarnation == self.control.incarnation
            && applied.dseq >= own.dseq;
        // By either clock: one that is wrong lets nothing go.
        let is_old = own.dseq <= self.control.marks.had_their_time(self.collecting.server_now?)
            && self.now.ms_since(entry.header.at) >= OWN_KEPT_MS;
        (is_there && is_old).then_some(receipts::running_number(&entry).unwrap_or(0))
    }

    pub(super) fn on_own_forgotten(&mut self, attempt: Attempt, control: &Control) {
        if self.end_push(attempt, |step| matches!(step, PushStep::Forget)).is_none() {
            return;
        }
        if self.control.kept == control.kept {
            // One of them was set aside. Those before it may still go.
            self.collecting.batch_max >>= 1_u32;
            if self.collecting.batch_max == 0 {
                self.collecting.settled = None;
                self.collecting.batch_max = PUSH_ENTRIES_MAX;
            }
        }
        self.take_control(control);
    }
}
