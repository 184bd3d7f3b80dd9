//! A field for an amount of money, with the sign of its currency.

use leptos::prelude::*;

use super::field::Field;
use crate::format;

/// The field. What is typed is read by [`format::typed`], with a point or a comma.
#[component]
pub fn MoneyField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds, as typed.
    value: RwSignal<String>,
    /// The currency.
    #[prop(into)]
    currency: String,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with what is there.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Whether it cannot be filled in.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <Field label hint problem>
            <span class="money-field">
                <span aria-hidden="true">{format::currency_sign(&currency)}</span>
                <input type="text" inputmode="decimal" autocomplete="off" disabled=disabled bind:value=value/>
            </span>
        </Field>
    }
}
