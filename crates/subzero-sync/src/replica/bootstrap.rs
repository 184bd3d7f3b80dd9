//! Beginning with a snapshot: where there is no copy of any shop, all of them begin with what the server has folded. Copies that are here go on from
//! a newer one once enough rows have come since theirs, so that a device that starts reads few rows however long it has been in use.
//!
//! It is an acceleration and nothing else. Whatever keeps the snapshot from coming, the rows come in its place.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use subzero_ledger::ids::ShopId;

use crate::backoff::later;
use crate::fault::{Failure, Fault, StorageFailure};
use crate::records::{AppliedOwn, Base, Control, Cursor, Older, ShopCursors, SnapshotAdoption};
use crate::segment::{content_hash, snapshot_hash};
use crate::wire::{ContentHash, Epoch, FoldedShop, SNAPSHOT_PART_BYTES_MAX, SNAPSHOT_PARTS_MAX, SnapshotInfo};

use super::timers::Lane;
use super::{ANSWER_MAX_MS, Attempt, Output, Replica, STORAGE_MAX_MS};

/// How often an answer may be something else than the snapshot before rows are fetched in its place: a hotel's login page is no reason to
/// do without.
const STRIKES_MAX: u8 = 3;

/// So many rows are worth fetching each part of a newer snapshot: one of a large business is large, and comes less often.
pub const ROWS_WORTH_A_PART: u64 = 1_000;

/// How far beginning has come.
#[derive(Clone, Debug, Default)]
pub struct Bootstrap {
    step: Option<(Attempt, Step)>,
    /// What is being fetched, and the parts that are still to come.
    under_way: Option<(SnapshotInfo, VecDeque<ContentHash>)>,
    strikes: u8,
    /// An offer that was no use: rows are fetched in its place.
    given_up: Option<ContentHash>,
    /// The offer that the copies begin with, as far as this replica took it: it is no newer one.
    taken: Option<ContentHash>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Told,
    Fetched(ContentHash),
    PartStored,
    Adopted,
}

impl Replica {
    pub(super) fn start_bootstrap(&mut self) {
        if self.bootstrap.step.is_some() || !self.timers.is_due(Lane::Bootstrap) {
            return;
        }
        match self.bootstrap.under_way.take() {
            Some((info, parts)) if Some(info.epoch) == self.control.epoch => self.go_on_with(info, parts),
            Some(_) | None => {
                if self.wants_snapshot().or_else(|| self.may_want_newer()).is_some() {
                    let attempt = self.expect_bootstrap(Step::Told, ANSWER_MAX_MS);
                    self.ask(Output::FetchSnapshot { attempt });
                }
            }
        }
    }

    /// Whether copies are about to go on from another snapshot: no page comes between.
    pub(super) fn is_adopting(&self) -> bool {
        matches!(self.bootstrap.step, Some((_, Step::Adopted)))
    }

    /// The epoch, if there is an offer in it and no copy of any shop that could go on.
    pub(super) fn wants_snapshot(&self) -> Option<Epoch> {
        let epoch = self.control.epoch?;
        self.offered.filter(|offered| self.bootstrap.given_up != Some(*offered))?;
        let is_new = |shop: &ShopId| self.target(*shop, epoch).seq == 0;
        (!self.heads.is_empty() && self.heads.keys().all(is_new)).then_some(epoch)
    }

    fn go_on_with(&mut self, info: SnapshotInfo, parts: VecDeque<ContentHash>) {
        if !self.is_of_use(&info) {
            self.bootstrap.given_up = self.offered;
            return;
        }
        if let Some(&hash) = parts.front() {
            let attempt = self.expect_bootstrap(Step::Fetched(hash), ANSWER_MAX_MS);
            self.ask(Output::FetchSnapshotPart { attempt, hash });
        } else if self.pull.is_none() {
            let adoption = self.adoption(&info);
            let attempt = self.expect_bootstrap(Step::Adopted, STORAGE_MAX_MS);
            self.ask(Output::AdoptSnapshot { attempt, adoption });
        }
        self.bootstrap.under_way = Some((info, parts));
    }

    /// The epoch, if there is an offer in it that whole copies could go on from, with enough rows between: it is not known yet up to where it
    /// goes.
    fn may_want_newer(&self) -> Option<Epoch> {
        let epoch = self.control.epoch?;
        self.offered.filter(|offered| ![self.bootstrap.given_up, self.bootstrap.taken].contains(&Some(*offered)))?;
        let copies = self.heads.keys().filter_map(|shop| self.whole_copy(*shop, epoch));
        let rows = copies.map(|copy| copy.seq.saturating_sub(copy.base)).fold(0, u64::saturating_add);
        let is_due = self.is_up_to_date() && self.pull.is_none() && rows >= self.rows_worth_a_part;
        is_due.then_some(epoch)
    }

    /// The shown copy of a shop, if no other grows beside it.
    fn whole_copy(&self, shop: ShopId, epoch: Epoch) -> Option<Cursor> {
        let ShopCursors { shown, building } = *self.shops.get(&shop)?;
        shown.filter(|shown| shown.epoch == epoch && shown.seq >= shown.base && building.is_none())
    }

    fn is_of_use(&self, info: &SnapshotInfo) -> bool {
        if self.wants_snapshot().is_some() {
            return info.shops.iter().all(|of| self.holds_what_was_let_go(of));
        }
        // All that is folded stays folded, and no copy falls behind.
        let folded_rows = info.shops.iter().map(|of| {
            let copy = self.whole_copy(of.shop, info.epoch)?;
            (of.seq <= copy.seq).then(|| of.seq.checked_sub(copy.base)).flatten()
        });
        let named: BTreeSet<ShopId> = info.shops.iter().map(|of| of.shop).collect();
        let is_folded = |cursors: &ShopCursors| cursors.shown.is_some_and(|shown| shown.base > 0);
        let mut folded = self.shops.iter().filter(|(_, cursors)| is_folded(cursors)).map(|(shop, _)| shop);
        let parts = u64::try_from(info.parts.len()).unwrap_or(u64::MAX);
        let worth_it = self.rows_worth_a_part.saturating_mul(parts);
        folded.all(|shop| named.contains(shop)) && folded_rows.sum::<Option<u64>>().is_some_and(|rows| rows >= worth_it)
    }

    fn adoption(&self, info: &SnapshotInfo) -> SnapshotAdoption {
        let stand = |shop: ShopId| self.shops.get(&shop).copied().unwrap_or_default();
        let begun = |of: &FoldedShop| Cursor {
            generation: stand(of.shop).generation_next(),
            epoch: info.epoch,
            seq: of.seq,
            checksum: of.checksum,
            base: of.seq,
            older: Older::NONE,
            applied_own: self.folded_own(of),
        };
        let is_first = self.wants_snapshot().is_some();
        let goes_on = |of: &FoldedShop| {
            let copy = self.whole_copy(of.shop, info.epoch).filter(|_| !is_first)?;
            // Rows from the first on, or none: what lies between is let go.
            let has_all = copy.older.seq == copy.base;
            let older = if has_all { Older { seq: of.seq, checksum: of.checksum } } else { Older::NONE };
            Some(Cursor { base: of.seq, older, ..copy })
        };
        SnapshotAdoption {
            base: Base { hash: snapshot_hash(&info.parts), horizon: info.horizon, parts: info.parts.clone() },
            instead_of: info.shops.iter().map(|of| (of.shop, stand(of.shop))).collect(),
            cursors: info.shops.iter().map(|of| (of.shop, goes_on(of).unwrap_or_else(|| begun(of)))).collect(),
        }
    }

    /// Whether what was let go is certain to be folded, as far as the copy that it would be shown instead of holds any: an own entry that is
    /// kept nowhere else must not disappear until the rows after the snapshot are here.
    ///
    /// Own entries are in the history in their order, so the last one that is folded has all others before it.
    fn holds_what_was_let_go(&self, of: &FoldedShop) -> bool {
        let Some(shown) = self.shops.get(&of.shop).and_then(|cursors| cursors.shown) else { return true };
        let Control { incarnation, kept, former, .. } = self.control;
        let reaches_head = of.seq >= self.head(of.shop);
        if reaches_head || (kept.dseq == 0 && former.is_none()) {
            return true;
        }
        let applied = shown.applied_own.filter(|applied| applied.incarnation == incarnation);
        let folded = of.own.filter(|own| own.inc == incarnation);
        match (applied, folded) {
            // What an earlier life let go came before the first entry of this one.
            (Some(applied), Some(folded)) => folded.dseq >= applied.dseq.min(kept.dseq),
            (None, Some(folded)) => folded.dseq >= kept.dseq,
            (Some(_), None) => false,
            (None, None) => former.is_none(),
        }
    }

    /// The last own entry that is folded. As with rows, only what was acked to this very outbox counts.
    fn folded_own(&self, of: &FoldedShop) -> Option<AppliedOwn> {
        let incarnation = self.control.incarnation;
        let own = of.own.filter(|own| own.inc == incarnation)?;
        Some(AppliedOwn { incarnation, dseq: own.dseq.min(self.control.acked.dseq) })
    }

    fn expect_bootstrap(&mut self, step: Step, within_ms: u64) -> Attempt {
        let attempt = self.next_attempt();
        self.bootstrap.step = Some((attempt, step));
        self.timers.expect_by(Lane::Bootstrap, later(self.now, within_ms));
        attempt
    }

    /// The step that this answer belongs to, which thereby ends; none if it is not under way.
    fn end_bootstrap(&mut self, attempt: Attempt, fits: impl Fn(Step) -> bool) -> Option<Step> {
        let (_, step) = self.bootstrap.step.filter(|(current, step)| *current == attempt && fits(*step))?;
        self.bootstrap.step = None;
        self.timers.answered(Lane::Bootstrap);
        Some(step)
    }

    pub(super) fn on_snapshot_told(&mut self, attempt: Attempt, result: Result<SnapshotInfo, Failure>) {
        if self.end_bootstrap(attempt, |step| step == Step::Told).is_none() {
            return;
        }
        let info = match result {
            Ok(info) => info,
            Err(failure) => return self.fail_bootstrap(failure),
        };
        if self.control.epoch != Some(info.epoch) {
            self.suspect = Some(info.epoch);
            return self.fail(Lane::Bootstrap, Fault::Request(Failure::NotOurs));
        }
        if !self.is_sound(&info) {
            return self.fail_bootstrap(Failure::NotOurs);
        }
        self.note_contact();
        let parts = info.parts.iter().copied().collect();
        self.bootstrap.under_way = Some((info, parts));
    }

    /// Is this a snapshot of shops that this device reads, each once and none of them beyond its head?
    fn is_sound(&self, info: &SnapshotInfo) -> bool {
        let shops: BTreeSet<ShopId> = info.shops.iter().map(|of| of.shop).collect();
        let is_read = |of: &FoldedShop| self.heads.contains_key(&of.shop) && of.seq <= self.head(of.shop);
        let once = shops.len() == info.shops.len();
        let has_parts = (1..=SNAPSHOT_PARTS_MAX).contains(&info.parts.len());
        has_parts && once && !shops.is_empty() && info.shops.iter().all(is_read)
    }

    pub(super) fn on_part_fetched(&mut self, attempt: Attempt, result: Result<Vec<u8>, Failure>) {
        let Some(Step::Fetched(hash)) = self.end_bootstrap(attempt, |step| matches!(step, Step::Fetched(_))) else {
            return;
        };
        let is_it = |bytes: &Vec<u8>| bytes.len() <= SNAPSHOT_PART_BYTES_MAX && content_hash(bytes) == hash;
        match result.and_then(|bytes| Some(bytes).filter(is_it).ok_or(Failure::NotOurs)) {
            Ok(bytes) => {
                self.note_contact();
                let attempt = self.expect_bootstrap(Step::PartStored, STORAGE_MAX_MS);
                self.ask(Output::StoreSnapshotPart { attempt, hash, bytes });
            }
            Err(failure) => self.fail_bootstrap(failure),
        }
    }

    pub(super) fn on_part_stored(&mut self, attempt: Attempt) {
        if self.end_bootstrap(attempt, |step| step == Step::PartStored).is_some()
            && let Some((_, parts)) = &mut self.bootstrap.under_way
        {
            parts.pop_front();
        }
    }

    pub(super) fn on_snapshot_adopted(&mut self, attempt: Attempt, shops: BTreeMap<ShopId, ShopCursors>) {
        if self.end_bootstrap(attempt, |step| step == Step::Adopted).is_none() {
            return;
        }
        let before = std::mem::replace(&mut self.shops, shops);
        let (info, _) = self.bootstrap.under_way.take().unzip();
        let begins_there = |of: &FoldedShop| {
            let shown = self.shops.get(&of.shop).and_then(|cursors| cursors.shown);
            shown.is_some_and(|shown| shown.base == of.seq)
        };
        if info.is_some_and(|info| info.shops.iter().all(begins_there)) {
            self.bootstrap.taken = self.offered;
        }
        self.timers.succeed(Lane::Bootstrap);
        if before == self.shops && self.wants_snapshot().or_else(|| self.may_want_newer()).is_some() {
            // No copy begins with it, and no other tab was faster: nothing is to be gained by trying again.
            self.bootstrap.given_up = self.offered;
        }
    }

    pub(super) fn on_bootstrap_storage_failed(&mut self, attempt: Attempt, failure: StorageFailure) {
        if self.end_bootstrap(attempt, |step| matches!(step, Step::PartStored | Step::Adopted)).is_some() {
            self.bootstrap.under_way = None;
            self.strike();
            self.fail(Lane::Bootstrap, Fault::Storage(failure));
        }
    }

    pub(super) fn give_up_bootstrap(&mut self) {
        let Some((_, step)) = self.bootstrap.step.take() else { return };
        let fault = match step {
            Step::Told | Step::Fetched(_) => Fault::Request(Failure::TimedOut),
            Step::PartStored | Step::Adopted => Fault::Storage(StorageFailure::Aborted),
        };
        self.fail(Lane::Bootstrap, fault);
    }

    fn fail_bootstrap(&mut self, failure: Failure) {
        match failure {
            // The server does not have it: it has made another, or none.
            Failure::Forbidden | Failure::Refused { .. } => self.bootstrap.strikes = STRIKES_MAX,
            Failure::NotOurs => {}
            Failure::Unreachable
            | Failure::TimedOut
            | Failure::SignedOut
            | Failure::TooLarge
            | Failure::Outdated
            | Failure::Busy { .. }
            | Failure::Broken { .. } => return self.fail(Lane::Bootstrap, Fault::Request(failure)),
        }
        self.strike();
        self.fail(Lane::Bootstrap, Fault::Request(failure));
    }

    fn strike(&mut self) {
        self.bootstrap.strikes = self.bootstrap.strikes.saturating_add(1);
        if self.bootstrap.strikes >= STRIKES_MAX {
            self.bootstrap.strikes = 0;
            self.bootstrap.given_up = self.offered;
            self.bootstrap.under_way = None;
        }
    }
}
