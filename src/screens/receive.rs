//! Receiving: what came in, how much, at what cost. It fills shortages first, and says how many.

use std::str::FromStr;

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Item;
use subzero_ledger::entry::ReceiptLine;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use wasm_bindgen::JsValue;

use crate::format;
use crate::routes::Route;
use crate::shop::{sentence, use_shop};
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
    if let Some((item, qty)) = first {
        add(item, qty);
    }
    let record = move |_| match read_lines(&lines.get_untracked(), |item| untrack(|| shop.item(item))) {
        Err(sentence) => problem.set(Some(sentence)),
        Ok(read) => {
            let units = read.iter().fold(Qty::ZERO, |sum, line| sum.checked_add(line.qty).unwrap_or(sum));
            spawn_local(async move {
                match shop.receive(read, reference.get_untracked()).await {
                    Ok(_) => {
                        forget_query();
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
            <ItemSearch chosen=Callback::new(move |item| add(item, Qty::ONE))/>
            <section class="receive-lines" aria-label="Delivery">
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || recorded.get().map(|recorded| view! { <Notice tone=Tone::Good title=recorded/> })}
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <p class="empty">"Tap or scan what came in."</p> }>
                    <ul>
                        <For each=move || lines.get() key=|line| line.item let(line)>
                            <DeliveryLine line lines/>
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
fn DeliveryLine(line: Line, lines: RwSignal<Vec<Line>>) -> impl IntoView {
    let shop = use_shop();
    let Line { item, qty, cost } = line;
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
                <input type="text" inputmode="decimal" aria-label=move || format!("Quantity of {}", name()) bind:value=qty/>
            </label>
            <label class="field">
                <span>"Unit cost"</span>
                <input type="text" inputmode="decimal" aria-label=move || format!("Unit cost of {}", name()) bind:value=cost/>
            </label>
            <button type="button" class="button" data-kind="quiet" aria-label=move || format!("Remove {}", name())
                on:click=move |_| lines.update(|lines| lines.retain(|line| line.item != item))>"Remove"</button>
            <p class="receive-line-closes">{closes}</p>
        </li>
    }
}

fn read_lines(lines: &[Line], known: impl Fn(ItemId) -> Option<Item>) -> Result<Vec<ReceiptLine>, String> {
    let read = |line: &Line| {
        let item = known(line.item).ok_or("An item is not in the catalogue any more.")?;
        let qty: Qty = parse_typed(line.qty).map_err(|error| format!("Quantity: {}", sentence(&error)))?;
        let cost: UnitCost = parse_typed(line.cost).map_err(|error| format!("Unit cost: {}", sentence(&error)))?;
        if !qty.is_positive() {
            return Err("A quantity must be more than nothing.".to_owned());
        }
        item.check(qty).map_err(|error| sentence(&error))?;
        Ok(ReceiptLine { item: item.stamped(), qty, cost })
    };
    lines.iter().map(read).collect()
}

/// A figure as people type it, with a point or a comma.
fn parse_typed<T: FromStr>(text: RwSignal<String>) -> Result<T, T::Err> {
    text.get_untracked().trim().replace(',', ".").parse()
}

/// The address no longer says what to begin with: loaded again, it must not offer the same delivery a second time.
fn forget_query() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Where the browser will not, the person still has to press the button.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&Route::Receive(None).path()));
    }
}
