//! The till: find items, watch the cart, take money.
//!
//! The oversell warning is the core's, summed over the cart, and shown from the moment an item is added until the sale is recorded. It
//! offers what can be done and never stands in the way.

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::ids::EntryId;

use crate::format;
use crate::shop::{Shop, Sold, use_shop};
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::words::{ToWords as _, words};

mod cart_lines;
mod discount;
mod oversells;
mod tender;

pub use tender::tender_words;

use cart_lines::{CartLines, Extras, Total, bill};
use oversells::Oversells;
use tender::Tender;

/// The till.
#[component]
pub fn SellScreen() -> impl IntoView {
    let shop = use_shop();
    let bill = bill(shop);
    let problem = RwSignal::new(None::<String>);
    let sold = RwSignal::new(None::<Sold>);
    let charging = RwSignal::new(None::<EntryId>);
    let add = Callback::new(move |scanned: Scanned| {
        problem.set(add_to_cart(shop, scanned));
        sold.set(None);
    });
    let is_charging = move || shop.draft.with(|draft| !draft.cart.is_empty() && charging.get() == Some(draft.sale));
    view! {
        <div class="sell">
            <h1 class="visually-hidden">{words().sell.title}</h1>
            <ItemSearch chosen=add/>
            <section class="sell-cart" aria-label=words().sell.cart>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || sold.get().map(|sold| view! { <Receipt sold/> })}
                <Show when=is_charging fallback=move || view! { <CartLines bill/><Oversells/><Extras bill/><Total charging bill/> }>
                    <Oversells/>
                    <Tender charging bill sold problem/>
                </Show>
            </section>
        </div>
    }
}

/// As much of an item as was scanned; else the sentence that says why not.
fn add_to_cart(shop: Shop, Scanned { item, pack }: Scanned) -> Option<String> {
    let item = untrack(|| shop.item(item))?;
    shop.change_cart(|cart| cart.add(&item, pack)).err().map(|error| error.to_words())
}

#[component]
fn Receipt(sold: Sold) -> impl IntoView {
    let shop = use_shop();
    let currency = shop.currency();
    view! {
        <Notice tone=Tone::Good title=words().sell.recorded>
            <dl class="sell-receipt">
                <div><dt>{words().sell.receipt}</dt><dd>{sold.receipt}</dd></div>
                <div><dt>{words().sell.paid}</dt><dd>{format::amount(sold.paid, &currency)}</dd></div>
                <div><dt>{words().sell.change}</dt><dd>{format::amount(sold.change, &currency)}</dd></div>
            </dl>
        </Notice>
    }
}
