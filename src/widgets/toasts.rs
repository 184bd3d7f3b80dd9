//! Toasts: what has just been done, said once, with a way back where there is one. Nothing that has to be read is said only here.

use std::time::Duration;

use leptos::prelude::*;

use super::button::{Button, Kind};
use crate::words::words;

/// How long a toast is there.
const SHOWN: Duration = Duration::from_secs(6);
/// How long one is there that something can be done with.
const SHOWN_WITH_UNDO: Duration = Duration::from_secs(20);
/// The most at once.
const TOASTS_MAX: usize = 3;

#[derive(Clone)]
struct Toast {
    number: u64,
    text: String,
    undo: Option<Callback<()>>,
}

/// Whoever has something to say. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    last: StoredValue<u64>,
}

impl Default for Toaster {
    fn default() -> Self {
        Self { toasts: RwSignal::new(Vec::new()), last: StoredValue::new(0) }
    }
}

impl Toaster {
    /// Says that something was done.
    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), None);
    }

    /// Says that something was done, and offers to take it back.
    pub fn say_with_undo(self, text: impl Into<String>, undo: Callback<()>) {
        self.show(text.into(), Some(undo));
    }

    fn show(self, text: String, undo: Option<Callback<()>>) {
        let number = self.last.get_value() + 1;
        self.last.set_value(number);
        let shown = if undo.is_some() { SHOWN_WITH_UNDO } else { SHOWN };
        self.toasts.update(|toasts| {
            toasts.push(Toast { number, text, undo });
            let surplus = toasts.len().saturating_sub(TOASTS_MAX);
            toasts.drain(..surplus);
        });
        set_timeout(move || self.take_away(number), shown);
    }

    fn take_away(self, number: u64) {
        self.toasts.try_update(|toasts| toasts.retain(|toast| toast.number != number));
    }
}

/// Whoever has something to say in this page.
pub fn use_toaster() -> Toaster {
    expect_context::<Toaster>()
}

/// The place where they are said: one a page.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toaster.toasts.get() key=|toast| toast.number let(toast)>
                <div class="toast">
                    <span>{toast.text.clone()}</span>
                    {toast.undo.map(|undo| view! {
                        <Button kind=Kind::Quiet press=move |()| {
                            toaster.take_away(toast.number);
                            undo.run(());
                        }>{words().common.undo}</Button>
                    })}
                </div>
            </For>
        </div>
    }
}
