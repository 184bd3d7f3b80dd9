//! Refunding lines of a sale: what is left of each, how much comes back, and what the customer gets for it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::entry::{Entry, TenderKind};
use subzero_ledger::ids::EntryId;
use subzero_ledger::money::Amount;
use subzero_ledger::quantity::Qty;
use subzero_ledger::receipts::number;
use subzero_ledger::verbs::{Desk, Problem, RefundWish, Refundable, refundable};

use crate::format;
use crate::routes::Route;
use crate::screens::sell::tender_words;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::field::TextField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::widgets::stepper::Stepper;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The screen.
#[component]
pub fn RefundScreen(
    /// The sale.
    of: EntryId,
) -> impl IntoView {
    let shop = use_shop();
    let lines = Memo::new(move |_| {
        let lines = shop.read(|core| refundable(of, &core.ledger)).unwrap_or_default();
        lines.into_iter().filter(|line| line.left.is_positive()).collect::<Vec<_>>()
    });
    let receipt =
        move || shop.read(|core| core.ledger.entry(of).and_then(number).map(str::to_owned)).unwrap_or_default();
    view! {
        <div class="refund">
            <a class="back" href=Route::Receipt(of).path()>{receipt}</a>
            <h1>{words().receipts.refund}</h1>
            <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <Empty text=words().problem.nothing_left/> }>
                <Form of lines=lines.get_untracked()/>
            </Show>
        </div>
    }
}

/// One line with how much of it comes back.
#[derive(Clone, Copy)]
struct Line {
    of: Refundable,
    back: RwSignal<Qty>,
    problem: RwSignal<Option<String>>,
}

#[component]
fn Form(of: EntryId, lines: Vec<Refundable>) -> impl IntoView {
    let shop = use_shop();
    let new = |of: Refundable| Line { of, back: RwSignal::new(Qty::ZERO), problem: RwSignal::new(None) };
    let lines = StoredValue::new(lines.into_iter().map(new).collect::<Vec<Line>>());
    let (tender, note, problem) =
        (RwSignal::new(TenderKind::Cash), RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let wishes = move || {
        let wish = |line: &Line| RefundWish { line: line.of.line, qty: line.back.get() };
        lines.with_value(|lines| lines.iter().map(wish).filter(|wish| wish.qty.is_positive()).collect::<Vec<_>>())
    };
    let total = Memo::new(move |_| {
        let amount = |line: &Line| match line.back.get() {
            Qty::ZERO => Amount::ZERO,
            back => line.of.amount(back, shop.places()),
        };
        lines.with_value(|lines| {
            lines.iter().map(amount).fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
        })
    });
    let all = move |()| lines.with_value(|lines| lines.iter().for_each(|line| line.back.set(line.of.left)));
    let record = record_refund(problem);
    let submit = Callback::new(move |()| {
        let (wishes, tender, note) = (untrack(wishes), tender.get_untracked(), note.get_untracked());
        record(Box::new(move |desk, receipt| desk.refund(receipt, of, &wishes, tender, &note)));
    });
    view! {
        <section class="refund-form">
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <ul class="refund-lines">
                {lines.with_value(|lines| lines.iter().map(|line| view! { <LineRow line=*line/> }).collect_view())}
            </ul>
            <Button kind=Kind::Quiet press=all>{words().receipts.all_of_it}</Button>
            <MoneyBack tender note total submit disabled=Signal::derive(move || wishes().is_empty())/>
        </section>
    }
}

/// What the desk is asked, with the number of the refund's own receipt.
pub type RefundVerb = Box<dyn Fn(&Desk<'_>, String) -> Result<Entry, Problem>>;

/// Records a refund and shows its receipt; else says in `problem` why not.
pub fn record_refund(problem: RwSignal<Option<String>>) -> impl Fn(RefundVerb) {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), use_navigate());
    move |verb| {
        let navigate = navigate.clone();
        spawn_local(async move {
            let refunded = match shop.next_receipt() {
                Ok(receipt) => shop.enter(shop.here(), |desk| verb(desk, receipt.clone())).await,
                Err(error) => Err(error),
            };
            match refunded {
                Ok(recorded) => {
                    toaster.say(words().receipts.refunded);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate(&Route::Receipt(recorded.entry).path(), options);
                }
                Err(error) => {
                    problem.try_set(Some(error.to_words()));
                }
            }
        });
    }
}

/// How the money goes back, how much it is, and the button that records it.
#[component]
pub fn MoneyBack(
    /// In which way.
    tender: RwSignal<TenderKind>,
    /// What the cashier writes on it.
    note: RwSignal<String>,
    /// How much.
    #[prop(into)]
    total: Signal<Amount>,
    /// Records it.
    submit: Callback<()>,
    /// Whether there is nothing to refund yet.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let shop = use_shop();
    let kinds = [TenderKind::Cash, TenderKind::Card].map(|kind| (kind, tender_words(kind).to_owned())).to_vec();
    view! {
        <Choice label=words().receipts.back_by options=kinds chosen=tender choose=move |kind| tender.set(kind)/>
        <TextField label=words().receipts.refund_note value=note chars_max=200/>
        <p class="refund-sum"><span>{words().receipts.given_back}</span><strong>{move || format::amount(total.get(), &shop.currency())}</strong></p>
        <Button kind=Kind::Primary large=true disabled busy=Signal::derive(move || shop.is_recording()) press=submit>{words().receipts.refund}</Button>
    }
}

#[component]
fn LineRow(line: Line) -> impl IntoView {
    let shop = use_shop();
    let Line { of, back, problem } = line;
    let name = Signal::derive(move || {
        shop.item(of.item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let set = move |wanted: Qty| {
        if wanted > of.left {
            problem.set(Some(words().problem.only_left.with([&format::qty(of.left)])));
        } else if !wanted.is_negative() {
            problem.set(None);
            back.set(wanted);
        }
    };
    let step = move |by: Qty| set(back.get_untracked().checked_add(by).unwrap_or_default());
    let typed = Callback::new(move |text: String| match format::typed::<Qty>(&text) {
        Ok(wanted) if wanted.is_negative() => problem.set(Some(words().problem.quantity.to_owned())),
        Ok(wanted) => set(wanted),
        Err(error) => problem.set(Some(error.to_words())),
    });
    view! {
        <li class="refund-line">
            <span class="refund-line-name">{name}</span>
            <span class="refund-line-left">{words().receipts.left_of.with([&format::qty(of.left), &format::qty(of.sold)])}</span>
            <Stepper of=name value=Signal::derive(move || format::field(&back.get()))
                less=move |()| step(Qty::ONE.negated()) more=move |()| step(Qty::ONE.min(of.left))
                typed scanned=Callback::new(|_| ()) unknown=Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))))/>
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}
