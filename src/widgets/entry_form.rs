//! A form of lines: items to choose from, and beside them what was chosen, with what else belongs to it.

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;

use super::entry_lines::{EntryLine, EntryLineList, EntryLines};
use super::item_search::ItemSearch;
use super::notice::{Notice, Tone};
use super::state::Empty;

/// The form. What is scanned or tapped goes to `add`; what is in it goes out by the buttons among the `children`, which are there once
/// there are lines. Nothing else sends it: a scanner ends each code with Enter, in whatever field.
#[component]
pub fn EntryForm(
    /// Its lines.
    lines: EntryLines,
    /// Called with each item that is scanned or tapped.
    add: Callback<Scanned>,
    /// What it says while it has no lines.
    empty: &'static str,
    /// Whether its lines ask for what one cost.
    #[prop(optional, into)]
    costs: Signal<bool>,
    /// Whether they ask where nobody knows it, also those who may not see costs.
    #[prop(optional)]
    unknown_costs: bool,
    /// What else a line says of its item.
    #[prop(into)]
    about: Callback<EntryLine, AnyView>,
    /// What is wrong that belongs to no line.
    problem: RwSignal<Option<String>>,
    /// What is asked before the lines.
    #[prop(optional, into)]
    head: ViewFnOnce,
    /// What is asked after them, and the buttons.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <ItemSearch chosen=add on_demand=true/>
        <section class="entry-form panel">
            {head.run()}
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <Show when=move || !lines.are_empty() fallback=move || view! { <Empty text=empty/> }>
                <EntryLineList lines add costs unknown_costs about/>
                {children.with_value(|children| children())}
            </Show>
        </section>
    }
}
