//! Inventory changes: every adjustment there ever was, newest first, however many there are. A row leads to the entry that made it.

use leptos::prelude::*;
use subzero_ledger::changes::{Change, Changes, Kind, Wanted};
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::field::Field;
use crate::widgets::figure::Figure;
use crate::widgets::virtual_table::{Column, VirtualTable};
use crate::words::words;

/// What a kind of change is called.
pub const fn kind_words(kind: Kind) -> &'static str {
    let words = words();
    match kind {
        Kind::Sale => words.kinds.sale,
        Kind::Refund => words.kinds.refund,
        Kind::Receipt => words.kinds.receipt,
        Kind::Transfer => words.changes.transfer,
        Kind::VendorReturn => words.kinds.vendor_return,
        Kind::Count => words.kinds.count,
        Kind::Adjustment => words.kinds.adjustment,
        Kind::Conversion => words.kinds.conversion,
    }
}

/// The screen.
#[component]
pub fn InventoryChangesScreen() -> impl IntoView {
    let shop = use_shop();
    let wanted = RwSignal::new(Wanted::default());
    let changes = Memo::new(move |_| shop.read(|core| wanted.with(|wanted| Changes::find(&core.ledger, wanted))));
    // Rises with every answer: a row that stays where it is may be another change.
    let version = Memo::new(move |before: Option<&u64>| {
        changes.track();
        before.copied().unwrap_or_default() + 1
    });
    let is_filtered = move || wanted.with(|wanted| *wanted != Wanted::default());
    let cells = move |row: usize| {
        let change = shop.read(|core| changes.with(|changes| changes.row(&core.ledger, row)));
        change.map(|change| view! { <Cells change/> }).into_any()
    };
    let names = &words().changes;
    view! {
        <div class="inventory-changes">
            <header>
                <h1>{names.title}</h1>
                <p role="status">{move || names.rows.of(changes.with(Changes::len), [])}</p>
            </header>
            <Filters wanted/>
            <div class="inventory-changes-table">
                <VirtualTable label=names.title rows=Signal::derive(move || changes.with(Changes::len)) version
                    empty=Signal::derive(move || if is_filtered() { words().common.nothing_matches } else { words().common.nothing_yet }.to_owned())
                    columns=vec![
                        Column::words(names.when),
                        Column::words(names.what),
                        Column::words(words().common.item),
                        Column::figures(names.change),
                        Column::words(words().common.shop_label),
                        Column::words(names.employee),
                    ] cells/>
            </div>
        </div>
    }
}

#[component]
fn Cells(change: Change) -> impl IntoView {
    let shop = use_shop();
    let name = shop.item(change.item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    let employee =
        shop.read(|core| core.catalogue.employees.get(&change.employee).map(|employee| employee.name.clone()));
    let automated =
        change.automated.is_positive().then(|| words().changes.automated.with([&format::qty(change.automated)]));
    view! {
        <td><time datetime=format::iso(change.at)>{format::moment(change.at)}</time></td>
        <td><a href=Route::source(change.line).path()>{kind_words(change.kind)}</a></td>
        <td>{name}</td>
        <td class="number"><Figure qty=Signal::stored(change.moved)/>{automated.map(|text| view! { <span class="tag">{text}</span> })}</td>
        <td>{shop.name_of(change.shop)}</td>
        <td>{employee.unwrap_or_default()}</td>
    }
}

#[component]
fn Filters(wanted: RwSignal<Wanted>) -> impl IntoView {
    let shop = use_shop();
    let names = &words().changes;
    let set = move |set: fn(&mut Wanted, String)| {
        move |event: leptos::ev::Event| wanted.update(|wanted| set(wanted, event_target_value(&event)))
    };
    let (shops, employees, registers) = shop.read(|core| {
        let tables = core.catalogue.tables();
        let shops = tables.shops.iter().filter(|(id, _)| **id != ShopId::OFFICE);
        (
            shops.map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>(),
            tables
                .employees
                .values()
                .map(|employee| (employee.id.to_string(), employee.name.clone()))
                .collect::<Vec<_>>(),
            tables.registers.iter().map(|(id, register)| (id.to_string(), register.name.clone())).collect::<Vec<_>>(),
        )
    });
    let kinds = (0..)
        .zip(Kind::ALL)
        .map(|(place, kind): (usize, _)| (place.to_string(), kind_words(kind).to_owned()))
        .collect();
    view! {
        <form class="inventory-changes-filters" aria-label=words().report.filter on:submit=move |event| event.prevent_default()>
            <Choose label=names.what all=names.all_kinds options=kinds
                choose=set(|wanted, text| wanted.kind = text.parse().ok().and_then(|place: usize| Kind::ALL.get(place).copied()))/>
            <Choose label=words().common.shop_label all=words().common.all_shops options=shops
                choose=set(|wanted, text| wanted.shop = text.parse().ok().map(ShopId))/>
            <Choose label=names.employee all=names.everybody options=employees
                choose=set(|wanted, text| wanted.employee = text.parse().ok().map(EmployeeId))/>
            <Choose label=names.register all=names.all_registers options=registers
                choose=set(|wanted, text| wanted.device = text.parse().ok().map(DeviceId))/>
            <Field label=names.from>
                <input type="date" on:change=set(|wanted, day| wanted.from = format::day_bounds(&day).map(|(from, _)| from))/>
            </Field>
            <Field label=names.until>
                <input type="date" on:change=set(|wanted, day| wanted.until = format::day_bounds(&day).map(|(_, until)| until))/>
            </Field>
            <label class="choice">
                <input type="checkbox" on:change=move |event| wanted.update(|wanted| wanted.automated_only = event_target_checked(&event))/>
                <span>{names.automated_only}</span>
            </label>
        </form>
    }
}

#[component]
fn Choose(
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    choose: impl Fn(leptos::ev::Event) + Send + 'static,
) -> impl IntoView {
    view! {
        <Field label=label>
            <select on:change=choose>
                <option value="">{all}</option>
                {options.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
            </select>
        </Field>
    }
}
