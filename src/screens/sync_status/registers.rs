//! Every register of the shops this device knows: when the server last heard of it, what it had not sent then, what is missing there.

use leptos::prelude::*;
use subzero_sync::wire::DeviceSeen;

use crate::format;
use crate::shop::use_shop;
use crate::widgets::rows::Row;
use crate::words::words;

/// The list.
#[component]
pub fn Registers() -> impl IntoView {
    let shop = use_shop();
    let (names, fresh) = (&words().sync, &words().fresh);
    let line = move |seen: &DeviceSeen| {
        let entries = |count: u64| fresh.entries.of(usize::try_from(count).unwrap_or(usize::MAX), []);
        let note = names.heard.with([&format::moment(seen.seen), &entries(seen.standing.unsent)]);
        let missing = seen.standing.missing.map(|missing| names.heard_missing.with([&entries(missing.entries)]));
        (shop.register_name(seen.device), note, missing)
    };
    let lines = move || {
        shop.devices.with(|devices| devices.iter().flat_map(|devices| &devices.seen).map(line).collect::<Vec<_>>())
    };
    view! {
        <Show when=move || shop.devices.with(Option::is_some)>
            <section aria-label=names.registers>
                <h2>{names.registers}</h2>
                <ul class="rows">
                    {move || lines().into_iter().map(|(name, note, tag)| view! { <Row name note tag/> }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}
