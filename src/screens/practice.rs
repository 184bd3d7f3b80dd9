//! Practice: the way in, the band on every screen of it, and the card that leads through the first lesson.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use subzero_ledger::entry::Mode;
use subzero_ledger::practice::{ITEM, Lesson, SHOP, Stand, Step, too_many};

use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::Dialog;
use crate::words::words;

/// Asks how somebody wants to practise, and begins.
#[component]
pub fn Practise(
    /// What is pressed for it.
    text: &'static str,
) -> impl IntoView {
    let shop = use_shop();
    let (open, failed) = (RwSignal::new(false), RwSignal::new(false));
    let names = &words().practice;
    let begin = move |mode: Mode| {
        if shop.is_practice() {
            shop.leave_practice(Some(mode));
        } else {
            failed.set(!shop.practise(mode));
        }
    };
    view! {
        <Button press=move |()| open.set(true)>{text}</Button>
        <Dialog title=names.practise open>
            <p>{names.intro}</p>
            <p>{names.how}</p>
            <div class="practice-ways">
                {[(Mode::Allow, names.with, names.with_hint), (Mode::AutoAdd, names.without, names.without_hint)].map(|(mode, name, hint)| view! {
                    <button type="button" class="practice-way" on:click=move |_| begin(mode)><strong>{name}</strong><span>{hint}</span></button>
                })}
            </div>
            <p class="field-problem" role="alert">{move || failed.get().then_some(names.cannot)}</p>
        </Dialog>
    }
}

/// Everything there is to see; where it is practice, marked as that. What a tab is does not change while its page lives.
#[component]
pub fn Marked(
    /// What there is to see.
    children: Children,
) -> impl IntoView {
    let shop = use_shop();
    if untrack(|| shop.is_practice()) {
        view! {
            <div class="practice">
                <Band/>
                <Show when=move || shop.session.with(Option::is_some)><Guide/></Show>
                <div class="practice-shown">{children()}</div>
            </div>
        }
        .into_any()
    } else {
        children().into_any()
    }
}

/// Says that these are the books, to whoever was about to practise.
#[component]
pub fn NotPractice(
    /// Why it could not be opened.
    reason: String,
) -> impl IntoView {
    let open = RwSignal::new(true);
    let names = &words().practice;
    view! {
        <Dialog title=names.not_opened open>
            <p role="alert"><strong>{names.real_books}</strong></p>
            <p>{reason.clone()}</p>
            <div class="dialog-actions"><Button kind=Kind::Primary press=move |()| open.set(false)>{names.go_on}</Button></div>
        </Dialog>
    }
}

#[component]
fn Band() -> impl IntoView {
    let shop = use_shop();
    let names = &words().practice;
    view! {
        <aside class="practice-band" aria-label=names.label>
            <p><strong>{names.title}</strong>" "{names.nothing_real}</p>
            <Button kind=Kind::Quiet press=move |()| shop.leave_practice(None)>{names.leave}</Button>
        </aside>
    }
}

/// The lesson: its steps, ticked off as they are done, with the way to the next.
#[component]
fn Guide() -> impl IntoView {
    let shop = use_shop();
    let lesson = Memo::new(move |_| shop.practice().with(|practice| practice.as_ref().map(|known| known.lesson)));
    let stand = Memo::new(move |_| lesson.get().map(|lesson| shop.read(|core| lesson.stand(&core.ledger))));
    let names = &words().practice;
    let title = move || match (lesson.get(), stand.get()) {
        (Some(lesson), Some(Stand::At(step))) => {
            let steps = lesson.steps();
            let at = steps.iter().take_while(|other| **other != step).count() + 1;
            names.step.with([&format::count(at), &format::count(steps.len()), step_words(step)])
        }
        (_, Some(Stand::Otherwise)) => names.otherwise.to_owned(),
        _ => names.well_done.to_owned(),
    };
    let steps = move || {
        let at = match stand.get() {
            Some(Stand::At(step)) => Some(step),
            _ => None,
        };
        let steps = lesson.get().map(Lesson::steps).into_iter().flatten();
        let is_over = at.is_none();
        let mut is_done = true;
        (1..)
            .zip(steps)
            .map(|(number, step)| {
                is_done &= at != Some(step);
                view! { <TickedStep step number is_done=is_done || is_over is_next=at == Some(step)/> }
            })
            .collect_view()
    };
    view! {
        <section class="practice-guide" aria-label=names.lesson>
            <details open>
                <summary><span>{names.lesson}</span><strong aria-live="polite">{title}</strong></summary>
                <div class="practice-guide-body">
                    <ol class="practice-steps">{steps}</ol>
                    {move || match stand.get() {
                        Some(Stand::At(step)) => view! { <NextStep step/> }.into_any(),
                        Some(stand) => view! { <Ended stand/> }.into_any(),
                        None => ().into_any(),
                    }}
                </div>
            </details>
        </section>
    }
}

#[component]
fn TickedStep(step: Step, number: usize, is_done: bool, is_next: bool) -> impl IntoView {
    let mark = if is_done {
        view! { <span class="practice-mark" role="img" aria-label=words().practice.done>"✓"</span> }.into_any()
    } else {
        view! { <span class="practice-mark" aria-hidden="true">{format::count(number)}</span> }.into_any()
    };
    view! {
        <li data-done=is_done.then_some("") aria-current=is_next.then_some("step")>
            {mark}<span class="practice-name">{step_words(step)}</span>
        </li>
    }
}

/// What to do now, and the way there; on the spot, for what is only looked at, that it was.
#[component]
fn NextStep(step: Step) -> impl IntoView {
    let shop = use_shop();
    let location = use_location();
    let names = &words().practice;
    let way = move || way_to(shop, step, Route::parse(&location.pathname.get(), ""));
    view! {
        <p>{move || how_words(shop, step)}</p>
        <div class="practice-actions">
            {move || match (way(), is_looked_at(step)) {
                (Some((to, name)), _) => view! { <a class="button" data-kind="primary" href=to.path()>{name}</a> }.into_any(),
                (None, true) => view! { <Button kind=Kind::Primary press=move |()| shop.has_seen(step)>{names.seen}</Button> }.into_any(),
                (None, false) => ().into_any(),
            }}
        </div>
    }
}

const fn is_looked_at(step: Step) -> bool {
    match step {
        Step::SeeWhy | Step::SeeAdded | Step::SeeNoReport => true,
        Step::Sell | Step::Receive => false,
    }
}

/// Where a step is done, and what leads there; nothing for whoever is there.
fn way_to(shop: Shop, step: Step, here: Option<Route>) -> Option<(Route, String)> {
    let names = &words().practice;
    let item = Route::NegativeItem(ITEM, SHOP);
    let there = match step {
        Step::Sell => (Route::Sell, names.to_till.to_owned()),
        Step::SeeWhy if !matches!(here, Some(Route::NegativeInventory | Route::NegativeItem(..))) => {
            (Route::NegativeInventory, names.to_report.to_owned())
        }
        Step::SeeWhy | Step::Receive => (item, names.to_item.with([&item_name(shop)])),
        Step::SeeAdded => (Route::InventoryChanges, names.to_changes.to_owned()),
        Step::SeeNoReport => (Route::NegativeInventory, names.to_report.to_owned()),
    };
    (here != Some(there.0)).then_some(there)
}

fn item_name(shop: Shop) -> String {
    shop.item(ITEM).map(|item| item.name).unwrap_or_default()
}

const fn step_words(step: Step) -> &'static str {
    let names = &words().practice;
    match step {
        Step::Sell => names.sell,
        Step::SeeWhy => names.why,
        Step::Receive => names.receive,
        Step::SeeAdded => names.added,
        Step::SeeNoReport => names.no_report,
    }
}

fn how_words(shop: Shop, step: Step) -> String {
    let (names, item) = (&words().practice, item_name(shop));
    let on_hand = shop.read(|core| core.ledger.on_hand(ITEM, SHOP));
    match step {
        Step::Sell => {
            let too_many = shop.read(|core| too_many(&core.ledger));
            names.sell_how.with([&item, &format::qty(on_hand), &format::qty(too_many)])
        }
        Step::SeeWhy => names.why_how.with([&item, &format::qty(on_hand)]),
        Step::Receive => names.receive_how.with([names.order]),
        Step::SeeAdded => names.added_how.with([&item]),
        Step::SeeNoReport => names.no_report_how.to_owned(),
    }
}

/// How it went, and what can be done next.
#[component]
fn Ended(stand: Stand) -> impl IntoView {
    let shop = use_shop();
    let names = &words().practice;
    let text = match stand {
        Stand::Filled { fill, on_hand } => {
            let cost = |cost| format::known_cost(cost, &shop.currency());
            names.filled.with([&format::qty(fill.qty), &format::qty(on_hand), &cost(fill.estimate), &cost(fill.actual)])
        }
        Stand::Added { qty } => names.added_done.with([&format::qty(qty)]),
        Stand::Otherwise => names.otherwise_how.with([&item_name(shop), names.order]),
        Stand::At(_) => String::new(),
    };
    let mode = untrack(|| shop.practice().with(|practice| practice.as_ref().map(|known| known.lesson.mode)));
    let (other, other_name) = match mode {
        Some(Mode::AutoAdd) => (Mode::Allow, names.now_with),
        Some(Mode::Allow) | None => (Mode::AutoAdd, names.now_without),
    };
    view! {
        <p>{text}</p>
        <div class="practice-actions">
            <Button press=move |()| shop.leave_practice(mode)>{names.again}</Button>
            <Button press=move |()| shop.leave_practice(Some(other))>{other_name}</Button>
        </div>
    }
}
