//! What to show, how to sort it and how to put it together: the common questions in sight, the others in a sheet.

use leptos::prelude::*;
use subzero_ledger::entry::Cause;
use subzero_ledger::ids::{DeviceId, EmployeeId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::report::{AgeBucket, Column, Filter, GroupBy, Order, Shown};
use subzero_ledger::stock::Reason;

use super::causes::{age_words, cause_words, column_words, group_words, reason_words};
use super::{Actions, Asked, Reported};
use crate::device::clock;
use crate::format;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Chip;
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::Field;
use crate::widgets::search_field::SearchField;
use crate::widgets::select::{Select, ShopSelect};
use crate::words::words;

/// The options of a choice, that of everything first.
fn with_all<T>(all: &'static str, options: impl IntoIterator<Item = (T, String)>) -> Vec<(Option<T>, String)> {
    let options = options.into_iter().map(|(value, name)| (Some(value), name));
    std::iter::once((None, all.to_owned())).chain(options).collect()
}

/// The questions.
#[component]
pub(super) fn Filters(asked: Asked, report: Reported, shown: Memo<Option<Shown>>) -> impl IntoView {
    let filter = asked.filter;
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let text = text.get();
        if filter.with_untracked(|filter| filter.text != text) {
            filter.update(|filter| filter.text = text);
        }
    });
    Effect::new(move |_| {
        let cleared = filter.with(|filter| filter.text.is_empty());
        if cleared && !text.with_untracked(String::is_empty) {
            text.set(String::new());
        }
    });
    let more = RwSignal::new(false);
    let set = Memo::new(move |_| filter.with(more_set));
    view! {
        <form class="negative-inventory-filters" aria-label=words().report.filter on:submit=move |event| event.prevent_default()>
            <SearchField label=words().common.item value=text/>
            <Show when=move || !asked.is_narrow.get()><Usual asked/></Show>
            <Button press=move |()| more.set(true)>
                {move || match set.get() { 0 => words().report.more_filters.to_owned(), n => words().report.more_filters_set.of(n, []) }}
            </Button>
        </form>
        <Dialog title=words().report.more_filters open=more shape=Shape::Sheet>
            <Show when=move || asked.is_narrow.get()>
                <div class="negative-more"><Usual asked/></div>
            </Show>
            <More asked/>
            <Show when=move || asked.is_narrow.get()><Actions asked report shown/></Show>
        </Dialog>
    }
}

/// The questions that most people ask.
#[component]
fn Usual(asked: Asked) -> impl IntoView {
    let Asked { filter, order, group, .. } = asked;
    view! {
        <ShopSelect label=words().common.shop_label none=words().common.all_shops
            chosen=Signal::derive(move || filter.with(|filter| filter.shop))
            choose=move |shop| filter.update(|filter| filter.shop = shop)/>
        <Select label=words().report.cause
            options=with_all(words().report.all_causes, causes())
            chosen=Signal::derive(move || filter.with(|filter| filter.cause))
            choose=move |cause| filter.update(|filter| filter.cause = cause)/>
        <Select label=words().report.group
            options=GroupBy::ALL.map(|by| (by, group_words(by).to_owned())).to_vec()
            chosen=group choose=move |by| group.set(by)/>
        <Select label=words().report.sort
            options=Column::ALL.map(|column| (column, column_words(column).to_owned())).to_vec()
            chosen=Signal::derive(move || order.get().by)
            choose=move |by| order.update(|order| order.by = by)/>
        <label class="choice">
            <input type="checkbox" prop:checked=move || order.get().descending
                on:change=move |event| order.update(|order| order.descending = event_target_checked(&event))/>
            <span>{words().report.largest_first}</span>
        </label>
    }
}

fn causes() -> Vec<(Option<Cause>, String)> {
    let known = Cause::ALL.map(|cause| (Some(cause), cause_words(Some(cause)).to_owned()));
    known.into_iter().chain([(None, cause_words(None).to_owned())]).collect()
}

/// How many of the questions in the sheet are answered.
fn more_set(filter: &Filter) -> usize {
    [
        filter.from.is_some(),
        filter.until.is_some(),
        filter.vendor.is_some(),
        filter.category.is_some(),
        filter.reason.is_some(),
        filter.employee.is_some(),
        filter.device.is_some(),
        filter.age.is_some(),
        filter.backorders.is_some(),
        filter.cost_missing,
        filter.unsynced,
    ]
    .into_iter()
    .filter(|set| *set)
    .count()
}

/// Names for the choices that the catalogue gives.
#[derive(Clone, PartialEq)]
struct Names {
    vendors: Vec<(VendorId, String)>,
    categories: Vec<String>,
    employees: Vec<(EmployeeId, String)>,
    registers: Vec<(DeviceId, String)>,
}

fn names(shop: Shop) -> Names {
    shop.read(|core| {
        let tables = core.catalogue.tables();
        Names {
            vendors: tables.vendors.iter().map(|(id, vendor)| (*id, vendor.name.clone())).collect(),
            categories: tables.all_categories().map(str::to_owned).collect(),
            employees: tables.employees.iter().map(|(id, employee)| (*id, employee.name.clone())).collect(),
            registers: tables.registers.iter().map(|(id, register)| (*id, register.name.clone())).collect(),
        }
    })
}

#[component]
fn More(asked: Asked) -> impl IntoView {
    let shop = use_shop();
    let Asked { filter, past, .. } = asked;
    let Names { vendors, categories, employees, registers } = untrack(|| names(shop));
    let words = &words().report;
    let categories: Vec<_> = categories.into_iter().map(|category| (category.clone(), category)).collect();
    let go_back = move |event| {
        let day = event_target_value(&event);
        // An evening that is still to come is now.
        let evening = format::day_bounds(&day).and_then(|(_, end)| evening_before(end));
        past.set(evening.filter(|(evening, _)| *evening < clock::now()));
    };
    view! {
        <div class="negative-more">
            <Select label=words.reason options=with_all(words.all_reasons, Reason::ALL.map(|reason| (reason, reason_words(reason).to_owned())))
                chosen=Signal::derive(move || filter.with(|filter| filter.reason))
                choose=move |reason| filter.update(|filter| filter.reason = reason)/>
            <Select label=words.age options=with_all(words.all_ages, AgeBucket::ALL.map(|age| (age, age_words(age).to_owned())))
                chosen=Signal::derive(move || filter.with(|filter| filter.age))
                choose=move |age| filter.update(|filter| filter.age = age)/>
            <Select label=words.vendor options=with_all(words.all_vendors, vendors)
                chosen=Signal::derive(move || filter.with(|filter| filter.vendor))
                choose=move |vendor| filter.update(|filter| filter.vendor = vendor)/>
            <Select label=words.category options=with_all(words.all_categories, categories)
                chosen=Signal::derive(move || filter.with(|filter| filter.category.clone()))
                choose=move |category| filter.update(|filter| filter.category = category)/>
            <Select label=words.employee options=with_all(words.everybody, employees)
                chosen=Signal::derive(move || filter.with(|filter| filter.employee))
                choose=move |employee| filter.update(|filter| filter.employee = employee)/>
            <Select label=words.register options=with_all(words.all_registers, registers)
                chosen=Signal::derive(move || filter.with(|filter| filter.device))
                choose=move |device| filter.update(|filter| filter.device = device)/>
            <Select label=words.backorders
                options=vec![(None, words.with_backorders.to_owned()), (Some(false), words.no_backorders.to_owned()), (Some(true), words.only_backorders.to_owned())]
                chosen=Signal::derive(move || filter.with(|filter| filter.backorders))
                choose=move |backorders| filter.update(|filter| filter.backorders = backorders)/>
            <Field label=words.from>
                <input type="date" prop:value=move || filter.with(|filter| filter.from.map(format::date_field).unwrap_or_default())
                    on:change=move |event| filter.update(|filter| filter.from = format::day_bounds(&event_target_value(&event)).map(|(from, _)| from))/>
            </Field>
            <Field label=words.until>
                <input type="date" prop:value=move || filter.with(|filter| filter.until.and_then(evening_before).map(|(_, day)| day).unwrap_or_default())
                    on:change=move |event| filter.update(|filter| filter.until = format::day_bounds(&event_target_value(&event)).map(|(_, until)| until))/>
            </Field>
            <div class="chips">
                <Chip press=move |()| past.set(evening_before(format::day_began(clock::now())))>{words.as_of_yesterday}</Chip>
                <Chip press=move |()| past.set(evening_before(format::month_began(clock::now())))>{words.as_of_month}</Chip>
            </div>
            <Field label=words.as_of>
                <input type="date" max=format::date_field(clock::now()) prop:value=move || past.get().map(|(_, day)| day).unwrap_or_default() on:change=go_back/>
            </Field>
            <label class="choice">
                <input type="checkbox" prop:checked=move || filter.with(|filter| filter.cost_missing)
                    on:change=move |event| filter.update(|filter| filter.cost_missing = event_target_checked(&event))/>
                <span>{crate::words::words().common.cost_missing}</span>
            </label>
            <label class="choice">
                <input type="checkbox" prop:checked=move || filter.with(|filter| filter.unsynced)
                    on:change=move |event| filter.update(|filter| filter.unsynced = event_target_checked(&event))/>
                <span>{crate::words::words().common.not_sent_yet}</span>
            </label>
        </div>
    }
}

/// The last moment before one, and its day as a field for dates has it.
fn evening_before(next: Instant) -> Option<(Instant, String)> {
    let evening = Instant::from_unix_ms(next.unix_ms() - 1)?;
    Some((evening, format::date_field(evening)))
}

/// What is asked beyond the usual, each to be taken back with one tap.
#[component]
pub(super) fn ActiveFilters(asked: Asked) -> impl IntoView {
    let Asked { filter, past, .. } = asked;
    let is_set = Memo::new(move |_| filter.with(|filter| *filter != Filter::default()));
    view! {
        <div class="chips negative-active">
            <Show when=move || past.with(Option::is_some)>
                <Chip press=move |()| past.set(None)>{words().report.back_to_now}</Chip>
            </Show>
            <Show when=move || is_set.get()>
                <Button kind=Kind::Quiet press=move |()| filter.set(Filter::default())>{words().report.all_of_it}</Button>
            </Show>
        </div>
    }
}

/// Sorts by a column; by the same one again, the other way round.
pub(super) fn sort_by(order: RwSignal<Order>, by: Column) {
    order.update(|order| {
        let again = order.by == by;
        *order = Order { by, descending: again && !order.descending };
    });
}
