//! The guard against the trap: counting or finding what is on its way before it is received puts it there twice.

use leptos::prelude::*;
use subzero_ledger::documents::Awaited;
use subzero_ledger::ids::{ItemId, ShopId};
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// The most items that are named.
const NAMED_MAX: usize = 5;

/// Names the items of which something is on its way to a shop, each with a link to where it is received; nothing where nothing is.
#[component]
pub fn ReceiveFirst(
    /// What is about to be counted or found.
    #[prop(into)]
    items: Signal<Vec<ItemId>>,
    /// Where.
    #[prop(into)]
    at: Signal<ShopId>,
) -> impl IntoView {
    let shop = use_shop();
    let coming = Memo::new(move |_| {
        let (items, at) = (items.get(), at.get());
        shop.read(|core| {
            let coming = items.iter().filter_map(|item| {
                let qty = core.documents.incoming(*item, at).total();
                qty.is_positive().then_some((*item, qty))
            });
            coming.collect::<Vec<(ItemId, Qty)>>()
        })
    });
    let words = &words().ways_out;
    view! {
        <Show when=move || !coming.with(Vec::is_empty)>
            <Notice tone=Tone::Warning title=words.receive_first>
                <p>{words.receive_first_all}</p>
                <ul class="receive-first">
                    {move || coming.get().into_iter().take(NAMED_MAX).map(|(item, qty)| view! { <Coming item at qty/> }).collect_view()}
                </ul>
                <Show when=move || { coming.with(Vec::len) > NAMED_MAX }>
                    <p>{move || words.receive_first_more.of(coming.with(Vec::len) - NAMED_MAX, [])}</p>
                </Show>
            </Notice>
        </Show>
    }
}

#[component]
fn Coming(item: ItemId, at: Signal<ShopId>, qty: Qty) -> impl IntoView {
    let shop = use_shop();
    let name = shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    let first = shop.read(|core| core.documents.awaited(item, at.get()).into_iter().next());
    let to = first.map(|first| match first {
        Awaited::Order { order, .. } => Route::ReceiveOrder(order),
        Awaited::Transfer { transfer, .. } => Route::Transfer(transfer),
    });
    let text = words().ways_out.receive_first_of.with([&name, &format::qty(qty)]);
    view! { <li>{to.map(|to| view! { <a class="button" href=to.path()>{text}</a> })}</li> }
}
