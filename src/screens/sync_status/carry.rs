//! Carrying what was not sent by hand: saved on this register as a file, and files of other registers brought in.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::fault::Failure;
use subzero_sync::rescue::Rescue;
use subzero_sync::wire::RescueReply;

use crate::device::file;
use crate::format;
use crate::shop::{Saved, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::Field;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// Both ways.
#[component]
pub fn Carry() -> impl IntoView {
    let shop = use_shop();
    let words = &words().sync;
    view! {
        <section aria-label=words.carry>
            <h2>{words.carry}</h2>
            <p>{words.carry_note}</p>
            <Save/>
            <h3>{words.bring_in_title}</h3>
            <Show when=move || shop.may_bring_in() fallback=|| view! { <p>{words.bring_in_who}</p> }><BringIn/></Show>
        </section>
    }
}

/// Saves what is not sent.
#[component]
pub fn Save() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let busy = RwSignal::new(false);
    let save = move |()| {
        busy.set(true);
        spawn_local(async move {
            toaster.say(said(shop.save_unsent().await));
            busy.try_set(false);
        });
    };
    view! { <Button busy press=save>{words().sync.save}</Button> }
}

fn said(saved: Option<Saved>) -> String {
    let words = words();
    let Some(Saved { entries, unreadable }) = saved else { return words.sync.nobody_known.to_owned() };
    let saved = if entries == 0 { words.sync.nothing_to_save.to_owned() } else { words.sync.saved.of(entries, []) };
    if unreadable == 0 {
        return saved;
    }
    let unreadable = words.sync.saved_unreadable.of(usize::try_from(unreadable).unwrap_or(usize::MAX), []);
    words.common.parts.with([&saved, &unreadable])
}

/// What came of a file.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    /// None is in hand.
    Choose,
    /// It is read, and can be brought in.
    Read(Rescue),
    /// The server has it.
    Done(RescueReply),
}

#[component]
fn BringIn() -> impl IntoView {
    let shop = use_shop();
    let (step, busy, problem) = (RwSignal::new(Step::Choose), RwSignal::new(false), RwSignal::new(None::<String>));
    let field = NodeRef::<Input>::new();
    let read = move |_| {
        let Some(chosen) = field.get_untracked().and_then(|field| field.files()).and_then(|files| files.get(0)) else {
            return;
        };
        problem.set(None);
        spawn_local(async move {
            let text = file::text_of(&chosen).await.map_err(|_| words().sync.file_unreadable.to_owned());
            let rescue = text.and_then(|text| untrack(|| shop.read_rescue(&text)).map_err(|error| error.to_words()));
            match rescue {
                Ok(rescue) => drop(step.try_set(Step::Read(rescue))),
                Err(why) => drop(problem.try_set(Some(why))),
            }
        });
    };
    let send = move |rescue: Rescue| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match shop.bring_in(&rescue).await {
                Ok(reply) => drop(step.try_set(Step::Done(reply))),
                Err(refusal) => {
                    let is_away =
                        matches!(refusal.failure, Failure::Unreachable | Failure::TimedOut | Failure::NotOurs);
                    let said = refusal.said.filter(|_| !is_away).map(|said| said.message);
                    problem.try_set(Some(said.unwrap_or_else(|| words().sync.bring_in_offline.to_owned())));
                }
            }
            busy.try_set(false);
        });
    };
    let another = move |()| {
        problem.set(None);
        step.set(Step::Choose);
    };
    let (words, fresh) = (&words().sync, &words().fresh);
    view! {
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
        {move || match step.get() {
            Step::Choose => view! {
                <Field label=words.bring_in_choose>
                    <input type="file" accept=".txt,text/plain" node_ref=field on:change=read/>
                </Field>
            }
            .into_any(),
            Step::Read(rescue) => {
                let holds = words.bring_in_holds.with([
                    &shop.register_name(rescue.device),
                    &format::moment(rescue.made),
                    &fresh.entries.of(rescue.count(), []),
                ]);
                view! {
                    <p>{holds}</p>
                    <div class="chips">
                        <Button kind=Kind::Primary busy press=move |()| send(rescue.clone())>{words.bring_in}</Button>
                        <Button disabled=busy press=another>{words.bring_in_other}</Button>
                    </div>
                }
                .into_any()
            }
            Step::Done(RescueReply { stored, known, aside, .. }) => {
                let count = |number: u64| format::count(usize::try_from(number).unwrap_or(usize::MAX));
                view! {
                    <Notice tone=Tone::Good title=words.brought_in.with([&count(stored), &count(known), &count(aside)])>
                        <Button press=another>{words.bring_in_other}</Button>
                    </Notice>
                }
                .into_any()
            }
        }}
    }
}
