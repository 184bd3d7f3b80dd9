//! What is known to be missing on this device, until somebody who may has seen it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::format;
use crate::shop::use_shop;
use crate::storage::beside::Lost;
use crate::widgets::button::Button;
use crate::widgets::notice::{Notice, Tone};
use crate::words::{ToWords as _, words};

/// What became of what was recorded before.
#[component]
pub fn Missing() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let seen = move |()| {
        spawn_local(async move {
            let cleared = shop.clear_lost().await;
            problem.try_set(cleared.err().map(|error| error.to_words()));
        });
    };
    let words = &words().sync;
    let sentence = |lost: Lost| match lost.entries {
        Some(0) => words.lost_nothing.to_owned(),
        Some(entries) => words.lost_entries.of(usize::try_from(entries).unwrap_or(usize::MAX), []),
        None => words.lost_unknown.to_owned(),
    };
    move || {
        shop.lost.get().map(|lost| {
            view! {
                <Notice tone=Tone::Warning title=words.lost_title>
                    <p>{words.alert.with([&format::moment(lost.at), &sentence(lost)])}</p>
                    <Show when=move || shop.may_bring_in() fallback=|| view! { <p>{words.lost_who}</p> }>
                        <Button press=seen>{words.seen}</Button>
                    </Show>
                    <p role="alert">{move || problem.get()}</p>
                </Notice>
            }
        })
    }
}
