//! Purchase orders and what came in for them.

use std::collections::BTreeMap;

use super::{Retracted, Saved, add, left};
use crate::entry::{Entry, Header, Order, OrderLine, OrderStage, Receipt, ReceiptLine};
use crate::ids::{EntryId, ItemId, OrderId, ShopId};
use crate::quantity::Qty;

/// What is known of an order, whatever came first.
#[derive(Clone, Debug, Default)]
pub(super) struct Paper {
    saved: Saved<Order>,
    deliveries: BTreeMap<(EntryId, ShopId), Vec<ReceiptLine>>,
}

/// An order as it now is.
#[derive(Clone, Debug)]
pub struct OrderView<'a> {
    /// Which order.
    pub id: OrderId,
    /// What was saved last.
    pub order: &'a Order,
    /// Who saved it last, when and for which shop.
    pub saved: &'a Header,
    /// Who began it, and when.
    pub begun: &'a Header,
    /// What was ordered, with what came in for it.
    pub lines: Vec<OrderLineView<'a>>,
    /// What came in with it and was not ordered.
    pub unordered: Vec<(ItemId, Qty)>,
    /// The deliveries for it that were not taken back.
    pub deliveries: Vec<EntryId>,
}

/// One item ordered, and what came in for it.
#[derive(Clone, Copy, Debug)]
pub struct OrderLineView<'a> {
    /// What was ordered.
    pub line: &'a OrderLine,
    /// How much came in.
    pub received: Qty,
}

impl OrderLineView<'_> {
    /// How much is still to come.
    pub fn left(&self) -> Qty {
        left(self.line.qty, self.received)
    }
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderStatus {
    /// Being written.
    Draft,
    /// Sent, and nothing came in yet.
    Ordered,
    /// Some of it came in.
    PartlyReceived,
    /// All of it came in, or more.
    Received,
    /// Nothing more will come.
    Closed,
    /// Taken back.
    Cancelled,
}

impl Paper {
    pub fn save(&mut self, entry: &Entry, order: &Order) {
        self.saved.save(entry, order);
    }

    pub fn deliver(&mut self, header: &Header, receipt: &Receipt) {
        self.deliveries.insert((header.id, header.shop), receipt.lines.clone());
    }

    pub fn begun(&self) -> Option<&Header> {
        self.saved.first()
    }

    pub fn view(&self, id: OrderId, retracted: &Retracted) -> Option<OrderView<'_>> {
        let (saved, order) = self.saved.latest()?;
        let deliveries = self.deliveries.iter().filter(|(entry, _)| !retracted.contains(entry));
        let mut received: BTreeMap<u16, Qty> = BTreeMap::new();
        let mut unordered: BTreeMap<ItemId, Qty> = BTreeMap::new();
        for line in deliveries.clone().flat_map(|(_, lines)| lines) {
            let number = line.of_line.filter(|number| order.lines.iter().any(|ordered| ordered.number == *number));
            let sum = match number {
                Some(number) => received.entry(number).or_default(),
                None => unordered.entry(line.item.id).or_default(),
            };
            *sum = add(*sum, line.qty);
        }
        let of = |line: &OrderLine| received.get(&line.number).copied().unwrap_or_default();
        Some(OrderView {
            id,
            order,
            saved,
            begun: self.begun()?,
            lines: order.lines.iter().map(|line| OrderLineView { line, received: of(line) }).collect(),
            unordered: unordered.into_iter().collect(),
            deliveries: deliveries.map(|((entry, _), _)| *entry).collect(),
        })
    }
}

impl OrderView<'_> {
    /// The shop it is for.
    pub const fn shop(&self) -> ShopId {
        self.saved.shop
    }

    /// How far it is.
    pub fn status(&self) -> OrderStatus {
        match self.order.stage {
            OrderStage::Draft => OrderStatus::Draft,
            OrderStage::Closed => OrderStatus::Closed,
            OrderStage::Cancelled => OrderStatus::Cancelled,
            OrderStage::Ordered if self.deliveries.is_empty() => OrderStatus::Ordered,
            OrderStage::Ordered if self.lines.iter().all(|line| line.left().is_zero()) => OrderStatus::Received,
            OrderStage::Ordered => OrderStatus::PartlyReceived,
        }
    }

    /// Whether more is to come.
    pub fn is_on_its_way(&self) -> bool {
        matches!(self.status(), OrderStatus::Ordered | OrderStatus::PartlyReceived)
    }
}
