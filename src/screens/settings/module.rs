//! Settings → Optional modules → Negative inventory: the switch for the account, cost control, and Save changes; what a change means
//! meanwhile, and when it was changed before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::{Setting, SettingChange};
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::entry::{Change, CostControl, Mode};
use subzero_ledger::ids::ShopId;
use subzero_ledger::report::Every;
use subzero_till::digest::DigestChoice;

use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::screens::negative_inventory::LeftNegative;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::field::Field;
use crate::widgets::help_link::HelpBeside;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The most days after which a negative may be called old.
const OLD_DAYS_MAX: u16 = 365;

/// The screen.
#[component]
pub fn ModuleScreen() -> impl IntoView {
    let shop = use_shop();
    let setting = Memo::new(move |_| shop.mode_setting());
    let negatives = Memo::new(move |_| shop.negatives());
    let session_mode = move || shop.session.get().map(|session| session.mode);
    let all = words();
    let words = &all.module;
    view! {
        <div class="module">
            <a class="back" href=Route::Settings.path()>{all.settings.title}</a>
            <HelpBeside to=Topic::Switching><h1>{words.title}</h1></HelpBeside>
            <p>{words.on_means}</p>
            <p>{words.off_means}</p>
            <Choices/>
            <p class="module-session">
                {words.takes_effect}" "
                {move || session_mode().map(|mode| match mode { Mode::Allow => words.yours_on, Mode::AutoAdd => words.yours_off })}
            </p>
            <OnTheOldMode/>
            <Show when=move || setting.get() == Mode::AutoAdd && negatives.get() != 0>
                <Notice tone=Tone::Warning title=words.still_negative>
                    <p>{move || words.still_negative_note.of(negatives.get(), [])}</p>
                </Notice>
                <LeftNegative/>
            </Show>
            <DigestSetting/>
            <History/>
        </div>
    }
}

/// The switch and cost control, saved together.
#[component]
fn Choices() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let setting = Memo::new(move |_| shop.mode_setting());
    let costs = Memo::new(move |_| shop.read_catalogue(|catalogue| catalogue.settings.cost_control));
    let (chosen, chosen_costs) = (RwSignal::new(None::<Mode>), RwSignal::new(None::<CostControl>));
    let mode = move || chosen.get().unwrap_or_else(|| setting.get());
    let control = Signal::derive(move || chosen_costs.get().unwrap_or_else(|| costs.get()));
    let saved = RwSignal::new(None::<Result<(), String>>);
    let may_change = move || shop.may(Right::ChangeSettings) == May::Yes;
    let changes = move || {
        let (from, to) = (setting.get(), mode());
        let switched = (from != to).then_some(Change::NegativeInventory { from, to });
        let (from, to) = (costs.get(), control.get());
        let costed = (from != to).then_some(Change::CostControl { from, to });
        switched.into_iter().chain(costed).collect::<Vec<_>>()
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let changes = untrack(changes);
        spawn_local(async move {
            let result = shop.enter(ShopId::OFFICE, move |desk| desk.change(changes.clone())).await;
            if result.is_ok() {
                toaster.say(crate::words::words().common.saved);
                chosen.try_set(None);
                chosen_costs.try_set(None);
            }
            saved.try_set(Some(result.map(|_| ()).map_err(|error| error.to_words())));
        });
    };
    let all = words();
    let words = &all.module;
    view! {
        <form on:submit=save>
            <label class="switch">
                <input
                    type="checkbox" role="switch" disabled=move || !may_change()
                    prop:checked=move || mode() == Mode::Allow
                    on:change=move |event| {
                        saved.set(None);
                        chosen.set(Some(if event_target_checked(&event) { Mode::Allow } else { Mode::AutoAdd }));
                    }
                />
                <span>{words.title}</span>
            </label>
            <fieldset class="module-costs">
                <legend>{words.costs}</legend>
                <p>{words.costs_mean}</p>
                <Choice label=words.costs disabled=Signal::derive(move || !may_change()) chosen=control
                    options=vec![(CostControl::Default, words.cost_default.to_owned()), (CostControl::LastRecorded, words.cost_last.to_owned())]
                    choose=move |control| {
                        saved.set(None);
                        chosen_costs.set(Some(control));
                    }/>
            </fieldset>
            <Button kind=Kind::Primary disabled=Signal::derive(move || !may_change() || changes().is_empty())
                busy=Signal::derive(move || shop.is_recording())>{words.save}</Button>
        </form>
        <Show when=move || !may_change()><p>{words.not_yours}</p></Show>
        {move || saved.get().map(|saved| match saved {
            Ok(()) => view! { <Notice tone=Tone::Good title=all.common.saved><p>{words.saved_note}</p></Notice> }.into_any(),
            Err(problem) => view! { <Notice tone=Tone::Bad title=problem/> }.into_any(),
        })}
    }
}

/// Whoever signed in before it was switched, and where.
#[component]
fn OnTheOldMode() -> impl IntoView {
    let shop = use_shop();
    let words = &words().module;
    let lines = move || {
        let (mode, here) =
            (shop.mode_setting(), shop.paired.with(|paired| paired.as_ref().map(|paired| paired.device)));
        let own = shop.session.get().filter(|session| session.mode != mode).map(|session| {
            words.old_line.with([
                &shop.employee_name(session.employee),
                words.this_device,
                &format::moment(session.since),
            ])
        });
        let others = shop.devices.with(|devices| match (devices, here) {
            (Some(devices), Some(here)) => devices.in_another_mode(mode, here),
            (Some(_) | None, _) => Vec::new(),
        });
        let others = others.into_iter().map(|(device, session)| {
            let (name, register) = (shop.employee_name(session.employee), shop.register_name(device));
            words.old_line.with([&name, &register, &format::moment(session.since)])
        });
        own.into_iter().chain(others).collect::<Vec<_>>()
    };
    let lines = Memo::new(move |_| lines());
    let heard = move || {
        shop.devices.with(|devices| {
            devices
                .as_ref()
                .map(|devices| crate::words::words().common.as_server_said.with([&format::moment(devices.at)]))
        })
    };
    view! {
        <section aria-label=words.still_old>
            <h2>{words.still_old}</h2>
            <Show when=move || !lines.with(Vec::is_empty) fallback=move || view! { <p>{words.none_old}</p> }>
                <p>{words.still_old_note}</p>
                <ul class="module-changes">{move || lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </Show>
            <p class="module-session">{heard}</p>
        </section>
    }
}

/// How often this device tells what changed.
#[component]
fn DigestSetting() -> impl IntoView {
    let shop = use_shop();
    let words = &words().digest;
    let name = |every: Every| match every {
        Every::Never => words.never,
        Every::Day => words.daily,
        Every::Week => words.weekly,
        Every::Month => words.monthly,
    };
    let choose_days = move |event| {
        let days = event_target_value(&event).parse().ok().filter(|days| (1..=OLD_DAYS_MAX).contains(days));
        let choice = shop.digest.get_untracked();
        // What is no number of days leaves it as it was.
        shop.choose_digest(DigestChoice { older_than_days: days.unwrap_or(choice.older_than_days), ..choice });
    };
    view! {
        <section aria-label=words.choose>
            <h2>{words.choose}</h2>
            <p>{words.this_device}</p>
            <Choice label=words.choose options=Every::ALL.map(|every| (every, name(every).to_owned())).to_vec()
                chosen=Signal::derive(move || shop.digest.get().every)
                choose=move |every| shop.choose_digest(DigestChoice { every, ..shop.digest.get_untracked() })/>
            <Field label=words.older_than>
                <input type="number" inputmode="numeric" min="1" max=OLD_DAYS_MAX.to_string()
                    prop:value=move || shop.digest.get().older_than_days.to_string() on:change=choose_days/>
            </Field>
        </section>
    }
}

/// Every change of the two settings, newest first.
#[component]
fn History() -> impl IntoView {
    let shop = use_shop();
    let changes = Memo::new(move |_| {
        shop.read(|core| {
            let line = |change: &SettingChange| {
                let name = shop.employee_name(change.employee);
                let (words, at) = (&words().module, format::moment(change.at));
                match change.to {
                    Setting::Mode(Mode::Allow) => words.switched_on.with([&name, &at]),
                    Setting::Mode(Mode::AutoAdd) => words.switched_off.with([&name, &at]),
                    Setting::CostControl(CostControl::Default) => words.costs_default.with([&name, &at]),
                    Setting::CostControl(CostControl::LastRecorded) => words.costs_last.with([&name, &at]),
                }
            };
            core.catalogue.setting_changes.iter().rev().map(line).collect::<Vec<_>>()
        })
    });
    view! {
        <section aria-label=words().module.changes>
            <h2>{words().module.changes}</h2>
            <ul class="module-changes">{move || changes.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            <Show when=move || changes.with(Vec::is_empty)><Empty text=words().module.never/></Show>
        </section>
    }
}
