//! What is on its way to a shop, on orders and on transfers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Documents, OrderView, add};
use crate::ids::{EntryId, ItemId, OrderId, ShopId, TransferId};
use crate::money::UnitCost;
use crate::quantity::Qty;

/// What is on its way to a shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// On orders.
    pub on_orders: Qty,
    /// On transfers.
    pub on_transfers: Qty,
}

impl Incoming {
    /// In all.
    pub fn total(self) -> Qty {
        add(self.on_orders, self.on_transfers)
    }
}

/// One paper on which an item is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A line of an order.
    Order {
        /// Which order.
        order: OrderId,
        /// What people call it.
        number: String,
        /// Which line.
        line: u16,
        /// How much is still to come.
        left: Qty,
        /// What one is to cost.
        cost: UnitCost,
    },
    /// A line of a sending.
    Transfer {
        /// Which transfer.
        transfer: TransferId,
        /// The sending.
        send: EntryId,
        /// What people call it.
        number: String,
        /// Who sent it.
        from: ShopId,
        /// Which line.
        line: u16,
        /// How much is still to come.
        left: Qty,
    },
}

impl Documents {
    /// All that is on its way, by item and shop: for whoever asks about many.
    pub fn all_incoming(&self) -> BTreeMap<(ItemId, ShopId), Incoming> {
        let mut incoming: BTreeMap<(ItemId, ShopId), Incoming> = BTreeMap::new();
        for order in self.orders().filter(OrderView::is_on_its_way) {
            for line in &order.lines {
                let sum = incoming.entry((line.line.item.id, order.shop())).or_default();
                sum.on_orders = add(sum.on_orders, line.left());
            }
        }
        for send in self.transfers().flat_map(|transfer| transfer.sends) {
            for line in &send.lines {
                let sum = incoming.entry((line.line.item.id, send.send.to)).or_default();
                sum.on_transfers = add(sum.on_transfers, line.left());
            }
        }
        incoming
    }

    /// How much of one item is on its way to a shop.
    pub fn incoming(&self, item: ItemId, shop: ShopId) -> Incoming {
        self.all_incoming().get(&(item, shop)).copied().unwrap_or_default()
    }

    /// The orders of a shop that still bring any of these items, each with its number and on how many lines.
    pub fn orders_bringing(&self, items: &BTreeSet<ItemId>, shop: ShopId) -> Vec<(OrderId, &str, usize)> {
        let orders = self.orders().filter(|order| order.shop() == shop && order.is_on_its_way());
        let lines = |order: &OrderView<'_>| {
            let wanted = order.lines.iter().filter(|line| items.contains(&line.line.item.id));
            wanted.filter(|line| line.left().is_positive()).count()
        };
        let bringing = orders.map(|order| (order.id, order.order.number.as_str(), lines(&order)));
        bringing.filter(|(_, _, lines)| *lines > 0).collect()
    }

    /// The papers on which an item is on its way to a shop: orders, then transfers.
    pub fn awaited(&self, item: ItemId, shop: ShopId) -> Vec<Awaited> {
        let orders = self.orders().filter(|order| order.shop() == shop && order.is_on_its_way());
        let mut awaited: Vec<Awaited> = Vec::new();
        for order in orders {
            let lines = order.lines.iter().filter(|line| line.line.item.id == item && line.left().is_positive());
            awaited.extend(lines.map(|line| Awaited::Order {
                order: order.id,
                number: order.order.number.clone(),
                line: line.line.number,
                left: line.left(),
                cost: line.line.cost,
            }));
        }
        for transfer in self.transfers() {
            for send in transfer.sends.iter().filter(|send| send.send.to == shop) {
                let lines = (0..=u16::MAX).zip(&send.lines);
                let left = lines.filter(|(_, line)| line.line.item.id == item && line.left().is_positive());
                awaited.extend(left.map(|(line, sent)| Awaited::Transfer {
                    transfer: transfer.id,
                    send: send.header.id,
                    number: send.send.number.clone(),
                    from: send.header.shop,
                    line,
                    left: sent.left(),
                }));
            }
        }
        awaited
    }
}
