//! The negative inventory report: every item that is negative now, with the adjustments that led there.
//!
//! > Per item and shop, −on hand = Σ still open over its rows. A filter hides whole items, or rows with their items marked as
//! > partly shown; it never makes a sum look complete that is not.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::Tables;
use crate::entry::Entry;
use crate::ids::{DeviceId, EmployeeId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};
use crate::money::{Amount, UnitCost};
use crate::quantity::Qty;
use crate::search;
use crate::stock::{Overflow, Reason, Shortage, Stock};

/// What to show. The default shows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words in the item's name, SKU or barcodes.
    pub text: String,
    /// One shop.
    pub shop: Option<ShopId>,
    /// One reason.
    pub reason: Option<Reason>,
    /// Only rows whose cost is not known.
    pub cost_missing: bool,
    /// Only rows that no server has confirmed.
    pub unsynced: bool,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One for each item that is negative in a shop: longest negative first.
    pub groups: Vec<Group>,
    /// Over everything shown.
    pub totals: Totals,
}

/// An item that is negative in a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Which item.
    pub item: ItemId,
    /// In which shop.
    pub shop: ShopId,
    /// Below zero.
    pub on_hand: Qty,
    /// When on hand fell below zero and stayed there.
    pub since: Option<Instant>,
    /// The negative inventory adjustments, oldest first.
    pub rows: Vec<Row>,
    /// The filter hides some of its rows: those shown do not add up to the deficit.
    pub partly_shown: bool,
}

/// One negative inventory adjustment: a line that went out without stock, as far as it is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The adjustment: which line of which entry.
    pub line: LineId,
    /// Why it went out.
    #[serde(serialize_with = "reason_as_text")]
    pub reason: Reason,
    /// How much went negative.
    pub short: Qty,
    /// How much of that is still open.
    pub open: Qty,
    /// Estimated cost of one unit.
    pub unit_cost: UnitCost,
    /// No cost is known: the unit cost is 0 for want of one.
    pub cost_missing: bool,
    /// Still open × unit cost.
    #[serde(serialize_with = "amount_as_text")]
    pub exposure: Amount,
    /// When.
    pub since: Instant,
    /// Who.
    pub employee: Option<EmployeeId>,
    /// On which register.
    pub device: Option<DeviceId>,
    /// No server has confirmed the entry.
    pub unsynced: bool,
}

/// Sums over the rows shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Items that are negative, once a shop.
    pub items: usize,
    /// Units still open.
    pub units: Qty,
    /// Still open × unit cost.
    #[serde(serialize_with = "amount_as_text")]
    pub exposure: Amount,
    /// When the oldest row opened.
    pub oldest: Option<Instant>,
}

/// Computes the report. Never nets one shop with another.
pub fn negative_inventory(ledger: &Ledger, tables: &Tables, filter: &Filter) -> Result<Report, Overflow> {
    let words: Vec<String> = filter.text.split_whitespace().map(search::folded).collect();
    let mut shown_by_item: BTreeMap<ItemId, bool> = BTreeMap::new();
    let mut groups: Vec<Group> = ledger
        .stocks()
        .filter(|(_, shop, stock)| stock.on_hand().is_negative() && filter.shop.is_none_or(|only| only == *shop))
        .filter(|(item, _, _)| *shown_by_item.entry(*item).or_insert_with(|| tables.is_found_by(*item, &words)))
        .filter_map(|(item, shop, stock)| group(ledger, filter, item, shop, stock))
        .collect();
    groups.sort_by_key(|group| (group.since, group.item, group.shop));
    let totals = totals(&groups)?;
    Ok(Report { groups, totals })
}

fn group(ledger: &Ledger, filter: &Filter, item: ItemId, shop: ShopId, stock: &Stock) -> Option<Group> {
    let rows: Vec<Row> =
        stock.shortages().map(|shortage| row(ledger, shortage)).filter(|row| filter.shows(row)).collect();
    let partly_shown = rows.len() < stock.shortages().count();
    let (on_hand, since) = (stock.on_hand(), stock.negative_since());
    (!rows.is_empty()).then_some(Group { item, shop, on_hand, since, rows, partly_shown })
}

fn row(ledger: &Ledger, shortage: &Shortage) -> Row {
    let header = ledger.entry(shortage.line.entry).map(|Entry { header, .. }| header);
    Row {
        line: shortage.line,
        reason: shortage.reason,
        short: shortage.short,
        open: shortage.open,
        unit_cost: shortage.estimate.cost,
        cost_missing: shortage.estimate.missing,
        exposure: shortage.exposure(),
        since: shortage.since,
        employee: header.map(|header| header.employee),
        device: header.map(|header| header.device),
        unsynced: matches!(ledger.arrival(shortage.line.entry), Some(Arrival::Own { .. })),
    }
}

impl Filter {
    fn shows(&self, row: &Row) -> bool {
        self.reason.is_none_or(|reason| reason == row.reason)
            && (!self.cost_missing || row.cost_missing)
            && (!self.unsynced || row.unsynced)
    }
}

fn totals(groups: &[Group]) -> Result<Totals, Overflow> {
    let mut totals = Totals { items: groups.len(), ..Totals::default() };
    for row in groups.iter().flat_map(|group| &group.rows) {
        totals.units = totals.units.checked_add(row.open).ok_or(Overflow)?;
        totals.exposure = totals.exposure.checked_add(row.exposure).ok_or(Overflow)?;
        totals.oldest = Some(totals.oldest.map_or(row.since, |oldest| oldest.min(row.since)));
    }
    Ok(totals)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the shape serde asks for
fn amount_as_text<S: serde::Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the shape serde asks for
fn reason_as_text<S: serde::Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.code())
}
