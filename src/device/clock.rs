//! The device's clock. It may be wrong by days: it stamps entries and orders nothing in transport.

use subzero_ledger::instant::Instant;

/// Now, by this device's clock; a clock outside the years 1970 to 9999 is read as the nearest of them.
pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "Date.now() is a whole number of milliseconds far below 2^53")]
    let ms = js_sys::Date::now() as i64;
    Instant::from_unix_ms(ms).unwrap_or(if ms < 0 { Instant::MIN } else { Instant::MAX })
}
