//! Sending items to another shop, and saying what became of them.

use super::{Desk, LineProblem, Problem, WantedLine, at_line, count_lines};
use crate::documents::TransferStatus;
use crate::entry::{
    Body, Entry, LINES_MAX, MoveLine, ReturnLine, TransferDraft, TransferLoss, TransferReceive, TransferReturn,
    TransferSend,
};
use crate::ids::{EntryId, ShopId, TransferId};
use crate::quantity::Qty;

/// What became of sent items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleWay {
    /// They arrived: the receiving shop says so.
    Received,
    /// They came back: the sending shop says so.
    Returned,
    /// They are lost on the way: either shop says so.
    Lost,
}

impl Desk<'_> {
    /// Saves a transfer that is not sent yet; it may be empty.
    pub fn save_transfer(
        &self,
        transfer: TransferId,
        number: &str,
        to: ShopId,
        wishes: &[WantedLine],
        cancelled: bool,
        note: &str,
    ) -> Result<Entry, Problem> {
        self.check_draft(transfer, to)?;
        if wishes.len() > LINES_MAX {
            return Err(Problem::TooManyLines);
        }
        let line = |(place, wish): (usize, &WantedLine)| {
            self.chosen(wish.item, wish.qty, place).map(|(item, qty)| MoveLine { item, qty })
        };
        let lines = wishes.iter().enumerate().map(line).collect::<Result<Vec<_>, _>>()?;
        let (number, note) = (number.trim().to_owned(), note.trim().to_owned());
        Ok(self.entry(Body::TransferDraft(TransferDraft { transfer, number, to, cancelled, lines, note })))
    }

    /// Sends it. More than there is may go where the module and the rights allow it: the goods are in the van.
    pub fn send_transfer(
        &self,
        transfer: TransferId,
        number: &str,
        to: ShopId,
        wishes: &[WantedLine],
        note: &str,
    ) -> Result<Entry, Problem> {
        self.check_draft(transfer, to)?;
        let lines = self.going_out(wishes)?;
        let (number, note) = (number.trim().to_owned(), note.trim().to_owned());
        Ok(self.entry(Body::TransferSend(TransferSend { transfer, number, to, lines, note })))
    }

    /// Says what became of lines of a sending: never more than is left of them. `wishes` are lines and quantities.
    pub fn settle_transfer(
        &self,
        of: EntryId,
        way: SettleWay,
        wishes: &[(u16, Qty)],
        note: &str,
    ) -> Result<Entry, Problem> {
        let mut sends = self.documents.transfers().flat_map(|transfer| transfer.sends);
        let sent = sends.find(|send| send.header.id == of).ok_or(Problem::UnknownDocument)?;
        let (from, to, here) = (sent.header.shop, sent.send.to, self.header.shop);
        let is_theirs = match way {
            SettleWay::Received => here == to,
            SettleWay::Returned => here == from,
            SettleWay::Lost => here == from || here == to,
        };
        if !is_theirs {
            return Err(Problem::OtherShop);
        }
        count_lines(wishes.len())?;
        let mut lines = Vec::with_capacity(wishes.len());
        for (place, &(of_line, qty)) in wishes.iter().enumerate() {
            let line = sent.lines.get(usize::from(of_line)).ok_or(LineProblem::UnknownLine).map_err(at_line(place))?;
            let (item, qty) = self.checked(line.line.item.id, qty, place)?;
            let again = wishes.iter().take(place).any(|(before, _)| *before == of_line);
            if again || qty > line.left() {
                return Err(at_line(place)(LineProblem::Beyond { left: line.left() }));
            }
            lines.push(ReturnLine { of_line, item, qty });
        }
        let note = note.trim().to_owned();
        Ok(self.entry(match way {
            SettleWay::Received => Body::TransferReceive(TransferReceive { of, lines }),
            SettleWay::Returned => Body::TransferReturn(TransferReturn { of, lines }),
            SettleWay::Lost => Body::TransferLoss(TransferLoss { of, lines, note }),
        }))
    }

    /// A transfer that can still be written or sent, from here to another shop.
    fn check_draft(&self, transfer: TransferId, to: ShopId) -> Result<(), Problem> {
        if to == self.header.shop {
            return Err(Problem::SameShop);
        }
        if to == ShopId::OFFICE || !self.tables.shops.contains_key(&to) {
            return Err(Problem::NoShop);
        }
        match self.documents.transfer(transfer) {
            Some(known) if known.from != self.header.shop => Err(Problem::OtherShop),
            Some(known) if known.status() != TransferStatus::Draft => Err(Problem::Stage),
            Some(_) | None => Ok(()),
        }
    }
}
