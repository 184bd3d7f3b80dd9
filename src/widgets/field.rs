//! A field with its name, and at the field what is wrong with it.

use leptos::prelude::*;
use subzero_ledger::decimal::DecimalError;

use crate::format;
use crate::words::ToWords;

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
    /// What others filled in there.
    #[prop(optional)]
    suggestions: Vec<String>,
) -> impl IntoView {
    let list = (!suggestions.is_empty()).then(|| format!("suggestions-{}", uuid::Uuid::now_v7().simple()));
    let named = list.clone();
    view! {
        <Field label hint problem>
            <input type="text" autocomplete="off" maxlength=chars_max.to_string() required=required disabled=disabled list=named bind:value=value/>
        </Field>
        {list.map(|list| view! {
            <datalist id=list>{suggestions.into_iter().map(|text| view! { <option value=text></option> }).collect_view()}</datalist>
        })}
    }
}

/// What is typed into a field, with what is wrong with it.
#[derive(Clone, Copy)]
pub struct Typed {
    /// The text.
    pub text: RwSignal<String>,
    /// What is said at the field.
    pub problem: RwSignal<Option<String>>,
}

impl Typed {
    /// A field that holds this to begin with.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: RwSignal::new(text.into()), problem: RwSignal::new(None) }
    }

    /// The text without the space around it.
    pub fn trimmed(self) -> String {
        self.text.with_untracked(|text| text.trim().to_owned())
    }

    /// The figure in it; else says at the field what is wrong, and answers nothing.
    pub fn read<T: std::str::FromStr<Err = DecimalError>>(self) -> Option<T> {
        let read = self.text.with_untracked(|text| format::typed(text));
        self.problem.set(read.as_ref().err().map(ToWords::to_words));
        read.ok()
    }

    /// The same where nothing may be there.
    pub fn read_if_any<T: std::str::FromStr<Err = DecimalError>>(self) -> Option<Option<T>> {
        if self.trimmed().is_empty() {
            self.problem.set(None);
            return Some(None);
        }
        self.read().map(Some)
    }
}
