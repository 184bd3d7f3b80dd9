//! The server's clock, the one place where it is read.

use std::time::{SystemTime, UNIX_EPOCH};

use subzero_ledger::instant::Instant;

/// Now. A clock outside the years 1970 to 9999 reads as the nearest moment inside them.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Instant::from_unix_ms(ms).unwrap_or(Instant::MAX)
}
