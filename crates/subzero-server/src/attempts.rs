//! How often a password may be tried for one e-mail address.
//!
//! An attempt counts before it is checked, so that many at once are not one too many. Signing in clears the count.
//! It is kept in memory: a restart forgets it, and an attacker cannot restart the server.
//!
//! > What is tried for addresses that nobody has, however many, never keeps an owner out.
//!
//! Owners' addresses are counted each by itself; there are as many as there are owners. All others share a table of fixed size, in which some meet
//! by chance: for them it may be too strict, and nobody is the worse for it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Attempts within one window.
pub const ATTEMPTS_MAX: u32 = 5;
/// How long a window lasts.
const WINDOW: Duration = Duration::from_mins(15);
/// How many windows all addresses share that nobody has.
const SHARED: usize = 1 << 15;

/// Attempts by e-mail address.
#[derive(Default)]
pub struct Attempts {
    by_owner: Mutex<BTreeMap<String, Window>>,
    of_others: Mutex<Vec<Option<Window>>>,
    salt: RandomState,
}

#[derive(Clone, Copy)]
struct Window {
    began: Instant,
    attempts: u32,
}

impl Window {
    const fn new(now: Instant) -> Self {
        Self { began: now, attempts: 0 }
    }

    fn count(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.duration_since(self.began);
        if passed >= WINDOW {
            *self = Self::new(now);
        } else if self.attempts >= ATTEMPTS_MAX {
            return Err(WINDOW.saturating_sub(passed));
        }
        self.attempts += 1;
        Ok(())
    }
}

impl Attempts {
    /// Counts an attempt, or says how long to wait before the next. Somebody has the address, or nobody does.
    pub fn count(&self, email: &str, is_owners: bool, now: Instant) -> Result<(), Duration> {
        if is_owners {
            return locked(&self.by_owner).entry(email.to_owned()).or_insert(Window::new(now)).count(now);
        }
        let mut shared = locked(&self.of_others);
        shared.resize(SHARED, None);
        let place = usize::try_from(self.salt.hash_one(email)).unwrap_or_default() % SHARED;
        shared.get_mut(place).map_or(Ok(()), |window| window.get_or_insert(Window::new(now)).count(now))
    }

    /// An attempt of an owner that could not be checked does not count.
    pub fn give_back(&self, email: &str) {
        if let Some(window) = locked(&self.by_owner).get_mut(email) {
            window.attempts = window.attempts.saturating_sub(1);
        }
    }

    /// Forgets the attempts of an owner who signed in.
    pub fn clear(&self, email: &str) {
        locked(&self.by_owner).remove(email);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_attempt_waits_until_the_window_ends() {
        for is_owners in [true, false] {
            let attempts = Attempts::default();
            let start = Instant::now();
            let count = |email, now| attempts.count(email, is_owners, now);
            for _ in 0..ATTEMPTS_MAX {
                assert_eq!(count("kim@example.com", start), Ok(()));
            }
            let later = start + Duration::from_mins(1);
            assert_eq!(count("kim@example.com", later), Err(Duration::from_mins(14)));
            assert_eq!(count("kim@example.com", start + WINDOW), Ok(()));
        }
    }

    #[test]
    fn addresses_that_nobody_has_keep_no_owner_out_and_take_no_more_memory() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for n in 0..10 * SHARED {
            let _ = attempts.count(&format!("{n}@example.com"), false, start);
        }
        assert_eq!(attempts.count("kim@example.com", true, start), Ok(()));
        assert_eq!(locked(&attempts.of_others).len(), SHARED);
        assert_eq!(locked(&attempts.by_owner).len(), 1);
    }
}
