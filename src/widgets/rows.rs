//! Rows of a list with the class `rows`: a name, what else there is to say, a tag, a figure. Some lead somewhere.

use leptos::prelude::*;

/// A row that leads somewhere.
#[component]
pub fn RowLink(
    /// Where it leads.
    #[prop(into)]
    to: String,
    /// What it is called.
    #[prop(into)]
    name: Signal<String>,
    /// What else it says.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// How far it is, or of what kind.
    #[prop(optional, into)]
    tag: MaybeProp<String>,
    /// The figure that matters.
    #[prop(optional, into)]
    figure: MaybeProp<String>,
) -> impl IntoView {
    view! { <li><a class="row" href=to><Cells name note tag figure/></a></li> }
}

/// A row that is only read.
#[component]
pub fn Row(
    /// What it is called.
    #[prop(into)]
    name: Signal<String>,
    /// What else it says.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// How far it is, or of what kind.
    #[prop(optional, into)]
    tag: MaybeProp<String>,
    /// The figure that matters.
    #[prop(optional, into)]
    figure: MaybeProp<String>,
) -> impl IntoView {
    view! { <li class="row"><Cells name note tag figure/></li> }
}

#[component]
fn Cells(
    name: Signal<String>,
    note: MaybeProp<String>,
    tag: MaybeProp<String>,
    figure: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <span class="row-name">{move || name.get()}</span>
        <span class="row-note">{move || note.get()}</span>
        <span class="row-tag">{move || tag.get().map(|tag| view! { <span class="tag">{tag}</span> })}</span>
        <span class="row-figure number">{move || figure.get()}</span>
    }
}
