//! How much room the page has.

use leptos::prelude::*;

use super::listener::Listener;

/// Whether a media query holds, followed as windows are turned and resized; a browser that cannot say has much room.
pub fn matches(query: &str) -> Signal<bool> {
    let Some(list) = web_sys::window().and_then(|window| window.match_media(query).ok().flatten()) else {
        return Signal::stored(false);
    };
    let holds = RwSignal::new(list.matches());
    let heard = list.clone();
    let listener = Listener::on(&list, "change", move |_| {
        holds.try_set(heard.matches());
    });
    // It ends with whatever asked.
    StoredValue::new_local(listener);
    holds.into()
}
