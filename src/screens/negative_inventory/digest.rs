//! The digest, above whatever screen is open, for those who put negatives right.

use leptos::prelude::*;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::report::Digest;

use crate::device::badge;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::band::Band;
use crate::widgets::button::{Button, Kind};
use crate::words::words;

/// The digest that is due; nothing while none is, or for those who cannot do anything about it. In practice there is none, nor a number on
/// the page's icon: that is seen outside the page, where nobody knows what is practice.
#[component]
pub fn DigestBand() -> impl IntoView {
    let shop = use_shop();
    let is_practice = untrack(|| shop.is_practice());
    let is_theirs = Memo::new(move |_| !is_practice && shop.may(Right::Adjust) == May::Yes);
    let has_caught_up = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || shop.status.with(|status| status.as_ref().is_some_and(|status| status.up_to_date))
    });
    // Not worked out anew with every sale: when the page opens, once when it has caught up, and when something was chosen.
    let due = Memo::new(move |_| {
        has_caught_up.track();
        shop.digest.track();
        is_theirs.get().then(|| untrack(|| shop.digest_due())).flatten()
    });
    if !is_practice {
        let negatives = Memo::new(move |_| shop.negatives());
        Effect::new(move |_| badge::show(negatives.get()));
    }
    let text = move || {
        due.get().map(|(since, Digest { new, older, cured })| {
            let words = &words().digest;
            let days = shop.digest.get().older_than_days;
            let figures = [
                (new, words.new.of(new, [])),
                (older, words.older.of(older, [&format::count(days.into())])),
                (cured, words.cured.of(cured, [])),
            ];
            let told: Vec<String> = figures.into_iter().filter(|(n, _)| *n != 0).map(|(_, text)| text).collect();
            words.since.with([&format::day(since), &told.join(", ")])
        })
    };
    view! {
        <Band when=Signal::derive(move || due.with(Option::is_some))>
            <section class="digest" aria-label=words().digest.title>
                <p>{text}</p>
                <a class="button" href=Route::NegativeInventory.path() on:click=move |_| shop.digest_seen()>{words().digest.look}</a>
                <Button kind=Kind::Quiet press=move |()| shop.digest_seen()>{words().digest.seen}</Button>
            </section>
        </Band>
    }
}
