//! A field with its name, and at the field what is wrong with it.

use leptos::prelude::*;

/// A label around whatever takes the input.
#[component]
pub fn Field(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with what is there.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// The input.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            // What is wrong is said beside the field: it is no part of what the field is called.
            <label>
                <span class="field-label">{move || label.get()}</span>
                {children()}
            </label>
            {move || hint.get().map(|hint| view! { <span class="field-hint">{hint}</span> })}
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </div>
    }
}

/// A field for a line of text.
#[component]
pub fn TextField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds.
    value: RwSignal<String>,
    /// The most characters it takes.
    #[prop(default = 60)]
    chars_max: u32,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with what is there.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it cannot be filled in.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <Field label hint problem>
            <input type="text" autocomplete="off" maxlength=chars_max.to_string() required=required disabled=disabled bind:value=value/>
        </Field>
    }
}
