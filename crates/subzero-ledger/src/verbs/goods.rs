//! Buying: orders, what came in for them or without one, and what goes back to its vendor.

use std::collections::BTreeSet;

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::catalogue::Tables;
use crate::documents::OrderStatus;
use crate::entry::rights::Right;
use crate::entry::{
    Body, Entry, LINES_MAX, Mode, MoveLine, Order, OrderLine, OrderStage, Receipt, ReceiptLine, ReturnReason,
    VendorReturn,
};
use crate::ids::{ItemId, OrderId, VendorId};
use crate::money::UnitCost;
use crate::quantity::Qty;

/// One item that came in, as it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiveWish {
    /// Which line of the order it answers; none for what was not ordered.
    pub of_line: Option<u16>,
    /// Which item.
    pub item: ItemId,
    /// How much.
    pub qty: Qty,
    /// What one unit cost.
    pub cost: UnitCost,
}

/// What came with a delivery beside its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The order it answers.
    pub order: Option<OrderId>,
    /// From whom, where it answers none.
    pub vendor: Option<VendorId>,
    /// The vendor's delivery note, as typed.
    pub reference: String,
}

/// One item to be ordered, sent or sent back, as it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedLine {
    /// Which item.
    pub item: ItemId,
    /// How much.
    pub qty: Qty,
}

impl Desk<'_> {
    /// Saves an order as it was written. A draft may be empty; what is sent to a vendor may not.
    ///
    /// What was ordered stays as it was once goods came in for it: lines may be added or changed, and a line that was delivered keeps its
    /// item.
    pub fn save_order(&self, mut order: Order) -> Result<Entry, Problem> {
        let known = self.documents.order(order.order);
        if known.as_ref().is_some_and(|known| known.shop() != self.header.shop) {
            return Err(Problem::OtherShop);
        }
        if order.lines.len() > LINES_MAX {
            return Err(Problem::TooManyLines);
        }
        let is_delivered = known.as_ref().is_some_and(|known| !known.deliveries.is_empty());
        if is_delivered && matches!(order.stage, OrderStage::Draft | OrderStage::Cancelled) {
            return Err(Problem::Stage);
        }
        if order.stage == OrderStage::Ordered {
            count_lines(order.lines.len())?;
        }
        let mut numbers = BTreeSet::new();
        for (place, line) in order.lines.iter_mut().enumerate() {
            let delivered = known.iter().flat_map(|known| &known.lines);
            let delivered = delivered.filter(|known| !known.received.is_zero());
            let before = delivered.map(|known| known.line).find(|known| known.number == line.number);
            if !numbers.insert(line.number) || before.is_some_and(|before| before.item.id != line.item.id) {
                return Err(at_line(place)(LineProblem::UnknownLine));
            }
            line.item = self.checked(line.item.id, line.qty, place)?.0;
            if !line.cost.is_in_range() {
                return Err(at_line(place)(LineProblem::Cost));
            }
        }
        let (number, note) = (order.number.trim().to_owned(), order.note.trim().to_owned());
        Ok(self.entry(Body::Order(Order { number, note, ..order })))
    }

    /// Receives what came in, for an order or without one; less than was ordered, or more.
    pub fn receive(&self, delivery: &Delivery, wishes: &[ReceiveWish]) -> Result<Entry, Problem> {
        let order = match delivery.order {
            Some(id) => Some(self.documents.order(id).ok_or(Problem::UnknownDocument)?),
            None => None,
        };
        if order.as_ref().is_some_and(|order| order.shop() != self.header.shop) {
            return Err(Problem::OtherShop);
        }
        if order.as_ref().is_some_and(|order| matches!(order.status(), OrderStatus::Draft | OrderStatus::Cancelled)) {
            return Err(Problem::Stage);
        }
        count_lines(wishes.len())?;
        let mut lines = Vec::with_capacity(wishes.len());
        for (place, wish) in wishes.iter().enumerate() {
            let (item, qty) = self.checked(wish.item, wish.qty, place)?;
            if !wish.cost.is_in_range() {
                return Err(at_line(place)(LineProblem::Cost));
            }
            if let Some(number) = wish.of_line {
                let ordered = order.iter().flat_map(|order| &order.lines).find(|line| line.line.number == number);
                if ordered.is_none_or(|ordered| ordered.line.item.id != wish.item) {
                    return Err(at_line(place)(LineProblem::UnknownLine));
                }
            }
            lines.push(ReceiptLine { of_line: wish.of_line, item, qty, cost: wish.cost });
        }
        let vendor = order.as_ref().map_or(delivery.vendor, |order| order.order.vendor);
        let reference = delivery.reference.trim().to_owned();
        Ok(self.entry(Body::Receipt(Receipt { order: delivery.order, vendor, lines, reference })))
    }

    /// Sends items back to their vendor. More than there is may go where the module and the rights allow it: the goods are in the van.
    pub fn send_back(
        &self,
        vendor: Option<VendorId>,
        reason: ReturnReason,
        wishes: &[WantedLine],
        note: &str,
    ) -> Result<Entry, Problem> {
        let lines = self.going_out(wishes)?;
        let note = note.trim().to_owned();
        Ok(self.entry(Body::VendorReturn(VendorReturn { vendor, reason, lines, note })))
    }

    /// Lines that leave the shop: whoever takes more than there is has to have the right to.
    pub(super) fn going_out(&self, wishes: &[WantedLine]) -> Result<Vec<MoveLine>, Problem> {
        count_lines(wishes.len())?;
        let line = |(place, wish): (usize, &WantedLine)| {
            self.checked(wish.item, wish.qty, place).map(|(item, qty)| MoveLine { item, qty })
        };
        let lines = wishes.iter().enumerate().map(line).collect::<Result<Vec<_>, _>>()?;
        let goes_below = lines.iter().any(|line| self.goes_below(line.item.id, wishes));
        if self.header.mode == Mode::Allow && goes_below {
            self.allow(Right::BelowZero)?;
        }
        Ok(lines)
    }

    /// Whether all that is wished of an item is more than there is.
    fn goes_below(&self, item: ItemId, wishes: &[WantedLine]) -> bool {
        let of_item = wishes.iter().filter(|wish| wish.item == item);
        let total = of_item.fold(Qty::ZERO, |sum, wish| sum.checked_add(wish.qty).unwrap_or(Qty::ON_HAND_MAX));
        total > self.ledger.on_hand(item, self.header.shop).or_zero()
    }
}

impl OrderLine {
    /// A line for an item as the catalogue knows it.
    pub fn of(tables: &Tables, number: u16, wanted: WantedLine) -> Option<Self> {
        let item = tables.items.get(&wanted.item)?;
        let (cost, vendor_code) = (item.default_cost.unwrap_or_default(), item.vendor_code.clone());
        Some(Self { number, item: item.stamped(), qty: wanted.qty, cost, vendor_code })
    }
}
