//! What a screen shows while there is nothing to show: not there yet, nothing, or not to be had.

use leptos::prelude::*;

use super::button::Button;
use super::notice::{Notice, Tone};
use crate::words::words;

/// Nothing, and why.
#[component]
pub fn Empty(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// What can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! { <div class="empty"><p>{move || text.get()}</p>{children.map(|children| children())}</div> }
}

/// The place that rows will take, so that nothing jumps when they come.
#[component]
pub fn Skeleton(
    /// How many rows.
    #[prop(default = 3)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label=words().common.loading>
            {(0..rows).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}

/// It is not to be had, and what to do.
#[component]
pub fn Failed(
    /// Why.
    #[prop(into)]
    text: Signal<String>,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    view! { <Notice tone=Tone::Bad title=text><Button press=retry>{words().common.retry}</Button></Notice> }
}
