//! A band: what comes and goes above a screen. It moves all that is below it, so it waits while something is pressed: that press would end beside
//! what it was meant for.

use leptos::prelude::*;

use crate::device::press;

/// Whether something is being pressed in this page.
#[derive(Clone, Copy)]
struct Pressed(ReadSignal<bool>);

/// Lets the bands of this page know what is being pressed.
pub fn provide_pressed() {
    let (pressed, set_pressed) = signal(false);
    let _listeners = StoredValue::new_local(press::watch(move |is_pressed| {
        set_pressed.try_set(is_pressed);
    }));
    provide_context(Pressed(pressed));
}

/// The band, while it is wanted.
#[component]
pub fn Band(
    /// Whether it is.
    #[prop(into)]
    when: Signal<bool>,
    /// What it says.
    children: ChildrenFn,
) -> impl IntoView {
    let is_shown = while_not_pressed(when);
    view! { <Show when=move || is_shown.get()>{children()}</Show> }
}

/// The same, but for when something is pressed: then it is as it was.
pub fn while_not_pressed(wanted: Signal<bool>) -> Memo<bool> {
    let pressed = use_context::<Pressed>();
    // In a memo of its own, so that a press does not work it out again.
    let wanted = Memo::new(move |_| wanted.get());
    Memo::new(move |before: Option<&bool>| match before {
        Some(before) if pressed.is_some_and(|Pressed(pressed)| pressed.get()) => *before,
        _ => wanted.get(),
    })
}
