//! Entries: what happened in a shop, as immutable values.
//!
//! An entry is one business event, atomic, made of lines. It carries everything its replay will ever need, stamped by
//! the device that recorded it: the mode the employee signed in with, the cost control and default costs in force, and
//! the recorded cost of what was sold. So the fold reads entries and nothing else.
//!
//! The *device sequence* is not part of the encoded entry: the outbox assigns it when the entry is committed, and it
//! travels beside the bytes.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::money::{Amount, Price, UnitCost};
use crate::quantity::Qty;

pub mod catalogue;
mod codec;

pub use catalogue::Change;
pub use codec::{DecodeError, ENTRY_BYTES_MAX, VERSION};

/// The most lines one entry may have.
pub const LINES_MAX: usize = 500;

/// One business event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 … as the recording device's outbox numbered it.
    pub dseq: u64,
    /// Who, where and when.
    pub header: Header,
    /// What.
    pub body: Body,
}

/// What every entry says, whatever its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its identity, everywhere and for ever.
    pub id: EntryId,
    /// Whose stock it moves; [`ShopId::OFFICE`] for the catalogue, the employees and the settings.
    pub shop: ShopId,
    /// The device that recorded it.
    pub device: DeviceId,
    /// Effective time: when it happened in the shop, by that device's clock.
    pub at: Instant,
    /// Who was signed in.
    pub employee: EmployeeId,
    /// The mode pinned when they signed in.
    pub mode: Mode,
    /// Which estimate came first when it was recorded.
    pub cost_control: CostControl,
}

/// What happens when more goes out than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// Negative inventory on: the shortfall is kept as a shortage.
    Allow,
    /// Negative inventory off: what is missing is added just before, and says so.
    AutoAdd,
}

/// Which known cost estimates a unit that no lot covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CostControl {
    /// The item's default cost, then the last recorded cost.
    Default,
    /// The last recorded cost, then the item's default cost.
    LastRecorded,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Items sold.
    Sale(Sale),
    /// Items taken back from a customer.
    Refund(Refund),
    /// A sale undone as if it had not been.
    Void(Void),
    /// Items received from a vendor.
    Receipt(Receipt),
    /// Items sent to another shop.
    TransferSend(TransferSend),
    /// Items that arrived from another shop.
    TransferReceive(TransferReceive),
    /// Sent items that came back to the sender.
    TransferReturn(TransferReturn),
    /// Items sent back to a vendor.
    VendorReturn(VendorReturn),
    /// Items counted.
    Count(Count),
    /// On hand changed by hand, with a reason.
    Adjustment(Adjustment),
    /// An item that stops or starts holding stock.
    Conversion(Conversion),
    /// Items, employees, shops or settings created or changed.
    Catalogue(Catalogue),
    /// A kind this version does not know: kept byte for byte, moves nothing.
    Foreign(Foreign),
}

impl Body {
    /// The sale, where it is one.
    pub const fn as_sale(&self) -> Option<&Sale> {
        if let Self::Sale(sale) = self { Some(sale) } else { None }
    }
}

/// Items sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// `<shop>-<register>-<n>` from the device's own counter.
    pub receipt: String,
    /// What was sold.
    pub lines: Vec<SaleLine>,
    /// Cash handed over, before change.
    pub cash: Amount,
}

/// One item sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
    /// For how much a unit.
    pub price: Price,
    /// Cost of the whole line as the posting device knew it; never changes.
    pub recorded_cost: Amount,
    /// Why it was sold although the till warned, when the cashier said so.
    pub oversold: Option<OversellReason>,
}

/// An item with what the posting device knew of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StampedItem {
    /// Which item.
    pub id: ItemId,
    /// Its default cost then.
    pub default_cost: Option<UnitCost>,
    /// Whether it held stock then.
    pub kind: ItemKind,
}

/// Whether an item holds stock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemKind {
    /// Counted: its lines move stock.
    #[default]
    Inventory,
    /// A service, a fee: its lines move nothing.
    NonInventory,
}

/// What the cashier said when the till warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OversellReason {
    /// The goods came in today and are not entered yet.
    JustArrived,
    /// The figure is wrong; the goods are on the shelf.
    CountedWrong,
    /// The tag belongs to another item.
    TagSwapped,
}

/// Items taken back from a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The sale, where it is known.
    pub of: Option<EntryId>,
    /// What came back.
    pub lines: Vec<ReturnLine>,
}

/// Part of an earlier line coming back or arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// Which line of the entry that is named; no matter when none is.
    pub of_line: u16,
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
}

/// A sale undone: every line, as far as it is not refunded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// The sale.
    pub of: EntryId,
}

/// Items received from a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What came in.
    pub lines: Vec<ReceiptLine>,
    /// The vendor's delivery note or the purchase order, as typed.
    pub reference: String,
}

/// One item received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
    /// What one unit cost.
    pub cost: UnitCost,
}

/// Items sent to another shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferSend {
    /// The receiving shop.
    pub to: ShopId,
    /// What was sent.
    pub lines: Vec<MoveLine>,
}

/// One item going out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveLine {
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
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

/// Items sent back to a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorReturn {
    /// What went back.
    pub lines: Vec<MoveLine>,
}

/// Items counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
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

/// On hand changed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// What changed.
    pub lines: Vec<AdjustmentLine>,
    /// Why, as typed.
    pub reason: String,
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

/// Items, employees, shops or settings created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// A kind of entry from a newer version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Its number.
    pub kind: u16,
    /// Its bytes.
    pub payload: Vec<u8>,
}
