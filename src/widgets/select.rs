//! A choice of one thing from a list that may be long.

use leptos::prelude::*;

use super::field::Field;
use crate::shop::use_shop;
use crate::words::words;
use subzero_ledger::ids::{ShopId, VendorId};

/// The choice.
#[component]
pub fn Select<T>(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What there is, with its words.
    #[prop(into)]
    options: Signal<Vec<(T, String)>>,
    /// What holds now.
    #[prop(into)]
    chosen: Signal<T>,
    /// Called with what somebody chooses.
    #[prop(into)]
    choose: Callback<T>,
    /// What is wrong with what is chosen.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let take = move |event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        let option = place.and_then(|place| options.with_untracked(|options| options.get(place).cloned()));
        if let Some((value, _)) = option {
            choose.run(value);
        }
    };
    view! {
        <Field label problem>
            <select on:change=take>
                {move || options.get().into_iter().enumerate().map(|(place, (value, name))| view! {
                    <option value=place.to_string() selected=move || chosen.with(|chosen| *chosen == value)>{name}</option>
                }).collect_view()}
            </select>
        </Field>
    }
}

/// A choice of vendor, or of none. One from whom nothing is bought any more is offered only where it is the one that holds.
#[component]
pub fn VendorSelect(
    /// What it says for none.
    none: &'static str,
    /// What holds.
    chosen: RwSignal<Option<VendorId>>,
) -> impl IntoView {
    let shop = use_shop();
    let options = Signal::derive(move || {
        let held = chosen.get_untracked();
        let vendors = shop.read(|core| {
            let vendors = core.catalogue.vendors.iter();
            let offered = vendors.filter(|(id, vendor)| !vendor.archived || held == Some(**id));
            let mut offered: Vec<_> = offered.map(|(id, vendor)| (Some(*id), vendor.name.clone())).collect();
            offered.sort_by(|(_, one), (_, other)| one.cmp(other));
            offered
        });
        std::iter::once((None, none.to_owned())).chain(vendors).collect::<Vec<_>>()
    });
    view! { <Select label=words().item.vendor options chosen choose=move |vendor| chosen.set(vendor)/> }
}

/// A choice of shop: of those that `offered` lets through.
#[component]
pub fn ShopSelect(
    /// What is asked for.
    label: &'static str,
    /// What it says for none.
    none: &'static str,
    /// What holds.
    #[prop(into)]
    chosen: Signal<Option<ShopId>>,
    /// Called with what somebody chooses.
    #[prop(into)]
    choose: Callback<Option<ShopId>>,
    /// One that cannot be chosen.
    #[prop(optional_no_strip)]
    but: Option<ShopId>,
    /// What is wrong with what is chosen.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let shop = use_shop();
    let options = Signal::derive(move || {
        let shops = shop.read_catalogue(|catalogue| catalogue.shops.clone());
        let shops = shops.into_iter().filter(|(id, _)| *id != ShopId::OFFICE && Some(*id) != but);
        let shops = shops.map(|(id, name)| (Some(id), name));
        std::iter::once((None, none.to_owned())).chain(shops).collect::<Vec<_>>()
    });
    view! { <Select label options chosen choose problem/> }
}
