//! A pad for a PIN: large keys, and the keyboard's digits as well.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::words::words;

/// The most digits a PIN has.
pub const DIGITS_MAX: usize = 8;
/// The fewest: from here on it can be tried.
pub const DIGITS_MIN: usize = 4;

/// The pad. `done` gets the digits once "Sign in" or Enter is pressed.
#[component]
pub fn PinPad(
    /// The digits so far.
    digits: RwSignal<String>,
    /// They are being checked.
    #[prop(into)]
    checking: Signal<bool>,
    /// What is done with them.
    #[prop(default = words().sign_in.sign_in)]
    action: &'static str,
    /// Called with the digits.
    done: Callback<String>,
) -> impl IntoView {
    let words = &words().sign_in;
    let push = move |digit: char| {
        digits.update(|digits| {
            if digits.len() < DIGITS_MAX {
                digits.push(digit);
            }
        });
    };
    let finish = move || {
        let typed = digits.get_untracked();
        if typed.len() >= DIGITS_MIN && !checking.get_untracked() {
            done.run(typed);
        }
    };
    let key = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| match event.key().as_str() {
        // On a button, Enter presses that button; on a key of the pad only until a PIN can be tried.
        "Enter" if !is_on_control(digits.with_untracked(|digits| digits.len() >= DIGITS_MIN)) => {
            event.prevent_default();
            finish();
        }
        "Backspace" => digits.update(|digits| {
            digits.pop();
        }),
        key => {
            if let (1, Some(digit)) = (key.len(), key.chars().next().filter(char::is_ascii_digit)) {
                push(digit);
            }
        }
    });
    on_cleanup(move || key.remove());
    view! {
        <div class="pin-pad" role="group" aria-label=words.pad>
            <output class="pin-pad-dots" aria-label=move || words.digits.of(digits.get().len(), [])>
                {move || "\u{25cf}".repeat(digits.get().len())}
            </output>
            {"123456789".chars().map(|digit| view! {
                <button type="button" class="number-pad-key" on:click=move |_| push(digit)>{digit.to_string()}</button>
            }).collect_view()}
            <button type="button" class="number-pad-key" aria-label=words.delete_digit on:click=move |_| digits.update(|digits| { digits.pop(); })>"\u{232b}"</button>
            <button type="button" class="number-pad-key" on:click=move |_| push('0')>"0"</button>
            <button
                type="button" class="number-pad-key" data-kind="primary"
                disabled=move || checking.get() || digits.with(|digits| digits.len() < DIGITS_MIN)
                on:click=move |_| finish()
            >{action}</button>
        </div>
    }
}

/// Whether Enter means the control that has the focus.
fn is_on_control(can_be_tried: bool) -> bool {
    document().active_element().is_some_and(|element| {
        let is_control = matches!(element.tag_name().as_str(), "A" | "BUTTON");
        is_control && !(can_be_tried && element.class_list().contains("number-pad-key"))
    })
}
