//! Stock: everything that changes what is on hand, a card each.

use leptos::prelude::*;

use crate::routes::Route;
use crate::words::words;

/// The screen.
#[component]
pub fn StockScreen() -> impl IntoView {
    let words = &words().stock;
    let ways = [
        (Route::Items, words.items, words.items_hint),
        (Route::Receive(None), words.receive, words.receive_hint),
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
