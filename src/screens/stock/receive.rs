//! Receiving: what came in, how much, at what cost; for an order or without one. It fills shortages first, and says how many.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::OrderLine;
use subzero_ledger::ids::{ItemId, OrderId, VendorId};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, ReceiveWish, WantedLine, missing_of};

use super::undo_of;
use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::entry_form::EntryForm;
use crate::widgets::entry_lines::{EntryLine, EntryLines};
use crate::widgets::field::TextField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::VendorSelect;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// Receiving with no order, beginning with an item where the address names one.
#[component]
pub fn ReceiveScreen(
    /// What to begin with.
    first: Option<(ItemId, Qty)>,
) -> impl IntoView {
    let shop = use_shop();
    let lines = EntryLines::default();
    if let Some((item, qty)) = first {
        let cost = untrack(|| shop.item(item)).and_then(|item| item.default_cost);
        lines.push(EntryLine::new(item, qty, cost));
    }
    let vendor = first.and_then(|(item, _)| untrack(|| shop.item(item))?.vendor);
    view! { <Unordered lines vendor=RwSignal::new(vendor)/> }
}

/// Receiving what a vendor brought and nobody entered: all of theirs that is negative here and not on its way, to be changed where it was
/// more or less.
#[component]
pub fn ReceiveMissingScreen(
    /// From whom.
    vendor: VendorId,
) -> impl IntoView {
    let shop = use_shop();
    let lines = EntryLines::default();
    let missing = untrack(|| {
        shop.read(|core| missing_of(vendor, shop.id(), (&core.ledger, &core.documents, core.catalogue.tables())))
    });
    for WantedLine { item, qty } in missing {
        let cost = untrack(|| shop.item(item)).and_then(|item| item.default_cost);
        lines.push(EntryLine::new(item, qty, cost));
    }
    view! { <Unordered lines vendor=RwSignal::new(Some(vendor))/> }
}

#[component]
fn Unordered(lines: EntryLines, vendor: RwSignal<Option<VendorId>>) -> impl IntoView {
    let forget_first = forget_first();
    view! {
        <div class="beside">
            <h1>{words().receive.title}</h1>
            <Form lines order=None vendor then=Callback::new(move |()| forget_first())/>
        </div>
    }
}

/// Receiving what was ordered: each line with what is still to come, to be changed where something else came.
#[component]
pub fn ReceiveOrderScreen(
    /// Which order.
    order: OrderId,
) -> impl IntoView {
    let (shop, navigate) = (use_shop(), use_navigate());
    let known = untrack(|| {
        shop.read(|core| {
            let view = core.documents.order(order)?;
            let open = view.lines.iter().map(|line| (line.line.clone(), line.left()));
            Some((view.order.number.clone(), open.collect::<Vec<_>>()))
        })
    });
    let Some((number, open)) = known else {
        return view! { <Notice tone=Tone::Plain title=words().orders.unknown/> }.into_any();
    };
    let lines = EntryLines::default();
    for (OrderLine { number, item, cost, .. }, left) in open {
        lines.push(EntryLine { answers: Some(number), ..EntryLine::new(item.id, left, Some(cost)) });
    }
    let then = Callback::new(move |()| {
        navigate(&Route::Order(order).path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! {
        <div class="beside">
            <header>
                <a class="back" href=Route::Order(order).path()>{words().orders.titled.with([&number])}</a>
                <h1>{words().receive.for_order.with([&number])}</h1>
            </header>
            <Form lines order=Some(order) vendor=RwSignal::new(None) then/>
        </div>
    }
    .into_any()
}

#[component]
fn Form(
    lines: EntryLines,
    order: Option<OrderId>,
    vendor: RwSignal<Option<VendorId>>,
    then: Callback<()>,
) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let reference = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let add = Callback::new(move |scanned: Scanned| {
        lines.add(scanned, || untrack(|| shop.item(scanned.item)).and_then(|item| item.default_cost));
    });
    let about = Callback::new(move |line: EntryLine| view! { <About line order/> }.into_any());
    let submit = move |()| {
        problem.set(None);
        let Some(wishes) = lines.read(|line| read_line(shop, line)) else { return };
        let units = wishes.iter().fold(Qty::ZERO, |sum, wish| sum.checked_add(wish.qty).unwrap_or(sum));
        let delivery = Delivery { order, vendor: vendor.get_untracked(), reference: reference.get_untracked() };
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.receive(&delivery, &wishes)).await {
                Ok(recorded) => {
                    lines.clear();
                    reference.try_set(String::new());
                    let undo = undo_of(shop, toaster, recorded.entry, words().receive.undone);
                    toaster.say_with_undo(words().receive.recorded.with([&format::qty(units)]), undo);
                    then.run(());
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let start_at_none = move |()| lines.get().iter().for_each(|line| line.qty.set(format::field(&Qty::ZERO)));
    view! {
        <EntryForm lines add empty=words().receive.empty costs=Signal::derive(move || shop.sees_costs()) unknown_costs=true about problem>
            {order.is_some().then(|| view! {
                <Button kind=Kind::Quiet press=move |()| untrack(|| start_at_none(()))>{words().receive.start_at_none}</Button>
            })}
            {order.is_none().then(|| view! { <VendorSelect none=words().orders.no_vendor chosen=vendor/> })}
            <TextField label=words().receive.reference value=reference/>
            <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording()) press=submit>{words().receive.record}</Button>
        </EntryForm>
    }
}

/// What was ordered of a line's item, and what it closes.
#[component]
fn About(line: EntryLine, order: Option<OrderId>) -> impl IntoView {
    let shop = use_shop();
    let ordered = move || {
        let (order, number) = (order?, line.answers?);
        shop.read(|core| {
            let view = core.documents.order(order)?;
            let line = view.lines.into_iter().find(|ordered| ordered.line.number == number)?;
            let figures = [line.line.qty, line.received, line.left()].map(format::qty);
            Some(words().orders.line.with([&figures[0], &figures[1], &figures[2]]))
        })
    };
    let closes = move || {
        let on_hand = shop.read(|core| core.ledger.on_hand(line.item, shop.id()));
        on_hand.is_negative().then(|| words().receive.closes.with([&format::qty(on_hand)]))
    };
    view! { <span>{ordered}</span><span>{closes}</span> }
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
    Ok(ReceiveWish { of_line: line.answers, item: line.item, qty, cost })
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
