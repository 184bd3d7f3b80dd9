//! The digest of negative inventory: how often a device shows one, and when it last did.

use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Ledger;
use subzero_ledger::report::{Digest, Every};

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

impl DigestChoice {
    /// The digest that is due, with since when it tells; none while none is, or there is nothing to tell. `day_began` is when the day of `now` did
    /// where the device is.
    pub fn due(&self, ledger: &Ledger, day_began: Instant, now: Instant) -> Option<(Instant, Digest)> {
        let since = self.every.due(day_began, self.seen_at)?;
        let digest = Digest::of(ledger, since, now, self.older_than_days);
        (!digest.is_empty()).then_some((since, digest))
    }
}
