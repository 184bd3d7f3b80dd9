//! The server's clock, the one place where it is read.
//!
//! A machine's clock may be wrong: by years after its battery failed, or for a minute until it is put right. It never goes back here: not while a
//! process runs, and not behind where the database was last used. Nor does one wrong minute count for long: what the database keeps of the clock
//! runs at most twice as fast as time does.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use subzero_ledger::instant::Instant;

/// A clock that is so much later than it should be, in milliseconds, may be wrong.
const DOUBTFUL_MS: i64 = 86_400_000;

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// A moment that has passed.
#[derive(Clone, Copy)]
struct Kept {
    at: Instant,
    /// When it was that.
    since: std::time::Instant,
}

impl Kept {
    /// What it is at least, if time runs so many times as fast as it does.
    fn after(self, times: i64) -> Instant {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.at.after_ms(passed.saturating_mul(times))
    }
}

fn kept() -> Option<Kept> {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the machine's clock says. Outside the years 1970 to 9999 it reads as the nearest moment inside them.
pub fn system() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Instant::from_unix_ms(ms).unwrap_or(Instant::MAX)
}

/// Now.
pub fn now() -> Instant {
    let system = system();
    kept().map_or(system, |kept| system.max(kept.after(1)))
}

/// It was this once: it is never before that again.
pub fn keep(at: Instant) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { at, since: std::time::Instant::now() });
}

/// What is to be kept of it.
pub fn to_keep() -> Instant {
    let now = now();
    kept().map_or(now, |kept| now.min(kept.after(2)))
}

/// Whether it is much later than what was kept of it: the machine was off for days, or its clock is wrong.
pub fn is_doubtful() -> bool {
    kept().is_some_and(|kept| now().ms_since(kept.after(1)) > DOUBTFUL_MS)
}
