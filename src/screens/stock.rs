//! Stock: everything that changes what is on hand, a card each.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::EntryId;
use subzero_ledger::verbs::{Desk, Problem};

use crate::routes::Route;
use crate::shop::Shop;
use crate::widgets::toasts::Toaster;
use crate::words::{ToWords as _, words};

pub mod adjust;
pub mod count;
pub mod counts;
pub mod inventory_changes;
pub mod order;
pub mod order_form;
pub mod orders;
pub mod receive;
pub mod receive_first;
pub mod transfer;
pub mod transfer_form;
pub mod transfers;
pub mod vendor_return;

/// The screen.
#[component]
pub fn StockScreen() -> impl IntoView {
    let words = &words().stock;
    let ways = [
        (Route::Items, words.items, words.items_hint),
        (Route::Receive(None), words.receive, words.receive_hint),
        (Route::Orders, words.orders, words.orders_hint),
        (Route::Transfers, words.transfers, words.transfers_hint),
        (Route::VendorReturn, words.vendor_return, words.vendor_return_hint),
        (Route::Counts, words.counts, words.counts_hint),
        (Route::Adjust, words.adjust, words.adjust_hint),
        (Route::InventoryChanges, words.changes, words.changes_hint),
    ];
    view! {
        <div class="stock">
            <h1>{words.title}</h1>
            <ul class="cards">
                {ways.map(|(route, name, hint)| view! {
                    <li><a class="stock-way" href=route.path()><strong>{name}</strong><span>{hint}</span></a></li>
                }).collect_view()}
            </ul>
        </div>
    }
}

/// Does something here and says that it is done; else says why not.
pub fn do_and_say(
    shop: Shop,
    toaster: Toaster,
    done: &'static str,
    verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem> + 'static,
) {
    spawn_local(async move {
        match shop.enter(shop.here(), verb).await {
            Ok(_) => toaster.say(done),
            Err(error) => toaster.say(error.to_words()),
        }
    });
}

/// Takes an entry back, and says so.
pub fn undo_of(shop: Shop, toaster: Toaster, entry: EntryId, undone: &'static str) -> Callback<()> {
    Callback::new(move |()| do_and_say(shop, toaster, undone, move |desk| desk.undo(entry)))
}
