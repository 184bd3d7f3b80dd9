//! All items with what is on hand here; tapping one opens it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::Scanned;

use crate::routes::Route;
use crate::widgets::item_search::ItemSearch;
use crate::words::words;

pub mod item;

/// The list.
#[component]
pub fn ItemsScreen() -> impl IntoView {
    let navigate = use_navigate();
    let open = Callback::new(move |Scanned { item, .. }| {
        navigate(&Route::Item(item).path(), leptos_router::NavigateOptions::default());
    });
    view! {
        <div class="items">
            <h1>{words().places.items}</h1>
            <ItemSearch chosen=open/>
        </div>
    }
}
