//! What a person sees of the report: filtered, sorted, grouped, with its totals.

use self::grouped::grouped;
use self::sorted::sorted;
use super::{Negative, Report, Row, sum};
use crate::catalogue::Tables;
use crate::entry::Cause;
use crate::ids::{DeviceId, EmployeeId, ItemId, ShopId, VendorId};
use crate::instant::Instant;
use crate::money::Amount;
use crate::quantity::Qty;
use crate::search;
use crate::stock::{Overflow, Reason};

mod grouped;
mod sorted;

const DAY_MS: i64 = 86_400_000;

/// What to show. The default shows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words in the item's name, SKU or barcodes.
    pub text: String,
    /// Adjusted at this moment or later.
    pub from: Option<Instant>,
    /// Adjusted before this moment.
    pub until: Option<Instant>,
    /// One shop.
    pub shop: Option<ShopId>,
    /// Items that are usually bought from one vendor.
    pub vendor: Option<VendorId>,
    /// Items of one category.
    pub category: Option<String>,
    /// One reason.
    pub reason: Option<Reason>,
    /// One employee.
    pub employee: Option<EmployeeId>,
    /// One register.
    pub device: Option<DeviceId>,
    /// One cause; `Some(None)` shows those of which none is known.
    pub cause: Option<Option<Cause>>,
    /// One span of ages.
    pub age: Option<AgeBucket>,
    /// What customers ordered, apart from errors: only that, or all but that.
    pub backorders: Option<bool>,
    /// Only rows whose cost is not known.
    pub cost_missing: bool,
    /// Only rows that no server has confirmed.
    pub unsynced: bool,
}

/// How many days a row is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeBucket {
    /// Today or yesterday.
    UpTo1,
    /// 2 to 7.
    UpTo7,
    /// 8 to 30.
    UpTo30,
    /// 31 to 90.
    UpTo90,
    /// More than 90.
    Over90,
}

impl AgeBucket {
    /// Every bucket, the newest first.
    pub const ALL: [Self; 5] = [Self::UpTo1, Self::UpTo7, Self::UpTo30, Self::UpTo90, Self::Over90];

    /// The bucket of what began at a moment; whole days of 24 hours.
    pub const fn of(since: Instant, now: Instant) -> Self {
        match now.ms_since(since).saturating_div(DAY_MS) {
            ..=1 => Self::UpTo1,
            2..=7 => Self::UpTo7,
            8..=30 => Self::UpTo30,
            31..=90 => Self::UpTo90,
            91.. => Self::Over90,
        }
    }
}

/// A column to sort by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The item's name.
    Item,
    /// The shop's name.
    Shop,
    /// On hand.
    OnHand,
    /// Why it went out.
    Reason,
    /// How much went negative.
    Short,
    /// How much is still open.
    Open,
    /// Estimated cost of one unit.
    UnitCost,
    /// Still open × unit cost.
    Exposure,
    /// When, and so the age.
    #[default]
    When,
    /// Who.
    Employee,
    /// On which register.
    Register,
    /// On its way on orders.
    OnOrders,
    /// On its way on transfers.
    OnTransfers,
    /// Why, as somebody said or as is suggested.
    Cause,
}

impl Column {
    /// Every column, in the order of the table.
    pub const ALL: [Self; 14] = [
        Self::Item,
        Self::Shop,
        Self::OnHand,
        Self::Reason,
        Self::Short,
        Self::Open,
        Self::UnitCost,
        Self::Exposure,
        Self::When,
        Self::Employee,
        Self::Register,
        Self::OnOrders,
        Self::OnTransfers,
        Self::Cause,
    ];
}

/// How rows are sorted. Where they are equal, the oldest comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// By which column.
    pub by: Column,
    /// The largest first.
    pub descending: bool,
}

/// How rows are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupBy {
    /// By item and shop: these add up to the deficit.
    #[default]
    Item,
    /// By shop.
    Shop,
    /// By default vendor.
    Vendor,
    /// By category.
    Category,
    /// By employee.
    Employee,
    /// By cause.
    Cause,
}

impl GroupBy {
    /// Every way.
    pub const ALL: [Self; 6] = [Self::Item, Self::Shop, Self::Vendor, Self::Category, Self::Employee, Self::Cause];
}

/// What the rows of a section have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An item in a shop.
    Item(ItemId, ShopId),
    /// A shop.
    Shop(ShopId),
    /// A vendor; none for items that are bought from nobody in particular.
    Vendor(Option<VendorId>),
    /// A category; empty for items that have none.
    Category(String),
    /// An employee.
    Employee(Option<EmployeeId>),
    /// A cause; none where none is known.
    Cause(Option<Cause>),
}

/// Rows that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What.
    pub key: Key,
    /// Which rows, as numbered in the report.
    pub rows: Vec<usize>,
    /// Still open in all.
    pub units: Qty,
    /// Still open × unit cost in all.
    pub exposure: Amount,
    /// Where the section is an item: how much of its deficit the filter hides, so that −on hand = units + hidden.
    pub hidden: Qty,
}

/// Sums over the rows shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Items that are negative, once a shop.
    pub items: usize,
    /// Rows.
    pub rows: usize,
    /// Units still open.
    pub units: Qty,
    /// Still open × unit cost.
    pub exposure: Amount,
    /// When the oldest row opened.
    pub oldest: Option<Instant>,
    /// Units that receiving what is on its way would put right.
    pub fixable: Qty,
    /// Units that customers ordered.
    pub backorders: Qty,
}

/// The report as a person asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Sections, in the order of their first rows.
    pub sections: Vec<Section>,
    /// Over everything shown.
    pub totals: Totals,
}

/// The rows of one item in one shop. They stand together in the report: what is said of the item is looked up once.
struct Run<'a> {
    rows: &'a [Row],
    place: (ItemId, ShopId),
    negative: Option<&'a Negative>,
}

/// A row with its number in the report and that of its run.
#[derive(Clone, Copy)]
struct Numbered<'a> {
    number: usize,
    run: usize,
    row: &'a Row,
}

impl Report {
    /// Filters, sorts and groups.
    pub fn shown(&self, tables: &Tables, filter: &Filter, order: Order, by: GroupBy) -> Result<Shown, Overflow> {
        let runs: Vec<Run<'_>> = self.runs().collect();
        let rows = sorted(&runs, self.wanted(&runs, tables, filter), tables, order);
        Ok(Shown { sections: grouped(&runs, &rows, tables, by)?, totals: totals(&runs, &rows)? })
    }

    fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let runs = self.rows.chunk_by(|one, next| one.item == next.item && one.shop == next.shop);
        runs.filter_map(|rows| {
            let place = rows.first().map(|row| (row.item, row.shop))?;
            Some(Run { rows, place, negative: self.items.get(&place) })
        })
    }

    fn wanted<'a>(&self, runs: &[Run<'a>], tables: &Tables, filter: &Filter) -> Vec<Numbered<'a>> {
        let words: Vec<String> = filter.text.split_whitespace().map(search::folded).collect();
        let now = self.at.unwrap_or(Instant::MIN);
        let mut wanted = Vec::new();
        let mut next = 0_usize;
        for (run, Run { rows, place: (item, _), .. }) in runs.iter().enumerate() {
            let first = next;
            next = first.saturating_add(rows.len());
            let is_found = words.is_empty() || tables.is_found_by(*item, &words);
            if is_found && filter.wants_item(tables, *item) {
                let numbered = (first..).zip(*rows).filter(|(_, row)| filter.wants(row, now));
                wanted.extend(numbered.map(|(number, row)| Numbered { number, run, row }));
            }
        }
        wanted
    }
}

fn totals(runs: &[Run<'_>], rows: &[Numbered<'_>]) -> Result<Totals, Overflow> {
    let mut is_shown = vec![false; runs.len()];
    for numbered in rows {
        if let Some(is_shown) = is_shown.get_mut(numbered.run) {
            *is_shown = true;
        }
    }
    let shown = runs.iter().zip(is_shown).filter(|(_, is_shown)| *is_shown).map(|(run, _)| run);
    let fixable = shown.clone().map(|run| run.negative.map_or(Qty::ZERO, Negative::fixable));
    Ok(Totals {
        items: shown.clone().count(),
        rows: rows.len(),
        units: total(rows.iter().map(|of| of.row.open))?,
        exposure: sum(rows.iter().map(|of| of.row.exposure))?,
        oldest: rows.iter().map(|of| of.row.since).min(),
        fixable: total(fixable)?,
        backorders: total(rows.iter().filter(|of| of.row.is_backorder()).map(|of| of.row.open))?,
    })
}

fn total(mut qtys: impl Iterator<Item = Qty>) -> Result<Qty, Overflow> {
    qtys.try_fold(Qty::ZERO, Qty::checked_add).ok_or(Overflow)
}

impl Filter {
    fn wants(&self, row: &Row, now: Instant) -> bool {
        self.from.is_none_or(|from| row.since >= from)
            && self.until.is_none_or(|until| row.since < until)
            && self.shop.is_none_or(|shop| shop == row.shop)
            && self.reason.is_none_or(|reason| reason == row.reason)
            && self.employee.is_none_or(|employee| row.employee == Some(employee))
            && self.device.is_none_or(|device| row.device == Some(device))
            && self.cause.is_none_or(|cause| cause == row.cause())
            && self.age.is_none_or(|age| age == AgeBucket::of(row.since, now))
            && self.backorders.is_none_or(|backorders| backorders == row.is_backorder())
            && (!self.cost_missing || row.unit_cost.is_missing())
            && (!self.unsynced || row.unsynced)
    }

    fn wants_item(&self, tables: &Tables, item: ItemId) -> bool {
        if self.vendor.is_none() && self.category.is_none() {
            return true;
        }
        let item = tables.items.get(&item);
        self.vendor.is_none_or(|vendor| item.is_some_and(|item| item.vendor == Some(vendor)))
            && self.category.as_ref().is_none_or(|category| item.is_some_and(|item| item.category == *category))
    }
}
