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
use crate::widgets::figure::Figure;
use crate::widgets::notice::{Notice, Tone};

/// Why units went out, in a shop's words.
const fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::Sale => "Sale",
        Reason::VendorReturn => "Returned to vendor",
        Reason::Transfer => "Removed for transfer",
        Reason::Adjustment => "Adjustment",
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
            <h1>"Negative inventory"</h1>
            <Freshness/>
            <Totals report/>
            <Filters filter/>
            {move || report.with(Option::is_none).then(|| view! {
                <Notice tone=Tone::Bad title="The figures are too large to add up"/>
            })}
            {move || groups().into_iter().map(|group| view! { <GroupTable group/> }).collect_view()}
            <Show when=move || report.with(|report| report.as_ref().is_some_and(|report| report.groups.is_empty()))>
                <p class="empty">{move || if is_filtered() { "Nothing negative matches this filter." } else { "Nothing is negative." }}</p>
            </Show>
        </div>
    }
}

#[component]
fn Freshness() -> impl IntoView {
    let shop = use_shop();
    let words = move || {
        let sent = match shop.unsent() {
            0 => String::new(),
            1 => " One entry of this device is not sent yet.".to_owned(),
            unsent => format!(" {unsent} entries of this device are not sent yet."),
        };
        let heard = match shop.heard() {
            Heard::Now => format!("As of {}.", format::time(clock::now())),
            Heard::At(at) => {
                format!("As of {}; offline since. Other registers may have sold or received more.", format::moment(at))
            }
            Heard::Never => "As this device knows it.".to_owned(),
        };
        format!("{heard}{sent}")
    };
    view! { <p class="negative-inventory-fresh" role="status">{words}</p> }
}

#[component]
fn Totals(report: Memo<Option<Report>>) -> impl IntoView {
    let shop = use_shop();
    let totals = move || report.with(|report| report.as_ref().map(|report| report.totals)).unwrap_or_default();
    view! {
        <dl class="totals">
            <div><dt>"Items"</dt><dd>{move || totals().items}</dd></div>
            <div><dt>"Units"</dt><dd>{move || format::qty(totals().units)}</dd></div>
            <Show when=move || shop.sees_costs()>
                <div><dt>"Exposure"</dt><dd>{move || format::amount(totals().exposure, &shop.currency())}</dd></div>
            </Show>
            <div><dt>"Oldest"</dt><dd>{move || totals().oldest.map_or_else(|| "\u{2013}".to_owned(), |oldest| format::age(oldest, clock::now()))}</dd></div>
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
        <form class="negative-inventory-filters" aria-label="Filter" on:submit=move |event| event.prevent_default()>
            <label class="field">
                <span>"Item"</span>
                <input type="search" autocomplete="off" prop:value=move || filter.with(|filter| filter.text.clone())
                    on:input=move |event| filter.update(|filter| filter.text = event_target_value(&event))/>
            </label>
            <label class="field">
                <span>"Shop"</span>
                <select on:change=choose_shop>
                    <option value="">"All shops"</option>
                    <For each=move || shops.get() key=|(id, _)| *id let((id, name))>
                        <option value=id.to_string()>{name}</option>
                    </For>
                </select>
            </label>
            <label class="field">
                <span>"Reason"</span>
                <select on:change=choose_reason>
                    <option value="">"All reasons"</option>
                    {reasons.map(|reason| view! { <option value=reason.code()>{words(reason)}</option> }).collect_view()}
                </select>
            </label>
            <label class="choice">
                <input type="checkbox" on:change=move |event| filter.update(|filter| filter.cost_missing = event_target_checked(&event))/>
                <span>"Cost missing"</span>
            </label>
            <label class="choice">
                <input type="checkbox" on:change=move |event| filter.update(|filter| filter.unsynced = event_target_checked(&event))/>
                <span>"Not sent yet"</span>
            </label>
        </form>
    }
}

#[component]
fn GroupTable(group: Group) -> impl IntoView {
    let shop = use_shop();
    let sees_costs = shop.sees_costs();
    let Group { item, shop: at, on_hand, rows, partly_shown, .. } = group;
    let name = shop.item(item).map_or_else(|| "Unknown item".to_owned(), |item| item.name);
    let sum = rows.iter().map(|row| format::qty(row.open)).collect::<Vec<_>>().join(" + ");
    let heading = format!("{name}, {}", shop.name_of(at));
    let receive = Route::Receive(Some((item, on_hand.negated()))).path();
    let here = at == shop.id();
    view! {
        <section class="negative-group" aria-label=heading.clone()>
            <header>
                <h2><a href=Route::Item(item).path()>{name}</a><small>{shop.name_of(at)}</small></h2>
                <Figure qty=Signal::stored(on_hand)/>
                {here.then(|| view! { <a class="button" data-kind="primary" href=receive>"Receive"</a> })}
            </header>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Reason"</th>
                        <th scope="col">"Source"</th>
                        <th scope="col" class="number">"Went negative"</th>
                        <th scope="col" class="number">"Still open"</th>
                        {sees_costs.then(|| view! {
                            <th scope="col" class="number">"Unit cost"</th>
                            <th scope="col" class="number">"Exposure"</th>
                        })}
                        <th scope="col" class="when">"When"</th>
                        <th scope="col">"Age"</th>
                        <th scope="col">"Employee"</th>
                        <th scope="col">"Register"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <TableRow row sees_costs/> }).collect_view()}</tbody>
            </table>
            <p class="negative-group-sum">
                {if partly_shown {
                    "The filter hides some of this item’s rows; those shown do not add up.".to_owned()
                } else {
                    format!("{} on hand = \u{2212}({sum}) still open", format::qty(on_hand))
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
    let source = source.unwrap_or_else(|| format!("Entry, line {}", row.line.line + 1));
    let unit_cost = if row.cost_missing { "Cost missing".to_owned() } else { format::cost(row.unit_cost, &currency) };
    view! {
        <tr>
            <td data-label="Reason">{words(row.reason)}{row.unsynced.then(|| view! { <span class="tag">"Not sent yet"</span> })}</td>
            <td data-label="Source"><a href=Route::source(row.line).path()>{source}</a></td>
            <td data-label="Went negative" class="number">{format::qty(row.short)}</td>
            <td data-label="Still open" class="number">{format::qty(row.open)}</td>
            {sees_costs.then(|| view! {
                <td data-label="Unit cost" class="number">{unit_cost}</td>
                <td data-label="Exposure" class="number">{format::amount(row.exposure, &currency)}</td>
            })}
            <td data-label="When"><time datetime=format::iso(row.since)>{format::moment(row.since)}</time></td>
            <td data-label="Age">{format::age(row.since, clock::now())}</td>
            <td data-label="Employee">{employee.unwrap_or_default()}</td>
            <td data-label="Register">{register.unwrap_or_default()}</td>
        </tr>
    }
}
