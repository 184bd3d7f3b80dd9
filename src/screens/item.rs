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
use crate::shop::{sentence, use_shop};
use crate::widgets::figure::Figure;
use crate::widgets::notice::{Notice, Tone};

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
            <a class="back" href=Route::Items.path()>"All items"</a>
            <Show
                when=move || is_known.get()
                fallback=|| view! { <Notice tone=Tone::Plain title="There is no such item on this device"/> }
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
            <div><dt>"SKU"</dt><dd>{move || fact(|item| item.sku.clone())}</dd></div>
            <div><dt>"Barcode"</dt><dd>{move || fact(|item| item.barcodes.iter().map(|barcode| barcode.code.as_str()).collect::<Vec<_>>().join(", "))}</dd></div>
            <div><dt>"Vendor"</dt><dd>{move || item.with(|item| item.as_ref().map(|item| shop.read(|core| core.catalogue.vendor_name(item).to_owned())))}</dd></div>
            <div><dt>"Price"</dt><dd>{move || item.get().map(|item| format::price(item.price, &shop.currency()))}</dd></div>
            <Show when=sees_costs>
                <div><dt>"Default cost"</dt><dd>{move || item.get().and_then(|item| item.default_cost).map_or_else(|| "none".to_owned(), |cost| format::cost(cost, &shop.currency()))}</dd></div>
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
            <p><Figure qty=Signal::stored(on_hand)/>" on hand, "{format::qty(sellable)}" to sell"</p>
            <ul>
                {lots.into_iter().map(|lot| view! {
                    <li><a href=source(lot.line)>{format::qty(lot.qty)}" came in"</a>
                        <Show when=move || shop.sees_costs()><span>"at "{move || format::cost(lot.cost, &shop.currency())}</span></Show>
                    </li>
                }).collect_view()}
                {shortages.into_iter().map(|row| view! {
                    <li><a href=source(row.line)>{format::qty(row.open)}" of "{format::qty(row.short)}" missing"</a>
                        <span>"since "{format::moment(row.since)}</span></li>
                }).collect_view()}
                {cured.into_iter().map(|cured| view! {
                    <li><span>"Shown negative from "{format::moment(cured.since)}", cured by"</span>
                        <a href=Route::Entry(cured.by, None).path()>"an entry that arrived late"</a></li>
                }).collect_view()}
            </ul>
        </li>
    }
}

#[component]
fn Edit(item: Item) -> impl IntoView {
    let shop = use_shop();
    let name = RwSignal::new(item.name.clone());
    let price = RwSignal::new(item.price.to_string());
    let cost = RwSignal::new(item.default_cost.map(|cost| cost.to_string()).unwrap_or_default());
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
                saved.try_set(Some(result.map(|_| ()).map_err(|error| error.sentence())));
            }),
        }
    };
    view! {
        <details class="item-edit">
            <summary>"Change this item"</summary>
            <form on:submit=save>
                <label class="field"><span>"Name"</span><input type="text" required maxlength="80" bind:value=name/></label>
                <label class="field"><span>"Price"</span><input type="text" inputmode="decimal" required bind:value=price/></label>
                <label class="field"><span>"Default cost (empty for none)"</span><input type="text" inputmode="decimal" bind:value=cost/></label>
                <button class="button" data-kind="primary" disabled=move || shop.is_recording()>"Save item"</button>
                {move || saved.get().map(|saved| match saved {
                    Ok(()) => view! { <Notice tone=Tone::Good title="Saved"/> }.into_any(),
                    Err(problem) => view! { <Notice tone=Tone::Bad title=problem/> }.into_any(),
                })}
            </form>
        </details>
    }
}

/// Only what was changed: what somebody else changes meanwhile stays theirs.
fn read_changes(before: &Item, [name, price, cost]: &[String; 3]) -> Result<ItemFields, String> {
    let decimal = |text: &str| text.trim().replace(',', ".");
    let name = name.trim();
    if name.is_empty() {
        return Err("An item needs a name.".to_owned());
    }
    let price = decimal(price).parse().map_err(|error| format!("Price: {}", sentence(&error)))?;
    let default_cost = match decimal(cost).as_str() {
        "" => None,
        typed => Some(typed.parse().map_err(|error| format!("Default cost: {}", sentence(&error)))?),
    };
    let fields = ItemFields {
        name: (name != before.name).then(|| name.to_owned()),
        price: (price != before.price).then_some(price),
        default_cost: (default_cost != before.default_cost).then_some(default_cost),
        ..ItemFields::default()
    };
    if fields == ItemFields::default() { Err("Nothing was changed.".to_owned()) } else { Ok(fields) }
}
