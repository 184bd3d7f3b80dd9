//! Inventory changes: every adjustment there ever was, newest first, a row at a time.
//!
//! A list of a million rows is not made to show twenty of them. [`Changes::find`] keeps the entries that are wanted and how many rows each
//! has; [`Changes::row`] makes the row that is asked for.

use std::collections::BTreeSet;

use crate::entry::{Body, Entry, Header};
use crate::history::{Effect, Post};
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::quantity::Qty;

/// What somebody looks for. Everything that is not none has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The kind of entry.
    pub kind: Option<Kind>,
    /// Who recorded it.
    pub employee: Option<EmployeeId>,
    /// Where it was recorded.
    pub device: Option<DeviceId>,
    /// One of these items.
    pub items: Option<BTreeSet<ItemId>>,
    /// The shop.
    pub shop: Option<ShopId>,
    /// Not before this moment.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
    /// Only lines for which something was added automatically.
    pub automated_only: bool,
}

/// A kind of entry that changes stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Sold.
    Sale,
    /// Taken back from a customer, or a sale undone.
    Refund,
    /// Received from a vendor.
    Receipt,
    /// Sent to, received from or returned by another shop.
    Transfer,
    /// Sent back to a vendor.
    VendorReturn,
    /// Counted.
    Count,
    /// Adjusted by hand.
    Adjustment,
    /// Stopped or started holding stock.
    Conversion,
    /// Part of a sale that was really another item.
    Reassignment,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Sale,
        Self::Refund,
        Self::Receipt,
        Self::Transfer,
        Self::VendorReturn,
        Self::Count,
        Self::Adjustment,
        Self::Conversion,
        Self::Reassignment,
    ];

    /// The kind of an entry; none for what changes no stock.
    pub const fn of(body: &Body) -> Option<Self> {
        match body {
            Body::Sale(_) => Some(Self::Sale),
            Body::Refund(_) | Body::Void(_) => Some(Self::Refund),
            Body::Reassignment(_) => Some(Self::Reassignment),
            Body::Receipt(_) => Some(Self::Receipt),
            Body::TransferSend(_) | Body::TransferReceive(_) | Body::TransferReturn(_) => Some(Self::Transfer),
            Body::VendorReturn(_) => Some(Self::VendorReturn),
            Body::Count(_) => Some(Self::Count),
            Body::Adjustment(_) => Some(Self::Adjustment),
            Body::Conversion(_) => Some(Self::Conversion),
            Body::TransferLoss(_)
            | Body::Retraction(_)
            | Body::Order(_)
            | Body::TransferDraft(_)
            | Body::CountList(_)
            | Body::Tally(_)
            | Body::Catalogue(_)
            | Body::Foreign(_) => None,
        }
    }
}

/// One adjustment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line that made it.
    pub line: LineId,
    /// The kind of its entry.
    pub kind: Kind,
    /// When it happened in the shop.
    pub at: Instant,
    /// The shop.
    pub shop: ShopId,
    /// The item.
    pub item: ItemId,
    /// On hand after it less on hand before it.
    pub moved: Qty,
    /// What was added automatically just before, so that it would not go below zero.
    pub automated: Qty,
    /// Its entry was taken back: it moves nothing.
    pub retracted: bool,
    /// Who recorded it.
    pub employee: EmployeeId,
    /// Where.
    pub device: DeviceId,
}

/// The adjustments that somebody wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    wanted: Wanted,
    /// Newest first, each with the number of its first row.
    entries: Vec<(EntryId, usize)>,
    rows: usize,
}

impl Changes {
    /// Finds them. It looks at entries, and at lines only where a line decides.
    pub fn find(ledger: &Ledger, wanted: &Wanted) -> Self {
        let mut changes = Self { wanted: wanted.clone(), ..Self::default() };
        for entry in ledger.newest_first().filter(|entry| wanted.holds_for(entry)) {
            let rows = if wanted.looks_at_lines() {
                changes.lines(ledger, entry).count()
            } else {
                ledger.lines_that_move_stock(entry)
            };
            if rows > 0 {
                changes.entries.push((entry.header.id, changes.rows));
                changes.rows = changes.rows.saturating_add(rows);
            }
        }
        changes
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// One of them, counted from 0, the newest.
    pub fn row(&self, ledger: &Ledger, row: usize) -> Option<Change> {
        let place = self.entries.partition_point(|(_, first)| *first <= row).checked_sub(1)?;
        let (id, first) = self.entries.get(place)?;
        let (entry, line) = (ledger.entry(*id)?, row.checked_sub(*first)?);
        if self.wanted.looks_at_lines() { self.lines(ledger, entry).nth(line) } else { ledger.change_at(entry, line) }
    }

    fn lines<'a>(&'a self, ledger: &'a Ledger, entry: &'a Entry) -> impl Iterator<Item = Change> + 'a {
        let wanted = &self.wanted;
        let of_items = move |item| wanted.items.as_ref().is_none_or(|items| items.contains(&item));
        let lines = ledger.changes_of(entry, of_items);
        lines.filter(|change| !wanted.automated_only || change.automated.is_positive())
    }
}

/// All that happened to an item in a shop, newest first, each with what was on hand after it.
pub fn item_card(ledger: &Ledger, item: ItemId, shop: ShopId) -> Vec<(Change, Qty)> {
    let Some(history) = ledger.history(item, shop) else { return Vec::new() };
    let row = |(post, effect, on_hand): (&Post, Effect, Qty)| {
        let entry = ledger.entry(post.line.entry)?;
        let Header { employee, device, .. } = entry.header;
        let (line, at, kind) = (post.line, post.stamp.at, Kind::of(&entry.body)?);
        let (Effect { moved, automated }, retracted) = (effect, post.retracted.is_some());
        Some((Change { line, kind, at, shop, item, moved, automated, retracted, employee, device }, on_hand))
    };
    let mut rows: Vec<_> = history.running(shop).filter_map(row).collect();
    rows.reverse();
    rows
}

impl Wanted {
    fn looks_at_lines(&self) -> bool {
        self.items.is_some() || self.automated_only
    }

    fn holds_for(&self, entry: &Entry) -> bool {
        let Header { shop, device, at, employee, .. } = entry.header;
        let Some(kind) = Kind::of(&entry.body) else { return false };
        self.kind.is_none_or(|wanted| wanted == kind)
            && self.employee.is_none_or(|wanted| wanted == employee)
            && self.device.is_none_or(|wanted| wanted == device)
            && self.shop.is_none_or(|wanted| wanted == shop)
            && self.from.is_none_or(|from| at >= from)
            && self.until.is_none_or(|until| at < until)
    }
}
