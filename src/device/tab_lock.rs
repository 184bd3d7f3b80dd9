//! One tab of many: a Web Lock, held until it is dropped, the tab ends, however it ends, or another tab steals it.
//!
//! Sync uses it so that one tab talks to the server. It is an optimisation, never a condition of correctness: where the browser has
//! no Web Locks every tab gets "the" lock at once. A tab that the browser has frozen keeps its locks; whoever needs one then may steal it, and
//! the tab learns that when it goes on.

use futures::channel::oneshot;
use futures::future::{Either, pending, select};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

/// The lock, while it lives.
#[must_use = "a lock that is dropped is free for the next tab"]
pub struct TabLock {
    /// Resolves the promise that the browser waits for.
    release: Option<Function>,
    /// Hears when the browser has given it to somebody else.
    stolen: Option<oneshot::Receiver<()>>,
}

impl TabLock {
    /// Where there are no locks, everybody has one and nobody can take it away.
    const FREE: Self = Self { release: None, stolen: None };

    /// Waits until another tab has stolen it.
    pub async fn stolen(&mut self) {
        match self.stolen.as_mut() {
            // Dropped or sent, the browser's promise has ended: it is not ours any more.
            Some(stolen) => drop(stolen.await),
            None => pending().await,
        }
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// As soon as nobody else has it.
    InTurn,
    /// Only if nobody has it.
    IfFree,
    /// Whoever has it.
    Steal,
}

/// Waits until no other tab holds `name`: at once, in hours, or never while the other tab lives.
pub async fn acquire(name: &str) -> TabLock {
    ask(name, Ask::InTurn).await.unwrap_or(TabLock::FREE)
}

/// The lock, unless another tab holds it.
pub async fn try_acquire(name: &str) -> Option<TabLock> {
    ask(name, Ask::IfFree).await
}

/// Takes the lock from whichever tab holds it.
pub async fn steal(name: &str) -> TabLock {
    ask(name, Ask::Steal).await.unwrap_or(TabLock::FREE)
}

async fn ask(name: &str, how: Ask) -> Option<TabLock> {
    let (granted, wait) = oneshot::channel();
    let on_granted = Closure::once(move |lock: JsValue| {
        if lock.is_null() {
            let _ = granted.send(None);
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // Not heard only when nobody waits any more; then the lock is given back at once.
        if let Err(unwanted) = granted.send(Some(TabLock { release, stolen: None })) {
            drop(unwanted);
        }
        held
    });
    // Whoever stops waiting is not called any more: what it would be called with is gone.
    let given_up = AbortOnDrop(if how == Ask::InTurn { AbortController::new().ok() } else { None });
    let Ok(request) = request(name, how, &given_up, on_granted.as_ref().unchecked_ref()) else {
        return Some(TabLock::FREE);
    };
    let (lost, stolen) = oneshot::channel();
    spawn_local(async move {
        let _ended = JsFuture::from(request).await;
        let _ = lost.send(());
    });
    let lock = match select(wait, stolen).await {
        Either::Left((Ok(lock), stolen)) => lock.map(|lock| lock.heard_by(stolen)),
        Either::Left((Err(_), _)) | Either::Right(_) => Some(TabLock::FREE),
    };
    given_up.forget();
    lock
}

impl TabLock {
    fn heard_by(mut self, stolen: oneshot::Receiver<()>) -> Self {
        self.stolen = Some(stolen);
        self
    }
}

struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// `navigator.locks.request(name, options, granted)`; the error where there is no such thing.
fn request(name: &str, how: Ask, given_up: &AbortOnDrop, granted: &JsValue) -> Result<Promise, JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::UNDEFINED)?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks"))?;
    let request = Reflect::get(&locks, &JsValue::from_str("request"))?.dyn_into::<Function>()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::from_bool(how == Ask::IfFree))?;
    Reflect::set(&options, &"steal".into(), &JsValue::from_bool(how == Ask::Steal))?;
    if let Some(controller) = &given_up.0 {
        Reflect::set(&options, &"signal".into(), &controller.signal())?;
    }
    request.call3(&locks, &JsValue::from_str(name), &options, granted)?.dyn_into::<Promise>()
}
