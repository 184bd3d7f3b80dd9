//! The network pill: online, offline, sending, or in need of attention.

use leptos::prelude::*;
use subzero_till::standing::Network;

use crate::format;
use crate::words::{ToWords, words};

const fn name(network: Network) -> &'static str {
    match network {
        Network::Online => "online",
        Network::Sending(_) => "sending",
        Network::Offline(_) => "offline",
        Network::Attention(_) => "attention",
    }
}

impl ToWords for Network {
    fn to_words(&self) -> String {
        let words = &words().network;
        match *self {
            Self::Online => words.online.to_owned(),
            Self::Sending(unsent) => words.sending.with([&format::count(unsent)]),
            Self::Offline(0) => words.offline.to_owned(),
            Self::Offline(unsent) => words.offline_unsent.with([&format::count(unsent)]),
            Self::Attention(to_look_at) => words.attention.of(to_look_at, []),
        }
    }
}

/// The pill. It leads somewhere, but for somebody who has not signed in: they would lose the place they came for.
#[component]
pub fn NetworkPill(
    /// What it says.
    #[prop(into)]
    state: Signal<Network>,
    /// Where it leads.
    #[prop(optional, into)]
    to: Option<String>,
) -> impl IntoView {
    let name = move || name(state.get());
    let text = view! { <span aria-live="polite">{move || state.get().to_words()}</span> };
    match to {
        Some(to) => view! { <a class="network-pill" href=to data-state=name>{text}</a> }.into_any(),
        None => view! { <span class="network-pill" data-state=name>{text}</span> }.into_any(),
    }
}
