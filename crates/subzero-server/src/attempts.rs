//! How often a password may be tried for one e-mail address.
//!
//! An attempt counts before it is checked, so that many at once are not one too many. Signing in clears the count.
//! It is kept in memory: a restart forgets it, and an attacker cannot restart the server.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Attempts within one window.
pub const ATTEMPTS_MAX: u32 = 5;
/// How long a window lasts.
const WINDOW: Duration = Duration::from_mins(15);
/// The most addresses remembered at once; beyond it new ones wait until windows end.
const ADDRESSES_MAX: usize = 10_000;

/// Attempts by e-mail address.
#[derive(Default)]
pub struct Attempts {
    by_email: Mutex<BTreeMap<String, Window>>,
}

struct Window {
    began: Instant,
    attempts: u32,
}

impl Attempts {
    /// Counts an attempt, or says how long to wait before the next.
    pub fn count(&self, email: &str, now: Instant) -> Result<(), Duration> {
        let mut windows = self.by_email.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= ADDRESSES_MAX {
            windows.retain(|_, window| now.duration_since(window.began) < WINDOW);
            if windows.len() >= ADDRESSES_MAX && !windows.contains_key(email) {
                return Err(WINDOW);
            }
        }
        let window = windows.entry(email.to_owned()).or_insert(Window { began: now, attempts: 0 });
        let passed = now.duration_since(window.began);
        if passed >= WINDOW {
            *window = Window { began: now, attempts: 0 };
        } else if window.attempts >= ATTEMPTS_MAX {
            return Err(WINDOW.saturating_sub(passed));
        }
        window.attempts += 1;
        Ok(())
    }

    /// Forgets the attempts of someone who signed in.
    pub fn clear(&self, email: &str) {
        self.by_email.lock().unwrap_or_else(PoisonError::into_inner).remove(email);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_attempt_waits_until_the_window_ends() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for _ in 0..ATTEMPTS_MAX {
            assert_eq!(attempts.count("kim@example.com", start), Ok(()));
        }
        let later = start + Duration::from_mins(1);
        assert_eq!(attempts.count("kim@example.com", later), Err(Duration::from_mins(14)));
        assert_eq!(attempts.count("lee@example.com", later), Ok(()));
        assert_eq!(attempts.count("kim@example.com", start + WINDOW), Ok(()));
    }

    #[test]
    fn memory_does_not_grow_beyond_its_limit() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for n in 0..ADDRESSES_MAX {
            assert_eq!(attempts.count(&format!("{n}@example.com"), start), Ok(()));
        }
        assert_eq!(attempts.count("one@more.example", start), Err(WINDOW));
        assert_eq!(attempts.count("one@more.example", start + WINDOW), Ok(()));
        assert_eq!(attempts.by_email.lock().unwrap().len(), 1);
    }
}
