//! The sync status: what was not sent yet, what the server flagged or set aside, and what to do about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::fault::Attention;
use subzero_sync::wire::{DeviceSeen, Flag, QuarantineReason, Verdict};

use super::entry::kind;
use super::pair::PairAgain;
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::shop::{Heard, use_shop};
use crate::widgets::button::Button;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// The screen. In practice there is nothing to be said but that nothing is sent.
#[component]
pub fn SyncStatusScreen() -> impl IntoView {
    let shop = use_shop();
    view! {
        <Show when=move || !shop.is_practice()
            fallback=|| view! { <div class="sync-status"><h1>{words().sync.title}</h1><p>{words().practice.never_sent}</p></div> }>
            <Status/>
        </Show>
    }
}

#[component]
fn Status() -> impl IntoView {
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
        Heard::Now => words().fresh.sync_now.to_owned(),
        Heard::At(at) => words().fresh.sync_since.with([&format::moment(at)]),
        Heard::Never => words().fresh.sync_never.to_owned(),
    };
    let words = &words().sync;
    view! {
        <div class="sync-status">
            <h1>{words.title}</h1>
            <p role="status">{contact}</p>
            {move || attention().map(|attention| view! { <Notice tone=Tone::Bad title=attention.to_words()/> })}
            <Show when=move || attention() == Some(Attention::PairAgain)><PairAgain/></Show>
            <Alerts/>
            <Button press=move |()| shop.sync_now()>{words.send_now}</Button>
            <h2>{words.not_sent}</h2>
            <ul class="sync-list">
                <For each=unsent key=|(dseq, ..)| *dseq let((_, id, kind, at))>
                    <li><a href=Route::Entry(id, None).path()>{kind}</a><span>{format::age(at, clock::now())}</span></li>
                </For>
            </ul>
            <Show when=move || unsent().is_empty()><Empty text=words.all_sent/></Show>
            <Verdicts/>
            <Registers/>
        </div>
    }
}

/// Every register of the shops this device knows: when the server last heard of it, and what it had not sent then.
#[component]
fn Registers() -> impl IntoView {
    let shop = use_shop();
    let words = &words().sync;
    let line = move |seen: &DeviceSeen| {
        let (name, heard) = (shop.register_name(seen.device), format::moment(seen.seen));
        let unsent = usize::try_from(seen.standing.unsent).unwrap_or(usize::MAX);
        (name, words.heard.with([&heard, &crate::words::words().fresh.entries.of(unsent, [])]))
    };
    let lines = move || {
        shop.devices.with(|devices| devices.iter().flat_map(|devices| &devices.seen).map(line).collect::<Vec<_>>())
    };
    view! {
        <Show when=move || shop.devices.with(Option::is_some)>
            <h2>{words.registers}</h2>
            <ul class="sync-list">
                {move || lines().into_iter().map(|(name, heard)| view! { <li><span>{name}</span><span>{heard}</span></li> }).collect_view()}
            </ul>
        </Show>
    }
}

/// What went wrong, until somebody says that they saw it.
#[component]
fn Alerts() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let seen = move |()| {
        spawn_local(async move {
            let cleared = shop.clear_alerts().await;
            problem.try_set(cleared.err().map(|error| error.to_words()));
        });
    };
    view! {
        <Show when=move || !shop.alerts.with(Vec::is_empty)>
            <Notice tone=Tone::Warning title=words().sync.went_wrong>
                <ul class="sync-alerts">
                    {move || shop.alerts.get().into_iter().map(|told| view! {
                        <li>{words().sync.alert.with([&format::moment(told.at), &told.alert.to_words()])}</li>
                    }).collect_view()}
                </ul>
                <Button press=seen>{words().sync.seen}</Button>
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
            <h2>{words().sync.needs_a_look}</h2>
            <ul class="sync-list">
                <For each=odd key=|(dseq, _)| *dseq let((dseq, sentence))>
                    <li>
                        {match shop.read(|core| core.own_entry(dseq)) {
                            Some(id) => view! { <a href=Route::Entry(id, None).path()>{words().sync.entry.with([&dseq.to_string()])}</a> }.into_any(),
                            None => view! { <span>{words().sync.entry.with([&dseq.to_string()])}</span> }.into_any(),
                        }}
                        <span>{sentence}</span>
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
        Verdict::Quarantined { reason } => Some(words().sync.set_aside.with([quarantine_words(*reason)])),
    }
}

const fn flag_words(flag: Flag) -> &'static str {
    match flag {
        Flag::AheadOfTime => words().sync.ahead_of_time,
        Flag::UnknownEmployee => words().sync.unknown_employee,
        Flag::UnknownItem => words().sync.unknown_item,
    }
}

const fn quarantine_words(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::Unreadable => words().sync.unreadable,
        QuarantineReason::OtherDevice => words().sync.other_device,
        QuarantineReason::OtherShop => words().sync.other_shop,
        QuarantineReason::IdTaken => words().sync.id_taken,
        QuarantineReason::NotAllowed => words().sync.not_allowed,
    }
}
