//! The network pill: online, offline, sending, or in need of attention.

use leptos::prelude::*;

use crate::format;
use crate::words::words;

/// What the pill says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The server answers and has everything.
    Online,
    /// So many entries are on their way to it.
    Sending(usize),
    /// It does not answer; so many entries wait for it.
    Offline(usize),
    /// So many things are for a person to look at.
    Attention(usize),
}

impl Network {
    const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Sending(_) => "sending",
            Self::Offline(_) => "offline",
            Self::Attention(_) => "attention",
        }
    }

    fn to_words(self) -> String {
        let words = &words().network;
        match self {
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
    let name = move || state.get().name();
    let text = view! { <span aria-live="polite">{move || state.get().to_words()}</span> };
    match to {
        Some(to) => view! { <a class="network-pill" href=to data-state=name>{text}</a> }.into_any(),
        None => view! { <span class="network-pill" data-state=name>{text}</span> }.into_any(),
    }
}
