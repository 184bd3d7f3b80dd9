//! Putting several items right at once: counting all that are shown, or receiving an order that several of them wait for.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::entry::{CountScope, LINES_MAX};
use subzero_ledger::ids::ItemId;
use subzero_ledger::report::{Report, Shown};

use crate::device::{clock, ids};
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The most orders that are offered.
const ORDERS_MAX: usize = 3;

/// What can be done about all that is shown of this shop. Nothing, while it is one item.
#[component]
pub(super) fn Together(report: Memo<Arc<Report>>, shown: Memo<Option<Shown>>) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let items = Memo::new(move |_| {
        let here = shop.id();
        report.with(|report| {
            shown.with(|shown| {
                let sections = shown.iter().flat_map(|shown| &shown.sections).flat_map(|section| &section.rows);
                let rows = sections.filter_map(|row| report.rows.get(*row)).filter(|row| row.shop == here);
                rows.map(|row| row.item).take(LINES_MAX).collect::<BTreeSet<ItemId>>()
            })
        })
    });
    let orders = Memo::new(move |_| {
        let here = shop.id();
        items.with(|items| {
            shop.read(|core| {
                let waiting = core.documents.orders_bringing(items, here).into_iter();
                let mut waiting: Vec<_> =
                    waiting.map(|(order, number, items)| ((order, number.to_owned()), items)).collect();
                waiting.sort_by_key(|(_, items)| std::cmp::Reverse(*items));
                waiting.truncate(ORDERS_MAX);
                waiting
            })
        })
    });
    let count = move |()| {
        let (list, scope) = (ids::count_list_id(), CountScope::Items(items.get_untracked().into_iter().collect()));
        let name = words().report.counted_name.with([&format::day(clock::now())]);
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.begin_count(list, &name, scope.clone())).await {
                Ok(_) => navigate.with_value(|navigate| {
                    navigate(&Route::Count(list).path(), NavigateOptions::default());
                }),
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    view! {
        <Show when=move || { items.with(BTreeSet::len) > 1 }>
            <div class="negative-together" role="group" aria-label=words().report.together>
                {move || orders.get().into_iter().map(|((order, number), items)| view! {
                    <a class="button" href=Route::ReceiveOrder(order).path()>{words().report.receive_order.with([&number, &format::count(items)])}</a>
                }).collect_view()}
                <Button kind=Kind::Quiet press=count>{words().report.count_these}</Button>
            </div>
        </Show>
    }
}
