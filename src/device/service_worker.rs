//! The service worker that lets the page start with no network, and the offer of a new version.
//!
//! A new version is fetched in the background and then *waits*. Nothing reloads by itself: the page is told, offers it when the cart is empty,
//! and [`ServiceWorker::take_over`] lets it in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

use super::listener::Listener;

/// The registered worker.
pub struct ServiceWorker {
    registration: ServiceWorkerRegistration,
    reload_wanted: Rc<Cell<bool>>,
    _listeners: Rc<RefCell<Vec<Listener>>>,
}

impl ServiceWorker {
    /// Registers `script`, and calls `new_version_waits` now or later when a newer version has been fetched. None where the
    /// browser has no service workers or refuses this one: the page then works, but does not start offline.
    pub async fn register(script: &str, new_version_waits: impl Fn() + 'static) -> Option<Self> {
        let container = container()?;
        let registration = JsFuture::from(container.register(script)).await.ok()?;
        let registration = registration.dyn_into::<ServiceWorkerRegistration>().ok()?;
        let new_version_waits = Rc::new(new_version_waits);
        let listeners = Rc::new(RefCell::new(Vec::new()));
        let reload_wanted = Rc::new(Cell::new(false));

        let wanted = Rc::clone(&reload_wanted);
        listeners.borrow_mut().push(Listener::on(&container, "controllerchange", move |_| {
            if wanted.replace(false) {
                reload();
            }
        }));
        let (found, heard) = (registration.clone(), Rc::clone(&new_version_waits));
        let states = Rc::downgrade(&listeners);
        listeners.borrow_mut().push(Listener::on(&registration, "updatefound", move |_| {
            let (Some(worker), Some(states)) = (found.installing(), states.upgrade()) else { return };
            let (found, heard) = (found.clone(), Rc::clone(&heard));
            let listener = Listener::on(&worker, "statechange", move |_| tell_when_waiting(&found, &*heard));
            states.borrow_mut().push(listener);
        }));
        tell_when_waiting(&registration, &*new_version_waits);
        Some(Self { registration, reload_wanted, _listeners: listeners })
    }

    /// Lets the waiting version in and reloads the page once it is in charge. Does nothing when none waits.
    pub fn take_over(&self) {
        let Some(waiting) = self.registration.waiting() else { return };
        self.reload_wanted.set(true);
        let message = Object::new();
        let _ = Reflect::set(&message, &JsValue::from_str("type"), &JsValue::from_str("take-over"));
        if waiting.post_message(&message).is_err() {
            self.reload_wanted.set(false);
        }
    }
}

/// The first version of all does not wait for anybody, and is no news.
fn tell_when_waiting(registration: &ServiceWorkerRegistration, tell: &dyn Fn()) {
    let controlled = container().and_then(|container| container.controller()).is_some();
    if registration.waiting().is_some() && controlled {
        tell();
    }
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let exists = Reflect::has(&navigator, &JsValue::from_str("serviceWorker")).unwrap_or(false);
    exists.then(|| navigator.service_worker())
}

fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
