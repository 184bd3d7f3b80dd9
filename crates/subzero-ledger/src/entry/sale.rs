//! What happens at the till: sales, refunds, voids.

use serde::{Deserialize, Serialize};

use super::StampedItem;
use crate::ids::{EntryId, LineId};
use crate::money::{Amount, Price};
use crate::quantity::Qty;

/// The most ways one sale may be paid in.
pub const TENDERS_MAX: usize = 8;

/// Items sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// `<shop>-<register>-<n>` from the device's own counter.
    pub receipt: String,
    /// What was sold.
    pub lines: Vec<SaleLine>,
    /// How it was paid, change not deducted.
    pub tenders: Vec<Tender>,
    /// How many decimal places the currency has: what the customer paid for a line was rounded to them.
    pub places: u8,
    /// What the cashier wrote on it.
    pub note: String,
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
    /// What was taken off the line, never more than it comes to.
    pub discount: Amount,
    /// Cost of the whole line as the posting device knew it; never changes. Units of which it knew no cost add nothing: whether there are any,
    /// the ledger tells.
    pub recorded_cost: Amount,
    /// Why it was sold although the till warned, when the cashier said so.
    pub oversold: Option<OversellReason>,
}

impl Sale {
    /// What the customer paid for one of its lines.
    pub fn paid_for(&self, line: &SaleLine) -> Amount {
        line.to_pay(self.places)
    }

    /// What the customer paid in all: the sum of the lines.
    pub fn total(&self) -> Option<Amount> {
        self.lines.iter().try_fold(Amount::ZERO, |sum, line| sum.checked_add(self.paid_for(line)))
    }
}

impl SaleLine {
    /// Price × quantity less the discount, in a currency with so many decimal places.
    pub fn to_pay(&self, places: u8) -> Amount {
        let full = self.price.times(self.qty);
        full.checked_sub(self.discount).unwrap_or(full).rounded(places)
    }
}

/// Money handed over, or handed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    /// In which way.
    pub kind: TenderKind,
    /// How much, above zero.
    pub amount: Amount,
}

/// A way to pay. A card payment is recorded here, and taken elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TenderKind {
    /// Notes and coins.
    Cash,
    /// A card, on a terminal of its own.
    Card,
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
    /// Something else.
    Other,
    /// There is none to give: it is ordered for this customer, who comes back for it.
    Backorder,
}

/// Items taken back from a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The sale, where it is known.
    pub of: Option<EntryId>,
    /// Its own receipt number.
    pub receipt: String,
    /// What came back.
    pub lines: Vec<RefundLine>,
    /// How the money went back.
    pub tenders: Vec<Tender>,
    /// What the cashier wrote on it.
    pub note: String,
}

/// Part of a sale's line coming back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Which line of the sale; no matter when no sale is named.
    pub of_line: u16,
    /// What.
    pub item: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
    /// What the customer got back for it.
    pub amount: Amount,
}

/// Part of a sale's line that was really another item: the tag was swapped, the wrong code was scanned. The customer paid what they paid;
/// what changes is whose stock went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassignment {
    /// The sale.
    pub of: EntryId,
    /// The line that took the wrong item out: one of the sale, or of an earlier re-assignment of it.
    pub line: LineId,
    /// What that line took out: it comes back.
    pub from: StampedItem,
    /// What was really sold: it goes out.
    pub to: StampedItem,
    /// How much, above zero.
    pub qty: Qty,
}

/// A sale undone: every line, as far as it is not refunded yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// The sale.
    pub of: EntryId,
    /// Why, as typed.
    pub note: String,
}
