//! Whether the browser believes there is a network. A hint, never an answer: it is often wrong in both directions, so what it says
//! only makes the next attempt come sooner.

use super::listener::Listener;

/// Calls `hear` whenever the browser changes its mind, until the listeners are dropped.
pub fn watch(hear: impl Fn(bool) + Clone + 'static) -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let hear_offline = hear.clone();
    vec![
        Listener::on(&window, "online", move |_| hear(true)),
        Listener::on(&window, "offline", move |_| hear_offline(false)),
    ]
}
