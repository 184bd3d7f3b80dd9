//! The sync status: what was not sent yet, what the server flagged or set aside, what is missing, and what to do about each of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::fault::Attention;
use subzero_till::standing::Heard;

use super::pair::PairAgain;
use crate::device::page;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::band::Band;
use crate::widgets::button::{Button, Kind};
use crate::widgets::horizon::Horizon;
use crate::widgets::notice::{Notice, Tone};
use crate::words::{ToWords as _, words};

mod aside;
mod carry;
pub mod clock;
pub mod crossed;
mod missing;
mod support;
mod waiting;

pub use support::StorageFacts;

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
    let attention = move || shop.status.with(|status| status.as_ref().and_then(|status| status.needs_attention));
    let contact = move || match shop.heard() {
        Heard::Now => words().fresh.sync_now.to_owned(),
        Heard::At(at) => words().fresh.sync_since.with([&format::moment(at)]),
        Heard::Never => words().fresh.sync_never.to_owned(),
    };
    let all = words();
    let words = &all.sync;
    view! {
        <div class="sync-status">
            <h1>{words.title}</h1>
            <p role="status">{contact}</p>
            <Horizon/>
            {move || attention().map(|attention| view! { <Notice tone=Tone::Bad title=attention.to_words()/> })}
            <Show when=move || matches!(attention(), Some(Attention::PairAgain | Attention::NotAllowed))><PairAgain/></Show>
            <missing::Missing/>
            <Alerts/>
            <Button kind=Kind::Primary press=move |()| shop.sync_now()>{words.send_now}</Button>
            <waiting::Waiting/>
            <aside::Aside/>
            <crossed::Crossed/>
            <waiting::Odd/>
            <carry::Carry/>
            <a class="settings-link" href=Route::Registers.path()><span>{all.registers.title}</span></a>
            <support::ThisDevice/>
        </div>
    }
}

/// On every screen while the device is full: selling has stopped, and why must be plain.
#[component]
pub fn FullBand() -> impl IntoView {
    let shop = use_shop();
    let words = &words().sync;
    view! {
        <Band when=Signal::derive(move || shop.full.get())>
            <Notice tone=Tone::Bad title=words.full_title>
                <p>{words.full_note}</p>
                <carry::Save/>
            </Notice>
        </Band>
    }
}

/// Whether the last thing is recorded nobody knows: the device's storage does not answer.
#[component]
pub fn LateBand() -> impl IntoView {
    let shop = use_shop();
    view! {
        <Band when=Signal::derive(move || shop.late.get())>
            <Notice tone=Tone::Bad title=words().sync.late_title>
                <p>{words().sync.late_note}</p>
                <Button press=|()| page::reload()>{words().common.reload}</Button>
            </Notice>
        </Band>
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
