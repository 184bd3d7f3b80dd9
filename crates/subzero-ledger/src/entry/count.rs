//! Counting: a list that several people count together, what each of them found, and the count that sets on hand.

use serde::{Deserialize, Serialize};

use super::StampedItem;
use crate::ids::{CountListId, ItemId, VendorId};
use crate::instant::Instant;
use crate::quantity::Qty;

/// A list of items to count, as it was saved. What holds is what was saved last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountList {
    /// Which list.
    pub list: CountListId,
    /// What people call it.
    pub name: String,
    /// What is to be counted.
    pub scope: CountScope,
    /// How far it is.
    pub stage: CountStage,
}

/// What a list asks to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountScope {
    /// Every item that holds stock.
    All,
    /// The items of a category.
    Category(String),
    /// The items that come from a vendor.
    Vendor(VendorId),
    /// These: what was negative when the list was made, or what somebody chose.
    Items(Vec<ItemId>),
}

/// How far a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CountStage {
    /// People are counting.
    Open,
    /// On hand was set by it.
    Reconciled,
    /// Nothing came of it.
    Cancelled,
}

/// Units of an item that somebody saw while counting a list. It moves nothing: the sum of all tallies becomes the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The list.
    pub list: CountListId,
    /// What was seen, each at its own moment.
    pub lines: Vec<TallyLine>,
}

/// Units of one item seen at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyLine {
    /// What.
    pub item: ItemId,
    /// How many more than were tallied before; fewer where somebody corrects themselves. Zero says: looked, and found none.
    pub qty: Qty,
    /// When.
    pub at: Instant,
}

/// Items counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The list it comes from, where there is one.
    pub list: Option<CountListId>,
    /// What was found.
    pub lines: Vec<CountLine>,
}

/// One item counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountLine {
    /// What.
    pub item: StampedItem,
    /// How much was there, zero or more.
    pub counted: Qty,
    /// When this item was counted: not when the count was saved.
    pub at: Instant,
}
