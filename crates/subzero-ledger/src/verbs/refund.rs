//! Taking items back from a customer, and undoing a whole sale.

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::entry::rights::Right;
use crate::entry::{Body, Entry, Refund, RefundLine, Sale, Tender, TenderKind, Void};
use crate::ids::{EntryId, ItemId, LineId};
use crate::ledger::Ledger;
use crate::money::{Amount, Price};
use crate::quantity::Qty;

/// One line of a sale, and what of it can still come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refundable {
    /// Which line.
    pub line: u16,
    /// The item.
    pub item: ItemId,
    /// How much was sold.
    pub sold: Qty,
    /// How much of it is left to refund.
    pub left: Qty,
    /// What the customer paid for the line.
    pub paid: Amount,
    /// What was given back for it so far.
    pub given_back: Amount,
}

impl Refundable {
    /// What a customer gets for so much of it. Refunding a line bit by bit gives back exactly what was paid for it.
    pub fn amount(&self, qty: Qty, places: u8) -> Amount {
        let after = self.left.checked_sub(qty).and_then(|left| self.sold.checked_sub(left)).unwrap_or(self.sold);
        let due = self.paid.part(after.thousandths().into(), self.sold.thousandths().into()).rounded(places);
        due.checked_sub(self.given_back).unwrap_or_default().max(Amount::ZERO)
    }
}

/// One line to be refunded, as it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundWish {
    /// Which line of the sale.
    pub line: u16,
    /// How much comes back.
    pub qty: Qty,
}

/// What of a sale can still come back, line by line; none for what is no sale.
pub fn refundable(of: EntryId, ledger: &Ledger) -> Option<Vec<Refundable>> {
    let sale = ledger.entry(of)?.body.as_sale()?;
    let is_void = ledger.referring_to(of).any(|entry| matches!(entry.body, Body::Void(_)));
    let line = |(number, sold): (u16, &crate::entry::SaleLine)| {
        let refunds = ledger.referring_to(of).filter_map(|entry| entry.body.as_refund());
        let back = refunds.map(|refund| refund.lines.iter().filter(move |line| line.of_line == number));
        let (qty, given_back) = back.flatten().fold((Qty::ZERO, Amount::ZERO), |(qty, amount), line| {
            (qty.checked_add(line.qty).unwrap_or(qty), amount.checked_add(line.amount).unwrap_or(amount))
        });
        let left = if is_void { Qty::ZERO } else { sold.qty.checked_sub(qty).unwrap_or_default().or_zero() };
        // What was really another item does not come back as this one.
        let left = left.min(ledger.left_of(LineId { entry: of, line: number }).unwrap_or(left));
        Refundable { line: number, item: sold.item.id, sold: sold.qty, left, paid: sale.paid_for(sold), given_back }
    };
    Some((0..=u16::MAX).zip(&sale.lines).map(line).collect())
}

impl Desk<'_> {
    /// Refunds lines of a sale: never more than is left, and what was paid for it.
    pub fn refund(
        &self,
        receipt: String,
        of: EntryId,
        wishes: &[RefundWish],
        back: TenderKind,
        note: &str,
    ) -> Result<Entry, Problem> {
        self.allow(Right::Refund)?;
        let sale: &Sale =
            self.ledger.entry(of).and_then(|entry| entry.body.as_sale()).ok_or(Problem::UnknownDocument)?;
        let refundable = refundable(of, self.ledger).ok_or(Problem::UnknownDocument)?;
        if refundable.iter().all(|line| line.left.is_zero()) {
            return Err(Problem::NothingLeft);
        }
        count_lines(wishes.len())?;
        let mut lines = Vec::with_capacity(wishes.len());
        for (place, wish) in wishes.iter().enumerate() {
            let line = refundable.iter().find(|line| line.line == wish.line);
            let sold = sale.lines.get(usize::from(wish.line));
            let (line, sold) = line.zip(sold).ok_or(LineProblem::UnknownLine).map_err(at_line(place))?;
            if let Some(item) = self.tables.items.get(&line.item) {
                item.check(wish.qty).map_err(LineProblem::Qty).map_err(at_line(place))?;
            }
            if wish.qty > line.left || wishes.iter().take(place).any(|before| before.line == wish.line) {
                return Err(at_line(place)(LineProblem::Beyond { left: line.left }));
            }
            let amount = line.amount(wish.qty, sale.places);
            lines.push(RefundLine { of_line: wish.line, item: sold.item, qty: wish.qty, amount });
        }
        self.record(receipt, Some(of), lines, back, note)
    }

    /// Takes items back without their receipt, at a price that somebody agreed to.
    pub fn refund_without_receipt(
        &self,
        receipt: String,
        wishes: &[(ItemId, Qty, Price)],
        back: TenderKind,
        places: u8,
        note: &str,
    ) -> Result<Entry, Problem> {
        self.allow(Right::Refund)?;
        count_lines(wishes.len())?;
        let mut lines = Vec::with_capacity(wishes.len());
        for (place, (id, qty, price)) in wishes.iter().enumerate() {
            let item = self.tables.items.get(id).ok_or(LineProblem::UnknownItem).map_err(at_line(place))?;
            item.check(*qty).map_err(LineProblem::Qty).map_err(at_line(place))?;
            if !price.is_in_range() {
                return Err(at_line(place)(LineProblem::Cost));
            }
            lines.push(RefundLine {
                of_line: 0,
                item: item.stamped(),
                qty: *qty,
                amount: price.times(*qty).rounded(places),
            });
        }
        self.record(receipt, None, lines, back, note)
    }

    /// Undoes a sale: every line, as far as it is not refunded yet.
    pub fn void(&self, of: EntryId, note: &str) -> Result<Entry, Problem> {
        self.allow(Right::Refund)?;
        let refundable = refundable(of, self.ledger).ok_or(Problem::UnknownDocument)?;
        if refundable.iter().all(|line| line.left.is_zero()) {
            return Err(Problem::NothingLeft);
        }
        let moved = self.ledger.referring_to(of).filter(|entry| matches!(entry.body, Body::Reassignment(_)));
        if moved.into_iter().any(|moved| self.ledger.undone_by(moved.header.id).is_none()) {
            return Err(Problem::Reassigned);
        }
        Ok(self.entry(Body::Void(Void { of, note: note.trim().to_owned() })))
    }

    fn record(
        &self,
        receipt: String,
        of: Option<EntryId>,
        lines: Vec<RefundLine>,
        back: TenderKind,
        note: &str,
    ) -> Result<Entry, Problem> {
        let total = lines.iter().try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount));
        let total = total.ok_or(Problem::OutOfRange)?;
        let tenders = if total > Amount::ZERO { vec![Tender { kind: back, amount: total }] } else { Vec::new() };
        Ok(self.entry(Body::Refund(Refund { of, receipt, lines, tenders, note: note.trim().to_owned() })))
    }
}
