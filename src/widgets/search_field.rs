//! A field that narrows down what is shown, letter by letter.

use leptos::prelude::*;

use super::field::Field;

/// The field.
#[component]
pub fn SearchField(
    /// What is looked for.
    #[prop(into)]
    label: Signal<String>,
    /// What was typed.
    value: RwSignal<String>,
    /// Whether nothing can be typed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="search-field">
            <Field label>
                <input type="search" autocomplete="off" spellcheck="false" disabled=disabled bind:value=value/>
            </Field>
        </div>
    }
}
