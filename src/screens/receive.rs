//! Receiving: what came in, how much, at what cost. It fills shortages first, and says how many.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::ids::ItemId;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, ReceiveWish};

use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::entry_lines::{EntryLine, EntryLineList, EntryLines};
use crate::widgets::field::TextField;
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// The screen, beginning with an item where the address names one.
#[component]
pub fn ReceiveScreen(
    /// What to begin with.
    first: Option<(ItemId, Qty)>,
) -> impl IntoView {
    let shop = use_shop();
    let lines = EntryLines::default();
    let reference = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let recorded = RwSignal::new(None::<String>);
    let add = Callback::new(move |scanned: Scanned| {
        recorded.set(None);
        lines.add(scanned, || untrack(|| shop.item(scanned.item)).and_then(|item| item.default_cost));
    });
    if let Some((item, qty)) = first {
        add.run(Scanned { item, pack: qty });
    }
    let forget_first = forget_first();
    let closes = Callback::new(move |line: EntryLine| {
        let words = move || {
            let on_hand = shop.read(|core| core.ledger.on_hand(line.item, shop.id()));
            on_hand.is_negative().then(|| words().receive.closes.with([&format::qty(on_hand)]))
        };
        view! { <span>{words}</span> }.into_any()
    });
    let record = move |()| {
        problem.set(None);
        let Some(wishes) = lines.read(|line| read_line(shop, line)) else { return };
        let units = wishes.iter().fold(Qty::ZERO, |sum, wish| sum.checked_add(wish.qty).unwrap_or(sum));
        spawn_local(async move {
            let delivery = Delivery { reference: reference.get_untracked(), ..Delivery::default() };
            match shop.enter(shop.here(), |desk| desk.receive(&delivery, &wishes)).await {
                Ok(_) => {
                    forget_first();
                    lines.clear();
                    reference.try_set(String::new());
                    recorded.try_set(Some(words().receive.recorded.with([&format::qty(units)])));
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    view! {
        <div class="receive beside">
            <h1>{words().receive.title}</h1>
            <ItemSearch chosen=add on_demand=true/>
            <section class="receive-lines panel" aria-label=words().receive.delivery>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || recorded.get().map(|recorded| view! { <Notice tone=Tone::Good title=recorded/> })}
                <Show when=move || !lines.are_empty() fallback=|| view! { <Empty text=words().receive.empty/> }>
                    <EntryLineList lines add costs=true about=closes/>
                    <TextField label=words().receive.reference value=reference/>
                    <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording()) press=record>{words().receive.record}</Button>
                </Show>
            </section>
        </div>
    }
}

/// A line as it is recorded; else what to say at it.
fn read_line(shop: Shop, line: EntryLine) -> Result<ReceiveWish, String> {
    let words = &words().receive;
    let qty = line.read_qty().map_err(|problem| words.quantity_problem.with([&problem]))?;
    if let Some(item) = untrack(|| shop.item(line.item)) {
        item.check(qty).map_err(|problem| words.quantity_problem.with([&problem.to_words()]))?;
    }
    let cost = line.read_cost().map_err(|problem| words.cost_problem.with([&problem]))?;
    let cost = cost.ok_or_else(|| words.cost_problem.with([words.cost_missing]))?;
    Ok(ReceiveWish { of_line: None, item: line.item, qty, cost })
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
