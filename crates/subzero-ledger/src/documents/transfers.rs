//! Transfers between shops: drafts, what was sent, and what became of it.

use std::collections::BTreeMap;

use super::{Retracted, Saved, add, left};
use crate::entry::{
    Entry, Header, MoveLine, ReturnLine, TransferDraft, TransferLoss, TransferReceive, TransferReturn, TransferSend,
};
use crate::ids::{EntryId, ShopId, TransferId};
use crate::quantity::Qty;

/// What is known of a transfer, whatever came first.
#[derive(Clone, Debug, Default)]
pub(super) struct Paper {
    saved: Saved<TransferDraft>,
    sends: BTreeMap<EntryId, (Header, TransferSend)>,
}

/// What became of sent lines, by sending.
#[derive(Clone, Debug, Default)]
pub(super) struct Settlements {
    by_send: BTreeMap<EntryId, BTreeMap<(EntryId, ShopId), Settlement>>,
}

#[derive(Clone, Debug)]
struct Settlement {
    way: Way,
    lines: Vec<ReturnLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Received,
    Returned,
    Lost,
}

/// A transfer as it now is.
#[derive(Clone, Debug)]
pub struct TransferView<'a> {
    /// Which transfer.
    pub id: TransferId,
    /// What people call it.
    pub number: &'a str,
    /// The sending shop.
    pub from: ShopId,
    /// The receiving shop.
    pub to: ShopId,
    /// What was last said of it.
    pub last: &'a Header,
    /// What was saved last before it was sent.
    pub draft: Option<&'a TransferDraft>,
    /// What was sent: once, as a rule; by two devices that knew nothing of each other, twice.
    pub sends: Vec<SendView<'a>>,
}

/// One sending.
#[derive(Clone, Debug)]
pub struct SendView<'a> {
    /// Who sent it, and when.
    pub header: &'a Header,
    /// What was sent.
    pub send: &'a TransferSend,
    /// Its lines, with what became of them.
    pub lines: Vec<SentLine<'a>>,
}

/// One item sent, and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct SentLine<'a> {
    /// What was sent.
    pub line: &'a MoveLine,
    /// How much arrived.
    pub received: Qty,
    /// How much came back.
    pub returned: Qty,
    /// How much is lost.
    pub lost: Qty,
}

impl SentLine<'_> {
    /// How much is still on its way.
    pub fn left(&self) -> Qty {
        left(self.line.qty, add(add(self.received, self.returned), self.lost))
    }
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferStatus {
    /// Being written.
    Draft,
    /// Sent, and nothing arrived yet.
    Sent,
    /// Some of it arrived, came back or is lost.
    PartlySettled,
    /// All of it arrived, came back or is lost.
    Settled,
    /// It was never sent.
    Cancelled,
}

impl Paper {
    pub fn save(&mut self, entry: &Entry, draft: &TransferDraft) {
        self.saved.save(entry, draft);
    }

    pub fn send(&mut self, header: &Header, send: &TransferSend) {
        self.sends.insert(header.id, (*header, send.clone()));
    }

    pub fn begun(&self) -> Option<&Header> {
        let first_sent = || self.sends.values().map(|(header, _)| header).min_by_key(|header| (header.at, header.id));
        self.saved.first().or_else(first_sent)
    }

    pub fn view<'a>(
        &'a self,
        id: TransferId,
        settled: &'a Settlements,
        retracted: &Retracted,
    ) -> Option<TransferView<'a>> {
        let saved = self.saved.latest();
        let last_sent = self.sends.values().max_by_key(|(header, _)| (header.at, header.id));
        let (last, number, to) = match (last_sent, saved) {
            (Some((header, send)), _) => (header, &send.number, send.to),
            (None, Some((header, draft))) => (header, &draft.number, draft.to),
            (None, None) => return None,
        };
        let sends = self.sends.values().map(|(header, send)| settled.view(header, send, retracted)).collect();
        Some(TransferView { id, number, from: last.shop, to, last, draft: saved.map(|(_, draft)| draft), sends })
    }
}

impl Settlements {
    pub fn receive(&mut self, header: &Header, receive: &TransferReceive) {
        self.settle(receive.of, header, Way::Received, &receive.lines);
    }

    pub fn bring_back(&mut self, header: &Header, back: &TransferReturn) {
        self.settle(back.of, header, Way::Returned, &back.lines);
    }

    pub fn lose(&mut self, header: &Header, loss: &TransferLoss) {
        self.settle(loss.of, header, Way::Lost, &loss.lines);
    }

    fn settle(&mut self, of: EntryId, header: &Header, way: Way, lines: &[ReturnLine]) {
        self.by_send.entry(of).or_default().insert((header.id, header.shop), Settlement { way, lines: lines.to_vec() });
    }

    fn view<'a>(&self, header: &'a Header, send: &'a TransferSend, retracted: &Retracted) -> SendView<'a> {
        let of = |number: u16, way: Way| {
            let settlements = self.by_send.get(&header.id).into_iter().flatten();
            let settlements =
                settlements.filter(|(by, it)| it.way != Way::Received || !retracted.contains(by)).map(|(_, it)| it);
            let lines = settlements.filter(|settlement| settlement.way == way).flat_map(|settlement| &settlement.lines);
            lines.filter(|line| line.of_line == number).fold(Qty::ZERO, |sum, line| add(sum, line.qty))
        };
        let lines = (0..=u16::MAX).zip(&send.lines).map(|(number, line)| SentLine {
            line,
            received: of(number, Way::Received),
            returned: of(number, Way::Returned),
            lost: of(number, Way::Lost),
        });
        SendView { header, send, lines: lines.collect() }
    }
}

impl TransferView<'_> {
    /// How far it is.
    pub fn status(&self) -> TransferStatus {
        let mut lines = self.sends.iter().flat_map(|send| &send.lines);
        if self.sends.is_empty() {
            let cancelled = self.draft.is_some_and(|draft| draft.cancelled);
            return if cancelled { TransferStatus::Cancelled } else { TransferStatus::Draft };
        }
        if lines.clone().all(|line| line.left().is_zero()) {
            TransferStatus::Settled
        } else if lines.all(|line| line.left() == line.line.qty) {
            TransferStatus::Sent
        } else {
            TransferStatus::PartlySettled
        }
    }
}
