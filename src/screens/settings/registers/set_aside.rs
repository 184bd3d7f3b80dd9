//! What the server has set aside, of any register: it counts nowhere but there until somebody deals with it.

use std::rc::Rc;

use leptos::prelude::*;
use subzero_ledger::entry::Entry;
use subzero_sync::wire::{AsideEntry, AsideList, OwnerSession, QuarantineReason};

use crate::format;
use crate::remote::Remote;
use crate::screens::entry::kind;
use crate::screens::settings::owner::Owner;
use crate::shop::{Shop, use_shop};
use crate::widgets::card::Card;
use crate::widgets::state::Empty;
use crate::words::words;

/// The list, once the owner has signed in.
#[component]
pub fn SetAside(
    /// The owner.
    owner: Owner,
) -> impl IntoView {
    let shop = use_shop();
    let found = RwSignal::new(None::<Vec<AsideEntry>>);
    let call = async |remote: Rc<Remote>, session: OwnerSession| remote.aside(&session).await;
    owner.ask(shop, call, move |list: AsideList| found.set(Some(list.entries)));
    let names = &words().registers;
    view! {
        <section class="set-aside" aria-label=words().sync.aside>
            <h2>{words().sync.aside}</h2>
            {move || found.get().map(|found| if found.is_empty() {
                view! { <Empty text=names.nothing_set_aside/> }.into_any()
            } else {
                let cards = found.into_iter().map(|aside| view! { <One aside/> }).collect_view();
                view! { <p>{names.set_aside_note}</p><div class="cards">{cards}</div> }.into_any()
            })}
        </section>
    }
}

#[component]
fn One(aside: AsideEntry) -> impl IntoView {
    let shop = use_shop();
    let entry = Entry::decode_confirmed(1, &aside.body.0).ok();
    let what = entry.as_ref().map_or(words().registers.cannot_be_read, |entry| kind(&entry.body));
    let from = untrack(|| shop.register_name(aside.device));
    let why = untrack(|| why(shop, &aside, entry.as_ref()));
    let employee = entry.map(|entry| untrack(|| shop.employee_name(entry.header.employee)));
    let from = employee.map_or_else(|| from.clone(), |employee| words().common.parts.with([&from, &employee]));
    view! {
        <Card top=view! { <h3>{what}</h3> }.into_any()>
            <p>{words().common.parts.with([&from, &format::moment(aside.recorded)])}</p>
            <p>{why}</p>
        </Card>
    }
}

fn why(shop: Shop, aside: &AsideEntry, entry: Option<&Entry>) -> String {
    let (words, sync) = (&words().registers, &words().sync);
    let register = shop.register_name(aside.device);
    match aside.reason {
        QuarantineReason::Unreadable => words.unreadable.to_owned(),
        QuarantineReason::OtherDevice => words.other_device.with([&register]),
        QuarantineReason::OtherShop => {
            let of = entry.map(|entry| shop.name_of(entry.header.shop)).unwrap_or_default();
            words.other_shop.with([&register, &of])
        }
        QuarantineReason::IdTaken => words.id_taken.with([&register]),
        QuarantineReason::NotAllowed => sync.not_allowed.to_owned(),
        QuarantineReason::RemovedRegister => words.removed.with([&register]),
        QuarantineReason::LastOwner => sync.last_owner_stays.to_owned(),
        QuarantineReason::UnknownChange => words.newer_version.with([&register]),
    }
}
