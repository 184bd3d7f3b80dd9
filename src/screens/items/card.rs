//! An item's card: all that happened to it in a shop, newest first, with what was on hand after each.

use leptos::prelude::*;
use subzero_ledger::changes::{Change, item_card};
use subzero_ledger::ids::{ItemId, ShopId};
use subzero_ledger::ledger::Absorbed;
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::routes::Route;
use crate::screens::entry::absorbed_words;
use crate::screens::stock::inventory_changes::{Moved, kind_words};
use crate::shop::use_shop;
use crate::widgets::figure::Figure;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::virtual_table::{Column, VirtualTable};
use crate::words::words;

/// The card of one item in one shop.
#[component]
pub fn Card(
    /// Which item.
    item: ItemId,
    /// In which shop.
    #[prop(into)]
    at: Signal<ShopId>,
) -> impl IntoView {
    let shop = use_shop();
    let rows = Memo::new(move |_| shop.read(|core| item_card(&core.ledger, item, at.get())));
    let absorbed = Memo::new(move |_| shop.read(|core| core.ledger.absorbed(item, at.get())));
    let version = Memo::new(move |before: Option<&u64>| {
        rows.track();
        absorbed.track();
        before.copied().unwrap_or_default() + 1
    });
    let cells = move |row: usize| {
        let found = rows.with(|rows| rows.get(row).copied());
        let absorbed = |change: Change| absorbed.with(|absorbed| absorbed.get(&change.line).copied());
        found.map(|(change, on_hand)| view! { <Cells change on_hand absorbed=absorbed(change)/> }).into_any()
    };
    let names = &words().changes;
    view! {
        <div class="item-card">
            <VirtualTable label=words().item.card rows=Signal::derive(move || rows.with(Vec::len)) version
                empty=nothing_here(words().common.nothing_yet)
                columns=vec![
                    Column::words(names.when),
                    Column::words(names.what),
                    Column::figures(names.change),
                    Column::figures(words().item.balance),
                    Column::words(names.employee),
                ] cells/>
            <Horizon/>
        </div>
    }
}

#[component]
fn Cells(change: Change, on_hand: Qty, absorbed: Option<Absorbed>) -> impl IntoView {
    let shop = use_shop();
    view! {
        <td><time datetime=format::iso(change.at)>{format::moment(change.at)}</time></td>
        <td><a href=Route::source(change.line).path()>{kind_words(change.kind)}</a>
            // There is room for no more; the entry's own page says it whole.
            {absorbed.map(|absorbed| view! { " "<span class="tag" title=absorbed_words(absorbed)>{words().entry.absorbed_tag}</span> })}</td>
        <td class="number"><Moved change/></td>
        <td class="number"><Figure qty=Signal::stored(on_hand)/></td>
        <td>{shop.employee_name(change.employee)}</td>
    }
}
