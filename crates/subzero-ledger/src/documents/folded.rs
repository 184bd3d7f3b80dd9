//! Papers that a snapshot left out: done with, and needed again only when something new is said of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Documents, OrderView, TransferStatus};
use crate::entry::{CountStage, Entry, Paper};
use crate::ids::DeviceId;

/// Papers that are not here, each with the register that began it, where that is known.
pub(crate) type Folded = BTreeMap<Paper, Option<DeviceId>>;

impl Documents {
    /// Papers as a snapshot keeps them: the entries of some, and that there were others.
    pub(crate) fn begin<'a>(folded: Folded, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut documents = Self { folded, ..Self::default() };
        for entry in entries {
            documents.insert(entry);
        }
        documents
    }

    /// The papers of which something is here and not all: what is shown of them may be wrong.
    pub const fn lacking(&self) -> &BTreeSet<Paper> {
        &self.lacking
    }

    /// Takes in older rows: see [`Ledger::complete`](crate::ledger::Ledger::complete). What is among them of a paper is all there is of it.
    pub fn complete<'a>(&mut self, asked: &BTreeSet<Paper>, rows: impl IntoIterator<Item = &'a Entry> + Clone) {
        let brought = rows.clone().into_iter().filter_map(|entry| entry.body.paper());
        for paper in brought.chain(asked.iter().copied()) {
            self.folded.remove(&paper);
            self.lacking.remove(&paper);
        }
        for entry in rows {
            self.insert(entry);
        }
    }

    /// The papers that something is still to happen to.
    pub(crate) fn open(&self) -> BTreeSet<Paper> {
        let is_open = |order: &OrderView<'_>| {
            use super::OrderStatus::{Cancelled, Closed, Draft, Ordered, PartlyReceived, Received};
            match order.status() {
                Draft | Ordered | PartlyReceived => true,
                Received | Closed | Cancelled => false,
            }
        };
        let orders = self.orders().filter(is_open).map(|order| Paper::Order(order.id));
        let is_done = |status| matches!(status, TransferStatus::Settled | TransferStatus::Cancelled);
        let transfers = self.transfers().filter(|transfer| !is_done(transfer.status()));
        let lists = self.counts().filter(|count| count.list.stage == CountStage::Open);
        let lists = lists.map(|count| Paper::CountList(count.id));
        orders.chain(transfers.map(|transfer| Paper::Transfer(transfer.id))).chain(lists).collect()
    }

    /// Every paper but those that are kept, with the register that began it.
    pub(crate) fn folded_but(&self, kept: &BTreeSet<Paper>) -> Folded {
        let device = |header: &crate::entry::Header| header.device;
        let orders = self.orders.iter().map(|(id, paper)| (Paper::Order(*id), paper.begun().map(device)));
        let transfers = self.transfers.iter().map(|(id, paper)| (Paper::Transfer(*id), paper.begun().map(device)));
        let lists = self.counts.keys().map(|id| (Paper::CountList(*id), None));
        let here = orders.chain(transfers).chain(lists);
        let folded = self.folded.iter().map(|(paper, begun_by)| (*paper, *begun_by));
        here.chain(folded).filter(|(paper, _)| !kept.contains(paper)).collect()
    }

    /// How many orders that are not here a register began.
    pub(super) fn folded_orders_of(&self, device: DeviceId) -> usize {
        self.folded_of(device, |paper| matches!(paper, Paper::Order(_)))
    }

    /// How many transfers that are not here a register began.
    pub(super) fn folded_transfers_of(&self, device: DeviceId) -> usize {
        self.folded_of(device, |paper| matches!(paper, Paper::Transfer(_)))
    }

    fn folded_of(&self, device: DeviceId, is_kind: impl Fn(&Paper) -> bool) -> usize {
        self.folded.iter().filter(|(paper, begun_by)| is_kind(paper) && **begun_by == Some(device)).count()
    }
}
