//! Chips: a few choices side by side, of which one holds, or each of which is on or off.

use leptos::prelude::*;

/// One choice of several. Arrow keys go from one to the next.
#[component]
pub fn Choice<T>(
    /// What is chosen.
    #[prop(into)]
    label: Signal<String>,
    /// What there is, with its words.
    options: Vec<(T, String)>,
    /// What holds now.
    #[prop(into)]
    chosen: Signal<T>,
    /// Called with what somebody chooses.
    #[prop(into)]
    choose: Callback<T>,
    /// Whether nothing else can be chosen.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = format!("choice-{}", uuid::Uuid::now_v7().simple());
    view! {
        <div class="chips" role="radiogroup" aria-label=move || label.get()>
            {options.into_iter().map(|(option, words)| view! {
                <label class="chip">
                    <input type="radio" name=group.clone() disabled=disabled
                        prop:checked=move || chosen.get() == option on:change=move |_| choose.run(option)/>
                    {words}
                </label>
            }).collect_view()}
        </div>
    }
}

/// A chip that is on or off, or that does something.
#[component]
pub fn Chip(
    /// Whether it is on; left out where it only does something.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// Called when it is pressed.
    #[prop(into)]
    press: Callback<()>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" disabled=disabled
            aria-pressed=move || pressed.get().map(|pressed| pressed.to_string())
            on:click=move |_| press.run(())>{children()}</button>
    }
}
