//! What is on its way to a shop, on orders and on transfers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Documents, OrderView, add};
use crate::entry::{Body, Entry, Paper};
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

/// An item in a shop.
type Place = (ItemId, ShopId);

/// What is still to come of each paper, kept as entries come in: whoever asks about one item reads nothing of what has long arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct OnItsWay {
    by_place: BTreeMap<Place, BTreeMap<Paper, Qty>>,
    places: BTreeMap<Paper, Vec<Place>>,
    about: BTreeMap<EntryId, About>,
}

/// What an entry is about that can be taken back, or that others settle.
#[derive(Clone, Copy, Debug)]
enum About {
    Paper(Paper),
    Sending(EntryId),
}

impl OnItsWay {
    /// The paper that an entry is about.
    fn paper_of(&self, entry: EntryId) -> Option<Paper> {
        match *self.about.get(&entry)? {
            About::Paper(paper) => Some(paper),
            About::Sending(sending) => match *self.about.get(&sending)? {
                About::Paper(paper) => Some(paper),
                About::Sending(_) => None,
            },
        }
    }

    fn put(&mut self, paper: Paper, left: &BTreeMap<Place, Qty>) {
        for place in self.places.remove(&paper).unwrap_or_default() {
            if let Some(papers) = self.by_place.get_mut(&place) {
                papers.remove(&paper);
                if papers.is_empty() {
                    self.by_place.remove(&place);
                }
            }
        }
        for (&place, &qty) in left {
            self.by_place.entry(place).or_default().insert(paper, qty);
        }
        if !left.is_empty() {
            self.places.insert(paper, left.keys().copied().collect());
        }
    }

    fn papers(&self, place: Place) -> impl Iterator<Item = (Paper, Qty)> {
        self.by_place.get(&place).into_iter().flatten().map(|(&paper, &left)| (paper, left))
    }
}

impl Documents {
    /// Takes in what an entry changes of what is on its way; to be called once the papers have it.
    pub(super) fn follow(&mut self, entry: &Entry) {
        let Entry { header, body, .. } = entry;
        let on_its_way = &mut self.on_its_way;
        let paper = if let Body::Retraction(retraction) = body {
            on_its_way.paper_of(retraction.of)
        } else {
            let settles = matches!(body, Body::TransferReceive(_) | Body::TransferReturn(_) | Body::TransferLoss(_));
            let sending = body.referent().filter(|_| settles).map(About::Sending);
            on_its_way.about.extend(body.paper().map(About::Paper).or(sending).map(|about| (header.id, about)));
            on_its_way.paper_of(header.id)
        };
        if let Some(paper) = paper {
            let left = self.left_of(paper);
            self.on_its_way.put(paper, &left);
        }
    }

    /// What a paper still brings, and where.
    fn left_of(&self, paper: Paper) -> BTreeMap<Place, Qty> {
        let mut lines: Vec<(Place, Qty)> = Vec::new();
        match paper {
            Paper::Order(id) => {
                if let Some(order) = self.order(id).filter(OrderView::is_on_its_way) {
                    lines.extend(order.lines.iter().map(|line| ((line.line.item.id, order.shop()), line.left())));
                }
            }
            Paper::Transfer(id) => {
                for send in self.transfer(id).into_iter().flat_map(|transfer| transfer.sends) {
                    lines.extend(send.lines.iter().map(|line| ((line.line.item.id, send.send.to), line.left())));
                }
            }
            Paper::CountList(_) => {}
        }
        let mut left = BTreeMap::new();
        for (place, qty) in lines.into_iter().filter(|(_, qty)| qty.is_positive()) {
            let sum = left.entry(place).or_default();
            *sum = add(*sum, qty);
        }
        left
    }

    /// All that is on its way, by item and shop: for whoever asks about many.
    pub fn all_incoming(&self) -> BTreeMap<(ItemId, ShopId), Incoming> {
        self.on_its_way.by_place.keys().map(|&(item, shop)| ((item, shop), self.incoming(item, shop))).collect()
    }

    /// How much of one item is on its way to a shop.
    pub fn incoming(&self, item: ItemId, shop: ShopId) -> Incoming {
        let mut incoming = Incoming::default();
        for (paper, left) in self.on_its_way.papers((item, shop)) {
            let sum = match paper {
                Paper::Transfer(_) => &mut incoming.on_transfers,
                Paper::Order(_) | Paper::CountList(_) => &mut incoming.on_orders,
            };
            *sum = add(*sum, left);
        }
        incoming
    }

    /// The orders of a shop that still bring any of these items, each with its number and on how many lines.
    pub fn orders_bringing(&self, items: &BTreeSet<ItemId>, shop: ShopId) -> Vec<(OrderId, &str, usize)> {
        let papers = items.iter().flat_map(|&item| self.on_its_way.papers((item, shop)));
        let orders: BTreeSet<OrderId> = papers.filter_map(|(paper, _)| order_of(paper)).collect();
        let lines = |order: &OrderView<'_>| {
            let wanted = order.lines.iter().filter(|line| items.contains(&line.line.item.id));
            wanted.filter(|line| line.left().is_positive()).count()
        };
        let orders = orders.into_iter().filter_map(|order| self.order(order));
        orders.map(|order| (order.id, order.order.number.as_str(), lines(&order))).collect()
    }

    /// The papers on which an item is on its way to a shop: orders, then transfers.
    pub fn awaited(&self, item: ItemId, shop: ShopId) -> Vec<Awaited> {
        let mut awaited = Vec::new();
        for (paper, _) in self.on_its_way.papers((item, shop)) {
            match paper {
                Paper::Order(order) => self.awaited_on_order(order, item, &mut awaited),
                Paper::Transfer(transfer) => self.awaited_on_transfer(transfer, (item, shop), &mut awaited),
                Paper::CountList(_) => {}
            }
        }
        awaited
    }

    fn awaited_on_order(&self, order: OrderId, item: ItemId, awaited: &mut Vec<Awaited>) {
        let Some(order) = self.order(order) else { return };
        let lines = order.lines.iter().filter(|line| line.line.item.id == item && line.left().is_positive());
        awaited.extend(lines.map(|line| Awaited::Order {
            order: order.id,
            number: order.order.number.clone(),
            line: line.line.number,
            left: line.left(),
            cost: line.line.cost,
        }));
    }

    fn awaited_on_transfer(&self, transfer: TransferId, (item, shop): Place, awaited: &mut Vec<Awaited>) {
        let Some(transfer) = self.transfer(transfer) else { return };
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
}

const fn order_of(paper: Paper) -> Option<OrderId> {
    match paper {
        Paper::Order(order) => Some(order),
        Paper::Transfer(_) | Paper::CountList(_) => None,
    }
}
