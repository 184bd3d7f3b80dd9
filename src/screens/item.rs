//! One item: what it is, what is on hand in each shop, which lots and shortages that is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Item;
use subzero_ledger::entry::catalogue::{ItemFields, Role};
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
    let known = Memo::new(move |_| shop.item(item));
    view! {
        <div class="item">
            <a class="back" href=Route::Items.path()>"All items"</a>
            {move || match known.get() {
                Some(item) => view! { <Known item/> }.into_any(),
                None => view! { <Notice tone=Tone::Plain title="There is no such item on this device"/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(item: Item) -> impl IntoView {
    let shop = use_shop();
    let id = item.id;
    let sees_costs = move || shop.role().sees_costs();
    let stocks = Memo::new(move |_| {
        shop.read(|core| {
            let stocks = core.catalogue.shops.keys().filter(|shop| **shop != ShopId::OFFICE);
            stocks.map(|&at| (at, core.ledger.stock(id, at).cloned().unwrap_or_default())).collect::<Vec<_>>()
        })
    });
    let (name, sku, barcodes, vendor) =
        (item.name.clone(), item.sku.clone(), item.barcodes.join(", "), item.vendor.clone());
    let (price, default_cost) = (item.price, item.default_cost);
    view! {
        <h1>{name}</h1>
        <dl class="facts">
            <div><dt>"SKU"</dt><dd>{sku}</dd></div>
            <div><dt>"Barcode"</dt><dd>{barcodes}</dd></div>
            <div><dt>"Vendor"</dt><dd>{vendor}</dd></div>
            <div><dt>"Price"</dt><dd>{move || format::price(price, &shop.currency())}</dd></div>
            <Show when=sees_costs>
                <div><dt>"Default cost"</dt><dd>{move || default_cost.map_or_else(|| "none".to_owned(), |cost| format::cost(cost, &shop.currency()))}</dd></div>
            </Show>
        </dl>
        <ul class="item-shops">
            {move || stocks.get().into_iter().map(|(at, stock)| view! { <InShop at stock/> }).collect_view()}
        </ul>
        <Show when=move || matches!(shop.role(), Role::Manager | Role::Owner)>
            <Edit item=item.clone()/>
        </Show>
    }
}

#[component]
fn InShop(at: ShopId, stock: Stock) -> impl IntoView {
    let shop = use_shop();
    let source = move |line: LineId| Route::source(line).path();
    let lots: Vec<_> = stock.lots().copied().collect();
    let shortages: Vec<_> = stock.shortages().copied().collect();
    let (on_hand, sellable) = (stock.on_hand(), stock.sellable());
    view! {
        <li class="item-shop">
            <h2>{move || shop.name_of(at)}</h2>
            <p><Figure qty=Signal::stored(on_hand)/>" on hand, "{format::qty(sellable)}" to sell"</p>
            <ul>
                {lots.into_iter().map(|lot| view! {
                    <li><a href=source(lot.line)>{format::qty(lot.qty)}" came in"</a>
                        <Show when=move || shop.role().sees_costs()><span>"at "{move || format::cost(lot.cost, &shop.currency())}</span></Show>
                    </li>
                }).collect_view()}
                {shortages.into_iter().map(|row| view! {
                    <li><a href=source(row.line)>{format::qty(row.open)}" of "{format::qty(row.short)}" missing"</a>
                        <span>"since "{format::moment(row.since)}</span></li>
                }).collect_view()}
            </ul>
        </li>
    }
}

#[component]
fn Edit(item: Item) -> impl IntoView {
    let shop = use_shop();
    let id = item.id;
    let name = RwSignal::new(item.name);
    let price = RwSignal::new(item.price.to_string());
    let cost = RwSignal::new(item.default_cost.map(|cost| cost.to_string()).unwrap_or_default());
    let saved = RwSignal::new(None::<Result<(), String>>);
    let decimal = |text: RwSignal<String>| text.get_untracked().trim().replace(',', ".");
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed_cost = decimal(cost);
        let fields = (|| {
            Ok::<_, subzero_ledger::decimal::DecimalError>(ItemFields {
                name: Some(name.get_untracked().trim().to_owned()),
                price: Some(decimal(price).parse()?),
                default_cost: Some(if typed_cost.is_empty() { None } else { Some(typed_cost.parse()?) }),
                ..ItemFields::default()
            })
        })();
        match fields {
            Err(error) => saved.set(Some(Err(sentence(&error)))),
            Ok(fields) => spawn_local(async move {
                let result = shop.save_item(id, fields).await;
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
