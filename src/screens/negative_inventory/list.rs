//! The rows: a table where there is room, cards on a phone. However many there are, only those in sight exist.

use leptos::prelude::*;
use subzero_ledger::documents::Awaited;
use subzero_ledger::ids::{ItemId, LineId, ShopId};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Column, GroupBy, Key, Negative, Report, Row, Section, Shown};

use super::causes::{cause_words, column_words, evidence_words, reason_words};
use super::filters::sort_by;
use super::{Asked, Reported};
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, use_shop};
use crate::widgets::figure::Figure;
use crate::widgets::virtual_table::{self, Sorting, VirtualTable};
use crate::words::words;

/// The most lines that are printed.
const PRINTED_MAX: usize = 1_000;

/// One line of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// What the rows below have in common: which section.
    Section(usize),
    /// One row: which section, and which of its rows.
    Row(usize, usize),
}

/// The columns of the table, in order; those of costs only for who may see them.
const COLUMNS: [Column; 11] = [
    Column::Item,
    Column::OnHand,
    Column::Reason,
    Column::Short,
    Column::Open,
    Column::UnitCost,
    Column::Exposure,
    Column::When,
    Column::Employee,
    Column::OnOrders,
    Column::Cause,
];

const fn is_cost(column: Column) -> bool {
    matches!(column, Column::UnitCost | Column::Exposure)
}

/// The list.
#[component]
pub(super) fn List(asked: Asked, report: Reported, shown: Memo<Option<Shown>>) -> impl IntoView {
    // Paper is wide, whatever the screen is.
    let is_narrow = Memo::new(move |_| asked.is_narrow.get() && !asked.printing.get());
    let version = Memo::new(move |before: Option<&u64>| {
        shown.track();
        report.track();
        before.copied().unwrap_or_default() + 1
    });
    // Who may not see costs any more sees none from then on.
    let shop = use_shop();
    let sees_costs = Memo::new(move |_| shop.sees_costs());
    move || {
        sees_costs.track();
        if is_narrow.get() {
            view! { <Cards asked report shown version/> }.into_any()
        } else {
            view! { <Table asked report shown version/> }.into_any()
        }
    }
}

fn lines(shown: &Shown, with_sections: bool, with_rows: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for (place, section) in shown.sections.iter().enumerate() {
        if with_sections {
            lines.push(Line::Section(place));
        }
        if with_rows {
            lines.extend((0..section.rows.len()).map(|row| Line::Row(place, row)));
        }
    }
    lines
}

/// What a line is about, read out of the report.
#[derive(Clone, PartialEq)]
enum Found {
    Section(Section, Option<Negative>),
    Row(Key, Box<Row>, Option<Negative>),
}

fn find(report: &Report, shown: Option<&Shown>, line: Line) -> Option<Found> {
    let shown = shown?;
    match line {
        Line::Section(place) => {
            let section = shown.sections.get(place)?.clone();
            let negative = match section.key {
                Key::Item(item, shop) => report.items.get(&(item, shop)).copied(),
                Key::Shop(_) | Key::Vendor(_) | Key::Category(_) | Key::Employee(_) | Key::Cause(_) => None,
            };
            Some(Found::Section(section, negative))
        }
        Line::Row(place, row) => {
            let section = shown.sections.get(place)?;
            let row = report.rows.get(*section.rows.get(row)?)?;
            let negative = report.items.get(&(row.item, row.shop)).copied();
            Some(Found::Row(section.key.clone(), Box::new(*row), negative))
        }
    }
}

#[component]
fn Table(asked: Asked, report: Reported, shown: Memo<Option<Shown>>, version: Memo<u64>) -> impl IntoView {
    let shop = use_shop();
    let sees_costs = untrack(|| shop.sees_costs());
    let columns: Vec<Column> = COLUMNS.into_iter().filter(|column| sees_costs || !is_cost(*column)).collect();
    let lines = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| lines(shown, true, true)).unwrap_or_default())
    });
    let span = columns.len();
    let cells = move |place: usize| {
        let line = lines.with(|lines| lines.get(place).copied());
        let found = line.and_then(|line| shown.with(|shown| report.with(|report| find(report, shown.as_ref(), line))));
        match found {
            Some(Found::Section(section, negative)) => {
                view! { <th colspan=span.to_string() scope="rowgroup" class="negative-section"><SectionHead section negative sees_costs/></th> }.into_any()
            }
            Some(Found::Row(_, row, negative)) => view! { <RowCells row=*row negative sees_costs/> }.into_any(),
            None => ().into_any(),
        }
    };
    let headings = columns.iter().map(|column| match column {
        Column::OnHand | Column::Short | Column::Open | Column::UnitCost | Column::Exposure => {
            virtual_table::Column::figures(heading(*column))
        }
        Column::Item
        | Column::Shop
        | Column::Reason
        | Column::When
        | Column::Employee
        | Column::Register
        | Column::OnOrders
        | Column::OnTransfers
        | Column::Cause => virtual_table::Column::words(heading(*column)),
    });
    let headings = headings.collect();
    let columns = StoredValue::new(columns);
    let by = Signal::derive(move || {
        let order = asked.order.get();
        let place = columns.with_value(|columns| columns.iter().position(|column| *column == order.by))?;
        Some((place, order.descending))
    });
    let press = Callback::new(move |place: usize| {
        if let Some(column) = columns.with_value(|columns| columns.get(place).copied()) {
            sort_by(asked.order, column);
        }
    });
    view! {
        <div class="negative-table">
            <VirtualTable label=words().report.title columns=headings rows=Signal::derive(move || lines.with(Vec::len)) version
                sorting=Some(Sorting { by, press }) empty=words().report.nothing cells/>
        </div>
        <Show when=move || asked.printing.get()>
            <table class="print-only">
                <tbody>{move || (0..lines.with(Vec::len).min(PRINTED_MAX)).map(|line| view! { <tr>{cells(line)}</tr> }).collect_view()}</tbody>
            </table>
        </Show>
    }
}

/// What a column of the table is called: what is on its way is one column, whatever it is sorted by.
fn heading(column: Column) -> &'static str {
    if column == Column::OnOrders { words().report.incoming } else { column_words(column) }
}

/// What the rows below have in common, and what they come to.
#[component]
fn SectionHead(section: Section, negative: Option<Negative>, sees_costs: bool) -> impl IntoView {
    let shop = use_shop();
    let Section { key, units, exposure, hidden, rows } = section;
    let name = key_words(shop, &key);
    let exposure = sees_costs.then(|| format::amount(exposure, &shop.currency()));
    let figures = match negative {
        Some(negative) if hidden.is_zero() => words().report.adds_up.with([&format::qty(negative.on_hand)]),
        Some(negative) => {
            words().report.hidden.with([&format::qty(negative.on_hand), &format::qty(units), &format::qty(hidden)])
        }
        None => words().report.units_of.with([&format::qty(units), &words().report.rows.of(rows.len(), [])]),
    };
    let ways = if let Key::Item(item, at) = key { Some(Ways::of(shop, item, at, negative)) } else { None };
    view! {
        <span class="negative-section-head">
            {match key {
                Key::Item(item, at) => view! { <a class="negative-section-name" href=Route::NegativeItem(item, at).path()>{name}</a> }.into_any(),
                Key::Shop(_) | Key::Vendor(_) | Key::Category(_) | Key::Employee(_) | Key::Cause(_) => view! { <span class="negative-section-name">{name}</span> }.into_any(),
            }}
            <span class="negative-section-sum">{figures}{exposure.map(|exposure| format!(" · {exposure}"))}</span>
            {ways.map(|ways| view! { <a class="button" data-kind="plain" href=ways.to.path()>{ways.text}</a> })}
        </span>
    }
}

/// The one thing that most people want to do about a negative item.
struct Ways {
    to: Route,
    text: String,
}

impl Ways {
    fn of(shop: Shop, item: ItemId, at: ShopId, negative: Option<Negative>) -> Self {
        let fixable = negative.map(|negative| negative.fixable()).unwrap_or_default();
        let text = if fixable.is_positive() && at == shop.id() {
            words().report.receive_some.with([&format::qty(fixable)])
        } else {
            words().report.details.to_owned()
        };
        Self { to: Route::NegativeItem(item, at), text }
    }
}

pub(super) fn key_words(shop: Shop, key: &Key) -> String {
    let report = &words().report;
    match key {
        Key::Item(item, at) => report.in_shop.with([&item_name(shop, *item), &shop.name_of(*at)]),
        Key::Shop(at) => shop.name_of(*at),
        Key::Vendor(vendor) => {
            let known = vendor.and_then(|vendor| {
                shop.read_catalogue(|catalogue| catalogue.vendors.get(&vendor).map(|vendor| vendor.name.clone()))
            });
            known.unwrap_or_else(|| report.nobody.to_owned())
        }
        Key::Category(category) if category.is_empty() => report.no_category.to_owned(),
        Key::Category(category) => category.clone(),
        Key::Employee(employee) => {
            employee.map_or_else(|| words().common.somebody.to_owned(), |employee| shop.employee_name(employee))
        }
        Key::Cause(cause) => cause_words(*cause).to_owned(),
    }
}

pub(super) fn item_name(shop: Shop, item: ItemId) -> String {
    shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
}

#[component]
fn RowCells(row: Row, negative: Option<Negative>, sees_costs: bool) -> impl IntoView {
    let shop = use_shop();
    let on_hand = negative.map(|negative| negative.on_hand).unwrap_or_default();
    let is_coming = negative.is_some_and(|negative| negative.incoming.total().is_positive());
    let unit_cost = format::known_cost(row.unit_cost, &shop.currency());
    view! {
        <td data-cell="item">
            <a href=Route::NegativeItem(row.item, row.shop).path()>
                <span>{item_name(shop, row.item)}</span><small>{shop.name_of(row.shop)}</small>
            </a>
        </td>
        <td data-cell="on-hand" class="number"><Figure qty=Signal::stored(on_hand)/></td>
        <td data-cell="reason">
            <a href=Route::source(row.line).path()>
                <span>{reason_words(row.reason)}</span>
                <small title=adjustment_id(row.line)>
                    <span>{source_words(shop, &row)}</span>" · "{words().report.adjustment_line.with([&line_number(row.line), &short_id(row.line)])}
                </small>
            </a>
        </td>
        <td data-cell="short" class="number">{format::qty(row.short)}</td>
        <td data-cell="open" class="number">{format::qty(row.open)}</td>
        {sees_costs.then(|| view! {
            <td data-cell="unit-cost" class="number">{unit_cost}</td>
            <td data-cell="exposure" class="number">{format::amount(row.exposure, &shop.currency())}</td>
        })}
        <td data-cell="when">
            <time datetime=format::iso(row.since)>{format::day(row.since)}</time>
            <small>{format::time(row.since)}" · "{format::age(row.since, clock::now())}</small>
        </td>
        <td data-cell="employee">{employee_name(shop, &row)}<small>{register_name(shop, &row)}</small></td>
        <td data-cell="incoming">
            {is_coming.then(|| view! { <IncomingLinks item=row.item at=row.shop negative/> })}
        </td>
        <td data-cell="cause" title=evidence_words(shop, &row)>
            {cause_words(row.cause())}
            {row.unsynced.then(|| view! { <small>{words().common.not_sent_yet}</small> })}
        </td>
    }
}

/// What is on its way, each a link to where it is received. What is on its way to another shop is received there, or on its item's screen.
#[component]
fn IncomingLinks(item: ItemId, at: ShopId, negative: Option<Negative>) -> impl IntoView {
    let shop = use_shop();
    let incoming = negative.map(|negative| negative.incoming).unwrap_or_default();
    let words = &words().report;
    let ways = Route::NegativeItem(item, at);
    let (mut order, mut transfer) = (ways, ways);
    if at == shop.id() {
        for awaited in shop.read(|core| core.documents.awaited(item, at)).into_iter().rev() {
            match awaited {
                Awaited::Order { order: id, .. } => order = Route::ReceiveOrder(id),
                Awaited::Transfer { transfer: id, .. } => transfer = Route::Transfer(id),
            }
        }
    }
    let link = |qty: Qty, to: Route, text: String| {
        qty.is_positive().then(|| view! { <a href=to.path()><small>{text}</small></a> })
    };
    view! {
        {link(incoming.on_orders, order, words.on_order_qty.with([&format::qty(incoming.on_orders)]))}
        {link(incoming.on_transfers, transfer, words.on_transfer_qty.with([&format::qty(incoming.on_transfers)]))}
    }
}

/// What is on its way.
#[component]
fn Incoming(negative: Option<Negative>) -> impl IntoView {
    let incoming = negative.map(|negative| negative.incoming).unwrap_or_default();
    let words = &words().report;
    view! {
        {incoming.on_orders.is_positive().then(|| view! { <small>{words.on_order_qty.with([&format::qty(incoming.on_orders)])}</small> })}
        {incoming.on_transfers.is_positive().then(|| view! { <small>{words.on_transfer_qty.with([&format::qty(incoming.on_transfers)])}</small> })}
    }
}

pub(super) fn employee_name(shop: Shop, row: &Row) -> String {
    row.employee.map(|employee| shop.employee_name(employee)).unwrap_or_default()
}

pub(super) fn register_name(shop: Shop, row: &Row) -> String {
    let device = row.device;
    let known = device.and_then(|device| {
        shop.read_catalogue(|catalogue| catalogue.registers.get(&device).map(|register| register.name.clone()))
    });
    known.unwrap_or_default()
}

/// An adjustment as people write it down in full: its entry and its line.
pub(super) fn adjustment_id(line: LineId) -> String {
    format!("{}-{}", line.entry, line_number(line))
}

fn line_number(line: LineId) -> String {
    format::count(usize::from(line.line) + 1)
}

/// Its last figures: enough to tell rows apart that somebody talks about.
fn short_id(line: LineId) -> String {
    let id = line.entry.to_string();
    id.get(id.len().saturating_sub(6)..).unwrap_or(&id).to_owned()
}

/// The receipt that a sale's row comes from; the line of any other entry.
pub(super) fn source_words(shop: Shop, row: &Row) -> String {
    let receipt = shop.read(|core| core.ledger.receipt(row.item, row.shop, row.line).map(str::to_owned));
    receipt.unwrap_or_else(|| words().report.entry_line.with([&format::count(usize::from(row.line.line) + 1)]))
}

#[component]
fn Cards(asked: Asked, report: Reported, shown: Memo<Option<Shown>>, version: Memo<u64>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let by_item = asked.group.get() == GroupBy::Item;
        shown.with(|shown| shown.as_ref().map(|shown| lines(shown, by_item, !by_item)).unwrap_or_default())
    });
    let cells = move |place: usize| {
        let line = lines.with(|lines| lines.get(place).copied());
        let found = line.and_then(|line| shown.with(|shown| report.with(|report| find(report, shown.as_ref(), line))));
        match found {
            Some(Found::Section(section, negative)) => {
                let first = report.with(|report| section.rows.first().and_then(|row| report.rows.get(*row).copied()));
                view! { <td><SectionCard section negative first/></td> }.into_any()
            }
            Some(Found::Row(key, row, negative)) => view! { <td><RowCard key row=*row negative/></td> }.into_any(),
            None => ().into_any(),
        }
    };
    view! {
        <div class="negative-cards">
            <VirtualTable label=words().report.title columns=vec![virtual_table::Column::words(words().report.title)]
                rows=Signal::derive(move || lines.with(Vec::len)) version empty=words().report.nothing cells/>
        </div>
    }
}

/// An item as a card: where, how much, how long, why, what is on its way, and one thing to do.
#[component]
fn SectionCard(section: Section, negative: Option<Negative>, first: Option<Row>) -> impl IntoView {
    let shop = use_shop();
    let Key::Item(item, at) = section.key else { return ().into_any() };
    let on_hand = negative.map(|negative| negative.on_hand).unwrap_or_default();
    let since = negative.and_then(|negative| negative.since);
    let ways = Ways::of(shop, item, at, negative);
    let cause = first.map(|row| cause_words(row.cause()));
    let hidden = (!section.hidden.is_zero()).then(|| words().report.hidden_short.with([&format::qty(section.hidden)]));
    view! {
        <article class="negative-card" aria-label=key_words(shop, &section.key)>
            <a class="negative-card-name" href=Route::NegativeItem(item, at).path()>{item_name(shop, item)}</a>
            <span class="negative-card-figure"><Figure qty=Signal::stored(on_hand)/></span>
            <span class="negative-card-note">
                {shop.name_of(at)}" · "{since.map(|since| format::age(since, clock::now()))}" · "{cause}
            </span>
            <span class="negative-card-chips"><Incoming negative/>{hidden}</span>
            <a class="button" data-kind="primary" href=ways.to.path()>{ways.text}</a>
        </article>
    }
    .into_any()
}

#[component]
fn RowCard(key: Key, row: Row, negative: Option<Negative>) -> impl IntoView {
    let shop = use_shop();
    view! {
        <article class="negative-card" aria-label=item_name(shop, row.item)>
            <a class="negative-card-name" href=Route::NegativeItem(row.item, row.shop).path()>{item_name(shop, row.item)}</a>
            <span class="negative-card-figure"><Figure qty=Signal::stored(row.open.negated())/></span>
            <span class="negative-card-note">{key_words(shop, &key)}" · "{format::age(row.since, clock::now())}" · "{cause_words(row.cause())}</span>
            <span class="negative-card-chips"><Incoming negative/></span>
            <a class="button" href=Route::source(row.line).path()>{reason_words(row.reason)}" "{source_words(shop, &row)}</a>
        </article>
    }
}
