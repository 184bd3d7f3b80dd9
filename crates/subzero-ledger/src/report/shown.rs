//! What a person sees of the report: filtered, sorted, grouped, with its totals.

use std::collections::{BTreeMap, BTreeSet};

use super::{Negative, Report, Row, sum};
use crate::catalogue::{Item, Tables};
use crate::entry::Cause;
use crate::ids::{DeviceId, EmployeeId, ItemId, ShopId, VendorId};
use crate::instant::Instant;
use crate::money::Amount;
use crate::quantity::Qty;
use crate::search;
use crate::stock::{Overflow, Reason};

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

impl Report {
    /// Filters, sorts and groups.
    pub fn shown(&self, tables: &Tables, filter: &Filter, order: Order, by: GroupBy) -> Result<Shown, Overflow> {
        let words: Vec<String> = filter.text.split_whitespace().map(search::folded).collect();
        let mut known: BTreeMap<ItemId, bool> = BTreeMap::new();
        let mut is_wanted = |item: ItemId| {
            *known.entry(item).or_insert_with(|| {
                let found = words.is_empty() || tables.is_found_by(item, &words);
                found && filter.wants_item(tables.items.get(&item))
            })
        };
        let now = self.at.unwrap_or(Instant::MIN);
        let numbered = self.rows.iter().enumerate();
        let mut rows: Vec<usize> = numbered
            .filter(|(_, row)| filter.wants(row, now) && is_wanted(row.item))
            .map(|(number, _)| number)
            .collect();
        self.sort(&mut rows, tables, order);
        let totals = self.totals(&rows)?;
        Ok(Shown { sections: self.sections(&rows, tables, by)?, totals })
    }

    fn sort(&self, rows: &mut Vec<usize>, tables: &Tables, order: Order) {
        let key = |number: &usize| self.rows.get(*number).map(|row| self.sort_key(row, tables, order.by));
        let mut keyed: Vec<(Option<SortKey>, usize)> = rows.iter().map(|number| (key(number), *number)).collect();
        keyed.sort_by(|(one, first), (other, second)| {
            let ordering = if order.descending { other.cmp(one) } else { one.cmp(other) };
            ordering.then(first.cmp(second))
        });
        *rows = keyed.into_iter().map(|(_, number)| number).collect();
    }

    fn sort_key(&self, row: &Row, tables: &Tables, by: Column) -> SortKey {
        let negative = self.items.get(&(row.item, row.shop));
        let name = |name: Option<&String>| SortKey::Name(name.map(|name| search::folded(name)).unwrap_or_default());
        let qty = |qty: Option<Qty>| SortKey::Figure(qty.unwrap_or_default().thousandths().into());
        match by {
            Column::Item => name(tables.items.get(&row.item).map(|item| &item.name)),
            Column::Shop => name(tables.shops.get(&row.shop)),
            Column::Employee => {
                name(row.employee.and_then(|employee| tables.employees.get(&employee)).map(|employee| &employee.name))
            }
            Column::Register => {
                name(row.device.and_then(|device| tables.registers.get(&device)).map(|register| &register.name))
            }
            Column::OnHand => qty(negative.map(|negative| negative.on_hand)),
            Column::OnOrders => qty(negative.map(|negative| negative.incoming.on_orders)),
            Column::OnTransfers => qty(negative.map(|negative| negative.incoming.on_transfers)),
            Column::Short => qty(Some(row.short)),
            Column::Open => qty(Some(row.open)),
            Column::UnitCost => SortKey::Figure(row.unit_cost.ten_thousandths().into()),
            Column::Exposure => SortKey::Figure(row.exposure.ten_millionths()),
            Column::When => SortKey::Figure(row.since.unix_ms().into()),
            Column::Reason => SortKey::Reason(row.reason),
            Column::Cause => SortKey::Cause(row.cause().is_none(), row.cause()),
        }
    }

    fn sections(&self, rows: &[usize], tables: &Tables, by: GroupBy) -> Result<Vec<Section>, Overflow> {
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        let mut sections: Vec<Section> = Vec::new();
        for &number in rows {
            let Some(row) = self.rows.get(number) else { continue };
            let key = key(row, tables, by);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                let (units, exposure, hidden) = (Qty::ZERO, Amount::ZERO, Qty::ZERO);
                sections.push(Section { key, rows: Vec::new(), units, exposure, hidden });
                sections.len().saturating_sub(1)
            });
            if let Some(section) = sections.get_mut(place) {
                section.rows.push(number);
                section.units = section.units.checked_add(row.open).ok_or(Overflow)?;
                section.exposure = section.exposure.checked_add(row.exposure).ok_or(Overflow)?;
            }
        }
        for section in &mut sections {
            if let Key::Item(item, shop) = section.key {
                let on_hand = self.items.get(&(item, shop)).map_or(Qty::ZERO, |negative| negative.on_hand);
                section.hidden = on_hand.negated().checked_sub(section.units).ok_or(Overflow)?;
            }
        }
        Ok(sections)
    }

    fn totals(&self, rows: &[usize]) -> Result<Totals, Overflow> {
        let rows: Vec<&Row> = rows.iter().filter_map(|&number| self.rows.get(number)).collect();
        let items: BTreeSet<(ItemId, ShopId)> = rows.iter().map(|row| (row.item, row.shop)).collect();
        let fixable = |place: &(ItemId, ShopId)| self.items.get(place).map_or(Qty::ZERO, Negative::fixable);
        Ok(Totals {
            items: items.len(),
            rows: rows.len(),
            units: total(rows.iter().map(|row| row.open))?,
            exposure: sum(rows.iter().map(|row| row.exposure))?,
            oldest: rows.iter().map(|row| row.since).min(),
            fixable: total(items.iter().map(fixable))?,
            backorders: total(rows.iter().filter(|row| row.is_backorder()).map(|row| row.open))?,
        })
    }
}

/// What rows are sorted by: of one column, all are of one kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Name(String),
    Figure(i128),
    Reason(Reason),
    /// Those of which none is known come last.
    Cause(bool, Option<Cause>),
}

fn total(mut qtys: impl Iterator<Item = Qty>) -> Result<Qty, Overflow> {
    qtys.try_fold(Qty::ZERO, Qty::checked_add).ok_or(Overflow)
}

fn key(row: &Row, tables: &Tables, by: GroupBy) -> Key {
    let item = || tables.items.get(&row.item);
    match by {
        GroupBy::Item => Key::Item(row.item, row.shop),
        GroupBy::Shop => Key::Shop(row.shop),
        GroupBy::Vendor => Key::Vendor(item().and_then(|item| item.vendor)),
        GroupBy::Category => Key::Category(item().map_or_else(String::new, |item| item.category.clone())),
        GroupBy::Employee => Key::Employee(row.employee),
        GroupBy::Cause => Key::Cause(row.cause()),
    }
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
            && (!self.cost_missing || row.cost_missing)
            && (!self.unsynced || row.unsynced)
    }

    fn wants_item(&self, item: Option<&Item>) -> bool {
        self.vendor.is_none_or(|vendor| item.is_some_and(|item| item.vendor == Some(vendor)))
            && self.category.as_ref().is_none_or(|category| item.is_some_and(|item| item.category == *category))
    }
}
