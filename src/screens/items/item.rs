//! One item: what it is, what is on hand in each shop, which lots and shortages that is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Item;
use subzero_ledger::entry::catalogue::ItemFields;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{ItemId, LineId, ShopId};
use subzero_ledger::stock::Stock;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::TextField;
use crate::widgets::figure::Figure;
use crate::widgets::money_field::MoneyField;
use crate::widgets::notice::{Notice, Tone};
use crate::words::{ToWords as _, words};

/// The screen.
#[component]
pub fn ItemScreen(
    /// Which item.
    item: ItemId,
) -> impl IntoView {
    let shop = use_shop();
    // The form in it stays as it is while the item changes.
    let is_known = Memo::new(move |_| shop.item(item).is_some());
    view! {
        <div class="item">
            <a class="back" href=Route::Items.path()>{words().item.all}</a>
            <Show
                when=move || is_known.get()
                fallback=|| view! { <Notice tone=Tone::Plain title=words().item.unknown/> }
            >
                <Known id=item/>
            </Show>
        </div>
    }
}

#[component]
fn Known(id: ItemId) -> impl IntoView {
    let shop = use_shop();
    let item = Memo::new(move |_| shop.item(id));
    let fact = move |fact: fn(&Item) -> String| item.with(|item| item.as_ref().map(fact));
    let sees_costs = move || shop.sees_costs();
    let stocks = Memo::new(move |_| {
        shop.read(|core| {
            let stocks = core.catalogue.shops.keys().filter(|shop| **shop != ShopId::OFFICE);
            stocks.map(|&at| (at, core.ledger.stock(id, at).cloned().unwrap_or_default())).collect::<Vec<_>>()
        })
    });
    view! {
        <h1>{move || fact(|item| item.name.clone())}</h1>
        <dl class="facts">
            <div><dt>{words().item.sku}</dt><dd>{move || fact(|item| item.sku.clone())}</dd></div>
            <div><dt>{words().item.barcode}</dt><dd>{move || fact(|item| item.barcodes.iter().map(|barcode| barcode.code.as_str()).collect::<Vec<_>>().join(", "))}</dd></div>
            <div><dt>{words().item.vendor}</dt><dd>{move || item.with(|item| item.as_ref().map(|item| shop.read(|core| core.catalogue.vendor_name(item).to_owned())))}</dd></div>
            <div><dt>{words().common.price}</dt><dd>{move || item.get().map(|item| format::price(item.price, &shop.currency()))}</dd></div>
            <Show when=sees_costs>
                <div><dt>{words().item.default_cost}</dt><dd>{move || item.get().and_then(|item| item.default_cost).map_or_else(|| words().common.none.to_owned(), |cost| format::cost(cost, &shop.currency()))}</dd></div>
            </Show>
        </dl>
        <ul class="item-shops">
            {move || stocks.get().into_iter().map(|(at, stock)| view! { <InShop item=id at stock/> }).collect_view()}
        </ul>
        <Show when=move || matches!(shop.role(), Role::Manager | Role::Owner)>
            {item.get_untracked().map(|item| view! { <Edit item/> })}
        </Show>
    }
}

#[component]
fn InShop(item: ItemId, at: ShopId, stock: Stock) -> impl IntoView {
    let shop = use_shop();
    let source = move |line: LineId| Route::source(line).path();
    let lots: Vec<_> = stock.lots().copied().collect();
    let shortages: Vec<_> = stock.shortages().copied().collect();
    let (on_hand, sellable) = (stock.on_hand(), stock.sellable());
    let cured = shop.read(|core| core.ledger.cured(item, at));
    view! {
        <li class="item-shop">
            <h2>{move || shop.name_of(at)}</h2>
            <p><Figure qty=Signal::stored(on_hand)/>" "{words().item.on_hand_to_sell.with([&format::qty(sellable)])}</p>
            <ul>
                {lots.into_iter().map(|lot| view! {
                    <li><a href=source(lot.line)>{words().item.came_in.with([&format::qty(lot.qty)])}</a>
                        <Show when=move || shop.sees_costs()><span>{move || words().item.at_cost.with([&format::cost(lot.cost, &shop.currency())])}</span></Show>
                    </li>
                }).collect_view()}
                {shortages.into_iter().map(|row| view! {
                    <li><a href=source(row.line)>{words().item.missing.with([&format::qty(row.open), &format::qty(row.short)])}</a>
                        <span>{words().item.since.with([&format::moment(row.since)])}</span></li>
                }).collect_view()}
                {cured.into_iter().map(|cured| view! {
                    <li><span>{words().item.cured.with([&format::moment(cured.since)])}</span>
                        <a href=Route::Entry(cured.by, None).path()>{words().item.cured_by}</a></li>
                }).collect_view()}
            </ul>
        </li>
    }
}

#[component]
fn Edit(item: Item) -> impl IntoView {
    let shop = use_shop();
    let name = RwSignal::new(item.name.clone());
    let price = RwSignal::new(format::field(&item.price));
    let cost = RwSignal::new(item.default_cost.map(|cost| format::field(&cost)).unwrap_or_default());
    let before = StoredValue::new(item);
    let saved = RwSignal::new(None::<Result<(), String>>);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = [name, price, cost].map(|text| text.get_untracked());
        match before.with_value(|before| read_changes(before, &typed)) {
            Err(problem) => saved.set(Some(Err(problem))),
            Ok(fields) => spawn_local(async move {
                let result = shop.save_item(before.with_value(|item| item.id), fields).await;
                if result.is_ok()
                    && let Some(now) = untrack(|| shop.item(before.with_value(|item| item.id)))
                {
                    before.try_set_value(now);
                }
                saved.try_set(Some(result.map(|_| ()).map_err(|error| error.to_words())));
            }),
        }
    };
    view! {
        <details class="item-edit">
            <summary>{words().item.change}</summary>
            <form on:submit=save>
                <TextField label=words().item.name value=name required=true/>
                <MoneyField label=words().common.price value=price currency=shop.currency()/>
                <MoneyField label=words().item.default_cost_or_none value=cost currency=shop.currency()/>
                <Button kind=Kind::Primary busy=Signal::derive(move || shop.is_recording())>{words().item.save}</Button>
                {move || saved.get().map(|saved| match saved {
                    Ok(()) => view! { <Notice tone=Tone::Good title=words().common.saved/> }.into_any(),
                    Err(problem) => view! { <Notice tone=Tone::Bad title=problem/> }.into_any(),
                })}
            </form>
        </details>
    }
}

/// Only what was changed: what somebody else changes meanwhile stays theirs.
fn read_changes(before: &Item, [name, price, cost]: &[String; 3]) -> Result<ItemFields, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(words().item.needs_name.to_owned());
    }
    let price = format::typed(price).map_err(|error| words().item.price_problem.with([&error.to_words()]))?;
    let default_cost = match cost.trim() {
        "" => None,
        typed => Some(format::typed(typed).map_err(|error| words().item.cost_problem.with([&error.to_words()]))?),
    };
    let fields = ItemFields {
        name: (name != before.name).then(|| name.to_owned()),
        price: (price != before.price).then_some(price),
        default_cost: (default_cost != before.default_cost).then_some(default_cost),
        ..ItemFields::default()
    };
    if fields == ItemFields::default() { Err(words().item.unchanged.to_owned()) } else { Ok(fields) }
}
