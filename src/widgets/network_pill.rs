//! The network pill: online, offline, sending, or in need of attention.

use leptos::prelude::*;

use crate::routes::Route;
use crate::shop::use_shop;

/// The pill. It leads to the sync status, but for somebody who has not signed in: they would lose the place they came for.
#[component]
pub fn NetworkPill() -> impl IntoView {
    let shop = use_shop();
    let state = Memo::new(move |_| {
        let online = shop.status.with(|status| status.as_ref().is_some_and(|status| status.online));
        match (online, shop.to_look_at(), shop.unsent()) {
            (_, 1, _) => ("attention", "1 needs attention".to_owned()),
            (_, to_look_at @ 2.., _) => ("attention", format!("{to_look_at} need attention")),
            (true, 0, 0) => ("online", "Online".to_owned()),
            (true, 0, unsent) => ("sending", format!("Sending {unsent}")),
            (false, 0, 0) => ("offline", "Offline".to_owned()),
            (false, 0, unsent) => ("offline", format!("Offline · {unsent} to send")),
        }
    });
    let words = move || view! { <span aria-live="polite">{move || state.get().1}</span> };
    let is_signed_in = Memo::new(move |_| shop.session.with(Option::is_some));
    move || {
        if is_signed_in.get() {
            view! { <a class="network-pill" href=Route::SyncStatus.path() data-state=move || state.get().0>{words()}</a> }
                .into_any()
        } else {
            view! { <span class="network-pill" data-state=move || state.get().0>{words()}</span> }.into_any()
        }
    }
}
