//! When to try again: exponential back-off with full jitter, drawn from a seed so that a run can be repeated.
//!
//! Full jitter, because tablets that lost the same access point come back at the same moment. It never waits longer than
//! [`DELAY_MAX_MS`], or [`RETRY_AFTER_MAX_MS`] when the server asks for patience: nothing may wedge the queue.

use subzero_ledger::instant::Instant;

/// The most that the first delay can be.
const DELAY_FIRST_MS: u64 = 1_000;
/// The most that any delay can be.
pub const DELAY_MAX_MS: u64 = 60_000;
/// The least that any delay can be: a failure never leads to a hot loop.
const DELAY_MIN_MS: u64 = 100;
/// The longest that anything waits after it failed while the server answers something else.
pub const ANSWERED_DELAY_MAX_MS: u64 = 5_000;
/// The longest a server's `Retry-After` is honoured.
pub const RETRY_AFTER_MAX_MS: u64 = 120_000;

/// The moment this many milliseconds after `from`.
#[must_use]
pub fn later(from: Instant, ms: u64) -> Instant {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Instant::from_unix_ms(from.unix_ms().saturating_add(ms)).unwrap_or(Instant::MAX)
}

/// A stream of numbers from a seed: `SplitMix64`. For jitter, never for secrets or identities.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// A stream of its own for every seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, from 0 to `max`, both included.
    pub fn up_to(&mut self, max: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        max.checked_add(1).and_then(|count| word.checked_rem(count)).unwrap_or(word)
    }
}

/// How often something has failed in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// One more failure: how many milliseconds to wait.
    pub fn fail(&mut self, jitter: &mut Jitter) -> u64 {
        let doubled = DELAY_FIRST_MS.checked_shl(self.failures.min(16)).unwrap_or(DELAY_MAX_MS);
        self.failures = self.failures.saturating_add(1);
        jitter.up_to(doubled.min(DELAY_MAX_MS)).max(DELAY_MIN_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn delays_grow_and_never_pass_the_limit() {
        let mut most = Vec::new();
        for failures in 0..10 {
            let delays = (0..200).map(|seed| {
                let (mut jitter, mut backoff) = (Jitter::new(seed), Backoff { failures });
                backoff.fail(&mut jitter)
            });
            most.push(delays.max().unwrap_or_default());
        }
        assert!(most.is_sorted() || most.iter().all(|&ms| ms <= DELAY_MAX_MS));
        assert!(most[0] <= DELAY_FIRST_MS && most[0] > DELAY_FIRST_MS * 9 / 10, "{most:?}");
        assert!(most[9] <= DELAY_MAX_MS && most[9] > DELAY_MAX_MS * 9 / 10, "{most:?}");
    }

    proptest! {
        #[test]
        fn the_same_seed_gives_the_same_delays(seed: u64) {
            let delays = || {
                let (mut jitter, mut backoff) = (Jitter::new(seed), Backoff::default());
                (0..20).map(|_| backoff.fail(&mut jitter)).collect::<Vec<_>>()
            };
            prop_assert_eq!(delays(), delays());
            prop_assert!(delays().iter().all(|ms| (DELAY_MIN_MS..=DELAY_MAX_MS).contains(ms)));
        }
    }
}
