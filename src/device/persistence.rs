//! Asking the browser to keep what the till stores.
//!
//! A browser may clear the storage of sites it thinks unimportant. Unsent sales live there, so the page asks to be spared, at pairing and at
//! every start, and settings show the answer. A refusal stops nothing.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Asks to be kept; whether the browser agrees.
pub async fn persist() -> bool {
    ask().await.is_some_and(|answer| answer.is_truthy())
}

/// None where the browser has no such question: on pages that are not served over HTTPS, and in `WebKit` outside Safari.
async fn ask() -> Option<JsValue> {
    let manager = web_sys::window()?.navigator().storage();
    if manager.is_undefined() {
        return None;
    }
    JsFuture::from(manager.persist().ok()?).await.ok()
}
