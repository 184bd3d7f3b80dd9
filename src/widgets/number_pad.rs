//! A pad of large keys for a figure: digits, the decimal mark of the place, and a way back.

use leptos::prelude::*;

use crate::format;
use crate::words::words;

/// The most characters a figure has.
const CHARS_MAX: usize = 12;

/// The pad. It writes at the end of `value`; the field beside it takes the keyboard.
#[component]
pub fn NumberPad(
    /// What has been written.
    value: RwSignal<String>,
    /// What it is for.
    #[prop(into)]
    label: Signal<String>,
    /// Whether the figure may have decimals.
    #[prop(optional)]
    whole: bool,
    /// Whether nothing can be written.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let mark = format::decimal_mark();
    let write = move |key: char| {
        value.update(|value| {
            let is_second_mark = key == mark && value.contains(mark);
            if value.chars().count() < CHARS_MAX && !is_second_mark {
                value.push(key);
            }
        });
    };
    let key = move |key: char| {
        view! { <button type="button" class="number-pad-key" disabled=disabled on:click=move |_| write(key)>{key.to_string()}</button> }
    };
    view! {
        <div class="number-pad" role="group" aria-label=move || label.get()>
            {"123456789".chars().map(key).collect_view()}
            <button type="button" class="number-pad-key" disabled=move || disabled.get() || whole
                aria-label=words().find.decimal_mark on:click=move |_| write(mark)>{mark.to_string()}</button>
            {key('0')}
            <button type="button" class="number-pad-key" disabled=disabled aria-label=words().sign_in.delete_digit
                on:click=move |_| value.update(|value| { value.pop(); })>"\u{232b}"</button>
        </div>
    }
}
