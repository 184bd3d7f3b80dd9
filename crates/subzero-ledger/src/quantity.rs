//! Quantities: exact, signed, to a thousandth of a unit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::decimal::{self, DecimalError};

/// A quantity in thousandths of a unit: 1.25 kg is 1250.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Qty(i64);

impl Qty {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit.
    pub const ONE: Self = Self(1_000);
    /// The most one line may move: a billion units.
    pub const LINE_MAX: Self = Self(1_000_000_000_000);
    /// The most that on hand may be, either way: nine trillion units. Also exact as a JavaScript number.
    pub const ON_HAND_MAX: Self = Self(9_000_000_000_000_000);

    /// This many thousandths.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// This many whole units.
    pub const fn from_units(units: u32) -> Self {
        // A u32 times 1000 always fits an i64.
        #[allow(clippy::as_conversions, clippy::cast_lossless)] // `From` is not const
        Self((units as i64).saturating_mul(1_000))
    }

    /// Thousandths of a unit.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// More than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Below nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, unless it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// The same quantity the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// What of it is above nothing: sellable, for an on hand.
    #[must_use]
    pub const fn or_zero(self) -> Self {
        if self.0 < 0 { Self::ZERO } else { self }
    }
}

impl fmt::Display for Qty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, i128::from(self.0), 3)
    }
}

impl FromStr for Qty {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        decimal::parse(text, 3).map(Self)
    }
}
