//! A quantity with one less and one more beside it.

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;

use super::button::Button;
use super::figure_field::FigureField;
use crate::words::words;

/// The quantity.
#[component]
pub fn Stepper(
    /// What it is a quantity of.
    #[prop(into)]
    of: Signal<String>,
    /// How much it is, as it is typed.
    #[prop(into)]
    value: Signal<String>,
    /// One less.
    #[prop(into)]
    less: Callback<()>,
    /// One more.
    #[prop(into)]
    more: Callback<()>,
    /// Called with what somebody typed.
    typed: Callback<String>,
    /// Called with the item whose code was scanned into it.
    scanned: Callback<Scanned>,
    /// Called with a code that no item has.
    unknown: Callback<String>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let words = &words();
    let (one_less, one_more, label) = (words.sell.one_less, words.sell.one_more, words.common.quantity_of);
    view! {
        <span class="stepper">
            <Button label=Signal::derive(move || Some(one_less.with([&of.get()]))) disabled press=less>"\u{2212}"</Button>
            <FigureField label=Signal::derive(move || label.with([&of.get()])) value typed scanned unknown disabled/>
            <Button label=Signal::derive(move || Some(one_more.with([&of.get()]))) disabled press=more>"+"</Button>
        </span>
    }
}
