//! Receiving: what came in, how much, at what cost. It fills shortages first, and says how many.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use subzero_ledger::catalogue::{Item, Scanned};
use subzero_ledger::entry::ReceiptLine;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::figure_field::{FigureField, code_unknown};
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};

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
            line.qty.set(more.unwrap_or(qty).to_string());
        } else {
            let default_cost = untrack(|| shop.item(item)).and_then(|item| item.default_cost);
            let cost = default_cost.map(|cost| cost.to_string()).unwrap_or_default();
            let line = Line { item, qty: RwSignal::new(qty.to_string()), cost: RwSignal::new(cost) };
            lines.update(|lines| lines.push(line));
        }
    };
    let add_one = Callback::new(move |Scanned { item, pack }| add(item, pack));
    if let Some((item, qty)) = first {
        add(item, qty);
    }
    let forget_first = forget_first();
    let record = move |_| match read_lines(&lines.get_untracked(), |item| untrack(|| shop.item(item))) {
        Err(sentence) => problem.set(Some(sentence)),
        Ok(read) => {
            let units = read.iter().fold(Qty::ZERO, |sum, line| sum.checked_add(line.qty).unwrap_or(sum));
            spawn_local(async move {
                match shop.receive(read, reference.get_untracked()).await {
                    Ok(_) => {
                        forget_first();
                        lines.try_set(Vec::new());
                        reference.try_set(String::new());
                        problem.try_set(None);
                        recorded.try_set(Some(format!("Recorded: {} received", format::qty(units))));
                    }
                    Err(error) => {
                        problem.try_set(Some(error.sentence()));
                    }
                }
            });
        }
    };
    view! {
        <div class="receive">
            <h1>"Receive"</h1>
            <ItemSearch chosen=add_one/>
            <section class="receive-lines" aria-label="Delivery">
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || recorded.get().map(|recorded| view! { <Notice tone=Tone::Good title=recorded/> })}
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <p class="empty">"Tap or scan what came in."</p> }>
                    <ul>
                        <For each=move || lines.get() key=|line| line.item let(line)>
                            <DeliveryLine line lines add_one/>
                        </For>
                    </ul>
                    <label class="field">
                        <span>"Delivery note or order (optional)"</span>
                        <input type="text" maxlength="60" bind:value=reference/>
                    </label>
                    <button type="button" class="button" data-kind="primary" disabled=move || shop.is_recording() on:click=record>"Record delivery"</button>
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
        on_hand.is_negative().then(|| format!("{} on hand: this closes what is missing first.", format::qty(on_hand)))
    };
    view! {
        <li class="receive-line">
            <span class="receive-line-name">{name}</span>
            <label class="field">
                <span>"Quantity"</span>
                <FigureField
                    label=Signal::derive(move || format!("Quantity of {}", name())) value=qty
                    typed=Callback::new(move |typed| { problem.set(None); qty.set(typed); })
                    scanned=add_one
                    unknown=Callback::new(move |code: String| problem.set(Some(code_unknown(&code))))
                />
            </label>
            <label class="field">
                <span>"Unit cost"</span>
                <FigureField
                    label=Signal::derive(move || format!("Unit cost of {}", name())) value=cost
                    typed=Callback::new(move |typed| { problem.set(None); cost.set(typed); })
                    scanned=add_one
                />
            </label>
            <button type="button" class="button" data-kind="quiet" aria-label=move || format!("Remove {}", name())
                on:click=move |_| lines.update(|lines| lines.retain(|line| line.item != item))>"Remove"</button>
            <p class="receive-line-closes">{closes}</p>
            <p class="receive-line-problem" role="alert">{move || problem.get()}</p>
        </li>
    }
}

/// The lines as they are recorded; else the sentence that says what of which item to put right.
fn read_lines(lines: &[Line], known: impl Fn(ItemId) -> Option<Item>) -> Result<Vec<ReceiptLine>, String> {
    let read = |line: &Line| {
        let item = known(line.item).ok_or("An item is not in the catalogue any more.")?;
        let of_item = |what: &str, error: &dyn fmt::Display| format!("{}, {what}: {error}.", item.name);
        let qty: Qty = parse_typed(line.qty).map_err(|error| of_item("quantity", &error))?;
        item.check(qty).map_err(|error| of_item("quantity", &error))?;
        if line.cost.with_untracked(|cost| cost.trim().is_empty()) {
            return Err(of_item("unit cost", &"enter what one cost you, or 0"));
        }
        let cost: UnitCost = parse_typed(line.cost).map_err(|error| of_item("unit cost", &error))?;
        Ok(ReceiptLine { of_line: None, item: item.stamped(), qty, cost })
    };
    lines.iter().map(read).collect()
}

/// A figure as people type it, with a point or a comma.
fn parse_typed<T: FromStr>(text: RwSignal<String>) -> Result<T, T::Err> {
    text.get_untracked().trim().replace(',', ".").parse()
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
