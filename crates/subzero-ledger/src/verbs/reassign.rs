//! Putting a sale's line on the item that was really sold.

use super::{Desk, LineProblem, Problem, at_line};
use crate::entry::rights::Right;
use crate::entry::{Body, Entry, Reassignment};
use crate::ids::{ItemId, LineId};
use crate::quantity::Qty;

impl Desk<'_> {
    /// Says that so much of a sale's line was really another item. The wrong one comes back, the right one goes out, and the shortage moves
    /// with it; what the customer paid stays.
    pub fn reassign(&self, line: LineId, to: ItemId, qty: Qty) -> Result<Entry, Problem> {
        self.allow(Right::Adjust)?;
        let sold = self.ledger.entry(line.entry).ok_or(Problem::UnknownDocument)?;
        if sold.header.shop != self.header.shop {
            return Err(Problem::OtherShop);
        }
        let (of, from) = if let Body::Reassignment(before) = &sold.body {
            (before.of, before.to)
        } else {
            let sale = sold.body.as_sale().ok_or(Problem::UnknownDocument)?;
            (line.entry, sale.lines.get(usize::from(line.line)).ok_or(Problem::UnknownDocument)?.item)
        };
        if from.id == to {
            return Err(Problem::SameItem);
        }
        let left = self.ledger.left_of(line).unwrap_or_default();
        if left.is_zero() {
            return Err(Problem::NothingLeft);
        }
        if qty > left {
            return Err(at_line(0)(LineProblem::Beyond { left }));
        }
        let (to, qty) = self.checked(to, qty, 0)?;
        Ok(self.entry(Body::Reassignment(Reassignment { of, line, from, to, qty })))
    }
}
