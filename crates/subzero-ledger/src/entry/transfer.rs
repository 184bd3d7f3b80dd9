//! What goes from one shop to another.

use serde::{Deserialize, Serialize};

use super::{MoveLine, StampedItem};
use crate::ids::{EntryId, ShopId, TransferId};
use crate::quantity::Qty;

/// A transfer that is not sent yet, as it was saved: all of it, each time. What holds is what was saved last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferDraft {
    /// Which transfer.
    pub transfer: TransferId,
    /// What people call it.
    pub number: String,
    /// The receiving shop.
    pub to: ShopId,
    /// Nothing will be sent.
    pub cancelled: bool,
    /// What is to be sent.
    pub lines: Vec<MoveLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// Items sent to another shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferSend {
    /// Which transfer.
    pub transfer: TransferId,
    /// What people call it.
    pub number: String,
    /// The receiving shop.
    pub to: ShopId,
    /// What was sent.
    pub lines: Vec<MoveLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// Items that arrived from another shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferReceive {
    /// The sending.
    pub of: EntryId,
    /// What arrived.
    pub lines: Vec<ReturnLine>,
}

/// Sent items that came back to the sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferReturn {
    /// The sending.
    pub of: EntryId,
    /// What came back.
    pub lines: Vec<ReturnLine>,
}

/// Sent items that will neither arrive nor come back. They left their sender when they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferLoss {
    /// The sending.
    pub of: EntryId,
    /// What is lost.
    pub lines: Vec<ReturnLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// Part of a sent line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// Which line of the sending.
    pub of_line: u16,
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
}
