//! Changed in two places: what two registers changed without knowing of each other, and which of the two is to hold.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::{Conflict, Tables, conflicts};
use subzero_ledger::entry::catalogue::{EmployeeChange, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::{Change, CostControl, ItemKind, Mode};
use subzero_ledger::ids::{EntryId, ItemId};
use subzero_till::visible::Visible;

use crate::format;
use crate::routes::Route;
use crate::screens::negative_inventory::causes::cause_words;
use crate::screens::settings::people::role_words;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::card::Card;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words, yes_or_no};

/// Every conflict that nobody has ended, or only those of one item.
#[component]
pub fn Crossed(
    /// The item.
    #[prop(optional)]
    of: Option<ItemId>,
) -> impl IntoView {
    let shop = use_shop();
    let is_wanted = move |conflict: &Conflict| match (of, &conflict.holds) {
        (None, _) => true,
        (Some(item), Change::Item(change)) => change.id == item,
        (Some(_), _) => false,
    };
    let open =
        Memo::new(move |_| shop.read(|core| conflicts(&core.ledger).into_iter().filter(is_wanted).collect::<Vec<_>>()));
    let words = &words().sync;
    view! {
        <Show when=move || !open.with(Vec::is_empty)>
            <section aria-label=words.crossed>
                <h2>{words.crossed}</h2>
                <p>{words.crossed_note}</p>
                <div class="cards">
                    <For each=move || open.get() key=|conflict| (conflict.held_by, conflict.lost_by) let(conflict)><One conflict/></For>
                </div>
            </section>
        </Show>
    }
}

#[component]
fn One(conflict: Conflict) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let told = untrack(|| shop.read(|core| Told::of(shop, core, &conflict)));
    let settle = move |stays: bool| {
        let conflict = conflict.clone();
        busy.set(true);
        spawn_local(async move {
            match shop.enter_all(|desk| desk.settle(&conflict, stays)).await {
                Ok(()) => toaster.say(words().common.saved),
                Err(error) => drop(problem.try_set(Some(error.to_words()))),
            }
            busy.try_set(false);
        });
    };
    let settle = StoredValue::new(settle);
    let Told { what, holds, lost, held_by, lost_by } = told;
    let words = &words().sync;
    let ways = view! {
        <Button busy press=move |()| settle.with_value(|settle| settle(true))>{words.crossed_keep.with([&holds])}</Button>
        <Button busy press=move |()| settle.with_value(|settle| settle(false))>{words.crossed_use.with([&lost])}</Button>
        <p class="field-problem" role="alert">{move || problem.get()}</p>
    };
    view! {
        <Card top=view! { <h3>{what}</h3> }.into_any() actions=ways.into_any()>
            <p>{words.crossed_holds} " " <a href=Route::Entry(held_by.id, None).path()>{held_by.who}</a></p>
            <p>{words.crossed_lost} " " <a href=Route::Entry(lost_by.id, None).path()>{lost_by.who}</a></p>
        </Card>
    }
}

/// A conflict in words.
struct Told {
    what: String,
    holds: String,
    lost: String,
    held_by: By,
    lost_by: By,
}

/// Who said so, and when.
struct By {
    id: EntryId,
    who: String,
}

impl Told {
    fn of(shop: Shop, core: &Visible, conflict: &Conflict) -> Self {
        let tables = core.catalogue.tables();
        let (what, holds) = said(shop, tables, &conflict.holds);
        let (_, lost) = said(shop, tables, &conflict.lost);
        let by = |id: EntryId, value: &str| {
            let header = core.ledger.entry(id).map(|entry| entry.header);
            let who = header.map(|header| {
                let register = tables.registers.get(&header.device).map_or("", |register| &register.name);
                words().sync.crossed_by.with([
                    value,
                    &shop.employee_name(header.employee),
                    register,
                    &format::moment(header.at),
                ])
            });
            By { id, who: who.unwrap_or_default() }
        };
        let (held_by, lost_by) = (by(conflict.held_by, &holds), by(conflict.lost_by, &lost));
        Self { what, holds, lost, held_by, lost_by }
    }
}

/// What a change of one field is about, and what it sets it to.
fn said(shop: Shop, tables: &Tables, change: &Change) -> (String, String) {
    let (all, audit) = (words(), &words().audit);
    let named = |thing: &str, field: &str| all.sync.crossed_what.with([thing, field]);
    match change {
        Change::Item(ItemChange { id, fields }) => {
            let (field, value) = item_field(shop, tables, fields);
            (named(tables.items.get(id).map_or("", |item| &item.name), field), value)
        }
        Change::Vendor(VendorChange { id, fields }) => {
            let (field, value) = vendor_field(fields);
            (named(tables.vendors.get(id).map_or("", |vendor| &vendor.name), field), value)
        }
        Change::Employee(employee) => {
            let (field, value) = employee_field(employee);
            (named(&shop.employee_name(employee.id), field), value)
        }
        Change::Shop { id, name } => (named(&shop.name_of(*id), all.item.name), name.clone()),
        Change::Register { name, shop: at, .. } => {
            (named(name, all.registers.title), tables.shops.get(at).cloned().unwrap_or_default())
        }
        Change::NegativeInventory { to, .. } => {
            let value = if *to == Mode::Allow { audit.mode_on } else { audit.mode_off };
            (all.module.title.to_owned(), value.to_owned())
        }
        Change::CostControl { to, .. } => {
            let value = if *to == CostControl::Default { audit.cost_default } else { audit.cost_last };
            (all.module.title.to_owned(), value.to_owned())
        }
        Change::Rights { role, .. } => {
            (named(role_words(*role), all.sync.crossed_rights), all.sync.crossed_those.to_owned())
        }
        Change::Cause { cause, .. } => (all.sync.crossed_cause.to_owned(), cause_words(*cause).to_owned()),
        Change::Feedback { .. } => Default::default(),
    }
}

/// The one field that is set, and what to.
fn item_field(shop: Shop, tables: &Tables, fields: &ItemFields) -> (&'static str, String) {
    let names = &words().item;
    let none = || words().common.none.to_owned();
    let or_none = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(none);
    let currency = shop.currency();
    if let Some(price) = fields.price {
        return (words().common.price, format::price(price, &currency));
    }
    if let Some(cost) = fields.default_cost {
        return (names.default_cost, or_none(cost.map(|cost| format::cost(cost, &currency))));
    }
    if let Some(vendor) = fields.vendor {
        let vendor = vendor.and_then(|vendor| tables.vendors.get(&vendor));
        return (names.vendor, or_none(vendor.map(|vendor| vendor.name.clone())));
    }
    if let Some(barcodes) = &fields.barcodes {
        let codes: Vec<&str> = barcodes.iter().map(|barcode| barcode.code.as_str()).collect();
        return (names.barcodes, or_none(Some(codes.join(", "))));
    }
    if let Some(kind) = fields.kind {
        let value = if kind == ItemKind::Inventory { names.holds_stock } else { names.holds_none };
        return (names.kind, value.to_owned());
    }
    if let Some(decimals) = fields.decimals {
        return (names.sold_in, format::count(decimals.into()));
    }
    if let Some(point) = fields.reorder_point {
        return (names.reorder_point, or_none(point.map(format::qty)));
    }
    if let Some(archived) = fields.archived {
        return (names.archived, yes_or_no(archived));
    }
    let texts = [
        (names.name, &fields.name),
        (names.sku, &fields.sku),
        (names.category, &fields.category),
        (names.vendor_code, &fields.vendor_code),
    ];
    text_field(&texts)
}

fn vendor_field(fields: &VendorFields) -> (&'static str, String) {
    let names = &words().vendors;
    if let Some(archived) = fields.archived {
        return (words().item.archived, yes_or_no(archived));
    }
    let texts = [
        (words().item.name, &fields.name),
        (names.email, &fields.email),
        (names.phone, &fields.phone),
        (names.note, &fields.note),
    ];
    text_field(&texts)
}

fn employee_field(employee: &EmployeeChange) -> (&'static str, String) {
    let words = &words().sync;
    if let Some(role) = employee.role {
        return (words.crossed_role, role_words(role).to_owned());
    }
    if let Some(active) = employee.active {
        return (words.crossed_works_here, yes_or_no(active));
    }
    if employee.pin.is_some() {
        return (words.crossed_pin, words.crossed_those.to_owned());
    }
    text_field(&[(crate::words::words().item.name, &employee.name)])
}

fn text_field(texts: &[(&'static str, &Option<String>)]) -> (&'static str, String) {
    let set = texts.iter().find_map(|(field, text)| Some((*field, text.as_ref()?)));
    set.map_or_else(Default::default, |(field, text)| {
        (field, if text.is_empty() { words().common.none.to_owned() } else { text.clone() })
    })
}
