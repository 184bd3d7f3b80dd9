//! Settings: this device, and the optional modules.

use leptos::prelude::*;
use subzero_ledger::entry::Mode;

use crate::device::display::{Contrast, Display, Theme};
use crate::routes::Route;
use crate::screens::practice::Practise;
use crate::screens::sync_status::StorageFacts;
use crate::shop::use_shop;
use crate::widgets::chips::Choice;
use crate::words::words;

pub mod audit;
pub mod employee_form;
pub mod files;
pub mod module;
mod owner;
pub mod people;
pub mod registers;
pub mod rights;

/// The screen.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    let shop = use_shop();
    let paired = move |read: fn(&subzero_sync::wire::Paired) -> String| {
        shop.paired.with(|paired| paired.as_ref().map(read)).unwrap_or_default()
    };
    let (all, common) = (words(), &words().common);
    let words = &all.settings;
    view! {
        <div class="settings">
            <h1>{words.title}</h1>
            <section>
                <h2>{words.modules}</h2>
                <a class="settings-link" href=Route::NegativeInventoryModule.path()>
                    <span>{all.module.title}</span>
                    <span>{move || match shop.mode_setting() { Mode::Allow => common.on, Mode::AutoAdd => common.off }}</span>
                </a>
            </section>
            <section>
                <h2>{all.people.title}</h2>
                <a class="settings-link" href=Route::People.path()><span>{all.people.who}</span></a>
                <a class="settings-link" href=Route::Rights.path()><span>{all.people.rights}</span></a>
                <a class="settings-link" href=Route::Audit.path()><span>{all.audit.title}</span></a>
            </section>
            <section>
                <h2>{all.files.title}</h2>
                <a class="settings-link" href=Route::Files.path()><span>{all.files.link}</span></a>
            </section>
            <section>
                <h2>{words.display}</h2>
                <div class="settings-display">
                    <Choice label=words.theme options=vec![
                        (Theme::System, words.theme_system.to_owned()),
                        (Theme::Light, words.theme_light.to_owned()),
                        (Theme::Dark, words.theme_dark.to_owned()),
                    ] chosen=Signal::derive(move || shop.display.get().theme)
                        choose=move |theme| shop.choose_display(Display { theme, ..shop.display.get_untracked() })/>
                    <Choice label=words.contrast options=vec![
                        (Contrast::System, words.contrast_system.to_owned()),
                        (Contrast::High, words.contrast_high.to_owned()),
                    ] chosen=Signal::derive(move || shop.display.get().contrast)
                        choose=move |contrast| shop.choose_display(Display { contrast, ..shop.display.get_untracked() })/>
                </div>
            </section>
            <section>
                <h2>{words.device}</h2>
                <dl class="facts">
                    <div><dt>{words.account}</dt><dd>{move || paired(|paired| paired.account.clone())}</dd></div>
                    <div><dt>{words.register}</dt><dd>{move || paired(|paired| paired.register.clone())}</dd></div>
                    <div><dt>{words.signed_in}</dt><dd>{move || shop.employee().map(|employee| employee.name)}</dd></div>
                    <div><dt>{common.shop_label}</dt><dd>{move || shop.name_of(shop.id())}</dd></div>
                </dl>
                <StorageFacts/>
                <a class="settings-link" href=Route::SyncStatus.path()><span>{all.sync.title}</span></a>
                <a class="settings-link" href=Route::Registers.path()><span>{all.registers.title}</span></a>
            </section>
            <section>
                <h2>{all.help.learn}</h2>
                <a class="settings-link" href=Route::Help(None).path()><span>{all.help.title}</span></a>
                <Show when=move || !shop.is_practice()><Practise text=all.practice.practise/></Show>
            </section>
        </div>
    }
}
