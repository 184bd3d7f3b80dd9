//! A moment in time, as an argument: this crate has no clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. Effective times are those of the shop; recorded times those of this ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Instant(i64);

impl Instant {
    /// The latest moment an entry may carry: 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);
    /// The earliest: 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);

    /// A moment from Unix milliseconds; none outside the years 1970 to 9999.
    pub const fn from_unix_ms(ms: i64) -> Option<Self> {
        if ms < Self::MIN.0 || ms > Self::MAX.0 {
            return None;
        }
        Some(Self(ms))
    }

    /// Unix milliseconds.
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// So many milliseconds later, at most [`MAX`](Self::MAX).
    #[must_use]
    pub const fn after_ms(self, ms: i64) -> Self {
        let later = self.0.saturating_add(ms);
        if later > Self::MAX.0 { Self::MAX } else { Self(later) }
    }

    /// Milliseconds from `earlier` to here; 0 when `earlier` is later.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        let ms = self.0.saturating_sub(earlier.0);
        if ms < 0 { 0 } else { ms }
    }
}
