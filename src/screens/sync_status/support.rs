//! This device: what the browser says of its storage, and a report for whoever has to find out why something does not work.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device::file;
use crate::device::persistence::{self, Room};
use crate::device::share::{Shared, share};
use crate::format;
use crate::shop::use_shop;
use crate::widgets::button::Button;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

const FILE: &str = "subzero-report.json";

/// The facts and the report.
#[component]
pub fn ThisDevice() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let save = move |()| {
        spawn_local(async move { file::give_as(FILE, &shop.diagnostics().await, "application/json") });
    };
    let share_it = move |()| {
        spawn_local(async move {
            let report = shop.diagnostics().await;
            match share(words().sync.report, &report).await {
                Shared::Asked => {}
                Shared::Copied => toaster.say(words().sync.report_copied),
                Shared::No => file::give_as(FILE, &report, "application/json"),
            }
        });
    };
    let words = &words().sync;
    view! {
        <section aria-label=words.this_device>
            <h2>{words.this_device}</h2>
            <StorageFacts/>
            <h3>{words.report}</h3>
            <p>{words.report_note}</p>
            <div class="chips">
                <Button press=save>{words.report_save}</Button>
                <Button press=share_it>{words.report_share}</Button>
            </div>
        </section>
    }
}

/// Whether the browser promised to keep what is stored, and how much room there is.
#[component]
pub fn StorageFacts() -> impl IntoView {
    let shop = use_shop();
    let room = RwSignal::new(None::<Room>);
    spawn_local(async move {
        let told = persistence::room().await;
        room.try_set(told);
    });
    let megabytes = |bytes: u64| format::count(usize::try_from(bytes.div_ceil(1_000_000)).unwrap_or(usize::MAX));
    let (settings, names) = (&words().settings, &words().sync);
    view! {
        <dl class="facts">
            <div><dt>{settings.storage}</dt><dd>{move || match shop.persisted.get() {
                Some(true) => settings.storage_kept,
                Some(false) => settings.storage_open,
                None => settings.storage_asking,
            }}</dd></div>
            <div><dt>{names.room}</dt><dd>{move || match room.get() {
                Some(Room { used, quota }) => names.room_used.with([&megabytes(used), &megabytes(quota)]),
                None => names.room_unknown.to_owned(),
            }}</dd></div>
        </dl>
    }
}
