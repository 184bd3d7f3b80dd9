//! From an entry to the lines it posts: where each stands in the order of replay and what it does.

use std::collections::BTreeSet;

use super::Ledger;
use crate::entry::{Body, Entry, Header, ItemKind, Reassignment, StampedItem};
use crate::history::{Key, Oddity, Op, Position, Post};
use crate::ids::{ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::quantity::Qty;
use crate::stock::{Reason, Stamp};

/// Whether an item's lines move stock, as the posting device knew it.
pub(super) const fn moves_stock(item: &StampedItem) -> bool {
    matches!(item.kind, ItemKind::Inventory)
}

/// Whether an entry of the one kind can refer to one of the other. No referent refers to anything itself, so there are no chains and no
/// circles.
#[allow(clippy::wildcard_enum_match_arm)] // what refers to nothing has no referent
const fn is_referent(referring: &Body, referent: &Body) -> bool {
    match referring {
        Body::Refund(_) | Body::Void(_) | Body::Reassignment(_) => matches!(referent, Body::Sale(_)),
        _ => matches!(referent, Body::TransferSend(_)),
    }
}

impl Ledger {
    /// The lines an entry posts, as far as the entries that are here tell.
    pub(super) fn posts_of(&self, entry: &Entry) -> Vec<(ItemId, Post)> {
        let referent = entry
            .body
            .referent()
            .and_then(|of| self.entry(of))
            .filter(|referent| is_referent(&entry.body, &referent.body));
        let posting = Posting { entry, referent, retracted: self.retracted_at(entry) };
        match &entry.body {
            Body::Sale(sale) => {
                posting.lines(&sale.lines, |line| (line.item, Op::Remove { qty: line.qty, reason: Reason::Sale }))
            }
            Body::Refund(refund) => posting.lines(&refund.lines, |line| {
                (line.item, posting.back(line.of_line, line.qty, Oddity::RefundExceedsSale))
            }),
            Body::TransferReturn(back) => posting.lines(&back.lines, |line| {
                (line.item, posting.back(line.of_line, line.qty, Oddity::ReturnExceedsSent))
            }),
            Body::Void(_) => posting.void(),
            Body::Reassignment(Reassignment { line, from, to, qty, .. }) => {
                let back = Op::Return { of: *line, qty: Some(*qty), excess: Oddity::RefundExceedsSale };
                let out = Op::Remove { qty: *qty, reason: Reason::Sale };
                posting.number([(*from, entry.header.at, back), (*to, entry.header.at, out)])
            }
            Body::Receipt(receipt) => {
                posting.lines(&receipt.lines, |line| (line.item, Op::Receive { qty: line.qty, cost: line.cost }))
            }
            Body::TransferSend(send) => {
                posting.lines(&send.lines, |line| (line.item, Op::Remove { qty: line.qty, reason: Reason::Transfer }))
            }
            Body::TransferReceive(receive) => posting.lines(&receive.lines, |line| {
                let of = LineId { entry: receive.of, line: line.of_line };
                (line.item, Op::Arrive { of, qty: line.qty })
            }),
            Body::TransferLoss(loss) => posting.lines(&loss.lines, |line| {
                let of = LineId { entry: loss.of, line: line.of_line };
                (line.item, Op::Lose { of, qty: line.qty })
            }),
            Body::VendorReturn(back) => posting
                .lines(&back.lines, |line| (line.item, Op::Remove { qty: line.qty, reason: Reason::VendorReturn })),
            Body::Count(count) => {
                posting.number(count.lines.iter().map(|line| (line.item, line.at, Op::Count { counted: line.counted })))
            }
            Body::Adjustment(adjustment) => posting.lines(&adjustment.lines, |line| {
                let op = match (line.qty.is_positive(), line.cost) {
                    (false, _) => Op::Remove { qty: line.qty.negated(), reason: Reason::Adjustment },
                    (true, Some(cost)) => Op::FindAt { qty: line.qty, cost },
                    (true, None) => Op::Find { qty: line.qty },
                };
                (line.item, op)
            }),
            Body::Conversion(conversion) => {
                // An item may be stamped as what it becomes; converting it is still a line of its history.
                let item = StampedItem { kind: ItemKind::Inventory, ..conversion.item };
                posting.number([(item, entry.header.at, Op::Convert { to: conversion.to })])
            }
            Body::Order(_)
            | Body::TransferDraft(_)
            | Body::CountList(_)
            | Body::Tally(_)
            | Body::Retraction(_)
            | Body::Catalogue(_)
            | Body::Foreign(_) => Vec::new(),
        }
    }

    /// When an entry was taken back, if it was: in its own shop, for whoever may not write there takes nothing back there either.
    fn retracted_at(&self, entry: &Entry) -> Option<Instant> {
        self.retractions(entry).map(|by| by.header.at).min()
    }

    /// What takes an entry back.
    pub(super) fn retractions<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Entry> {
        let of_shop = self.referring_to(entry.header.id).filter(|by| by.header.shop == entry.header.shop);
        of_shop.filter(|by| matches!(by.body, Body::Retraction(_)) && entry.body.is_retractable())
    }

    /// The shops whose stock a line depends on or decides: its own, and that of the line it refers to.
    pub(super) fn shops_of(&self, post: &Post) -> BTreeSet<ShopId> {
        let named = post.op.of().and_then(|_| self.entry(post.line.entry)).into_iter().flat_map(|by| by.body.named());
        let of = named.filter_map(|named| self.entry(named));
        of.map(|entry| entry.header.shop).chain([post.shop]).collect()
    }
}

/// An entry being turned into lines, with the entry it refers to where that is here and of the right kind.
struct Posting<'a> {
    entry: &'a Entry,
    referent: Option<&'a Entry>,
    /// When it was taken back.
    retracted: Option<Instant>,
}

impl Posting<'_> {
    fn lines<T>(&self, lines: &[T], op: impl Fn(&T) -> (StampedItem, Op)) -> Vec<(ItemId, Post)> {
        self.number(lines.iter().map(|line| {
            let (item, op) = op(line);
            (item, self.entry.header.at, op)
        }))
    }

    /// Part of a line of the entry that is referred to comes back; where none is, it comes in as it can.
    fn back(&self, of_line: u16, qty: Qty, excess: Oddity) -> Op {
        match self.entry.body.referent() {
            Some(entry) => Op::Return { of: LineId { entry, line: of_line }, qty: Some(qty), excess },
            None => Op::Find { qty },
        }
    }

    /// A void brings back every line of its sale; of an unknown sale there is nothing to bring back yet.
    fn void(&self) -> Vec<(ItemId, Post)> {
        let Some(Entry { header: Header { id, .. }, body: Body::Sale(sale), .. }) = self.referent else {
            return Vec::new();
        };
        self.number((0..=u16::MAX).zip(&sale.lines).map(|(line, sold)| {
            let of = LineId { entry: *id, line };
            (sold.item, self.entry.header.at, Op::Return { of, qty: None, excess: Oddity::RefundExceedsSale })
        }))
    }

    fn number(&self, ops: impl IntoIterator<Item = (StampedItem, Instant, Op)>) -> Vec<(ItemId, Post)> {
        let header = &self.entry.header;
        let numbered = (0..=u16::MAX).zip(ops).filter(|(_, (item, _, _))| moves_stock(item));
        numbered
            .map(|(line, (item, at, op))| {
                let (mode, cost_control) = (header.mode, header.cost_control);
                let stamp = Stamp { mode, cost_control, default_cost: item.default_cost, at };
                let position = self.position(at, line);
                let line = LineId { entry: header.id, line };
                (item.id, Post { position, line, shop: header.shop, stamp, op, retracted: self.retracted })
            })
            .collect()
    }

    fn position(&self, at: Instant, line: u16) -> Position {
        let own = key(self.entry, at);
        match self.referent.map(|referent| key(referent, referent.header.at)).filter(|&of| of > own) {
            Some(of) => Position { key: of, waiting: Some(own), line },
            None => Position { key: own, waiting: None, line },
        }
    }
}

const fn key(entry: &Entry, at: Instant) -> Key {
    let header = &entry.header;
    Key { at, device: header.device, dseq: entry.dseq, entry: header.id }
}
