//! Taking money: cash, a card, or some of each. A card is charged on a terminal of its own; here it is only recorded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::cart::{Bill, Payment};
use subzero_ledger::catalogue::Typed;
use subzero_ledger::entry::{Tender as Part, TenderKind};
use subzero_ledger::ids::EntryId;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;

use super::add_to_cart;
use crate::format;
use crate::shop::{Sold, VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::money_field::MoneyField;
use crate::words::{ToWords as _, words};

/// What a way to pay is called.
pub const fn tender_words(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => words().sell.cash,
        TenderKind::Card => words().sell.card,
    }
}

/// The money: what is taken last completes the sale.
#[component]
pub fn Tender(
    charging: RwSignal<Option<EntryId>>,
    bill: Memo<Bill>,
    sold: RwSignal<Option<Sold>>,
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let shop = use_shop();
    let typed = RwSignal::new(String::new());
    let taken = RwSignal::new(Vec::<Part>::new());
    let total = move || bill.with(|bill| bill.total);
    let payment = move |tenders: Vec<Part>| Payment { tenders, places: shop.places() };
    let left = Memo::new(move |_| payment(taken.get()).left(total()).unwrap_or_default());
    let busy = Signal::derive(move || shop.is_recording());
    let finish = move |tenders: Vec<Part>| {
        let payment = untrack(|| payment(tenders));
        spawn_local(async move {
            match shop.sell(payment).await {
                Ok(recorded) => {
                    problem.try_set(None);
                    sold.try_set(Some(recorded));
                }
                // A second tap.
                Err(VerbError::Busy) => {}
                Err(error) => {
                    problem.try_set(Some(error.to_words()));
                }
            }
        });
    };
    // What is enough completes the sale; what is less is taken, and the rest stays to be paid.
    let take = move |kind: TenderKind, amount: Amount| {
        let part = (amount > Amount::ZERO).then_some(Part { kind, amount });
        let tenders: Vec<Part> = taken.get_untracked().into_iter().chain(part).collect();
        let is_enough = untrack(|| payment(tenders.clone()).left(total())).is_ok_and(|left| left == Amount::ZERO);
        let is_right =
            is_enough || part.is_some_and(|part| part.amount == part.amount.rounded(untrack(|| shop.places())));
        if is_enough || !is_right {
            finish(tenders);
        } else {
            problem.set(None);
            taken.set(tenders);
            typed.set(String::new());
        }
    };
    let take_typed = move |kind: TenderKind| {
        let text = typed.get_untracked();
        if let Typed::Scan { scanned, before } = untrack(|| shop.read_catalogue(|catalogue| catalogue.typed(&text))) {
            typed.set(before.to_owned());
            problem.set(add_to_cart(shop, scanned));
        } else if text.trim().is_empty() {
            take(kind, left.get_untracked());
        } else {
            match format::typed_amount(&text) {
                Ok(amount) => take(kind, amount),
                Err(error) => problem.set(Some(error.to_words())),
            }
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        take_typed(TenderKind::Cash);
    };
    let notes = move || [5_u32, 10, 20, 50].map(note).into_iter().filter(|note| *note > left.get()).collect::<Vec<_>>();
    view! {
        <form class="sell-tender" aria-label=words().sell.payment on:submit=submit>
            <p class="sell-sum"><span>{words().sell.to_pay}</span><strong>{move || format::amount(left.get(), &shop.currency())}</strong></p>
            <ul class="sell-taken">
                {move || taken.get().into_iter().enumerate().map(|(place, part)| view! {
                    <li>
                        <span>{tender_words(part.kind)}</span>
                        <span>{format::amount(part.amount, &shop.currency())}</span>
                        <Button kind=Kind::Quiet press=move |()| taken.update(|taken| { taken.remove(place); })>{words().common.remove}</Button>
                    </li>
                }).collect_view()}
            </ul>
            <div class="chips">
                <Button kind=Kind::Primary large=true busy press=move |()| take(TenderKind::Cash, left.get_untracked())>{words().sell.exact_cash}</Button>
                <Button large=true busy press=move |()| take_typed(TenderKind::Card)>{words().sell.card}</Button>
                {move || notes().into_iter().map(|note| view! {
                    <Button large=true busy press=move |()| take(TenderKind::Cash, note)>{format::amount(note, &shop.currency())}</Button>
                }).collect_view()}
            </div>
            <MoneyField label=words().sell.cash_received hint=words().sell.part_hint value=typed currency=shop.currency()/>
            <div class="chips">
                <Button busy disabled=Signal::derive(move || typed.with(String::is_empty))>{words().sell.take_cash}</Button>
                <Button kind=Kind::Quiet press=move |()| charging.set(None)>{words().sell.back_to_cart}</Button>
            </div>
        </form>
    }
}

fn note(units: u32) -> Amount {
    Price::from_ten_thousandths(i64::from(units) * 10_000).times(Qty::ONE)
}
