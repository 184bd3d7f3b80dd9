//! Paying: in one way or several, with change for cash.

use super::CartError;
use crate::entry::{TENDERS_MAX, Tender, TenderKind};
use crate::money::Amount;

/// What a customer hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// In which ways, and how much in each.
    pub tenders: Vec<Tender>,
    /// How many decimal places its currency has.
    pub places: u8,
}

impl Payment {
    /// Cash alone.
    pub fn cash(amount: Amount, places: u8) -> Self {
        let tender = Tender { kind: TenderKind::Cash, amount };
        Self { tenders: if amount > Amount::ZERO { vec![tender] } else { Vec::new() }, places }
    }

    /// What was handed over in one way.
    fn sum(&self, of: impl Fn(TenderKind) -> bool) -> Result<Amount, CartError> {
        let tenders = self.tenders.iter().filter(|tender| of(tender.kind));
        tenders
            .into_iter()
            .try_fold(Amount::ZERO, |sum, tender| sum.checked_add(tender.amount).ok_or(CartError::OutOfRange))
    }

    /// What is still to be paid; nothing once it is enough.
    pub fn left(&self, to_pay: Amount) -> Result<Amount, CartError> {
        let left = to_pay.checked_sub(self.sum(|_| true)?).ok_or(CartError::OutOfRange)?;
        Ok(left.max(Amount::ZERO))
    }

    /// What the customer gets back, in cash.
    pub fn change(&self, to_pay: Amount) -> Result<Amount, CartError> {
        if self.tenders.len() > TENDERS_MAX {
            return Err(CartError::TooManyTenders);
        }
        if self
            .tenders
            .iter()
            .any(|tender| tender.amount <= Amount::ZERO || tender.amount != tender.amount.rounded(self.places))
        {
            return Err(CartError::Tender);
        }
        let (cash, card) = (self.sum(|kind| kind == TenderKind::Cash)?, self.sum(|kind| kind == TenderKind::Card)?);
        if card > to_pay {
            return Err(CartError::TooMuchOnCard);
        }
        let in_cash = to_pay.checked_sub(card).ok_or(CartError::OutOfRange)?;
        if cash > most_cash(in_cash) {
            return Err(CartError::TooMuchCash);
        }
        cash.checked_sub(in_cash).filter(|change| *change >= Amount::ZERO).ok_or(CartError::NotEnough)
    }
}

/// More than anybody hands over for this total, in whatever currency: its largest note for its smallest price.
fn most_cash(total: Amount) -> Amount {
    Amount::from_ten_millionths(total.ten_millionths().saturating_mul(100).saturating_add(1_000 * 10_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::pence;

    fn paid(tenders: &[(TenderKind, i64)]) -> Payment {
        let tender = |(kind, amount): &(TenderKind, i64)| Tender { kind: *kind, amount: pence(*amount) };
        Payment { tenders: tenders.iter().map(tender).collect(), places: 2 }
    }

    #[test]
    fn change_is_given_for_cash_and_never_for_a_card() {
        use TenderKind::{Card, Cash};
        assert_eq!(paid(&[(Cash, 1_000)]).change(pence(750)), Ok(pence(250)));
        assert_eq!(paid(&[(Card, 500), (Cash, 300)]).change(pence(750)), Ok(pence(50)));
        assert_eq!(paid(&[(Card, 800)]).change(pence(750)), Err(CartError::TooMuchOnCard));
        assert_eq!(paid(&[(Card, 500)]).change(pence(750)), Err(CartError::NotEnough));
        assert_eq!(paid(&[]).change(pence(0)), Ok(pence(0)), "what is free needs no money");
        assert_eq!(paid(&[(Card, 0)]).change(pence(0)), Err(CartError::Tender));
        assert_eq!(paid(&[(Cash, 10_000_000_000)]).change(pence(750)), Err(CartError::TooMuchCash));
        assert_eq!(paid(&[(Cash, 300), (Card, 200)]).left(pence(750)), Ok(pence(250)));
        let half_a_penny = Payment::cash(Amount::from_ten_millionths(75_050_000), 2);
        assert_eq!(half_a_penny.change(pence(750)), Err(CartError::Tender));
        assert_eq!(paid(&[(Cash, 100); 9]).change(pence(750)), Err(CartError::TooManyTenders));
    }
}
