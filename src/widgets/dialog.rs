//! A dialog asks one thing before anything else goes on; a sheet shows more of what is on the screen. Both are the browser's own
//! `dialog`: it keeps the focus, Escape closes it, and the focus goes back to where it was.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

use super::button::{Button, Kind};
use crate::words::words;

/// Where it lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// In the middle.
    #[default]
    Dialog,
    /// At the side; on a phone at the bottom.
    Sheet,
}

/// The dialog. Its content is there only while it is open.
#[component]
pub fn Dialog(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Where it lies.
    #[prop(optional)]
    shape: Shape,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (open, Some(dialog)) = (open.get(), dialog.get()) else { return };
        if open && !dialog.open() {
            // It is in the page: it opens.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let close_outside = move |event: MouseEvent| {
        // What is clicked beside its content is the dialog itself.
        let outside = dialog.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
        if outside {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    view! {
        <dialog
            class="dialog" node_ref=dialog aria-label=move || title.get()
            data-shape=(shape == Shape::Sheet).then_some("sheet")
            on:close=move |_| open.set(false) on:click=close_outside
        >
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <header class="dialog-top">
                        <h2>{move || title.get()}</h2>
                        <Button kind=Kind::Quiet press=move |()| open.set(false)>{words().common.close}</Button>
                    </header>
                    {children.with_value(|children| children())}
                </div>
            </Show>
        </dialog>
    }
}
