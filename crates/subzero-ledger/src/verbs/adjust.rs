//! Putting on hand right by hand, and taking back what was entered wrong.

use std::collections::BTreeMap;

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::entry::rights::Right;
use crate::entry::{Adjustment, AdjustmentKind, AdjustmentLine, Body, Entry, ReturnLine, StampedItem, TransferReturn};
use crate::ids::{EntryId, ItemId, LineId};
use crate::money::UnitCost;
use crate::quantity::Qty;

/// One item to be adjusted, as it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdjustWish {
    /// Which item.
    pub item: ItemId,
    /// How many are gone or found, above zero: which of the two the kind says.
    pub qty: Qty,
    /// What one found unit cost, where somebody knows.
    pub cost: Option<UnitCost>,
}

impl Desk<'_> {
    /// Adjusts on hand, for a reason. Never to below zero: what is not there cannot be written off.
    pub fn adjust(&self, kind: AdjustmentKind, wishes: &[AdjustWish], note: &str) -> Result<Entry, Problem> {
        self.allow(Right::Adjust)?;
        count_lines(wishes.len())?;
        let goes_out = kind.allows(Qty::ONE.negated());
        let mut lines = Vec::with_capacity(wishes.len());
        for (place, wish) in wishes.iter().enumerate() {
            let (item, qty) = self.checked(wish.item, wish.qty, place)?;
            if wish.cost.is_some_and(|cost| !cost.is_in_range()) {
                return Err(at_line(place)(LineProblem::Cost));
            }
            let (qty, cost) = if goes_out { (qty.negated(), None) } else { (qty, wish.cost) };
            lines.push(AdjustmentLine { item, qty, cost });
        }
        self.not_below_zero(&lines)?;
        let adjustment = Adjustment { kind, undoes: None, lines, note: note.trim().to_owned() };
        Ok(self.entry(Body::Adjustment(adjustment)))
    }

    /// Summed over the lines, nothing may leave less than nothing.
    fn not_below_zero(&self, lines: &[AdjustmentLine]) -> Result<(), Problem> {
        let mut left: BTreeMap<ItemId, Qty> = BTreeMap::new();
        for (place, line) in lines.iter().enumerate() {
            let on_hand = self.ledger.on_hand(line.item.id, self.header.shop);
            let left = left.entry(line.item.id).or_insert(on_hand);
            *left = left.checked_add(line.qty).ok_or(Problem::OutOfRange)?;
            if line.qty.is_negative() && left.is_negative() {
                return Err(at_line(place)(LineProblem::BelowZero { on_hand }));
            }
        }
        Ok(())
    }

    /// Taking back what filled shortages opens as much again, and no more.
    fn not_below_what_it_filled(&self, of: EntryId, lines: &[AdjustmentLine]) -> Result<(), Problem> {
        let shop = self.header.shop;
        let filled = |item: ItemId| {
            let fills = self.ledger.fills(item, shop).filter(|fill| fill.by.entry == of);
            fills.fold(Qty::ZERO, |sum, fill| sum.checked_add(fill.qty).unwrap_or(sum))
        };
        let mut left: BTreeMap<ItemId, Qty> = BTreeMap::new();
        for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.qty.is_negative()) {
            let item = line.item.id;
            let on_hand = self.ledger.on_hand(item, shop);
            let may_leave = || on_hand.checked_add(filled(item)).ok_or(Problem::OutOfRange);
            let before = left.get(&item).copied().map_or_else(may_leave, Ok)?;
            let after = before.checked_add(line.qty).ok_or(Problem::OutOfRange)?;
            if after.is_negative() {
                return Err(at_line(place)(LineProblem::BelowZero { on_hand }));
            }
            left.insert(item, after);
        }
        Ok(())
    }

    /// Takes an entry back, where there is a way: a sale is voided, what is left of a sending comes back, and a delivery, a vendor return or an
    /// adjustment is answered by the opposite adjustment. A count is not taken back: the item is counted again.
    pub fn undo(&self, of: EntryId) -> Result<Entry, Problem> {
        let undone = self.ledger.entry(of).ok_or(Problem::UnknownDocument)?;
        if undone.header.shop != self.header.shop {
            return Err(Problem::OtherShop);
        }
        if self.ledger.undone_by(of).is_some() {
            return Err(Problem::Undone);
        }
        let opposite = |item: StampedItem, qty: Qty, cost: Option<UnitCost>| AdjustmentLine { item, qty, cost };
        let lines: Vec<AdjustmentLine> = match &undone.body {
            Body::Sale(_) => return self.void(of, ""),
            Body::Reassignment(before) => return self.reassign_back(of, before),
            Body::TransferSend(send) => {
                let lines = (0..=u16::MAX).zip(&send.lines).filter_map(|(of_line, line)| {
                    let qty = self.ledger.left_of(LineId { entry: of, line: of_line })?;
                    qty.is_positive().then_some(ReturnLine { of_line, item: line.item, qty })
                });
                let lines: Vec<ReturnLine> = lines.collect();
                count_lines(lines.len()).map_err(|_| Problem::NothingLeft)?;
                return Ok(self.entry(Body::TransferReturn(TransferReturn { of, lines })));
            }
            Body::Receipt(receipt) => {
                receipt.lines.iter().map(|line| opposite(line.item, line.qty.negated(), None)).collect()
            }
            Body::VendorReturn(back) => back.lines.iter().map(|line| opposite(line.item, line.qty, None)).collect(),
            Body::Adjustment(Adjustment { undoes: None, lines, .. }) => {
                lines.iter().map(|line| opposite(line.item, line.qty.negated(), line.cost)).collect()
            }
            Body::Adjustment(_)
            | Body::Refund(_)
            | Body::Void(_)
            | Body::Order(_)
            | Body::TransferDraft(_)
            | Body::TransferReceive(_)
            | Body::TransferReturn(_)
            | Body::TransferLoss(_)
            | Body::CountList(_)
            | Body::Tally(_)
            | Body::Count(_)
            | Body::Conversion(_)
            | Body::Catalogue(_)
            | Body::Foreign(_) => return Err(Problem::NoUndo),
        };
        self.not_below_what_it_filled(of, &lines)?;
        let (kind, note) = (AdjustmentKind::Correction, String::new());
        Ok(self.entry(Body::Adjustment(Adjustment { kind, undoes: Some(of), lines, note })))
    }
}
