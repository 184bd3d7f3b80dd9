//! Papers: orders, transfers and count lists as they now are, from the entries that wrote them and those that answered them.
//!
//! A paper moves no stock. It says what is on its way, what is left to receive and what was seen while counting; what it holds is a pure
//! function of the set of entries, like everything here. Of what was saved several times, that holds which stands last in the order of
//! replay.
//!
//! ```
//! use subzero_ledger::documents::Documents;
//! let documents = Documents::default();
//! assert_eq!(documents.orders().count(), 0);
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Body, Entry, Header, Paper};
use crate::history::Key;
use crate::ids::{CountListId, DeviceId, EntryId, OrderId, ShopId, TransferId};
use crate::quantity::Qty;

mod counts;
mod folded;
mod incoming;
mod orders;
mod transfers;

pub use counts::{CountPreview, CountView, Tallied};
pub(crate) use folded::Folded;
pub use incoming::{Awaited, Incoming};
pub use orders::{OrderLineView, OrderStatus, OrderView};
pub use transfers::{SendView, SentLine, TransferStatus, TransferView};

/// Orders, transfers and count lists.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    orders: BTreeMap<OrderId, orders::Paper>,
    transfers: BTreeMap<TransferId, transfers::Paper>,
    settled: transfers::Settlements,
    counts: BTreeMap<CountListId, counts::Paper>,
    retracted: Retracted,
    on_its_way: incoming::OnItsWay,
    /// What a snapshot left out.
    folded: Folded,
    /// Of that, what something new was said of.
    lacking: BTreeSet<Paper>,
}

impl Documents {
    /// Adds what an entry says. Adding it again changes nothing, whatever came between.
    pub fn insert(&mut self, entry: &Entry) {
        let Entry { header, body, .. } = entry;
        self.lacking.extend(body.paper().filter(|paper| self.folded.contains_key(paper)));
        match body {
            Body::Order(order) => self.orders.entry(order.order).or_default().save(entry, order),
            Body::Receipt(receipt) => {
                if let Some(order) = receipt.order {
                    self.orders.entry(order).or_default().deliver(header, receipt);
                }
            }
            Body::TransferDraft(draft) => self.transfers.entry(draft.transfer).or_default().save(entry, draft),
            Body::TransferSend(send) => self.transfers.entry(send.transfer).or_default().send(header, send),
            Body::TransferReceive(receive) => self.settled.receive(header, receive),
            Body::TransferReturn(back) => self.settled.bring_back(header, back),
            Body::TransferLoss(loss) => self.settled.lose(header, loss),
            Body::CountList(list) => self.counts.entry(list.list).or_default().save(entry, list),
            Body::Tally(tally) => self.counts.entry(tally.list).or_default().tally(header, tally),
            Body::Count(count) => {
                if let Some(list) = count.list {
                    self.counts.entry(list).or_default().count(entry, count);
                }
            }
            Body::Retraction(retraction) => {
                self.retracted.insert((retraction.of, header.shop));
            }
            Body::Sale(_)
            | Body::Refund(_)
            | Body::Void(_)
            | Body::Reassignment(_)
            | Body::VendorReturn(_)
            | Body::Adjustment(_)
            | Body::Conversion(_)
            | Body::Catalogue(_)
            | Body::Foreign(_) => {}
        }
        self.follow(entry);
    }

    /// Every order that was saved.
    pub fn orders(&self) -> impl Iterator<Item = OrderView<'_>> {
        self.orders.iter().filter_map(|(&id, paper)| paper.view(id, &self.retracted))
    }

    /// One order.
    pub fn order(&self, id: OrderId) -> Option<OrderView<'_>> {
        self.orders.get(&id)?.view(id, &self.retracted)
    }

    /// Every transfer that was drafted or sent.
    pub fn transfers(&self) -> impl Iterator<Item = TransferView<'_>> {
        self.transfers.iter().filter_map(|(&id, paper)| paper.view(id, &self.settled, &self.retracted))
    }

    /// One transfer.
    pub fn transfer(&self, id: TransferId) -> Option<TransferView<'_>> {
        self.transfers.get(&id)?.view(id, &self.settled, &self.retracted)
    }

    /// Every count list.
    pub fn counts(&self) -> impl Iterator<Item = CountView<'_>> {
        self.counts.iter().filter_map(|(&id, paper)| paper.view(id, &self.retracted))
    }

    /// One count list.
    pub fn count(&self, id: CountListId) -> Option<CountView<'_>> {
        self.counts.get(&id)?.view(id, &self.retracted)
    }

    /// What the next order that a register writes is called, unless somebody calls it otherwise.
    pub fn next_order_number(&self, by: &Header) -> String {
        let begun = self.orders.iter().filter_map(|(id, paper)| Some((Paper::Order(*id), paper.begun()?)));
        next_number(by, self.here(begun), self.folded_orders_of(by.device))
    }

    /// What the next transfer that a register writes is called.
    pub fn next_transfer_number(&self, by: &Header) -> String {
        let begun = self.transfers.iter().filter_map(|(id, paper)| Some((Paper::Transfer(*id), paper.begun()?)));
        next_number(by, self.here(begun), self.folded_transfers_of(by.device))
    }

    /// Of some papers, who began those that a snapshot did not leave out.
    fn here<'a>(&self, papers: impl Iterator<Item = (Paper, &'a Header)>) -> impl Iterator<Item = DeviceId> {
        papers.filter(|(paper, _)| !self.folded.contains_key(paper)).map(|(_, begun)| begun.device)
    }

    /// One sending, with what became of it.
    pub fn sending<'a>(&'a self, entry: &Entry) -> Option<SendView<'a>> {
        let Body::TransferSend(send) = &entry.body else { return None };
        self.transfer(send.transfer)?.sends.into_iter().find(|send| send.header.id == entry.header.id)
    }
}

/// What was taken back, and where that was said: it counts where it is the shop of what was taken back.
type Retracted = BTreeSet<(EntryId, ShopId)>;

/// What was saved under one id, save after save.
#[derive(Clone, Debug)]
struct Saved<T> {
    by_entry: BTreeMap<EntryId, (Key, Header, T)>,
}

impl<T> Default for Saved<T> {
    fn default() -> Self {
        Self { by_entry: BTreeMap::new() }
    }
}

impl<T: Clone> Saved<T> {
    fn save(&mut self, entry: &Entry, what: &T) {
        self.by_entry.insert(entry.header.id, (key(entry), entry.header, what.clone()));
    }

    /// What holds: what stands last.
    fn latest(&self) -> Option<(&Header, &T)> {
        let last = self.by_entry.values().max_by_key(|(key, _, _)| *key);
        last.map(|(_, header, what)| (header, what))
    }

    fn first(&self) -> Option<&Header> {
        self.by_entry.values().min_by_key(|(key, _, _)| *key).map(|(_, header, _)| header)
    }

    /// Where the save before the last one stands.
    fn last_but_one(&self) -> Option<Key> {
        let mut keys: Vec<Key> = self.by_entry.values().map(|(key, _, _)| *key).collect();
        keys.sort_unstable();
        keys.into_iter().rev().nth(1)
    }
}

/// Where an entry stands if it waits for nothing.
const fn key(entry: &Entry) -> Key {
    let Header { id, at, device, .. } = entry.header;
    Key { at, device, dseq: entry.dseq, entry: id }
}

/// Shop, register, and one more than the papers that this register began.
fn next_number(by: &Header, begun: impl Iterator<Item = DeviceId>, folded: usize) -> String {
    let known = begun.filter(|device| *device == by.device).count().saturating_add(folded);
    format!("{}-{}-{}", by.shop, by.device, known.saturating_add(1))
}

/// Sums on paper: what does not fit stays as it was, and is not worth a paper that cannot be read.
fn add(sum: Qty, qty: Qty) -> Qty {
    sum.checked_add(qty).unwrap_or(sum)
}

/// What is left of `of` after `taken`; nothing once more was taken.
fn left(of: Qty, taken: Qty) -> Qty {
    of.checked_sub(taken).unwrap_or_default().or_zero()
}
