//! The negative inventory report: every item that is negative, with the adjustments that led there and what each is probably due to.
//!
//! > Per item and shop, −on hand = Σ still open over its rows. A filter hides rows, never a part of a sum without saying how much.
//!
//! [`Report::now`] works it out from nothing; a [`LiveReport`] is kept up to date, entry by entry, and is the same at any moment.
//! [`Report::shown`] filters, sorts and groups it, which is what a person does again and again.

use std::collections::BTreeMap;

use crate::catalogue::Tables;
use crate::cost::Cost;
use crate::documents::{Documents, Incoming};
use crate::entry::{Cause, OversellReason};
use crate::ids::{DeviceId, EmployeeId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};
use crate::money::Amount;
use crate::quantity::Qty;
use crate::stock::{Overflow, Reason, Shortage};

mod cause;
mod digest;
mod episodes;
mod live;
mod shown;

pub use crate::history::{Episode, EpisodeRow};
pub use cause::Evidence;
pub use digest::{Digest, Every};
pub use episodes::{Tally, cured_within, episodes, open_episodes, trend};
pub use live::{Books, Changed, LiveReport};
pub use shown::{AgeBucket, Column, Filter, GroupBy, Key, Order, Section, Shown, Totals};

/// Every item that is negative, and every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// When it was worked out, or the past moment it shows.
    pub at: Option<Instant>,
    /// What is negative, by item and shop.
    pub items: BTreeMap<(ItemId, ShopId), Negative>,
    /// The negative inventory adjustments: those of the item that is negative longest first, and each item's oldest first.
    pub rows: Vec<Row>,
}

/// An item that is negative in a shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Negative {
    /// Below zero.
    pub on_hand: Qty,
    /// When on hand fell below zero and stayed there.
    pub since: Option<Instant>,
    /// What is on its way.
    pub incoming: Incoming,
}

impl Negative {
    /// How much receiving what is on its way would put right.
    pub fn fixable(&self) -> Qty {
        self.on_hand.negated().min(self.incoming.total())
    }
}

/// One negative inventory adjustment: a line that went out without stock, as far as it is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The adjustment: which line of which entry.
    pub line: LineId,
    /// Which item.
    pub item: ItemId,
    /// In which shop.
    pub shop: ShopId,
    /// Why it went out.
    pub reason: Reason,
    /// How much went negative.
    pub short: Qty,
    /// How much of that is still open.
    pub open: Qty,
    /// Estimated cost of one unit.
    pub unit_cost: Cost,
    /// Still open × unit cost.
    pub exposure: Amount,
    /// When.
    pub since: Instant,
    /// Who.
    pub employee: Option<EmployeeId>,
    /// On which register.
    pub device: Option<DeviceId>,
    /// No server has confirmed the entry.
    pub unsynced: bool,
    /// What the cashier said when the till warned.
    pub oversold: Option<OversellReason>,
    /// What the ledger suggests, and on what evidence.
    pub evidence: Option<Evidence>,
    /// What a person said.
    pub said: Option<Cause>,
}

impl Row {
    /// Why: what a person said, or else what is suggested.
    pub fn cause(&self) -> Option<Cause> {
        self.said.or_else(|| self.evidence.map(Evidence::cause))
    }

    /// Whether a customer ordered it: kept apart from errors.
    pub fn is_backorder(&self) -> bool {
        self.cause() == Some(Cause::Backorder)
    }
}

impl Report {
    /// What is negative now. Never nets one shop with another.
    pub fn now(ledger: &Ledger, documents: &Documents, tables: &Tables, now: Instant) -> Self {
        LiveReport::new(&Books { ledger, documents, tables }, now).into_report()
    }

    /// What was negative at a past moment, as it is now known but for what was taken back later, which still stood then. What was on its way then, and what each row was due to, is not said.
    pub fn at(ledger: &Ledger, tables: &Tables, at: Instant) -> Self {
        let mut negatives = ledger.negatives_at(at);
        negatives.sort_by_key(|(item, shop, stock)| (stock.negative_since(), *item, *shop));
        let mut report = Self { at: Some(at), ..Self::default() };
        for (item, shop, stock) in &negatives {
            let (item, shop) = (*item, *shop);
            let (on_hand, since) = (stock.on_hand(), stock.negative_since());
            report.items.insert((item, shop), Negative { on_hand, since, incoming: Incoming::default() });
            report.rows.extend(stock.shortages().map(|shortage| row(ledger, tables, (item, shop), shortage)));
        }
        report
    }

    /// The rows of one item in one shop.
    pub fn rows_of(&self, item: ItemId, shop: ShopId) -> impl Iterator<Item = &Row> {
        self.rows.get(self.range_of((item, shop))).unwrap_or_default().iter()
    }
}

fn row(ledger: &Ledger, tables: &Tables, (item, shop): (ItemId, ShopId), shortage: &Shortage) -> Row {
    let line = shortage.line;
    let said = ledger.said(item, shop, line);
    Row {
        line,
        item,
        shop,
        reason: shortage.reason,
        short: shortage.short,
        open: shortage.open,
        unit_cost: shortage.estimate,
        exposure: shortage.exposure(),
        since: shortage.since,
        employee: said.map(|said| said.employee),
        device: said.map(|said| said.device),
        unsynced: matches!(ledger.arrival(line.entry), Some(Arrival::Own { .. })),
        oversold: said.and_then(|said| said.oversold),
        evidence: None,
        said: tables.causes.get(&line).copied(),
    }
}

/// The sum of amounts.
fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, Overflow> {
    amounts.into_iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).ok_or(Overflow))
}
