//! All items with what is on hand here; tapping one opens it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::{Archived, Scanned};
use subzero_ledger::entry::rights::{May, Right};

use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::chips::Chip;
use crate::widgets::item_search::ItemSearch;
use crate::words::words;

pub mod card;
pub mod item;
pub mod item_form;
pub mod vendor_form;
pub mod vendors;

/// The list.
#[component]
pub fn ItemsScreen() -> impl IntoView {
    let (shop, navigate) = (use_shop(), use_navigate());
    let archived = RwSignal::new(Archived::Without);
    let open = Callback::new(move |Scanned { item, .. }| {
        navigate(&Route::Item(item).path(), leptos_router::NavigateOptions::default());
    });
    let turn = move |()| {
        archived.update(|archived| {
            *archived = if *archived == Archived::With { Archived::Without } else { Archived::With };
        });
    };
    view! {
        <div class="list">
            <header class="list-top">
                <h1>{words().places.items}</h1>
                <span class="list-actions">
                    <Chip pressed=Signal::derive(move || archived.get() == Archived::With) press=turn>{words().item.archived_too}</Chip>
                    <a class="button" href=Route::Vendors.path()>{words().vendors.title}</a>
                    <Show when=move || shop.may(Right::ChangeItems) != May::No>
                        <a class="button" data-kind="primary" href=Route::NewItem.path()>{words().item.new}</a>
                    </Show>
                </span>
            </header>
            <ItemSearch chosen=open archived at=Signal::derive(move || shop.seen())/>
        </div>
    }
}
