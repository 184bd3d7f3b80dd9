//! The registers: how each stands, as far as this device was told, and for the owner what each may do and what the server has set aside.

use std::rc::Rc;

use leptos::prelude::*;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::devices::{self, Register};
use subzero_sync::wire::{ListedRegister, OwnerSession, RegisterList, RegisterShops};

use self::let_in::LetIn;
use self::set_aside::SetAside;
use super::owner::{ForOwner, Owner};
use crate::format;
use crate::remote::Remote;
use crate::routes::Route;
use crate::screens::sync_status::clock::how_far_off;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::card::Card;
use crate::widgets::dialog::Dialog;
use crate::widgets::state::Empty;
use crate::words::words;

mod let_in;
mod set_aside;

/// The screen. In practice there is one register, and nobody hears of it.
#[component]
pub fn RegistersScreen() -> impl IntoView {
    let shop = use_shop();
    view! {
        <div class="list registers">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <h1>{words().registers.title}</h1>
            <Show when=move || !shop.is_practice() fallback=|| view! { <Empty text=words().practice.never_sent/> }>
                <Registers/>
            </Show>
        </div>
    }
}

#[component]
fn Registers() -> impl IntoView {
    let shop = use_shop();
    let (owner, listed) = (Owner::new(), RwSignal::new(Vec::<ListedRegister>::new()));
    // As soon as the owner has signed in.
    Effect::new(move |_| {
        if owner.is_signed_in() {
            let call = async |remote: Rc<Remote>, session: OwnerSession| remote.registers(&session).await;
            owner.ask(shop, call, move |list: RegisterList| listed.set(list.registers));
        }
    });
    let all =
        Memo::new(move |_| shop.devices.with(|told| listed.with(|listed| devices::registers(told.as_ref(), listed))));
    let numbers = Memo::new(move |_| all.with(|all| all.iter().map(|register| register.device).collect::<Vec<_>>()));
    let told = move || {
        shop.devices.with(|devices| match devices {
            Some(devices) => words().common.as_server_said.with([&format::moment(devices.at)]),
            None => words().registers.none_listed.to_owned(),
        })
    };
    view! {
        <p class="registers-told">{told}</p>
        <div class="cards" role="list" aria-label=words().registers.title>
            <For each=move || numbers.get() key=|device| *device let(device)>
                {
                    let register = Memo::new(move |_| {
                        all.with(|all| all.iter().find(|register| register.device == device).cloned())
                    });
                    view! { <One device register owner listed/> }
                }
            </For>
        </div>
        <ForOwner owner offer=words().registers.offer>
            <SetAside owner/>
            <LetIn owner/>
        </ForOwner>
    }
}

/// One register, and what its owner can do about it.
#[component]
fn One(
    device: DeviceId,
    register: Memo<Option<Register>>,
    owner: Owner,
    listed: RwSignal<Vec<ListedRegister>>,
) -> impl IntoView {
    let shop = use_shop();
    let (ending, choosing) = (RwSignal::new(false), RwSignal::new(false));
    let names = &words().registers;
    let is_this = move || shop.paired.with(|paired| paired.as_ref().is_some_and(|paired| paired.device == device));
    let name = move || {
        let listed = register.with(|one| one.as_ref().and_then(|one| Some(one.listed.as_ref()?.register.clone())));
        listed.unwrap_or_else(|| shop.register_name(device))
    };
    let name = Signal::derive(name);
    let removed = move || register.with(|one| one.as_ref().and_then(Register::removed));
    let tag = move || {
        if removed().is_some() { Some(names.access_ended) } else { is_this().then_some(names.this_one) }
    };
    let lines = move || register.with(|one| one.as_ref().map(|one| lines(shop, one))).unwrap_or_default();
    let back = move |()| {
        let call = async move |remote: Rc<Remote>, session: OwnerSession| remote.let_back_in(&session, device).await;
        owner.ask(shop, call, move |list: RegisterList| listed.set(list.registers));
    };
    let is_listed =
        move || owner.is_signed_in() && register.with(|one| one.as_ref().is_some_and(|one| one.listed.is_some()));
    let actions = view! {
        <Show when=is_listed>
            <Show when=move || removed().is_none()
                fallback=move || view! { <Button busy=owner.waiting press=back>{names.let_back_in}</Button> }>
                <Button press=move |()| choosing.set(true)>{names.shops}</Button>
                // Whoever is here would shut themselves out: another register can.
                <Show when=move || !is_this()>
                    <Button kind=Kind::Danger press=move |()| ending.set(true)>{names.end_access}</Button>
                </Show>
            </Show>
        </Show>
    };
    view! {
        <div role="listitem">
            <Card
                top=view! {
                    <h2>{name}</h2>
                    {move || tag().map(|tag| view! { <span class="tag">{tag}</span> })}
                }.into_any()
                actions=actions.into_any()
            >
                <ul class="register-lines">{move || lines().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </Card>
            <EndAccess device name owner listed open=ending/>
            <Shops device register name owner listed open=choosing/>
        </div>
    }
}

/// What there is to say of a register.
fn lines(shop: Shop, register: &Register) -> Vec<String> {
    let (all, names) = (words(), &words().registers);
    let Register { device, seen, standing, clock_ahead_minutes, listed } = register;
    let entries = |count: u64| all.fresh.entries.of(usize::try_from(count).unwrap_or(usize::MAX), []);
    let at = listed.as_ref().map(|listed| listed.shop);
    let at =
        at.or_else(|| shop.read_catalogue(|catalogue| catalogue.registers.get(device).map(|register| register.shop)));
    let heard = seen.map_or_else(|| names.never_heard.to_owned(), |seen| names.heard.with([&format::moment(seen)]));
    let mut lines = vec![at.map_or_else(|| heard.clone(), |at| all.common.parts.with([&shop.name_of(at), &heard]))];
    if let Some(removed) = register.removed() {
        lines.push(names.ended_at.with([&format::moment(removed)]));
    }
    if seen.is_none() {
        return lines;
    }
    lines.push(match (standing.unsent, standing.oldest_unsent) {
        (0, _) => names.all_sent.to_owned(),
        (unsent, Some(since)) => names.unsent_since.with([&entries(unsent), &format::moment(since)]),
        (unsent, None) => names.unsent.with([&entries(unsent)]),
    });
    lines.extend(standing.missing.map(|missing| names.missing.with([&entries(missing.entries)])));
    lines.push(standing.session.map_or_else(
        || names.nobody.to_owned(),
        |session| names.signed_in.with([&shop.employee_name(session.employee), &format::moment(session.since)]),
    ));
    lines.extend(clock_ahead_minutes.map(|minutes| {
        let clock = if minutes > 0 { &names.clock_ahead } else { &names.clock_behind };
        clock.with([&how_far_off(minutes)])
    }));
    lines.extend(standing.version.map(|version| names.version.with([&version.to_string()])));
    if standing.is_storage_kept == Some(false) {
        lines.push(names.storage_open.to_owned());
    }
    lines.extend(listed.as_ref().map(|listed| {
        let shops: Vec<String> = listed.shops.iter().map(|shop_id| shop.name_of(*shop_id)).collect();
        names.sees.with([&shops.join(", ")])
    }));
    lines
}

/// Asked once: it is not done by a slip.
#[component]
fn EndAccess(
    device: DeviceId,
    name: Signal<String>,
    owner: Owner,
    listed: RwSignal<Vec<ListedRegister>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let shop = use_shop();
    let names = &words().registers;
    let end = move |()| {
        let call = async move |remote: Rc<Remote>, session: OwnerSession| remote.end_access(&session, device).await;
        owner.ask(shop, call, move |list: RegisterList| listed.set(list.registers));
        open.set(false);
    };
    view! {
        <Dialog title=Signal::derive(move || names.end_title.with([&name.get()])) open>
            <p>{names.end_means}</p>
            <div class="dialog-actions"><Button kind=Kind::Danger press=end>{names.end_access}</Button></div>
        </Dialog>
    }
}

/// Which shops it may see and record for. The one it stands in is always among them.
#[component]
fn Shops(
    device: DeviceId,
    register: Memo<Option<Register>>,
    name: Signal<String>,
    owner: Owner,
    listed: RwSignal<Vec<ListedRegister>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let names = &words().registers;
    view! {
        <Dialog title=Signal::derive(move || names.shops_title.with([&name.get()])) open>
            {register.get_untracked().and_then(|register| register.listed).map(|now| {
                view! { <ShopsForm device now owner listed open/> }
            })}
        </Dialog>
    }
}

#[component]
fn ShopsForm(
    device: DeviceId,
    now: ListedRegister,
    owner: Owner,
    listed: RwSignal<Vec<ListedRegister>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let shop = use_shop();
    let names = &words().registers;
    let own = now.shop;
    let is_chosen = |id: ShopId| RwSignal::new(id == own || now.shops.contains(&id));
    let all = owner.session.with_untracked(|session| session.as_ref().map(|session| session.shops.clone()));
    let all: Vec<_> = all.unwrap_or_default().into_iter().map(|shop| (is_chosen(shop.id), shop)).collect();
    let chosen: Vec<_> = all.iter().map(|(chosen, shop)| (*chosen, shop.id)).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = chosen.iter().filter(|(chosen, _)| chosen.get_untracked()).map(|(_, id)| *id);
        let shops = RegisterShops { shops: chosen.collect() };
        let call =
            async move |remote: Rc<Remote>, session: OwnerSession| remote.allow_shops(&session, device, &shops).await;
        owner.ask(shop, call, move |list: RegisterList| listed.set(list.registers));
        open.set(false);
    };
    view! {
        <form class="register-shops" on:submit=submit>
            <p>{names.shops_mean}</p>
            {all.into_iter().map(|(chosen, shop)| view! {
                <label class="choice">
                    <input type="checkbox" disabled=shop.id == own bind:checked=chosen/>
                    <span>{shop.name}</span>
                </label>
            }).collect_view()}
            <div class="dialog-actions"><Button kind=Kind::Primary>{words().common.save}</Button></div>
        </form>
    }
}
