//! The tablet's side of the protocol as a state machine.

use std::collections::VecDeque;

use subzero_ledger::instant::Instant;

use crate::records::Persisted;

mod io;

pub use io::{Alert, Attempt, Input, Output, PushFailure, Status};

/// One tab's sync.
#[derive(Clone, Debug)]
pub struct Replica {
    persisted: Persisted,
    outputs: VecDeque<Output>,
}

impl Replica {
    /// Begins from what the storage holds. `seed` spreads the retries of many devices; any number will do.
    pub fn new(persisted: Persisted, _seed: u64) -> Self {
        Self { persisted, outputs: VecDeque::new() }
    }

    /// Takes in what has happened by `now`.
    pub fn handle(&mut self, _now: Instant, _input: Input) {}

    /// What is to be done next; call until there is nothing.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Woke`] at the latest. There is always such a moment.
    pub fn wake_at(&self) -> Option<Instant> {
        None
    }

    /// What the sync pill shows.
    pub fn status(&self) -> Status {
        let unsent = self.persisted.last.saturating_sub(self.persisted.control.acked.dseq);
        Status { online: false, unsent, oldest_unsent: None, needs_attention: None, last_contact: None }
    }
}
