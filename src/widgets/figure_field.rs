//! A field for a figure that a scanner cannot spoil.
//!
//! A scanner types wherever the focus is. What it typed is taken out of the field again and handed on as a scan; an unknown code never
//! becomes a quantity.

use leptos::html::Input;
use leptos::prelude::*;
use subzero_ledger::catalogue::{Scanned, Tables, Typed};

/// What a field for a figure holds once somebody has typed or scanned into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// What may be a figure.
    Figure(String),
    /// An item's code, and what was in the field before it.
    Scan(Scanned, String),
    /// A code that no item has.
    StrangeCode(String),
}

impl Entered {
    /// As the catalogue takes it.
    pub fn read(text: &str, tables: &Tables) -> Self {
        match tables.typed(text) {
            Typed::Figure(figure) => Self::Figure(figure.to_owned()),
            Typed::Scan { scanned, before } => Self::Scan(scanned, before.to_owned()),
            Typed::StrangeCode(code) => Self::StrangeCode(code.to_owned()),
        }
    }
}

/// Whoever knows codes: provided once for all fields.
#[derive(Clone, Copy)]
pub struct CodeReader(pub Callback<String, Entered>);

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
    #[prop(optional, into)]
    unknown: Option<Callback<String>>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let CodeReader(reader) = expect_context();
    let field = NodeRef::<Input>::new();
    let take = move |event| {
        let text = event_target_value(&event);
        match untrack(|| reader.run(text)) {
            Entered::Scan(found, before) => {
                if !before.is_empty() && before != value.get_untracked() {
                    typed.run(before);
                }
                scanned.run(found);
            }
            Entered::StrangeCode(code) if let Some(unknown) = unknown => unknown.run(code),
            Entered::StrangeCode(figure) | Entered::Figure(figure) => typed.run(figure),
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
            type="text" inputmode="decimal" autocomplete="off" disabled=disabled aria-label=label node_ref=field
            prop:value=value on:focus=move |_| select() on:click=move |_| select() on:change=take
        />
    }
}
