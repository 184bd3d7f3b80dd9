//! The number on the page's icon on a home screen.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// Shows how many items are negative; nothing for none. A browser without badges shows none.
pub fn show(count: usize) {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    let name = if count == 0 { "clearAppBadge" } else { "setAppBadge" };
    let does = Reflect::get(&navigator, &name.into()).ok().and_then(|does| does.dyn_into::<Function>().ok());
    if let Some(does) = does {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        // It answers later, and there is nothing to do where it could not.
        let _ = does.call1(&navigator, &JsValue::from(count));
    }
}
