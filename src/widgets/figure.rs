//! A quantity: right-aligned, tabular, and marked in more than colour where it is negative.

use leptos::prelude::*;
use subzero_ledger::quantity::Qty;

use crate::format;

/// A quantity. Below zero it has a real minus sign and a mark before it.
#[component]
pub fn Figure(
    /// How much.
    #[prop(into)]
    qty: Signal<Qty>,
) -> impl IntoView {
    view! {
        <span class="figure" data-negative=move || qty.get().is_negative().to_string()>
            <Show when=move || qty.get().is_negative()>
                <svg class="figure-mark" viewBox="0 0 12 12" aria-hidden="true"><path d="M6 11 0.8 2h10.4z"/></svg>
            </Show>
            {move || format::qty(qty.get())}
        </span>
    }
}
