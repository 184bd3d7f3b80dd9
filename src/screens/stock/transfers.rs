//! Transfers from and to this shop: what is to be received first.

use leptos::prelude::*;
use subzero_ledger::documents::{TransferStatus, TransferView};
use subzero_ledger::ids::{ShopId, TransferId};
use subzero_ledger::instant::Instant;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::words::words;

/// How far a transfer is, as the shop `here` says it.
pub fn status_words(status: TransferStatus, to: ShopId, here: ShopId) -> &'static str {
    let words = &words().transfers;
    match status {
        TransferStatus::Draft => words.draft,
        TransferStatus::Sent if to == here => words.arriving,
        TransferStatus::Sent => words.sent,
        TransferStatus::PartlySettled => words.partly,
        TransferStatus::Settled => words.settled,
        TransferStatus::Cancelled => words.cancelled,
    }
}

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    id: TransferId,
    number: String,
    from: ShopId,
    to: ShopId,
    at: Instant,
    status: TransferStatus,
}

/// The screen.
#[component]
pub fn TransfersScreen() -> impl IntoView {
    let shop = use_shop();
    let rows = Memo::new(move |_| {
        let here = shop.seen();
        shop.read(|core| {
            // Another shop's drafts are its own affair.
            let concerns = |view: &TransferView<'_>| {
                let status = view.status();
                let is_written = matches!(status, TransferStatus::Draft | TransferStatus::Cancelled);
                view.from == here || (view.to == here && !is_written)
            };
            let row = |view: TransferView<'_>| Row {
                id: view.id,
                number: view.number.to_owned(),
                from: view.from,
                to: view.to,
                at: view.last.at,
                status: view.status(),
            };
            let mut rows: Vec<Row> = core.documents.transfers().filter(concerns).map(row).collect();
            rows.sort_by_key(|row| (urgency(row, here), std::cmp::Reverse((row.at, row.id))));
            rows
        })
    });
    let row = move |row: Row| {
        let ways = words().transfers.from_to.with([&shop.name_of(row.from), &shop.name_of(row.to)]);
        let note = words().common.parts.with([&ways, &format::day(row.at)]);
        let tag = status_words(row.status, row.to, shop.seen());
        view! { <RowLink to=Route::Transfer(row.id).path() name=row.number note tag/> }
    };
    view! {
        <div class="list">
            <header class="list-top">
                <h1>{words().transfers.title}</h1>
                <a class="button" data-kind="primary" href=Route::NewTransfer.path()>{words().transfers.new}</a>
            </header>
            <ul class="rows" aria-label=words().transfers.title>{move || rows.get().into_iter().map(row).collect_view()}</ul>
            <Show when=move || rows.with(Vec::is_empty)><Empty text=words().transfers.none/></Show>
        </div>
    }
}

fn urgency(row: &Row, here: ShopId) -> u8 {
    match row.status {
        TransferStatus::Sent | TransferStatus::PartlySettled if row.to == here => 0,
        TransferStatus::Draft => 1,
        TransferStatus::Sent | TransferStatus::PartlySettled => 2,
        TransferStatus::Settled | TransferStatus::Cancelled => 3,
    }
}
