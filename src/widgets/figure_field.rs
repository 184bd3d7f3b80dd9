//! A field for a figure that a scanner cannot spoil.
//!
//! A scanner types wherever the focus is. What it typed is taken out of the field again and handed on as a scan; an unknown code never
//! becomes a quantity.

use leptos::html::Input;
use leptos::prelude::*;
use subzero_ledger::catalogue::{Scanned, Typed};

use crate::shop::use_shop;

/// The field. It always shows `value`: what was typed and not taken over does not stay in it.
#[component]
pub fn FigureField(
    /// What it is, read out.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// Called with what a person typed.
    typed: Callback<String>,
    /// Called with the item of a code that was scanned into it.
    scanned: Callback<Scanned>,
    /// Called with a code that no item has. Left out where a figure may well be that large.
    #[prop(optional)]
    unknown: Option<Callback<String>>,
) -> impl IntoView {
    let shop = use_shop();
    let field = NodeRef::<Input>::new();
    let take = move |event| {
        let text = event_target_value(&event);
        match untrack(|| shop.read(|core| core.catalogue.typed(&text))) {
            Typed::Scan { scanned: found, before } => {
                if !before.is_empty() && before != value.get_untracked() {
                    typed.run(before.to_owned());
                }
                scanned.run(found);
            }
            Typed::StrangeCode(code) if let Some(unknown) = unknown => unknown.run(code.to_owned()),
            Typed::StrangeCode(figure) | Typed::Figure(figure) => typed.run(figure.to_owned()),
        }
        if let Some(field) = field.get_untracked() {
            field.set_value(&value.get_untracked());
        }
    };
    let select = move || {
        // What is typed next takes the place of what is there.
        if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    view! {
        <input
            type="text" inputmode="decimal" autocomplete="off" aria-label=label node_ref=field
            prop:value=value on:focus=move |_| select() on:click=move |_| select() on:change=take
        />
    }
}

/// What is said of a code that was scanned where a figure belongs.
pub fn code_unknown(code: &str) -> String {
    format!("No item has the code {code}. The figure is as it was.")
}
