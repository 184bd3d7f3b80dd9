//! Whether what was recorded here is stuck although the server answers: the one state that would otherwise look as if all were well.
//!
//! A device without a network sends nothing, and everybody can see why. A device that the server answers and that sends nothing is broken,
//! or somebody between the two is: people must hear of it within minutes, not at the end of the week.

use subzero_ledger::instant::Instant;

use crate::records::Control;
use crate::wire::Incarnation;

/// So long may entries wait, while the server answers and takes none of them, before somebody is told, in milliseconds.
pub const STUCK_AFTER_MS: i64 = 120_000;
/// The server answers if it did so within this time, in milliseconds: it is asked for news at least twice as often.
const REACHABLE_MS: i64 = 60_000;

/// What has to be remembered for that.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alarm {
    /// When the server answered last …
    heard: Option<Instant>,
    /// … and since when it has done so without a long silence.
    reachable_since: Option<Instant>,
    /// Since when nothing has moved.
    waiting_since: Option<Instant>,
    acked: Option<(Incarnation, u64)>,
}

impl Alarm {
    /// The server has answered.
    pub fn hear(&mut self, now: Instant) {
        if !self.is_reachable(now) {
            self.reachable_since = Some(now);
        }
        self.heard = Some(now);
    }

    /// Takes in where the outbox stands, and so many entries beyond it.
    pub fn follow(&mut self, now: Instant, control: &Control, unsent: u64) {
        let acked = Some((control.incarnation, control.acked.dseq));
        if unsent == 0 || self.acked != acked || self.waiting_since.is_none() {
            self.waiting_since = Some(now);
        }
        self.acked = acked;
        // A clock that was set back has not made anybody wait in the future.
        for moment in [&mut self.heard, &mut self.reachable_since, &mut self.waiting_since] {
            *moment = moment.map(|at| at.min(now));
        }
    }

    /// Whether somebody must be told.
    pub fn is_due(&self, now: Instant) -> bool {
        let (Some(reachable), Some(waiting)) = (self.reachable_since, self.waiting_since) else { return false };
        self.is_reachable(now) && now.ms_since(reachable.max(waiting)) >= STUCK_AFTER_MS
    }

    fn is_reachable(&self, now: Instant) -> bool {
        self.heard.is_some_and(|heard| now.ms_since(heard) <= REACHABLE_MS)
    }
}
