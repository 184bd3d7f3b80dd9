//! The digest of negative inventory: how often this device shows one, and when it last did.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;
use subzero_ledger::report::{Digest, Every};

use super::Shop;
use crate::device::clock;
use crate::format;
use crate::storage::outbox::Slot;

/// What somebody chose on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestChoice {
    /// How often.
    pub every: Every,
    /// What has been negative for more days than these is counted apart.
    pub older_than_days: u16,
    /// When the last one was seen.
    pub seen_at: Option<Instant>,
}

impl Default for DigestChoice {
    fn default() -> Self {
        Self { every: Every::default(), older_than_days: 7, seen_at: None }
    }
}

impl Shop {
    /// The digest that is due, with since when it tells; none while none is, or there is nothing to tell.
    pub fn digest_due(&self) -> Option<(Instant, Digest)> {
        let DigestChoice { every, older_than_days, seen_at } = self.digest.get();
        let now = clock::now();
        let since = every.due(format::day_began(now), seen_at)?;
        let digest = self.read(|core| Digest::of(&core.ledger, since, now, older_than_days));
        (!digest.is_empty()).then_some((since, digest))
    }

    /// Keeps what somebody chose. What cannot be kept holds until the page ends.
    pub fn choose_digest(&self, choice: DigestChoice) {
        self.digest.set(choice);
        let storage = self.storage();
        leptos::task::spawn_local(async move {
            let _ = storage.outbox.keep(Slot::Digest, &choice).await;
        });
    }

    /// Somebody has seen it: the next one tells from here on.
    pub fn digest_seen(&self) {
        self.choose_digest(DigestChoice { seen_at: Some(clock::now()), ..self.digest.get_untracked() });
    }
}
