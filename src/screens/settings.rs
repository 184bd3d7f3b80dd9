//! Settings: this device, and the optional modules.

use leptos::prelude::*;
use subzero_ledger::entry::Mode;

use crate::routes::Route;
use crate::shop::use_shop;

/// The screen.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    let shop = use_shop();
    let paired = move |read: fn(&subzero_sync::wire::Paired) -> String| {
        shop.paired.with(|paired| paired.as_ref().map(read)).unwrap_or_default()
    };
    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <section>
                <h2>"Optional modules"</h2>
                <a class="settings-link" href=Route::NegativeInventoryModule.path()>
                    <span>"Negative inventory"</span>
                    <span>{move || match shop.mode_setting() { Mode::Allow => "On", Mode::AutoAdd => "Off" }}</span>
                </a>
            </section>
            <section>
                <h2>"This device"</h2>
                <dl class="facts">
                    <div><dt>"Account"</dt><dd>{move || paired(|paired| paired.account.clone())}</dd></div>
                    <div><dt>"Register"</dt><dd>{move || paired(|paired| paired.register.clone())}</dd></div>
                    <div><dt>"Signed in"</dt><dd>{move || shop.employee().map(|employee| employee.name)}</dd></div>
                    <div><dt>"Shop"</dt><dd>{move || shop.name_of(shop.id())}</dd></div>
                    <div><dt>"Storage"</dt><dd>{move || match shop.persisted.get() {
                        Some(true) => "Kept: the browser will not clear it by itself",
                        Some(false) => "Not promised: the browser may clear it when it runs out of room",
                        None => "Asking the browser",
                    }}</dd></div>
                </dl>
                <a class="settings-link" href=Route::SyncStatus.path()><span>"Sync status"</span></a>
            </section>
        </div>
    }
}
