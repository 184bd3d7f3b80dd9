//! A card: what a row of a table is on a phone. A name, a figure, a few lines, and what can be done.

use leptos::prelude::*;

/// The card.
#[component]
pub fn Card(
    /// Its name, and the figure that matters.
    top: AnyView,
    /// What can be done.
    #[prop(optional)]
    actions: Option<AnyView>,
    /// What else it says.
    children: Children,
) -> impl IntoView {
    view! {
        <article class="card">
            <header class="card-top">{top}</header>
            {children()}
            {actions.map(|actions| view! { <div class="card-actions">{actions}</div> })}
        </article>
    }
}
