//! The frame around every screen: where to go, how the network is, who is signed in.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::ShopId;

use super::band::Band;
use super::button::{Button, Kind};
use super::network_pill::NetworkPill;
use super::toasts::Toasts;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::words::words;

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
        Some(Mode::AutoAdd) => words().entry.mode_off,
        Some(Mode::Allow) | None => words().entry.mode_on,
    };
    let places = &words().places;
    let location = use_location();
    let here = Memo::new(move |_| Route::parse(&location.pathname.get(), "").map(Route::belongs_to));
    let is_at = move |place: Route| move || (here.get() == Some(place)).then_some("page");
    // Each screen is read from its top.
    let screen = NodeRef::<html::Main>::new();
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path)
            && let Some(screen) = screen.get_untracked()
        {
            screen.set_scroll_top(0);
        }
        path
    });
    let sign_out = move |()| spawn_local(async move { shop.sign_out().await });
    view! {
        <div class="frame">
            <header class="frame-top">
                <ShopSeen/>
                <Show when=move || !shop.is_practice() fallback=|| view! { <span class="network-pill" data-state="offline">{words().practice.label}</span> }>
                    <NetworkPill state=Signal::derive(move || shop.network()) to=Route::SyncStatus.path()/>
                </Show>
                <span class="frame-employee wide-only" title=mode>{employee}</span>
                <Button kind=Kind::Quiet press=sign_out>{places.sign_out}</Button>
            </header>
            <nav class="frame-places" aria-label=places.label>
                <a href=Route::Sell.path() aria-current=is_at(Route::Sell)>{places.sell}</a>
                <a href=Route::Receipts.path() aria-current=is_at(Route::Receipts)>{places.receipts}</a>
                <a href=Route::Stock.path() aria-current=is_at(Route::Stock)>{places.stock}</a>
                <Show when=move || shop.has_report()>
                <a href=Route::NegativeInventory.path() aria-current=is_at(Route::NegativeInventory)>
                    {places.negative}<span class="wide-only">{places.negative_rest}</span>
                    <Show when=move || negatives.get() != 0>
                        <span class="frame-badge" aria-label=move || places.negatives.of(negatives.get(), [])>{move || format::count(negatives.get())}</span>
                    </Show>
                </a>
                </Show>
                <a href=Route::Settings.path() aria-current=is_at(Route::Settings)>{places.settings}</a>
            </nav>
            <Band when=Signal::derive(move || shop.update_ready.get() && shop.draft.with(|draft| draft.cart.is_empty()))>
                <div class="frame-update" role="status">
                    <span>{words().app.update_ready}</span>
                    <Button kind=Kind::Quiet press=move |()| shop.update_page()>{words().app.update_now}</Button>
                </div>
            </Band>
            <Band when=Signal::derive(move || shop.seen() != shop.id())>
                <div class="frame-update" role="status">
                    <span>{move || places.looking_at.with([&shop.name_of(shop.seen()), &shop.name_of(shop.id())])}</span>
                    <Button kind=Kind::Quiet press=move |()| shop.look_at(shop.here())>
                        {move || places.look_here.with([&shop.name_of(shop.id())])}
                    </Button>
                </div>
            </Band>
            <main class="frame-screen" node_ref=screen>{children()}</main>
            <Toasts/>
        </div>
    }
}

/// The shop that is looked at: a choice, where there are several.
#[component]
fn ShopSeen() -> impl IntoView {
    let shop = use_shop();
    let shops = Memo::new(move |_| {
        let shops = shop.read_catalogue(|catalogue| catalogue.shops.clone());
        shops.into_iter().filter(|(id, _)| *id != ShopId::OFFICE).collect::<Vec<_>>()
    });
    let choose = move |event| {
        let chosen = event_target_value(&event).parse().ok().map(ShopId);
        if let Some(chosen) = chosen {
            shop.look_at(chosen);
        }
    };
    view! {
        <Show when=move || shops.with(|shops| shops.len() > 1)
            fallback=move || view! { <span class="frame-shop">{move || shop.name_of(shop.id())}</span> }>
            <select class="frame-shop" aria-label=words().places.shop_seen on:change=choose>
                {move || shops.get().into_iter().map(|(id, name)| view! {
                    <option value=id.to_string() selected=move || shop.seen() == id>{name}</option>
                }).collect_view()}
            </select>
        </Show>
    }
}
