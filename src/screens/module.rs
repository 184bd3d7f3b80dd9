//! Settings → Optional modules → Negative inventory: one switch for the account, and Save changes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::Mode;
use subzero_ledger::entry::rights::{May, Right};

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::notice::{Notice, Tone};

const fn words(mode: Mode) -> &'static str {
    match mode {
        Mode::Allow => "on",
        Mode::AutoAdd => "off",
    }
}

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
            saved.try_set(Some(result.map(|_| ()).map_err(|error| error.sentence())));
        });
    };
    let session_mode = move || shop.session.get().map(|session| session.mode);
    let negatives = Memo::new(move |_| shop.negatives());
    view! {
        <div class="module">
            <a class="back" href=Route::Settings.path()>"Settings"</a>
            <h1>"Negative inventory"</h1>
            <p>"On: an item can be sold when there is none left. What is missing is kept with its cause, and the Negative inventory report shows it until it is put right."</p>
            <p>"Off: what is missing is added automatically, just before it is sold."</p>
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
                    <span>"Negative inventory"</span>
                </label>
                <button class="button" data-kind="primary" disabled=move || !may_change() || !changed() || shop.is_recording()>"Save changes"</button>
            </form>
            <Show when=move || !may_change()><p>"Only an owner can change this."</p></Show>
            {move || saved.get().map(|saved| match saved {
                Ok(()) => view! { <Notice tone=Tone::Good title="Saved"><p>"Each employee works with it from their next sign-in."</p></Notice> }.into_any(),
                Err(problem) => view! { <Notice tone=Tone::Bad title=problem/> }.into_any(),
            })}
            <p class="module-session">
                "A change takes effect for an employee only after they sign out and in again. "
                {move || session_mode().map(|mode| format!("You signed in with it {}.", words(mode)))}
            </p>
            <Show when=move || setting.get() == Mode::AutoAdd && negatives.get() != 0>
                <Notice tone=Tone::Warning title="Some items are still negative">
                    <p>{move || format!("{} items went negative before it was switched off. They stay until they are put right.", negatives.get())}</p>
                    <a class="button" href=Route::NegativeInventory.path()>"See them"</a>
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
                (*change, employee.unwrap_or_else(|| "Somebody".to_owned()))
            };
            core.catalogue.mode_changes.iter().rev().map(named).collect::<Vec<_>>()
        })
    };
    view! {
        <section aria-label="Changes">
            <h2>"Changes"</h2>
            <ul class="module-changes">
                <For each=changes key=|(change, _)| change.entry let((change, name))>
                    <li>{format!("{name} switched it from {} to {}, {}.", words(change.from), words(change.to), format::moment(change.at))}</li>
                </For>
            </ul>
            <Show when=move || changes().is_empty()><p class="empty">"It was never switched."</p></Show>
        </section>
    }
}
