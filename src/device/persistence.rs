//! Asking the browser to keep what the till stores, and how much room there is.
//!
//! A browser may clear the storage of sites it thinks unimportant. Unsent sales live there, so the page asks to be spared, at pairing and at
//! every start, and settings show the answer. A refusal stops nothing.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// How much room this origin has, in bytes, as far as the browser tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// Used by this origin.
    pub used: Option<f64>,
    /// What it may use.
    pub quota: Option<f64>,
}

/// Asks to be kept; whether the browser agrees.
pub async fn persist() -> bool {
    answer(StorageManager::persist).await
}

/// Whether the browser has agreed already.
pub async fn is_persisted() -> bool {
    answer(StorageManager::persisted).await
}

/// How much room there is.
pub async fn room() -> Room {
    match ask(StorageManager::estimate).await {
        Some(estimate) if estimate.is_object() => {
            let estimate = StorageEstimate::from(estimate);
            Room { used: estimate.get_usage(), quota: estimate.get_quota() }
        }
        Some(_) | None => Room::default(),
    }
}

async fn answer(question: fn(&StorageManager) -> Result<Promise, JsValue>) -> bool {
    ask(question).await.is_some_and(|answer| answer.is_truthy())
}

/// None where the browser has no such question: on pages that are not served over HTTPS, and in `WebKit` outside Safari.
async fn ask(question: fn(&StorageManager) -> Result<Promise, JsValue>) -> Option<JsValue> {
    let manager = web_sys::window()?.navigator().storage();
    if manager.is_undefined() {
        return None;
    }
    let promise = question(&manager).ok()?;
    JsFuture::from(promise).await.ok()
}
