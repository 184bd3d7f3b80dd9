//! What is taken off: from a line, or from the whole cart and then spread over its lines, so that a receipt adds up.

use serde::{Deserialize, Serialize};

use crate::money::Amount;

/// What is taken off a line or a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Discount {
    /// A part of it.
    Percent(Percent),
    /// So much, and never more than it comes to.
    Amount(Amount),
}

/// A part of a hundred, in hundredths: 12.5 % is 1250.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(u16);

impl Percent {
    /// All of it.
    pub const MAX: Self = Self(10_000);

    /// So many hundredths of a percent; none beyond a hundred percent.
    pub fn from_hundredths(hundredths: u16) -> Option<Self> {
        (hundredths <= Self::MAX.0).then_some(Self(hundredths))
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }
}

impl Discount {
    /// What it takes off `full`, in a currency with so many decimal places.
    pub fn off(self, full: Amount, places: u8) -> Amount {
        let off = match self {
            Self::Percent(percent) => full.part(percent.0.into(), Percent::MAX.0.into()),
            Self::Amount(amount) => amount,
        };
        off.rounded(places).max(Amount::ZERO).min(full)
    }
}

/// Spreads an amount over lines in proportion to what each comes to: the shares add up to it, and none is more than its line.
/// All figures are whole coins of a currency with so many decimal places. Nothing where a product does not fit.
pub fn spread(amount: Amount, lines: &[Amount], places: u8) -> Option<Vec<Amount>> {
    let whole = lines.iter().try_fold(Amount::ZERO, |sum, line| sum.checked_add(*line))?;
    if whole == Amount::ZERO {
        return Some(vec![Amount::ZERO; lines.len()]);
    }
    let coin = Amount::coin(places).ten_millionths();
    let coins = |amount: Amount| amount.ten_millionths().checked_div(coin);
    let (to_spread, whole) = (coins(amount.min(whole))?, coins(whole)?);
    let products: Vec<i128> =
        lines.iter().map(|line| to_spread.checked_mul(coins(*line)?)).collect::<Option<Vec<_>>>()?;
    let mut shares: Vec<i128> =
        products.iter().map(|product| product.checked_div_euclid(whole)).collect::<Option<Vec<_>>>()?;
    let spread = shares.iter().try_fold(0_i128, |sum, share| sum.checked_add(*share))?;
    // The coins that are left go to the lines that were cut short the most.
    let mut by_rest: Vec<(i128, usize)> = products
        .iter()
        .enumerate()
        .map(|(place, product)| (product.checked_rem_euclid(whole).unwrap_or(0), place))
        .collect();
    by_rest.sort_by_key(|(rest, place)| (std::cmp::Reverse(*rest), *place));
    let left = usize::try_from(to_spread.checked_sub(spread)?).ok()?;
    for (_, place) in by_rest.into_iter().take(left) {
        let share = shares.get_mut(place)?;
        *share = share.checked_add(1)?;
    }
    shares.into_iter().map(|share| Some(Amount::from_ten_millionths(share.checked_mul(coin)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::pence;
    use proptest::prelude::*;

    #[test]
    fn a_discount_is_whole_coins_and_never_more_than_the_line() {
        let ten = Discount::Percent(Percent::from_hundredths(1_000).unwrap());
        assert_eq!(ten.off(Amount::from_ten_millionths(38_036_000), 2), pence(38));
        assert_eq!(Discount::Amount(pence(500)).off(pence(300), 2), pence(300));
        assert_eq!(Discount::Percent(Percent::MAX).off(Amount::from_ten_millionths(50_000), 2).to_string(), "0.005");
        assert_eq!(Percent::from_hundredths(10_001), None);
    }

    #[test]
    fn a_pound_off_three_equal_lines_is_34_33_33() {
        assert_eq!(spread(pence(100), &[pence(500); 3], 2), Some(vec![pence(34), pence(33), pence(33)]));
    }

    proptest! {
        #[test]
        fn shares_add_up_and_none_is_more_than_its_line(
            lines in prop::collection::vec(0_i64..1_000_000, 0..12), amount in 0_i64..5_000_000,
        ) {
            let amounts: Vec<Amount> = lines.iter().map(|line| pence(*line)).collect();
            let whole = pence(lines.iter().sum());
            let shares = spread(pence(amount), &amounts, 2).unwrap();
            let sum = shares.iter().fold(Amount::ZERO, |sum, share| sum.checked_add(*share).unwrap());
            prop_assert_eq!(sum, pence(amount).min(whole));
            for (share, line) in shares.iter().zip(&amounts) {
                prop_assert!(*share >= Amount::ZERO && share <= line);
            }
        }
    }
}
