//! Putting several items right at once: receiving an order that several of them wait for, entering a vendor's delivery that nobody entered, or
//! counting all that are shown.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::entry::{CountScope, LINES_MAX};
use subzero_ledger::ids::{ItemId, VendorId};
use subzero_ledger::report::Shown;

use super::Reported;
use crate::device::{clock, ids};
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The most orders, and the most vendors, that are offered.
const PAPERS_MAX: usize = 2;

/// What can be done about all that is shown of this shop. Nothing, while it is one item.
#[component]
pub(super) fn Together(report: Reported, shown: Memo<Option<Shown>>) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let items = Memo::new(move |_| {
        let here = shop.id();
        shown.with(|shown| {
            report.with(|report| {
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
                waiting.truncate(PAPERS_MAX);
                waiting
            })
        })
    });
    // A delivery that nobody entered came from one vendor.
    let vendors = Memo::new(move |_| {
        items.with(|items| {
            shop.read(|core| {
                let mut by_vendor: BTreeMap<VendorId, usize> = BTreeMap::new();
                for item in items.iter().filter_map(|item| core.catalogue.items.get(item)) {
                    if let Some(vendor) = item.vendor {
                        *by_vendor.entry(vendor).or_default() += 1;
                    }
                }
                let name = |vendor| core.catalogue.vendors.get(&vendor).map(|vendor| vendor.name.clone());
                let named = by_vendor.into_iter().filter_map(|(vendor, items)| Some((vendor, name(vendor)?, items)));
                let mut several: Vec<_> = named.filter(|(_, _, items)| *items > 1).collect();
                several.sort_by_key(|(_, _, items)| std::cmp::Reverse(*items));
                several.truncate(PAPERS_MAX);
                several
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
                {move || vendors.get().into_iter().map(|(vendor, name, items)| view! {
                    <a class="button" href=Route::ReceiveMissing(vendor).path()>{words().report.missing_of.with([&name, &format::count(items)])}</a>
                }).collect_view()}
                <Button kind=Kind::Quiet press=count>{words().report.count_these}</Button>
            </div>
        </Show>
    }
}
