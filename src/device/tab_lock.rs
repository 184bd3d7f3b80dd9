//! One tab of many: a Web Lock, held until it is dropped or the tab ends, however it ends.
//!
//! Sync uses it so that one tab talks to the server. It is an optimisation, never a condition of correctness: where the browser has
//! no Web Locks every tab gets "the" lock at once.

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The lock, while it lives.
#[must_use = "a lock that is dropped is free for the next tab"]
pub struct TabLock {
    /// Resolves the promise that the browser waits for.
    release: Option<Function>,
}

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until no other tab holds `name`: at once, in hours, or never while the other tab lives.
pub async fn acquire(name: &str) -> TabLock {
    ask(name, false).await.unwrap_or(TabLock { release: None })
}

/// The lock, unless another tab holds it.
pub async fn try_acquire(name: &str) -> Option<TabLock> {
    ask(name, true).await
}

async fn ask(name: &str, only_if_free: bool) -> Option<TabLock> {
    let (granted, wait) = oneshot::channel();
    let on_granted = Closure::once(move |lock: JsValue| {
        if lock.is_null() {
            let _ = granted.send(None);
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // Not heard only when nobody waits any more; then the lock is given back at once.
        if let Err(unwanted) = granted.send(Some(TabLock { release })) {
            drop(unwanted);
        }
        held
    });
    let Ok(request) = request(name, only_if_free, on_granted.as_ref().unchecked_ref()) else {
        return Some(TabLock { release: None });
    };
    match select(wait, JsFuture::from(request)).await {
        Either::Left((Ok(lock), _)) => lock,
        Either::Left((Err(_), _)) | Either::Right(_) => Some(TabLock { release: None }),
    }
}

/// `navigator.locks.request(name, options, granted)`; the error where there is no such thing.
fn request(name: &str, only_if_free: bool, granted: &JsValue) -> Result<Promise, JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::UNDEFINED)?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks"))?;
    let request = Reflect::get(&locks, &JsValue::from_str("request"))?.dyn_into::<Function>()?;
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::from_bool(only_if_free))?;
    request.call3(&locks, &JsValue::from_str(name), &options, granted)?.dyn_into::<Promise>()
}
