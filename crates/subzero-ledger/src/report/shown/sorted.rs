//! Sorting rows by a column.

use std::collections::BTreeMap;

use super::{Column, Numbered, Order, Run};
use crate::catalogue::Tables;
use crate::entry::Cause;
use crate::ids::{DeviceId, EmployeeId, ShopId};
use crate::quantity::Qty;
use crate::search;
use crate::stock::Reason;

/// What rows are sorted by: of one column, all are of one kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey<'a> {
    Name(&'a str),
    Figure(i128),
    Reason(Reason),
    /// Those of which none is known come last.
    Cause(bool, Option<Cause>),
}

/// Rows in the order asked for.
pub(super) fn sorted<'a>(
    runs: &[Run<'_>],
    rows: Vec<Numbered<'a>>,
    tables: &Tables,
    order: Order,
) -> Vec<Numbered<'a>> {
    let ranks = Ranks::of(tables, order.by);
    let key = |numbered: Numbered<'a>| (sort_key(runs, &numbered, tables, &ranks, order.by), numbered);
    let mut keyed: Vec<_> = rows.into_iter().map(key).collect();
    keyed.sort_unstable_by(|(one, first), (other, second)| {
        let ordering = if order.descending { other.cmp(one) } else { one.cmp(other) };
        ordering.then(first.number.cmp(&second.number))
    });
    keyed.into_iter().map(|(_, numbered)| numbered).collect()
}

fn sort_key<'t>(runs: &[Run<'_>], of: &Numbered<'_>, tables: &'t Tables, ranks: &Ranks, by: Column) -> SortKey<'t> {
    let row = of.row;
    let negative = runs.get(of.run).and_then(|run| run.negative);
    let qty = |qty: Option<Qty>| SortKey::Figure(qty.unwrap_or_default().thousandths().into());
    match by {
        Column::Item => SortKey::Name(tables.folded_name(row.item)),
        Column::Shop => SortKey::Figure(rank(&ranks.shops, Some(row.shop))),
        Column::Employee => SortKey::Figure(rank(&ranks.employees, row.employee)),
        Column::Register => SortKey::Figure(rank(&ranks.registers, row.device)),
        Column::OnHand => qty(negative.map(|negative| negative.on_hand)),
        Column::OnOrders => qty(negative.map(|negative| negative.incoming.on_orders)),
        Column::OnTransfers => qty(negative.map(|negative| negative.incoming.on_transfers)),
        Column::Short => qty(Some(row.short)),
        Column::Open => qty(Some(row.open)),
        Column::UnitCost => SortKey::Figure(row.unit_cost.in_sums().ten_thousandths().into()),
        Column::Exposure => SortKey::Figure(row.exposure.ten_millionths()),
        Column::When => SortKey::Figure(row.since.unix_ms().into()),
        Column::Reason => SortKey::Reason(row.reason),
        Column::Cause => SortKey::Cause(row.cause().is_none(), row.cause()),
    }
}

/// Where names stand among each other, for the few shops, employees and registers there are. Those that read alike stand alike.
#[derive(Default)]
struct Ranks {
    shops: BTreeMap<ShopId, usize>,
    employees: BTreeMap<EmployeeId, usize>,
    registers: BTreeMap<DeviceId, usize>,
}

impl Ranks {
    /// Those that this column is sorted by.
    fn of(tables: &Tables, by: Column) -> Self {
        match by {
            Column::Shop => Self { shops: ranks(tables.shops.iter()), ..Self::default() },
            Column::Employee => {
                let names = tables.employees.iter().map(|(id, employee)| (id, &employee.name));
                Self { employees: ranks(names), ..Self::default() }
            }
            Column::Register => {
                let names = tables.registers.iter().map(|(id, register)| (id, &register.name));
                Self { registers: ranks(names), ..Self::default() }
            }
            Column::Item
            | Column::OnHand
            | Column::Reason
            | Column::Short
            | Column::Open
            | Column::UnitCost
            | Column::Exposure
            | Column::When
            | Column::OnOrders
            | Column::OnTransfers
            | Column::Cause => Self::default(),
        }
    }
}

fn ranks<'a, K: Ord + Copy + 'a>(names: impl Iterator<Item = (&'a K, &'a String)>) -> BTreeMap<K, usize> {
    let mut by_name: BTreeMap<String, Vec<K>> = BTreeMap::new();
    for (id, name) in names {
        by_name.entry(search::folded(name)).or_default().push(*id);
    }
    // What has no name is first, and so is what is not known.
    let first = usize::from(!by_name.contains_key(""));
    let ranked = (first..).zip(by_name.into_values());
    ranked.flat_map(|(rank, ids)| ids.into_iter().map(move |id| (id, rank))).collect()
}

fn rank<K: Ord>(ranks: &BTreeMap<K, usize>, id: Option<K>) -> i128 {
    let rank = id.and_then(|id| ranks.get(&id)).copied().unwrap_or_default();
    i128::try_from(rank).unwrap_or(i128::MAX)
}
