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

/// How much room the page takes and may take, in bytes, as the browser estimates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Room {
    /// What it takes.
    pub used: u64,
    /// What it may take.
    pub quota: u64,
}

/// How much room there is; none where the browser does not say.
pub async fn room() -> Option<Room> {
    let manager = web_sys::window()?.navigator().storage();
    if manager.is_undefined() {
        return None;
    }
    let estimate = JsFuture::from(manager.estimate().ok()?).await.ok()?;
    let bytes = |name: &str| {
        let number = js_sys::Reflect::get(&estimate, &JsValue::from_str(name)).ok()?.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of bytes below 2^53"
        )]
        let bytes = number as u64;
        Some(bytes)
    };
    Some(Room { used: bytes("usage")?, quota: bytes("quota")? })
}

/// None where the browser has no such question: on pages that are not served over HTTPS, and in `WebKit` outside Safari.
async fn ask() -> Option<JsValue> {
    let manager = web_sys::window()?.navigator().storage();
    if manager.is_undefined() {
        return None;
    }
    JsFuture::from(manager.persist().ok()?).await.ok()
}
