//! A button: what is pressed to do something. Where something only leads elsewhere, it is a link with the same class.

use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One of several.
    #[default]
    Plain,
    /// What most people want here. One a screen.
    Primary,
    /// There when it is looked for.
    Quiet,
    /// It takes something away.
    Danger,
}

impl Kind {
    /// As the style sheet knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Primary => "primary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// A button. While it is busy it cannot be pressed again.
#[component]
pub fn Button(
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: Kind,
    /// Whether it is as large as what is pressed all day.
    #[prop(optional)]
    large: bool,
    /// What it is called where its text does not say it all.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether what it does is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What it does. Left out, it submits the form it is in.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if press.is_some() { "button" } else { "submit" }
            class="button" data-kind=kind.name() data-size=large.then_some("large")
            aria-label=move || label.get()
            aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get() || busy.get()
            on:click=move |_| if let Some(press) = press { press.run(()) }
        >{children()}</button>
    }
}
