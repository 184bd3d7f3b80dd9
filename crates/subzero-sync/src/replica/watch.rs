//! The watch lane: one long poll for news.

use crate::backoff::later;
use crate::fault::{Failure, Fault};
use crate::wire::{Manifest, WAIT_MAX_MS};

use super::timers::Lane;
use super::{ANSWER_MAX_MS, Attempt, Output, Replica, WATCH_PAUSE_MS};

impl Replica {
    pub(super) fn start_watch(&mut self) {
        if self.watch.is_some() || !self.timers.is_due(Lane::Watch) {
            return;
        }
        let attempt = self.next_attempt();
        let deadline = later(self.now, ANSWER_MAX_MS.saturating_add(u64::from(WAIT_MAX_MS)));
        self.watch = Some(attempt);
        self.timers.expect_by(Lane::Watch, deadline);
        let known = self.heads.values().copied().collect();
        self.ask(Output::FetchManifest { attempt, wait_ms: WAIT_MAX_MS, known });
    }

    pub(super) fn on_manifest_finished(&mut self, attempt: Attempt, result: Result<Manifest, Failure>) {
        if self.watch != Some(attempt) {
            return;
        }
        self.abandon_watch();
        match result {
            Ok(manifest) => {
                self.note_contact();
                self.take_manifest(&manifest);
            }
            Err(failure) => self.fail(Lane::Watch, Fault::Request(failure)),
        }
    }

    fn take_manifest(&mut self, manifest: &Manifest) {
        if self.control.epoch != Some(manifest.epoch) {
            // Only the answer to a push says what the server still has; until then these heads mean nothing here.
            self.suspect = Some(manifest.epoch);
            self.fail(Lane::Watch, Fault::Request(Failure::NotOurs));
            self.note_contact();
            return;
        }
        self.heads_told = true;
        self.note_server_clock(manifest.now);
        self.timers.succeed(Lane::Watch);
        self.timers.pause(Lane::Watch, later(self.now, WATCH_PAUSE_MS));
        self.offered = manifest.snapshot;
        self.heads = manifest.heads.iter().map(|head| (head.shop, *head)).collect();
        self.forget_unreadable();
    }

    /// What the server no longer lets this device read goes.
    pub(super) fn forget_unreadable(&mut self) {
        let gone: Vec<_> = self.shops.keys().filter(|shop| !self.heads.contains_key(shop)).copied().collect();
        for shop in gone {
            let forgotten = self.shops.remove(&shop);
            if forgotten.and_then(|cursors| cursors.shown).is_some_and(|shown| shown.base > 0) {
                self.give_up_snapshot();
            }
            self.ask(Output::ForgetShop { shop });
        }
    }

    /// What is folded of a shop that may no longer be read goes with all that it is folded with: the other copies are built anew.
    fn give_up_snapshot(&mut self) {
        let shown = self.shops.iter().filter_map(|(&shop, cursors)| Some((shop, cursors.shown?)));
        let folded: Vec<_> = shown.filter(|(_, cursor)| cursor.base > 0).collect();
        for (shop, cursor) in folded {
            self.give_up_copy(shop, cursor.generation);
        }
    }

    pub(super) fn give_up_watch(&mut self) {
        self.abandon_watch();
        self.fail(Lane::Watch, Fault::Request(Failure::TimedOut));
    }

    /// What is known has changed under the request: ask anew.
    pub(super) fn abandon_watch(&mut self) {
        self.watch = None;
        self.timers.answered(Lane::Watch);
    }

    /// Arms the retry of a lane, and takes a missing answer as being offline.
    pub(super) fn fail(&mut self, lane: Lane, fault: Fault) {
        self.heads_told &= lane != Lane::Watch;
        if matches!(fault, Fault::Request(Failure::Unreachable | Failure::TimedOut | Failure::NotOurs)) {
            self.online = false;
        } else if matches!(fault, Fault::Request(_)) {
            self.note_contact();
        }
        self.timers.fail(lane, fault, self.now, &mut self.jitter);
    }
}
