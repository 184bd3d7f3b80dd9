//! Receiving: what came in, how much, at what cost. It fills shortages first, and says how many.

use std::str::FromStr;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use subzero_ledger::catalogue::{Item, Scanned};
use subzero_ledger::decimal::DecimalError;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, ReceiveWish};

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::{Field, TextField};
use crate::widgets::figure_field::FigureField;
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// One line being typed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    item: ItemId,
    qty: RwSignal<String>,
    cost: RwSignal<String>,
}

/// The screen, beginning with an item where the address names one.
#[component]
pub fn ReceiveScreen(
    /// What to begin with.
    first: Option<(ItemId, Qty)>,
) -> impl IntoView {
    let shop = use_shop();
    let lines = RwSignal::new(Vec::<Line>::new());
    let reference = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let recorded = RwSignal::new(None::<String>);
    let add = move |item: ItemId, qty: Qty| {
        recorded.set(None);
        if let Some(line) = lines.with_untracked(|lines| lines.iter().copied().find(|line| line.item == item)) {
            // Scanned again: one more of it.
            let more = parse_typed::<Qty>(line.qty).ok().and_then(|there| there.checked_add(qty));
            line.qty.set(format::field(&more.unwrap_or(qty)));
        } else {
            let default_cost = untrack(|| shop.item(item)).and_then(|item| item.default_cost);
            let cost = default_cost.map(|cost| format::field(&cost)).unwrap_or_default();
            let line = Line { item, qty: RwSignal::new(format::field(&qty)), cost: RwSignal::new(cost) };
            lines.update(|lines| lines.push(line));
        }
    };
    let add_one = Callback::new(move |Scanned { item, pack }| add(item, pack));
    if let Some((item, qty)) = first {
        add(item, qty);
    }
    let forget_first = forget_first();
    let record = move |()| match read_lines(&lines.get_untracked(), |item| untrack(|| shop.item(item))) {
        Err(sentence) => problem.set(Some(sentence)),
        Ok(read) => {
            let units = read.iter().fold(Qty::ZERO, |sum, line| sum.checked_add(line.qty).unwrap_or(sum));
            spawn_local(async move {
                let delivery = Delivery { reference: reference.get_untracked(), ..Delivery::default() };
                match shop.enter(shop.here(), |desk| desk.receive(&delivery, &read)).await {
                    Ok(_) => {
                        forget_first();
                        lines.try_set(Vec::new());
                        reference.try_set(String::new());
                        problem.try_set(None);
                        recorded.try_set(Some(words().receive.recorded.with([&format::qty(units)])));
                    }
                    Err(error) => {
                        problem.try_set(Some(error.to_words()));
                    }
                }
            });
        }
    };
    view! {
        <div class="receive">
            <h1>{words().receive.title}</h1>
            <ItemSearch chosen=add_one on_demand=true/>
            <section class="receive-lines" aria-label=words().receive.delivery>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || recorded.get().map(|recorded| view! { <Notice tone=Tone::Good title=recorded/> })}
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <Empty text=words().receive.empty/> }>
                    <ul>
                        <For each=move || lines.get() key=|line| line.item let(line)>
                            <DeliveryLine line lines add_one/>
                        </For>
                    </ul>
                    <TextField label=words().receive.reference value=reference/>
                    <Button kind=Kind::Primary busy=Signal::derive(move || shop.is_recording()) press=record>{words().receive.record}</Button>
                </Show>
            </section>
        </div>
    }
}

#[component]
fn DeliveryLine(line: Line, lines: RwSignal<Vec<Line>>, add_one: Callback<Scanned>) -> impl IntoView {
    let shop = use_shop();
    let Line { item, qty, cost } = line;
    let problem = RwSignal::new(None::<String>);
    let name = move || shop.item(item).map(|item| item.name).unwrap_or_default();
    let closes = move || {
        let on_hand = shop.read(|core| core.ledger.on_hand(item, shop.id()));
        on_hand.is_negative().then(|| words().receive.closes.with([&format::qty(on_hand)]))
    };
    view! {
        <li class="receive-line">
            <span class="receive-line-name">{name}</span>
            <Field label=words().common.quantity>
                <FigureField
                    label=Signal::derive(move || words().common.quantity_of.with([&name()])) value=qty
                    typed=Callback::new(move |typed| { problem.set(None); qty.set(typed); })
                    scanned=add_one
                    unknown=Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))))
                />
            </Field>
            <Field label=words().common.unit_cost>
                <FigureField
                    label=Signal::derive(move || words().receive.cost_of.with([&name()])) value=cost
                    typed=Callback::new(move |typed| { problem.set(None); cost.set(typed); })
                    scanned=add_one
                />
            </Field>
            <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&name()])))
                press=move |()| lines.update(|lines| lines.retain(|line| line.item != item))>{words().common.remove}</Button>
            <p class="receive-line-closes">{closes}</p>
            <p class="receive-line-problem" role="alert">{move || problem.get()}</p>
        </li>
    }
}

/// The lines as they are recorded; else the sentence that says what of which item to put right.
fn read_lines(lines: &[Line], known: impl Fn(ItemId) -> Option<Item>) -> Result<Vec<ReceiveWish>, String> {
    let read = |line: &Line| {
        let words = &words().receive;
        let item = known(line.item).ok_or(words.gone)?;
        let of_quantity = |problem: &str| words.quantity_problem.with([&item.name, problem]);
        let of_cost = |problem: &str| words.cost_problem.with([&item.name, problem]);
        let qty: Qty = parse_typed(line.qty).map_err(|error| of_quantity(&error.to_words()))?;
        item.check(qty).map_err(|error| of_quantity(&error.to_words()))?;
        if line.cost.with_untracked(|cost| cost.trim().is_empty()) {
            return Err(of_cost(words.cost_missing));
        }
        let cost: UnitCost = parse_typed(line.cost).map_err(|error| of_cost(&error.to_words()))?;
        Ok(ReceiveWish { of_line: None, item: item.id, qty, cost })
    };
    lines.iter().map(read).collect()
}

fn parse_typed<T: FromStr<Err = DecimalError>>(text: RwSignal<String>) -> Result<T, DecimalError> {
    format::typed(&text.get_untracked())
}

/// Takes what to begin with out of the address: shown or loaded again, it must not offer the same delivery a second time. Whoever went to
/// another screen meanwhile stays there.
fn forget_first() -> impl Fn() + Copy + 'static {
    let (location, navigate) = (use_location(), StoredValue::new_local(use_navigate()));
    move || {
        let here = Route::Receive(None).path();
        if location.pathname.try_get_untracked().as_deref() == Some(here.as_str()) {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate.try_with_value(|navigate| navigate(&here, options));
        }
    }
}
