//! The page as a whole: loaded again, or kept by the browser after it was left, and shown once more.

use js_sys::Reflect;

use super::listener::Listener;

/// Loads the page again.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // A browser that will not reload leaves the page as it is.
        let _ = window.location().reload();
    }
}

/// Loads the page again when somebody comes back to it after it was left: its connections and what was under way ended when it was, and another
/// page may have sold its cart. None where there is no page.
pub fn reload_when_it_comes_back() -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::on(&window, "pageshow", |event| {
        if Reflect::get(&event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy()) {
            reload();
        }
    }))
}
