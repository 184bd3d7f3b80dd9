//! What an answer to a push leads to.

use crate::chain::Position;
use crate::fault::{Failure, Fault, Remedy};
use crate::records::{AckRecord, Former};
use crate::wire::{Epoch, PushConflict, PushReply, Verdict};

use super::{Probe, PushStep, Sent};
use crate::replica::timers::Lane;
use crate::replica::{Alert, Attempt, Output, PushFailure, Replica, STORAGE_MAX_MS};

impl Replica {
    pub(in crate::replica) fn on_push_finished(&mut self, attempt: Attempt, result: Result<PushReply, PushFailure>) {
        let is_push =
            |step: &PushStep| matches!(step, PushStep::Push(_) | PushStep::Probe(_) | PushStep::ProbeFormer(..));
        match (self.end_push(attempt, is_push), result) {
            (Some(PushStep::Push(sent)), Ok(reply)) => self.take_reply(sent, reply),
            (Some(PushStep::Push(sent)), Err(PushFailure::Conflict(conflict))) => self.take_conflict(sent, conflict),
            (Some(PushStep::Push(sent)), Err(PushFailure::Failed(failure))) => self.take_failure(sent, failure),
            (Some(PushStep::Probe(probe)), result) => self.take_probed(probe, result),
            (Some(PushStep::ProbeFormer(probe, former)), result) => self.take_former_probed(probe, former, result),
            (Some(PushStep::Read(_) | PushStep::Store | PushStep::Forget) | None, _) => {}
        }
    }

    fn take_probed(&mut self, probe: Probe, result: Result<PushReply, PushFailure>) {
        match result {
            Ok(reply) if reply.epoch == probe.epoch && holds(&reply, probe.at) => {
                self.note_contact();
                self.name_aside(reply.aside);
                self.adopt_epoch_once_former_is_known(probe);
            }
            Err(PushFailure::Conflict(PushConflict::Fork)) => self.take_fork(),
            Err(PushFailure::Failed(failure)) => self.fail(Lane::Push, Fault::Request(failure)),
            // Restored yet again, perhaps: begin anew, but not at once.
            Ok(_) | Err(PushFailure::Conflict(PushConflict::Gap { .. } | PushConflict::Epoch { .. })) => {
                self.fail(Lane::Push, Fault::Request(Failure::NotOurs));
            }
        }
    }

    fn take_former_probed(&mut self, probe: Probe, former: Former, result: Result<PushReply, PushFailure>) {
        let last = former.kept.dseq;
        let first_lost = match result {
            Ok(reply) if reply.epoch == probe.epoch && holds(&reply, former.kept) => {
                self.name_aside(reply.aside);
                None
            }
            Err(PushFailure::Conflict(PushConflict::Gap { expected })) if (1..=last).contains(&expected) => {
                Some(expected)
            }
            // Another outbox's entries are there instead.
            Err(PushFailure::Conflict(PushConflict::Fork)) => Some(1),
            Err(PushFailure::Failed(failure)) => return self.fail(Lane::Push, Fault::Request(failure)),
            Ok(_) | Err(PushFailure::Conflict(PushConflict::Gap { .. } | PushConflict::Epoch { .. })) => {
                return self.fail(Lane::Push, Fault::Request(Failure::NotOurs));
            }
        };
        self.note_contact();
        if let Some(first) = first_lost {
            self.ask(Output::Alert(Alert::EntriesLost { first, last }));
        }
        self.adopt_epoch(probe.epoch, probe.at);
    }

    fn take_reply(&mut self, sent: Sent, reply: PushReply) {
        if self.control.epoch.is_some_and(|epoch| epoch != reply.epoch) {
            self.suspect = Some(reply.epoch);
            return self.fail(Lane::Push, Fault::Request(Failure::NotOurs));
        }
        if !is_answer(&reply, sent) {
            return self.fail(Lane::Push, Fault::Request(Failure::NotOurs));
        }
        self.note_contact();
        self.timers.succeed(Lane::Push);
        self.suspect = None;
        self.sent = sent.end;
        self.grow_batch();
        if sent.count == 0 && self.control.epoch.is_some() {
            return;
        }
        for verdict in &reply.verdicts {
            if let Verdict::Quarantined { reason } = verdict.verdict {
                self.ask(Output::Alert(Alert::EntryQuarantined { dseq: verdict.dseq, reason }));
            }
        }
        let ack = AckRecord {
            incarnation: self.control.incarnation,
            epoch: reply.epoch,
            acked: sent.end,
            verdicts: reply.verdicts,
            at: self.collecting.server_now(),
        };
        let attempt = self.expect_push(PushStep::Store, STORAGE_MAX_MS);
        self.ask(Output::StoreAck { attempt, ack });
    }

    /// Each conflict is dealt with at once, and what follows waits a little longer every time: a server that only ever
    /// answers with conflicts is not hammered.
    fn take_conflict(&mut self, sent: Sent, conflict: PushConflict) {
        self.fail(Lane::Push, Fault::Request(Failure::NotOurs));
        match conflict {
            PushConflict::Gap { expected } if expected > 0 && expected < sent.first => {
                self.note_contact();
                self.go_back(expected.saturating_sub(1));
            }
            PushConflict::Epoch { epoch, acked } if self.control.epoch.is_some_and(|known| known != epoch) => {
                self.note_contact();
                self.take_epoch(epoch, acked);
            }
            PushConflict::Fork => self.take_fork(),
            // A gap that is none, or the very epoch that was named: no answer to this push.
            PushConflict::Gap { .. } | PushConflict::Epoch { .. } => {}
        }
    }

    fn take_fork(&mut self) {
        self.note_contact();
        self.ask(Output::Alert(Alert::Forked { incarnation: self.control.incarnation }));
        self.start_incarnation();
    }

    /// Everything that is kept is sent again, once the server has confirmed that what is not kept any more is there: what it set aside before,
    /// it may have taken in what was restored, and the other way round. Only the answer to a push says so.
    fn take_epoch(&mut self, epoch: Epoch, acked: u64) {
        let kept = self.control.kept;
        if acked >= kept.dseq { self.probe(epoch, kept) } else { self.name_lost(acked) }
    }

    /// The server stands further back than this outbox thought.
    fn go_back(&mut self, to: u64) {
        if to >= self.control.kept.dseq { self.locate(to) } else { self.name_lost(to) }
    }

    /// The server lost what is not kept here any more.
    fn name_lost(&mut self, held: u64) {
        self.ask(Output::Alert(Alert::EntriesLost { first: held.saturating_add(1), last: self.control.kept.dseq }));
        self.start_incarnation();
    }

    /// What is kept no longer was among the rows once. If the server has set it aside instead, it counts nowhere and can be seen nowhere.
    fn name_aside(&mut self, entries: u64) {
        if entries > 0 {
            self.ask(Output::Alert(Alert::EntriesAside { entries }));
        }
    }

    fn take_failure(&mut self, sent: Sent, failure: Failure) {
        let fault = Fault::Request(failure);
        match fault.remedy() {
            Remedy::Halve if sent.count > 1 => {
                self.note_contact();
                self.halve_batch(sent.count);
            }
            Remedy::Halve => self.fail(Lane::Push, Fault::Request(Failure::Refused { status: 413 })),
            Remedy::Retry | Remedy::RetryAfter { .. } | Remedy::AwaitPerson(_) | Remedy::Halt(_) => {
                self.fail(Lane::Push, fault);
            }
        }
    }
}

/// Does the server answer a push that ended here, and hold all up to there? Another outbox of the same device, or another life of this
/// one, may have pushed just as many entries under the same numbers: its answer is not this one's.
fn holds(reply: &PushReply, end: Position) -> bool {
    reply.acked >= end.dseq && reply.end == end.chain
}

/// Is this the answer to this push: a verdict for each entry in order, and all of them held?
fn is_answer(reply: &PushReply, sent: Sent) -> bool {
    let in_order = reply.verdicts.iter().zip(sent.first..).all(|(verdict, dseq)| verdict.dseq == dseq);
    reply.verdicts.len() == sent.count && in_order && holds(reply, sent.end)
}
