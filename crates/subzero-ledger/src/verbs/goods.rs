//! Buying: orders, what came in for them or without one, and what goes back to its vendor.

use std::collections::BTreeSet;

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::catalogue::{Item, Tables};
use crate::documents::{Documents, OrderStatus};
use crate::entry::rights::Right;
use crate::entry::{
    Body, Entry, ItemKind, LINES_MAX, Mode, MoveLine, Order, OrderLine, OrderStage, Receipt, ReceiptLine, ReturnReason,
    VendorReturn,
};
use crate::ids::{ItemId, OrderId, ShopId, VendorId};
use crate::ledger::Ledger;
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
            let before = known.iter().flat_map(|known| &known.lines).find(|known| known.line.number == line.number);
            let is_anothers =
                before.is_some_and(|before| !before.received.is_zero() && before.line.item.id != line.item.id);
            if !numbers.insert(line.number) || is_anothers {
                return Err(at_line(place)(LineProblem::UnknownLine));
            }
            // What was saved before stays as it is, whatever became of its item.
            if before.is_some_and(|before| before.line == line) {
                continue;
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

/// What has fallen below its reorder point in a shop, with how much fills it up again after what is on its way; of one vendor, or of all.
pub fn to_reorder(
    shop: ShopId,
    vendor: Option<VendorId>,
    (ledger, documents, tables): (&Ledger, &Documents, &Tables),
) -> Vec<WantedLine> {
    let items = tables.items.values().filter(|item| item.kind == ItemKind::Inventory && !item.archived);
    let of_vendor = items.filter(|item| vendor.is_none() || item.vendor == vendor);
    let wanted = of_vendor.filter_map(|item| {
        let point = item.reorder_point?;
        let missing = point.checked_sub(ledger.on_hand(item.id, shop)).filter(|missing| missing.is_positive())?;
        let qty = missing.checked_sub(documents.incoming(item.id, shop).total())?;
        item.check(qty).is_ok().then_some(WantedLine { item: item.id, qty })
    });
    wanted.take(LINES_MAX).collect()
}

/// What is negative in a shop, usually comes from one vendor, and is not on its way: what a delivery of theirs that nobody entered would explain.
pub fn missing_of(
    vendor: VendorId,
    shop: ShopId,
    (ledger, documents, tables): (&Ledger, &Documents, &Tables),
) -> Vec<WantedLine> {
    let negative = ledger.negatives().filter(|(_, at, _)| *at == shop);
    let theirs = negative.filter(|(item, ..)| tables.items.get(item).is_some_and(|item| item.vendor == Some(vendor)));
    let missing = theirs.filter_map(|(item, at, stock)| {
        let coming = documents.incoming(item, at).total();
        let qty = stock.on_hand().negated().checked_sub(coming).filter(|qty| qty.is_positive())?;
        Some(WantedLine { item, qty })
    });
    missing.take(LINES_MAX).collect()
}

/// What an order wants of one item, as it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderWish {
    /// Which item.
    pub item: ItemId,
    /// How much.
    pub qty: Qty,
    /// What one is to cost, where somebody said.
    pub cost: Option<UnitCost>,
}

/// An order's lines as they are saved: an item that was on it keeps its number, for deliveries name it; a new one gets the next. An item
/// that is not in the catalogue is left out.
pub fn order_lines(before: &Order, wishes: &[OrderWish], tables: &Tables) -> Vec<OrderLine> {
    let mut last = before.lines.iter().map(|line| line.number).max().unwrap_or_default();
    let line = |wish: &OrderWish| {
        let known = before.lines.iter().find(|line| line.item.id == wish.item).cloned();
        let line = known.or_else(|| {
            last = last.saturating_add(1);
            tables.items.get(&wish.item).map(|item| OrderLine::of(item, last, wish.qty))
        })?;
        Some(OrderLine { qty: wish.qty, cost: wish.cost.unwrap_or(line.cost), ..line })
    };
    wishes.iter().filter_map(line).collect()
}

impl OrderLine {
    /// A line for an item as the catalogue knows it.
    pub fn of(item: &Item, number: u16, qty: Qty) -> Self {
        let (cost, vendor_code) = (item.default_cost.unwrap_or_default(), item.vendor_code.clone());
        Self { number, item: item.stamped(), qty, cost, vendor_code }
    }
}
