//! That a new register is still receiving what the shops have: what a screen shows is not all there is.

use leptos::prelude::*;
use subzero_sync::replica::Coming;

use crate::format;
use crate::shop::use_shop;
use crate::words::words;

/// Says how far it has come, over whichever screen is shown: it takes no room, so that nothing moves under a finger when it goes.
#[component]
pub fn Loading() -> impl IntoView {
    let shop = use_shop();
    let is_loading = Memo::new(move |_| shop.is_loading());
    let coming = Memo::new(move |_| shop.coming());
    let rows = |number: u64| format::count(usize::try_from(number).unwrap_or(usize::MAX));
    let names = &words().loading;
    let sentence = move || match coming.get() {
        _ if !shop.is_online() => names.waits.to_owned(),
        Some(Coming { here, all }) => names.coming.with([&rows(here), &rows(all)]),
        None => names.begins.to_owned(),
    };
    view! {
        <Show when=move || is_loading.get()>
            <div class="loading" role="status">
                <span>{sentence}</span>
                <progress aria-hidden="true" max=move || coming.get().map(|coming| coming.all.to_string())
                    value=move || coming.get().map(|coming| coming.here.to_string())></progress>
            </div>
        </Show>
    }
}

/// What a list says that has nothing: while it is loading, that is no news.
pub fn nothing_so_far(none: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    let shop = use_shop();
    Signal::derive(move || if shop.is_loading() { words().loading.nothing_yet.to_owned() } else { none() })
}
