//! One item: what it is, what is on hand in each shop and in all, which lots and shortages that is, and all that ever happened to it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Item;
use subzero_ledger::entry::ItemKind;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::ids::{ItemId, LineId, ShopId};
use subzero_ledger::ledger::Absorption;
use subzero_ledger::quantity::Qty;
use subzero_ledger::stock::{Lot, Stock};

use super::card::Card;
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::screens::negative_inventory::item::RuleLine;
use crate::screens::sync_status::crossed::Crossed;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::figure::Figure;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::Select;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The screen.
#[component]
pub fn ItemScreen(
    /// Which item.
    item: ItemId,
) -> impl IntoView {
    let shop = use_shop();
    // The card in it stays as it is while the item changes.
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
    let names = &words().item;
    let item = Memo::new(move |_| shop.item(id));
    let holds_stock =
        Memo::new(move |_| item.with(|item| item.as_ref().is_some_and(|item| item.kind == ItemKind::Inventory)));
    let stocks = Memo::new(move |_| {
        shop.read(|core| {
            let stocks = core.catalogue.shops.keys().filter(|shop| **shop != ShopId::OFFICE);
            stocks.map(|&at| (at, core.ledger.stock(id, at).cloned().unwrap_or_default())).collect::<Vec<_>>()
        })
    });
    let card_of = RwSignal::new(untrack(|| shop.seen()));
    let shops = Signal::derive(move || {
        stocks.with(|stocks| stocks.iter().map(|(at, _)| (*at, shop.name_of(*at))).collect::<Vec<_>>())
    });
    let is_archived = move || item.with(|item| item.as_ref().is_some_and(|item| item.archived));
    view! {
        <header class="list-top">
            <h1>
                {move || item.with(|item| item.as_ref().map(|item| item.name.clone()))}
                <Show when=is_archived><span class="tag">{names.archived}</span></Show>
            </h1>
            <Actions id item/>
        </header>
        <Crossed of=id/>
        <CountsThatAbsorbed id stocks/>
        {move || item.get().map(|item| view! { <Facts item/> })}
        <Show when=move || holds_stock.get() || stocks.with(|stocks| stocks.iter().any(|(_, stock)| !stock.on_hand().is_zero()))>
            <Totals id stocks/>
            <ul class="item-shops">
                {move || stocks.get().into_iter().map(|(at, stock)| view! { <InShop item=id at stock/> }).collect_view()}
            </ul>
        </Show>
        <Show when=move || holds_stock.get()><RuleLine item=id at=card_of/></Show>
        <section class="item-history">
            <header class="list-top">
                <h2>{names.card}</h2>
                <Select label=words().common.shop_label options=shops chosen=card_of choose=move |at| card_of.set(at)/>
            </header>
            <Card item=id at=card_of/>
        </section>
    }
}

/// What can be done with it.
#[component]
fn Actions(id: ItemId, item: Memo<Option<Item>>) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().item;
    let archive = move |()| {
        let Some(before) = item.get_untracked() else { return };
        let now = Item { archived: !before.archived, ..before.clone() };
        spawn_local(async move {
            match shop.enter_all(|desk| desk.save_item(Some(&before), &now)).await {
                Ok(()) => {
                    let said = if now.archived { names.now_archived } else { names.now_back };
                    let back = Callback::new(move |()| {
                        let (before, now) = (before.clone(), now.clone());
                        spawn_local(async move {
                            match shop.enter_all(|desk| desk.save_item(Some(&now), &before)).await {
                                Ok(()) => toaster.say(words().orders.taken_back),
                                Err(error) => toaster.say(error.to_words()),
                            }
                        });
                    });
                    toaster.say_with_undo(said, back);
                }
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    let is_archived = move || item.with(|item| item.as_ref().is_some_and(|item| item.archived));
    view! {
        <Show when=move || shop.may(Right::ChangeItems) != May::No>
            <span class="list-actions">
                <a class="button" href=Route::EditItem(id).path()>{names.change}</a>
                <Button press=archive busy=Signal::derive(move || shop.is_recording())>
                    {move || if is_archived() { names.bring_back } else { names.archive }}
                </Button>
            </span>
        </Show>
    }
}

/// What a count had already when it arrived, as long as on hand may be wrong for it.
#[component]
fn CountsThatAbsorbed(id: ItemId, stocks: Memo<Vec<(ShopId, Stock)>>) -> impl IntoView {
    let shop = use_shop();
    let names = &words().entry;
    let found = Memo::new(move |_| {
        let now = clock::now();
        shop.read(|core| {
            let shops = stocks.with(|stocks| stocks.iter().map(|(at, _)| *at).collect::<Vec<_>>());
            let of_shop = |at| core.ledger.absorptions(id, at, now).into_iter().map(move |found| (at, found));
            shops.into_iter().flat_map(of_shop).collect::<Vec<(ShopId, Absorption)>>()
        })
    });
    let line = move |(at, Absorption { count, lines }): (ShopId, Absorption)| {
        let day = format::day(count.counted);
        let title = if stocks.with(Vec::len) > 1 {
            names.absorptions_in.of(lines, [&day, &shop.name_of(at)])
        } else {
            names.absorptions.of(lines, [&day])
        };
        view! {
            <Notice tone=Tone::Plain title>
                <p>{names.count_again}</p>
                <a class="button" href=Route::Entry(count.by, None).path()>{names.see_count}</a>
            </Notice>
        }
    };
    move || found.get().into_iter().map(line).collect_view()
}

#[component]
fn Facts(item: Item) -> impl IntoView {
    let shop = use_shop();
    let names = &words().item;
    let none = || words().common.none.to_owned();
    let or_none = move |text: String| if text.is_empty() { none() } else { text };
    let code = |barcode: &subzero_ledger::entry::catalogue::Barcode| {
        if barcode.pack == Qty::ONE {
            barcode.code.clone()
        } else {
            names.code_of_pack.with([&barcode.code, &format::qty(barcode.pack)])
        }
    };
    let codes = or_none(item.barcodes.iter().map(code).collect::<Vec<_>>().join(", "));
    let vendor = or_none(shop.read_catalogue(|catalogue| catalogue.vendor_name(&item).to_owned()));
    let vendor =
        if item.vendor_code.is_empty() { vendor } else { words().common.parts.with([&vendor, &item.vendor_code]) };
    let cost = item.default_cost.map_or_else(none, |cost| format::cost(cost, &shop.currency()));
    view! {
        <dl class="facts">
            <div><dt>{names.sku}</dt><dd>{or_none(item.sku.clone())}</dd></div>
            <div><dt>{names.barcode}</dt><dd>{codes}</dd></div>
            <div><dt>{names.category}</dt><dd>{or_none(item.category.clone())}</dd></div>
            <div><dt>{names.vendor}</dt><dd>{vendor}</dd></div>
            <div><dt>{words().common.price}</dt><dd>{format::price(item.price, &shop.currency())}</dd></div>
            {shop.sees_costs().then(|| view! { <div><dt>{names.default_cost}</dt><dd>{cost}</dd></div> })}
            <div><dt>{names.reorder_point}</dt><dd>{item.reorder_point.map_or_else(none, format::qty)}</dd></div>
            {(item.kind == ItemKind::NonInventory).then(|| view! { <div><dt>{names.kind}</dt><dd>{names.holds_none}</dd></div> })}
        </dl>
    }
}

/// The account's totals, where it has several shops: on hand as a plain sum, what can be sold as the sum of what can be sold in each.
#[component]
fn Totals(id: ItemId, stocks: Memo<Vec<(ShopId, Stock)>>) -> impl IntoView {
    let shop = use_shop();
    let sum = move |of: fn(&Stock) -> Qty| {
        stocks.with(|stocks| stocks.iter().fold(Qty::ZERO, |sum, (_, stock)| sum.checked_add(of(stock)).unwrap_or(sum)))
    };
    let incoming = move || shop.read(|core| core.documents.incoming(id, shop.seen()));
    let names = &words().item;
    view! {
        <dl class="totals">
            <Show when=move || stocks.with(|stocks| stocks.len() > 1)>
                <div><dt>{names.all_on_hand}</dt><dd><Figure qty=Signal::derive(move || sum(Stock::on_hand))/></dd></div>
                <div><dt>{names.all_sellable}</dt><dd><Figure qty=Signal::derive(move || sum(Stock::sellable))/></dd></div>
            </Show>
            <div><dt>{names.on_orders}</dt><dd><Figure qty=Signal::derive(move || incoming().on_orders)/></dd></div>
            <div><dt>{names.on_transfers}</dt><dd><Figure qty=Signal::derive(move || incoming().on_transfers)/></dd></div>
        </dl>
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
                        <Show when=move || shop.sees_costs()><span>{move || lot_cost(shop, lot)}</span></Show>
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

fn lot_cost(shop: Shop, lot: Lot) -> String {
    lot.cost.known().map_or_else(
        || words().common.cost_missing.to_owned(),
        |cost| words().item.at_cost.with([&format::cost(cost, &shop.currency())]),
    )
}
