//! What units cost, as far as anybody knows.
//!
//! > Unknown is not zero: a cost that is missing counts as 0 in sums, and never becomes anybody's known cost.

use serde::{Deserialize, Serialize};

use crate::money::{Amount, UnitCost};
use crate::quantity::Qty;
use crate::stock::Overflow;

/// What one unit costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cost {
    /// Paid, typed, or worked out from one that was.
    Known(UnitCost),
    /// Nobody knows.
    Missing,
}

impl Cost {
    /// The cost, if it is known.
    pub const fn known(self) -> Option<UnitCost> {
        match self {
            Self::Known(cost) => Some(cost),
            Self::Missing => None,
        }
    }

    /// Whether nobody knows it.
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::Missing)
    }

    /// As it counts in sums.
    pub fn in_sums(self) -> UnitCost {
        self.known().unwrap_or(UnitCost::ZERO)
    }

    /// What `qty` units count as in sums, exactly.
    pub fn times(self, qty: Qty) -> Amount {
        self.in_sums().times(qty)
    }
}

/// What some units cost together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TotalCost {
    /// The sum, to which units of which nobody knows the cost add nothing.
    pub in_sums: Amount,
    /// Whether there are any such units: the sum is then no cost to be shown.
    pub is_missing: bool,
}

impl TotalCost {
    /// What `qty` units cost.
    pub fn of(qty: Qty, cost: Cost) -> Self {
        Self { in_sums: cost.times(qty), is_missing: cost.is_missing() && !qty.is_zero() }
    }

    /// The sum, if it is known of every unit.
    pub fn known(self) -> Option<Amount> {
        (!self.is_missing).then_some(self.in_sums)
    }

    /// All of them together.
    pub fn sum(costs: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        costs.into_iter().try_fold(Self::default(), Self::checked_add)
    }

    /// Both together.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        let in_sums = self.in_sums.checked_add(other.in_sums).ok_or(Overflow)?;
        Ok(Self { in_sums, is_missing: self.is_missing || other.is_missing })
    }
}
