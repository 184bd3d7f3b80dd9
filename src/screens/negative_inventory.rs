//! The Negative inventory report: every item that is negative now, with the adjustments that led there.
//!
//! It is computed on this device from what this device knows, at once, and says how fresh that is.

use leptos::prelude::*;
use subzero_ledger::ids::ShopId;
use subzero_ledger::report::{Filter, Group, Report, Row, negative_inventory};
use subzero_ledger::stock::Reason;

use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::shop::{Heard, use_shop};
use crate::widgets::field::Field;
use crate::widgets::figure::Figure;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::words;

/// Why units went out, in a shop's words.
const fn reason_words(reason: Reason) -> &'static str {
    let words = &words().report;
    match reason {
        Reason::Sale => words.sale,
        Reason::VendorReturn => words.vendor_return,
        Reason::Transfer => words.transfer,
        Reason::Adjustment => words.adjustment,
    }
}

/// The report.
#[component]
pub fn NegativeInventoryScreen() -> impl IntoView {
    let shop = use_shop();
    let filter = RwSignal::new(Filter::default());
    let report = Memo::new(move |_| {
        filter.with(|filter| shop.read(|core| negative_inventory(&core.ledger, &core.catalogue, filter)).ok())
    });
    let groups = move || report.get().map(|report| report.groups).unwrap_or_default();
    let is_filtered = move || filter.with(|filter| *filter != Filter::default());
    view! {
        <div class="negative-inventory">
            <h1>{words().report.title}</h1>
            <Freshness/>
            <Totals report/>
            <Filters filter/>
            {move || report.with(Option::is_none).then(|| view! {
                <Notice tone=Tone::Bad title=words().report.too_large/>
            })}
            {move || groups().into_iter().map(|group| view! { <GroupTable group/> }).collect_view()}
            <Show when=move || report.with(|report| report.as_ref().is_some_and(|report| report.groups.is_empty()))>
                <Empty text=Signal::derive(move || if is_filtered() { words().report.nothing_matches } else { words().report.nothing }.to_owned())/>
            </Show>
        </div>
    }
}

#[component]
fn Freshness() -> impl IntoView {
    let shop = use_shop();
    let freshness = move || {
        let sent = match shop.unsent() {
            0 => String::new(),
            unsent => format!(" {}", words().fresh.unsent.of(unsent, [])),
        };
        let heard = match shop.heard() {
            Heard::Now => words().fresh.now.with([&format::time(clock::now())]),
            Heard::At(at) => words().fresh.since.with([&format::moment(at)]),
            Heard::Never => words().fresh.never.to_owned(),
        };
        format!("{heard}{sent}")
    };
    view! { <p class="negative-inventory-fresh" role="status">{freshness}</p> }
}

#[component]
fn Totals(report: Memo<Option<Report>>) -> impl IntoView {
    let shop = use_shop();
    let totals = move || report.with(|report| report.as_ref().map(|report| report.totals)).unwrap_or_default();
    view! {
        <dl class="totals">
            <div><dt>{words().report.items}</dt><dd>{move || format::count(totals().items)}</dd></div>
            <div><dt>{words().report.units}</dt><dd>{move || format::qty(totals().units)}</dd></div>
            <Show when=move || shop.sees_costs()>
                <div><dt>{words().report.exposure}</dt><dd>{move || format::amount(totals().exposure, &shop.currency())}</dd></div>
            </Show>
            <div><dt>{words().report.oldest}</dt><dd>{move || totals().oldest.map_or_else(|| words().common.dash.to_owned(), |oldest| format::age(oldest, clock::now()))}</dd></div>
        </dl>
    }
}

#[component]
fn Filters(filter: RwSignal<Filter>) -> impl IntoView {
    let shop = use_shop();
    let shops = Memo::new(move |_| {
        shop.read(|core| {
            let shops = core.catalogue.shops.iter().filter(|(id, _)| **id != ShopId::OFFICE);
            shops.map(|(id, name)| (*id, name.clone())).collect::<Vec<_>>()
        })
    });
    let choose_shop = move |event| {
        let chosen = event_target_value(&event).parse().ok().map(ShopId);
        filter.update(|filter| filter.shop = chosen);
    };
    let reasons = [Reason::Sale, Reason::VendorReturn, Reason::Transfer, Reason::Adjustment];
    let choose_reason = move |event| {
        let chosen = event_target_value(&event);
        filter.update(|filter| filter.reason = reasons.into_iter().find(|reason| reason.code() == chosen));
    };
    view! {
        <form class="negative-inventory-filters" aria-label=words().report.filter on:submit=move |event| event.prevent_default()>
            <Field label=words().common.item>
                <input type="search" autocomplete="off" prop:value=move || filter.with(|filter| filter.text.clone())
                    on:input=move |event| filter.update(|filter| filter.text = event_target_value(&event))/>
            </Field>
            <Field label=words().common.shop_label>
                <select on:change=choose_shop>
                    <option value="">{words().common.all_shops}</option>
                    <For each=move || shops.get() key=|(id, _)| *id let((id, name))>
                        <option value=id.to_string()>{name}</option>
                    </For>
                </select>
            </Field>
            <Field label=words().report.reason>
                <select on:change=choose_reason>
                    <option value="">{words().report.all_reasons}</option>
                    {reasons.map(|reason| view! { <option value=reason.code()>{reason_words(reason)}</option> }).collect_view()}
                </select>
            </Field>
            <label class="choice">
                <input type="checkbox" on:change=move |event| filter.update(|filter| filter.cost_missing = event_target_checked(&event))/>
                <span>{words().report.cost_missing}</span>
            </label>
            <label class="choice">
                <input type="checkbox" on:change=move |event| filter.update(|filter| filter.unsynced = event_target_checked(&event))/>
                <span>{words().common.not_sent_yet}</span>
            </label>
        </form>
    }
}

#[component]
fn GroupTable(group: Group) -> impl IntoView {
    let shop = use_shop();
    let sees_costs = shop.sees_costs();
    let Group { item, shop: at, on_hand, rows, partly_shown, .. } = group;
    let name = shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    let sum = rows.iter().map(|row| format::qty(row.open)).collect::<Vec<_>>().join(" + ");
    let heading = words().report.in_shop.with([&name, &shop.name_of(at)]);
    let receive = Route::Receive(Some((item, on_hand.negated()))).path();
    let here = at == shop.id();
    view! {
        <section class="negative-group" aria-label=heading.clone()>
            <header>
                <h2><a href=Route::Item(item).path()>{name}</a><small>{shop.name_of(at)}</small></h2>
                <Figure qty=Signal::stored(on_hand)/>
                {here.then(|| view! { <a class="button" data-kind="primary" href=receive>{words().report.receive}</a> })}
            </header>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words().report.reason}</th>
                        <th scope="col">{words().report.source}</th>
                        <th scope="col" class="number">{words().report.went_negative}</th>
                        <th scope="col" class="number">{words().report.still_open}</th>
                        {sees_costs.then(|| view! {
                            <th scope="col" class="number">{words().common.unit_cost}</th>
                            <th scope="col" class="number">{words().report.exposure}</th>
                        })}
                        <th scope="col" class="when">{words().report.when}</th>
                        <th scope="col">{words().report.age}</th>
                        <th scope="col">{words().report.employee}</th>
                        <th scope="col">{words().report.register}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <TableRow row sees_costs/> }).collect_view()}</tbody>
            </table>
            <p class="negative-group-sum">
                {if partly_shown {
                    words().report.partly_shown.to_owned()
                } else {
                    words().report.adds_up.with([&format::qty(on_hand), &sum])
                }}
            </p>
        </section>
    }
}

#[component]
fn TableRow(row: Row, sees_costs: bool) -> impl IntoView {
    let shop = use_shop();
    let currency = shop.currency();
    let (source, employee, register) = shop.read(|core| {
        let receipt =
            core.ledger.entry(row.line.entry).and_then(|entry| entry.body.as_sale()).map(|sale| sale.receipt.clone());
        let employee =
            row.employee.and_then(|id| core.catalogue.employees.get(&id)).map(|employee| employee.name.clone());
        let register =
            row.device.and_then(|id| core.catalogue.registers.get(&id)).map(|register| register.name.clone());
        (receipt, employee, register)
    });
    let source = source.unwrap_or_else(|| words().report.entry_line.with([&(row.line.line + 1).to_string()]));
    let unit_cost =
        if row.cost_missing { words().report.cost_missing.to_owned() } else { format::cost(row.unit_cost, &currency) };
    view! {
        <tr>
            <td data-label=words().report.reason>{reason_words(row.reason)}{row.unsynced.then(|| view! { <span class="tag">{words().common.not_sent_yet}</span> })}</td>
            <td data-label=words().report.source><a href=Route::source(row.line).path()>{source}</a></td>
            <td data-label=words().report.went_negative class="number">{format::qty(row.short)}</td>
            <td data-label=words().report.still_open class="number">{format::qty(row.open)}</td>
            {sees_costs.then(|| view! {
                <td data-label=words().common.unit_cost class="number">{unit_cost}</td>
                <td data-label=words().report.exposure class="number">{format::amount(row.exposure, &currency)}</td>
            })}
            <td data-label=words().report.when><time datetime=format::iso(row.since)>{format::moment(row.since)}</time></td>
            <td data-label=words().report.age>{format::age(row.since, clock::now())}</td>
            <td data-label=words().report.employee>{employee.unwrap_or_default()}</td>
            <td data-label=words().report.register>{register.unwrap_or_default()}</td>
        </tr>
    }
}
