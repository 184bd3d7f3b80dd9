//! The digest of negative inventory, as this device shows it.

use leptos::prelude::*;
use subzero_ledger::instant::Instant;
use subzero_ledger::report::Digest;
use subzero_till::digest::DigestChoice;

use super::Shop;
use crate::device::clock;
use crate::format;
use crate::storage::outbox::Slot;

impl Shop {
    /// The digest that is due, with since when it tells; none while none is, or there is nothing to tell.
    pub fn digest_due(&self) -> Option<(Instant, Digest)> {
        let (choice, now) = (self.digest.get(), clock::now());
        self.read(|core| choice.due(&core.ledger, format::day_began(now), now))
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
