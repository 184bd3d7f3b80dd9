//! Settings → Optional modules → Negative inventory: one switch for the account, and Save changes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::Mode;
use subzero_ledger::entry::rights::{May, Right};

use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::help_link::HelpBeside;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// The screen.
#[component]
pub fn ModuleScreen() -> impl IntoView {
    let shop = use_shop();
    let setting = Memo::new(move |_| shop.mode_setting());
    let chosen = RwSignal::new(None::<Mode>);
    let shown = move || chosen.get().unwrap_or_else(|| setting.get());
    let saved = RwSignal::new(None::<Result<(), String>>);
    let may_change = move || shop.may(Right::ChangeSettings) == May::Yes;
    let changed = move || shown() != setting.get();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let to = untrack(shown);
        spawn_local(async move {
            let result = shop.save_mode(to).await;
            chosen.try_set(None);
            saved.try_set(Some(result.map(|_| ()).map_err(|error| error.to_words())));
        });
    };
    let session_mode = move || shop.session.get().map(|session| session.mode);
    let negatives = Memo::new(move |_| shop.negatives());
    let all = words();
    let words = &all.module;
    view! {
        <div class="module">
            <a class="back" href=Route::Settings.path()>{all.settings.title}</a>
            <HelpBeside to=Topic::Switching><h1>{words.title}</h1></HelpBeside>
            <p>{words.on_means}</p>
            <p>{words.off_means}</p>
            <form on:submit=save>
                <label class="switch">
                    <input
                        type="checkbox" role="switch" disabled=move || !may_change()
                        prop:checked=move || shown() == Mode::Allow
                        on:change=move |event| {
                            saved.set(None);
                            chosen.set(Some(if event_target_checked(&event) { Mode::Allow } else { Mode::AutoAdd }));
                        }
                    />
                    <span>{words.title}</span>
                </label>
                <Button kind=Kind::Primary disabled=Signal::derive(move || !may_change() || !changed()) busy=Signal::derive(move || shop.is_recording())>{words.save}</Button>
            </form>
            <Show when=move || !may_change()><p>{words.not_yours}</p></Show>
            {move || saved.get().map(|saved| match saved {
                Ok(()) => view! { <Notice tone=Tone::Good title=all.common.saved><p>{words.saved_note}</p></Notice> }.into_any(),
                Err(problem) => view! { <Notice tone=Tone::Bad title=problem/> }.into_any(),
            })}
            <p class="module-session">
                {words.takes_effect}" "
                {move || session_mode().map(|mode| match mode { Mode::Allow => words.yours_on, Mode::AutoAdd => words.yours_off })}
            </p>
            <Show when=move || setting.get() == Mode::AutoAdd && negatives.get() != 0>
                <Notice tone=Tone::Warning title=words.still_negative>
                    <p>{move || words.still_negative_note.of(negatives.get(), [])}</p>
                    <a class="button" href=Route::NegativeInventory.path()>{words.see_them}</a>
                </Notice>
            </Show>
            <History/>
        </div>
    }
}

#[component]
fn History() -> impl IntoView {
    let shop = use_shop();
    let changes = move || {
        shop.read(|core| {
            let named = |change: &subzero_ledger::catalogue::ModeChange| {
                let employee = core.catalogue.employees.get(&change.employee).map(|employee| employee.name.clone());
                (*change, employee.unwrap_or_else(|| words().common.somebody.to_owned()))
            };
            core.catalogue.mode_changes.iter().rev().map(named).collect::<Vec<_>>()
        })
    };
    view! {
        <section aria-label=words().module.changes>
            <h2>{words().module.changes}</h2>
            <ul class="module-changes">
                <For each=changes key=|(change, _)| change.entry let((change, name))>
                    <li>{match change.to {
                        Mode::Allow => words().module.switched_on.with([&name, &format::moment(change.at)]),
                        Mode::AutoAdd => words().module.switched_off.with([&name, &format::moment(change.at)]),
                    }}</li>
                </For>
            </ul>
            <Show when=move || changes().is_empty()><Empty text=words().module.never/></Show>
        </section>
    }
}
