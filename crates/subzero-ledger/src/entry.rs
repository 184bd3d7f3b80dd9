//! Entries: what happened in a shop, as immutable values.
//!
//! An entry is one business event, atomic, made of lines. It carries everything its replay will ever need, stamped by
//! the device that recorded it: the mode the employee signed in with, the cost control and default costs in force, and
//! the recorded cost of what was sold. So the fold reads entries and nothing else.
//!
//! The *device sequence* is not part of the encoded entry: the outbox assigns it when the entry is committed, and it
//! travels beside the bytes.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, EmployeeId, EntryId, ImportId, ItemId, SessionId, ShopId};
use crate::instant::Instant;
use crate::money::UnitCost;

pub mod catalogue;
mod cause;
mod codec;
mod count;
mod goods;
mod limits;
mod links;
mod retraction;
pub mod rights;
mod sale;
mod transfer;

pub use catalogue::Change;
pub use cause::Cause;
pub use codec::{DecodeError, ENTRY_BYTES_MAX, VERSION};
pub use count::{Count, CountLine, CountList, CountScope, CountStage, Tally, TallyLine};
pub use goods::{
    Adjustment, AdjustmentKind, AdjustmentLine, Conversion, MoveLine, Order, OrderLine, OrderStage, Receipt,
    ReceiptLine, ReturnReason, VendorReturn,
};
pub use limits::{BARCODES_MAX, NOTE_BYTES_MAX, TEXT_BYTES_MAX};
pub use links::Paper;
pub use retraction::Retraction;
pub use sale::{
    OversellReason, Reassignment, Refund, RefundLine, Sale, SaleLine, TENDERS_MAX, Tender, TenderKind, Void,
};
pub use transfer::{ReturnLine, TransferDraft, TransferLoss, TransferReceive, TransferReturn, TransferSend};

/// The most lines one entry may have.
pub const LINES_MAX: usize = 500;

/// How much of an entry its changes take at most, where many come at once: the header needs some room too.
const PART_BYTES_MAX: usize = ENTRY_BYTES_MAX / 4 * 3;

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
    /// Their sign-in.
    pub session: SessionId,
    /// Who allowed it with their own PIN, where the employee alone may not.
    pub approved_by: Option<EmployeeId>,
    /// The import it came in with, where it came from a file.
    pub import: Option<ImportId>,
    /// The mode pinned when they signed in.
    pub mode: Mode,
    /// Which estimate came first when it was recorded.
    pub cost_control: CostControl,
}

/// What happens when more goes out than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    /// Part of a sale that was really another item.
    Reassignment(Reassignment),
    /// A purchase order written, sent, closed or cancelled.
    Order(Order),
    /// Items received from a vendor.
    Receipt(Receipt),
    /// A transfer written, and not sent yet.
    TransferDraft(TransferDraft),
    /// Items sent to another shop.
    TransferSend(TransferSend),
    /// Items that arrived from another shop.
    TransferReceive(TransferReceive),
    /// Sent items that came back to the sender.
    TransferReturn(TransferReturn),
    /// Sent items that are lost.
    TransferLoss(TransferLoss),
    /// Items sent back to a vendor.
    VendorReturn(VendorReturn),
    /// A list of items to count.
    CountList(CountList),
    /// Items seen while counting a list.
    Tally(Tally),
    /// Items counted.
    Count(Count),
    /// On hand changed by hand, with a reason.
    Adjustment(Adjustment),
    /// An item that stops or starts holding stock.
    Conversion(Conversion),
    /// An entry taken back: it counts as if it had not happened.
    Retraction(Retraction),
    /// Items, employees, shops or settings created or changed.
    Catalogue(Catalogue),
    /// A kind this version does not know: kept byte for byte, moves nothing.
    Foreign(Foreign),
}

/// How long after it arrived an entry may be dated, in milliseconds: clocks are off by so much.
pub const AHEAD_MAX_MS: i64 = 5 * 60 * 1_000;

impl Entry {
    /// The moments it is dated at: its own, and those of lines that have one.
    pub fn moments(&self) -> impl Iterator<Item = Instant> {
        let lines: Vec<Instant> = match &self.body {
            Body::Count(count) => count.lines.iter().map(|line| line.at).collect(),
            Body::Tally(tally) => tally.lines.iter().map(|line| line.at).collect(),
            Body::Sale(_)
            | Body::Refund(_)
            | Body::Void(_)
            | Body::Reassignment(_)
            | Body::Order(_)
            | Body::Receipt(_)
            | Body::TransferDraft(_)
            | Body::TransferSend(_)
            | Body::TransferReceive(_)
            | Body::TransferReturn(_)
            | Body::TransferLoss(_)
            | Body::VendorReturn(_)
            | Body::CountList(_)
            | Body::Adjustment(_)
            | Body::Conversion(_)
            | Body::Retraction(_)
            | Body::Catalogue(_)
            | Body::Foreign(_) => Vec::new(),
        };
        lines.into_iter().chain([self.header.at])
    }

    /// The entry as it counts once the server has it: nothing of it happens more than [`AHEAD_MAX_MS`] after it arrived. Else a count by a clock
    /// that is years ahead would say for years what is on hand.
    #[must_use]
    pub fn arrived(mut self, recorded: Instant) -> Self {
        let latest = recorded.after_ms(AHEAD_MAX_MS);
        self.header.at = self.header.at.min(latest);
        if let Body::Count(count) = &mut self.body {
            for line in &mut count.lines {
                line.at = line.at.min(latest);
            }
        } else if let Body::Tally(tally) = &mut self.body {
            for line in &mut tally.lines {
                line.at = line.at.min(latest);
            }
        }
        self
    }
}

impl Body {
    /// The sale, where it is one.
    pub const fn as_sale(&self) -> Option<&Sale> {
        if let Self::Sale(sale) = self { Some(sale) } else { None }
    }

    /// The refund, where it is one.
    pub const fn as_refund(&self) -> Option<&Refund> {
        if let Self::Refund(refund) = self { Some(refund) } else { None }
    }
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

/// Items, employees, shops or settings created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The office's sequence up to which whoever recorded it had heard: what others changed after that they could not know.
    pub known: u64,
    /// The changes, in order.
    pub changes: Vec<Change>,
}

impl Catalogue {
    /// So many changes at once as an entry has room for, in as many parts as that takes.
    pub fn in_parts(known: u64, changes: Vec<Change>) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let mut bytes = usize::MAX;
        for change in changes {
            let size = postcard::experimental::serialized_size(&change).unwrap_or(ENTRY_BYTES_MAX);
            bytes = bytes.saturating_add(size);
            match parts.last_mut() {
                Some(part) if bytes <= PART_BYTES_MAX && part.changes.len() < LINES_MAX => part.changes.push(change),
                _ => {
                    bytes = size;
                    parts.push(Self { known, changes: vec![change] });
                }
            }
        }
        parts
    }
}

/// A kind of entry from a newer version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Its number.
    pub kind: u16,
    /// Its bytes.
    pub payload: Vec<u8>,
}
