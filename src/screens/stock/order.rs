//! One purchase order: what was ordered, what came of it, and what can be done next.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::documents::{OrderLineView, OrderStatus};
use subzero_ledger::entry::{Order, OrderStage};
use subzero_ledger::ids::{EntryId, ItemId, OrderId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::Amount;
use subzero_ledger::quantity::Qty;

use super::do_and_say;
use super::orders::status_words;
use crate::device::print;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::rows::{Row, RowLink};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// An order as the screen shows it.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    order: Order,
    status: OrderStatus,
    begun: Instant,
    lines: Vec<Line>,
    unordered: Vec<(ItemId, Qty)>,
    deliveries: Vec<(EntryId, Instant)>,
}

#[derive(Clone, PartialEq, Eq)]
struct Line {
    item: ItemId,
    vendor_code: String,
    ordered: Qty,
    received: Qty,
    left: Qty,
    cost: Amount,
}

impl Line {
    fn of(line: &OrderLineView<'_>) -> Self {
        let cost = line.line.cost.times(line.line.qty);
        let (item, vendor_code) = (line.line.item.id, line.line.vendor_code.clone());
        Self { item, vendor_code, ordered: line.line.qty, received: line.received, left: line.left(), cost }
    }
}

/// The screen.
#[component]
pub fn OrderScreen(
    /// Which order.
    order: OrderId,
) -> impl IntoView {
    let shop = use_shop();
    let shown = Memo::new(move |_| {
        shop.read(|core| {
            let view = core.documents.order(order)?;
            let when = |entry: &EntryId| Some((*entry, core.ledger.entry(*entry)?.header.at));
            Some(Shown {
                order: view.order.clone(),
                status: view.status(),
                begun: view.begun.at,
                lines: view.lines.iter().map(Line::of).collect(),
                unordered: view.unordered.clone(),
                deliveries: view.deliveries.iter().filter_map(when).collect(),
            })
        })
    });
    view! {
        <div class="document">
            <a class="back" href=Route::Orders.path()>{words().orders.title}</a>
            {move || match shown.get() {
                Some(shown) => view! { <Known shown/> }.into_any(),
                None => view! { <Notice tone=Tone::Plain title=words().orders.unknown/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(shown: Shown) -> impl IntoView {
    let shop = use_shop();
    let Shown { order, status, begun, lines, unordered, deliveries } = shown;
    let (id, words) = (order.order, words());
    let vendor =
        order.vendor.and_then(|vendor| shop.read_catalogue(|catalogue| catalogue.vendors.get(&vendor).cloned()));
    let total = lines.iter().try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.cost));
    let name = move |item| shop.item(item).map_or_else(|| words.common.unknown_item.to_owned(), |item| item.name);
    let line = move |line: Line| {
        let figures = [line.ordered, line.received, line.left].map(format::qty);
        let said = words.orders.line.with([&figures[0], &figures[1], &figures[2]]);
        let code = (!line.vendor_code.is_empty()).then(|| words.orders.line_code.with([&line.vendor_code]));
        let note = code.map_or(said.clone(), |code| words.common.parts.with([&said, &code]));
        let cost = shop.sees_costs().then(|| format::amount(line.cost, &shop.currency()));
        view! { <Row name=name(line.item) note figure=cost/> }
    };
    view! {
        <header class="document-top">
            <h1>{words.orders.titled.with([&order.number])}</h1>
            <span class="tag">{status_words(status)}</span>
        </header>
        <dl class="facts">
            <div><dt>{words.item.vendor}</dt><dd>{vendor.map_or_else(|| words.orders.no_vendor.to_owned(), |vendor| vendor.name)}</dd></div>
            <div><dt>{words.orders.begun}</dt><dd>{format::moment(begun)}</dd></div>
            <Show when=move || shop.sees_costs()>
                <div><dt>{words.orders.total}</dt><dd>{total.map(|total| format::amount(total, &shop.currency()))}</dd></div>
            </Show>
        </dl>
        {(!order.note.is_empty()).then(|| view! { <p class="document-note">{order.note.clone()}</p> })}
        <ul class="rows" aria-label=words.find.items>{lines.into_iter().map(line).collect_view()}</ul>
        {(!unordered.is_empty()).then(|| view! {
            <h2>{words.orders.unordered}</h2>
            <ul class="rows">{unordered.into_iter().map(|(item, qty)| view! { <Row name=name(item) figure=format::qty(qty)/> }).collect_view()}</ul>
        })}
        {(!deliveries.is_empty()).then(|| view! {
            <h2>{words.orders.deliveries}</h2>
            <ul class="rows">{deliveries.into_iter().map(|(entry, at)| view! {
                <RowLink to=Route::Entry(entry, None).path() name=words.kinds.receipt note=format::moment(at)/>
            }).collect_view()}</ul>
        })}
        <div class="document-actions">
            {matches!(status, OrderStatus::Ordered | OrderStatus::PartlyReceived).then(|| view! {
                <a class="button" data-kind="primary" href=Route::ReceiveOrder(id).path()>{words.orders.receive}</a>
            })}
            <Stages order=order.clone() status/>
            {(!matches!(status, OrderStatus::Closed | OrderStatus::Cancelled)).then(|| view! {
                <a class="button" href=Route::EditOrder(id).path()>{words.orders.change}</a>
            })}
            <Button press=|()| print::print()>{words.common.print}</Button>
        </div>
    }
}

/// The stages it can go to from here.
#[component]
fn Stages(order: Order, status: OrderStatus) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().orders;
    let to = match status {
        OrderStatus::Draft => vec![
            (OrderStage::Ordered, names.order, names.now_ordered, Kind::Primary),
            (OrderStage::Cancelled, names.cancel, names.now_cancelled, Kind::Plain),
        ],
        OrderStatus::Ordered => vec![
            (OrderStage::Closed, names.close, names.now_closed, Kind::Plain),
            (OrderStage::Cancelled, names.cancel, names.now_cancelled, Kind::Plain),
        ],
        OrderStatus::PartlyReceived | OrderStatus::Received => {
            vec![(OrderStage::Closed, names.close, names.now_closed, Kind::Plain)]
        }
        OrderStatus::Closed => vec![(OrderStage::Ordered, names.reopen, names.now_open, Kind::Plain)],
        OrderStatus::Cancelled => vec![(OrderStage::Draft, names.reopen, names.now_open, Kind::Plain)],
    };
    let order = StoredValue::new(order);
    let button = move |(stage, name, done, kind): (OrderStage, &'static str, &'static str, Kind)| {
        let press = move |()| {
            let before = order.get_value();
            let after = Order { stage, ..before.clone() };
            spawn_local(async move {
                match shop.enter(shop.here(), |desk| desk.save_order(after.clone())).await {
                    Ok(_) => {
                        let undo = Callback::new(move |()| {
                            let before = before.clone();
                            do_and_say(shop, toaster, names.taken_back, move |desk| desk.save_order(before.clone()));
                        });
                        toaster.say_with_undo(done, undo);
                    }
                    Err(error) => toaster.say(error.to_words()),
                }
            });
        };
        view! { <Button kind press busy=Signal::derive(move || shop.is_recording())>{name}</Button> }
    };
    to.into_iter().map(button).collect_view()
}
