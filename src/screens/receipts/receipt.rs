//! One receipt as the customer has it: lines, what was taken off, how it was paid; and what can still be done with it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::{Body, Entry, Refund, Sale, Tender};
use subzero_ledger::ids::{EntryId, ItemId};
use subzero_ledger::money::Amount;
use subzero_ledger::receipts::number;
use subzero_ledger::verbs::refundable;

use super::total;
use crate::device::print;
use crate::format;
use crate::routes::Route;
use crate::screens::sell::tender_words;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::Dialog;
use crate::widgets::field::TextField;
use crate::widgets::horizon::Horizon;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The screen.
#[component]
pub fn ReceiptScreen(
    /// The sale or the refund.
    entry: EntryId,
) -> impl IntoView {
    let shop = use_shop();
    let known = Memo::new(move |_| shop.read(|core| core.ledger.entry(entry).cloned()));
    view! {
        <div class="receipt">
            <a class="back" href=Route::Receipts.path()>{words().receipts.title}</a>
            {move || match known.get() {
                Some(entry) => view! { <Paper entry=entry.clone()/><Ways entry/> }.into_any(),
                None => view! { <Notice tone=Tone::Plain title=words().entry.unknown><Horizon/></Notice> }.into_any(),
            }}
        </div>
    }
}

/// What is printed.
#[component]
fn Paper(entry: Entry) -> impl IntoView {
    let shop = use_shop();
    let header = entry.header;
    let (employee, register) = (shop.employee_name(header.employee), shop.register_name(header.device));
    let account = shop.paired.with_untracked(|paired| paired.as_ref().map(|paired| paired.account.clone()));
    let account = account.unwrap_or_default();
    let (sale, refund) = (entry.body.as_sale().cloned(), entry.body.as_refund().cloned());
    view! {
        <article class="receipt-paper" aria-label=words().sell.receipt>
            <header>
                <h1>{number(&entry).unwrap_or_default().to_owned()}</h1>
                <p>{account}" · "{shop.name_of(header.shop)}</p>
                <p><time datetime=format::iso(header.at)>{format::moment(header.at)}</time></p>
                <p>{register}" · "{employee}</p>
            </header>
            {sale.map(|sale| view! { <Sold sale/> })}
            {refund.map(|refund| view! { <Back refund/> })}
        </article>
    }
}

#[component]
fn Sold(sale: Sale) -> impl IntoView {
    let shop = use_shop();
    let money = move |amount: Amount| format::amount(amount, &shop.currency());
    let total = sale.total().unwrap_or_default();
    let paid = sale.tenders.iter().fold(Amount::ZERO, |sum, tender| sum.checked_add(tender.amount).unwrap_or(sum));
    let change = paid.checked_sub(total).unwrap_or_default();
    view! {
        <ul class="receipt-lines">
            {sale.lines.iter().map(|line| view! {
                <li>
                    <span>{name(line.item.id)}</span>
                    <span class="number">{money(sale.paid_for(line))}</span>
                    <small>{words().receipts.line.with([&format::qty(line.qty), &format::price(line.price, &shop.currency())])}</small>
                    {(line.discount > Amount::ZERO).then(|| view! {
                        <small class="number">{words().sell.off.with([&money(line.discount)])}</small>
                    })}
                </li>
            }).collect_view()}
        </ul>
        <dl class="receipt-sums">
            <div class="receipt-total"><dt>{words().sell.total}</dt><dd>{money(total)}</dd></div>
            <Tenders tenders=sale.tenders.clone()/>
            {(change > Amount::ZERO).then(|| view! { <div><dt>{words().sell.change}</dt><dd>{money(change)}</dd></div> })}
        </dl>
        {(!sale.note.is_empty()).then(|| view! { <p class="receipt-note">{sale.note.clone()}</p> })}
    }
}

#[component]
fn Back(refund: Refund) -> impl IntoView {
    let shop = use_shop();
    let money = move |amount: Amount| format::amount(amount, &shop.currency());
    let total = refund.lines.iter().fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount).unwrap_or(sum));
    let of = refund
        .of
        .and_then(|of| shop.read(|core| core.ledger.entry(of).and_then(number).map(str::to_owned)).zip(Some(of)));
    view! {
        <p>{words().kinds.refund}
            {of.map(|(receipt, of)| view! { " · "<a href=Route::Receipt(of).path()>{receipt}</a> })}
        </p>
        <ul class="receipt-lines">
            {refund.lines.iter().map(|line| view! {
                <li>
                    <span>{words().receipts.times.with([&format::qty(line.qty), &name(line.item.id)])}</span>
                    <span class="number">{words().sell.off.with([&money(line.amount)])}</span>
                </li>
            }).collect_view()}
        </ul>
        <dl class="receipt-sums">
            <div class="receipt-total"><dt>{words().receipts.given_back}</dt><dd>{money(total)}</dd></div>
            <Tenders tenders=refund.tenders.clone()/>
        </dl>
        {(!refund.note.is_empty()).then(|| view! { <p class="receipt-note">{refund.note.clone()}</p> })}
    }
}

#[component]
fn Tenders(tenders: Vec<Tender>) -> impl IntoView {
    let shop = use_shop();
    tenders
        .into_iter()
        .map(|tender| {
            view! { <div><dt>{tender_words(tender.kind)}</dt><dd>{format::amount(tender.amount, &shop.currency())}</dd></div> }
        })
        .collect_view()
}

fn name(item: ItemId) -> String {
    use_shop().item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
}

/// What can be done with it.
#[component]
fn Ways(entry: Entry) -> impl IntoView {
    let shop = use_shop();
    let id = entry.header.id;
    let left = Memo::new(move |_| {
        let lines = shop.read(|core| refundable(id, &core.ledger)).unwrap_or_default();
        lines.iter().any(|line| line.left.is_positive())
    });
    let is_void = Memo::new(move |_| shop.read(|core| core.ledger.undone_by(id).is_some()));
    let is_sale = matches!(entry.body, Body::Sale(_));
    let voiding = RwSignal::new(false);
    let given_back = move || {
        shop.read(|core| {
            let refunds = core.ledger.referring_to(id).filter(|entry| entry.body.as_refund().is_some());
            refunds
                .map(|refund| (refund.header.id, number(refund).unwrap_or_default().to_owned(), total(refund)))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="receipt-ways" aria-label=words().receipts.ways>
            <Show when=move || is_void.get()><Notice tone=Tone::Warning title=words().receipts.is_void/></Show>
            <ul class="receipt-refunds">
                {move || given_back().into_iter().map(|(refund, receipt, amount)| view! {
                    <li><a href=Route::Receipt(refund).path()>{words().entry.titled.with([words().kinds.refund, &receipt])}</a>
                        <span class="number">{words().sell.off.with([&format::amount(amount, &shop.currency())])}</span></li>
                }).collect_view()}
            </ul>
            <div class="chips">
                <Button press=|()| print::print()>{words().common.print}</Button>
                <a class="button" data-kind="quiet" href=Route::Entry(id, None).path()>{words().receipts.details}</a>
                <Show when=move || is_sale && left.get()>
                    <a class="button" href=Route::Refund(id).path()>{words().receipts.refund}</a>
                    <Button kind=Kind::Danger press=move |()| voiding.set(true)>{words().receipts.void}</Button>
                </Show>
            </div>
            <VoidDialog of=id open=voiding/>
        </section>
    }
}

#[component]
fn VoidDialog(of: EntryId, open: RwSignal<bool>) -> impl IntoView {
    let shop = use_shop();
    let toaster = use_toaster();
    view! {
        <Dialog title=words().receipts.void_title open>
            {
                let (note, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
                let submit = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    spawn_local(async move {
                        let note = note.get_untracked();
                        match shop.enter(shop.here(), |desk| desk.void(of, &note)).await {
                            Ok(_) => {
                                toaster.say(words().receipts.voided);
                                open.try_set(false);
                            }
                            Err(error) => {
                                problem.try_set(Some(error.to_words()));
                            }
                        }
                    });
                };
                view! {
                    <form class="receipt-void" on:submit=submit>
                        <p>{words().receipts.void_means}</p>
                        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                        <TextField label=words().receipts.void_note value=note chars_max=200/>
                        <div class="dialog-actions">
                            <Button kind=Kind::Danger busy=Signal::derive(move || shop.is_recording())>{words().receipts.void}</Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}
