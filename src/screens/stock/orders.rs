//! Purchase orders of this shop: those on their way first.

use leptos::prelude::*;
use subzero_ledger::documents::{OrderStatus, OrderView};
use subzero_ledger::ids::OrderId;
use subzero_ledger::instant::Instant;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::words::words;

/// How far an order is, as a shop says it.
pub const fn status_words(status: OrderStatus) -> &'static str {
    let words = &words().orders;
    match status {
        OrderStatus::Draft => words.draft,
        OrderStatus::Ordered => words.ordered,
        OrderStatus::PartlyReceived => words.partly,
        OrderStatus::Received => words.received,
        OrderStatus::Closed => words.closed,
        OrderStatus::Cancelled => words.cancelled,
    }
}

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    id: OrderId,
    number: String,
    vendor: String,
    begun: Instant,
    lines: usize,
    status: OrderStatus,
}

/// The screen.
#[component]
pub fn OrdersScreen() -> impl IntoView {
    let shop = use_shop();
    let rows = Memo::new(move |_| {
        shop.read(|core| {
            let vendor = |order: &OrderView<'_>| {
                let vendor = order.order.vendor.and_then(|vendor| core.catalogue.vendors.get(&vendor));
                vendor.map_or_else(|| words().orders.no_vendor.to_owned(), |vendor| vendor.name.clone())
            };
            let here = core.documents.orders().filter(|order| order.shop() == shop.seen());
            let row = |order: OrderView<'_>| Row {
                id: order.id,
                number: order.order.number.clone(),
                vendor: vendor(&order),
                begun: order.begun.at,
                lines: order.lines.len(),
                status: order.status(),
            };
            let mut rows: Vec<Row> = here.map(row).collect();
            rows.sort_by_key(|row| (is_done(row.status), std::cmp::Reverse((row.begun, row.id))));
            rows
        })
    });
    let row = |row: Row| {
        let note = words().common.parts.with([&row.vendor, &format::day(row.begun)]);
        let figure = words().orders.lines.of(row.lines, []);
        view! { <RowLink to=Route::Order(row.id).path() name=row.number note tag=status_words(row.status) figure/> }
    };
    view! {
        <div class="list">
            <header class="list-top">
                <h1>{words().orders.title}</h1>
                <a class="button" data-kind="primary" href=Route::NewOrder.path()>{words().orders.new}</a>
            </header>
            <ul class="rows" aria-label=words().orders.title>{move || rows.get().into_iter().map(row).collect_view()}</ul>
            <Show when=move || rows.with(Vec::is_empty)><Empty text=words().orders.none/></Show>
        </div>
    }
}

const fn is_done(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Received | OrderStatus::Closed | OrderStatus::Cancelled)
}
