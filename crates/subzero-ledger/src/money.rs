//! Money: unit costs and prices to four places, amounts exact to seven. No currency lives here, and nothing is rounded but what a customer pays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::decimal::{self, DecimalError};
use crate::quantity::Qty;

macro_rules! per_unit {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The most one unit may be: a billion.
            pub const MAX: Self = Self(10_000_000_000_000);

            /// This many ten-thousandths.
            pub const fn from_ten_thousandths(ten_thousandths: i64) -> Self {
                Self(ten_thousandths)
            }

            /// Ten-thousandths.
            pub const fn ten_thousandths(self) -> i64 {
                self.0
            }

            /// Within 0 and [`Self::MAX`].
            pub const fn is_in_range(self) -> bool {
                self.0 >= 0 && self.0 <= Self::MAX.0
            }

            /// Exactly this much for `qty` units.
            pub fn times(self, qty: Qty) -> Amount {
                // |i64| * |i64| < 2^126 always fits an i128.
                Amount(i128::from(self.0).saturating_mul(i128::from(qty.thousandths())))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                decimal::write(f, i128::from(self.0), 4)
            }
        }

        impl FromStr for $name {
            type Err = DecimalError;

            fn from_str(text: &str) -> Result<Self, DecimalError> {
                decimal::parse(text, 4).map(Self)
            }
        }
    };
}

per_unit! {
    /// What one unit cost the shop, in ten-thousandths of the account's currency.
    UnitCost
}
per_unit! {
    /// What one unit is sold for, in ten-thousandths of the account's currency.
    Price
}

/// Quantity × cost or price, summed: ten-millionths of the account's currency, exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// This many ten-millionths.
    pub const fn from_ten_millionths(ten_millionths: i128) -> Self {
        Self(ten_millionths)
    }

    /// Ten-millionths.
    pub const fn ten_millionths(self) -> i128 {
        self.0
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

    /// The least that a currency with so many decimal places has.
    pub fn coin(places: u8) -> Self {
        Self(10_i128.checked_pow(7_u32.saturating_sub(places.into())).unwrap_or(1))
    }

    /// So many of so many equal parts of it, halves of the last place away from zero. Stays as it is where that does not fit.
    #[must_use]
    pub fn part(self, parts: i128, of: i128) -> Self {
        let half = of.checked_div(2).unwrap_or(0).saturating_mul(self.0.signum());
        let scaled = self.0.checked_mul(parts).and_then(|product| product.checked_add(half));
        scaled.and_then(|scaled| scaled.checked_div(of)).map_or(self, Self)
    }

    /// To so many decimal places, halves away from zero: what can be handed over in a currency with that many. Stays as it is where
    /// it has no more places than that, or rounding it would not fit.
    #[must_use]
    pub fn rounded(self, places: u8) -> Self {
        let Self(step) = Self::coin(places);
        let half = step.checked_div(2).unwrap_or(0).saturating_mul(self.0.signum());
        let steps = self.0.checked_add(half).and_then(|raised| raised.checked_div(step));
        steps.and_then(|steps| steps.checked_mul(step)).map_or(self, Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, self.0, 7)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn an_amount_is_rounded_to_what_can_be_handed_over() {
        let rounded = |ten_millionths, places| Amount::from_ten_millionths(ten_millionths).rounded(places).to_string();
        assert_eq!(rounded(38_036_000, 2), "3.8");
        assert_eq!(rounded(37_750_000, 2), "3.78", "a half goes up");
        assert_eq!(rounded(-37_750_000, 2), "-3.78", "and down below nothing");
        assert_eq!(rounded(37_749_999, 2), "3.77");
        assert_eq!(rounded(37_750_000, 0), "4");
        assert_eq!(rounded(37_750_000, 3), "3.775");
        assert_eq!(rounded(12_345_678, 7), "1.2345678");
        assert_eq!(
            Amount::from_ten_millionths(i128::MAX).rounded(2).ten_millionths(),
            i128::MAX,
            "what does not fit stays"
        );
    }
}
