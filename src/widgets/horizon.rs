//! That what lies further back is not on this device, and how it gets here; and that figures still wait for some of it.

use leptos::prelude::*;

use super::button::Button;
use super::loading::nothing_so_far;
use super::notice::{Notice, Tone};
use crate::format;
use crate::shop::use_shop;
use crate::words::words;

/// Says since when everything is here, under what is listed. Nothing where everything is that ever was.
#[component]
pub fn Horizon() -> impl IntoView {
    let shop = use_shop();
    let horizon = Memo::new(move |_| shop.horizon());
    let waits = Memo::new(move |_| shop.older.get());
    let names = &words().horizon;
    let rows = |number: u64| format::count(usize::try_from(number).unwrap_or(usize::MAX));
    view! {
        {move || horizon.get().map(|since| view! {
            <p class="horizon" role="status">
                {move || match waits.get() {
                    None => names.left_out.with([&format::day(since)]),
                    Some(_) if !shop.is_online() => names.waiting.to_owned(),
                    Some((here, all)) => names.coming.with([&rows(here), &rows(all)]),
                }}
                <Show when=move || waits.with(Option::is_none)>
                    <Button press=move |()| shop.want_older()>{names.bring}</Button>
                </Show>
            </p>
        })}
    }
}

/// What a list says that has nothing: where the beginning is not here, nobody knows that nothing ever was.
pub fn nothing_here(none: &'static str) -> Signal<String> {
    let shop = use_shop();
    nothing_so_far(move || if shop.horizon().is_some() { words().horizon.nothing } else { none }.to_owned())
}

/// Says that some figures are not certain before older records are here. They come by themselves.
#[component]
pub fn Uncertain() -> impl IntoView {
    let shop = use_shop();
    let is_lacking = Memo::new(move |_| shop.read(|core| !core.lacking().is_empty()));
    let names = &words().horizon;
    view! {
        <Show when=move || is_lacking.get()>
            <Notice tone=Tone::Warning title=names.uncertain><Horizon/></Notice>
        </Show>
    }
}
