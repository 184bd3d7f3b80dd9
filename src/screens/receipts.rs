//! Receipts: sales and refunds of this shop, found by number, item or day, with no network.

use leptos::prelude::*;
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::Amount;
use subzero_ledger::receipts::{Wanted, find, number};

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::field::Field;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::search_field::SearchField;
use crate::widgets::state::Empty;
use crate::words::words;

pub mod receipt;
pub mod refund;
pub mod refund_without_receipt;

/// The most that are listed: whoever looks for an older one types its number or its day.
const SHOWN_MAX: usize = 100;

/// What a receipt comes to: what was paid, or what was given back.
pub fn total(entry: &Entry) -> Amount {
    let refunded = |lines: &[subzero_ledger::entry::RefundLine]| {
        lines.iter().fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount).unwrap_or(sum))
    };
    let sold = entry.body.as_sale().and_then(subzero_ledger::entry::Sale::total);
    sold.or_else(|| entry.body.as_refund().map(|refund| refunded(&refund.lines))).unwrap_or_default()
}

/// The screen.
#[component]
pub fn ReceiptsScreen() -> impl IntoView {
    let shop = use_shop();
    let (text, day) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = Memo::new(move |_| {
        let (from, until) =
            format::day_bounds(&day.get()).map_or((None, None), |(from, until)| (Some(from), Some(until)));
        let wanted = Wanted { text: text.get(), shop: Some(shop.seen()), from, until };
        shop.read(|core| find(&core.ledger, &core.catalogue, &wanted, SHOWN_MAX))
    });
    let none = nothing_here(words().receipts.none);
    let is_filtered = move || !(text.with(String::is_empty) && day.with(String::is_empty));
    view! {
        <div class="receipts">
            <header class="receipts-top">
                <h1>{words().receipts.title}</h1>
                <a class="button" href=Route::RefundWithoutReceipt.path()>{words().receipts.without}</a>
            </header>
            <div class="receipts-filter">
                <SearchField label=words().receipts.search value=text/>
                <Field label=words().receipts.day><input type="date" bind:value=day/></Field>
            </div>
            <ul class="receipts-list">
                <For each=move || found.get() key=|id| *id let(id)>
                    {move || shop.read(|core| core.ledger.entry(id).cloned()).map(|entry| view! { <Row entry/> })}
                </For>
            </ul>
            <Show when=move || found.with(Vec::is_empty)>
                <Empty text=Signal::derive(move || {
                    if is_filtered() { words().common.nothing_matches.to_owned() } else { none.get() }
                })/>
            </Show>
            <Horizon/>
        </div>
    }
}

#[component]
fn Row(entry: Entry) -> impl IntoView {
    let shop = use_shop();
    let (id, at): (_, Instant) = (entry.header.id, entry.header.at);
    let is_refund = matches!(entry.body, Body::Refund(_));
    let is_void = shop.read(|core| core.ledger.undone_by(id).is_some());
    let amount = format::amount(total(&entry), &shop.currency());
    view! {
        <li>
            <a class="receipts-row" href=Route::Receipt(id).path()>
                <span class="receipts-number">{number(&entry).unwrap_or_default().to_owned()}</span>
                <time datetime=format::iso(at)>{format::moment(at)}</time>
                <span class="receipts-tags">
                    {is_refund.then(|| view! { <span class="tag">{words().kinds.refund}</span> })}
                    {is_void.then(|| view! { <span class="tag">{words().kinds.void}</span> })}
                </span>
                <span class="number">{if is_refund { words().sell.off.with([&amount]) } else { amount }}</span>
            </a>
        </li>
    }
}
