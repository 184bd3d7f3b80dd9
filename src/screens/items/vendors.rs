//! Whom items are bought from.

use leptos::prelude::*;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::ids::VendorId;

use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::words::words;

/// The list.
#[component]
pub fn VendorsScreen() -> impl IntoView {
    let shop = use_shop();
    let names = &words().vendors;
    let rows = Memo::new(move |_| {
        shop.read(|core| {
            let items_of = |vendor: VendorId| {
                core.catalogue.items.values().filter(|item| item.vendor == Some(vendor) && !item.archived).count()
            };
            let vendors = core.catalogue.vendors.iter();
            let mut rows: Vec<_> = vendors.map(|(id, vendor)| (vendor.clone(), *id, items_of(*id))).collect();
            rows.sort_by_key(|(vendor, id, _)| (vendor.archived, vendor.name.to_lowercase(), *id));
            rows
        })
    });
    view! {
        <div class="list">
            <a class="back" href=Route::Items.path()>{words().places.items}</a>
            <header class="list-top">
                <h1>{names.title}</h1>
                <Show when=move || shop.may(Right::ChangeItems) != May::No>
                    <a class="button" data-kind="primary" href=Route::NewVendor.path()>{names.new}</a>
                </Show>
            </header>
            <ul class="rows" aria-label=names.title>
                {move || rows.get().into_iter().map(|(vendor, id, items)| view! {
                    <RowLink to=Route::Vendor(id).path() name=vendor.name note=vendor.phone
                        tag=vendor.archived.then(|| words().item.archived.to_owned()) figure=words().orders.lines.of(items, [])/>
                }).collect_view()}
            </ul>
            <Show when=move || rows.with(Vec::is_empty)><Empty text=names.none/></Show>
        </div>
    }
}
