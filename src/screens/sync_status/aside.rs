//! What the server has set aside: why, who must do what, and the ways to do it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::{Body, Change, Entry};
use subzero_sync::wire::QuarantineReason;

use super::waiting::Told;
use crate::routes::Route;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::card::Card;
use crate::widgets::rows::Row;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// Every one that nobody has dealt with, and below them those that somebody has.
#[component]
pub fn Aside() -> impl IntoView {
    let shop = use_shop();
    let dealt_with = move || {
        let aside: Vec<u64> = shop.verdicts.with(|verdicts| verdicts.quarantined().map(|(dseq, _)| dseq).collect());
        aside.into_iter().filter(|dseq| !shop.is_open(*dseq)).collect::<Vec<_>>()
    };
    let words = &words().sync;
    view! {
        <Show when=move || !shop.set_aside().is_empty()>
            <section aria-label=words.aside>
                <h2>{words.aside}</h2>
                <p>{words.aside_note}</p>
                <div class="cards">
                    <For each=move || shop.set_aside() key=|(dseq, _)| *dseq let((dseq, reason))><One dseq reason/></For>
                </div>
            </section>
        </Show>
        <Show when=move || !dealt_with().is_empty()>
            <details class="sync-dealt-with">
                <summary>{move || words.dealt_with_title.of(dealt_with().len(), [])}</summary>
                <ul class="rows">
                    {move || dealt_with().into_iter().map(|dseq| {
                        let told = shop.read(|core| core.own_body(dseq)).map(|entry| Told::of(shop, &entry));
                        let name = words.entry.with([&dseq.to_string()]);
                        match told {
                            Some(told) => view! { <Row name=told.what note=told.who figure=told.figure/> }.into_any(),
                            None => view! { <Row name/> }.into_any(),
                        }
                    }).collect_view()}
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn One(dseq: u64, reason: QuarantineReason) -> impl IntoView {
    let shop = use_shop();
    let entry = untrack(|| shop.read(|core| core.own_body(dseq)));
    let told = entry.as_ref().map(|entry| untrack(|| Told::of(shop, entry)));
    let (what, who, figure) = match told {
        Some(Told { what, who, figure }) => (what, who, figure),
        None => (words().sync.entry.with([&dseq.to_string()]), String::new(), String::new()),
    };
    let to_do = to_do(shop, reason, entry.as_ref());
    view! {
        <Card top=view! { <h3>{what}</h3><span class="number">{figure}</span> }.into_any()
            actions=entry.map(|entry| view! { <Ways entry reason/> }.into_any()).into_any()>
            <p>{who}</p>
            <p>{to_do}</p>
        </Card>
    }
}

/// What can be done with one that can be read.
#[component]
fn Ways(entry: Entry, reason: QuarantineReason) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let id = entry.header.id;
    let place = place_of(&entry.body);
    let can_be_again = !matches!(entry.body, Body::Foreign(_)) && reason != QuarantineReason::Unreadable;
    let again = move |()| {
        let entry = entry.clone();
        busy.set(true);
        spawn_local(async move {
            match shop.record_again(entry).await {
                Ok(_) => toaster.say(words().sync.recorded_again),
                Err(error) => drop(problem.try_set(Some(error.to_words()))),
            }
            busy.try_set(false);
        });
    };
    let leave_out = move |()| {
        spawn_local(async move {
            match shop.deal_with(id).await {
                Ok(()) => toaster.say(words().sync.left_out),
                Err(error) => drop(problem.try_set(Some(error.to_words()))),
            }
        });
    };
    let words = &words().sync;
    view! {
        {can_be_again.then(|| view! { <Button busy press=again>{words.again}</Button> })}
        <Button press=leave_out>{words.dealt_with}</Button>
        <a class="button" data-kind="quiet" href=Route::Entry(id, None).path()>{words.see}</a>
        {place.map(|(route, text)| view! { <a class="button" data-kind="quiet" href=route.path()>{text}</a> })}
        <p class="field-problem" role="alert">{move || problem.get()}</p>
    }
}

/// Where somebody who may makes the change by hand, if they want it otherwise.
fn place_of(body: &Body) -> Option<(Route, &'static str)> {
    let words = &words().sync;
    let Body::Catalogue(catalogue) = body else { return None };
    match catalogue.changes.first()? {
        Change::Item(item) => Some((Route::Item(item.id), words.change_item)),
        Change::Employee(_) | Change::Rights { .. } => Some((Route::People, words.change_people)),
        Change::NegativeInventory { .. } | Change::CostControl { .. } => {
            Some((Route::NegativeInventoryModule, words.change_settings))
        }
        Change::Vendor(vendor) => Some((Route::Vendor(vendor.id), words.change_vendor)),
        Change::Shop { .. } | Change::Register { .. } | Change::Cause { .. } | Change::Feedback { .. } => None,
    }
}

fn to_do(shop: Shop, reason: QuarantineReason, entry: Option<&Entry>) -> String {
    let words = &words().sync;
    match reason {
        _ if entry.is_some_and(|entry| matches!(entry.body, Body::Foreign(_))) => words.foreign.to_owned(),
        QuarantineReason::Unreadable => words.unreadable.to_owned(),
        QuarantineReason::OtherDevice => words.other_device.to_owned(),
        QuarantineReason::OtherShop => {
            let of = entry.map(|entry| untrack(|| shop.name_of(entry.header.shop))).unwrap_or_default();
            words.other_shop.with([&of])
        }
        QuarantineReason::IdTaken => words.id_taken.to_owned(),
        QuarantineReason::NotAllowed => words.not_allowed.to_owned(),
        QuarantineReason::RemovedRegister => words.removed_changes_nothing.to_owned(),
        QuarantineReason::LastOwner => words.last_owner_stays.to_owned(),
        QuarantineReason::UnknownChange => words.foreign.to_owned(),
    }
}
