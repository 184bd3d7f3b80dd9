//! Writing a purchase order, or changing one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::{Order, OrderStage};
use subzero_ledger::ids::{ItemId, OrderId};
use subzero_ledger::verbs::{OrderWish, WantedLine, order_lines, to_reorder};

use crate::device::ids;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::entry_form::EntryForm;
use crate::widgets::entry_lines::{EntryLine, EntryLines, OnHand};
use crate::widgets::field::TextField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::VendorSelect;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

/// A new order.
#[component]
pub fn NewOrderScreen() -> impl IntoView {
    let shop = use_shop();
    let number = shop.at_desk_now(|desk| desk.documents.next_order_number(&desk.header));
    let order = Order {
        order: ids::order_id(),
        number: number.unwrap_or_default(),
        vendor: None,
        stage: OrderStage::Draft,
        lines: Vec::new(),
        note: String::new(),
    };
    view! { <Form order title=words().orders.new.to_owned() back=Route::Orders/> }
}

/// An order that is changed.
#[component]
pub fn EditOrderScreen(
    /// Which order.
    order: OrderId,
) -> impl IntoView {
    let shop = use_shop();
    match untrack(|| shop.read(|core| core.documents.order(order).map(|view| view.order.clone()))) {
        Some(known) => {
            let title = words().orders.titled.with([&known.number]);
            view! { <Form order=known title back=Route::Order(order)/> }.into_any()
        }
        None => view! { <Notice tone=Tone::Plain title=words().orders.unknown/> }.into_any(),
    }
}

#[component]
fn Form(order: Order, title: String, back: Route) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let (number, vendor, note) =
        (RwSignal::new(order.number.clone()), RwSignal::new(order.vendor), RwSignal::new(order.note.clone()));
    let problem = RwSignal::new(None::<String>);
    let stage = StoredValue::new(order.stage);
    let lines = EntryLines::default();
    for line in &order.lines {
        lines.push(EntryLine::new(line.item.id, line.qty, Some(line.cost)));
    }
    let cost_of = move |item: ItemId| untrack(|| shop.item(item)).and_then(|item| item.default_cost);
    let add = Callback::new(move |scanned: Scanned| {
        if vendor.get_untracked().is_none() {
            vendor.set(untrack(|| shop.item(scanned.item)).and_then(|item| item.vendor));
        }
        lines.add(scanned, || cost_of(scanned.item));
    });
    let before = StoredValue::new(order);
    let save = move |stage: OrderStage, said: &'static str| {
        problem.set(None);
        let read = |line: EntryLine| Ok(OrderWish { item: line.item, qty: line.read_qty()?, cost: line.read_cost()? });
        let Some(wishes) = lines.read(read) else { return };
        let lines_now = before
            .with_value(|before| untrack(|| shop.read_catalogue(|catalogue| order_lines(before, &wishes, catalogue))));
        let order = Order {
            number: number.get_untracked(),
            vendor: vendor.get_untracked(),
            stage,
            note: note.get_untracked(),
            lines: lines_now,
            ..before.get_value()
        };
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.save_order(order.clone())).await {
                Ok(_) => {
                    toaster.say(said);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&Route::Order(order.order).path(), options));
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let is_draft = stage.get_value() == OrderStage::Draft;
    let submit = move |()| {
        let ordered = if is_draft { OrderStage::Ordered } else { stage.get_value() };
        save(ordered, if is_draft { words().orders.now_ordered } else { words().orders.saved });
    };
    let reorder = move |()| {
        let wanted = untrack(|| {
            shop.read(|core| {
                let known = (&core.ledger, &core.documents, core.catalogue.tables());
                to_reorder(shop.id(), vendor.get(), known)
            })
        });
        let there = untrack(|| lines.get());
        let new: Vec<_> = wanted.into_iter().filter(|wish| there.iter().all(|line| line.item != wish.item)).collect();
        if new.is_empty() {
            toaster.say(words().orders.nothing_to_reorder);
        }
        for WantedLine { item, qty } in new {
            lines.push(EntryLine::new(item, qty, cost_of(item)));
        }
    };
    let about = Callback::new(|line: EntryLine| view! { <OnHand line goes_out=Signal::stored(false)/> }.into_any());
    view! {
        <div class="beside">
            <header>
                <a class="back" href=back.path()>{words().orders.title}</a>
                <h1>{title}</h1>
            </header>
            <EntryForm lines add empty=words().orders.empty costs=Signal::derive(move || shop.sees_costs()) about problem
                head=move || view! {
                    <VendorSelect none=words().orders.no_vendor chosen=vendor/>
                    <Button press=reorder>{words().orders.reorder}</Button>
                }>
                <TextField label=words().orders.number value=number/>
                <TextField label=words().orders.note value=note chars_max=200/>
                <div class="entry-form-actions">
                    <Show when=move || is_draft>
                        <Button press=move |()| save(OrderStage::Draft, words().orders.saved)
                            busy=Signal::derive(move || shop.is_recording())>{words().orders.save_draft}</Button>
                    </Show>
                    <Button kind=Kind::Primary busy=Signal::derive(move || shop.is_recording()) press=submit>
                        {if is_draft { words().orders.order } else { words().common.save }}
                    </Button>
                </div>
            </EntryForm>
        </div>
    }
}
