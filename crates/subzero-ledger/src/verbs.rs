//! What people do beside selling, as entries: each verb checks what was entered against what this device knows, and answers with the
//! entry to be recorded or with what to put right, and where.
//!
//! A verb changes nothing. Two devices that know nothing of each other may each do what only one of them could: then both happened, and
//! the ledger keeps both and says what is odd.

use crate::catalogue::{Denied, Item, ItemProblem, QtyProblem, Tables};
use crate::documents::Documents;
use crate::entry::rights::Right;
use crate::entry::{Body, Entry, Header, ItemKind, LINES_MAX, StampedItem};
use crate::ids::ItemId;
use crate::ledger::Ledger;
use crate::quantity::Qty;

mod adjust;
mod again;
mod catalogue;
mod count;
mod goods;
mod import;
mod reassign;
mod refund;
mod transfer;

pub use adjust::AdjustWish;
pub use goods::{Delivery, OrderWish, ReceiveWish, WantedLine, missing_of, order_lines, to_reorder};
pub use import::{ImportView, imports};
pub use refund::{RefundWish, Refundable, refundable};
pub use transfer::SettleWay;

/// Who stands where and when, and what this device knows: all that a verb is told beside what was entered.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Stamped on the entry that comes of it.
    pub header: Header,
    /// Stock and histories.
    pub ledger: &'a Ledger,
    /// Orders, transfers and count lists.
    pub documents: &'a Documents,
    /// Items, people and rights.
    pub tables: &'a Tables,
}

/// Why something is not recorded as it was entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There are no lines.
    #[error("there is nothing to record")]
    Empty,
    /// More lines than an entry may have.
    #[error("at most {LINES_MAX} lines at once")]
    TooManyLines,
    /// A line is not right.
    #[error("line {}: {problem}", .line.saturating_add(1))]
    Line {
        /// Which, from 0.
        line: usize,
        /// What is wrong with it.
        problem: LineProblem,
    },
    /// Whoever is signed in may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A transfer from a shop to itself.
    #[error("choose another shop: this one cannot send to itself")]
    SameShop,
    /// A shop that is not the account's, or the office.
    #[error("choose a shop")]
    NoShop,
    /// Done in another shop than the one it is about.
    #[error("this belongs to another shop")]
    OtherShop,
    /// What it refers to is not here, or is of another kind.
    #[error("what this belongs to is not on this device")]
    UnknownDocument,
    /// Nothing of it is left to refund, receive or return.
    #[error("nothing of it is left")]
    NothingLeft,
    /// It was undone before.
    #[error("this is undone already")]
    Undone,
    /// There is no way back from it.
    #[error("this cannot be undone")]
    NoUndo,
    /// It is not as far as that, or further.
    #[error("it is not at that stage")]
    Stage,
    /// A sum outgrew its range.
    #[error("a figure is out of range")]
    OutOfRange,
    /// An item cannot be saved as it is.
    #[error(transparent)]
    Item(#[from] ItemProblem),
    /// Nothing was changed.
    #[error("nothing was changed")]
    Unchanged,
    /// A vendor or an employee without a name.
    #[error("enter a name")]
    NoName,
    /// Another one has that name.
    #[error("another one has that name")]
    NameTaken,
    /// Part of the sale was really another item: it cannot be undone as a whole.
    #[error("part of this sale was another item: refund its lines")]
    Reassigned,
    /// An item in place of itself.
    #[error("choose another item: this is the one that was entered")]
    SameItem,
    /// Nobody would be left who may change everything.
    #[error("one owner has to stay who can sign in")]
    LastOwner,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
    /// An item that the catalogue does not have.
    #[error("this item is not in the catalogue")]
    UnknownItem,
    /// An item that is no longer sold or bought.
    #[error("this item is archived")]
    Archived,
    /// An item that holds no stock.
    #[error("this item holds no stock")]
    NoStock,
    /// A quantity that cannot be.
    #[error(transparent)]
    Qty(#[from] QtyProblem),
    /// A cost out of range.
    #[error("enter a cost from 0 to a billion")]
    Cost,
    /// More than is left of it.
    #[error("only {left} left")]
    Beyond {
        /// How much is left.
        left: Qty,
    },
    /// It would take on hand below zero, and may not.
    #[error("only {on_hand} on hand")]
    BelowZero {
        /// How much there is.
        on_hand: Qty,
    },
    /// The line that it names is not there.
    #[error("the line it names is not there")]
    UnknownLine,
}

fn at_line(line: usize) -> impl FnOnce(LineProblem) -> Problem {
    move |problem| Problem::Line { line, problem }
}

impl Desk<'_> {
    /// Whether whoever is signed in may, alone or approved by somebody who may.
    pub fn allow(&self, right: Right) -> Result<(), Problem> {
        Ok(self.tables.allow(&self.header, right)?)
    }

    /// The item of a line that moves stock.
    fn stocked(&self, id: ItemId, line: usize) -> Result<&Item, Problem> {
        let item = self.tables.items.get(&id).ok_or(LineProblem::UnknownItem).map_err(at_line(line))?;
        if item.kind == ItemKind::NonInventory {
            return Err(at_line(line)(LineProblem::NoStock));
        }
        Ok(item)
    }

    /// A line's item and quantity, as an entry records them.
    fn checked(&self, id: ItemId, qty: Qty, line: usize) -> Result<(StampedItem, Qty), Problem> {
        let item = self.stocked(id, line)?;
        item.check(qty).map_err(LineProblem::Qty).map_err(at_line(line))?;
        Ok((item.stamped(), qty))
    }

    /// An item that somebody chose to buy or send: not one that is archived.
    fn chosen(&self, id: ItemId, qty: Qty, line: usize) -> Result<(StampedItem, Qty), Problem> {
        if self.stocked(id, line)?.archived {
            return Err(at_line(line)(LineProblem::Archived));
        }
        self.checked(id, qty, line)
    }

    fn entry(&self, body: Body) -> Entry {
        Entry { dseq: 0, header: self.header, body }
    }
}

fn count_lines(lines: usize) -> Result<(), Problem> {
    match lines {
        0 => Err(Problem::Empty),
        lines if lines > LINES_MAX => Err(Problem::TooManyLines),
        _ => Ok(()),
    }
}
