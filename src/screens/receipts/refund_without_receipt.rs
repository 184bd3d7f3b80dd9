//! Taking items back without their receipt: what, how many, and what the customer gets for each.

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::TenderKind;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;

use super::refund::{MoneyBack, record_refund};
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::Field;
use crate::widgets::figure_field::FigureField;
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// One item that came back, as it is being entered.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    item: ItemId,
    qty: RwSignal<Qty>,
    price: RwSignal<Price>,
}

/// The screen.
#[component]
pub fn RefundWithoutReceiptScreen() -> impl IntoView {
    let shop = use_shop();
    let lines = RwSignal::new(Vec::<Line>::new());
    let (tender, note, problem) =
        (RwSignal::new(TenderKind::Cash), RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let add = Callback::new(move |Scanned { item, pack }: Scanned| {
        let known = lines.with_untracked(|lines| lines.iter().copied().find(|line| line.item == item));
        if let Some(line) = known {
            line.qty.update(|qty| *qty = qty.checked_add(pack).unwrap_or(*qty));
        } else {
            let price = untrack(|| shop.item(item)).map_or(Price::ZERO, |item| item.price);
            lines.update(|lines| lines.push(Line { item, qty: RwSignal::new(pack), price: RwSignal::new(price) }));
        }
    });
    let wishes =
        move || lines.get().iter().map(|line| (line.item, line.qty.get(), line.price.get())).collect::<Vec<_>>();
    let total = move || {
        let amount = |(_, qty, price): &(ItemId, Qty, Price)| price.times(*qty).rounded(shop.places());
        wishes().iter().map(amount).fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
    };
    let record = record_refund(problem);
    let submit = Callback::new(move |()| {
        let (wishes, tender, note) = (untrack(wishes), tender.get_untracked(), note.get_untracked());
        let places = untrack(|| shop.places());
        record(Box::new(move |desk, receipt| desk.refund_without_receipt(receipt, &wishes, tender, places, &note)));
    });
    view! {
        <div class="refund-without beside">
            <header>
                <a class="back" href=Route::Receipts.path()>{words().receipts.title}</a>
                <h1>{words().receipts.without}</h1>
                <p>{words().receipts.without_means}</p>
            </header>
            <ItemSearch chosen=add on_demand=true/>
            <section class="refund-without-form panel">
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <Empty text=words().receipts.empty/> }>
                    <ul>
                        <For each=move || lines.get() key=|line| line.item let(line)><LineRow line lines add/></For>
                    </ul>
                    <MoneyBack tender note submit total=Signal::derive(total)/>
                </Show>
            </section>
        </div>
    }
}

#[component]
fn LineRow(line: Line, lines: RwSignal<Vec<Line>>, add: Callback<Scanned>) -> impl IntoView {
    let shop = use_shop();
    let Line { item, qty, price } = line;
    let problem = RwSignal::new(None::<String>);
    let name = Signal::derive(move || {
        shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let unknown = Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))));
    let set_qty = Callback::new(move |text: String| {
        let read = format::typed::<Qty>(&text).map_err(|error| error.to_words());
        let checked = read.and_then(|typed| match untrack(|| shop.item(item)) {
            Some(known) => known.check(typed).map(|()| typed).map_err(|error| error.to_words()),
            None => Ok(typed),
        });
        problem.set(checked.as_ref().err().cloned());
        if let Ok(typed) = checked {
            qty.set(typed);
        }
    });
    let set_price = Callback::new(move |text: String| match format::typed::<Price>(&text) {
        Ok(typed) if typed.is_in_range() => {
            problem.set(None);
            price.set(typed);
        }
        Ok(_) => problem.set(Some(words().problem.cost.to_owned())),
        Err(error) => problem.set(Some(error.to_words())),
    });
    view! {
        <li class="refund-without-line">
            <span class="refund-line-name">{name}</span>
            <Field label=words().common.quantity>
                <FigureField label=Signal::derive(move || words().common.quantity_of.with([&name.get()]))
                    value=Signal::derive(move || format::field(&qty.get())) typed=set_qty scanned=add unknown/>
            </Field>
            <Field label=words().receipts.price_back>
                <FigureField label=Signal::derive(move || words().receipts.price_of.with([&name.get()]))
                    value=Signal::derive(move || format::field(&price.get())) typed=set_price scanned=add/>
            </Field>
            <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&name.get()])))
                press=move |()| lines.update(|lines| lines.retain(|line| line.item != item))>{words().common.remove}</Button>
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}
