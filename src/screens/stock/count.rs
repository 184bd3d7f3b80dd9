//! One count list: scanning what is seen, what nobody looked for yet, and what on hand would become. Several registers count one list at
//! once, and selling goes on meanwhile.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::documents::{CountPreview, CountView};
use subzero_ledger::entry::CountStage;
use subzero_ledger::ids::{CountListId, ItemId};
use subzero_ledger::instant::Instant;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::Problem;
use subzero_till::visible::Visible;

use super::counts::{count_name, stage_words};
use super::do_and_say;
use super::receive_first::ReceiveFirst;
use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::figure::Figure;
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::widgets::stepper::Stepper;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The most items that are listed as not counted yet: whoever sees these away is shown the next.
const MISSED_MAX: usize = 200;

/// A count as the screen shows it.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    name: String,
    stage: CountStage,
    seen: Vec<Seen>,
    missed: usize,
}

/// One item that was seen.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    item: ItemId,
    qty: Qty,
    last: Instant,
    registers: usize,
    is_on_list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Counting,
    Missed,
    Differences,
}

/// The screen.
#[component]
pub fn CountScreen(
    /// Which list.
    list: CountListId,
) -> impl IntoView {
    let shop = use_shop();
    let shown = Memo::new(move |_| {
        shop.read(|core| {
            let tables = core.catalogue.tables();
            let shown = |view: CountView<'_>| {
                let seen = view.tallied.iter().map(|(&item, seen)| Seen {
                    item,
                    qty: seen.qty,
                    last: seen.last,
                    registers: seen.by_device.len(),
                    is_on_list: tables.items.get(&item).is_some_and(|item| view.list.scope.covers(item)),
                });
                let mut seen: Vec<Seen> = seen.collect();
                seen.sort_by_key(|seen| std::cmp::Reverse((seen.last, seen.item)));
                Shown {
                    name: count_name(&view.list.name, view.begun.at),
                    stage: view.list.stage,
                    seen,
                    missed: view.missed(tables).count(),
                }
            };
            core.documents.count(list).map(shown)
        })
    });
    let is_known = Memo::new(move |_| shown.with(Option::is_some));
    view! {
        <Show when=move || is_known.get() fallback=|| view! {
            <div class="document">
                <a class="back" href=Route::Counts.path()>{words().counts.title}</a>
                <Notice tone=Tone::Plain title=words().counts.unknown/>
            </div>
        }>
            <Known list shown=Memo::new(move |_| shown.get().unwrap_or_else(nothing))/>
        </Show>
    }
}

const fn nothing() -> Shown {
    Shown { name: String::new(), stage: CountStage::Cancelled, seen: Vec::new(), missed: 0 }
}

#[component]
fn Known(list: CountListId, shown: Memo<Shown>) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().counts;
    let part = RwSignal::new(Part::Counting);
    let stage = Memo::new(move |_| shown.with(|shown| shown.stage));
    let is_open = move || stage.get() == CountStage::Open;
    let tally = tally(shop, list);
    let add = Callback::new(move |scanned: Scanned| tally(scanned.item, scanned.pack));
    let parts = vec![
        (Part::Counting, names.counting.to_owned()),
        (Part::Missed, names.missed.to_owned()),
        (Part::Differences, names.differences.to_owned()),
    ];
    let end = move |stage: CountStage, said: &'static str| {
        do_and_say(shop, toaster, said, move |desk| desk.end_count(list, stage));
    };
    view! {
        <div class="count beside">
            <header>
                <a class="back" href=Route::Counts.path()>{names.title}</a>
                <div class="document-top">
                    <h1>{move || shown.with(|shown| shown.name.clone())}</h1>
                    <span class="tag">{move || stage_words(stage.get())}</span>
                </div>
                <p role="status">
                    {move || shown.with(|shown| words().common.parts.with([&names.seen.of(shown.seen.len(), []), &names.left.of(shown.missed, [])]))}
                </p>
            </header>
            <Show when=is_open>
                <ItemSearch chosen=add on_demand=true/>
            </Show>
            <section class="panel count-panel">
                <Choice label=names.view options=parts chosen=part choose=move |chosen| part.set(chosen)/>
                {move || match part.get() {
                    Part::Counting => view! { <SeenList list shown/> }.into_any(),
                    Part::Missed => view! { <Missed list shown/> }.into_any(),
                    Part::Differences => view! { <Differences list shown/> }.into_any(),
                }}
                <Show when=is_open fallback=move || view! {
                    <Button press=move |()| end(CountStage::Open, names.reopened)>{names.reopen}</Button>
                }>
                    <Button kind=Kind::Quiet press=move |()| end(CountStage::Cancelled, names.given_up)>{names.give_up}</Button>
                </Show>
            </section>
        </div>
    }
}

/// Notes that so many more of an item were seen.
fn tally(shop: Shop, list: CountListId) -> impl Fn(ItemId, Qty) + Copy {
    let toaster = use_toaster();
    move |item, qty| {
        spawn_local(async move {
            match shop.enter_in_turn(shop.here(), |desk| desk.tally(list, item, qty)).await {
                Ok(_) => {}
                // There is one line only.
                Err(VerbError::Problem(Problem::Line { problem, .. })) => toaster.say(problem.to_words()),
                Err(error) => toaster.say(error.to_words()),
            }
        });
    }
}

/// What was seen, the last first.
#[component]
fn SeenList(list: CountListId, shown: Memo<Shown>) -> impl IntoView {
    let in_order = Memo::new(move |_| shown.with(|shown| shown.seen.iter().map(|seen| seen.item).collect::<Vec<_>>()));
    let seen = Memo::new(move |_| {
        shown.with(|shown| shown.seen.iter().map(|seen| (seen.item, seen.clone())).collect::<BTreeMap<_, _>>())
    });
    let is_open = Memo::new(move |_| shown.with(|shown| shown.stage == CountStage::Open));
    view! {
        <ul class="count-lines" aria-label=words().counts.counting>
            <For each=move || in_order.get() key=|item| *item let(item)>
                <SeenRow list item seen is_open/>
            </For>
        </ul>
        <Show when=move || seen.with(BTreeMap::is_empty)><Empty text=words().counts.empty/></Show>
    }
}

#[component]
fn SeenRow(list: CountListId, item: ItemId, seen: Memo<BTreeMap<ItemId, Seen>>, is_open: Memo<bool>) -> impl IntoView {
    let shop = use_shop();
    let tally = tally(shop, list);
    let problem = RwSignal::new(None::<String>);
    let this = Memo::new(move |_| seen.with(|seen| seen.get(&item).cloned()));
    let qty = move || this.with(|seen| seen.as_ref().map(|seen| seen.qty).unwrap_or_default());
    let name = Signal::derive(move || {
        shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let note = move || {
        this.get().map(|seen| {
            let registers = words().counts.of_registers.of(seen.registers, []);
            let note = words().common.parts.with([&format::time(seen.last), &registers]);
            if seen.is_on_list { note } else { words().common.parts.with([&note, words().counts.not_on_list]) }
        })
    };
    // What somebody types is all that was seen: the difference is noted.
    let typed = Callback::new(move |text: String| match format::typed::<Qty>(&text) {
        Ok(all) => {
            problem.set(None);
            let more = all.checked_sub(untrack(qty)).unwrap_or_default();
            if all.is_negative() {
                problem.set(Some(words().counts.not_negative.to_owned()));
            } else if !more.is_zero() {
                tally(item, more);
            }
        }
        Err(error) => problem.set(Some(error.to_words())),
    });
    let less = move |()| {
        if untrack(qty).is_positive() {
            tally(item, Qty::ONE.min(untrack(qty)).negated());
        }
    };
    view! {
        <li class="count-line">
            <span class="count-line-name"><strong>{name}</strong><span>{note}</span></span>
            <Stepper of=name value=Signal::derive(move || format::field(&qty())) disabled=Signal::derive(move || !is_open.get())
                less more=move |()| tally(item, Qty::ONE) typed
                scanned=Callback::new(move |scanned: Scanned| tally(scanned.item, scanned.pack))
                unknown=Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))))/>
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}

/// What nobody has looked for yet, by name; at most so many.
fn missed_of(core: &Visible, list: CountListId, max: usize) -> Vec<ItemId> {
    let Some(view) = core.documents.count(list) else { return Vec::new() };
    let mut missed: Vec<_> = view.missed(core.catalogue.tables()).collect();
    missed.sort_by(|one, other| one.name.cmp(&other.name));
    missed.into_iter().take(max).map(|item| item.id).collect()
}

/// What nobody has looked for yet.
#[component]
fn Missed(list: CountListId, shown: Memo<Shown>) -> impl IntoView {
    let shop = use_shop();
    let tally = tally(shop, list);
    let missed = Memo::new(move |_| shop.read(|core| missed_of(core, list, MISSED_MAX)));
    let is_open = Memo::new(move |_| shown.with(|shown| shown.stage == CountStage::Open));
    let name =
        move |item: ItemId| shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    view! {
        <ul class="count-lines" aria-label=words().counts.missed>
            <For each=move || missed.get() key=|item| *item let(item)>
                <li class="count-line">
                    <span class="count-line-name"><strong>{move || name(item)}</strong></span>
                    <Show when=move || is_open.get()>
                        <Button label=Signal::derive(move || Some(words().counts.none_there_of.with([&name(item)])))
                            press=move |()| tally(item, Qty::ZERO)>{words().counts.none_there}</Button>
                    </Show>
                </li>
            </For>
        </ul>
        <Show when=move || missed.with(Vec::is_empty)><Empty text=words().counts.all_counted/></Show>
    }
}

/// What on hand would become.
#[component]
fn Differences(list: CountListId, shown: Memo<Shown>) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().counts;
    let missed_too = RwSignal::new(false);
    let preview = Memo::new(move |_| {
        shop.read(|core| core.documents.count(list).map(|view| view.preview(&core.ledger)).unwrap_or_default())
    });
    let missed = Memo::new(move |_| shown.with(|shown| shown.missed));
    let stage = Memo::new(move |_| shown.with(|shown| shown.stage));
    let nothing_to_do = move || preview.with(Vec::is_empty) && !(missed_too.get() && missed.get() != 0);
    let reconcile = move |()| {
        spawn_local(async move {
            let missed_max = if missed_too.get_untracked() { usize::MAX } else { 0 };
            let missed = untrack(|| shop.read(|core| missed_of(core, list, missed_max)));
            let seen = preview.get_untracked();
            match shop.enter_all(|desk| desk.reconcile(list, &seen, &missed)).await {
                Ok(()) => {
                    let undo = Callback::new(move |()| {
                        spawn_local(async move {
                            match shop.enter_all(|desk| desk.undo_reconciled(list)).await {
                                Ok(()) => toaster.say(names.undone),
                                Err(error) => toaster.say(error.to_words()),
                            }
                        });
                    });
                    toaster.say_with_undo(names.done, undo);
                }
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    view! {
        <Show when=move || stage.get() == CountStage::Open>
            <ReceiveFirst items=Signal::derive(move || preview.with(|preview| preview.iter().map(|line| line.item).collect())) at=Signal::derive(move || shop.id())/>
        </Show>
        <ul class="count-lines" aria-label=names.differences>
            <For each=move || preview.get() key=|line| (line.item, line.counted, line.at, line.on_hand) let(line)><Difference line/></For>
        </ul>
        <Show when=move || preview.with(Vec::is_empty)>
            <Empty text=Signal::derive(move || if stage.get() == CountStage::Open { names.no_differences } else { names.done }.to_owned())/>
        </Show>
        <Show when=move || stage.get() == CountStage::Open>
            <Show when=move || missed.get() != 0>
                <label class="choice">
                    <input type="checkbox" prop:checked=missed_too on:change=move |event| missed_too.set(event_target_checked(&event))/>
                    <span>{move || names.missed_to_zero.of(missed.get(), [])}<br/><small>{names.missed_hint}</small></span>
                </label>
            </Show>
            <p>{names.reconcile_hint}</p>
            <Button kind=Kind::Primary large=true disabled=Signal::derive(nothing_to_do)
                busy=Signal::derive(move || shop.is_recording()) press=reconcile>{names.reconcile}</Button>
        </Show>
    }
}

#[component]
fn Difference(line: CountPreview) -> impl IntoView {
    let shop = use_shop();
    let names = &words().counts;
    let name = shop.item(line.item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
    let difference = line.difference();
    let figures = names.counted.with([&format::qty(line.counted), &format::qty(line.on_hand)]);
    let note = words().common.parts.with([&figures, &names.as_of.with([&format::time(line.at)])]);
    view! {
        <li class="count-line">
            <span class="count-line-name"><strong>{name}</strong><span>{note}</span>
                {line.moved_meanwhile.then(|| view! { <span class="count-line-warning">{names.moved}</span> })}
            </span>
            <span class="count-difference">
                {if difference.is_zero() { names.right.into_any() } else { view! { {difference.is_positive().then_some("+")}<Figure qty=Signal::stored(difference)/> }.into_any() }}
            </span>
        </li>
    }
}
