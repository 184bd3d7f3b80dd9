//! Inventory changes: every adjustment there ever was, newest first, however many there are. A row leads to the entry that made it.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_csv::{Column, File, Writing};
use subzero_ledger::catalogue::Archived;
use subzero_ledger::changes::{Change, Changes, Kind, Wanted};
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};

use crate::device::{file, print};
use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::field::Field;
use crate::widgets::figure::Figure;
use crate::widgets::help_link::HelpBeside;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::search_field::SearchField;
use crate::widgets::toasts::use_toaster;
use crate::widgets::virtual_table::{self, VirtualTable};
use crate::words::words;

/// The most rows that are printed: the newest.
const PRINTED_MAX: usize = 1_000;
/// So many rows are written between two looks at what else there is to do.
const ROWS_AT_ONCE: usize = 2_000;

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
        Kind::Reassignment => words.kinds.reassignment,
    }
}

/// The screen.
#[component]
pub fn InventoryChangesScreen(
    /// Whether it begins with what was added automatically alone.
    automated_only: bool,
) -> impl IntoView {
    let shop = use_shop();
    let wanted = RwSignal::new(Wanted { automated_only, ..Wanted::default() });
    let changes = Memo::new(move |_| shop.read(|core| wanted.with(|wanted| Changes::find(&core.ledger, wanted))));
    // Rises with every answer: a row that stays where it is may be another change.
    let version = Memo::new(move |before: Option<&u64>| {
        changes.track();
        before.copied().unwrap_or_default() + 1
    });
    let none = nothing_here(words().common.nothing_yet);
    let is_filtered = move || wanted.with(|wanted| *wanted != Wanted::default());
    let cells = move |row: usize| {
        let change = shop.read(|core| changes.with(|changes| changes.row(&core.ledger, row)));
        change.map(|change| view! { <Cells change/> }).into_any()
    };
    let names = &words().changes;
    let printed = RwSignal::new(0_usize);
    let print = move |()| {
        printed.set(changes.with_untracked(Changes::len).min(PRINTED_MAX));
        // The rows are there once the browser has drawn them.
        request_animation_frame(move || {
            print::print();
            printed.try_set(0);
        });
    };
    let toaster = use_toaster();
    let save = move |()| {
        spawn_local(async move {
            let text = changes.with_untracked(Clone::clone);
            file::give("inventory-changes.csv", &as_file(shop, &text).await);
            toaster.say(words().files.exported.with(["inventory-changes.csv"]));
        });
    };
    view! {
        <div class="inventory-changes">
            <header>
                <HelpBeside to=Topic::Report><h1>{names.title}</h1></HelpBeside>
                <span class="list-actions">
                    <Button press=save>{words().files.export}</Button>
                    <Button press=print>{words().common.print}</Button>
                </span>
                <p role="status">{move || names.rows.of(changes.with(Changes::len), [])}</p>
            </header>
            <Filters wanted/>
            <div class="inventory-changes-table">
                <VirtualTable label=names.title rows=Signal::derive(move || changes.with(Changes::len)) version
                    empty=Signal::derive(move || if is_filtered() { words().common.nothing_matches.to_owned() } else { none.get() })
                    columns=vec![
                        virtual_table::Column::words(names.when),
                        virtual_table::Column::words(names.what),
                        virtual_table::Column::words(words().common.item),
                        virtual_table::Column::figures(names.change),
                        virtual_table::Column::words(words().common.shop_label),
                        virtual_table::Column::words(names.employee),
                    ] cells/>
            </div>
            <Horizon/>
            <Show when=move || printed.get() != 0>
                <table class="print-only">
                    <tbody>{(0..printed.get()).map(|row| view! { <tr>{cells(row)}</tr> }).collect_view()}</tbody>
                </table>
            </Show>
        </div>
    }
}

/// The changes as a file. The page answers while it is written.
async fn as_file(shop: Shop, changes: &Changes) -> String {
    let names = words();
    let writing =
        untrack(|| Writing { shop: shop.id(), decimal_mark: format::decimal_mark(), sees_costs: shop.sees_costs() });
    let columns = [
        names.changes.when,
        names.changes.what,
        Column::Sku.name(),
        names.common.item,
        names.changes.change,
        names.changes.automated_only,
        names.common.shop_label,
        names.changes.employee,
        names.changes.register,
    ];
    let mut file = File::new(writing, &columns);
    for first in (0..changes.len()).step_by(ROWS_AT_ONCE) {
        untrack(|| {
            shop.read(|core| {
                let tables = core.catalogue.tables();
                let rows = first..changes.len().min(first.saturating_add(ROWS_AT_ONCE));
                for change in rows.filter_map(|row| changes.row(&core.ledger, row)) {
                    let item = tables.items.get(&change.item);
                    let employee = tables.employees.get(&change.employee).map(|employee| employee.name.as_str());
                    let register = tables.registers.get(&change.device).map(|register| register.name.as_str());
                    let at_shop = tables.shops.get(&change.shop).map_or("", String::as_str);
                    let cells = [
                        format::iso(change.at),
                        kind_words(change.kind).to_owned(),
                        file.text(item.map_or("", |item| &item.sku)),
                        file.text(item.map_or("", |item| &item.name)),
                        file.number(&change.moved),
                        file.number(&change.automated),
                        file.text(at_shop),
                        file.text(employee.unwrap_or_default()),
                        file.text(register.unwrap_or_default()),
                    ];
                    file.row(&cells);
                }
            });
        });
        TimeoutFuture::new(0).await;
    }
    file.finish()
}

/// How much moved, and what there is to say of it.
#[component]
pub fn Moved(
    /// Which change.
    change: Change,
) -> impl IntoView {
    let words = &words().changes;
    let said = if change.retracted {
        Some(words.taken_back.to_owned())
    } else {
        change.automated.is_positive().then(|| words.automated.with([&format::qty(change.automated)]))
    };
    view! { <Figure qty=Signal::stored(change.moved)/>{said.map(|text| view! { <span class="tag">{text}</span> })} }
}

#[component]
fn Cells(change: Change) -> impl IntoView {
    let shop = use_shop();
    let name = shop.item(change.item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    view! {
        <td><time datetime=format::iso(change.at)>{format::moment(change.at)}</time></td>
        <td><a href=Route::source(change.line).path()>{kind_words(change.kind)}</a></td>
        <td>{name}</td>
        <td class="number"><Moved change/></td>
        <td>{shop.name_of(change.shop)}</td>
        <td>{shop.employee_name(change.employee)}</td>
    }
}

#[component]
fn Filters(wanted: RwSignal<Wanted>) -> impl IntoView {
    let shop = use_shop();
    let names = &words().changes;
    let set = move |set: fn(&mut Wanted, String)| {
        move |event: leptos::ev::Event| wanted.update(|wanted| set(wanted, event_target_value(&event)))
    };
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let text = text.get();
        let items = (!text.trim().is_empty()).then(|| {
            untrack(|| {
                shop.read_catalogue(|catalogue| catalogue.search(&text, Archived::With).map(|item| item.id).collect())
            })
        });
        if wanted.with_untracked(|wanted| wanted.items != items) {
            wanted.update(|wanted| wanted.items = items);
        }
    });
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
            <SearchField label=words().common.item value=text/>
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
                <input type="checkbox" prop:checked=move || wanted.with(|wanted| wanted.automated_only)
                    on:change=move |event| wanted.update(|wanted| wanted.automated_only = event_target_checked(&event))/>
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
