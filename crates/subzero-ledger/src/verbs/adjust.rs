//! Putting on hand right by hand, and taking back what was entered wrong.

use std::collections::BTreeMap;

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::catalogue::Item;
use crate::entry::rights::Right;
use crate::entry::{
    Adjustment, AdjustmentKind, AdjustmentLine, Body, Entry, ItemKind, Retraction, ReturnLine, TransferReturn,
    TransferSend,
};
use crate::history::Op;
use crate::ids::{EntryId, ItemId, LineId, ShopId};
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
        let adjustment = Adjustment { kind, lines, note: note.trim().to_owned() };
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

    /// Takes an entry back, where there is a way: a sale is voided, what is left of a sending comes back, and everything else that moved stock
    /// counts as if it had not happened. What it closed is then open again.
    pub fn undo(&self, of: EntryId) -> Result<Entry, Problem> {
        let undone = self.ledger.entry(of).ok_or(Problem::UnknownDocument)?;
        if undone.header.shop != self.header.shop {
            return Err(Problem::OtherShop);
        }
        if self.ledger.undone_by(of).is_some() {
            return Err(Problem::Undone);
        }
        if undone.body.as_sale().is_some() {
            return self.void(of, "");
        }
        if let Body::TransferSend(send) = &undone.body {
            return self.bring_back_all(of, send);
        }
        self.may_retract(undone)?;
        Ok(self.entry(Body::Retraction(Retraction { of })))
    }

    /// What somebody has just done themselves they may take back without asking; what is older, whoever may put on hand right.
    fn may_retract(&self, undone: &Entry) -> Result<(), Problem> {
        let right = undone.body.retraction_needs().ok_or(Problem::NoUndo)?;
        if let Body::Reassignment(moved) = &undone.body {
            let really_sold = LineId { entry: undone.header.id, line: 1 };
            if self.ledger.left_of(really_sold) != Some(moved.qty) {
                return Err(Problem::NothingLeft);
            }
        }
        if undone.header.session == self.header.session { Ok(()) } else { self.allow(right) }
    }

    fn bring_back_all(&self, of: EntryId, send: &TransferSend) -> Result<Entry, Problem> {
        let lines = (0..=u16::MAX).zip(&send.lines).filter_map(|(of_line, line)| {
            let qty = self.ledger.left_of(LineId { entry: of, line: of_line })?;
            qty.is_positive().then_some(ReturnLine { of_line, item: line.item, qty })
        });
        let lines: Vec<ReturnLine> = lines.collect();
        count_lines(lines.len()).map_err(|_| Problem::NothingLeft)?;
        Ok(self.entry(Body::TransferReturn(TransferReturn { of, lines })))
    }

    /// Makes an item hold stock again that was just said to hold none: the bodies of as many entries as that takes, each with its shop. What its
    /// conversion closed is open again.
    pub fn hold_stock_again(&self, item: &Item) -> Result<Vec<(ShopId, Body)>, Problem> {
        let now = Item { kind: ItemKind::Inventory, ..item.clone() };
        let saved = self.save_item(Some(item), &now)?;
        let back = |(shop, body): (ShopId, Body)| match self.conversion_that_stands(item.id, shop) {
            Some(of) if shop != ShopId::OFFICE => (shop, Body::Retraction(Retraction { of })),
            Some(_) | None => (shop, body),
        };
        Ok(saved.into_iter().map(back).collect())
    }

    /// The entry by which an item holds no stock in a shop.
    fn conversion_that_stands(&self, item: ItemId, shop: ShopId) -> Option<EntryId> {
        let mut newest_first = self.ledger.history(item, shop)?.recent(shop).filter(|post| post.retracted.is_none());
        newest_first.find_map(|post| match post.op {
            Op::Convert { to } => Some((to == ItemKind::NonInventory).then_some(post.line.entry)),
            Op::Receive { .. }
            | Op::Find { .. }
            | Op::FindAt { .. }
            | Op::Remove { .. }
            | Op::Return { .. }
            | Op::Arrive { .. }
            | Op::Lose { .. }
            | Op::Count { .. } => None,
        })?
    }
}
