//! The network pill: online, offline, sending, or in need of attention.

use leptos::prelude::*;

use crate::routes::Route;
use crate::shop::use_shop;

/// The pill; it leads to the sync status.
#[component]
pub fn NetworkPill() -> impl IntoView {
    let shop = use_shop();
    let state = Memo::new(move |_| {
        let set_aside = shop.set_aside();
        let unsent = shop.unsent();
        let (online, attention) = shop.status.with(|status| {
            status.as_ref().map_or((false, false), |status| (status.online, status.needs_attention.is_some()))
        });
        match (online, set_aside + usize::from(attention), unsent) {
            (_, 1.., _) => ("attention", format!("{} need attention", set_aside + usize::from(attention))),
            (true, 0, 0) => ("online", "Online".to_owned()),
            (true, 0, unsent) => ("sending", format!("Sending {unsent}")),
            (false, 0, 0) => ("offline", "Offline".to_owned()),
            (false, 0, unsent) => ("offline", format!("Offline · {unsent} to send")),
        }
    });
    view! {
        <a class="network-pill" href=Route::SyncStatus.path() data-state=move || state.get().0>
            <span aria-live="polite">{move || state.get().1}</span>
        </a>
    }
}
