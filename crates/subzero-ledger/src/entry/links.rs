//! What hangs together with an entry: the entries that it names, the paper that it is about, the items whose stock it may move.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Body;
use crate::ids::{CountListId, EntryId, ItemId, OrderId, TransferId};

/// A paper: what several entries are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Paper {
    /// A purchase order, and its deliveries.
    Order(OrderId),
    /// A transfer, and its sendings. What became of a sending names the sending.
    Transfer(TransferId),
    /// A count list, what was seen, and what was counted by it.
    CountList(CountListId),
}

impl Body {
    /// The entry that this one refers to.
    pub const fn referent(&self) -> Option<EntryId> {
        match self {
            Self::Refund(refund) => refund.of,
            Self::Void(void) => Some(void.of),
            Self::TransferReceive(receive) => Some(receive.of),
            Self::TransferReturn(back) => Some(back.of),
            Self::TransferLoss(loss) => Some(loss.of),
            Self::Reassignment(reassigned) => Some(reassigned.of),
            Self::Retraction(retraction) => Some(retraction.of),
            Self::Sale(_)
            | Self::Order(_)
            | Self::Receipt(_)
            | Self::TransferDraft(_)
            | Self::TransferSend(_)
            | Self::VendorReturn(_)
            | Self::CountList(_)
            | Self::Tally(_)
            | Self::Count(_)
            | Self::Adjustment(_)
            | Self::Conversion(_)
            | Self::Catalogue(_)
            | Self::Foreign(_) => None,
        }
    }

    /// Another entry of which a line is meant: a re-assignment may be of an earlier one of the same sale.
    pub(crate) fn other_referent(&self) -> Option<EntryId> {
        let Self::Reassignment(reassigned) = self else { return None };
        Some(reassigned.line.entry).filter(|entry| *entry != reassigned.of)
    }

    /// Every entry that this one names.
    pub fn named(&self) -> impl Iterator<Item = EntryId> {
        self.referent().into_iter().chain(self.other_referent())
    }

    /// The paper that it is about.
    pub const fn paper(&self) -> Option<Paper> {
        match self {
            Self::Order(order) => Some(Paper::Order(order.order)),
            Self::Receipt(receipt) => match receipt.order {
                Some(order) => Some(Paper::Order(order)),
                None => None,
            },
            Self::TransferDraft(draft) => Some(Paper::Transfer(draft.transfer)),
            Self::TransferSend(send) => Some(Paper::Transfer(send.transfer)),
            Self::CountList(list) => Some(Paper::CountList(list.list)),
            Self::Tally(tally) => Some(Paper::CountList(tally.list)),
            Self::Count(count) => match count.list {
                Some(list) => Some(Paper::CountList(list)),
                None => None,
            },
            Self::Sale(_)
            | Self::Refund(_)
            | Self::Void(_)
            | Self::Reassignment(_)
            | Self::TransferReceive(_)
            | Self::TransferReturn(_)
            | Self::TransferLoss(_)
            | Self::VendorReturn(_)
            | Self::Adjustment(_)
            | Self::Conversion(_)
            | Self::Retraction(_)
            | Self::Catalogue(_)
            | Self::Foreign(_) => None,
        }
    }

    /// The items whose stock its lines may move. A void has no lines of its own: it moves what its sale moved.
    pub fn items(&self) -> BTreeSet<ItemId> {
        match self {
            Self::Sale(sale) => sale.lines.iter().map(|line| line.item.id).collect(),
            Self::Refund(refund) => refund.lines.iter().map(|line| line.item.id).collect(),
            Self::Reassignment(reassigned) => [reassigned.from.id, reassigned.to.id].into(),
            Self::Receipt(receipt) => receipt.lines.iter().map(|line| line.item.id).collect(),
            Self::TransferSend(send) => send.lines.iter().map(|line| line.item.id).collect(),
            Self::TransferReceive(receive) => receive.lines.iter().map(|line| line.item.id).collect(),
            Self::TransferReturn(back) => back.lines.iter().map(|line| line.item.id).collect(),
            Self::TransferLoss(loss) => loss.lines.iter().map(|line| line.item.id).collect(),
            Self::VendorReturn(back) => back.lines.iter().map(|line| line.item.id).collect(),
            Self::Count(count) => count.lines.iter().map(|line| line.item.id).collect(),
            Self::Adjustment(adjustment) => adjustment.lines.iter().map(|line| line.item.id).collect(),
            Self::Conversion(conversion) => [conversion.item.id].into(),
            Self::Void(_)
            | Self::Retraction(_)
            | Self::Order(_)
            | Self::TransferDraft(_)
            | Self::CountList(_)
            | Self::Tally(_)
            | Self::Catalogue(_)
            | Self::Foreign(_) => BTreeSet::new(),
        }
    }
}
