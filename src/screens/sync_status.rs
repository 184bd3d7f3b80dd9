//! The sync status: what was not sent yet, what the server flagged or set aside, and what to do about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::fault::Attention;
use subzero_sync::wire::{Flag, QuarantineReason, Verdict};

use super::entry::kind;
use super::pair::PairAgain;
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::shop::{Heard, sentence, use_shop};
use crate::widgets::notice::{Notice, Tone};

/// The screen.
#[component]
pub fn SyncStatusScreen() -> impl IntoView {
    let shop = use_shop();
    let unsent = move || {
        shop.read(|core| {
            let in_words = |(dseq, entry): (u64, &subzero_ledger::entry::Entry)| {
                (dseq, entry.header.id, kind(&entry.body), entry.header.at)
            };
            let waiting = core.unconfirmed().filter(|(dseq, _)| !shop.is_set_aside(*dseq));
            waiting.map(in_words).collect::<Vec<_>>()
        })
    };
    let attention = move || shop.status.with(|status| status.as_ref().and_then(|status| status.needs_attention));
    let contact = move || match shop.heard() {
        Heard::Now => "Up to date with the server.".to_owned(),
        Heard::At(at) => {
            format!("Up to date as of {}. Selling goes on, and everything will be sent.", format::moment(at))
        }
        Heard::Never => "Not yet in touch with the server. Selling goes on, and everything will be sent.".to_owned(),
    };
    view! {
        <div class="sync-status">
            <h1>"Sync"</h1>
            <p role="status">{contact}</p>
            {move || attention().map(|attention| view! { <Notice tone=Tone::Bad title=attention.to_string()/> })}
            <Show when=move || attention() == Some(Attention::PairAgain)><PairAgain/></Show>
            <Alerts/>
            <button class="button" on:click=move |_| shop.sync_now()>"Send now"</button>
            <h2>"Not sent yet"</h2>
            <ul class="sync-list">
                <For each=unsent key=|(dseq, ..)| *dseq let((_, id, kind, at))>
                    <li><a href=Route::Entry(id, None).path()>{kind}</a><span>{format::age(at, clock::now())}</span></li>
                </For>
            </ul>
            <Show when=move || unsent().is_empty()><p class="empty">"Everything is sent."</p></Show>
            <Verdicts/>
        </div>
    }
}

/// What went wrong, until somebody says that they saw it.
#[component]
fn Alerts() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let seen = move |_| {
        spawn_local(async move {
            let cleared = shop.clear_alerts().await;
            problem.try_set(cleared.err().map(|error| sentence(&error)));
        });
    };
    view! {
        <Show when=move || !shop.alerts.with(Vec::is_empty)>
            <Notice tone=Tone::Warning title="Something went wrong with sync">
                <ul class="sync-alerts">
                    {move || shop.alerts.get().into_iter().map(|told| view! {
                        <li>{format::moment(told.at)}": "{told.alert.sentence()}</li>
                    }).collect_view()}
                </ul>
                <button class="button" on:click=seen>"I have seen this"</button>
                <p role="alert">{move || problem.get()}</p>
            </Notice>
        </Show>
    }
}

#[component]
fn Verdicts() -> impl IntoView {
    let shop = use_shop();
    let odd = move || {
        shop.verdicts.with(|verdicts| {
            verdicts.iter().filter_map(|(dseq, verdict)| Some((*dseq, verdict_words(verdict)?))).collect::<Vec<_>>()
        })
    };
    view! {
        <Show when=move || !odd().is_empty()>
            <h2>"Needs a look"</h2>
            <ul class="sync-list">
                <For each=odd key=|(dseq, _)| *dseq let((dseq, words))>
                    <li>
                        {match shop.read(|core| core.own_entry(dseq)) {
                            Some(id) => view! { <a href=Route::Entry(id, None).path()>{format!("Entry {dseq} of this register")}</a> }.into_any(),
                            None => view! { <span>{format!("Entry {dseq} of this register")}</span> }.into_any(),
                        }}
                        <span>{words}</span>
                    </li>
                </For>
            </ul>
        </Show>
    }
}

fn verdict_words(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Ok | Verdict::Dup => None,
        Verdict::Flagged { flags } => Some(flags.iter().map(|flag| flag_words(*flag)).collect::<Vec<_>>().join(" ")),
        Verdict::Quarantined { reason } => Some(format!("Set aside: {}", quarantine_words(*reason))),
    }
}

const fn flag_words(flag: Flag) -> &'static str {
    match flag {
        Flag::AheadOfTime => "This device’s clock is ahead.",
        Flag::UnknownEmployee => "The employee does not work here any more.",
        Flag::UnknownItem => "An item is not in the catalogue.",
    }
}

const fn quarantine_words(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::Unreadable => "it cannot be read.",
        QuarantineReason::OtherDevice => "it says it is from another device.",
        QuarantineReason::OtherShop => "this device may not record for that shop.",
        QuarantineReason::IdTaken => "another entry has its number.",
        QuarantineReason::NotAllowed => "whoever made it may not change that.",
    }
}
