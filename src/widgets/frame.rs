//! The frame around every screen: where to go, how the network is, who is signed in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use subzero_ledger::entry::Mode;

use super::network_pill::NetworkPill;
use crate::routes::Route;
use crate::shop::use_shop;

/// Header, places to go, and the screen.
#[component]
pub fn Frame(
    /// The screen.
    children: Children,
) -> impl IntoView {
    let shop = use_shop();
    let negatives = Memo::new(move |_| shop.negatives());
    let employee = move || shop.employee().map(|employee| employee.name).unwrap_or_default();
    let mode = move || match shop.session.get().map(|session| session.mode) {
        Some(Mode::AutoAdd) => "Negative inventory off",
        Some(Mode::Allow) | None => "Negative inventory on",
    };
    let sign_out = move |_| spawn_local(async move { shop.sign_out().await });
    view! {
        <div class="frame">
            <header class="frame-top">
                <span class="frame-shop">{move || shop.name_of(shop.id())}</span>
                <NetworkPill/>
                <span class="frame-employee wide-only" title=mode>{employee}</span>
                <button class="button" data-kind="quiet" on:click=sign_out>"Sign out"</button>
            </header>
            <nav class="frame-places" aria-label="Places">
                <A href=Route::Sell.path()>"Sell"</A>
                <A href=Route::Receive(None).path()>"Receive"</A>
                <A href=Route::Items.path()>"Items"</A>
                <A href=Route::NegativeInventory.path()>
                    "Negative"<span class="wide-only">" inventory"</span>
                    <Show when=move || negatives.get() != 0>
                        <span class="frame-badge" aria-label=move || format!("{} items", negatives.get())>{move || negatives.get()}</span>
                    </Show>
                </A>
                <A href=Route::Settings.path()>"Settings"</A>
            </nav>
            <Show when=move || shop.update_ready.get() && shop.draft.with(|draft| draft.cart.is_empty())>
                <div class="frame-update" role="status">
                    <span>"A new version is ready."</span>
                    <button class="button" data-kind="quiet" on:click=move |_| shop.update_page()>"Update now"</button>
                </div>
            </Show>
            <main class="frame-screen">{children()}</main>
        </div>
    }
}
