//! What comes in from vendors and goes back to them, and what is put right by hand.

use serde::{Deserialize, Serialize};

use super::{ItemKind, StampedItem};
use crate::ids::{OrderId, VendorId};
use crate::money::UnitCost;
use crate::quantity::Qty;

/// Items received from a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The purchase order it answers, where there is one.
    pub order: Option<OrderId>,
    /// From whom, where it is known.
    pub vendor: Option<VendorId>,
    /// What came in.
    pub lines: Vec<ReceiptLine>,
    /// The vendor's delivery note, as typed.
    pub reference: String,
}

/// One item received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Which line of the order it answers; none for what was not ordered.
    pub of_line: Option<u16>,
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
    /// What one unit cost.
    pub cost: UnitCost,
}

/// A purchase order as it was saved: all of it, each time. What holds is what was saved last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which order.
    pub order: OrderId,
    /// What people call it.
    pub number: String,
    /// From whom.
    pub vendor: Option<VendorId>,
    /// How far it is.
    pub stage: OrderStage,
    /// What is wanted.
    pub lines: Vec<OrderLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// How far an order is, as people say; how much of it came in, the deliveries say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OrderStage {
    /// Being written.
    Draft,
    /// Sent to the vendor: its goods are on their way.
    Ordered,
    /// Nothing more will come.
    Closed,
    /// It was never sent, or taken back.
    Cancelled,
}

/// One item ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its number in the order, for ever the same: deliveries name it.
    pub number: u16,
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
    /// What one unit is to cost.
    pub cost: UnitCost,
    /// What the vendor calls it.
    pub vendor_code: String,
}

/// Items sent back to a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorReturn {
    /// To whom, where it is known.
    pub vendor: Option<VendorId>,
    /// Why.
    pub reason: ReturnReason,
    /// What went back.
    pub lines: Vec<MoveLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// Why items went back to their vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReturnReason {
    /// Broken or spoilt.
    Damaged,
    /// Past its date.
    Expired,
    /// Not what was ordered.
    WrongItem,
    /// More than was ordered, or more than sells.
    TooMany,
    /// Called back by the vendor.
    Recalled,
}

/// One item going out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveLine {
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
}

/// On hand changed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Why.
    pub kind: AdjustmentKind,
    /// What changed.
    pub lines: Vec<AdjustmentLine>,
    /// What somebody wrote on it.
    pub note: String,
}

/// Why on hand was changed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AdjustmentKind {
    /// Lost, stolen or out of date.
    WrittenOff,
    /// There although nobody entered it.
    Found,
    /// Broken or spoilt in the shop.
    Damaged,
    /// Used by the shop itself.
    OwnUse,
    /// What was there when the shop began.
    Opening,
    /// What an earlier entry said was wrong.
    Correction,
}

impl AdjustmentKind {
    /// Whether it may put so much on hand, or take it off.
    pub const fn allows(self, qty: Qty) -> bool {
        match self {
            Self::WrittenOff | Self::Damaged | Self::OwnUse => qty.is_negative(),
            Self::Found | Self::Opening => qty.is_positive(),
            Self::Correction => !qty.is_zero(),
        }
    }
}

/// One item adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentLine {
    /// What.
    pub item: StampedItem,
    /// Positive is found, negative is gone; not zero.
    pub qty: Qty,
    /// What one found unit cost, where it is known.
    pub cost: Option<UnitCost>,
}

/// An item that stops or starts holding stock in a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// What.
    pub item: StampedItem,
    /// What it is from now on.
    pub to: ItemKind,
}
