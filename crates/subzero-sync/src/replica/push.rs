//! The push lane: from the outbox to the server's ack.

use subzero_ledger::entry::Entry;

use crate::backoff::later;
use crate::chain::Position;
use crate::fault::{Failure, Fault, StorageFailure};
use crate::records::{Control, EpochAdoption, Former, Own, OwnRead};
use crate::wire::{EntryBytes, Epoch, Incarnation, PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, PushRequest};

use super::timers::Lane;
use super::{ANSWER_MAX_MS, Alert, Attempt, Output, Replica, STORAGE_MAX_MS};

mod answer;

/// What the push lane waits for.
#[derive(Clone, Copy, Debug)]
pub enum PushStep {
    /// Own entries, in order to do something with them.
    Read(Goal),
    /// The answer to a push.
    Push(Sent),
    /// The answer to a push of no entries that asks whether the server, in another epoch, holds the same entries up to a place.
    Probe(Probe),
    /// The answer to another one that asks whether it still holds what was let go in an earlier life.
    ProbeFormer(Probe, Former),
    /// The control record to be written.
    Store,
    /// Entries to be let go of.
    Forget,
}

/// What own entries are read for.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// To be pushed.
    Push,
    /// To find the chain at a place further back.
    Locate(Search),
    /// To let go of them.
    Collect,
}

/// A walk along the chain, from the oldest kept entry on.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    at: Position,
    target: u64,
}

/// Does the server hold the same entries up to this place, in this epoch?
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    epoch: Epoch,
    at: Position,
}

/// What was pushed.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    first: u64,
    count: usize,
    end: Position,
}

impl Replica {
    pub(super) fn on_appended(&mut self, dseq: u64) {
        if self.last <= self.control.acked.dseq {
            self.oldest_unsent = Some(self.now);
        }
        self.appended = true;
        self.last = self.last.max(dseq);
    }

    pub(super) fn start_push(&mut self) {
        let recheck = self.timers.take_recheck(self.now);
        if self.push.is_some() || !self.timers.is_due(Lane::Push) {
            return;
        }
        let unsent = self.last > self.sent.dseq;
        match self.suspect {
            Some(epoch) if self.control.epoch.is_none() => self.adopt_epoch(epoch, self.control.acked),
            suspect if recheck || unsent || self.appended || suspect.is_some() => {
                self.appended = false;
                self.read_own(self.sent.dseq, Goal::Push);
            }
            _ => self.start_collecting(),
        }
    }

    fn read_own(&mut self, after: u64, goal: Goal) {
        let attempt = self.expect_push(PushStep::Read(goal), STORAGE_MAX_MS);
        self.ask(Output::ReadOwn { attempt, after, entries_max: self.batch_max, bytes_max: PUSH_BYTES_MAX });
    }

    pub(super) fn expect_push(&mut self, step: PushStep, within_ms: u64) -> Attempt {
        let attempt = self.next_attempt();
        self.push = Some((attempt, step));
        self.timers.expect_by(Lane::Push, later(self.now, within_ms));
        attempt
    }

    /// The step that this answer belongs to, which thereby ends; none if it is not under way.
    pub(super) fn end_push(&mut self, attempt: Attempt, fits: impl Fn(&PushStep) -> bool) -> Option<PushStep> {
        let (_, step) = self.push.filter(|(current, step)| *current == attempt && fits(step))?;
        self.push = None;
        self.timers.answered(Lane::Push);
        Some(step)
    }

    pub(super) fn on_own_read(&mut self, attempt: Attempt, read: OwnRead) {
        let Some(PushStep::Read(goal)) = self.end_push(attempt, |step| matches!(step, PushStep::Read(_))) else {
            return;
        };
        self.last = read.last;
        let is_collected = self.control.kept != read.control.kept;
        if self.take_control(&read.control) || (is_collected && !matches!(goal, Goal::Push)) {
            return; // Another tab got on: begin again from where it stands.
        }
        match goal {
            Goal::Push => self.send(read.own),
            Goal::Collect => self.collect(&read.own),
            Goal::Locate(search) => self.walk(search, &read.own),
        }
    }

    fn send(&mut self, own: Vec<Own>) {
        let is_short = own.is_empty() && self.last > self.sent.dseq;
        if is_short || !is_dense(&own, self.sent.dseq) {
            return self.fail(Lane::Push, Fault::Storage(StorageFailure::Damaged));
        }
        self.oldest_unsent = own.first().and_then(|own| {
            let entry = Entry::decode_confirmed(own.dseq, &own.body.0).ok();
            entry.map(|entry| entry.header.at).or(self.oldest_unsent)
        });
        if own.is_empty() && self.suspect.is_none() {
            return;
        }
        let before = self.sent;
        let end = own.iter().fold(before, |place, own| place.next(self.control.incarnation, &own.body));
        let sent = Sent { first: before.dseq.saturating_add(1), count: own.len(), end };
        let entries = own.into_iter().map(|own| own.body).collect();
        self.push_after(self.control.incarnation, before, self.control.epoch, entries, PushStep::Push(sent));
    }

    /// An epoch is adopted only once the server has confirmed the chain in it: after a restore, a clone of this outbox may have
    /// filled the same numbers with other entries.
    fn probe(&mut self, epoch: Epoch, at: Position) {
        let step = PushStep::Probe(Probe { epoch, at });
        self.push_after(self.control.incarnation, at, Some(epoch), Vec::new(), step);
    }

    /// What was let go under an earlier incarnation can only be asked for under that one.
    fn adopt_epoch_once_former_is_known(&mut self, probe: Probe) {
        let Some(former) = self.control.former else { return self.adopt_epoch(probe.epoch, probe.at) };
        let step = PushStep::ProbeFormer(probe, former);
        self.push_after(former.incarnation, former.kept, Some(probe.epoch), Vec::new(), step);
    }

    fn push_after(
        &mut self,
        inc: Incarnation,
        before: Position,
        epoch: Option<Epoch>,
        entries: Vec<EntryBytes>,
        step: PushStep,
    ) {
        let first = before.dseq.saturating_add(1);
        let request = PushRequest { epoch, inc, first, before: before.chain, now: self.now, entries };
        let attempt = self.expect_push(step, ANSWER_MAX_MS);
        self.ask(Output::Push { attempt, request });
    }

    /// Looks for the chain at `target`, which is not after the ack, to push from there again.
    fn locate(&mut self, target: u64) {
        let search = Search { at: self.control.kept, target };
        self.walk(search, &[]);
    }

    fn walk(&mut self, mut search: Search, own: &[Own]) {
        if !is_dense(own, search.at.dseq) {
            return self.fail(Lane::Push, Fault::Storage(StorageFailure::Damaged));
        }
        for own in own {
            if search.at.dseq < search.target {
                search.at = search.at.next(self.control.incarnation, &own.body);
            }
        }
        if search.at.dseq < search.target {
            self.read_own(search.at.dseq, Goal::Locate(search));
            return;
        }
        self.sent = search.at;
    }

    fn adopt_epoch(&mut self, to: Epoch, acked: Position) {
        let (incarnation, from) = (self.control.incarnation, self.control.epoch);
        let attempt = self.expect_push(PushStep::Store, STORAGE_MAX_MS);
        self.ask(Output::AdoptEpoch { attempt, adoption: EpochAdoption { incarnation, from, to, acked } });
    }

    fn start_incarnation(&mut self) {
        let attempt = self.expect_push(PushStep::Store, STORAGE_MAX_MS);
        self.ask(Output::StartIncarnation { attempt, instead_of: self.control.incarnation });
    }

    pub(super) fn on_control_stored(&mut self, attempt: Attempt, control: &Control) {
        if self.end_push(attempt, |step| matches!(step, PushStep::Store)).is_some() {
            self.take_control(control);
        }
    }

    pub(super) fn on_incarnation_started(&mut self, attempt: Attempt, control: &Control, last: u64) {
        if self.end_push(attempt, |step| matches!(step, PushStep::Store)).is_some() {
            self.last = last;
            self.take_control(control);
        }
    }

    /// Takes over where the outbox stands. True if pushing must go on from another place than thought.
    pub(super) fn take_control(&mut self, control: &Control) -> bool {
        let before = std::mem::replace(&mut self.control, *control);
        let new_epoch = before.epoch != control.epoch;
        if new_epoch {
            self.heads.clear();
            self.offered = None;
            self.abandon_watch();
            self.suspect = self.suspect.filter(|&epoch| control.epoch != Some(epoch));
        }
        if before.epoch.is_none() && new_epoch {
            // Its first manifest was of an epoch that it could not know: somebody waits for what comes now.
            self.timers.try_now(Lane::Watch);
        }
        if let (true, Some(epoch), Some(_)) = (new_epoch, control.epoch, before.epoch) {
            self.ask(Output::Alert(Alert::EpochChanged { epoch }));
        }
        let was_sent = self.sent;
        if new_epoch || before.incarnation != control.incarnation || was_sent == before.acked {
            self.sent = control.acked;
        }
        self.sent != was_sent || before.incarnation != control.incarnation
    }

    pub(super) fn on_push_storage_failed(&mut self, attempt: Attempt, failure: StorageFailure) {
        let waits_for_storage =
            |step: &PushStep| matches!(step, PushStep::Read(_) | PushStep::Store | PushStep::Forget);
        if self.end_push(attempt, waits_for_storage).is_some() {
            self.sent = self.control.acked;
            self.fail(Lane::Push, Fault::Storage(failure));
        }
    }

    pub(super) fn give_up_push(&mut self) {
        let fault = match self.push.take() {
            Some((_, PushStep::Push(_) | PushStep::Probe(_) | PushStep::ProbeFormer(..))) => {
                Fault::Request(Failure::TimedOut)
            }
            Some((_, PushStep::Read(_) | PushStep::Store | PushStep::Forget)) => {
                Fault::Storage(StorageFailure::Aborted)
            }
            None => return,
        };
        self.sent = self.control.acked;
        self.fail(Lane::Push, fault);
    }

    fn halve_batch(&mut self, count: usize) {
        self.batch_max = (count >> 1_u32).max(1);
    }

    fn grow_batch(&mut self) {
        self.batch_max = self.batch_max.saturating_mul(2).min(PUSH_ENTRIES_MAX);
    }
}

fn is_dense(own: &[Own], after: u64) -> bool {
    own.iter().zip(after.saturating_add(1)..).all(|(own, dseq)| own.dseq == dseq)
}
