//! A sentence that needs to be seen, and what can be done about it.

use leptos::prelude::*;

/// How a notice sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// It went well.
    Good,
    /// Careful.
    Warning,
    /// It did not work.
    Bad,
}

/// A titled notice. Warnings and failures are read out.
#[component]
pub fn Notice(
    /// How it sounds.
    tone: Tone,
    /// What it says first.
    #[prop(into)]
    title: Signal<String>,
    /// What follows.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (name, role) = match tone {
        Tone::Plain => ("plain", "status"),
        Tone::Good => ("good", "status"),
        Tone::Warning => ("warning", "alert"),
        Tone::Bad => ("bad", "alert"),
    };
    view! {
        <section class="notice" data-tone=name role=role>
            <h2>{move || title.get()}</h2>
            {children.map(|children| children())}
        </section>
    }
}
