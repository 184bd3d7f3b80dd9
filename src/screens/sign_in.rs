//! Signing in: who, then their PIN. It works with no network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::Mode;

use crate::device::pin;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::network_pill::NetworkPill;
use crate::widgets::pin_pad::PinPad;
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// The screen of a paired device on which nobody is signed in.
#[component]
pub fn SignInScreen() -> impl IntoView {
    let shop = use_shop();
    let chosen = RwSignal::new(None::<Employee>);
    let employees = Memo::new(move |_| {
        shop.read(|core| {
            let mut employees: Vec<_> =
                core.catalogue.employees.values().filter(|employee| employee.active).cloned().collect();
            employees.sort_by(|a, b| a.name.cmp(&b.name));
            employees
        })
    });
    let register = move || shop.paired.with(|paired| paired.as_ref().map(|paired| paired.register.clone()));
    view! {
        <main class="sign-in">
            <header class="sign-in-top">
                <h1>{move || shop.name_of(shop.id())}" · "{register}</h1>
                <NetworkPill state=Signal::derive(move || shop.network())/>
            </header>
            {move || match chosen.get() {
                Some(employee) => view! { <PinEntry employee chosen/> }.into_any(),
                None => view! {
                    <h2>{words().sign_in.who}</h2>
                    <ul class="sign-in-people">
                        <For each=move || employees.get() key=|employee| employee.id let(employee)>
                            <li><button class="sign-in-person" on:click={
                                let employee = employee.clone();
                                move |_| chosen.set(Some(employee.clone()))
                            }>{employee.name.clone()}</button></li>
                        </For>
                    </ul>
                    <Show when=move || employees.with(Vec::is_empty)>
                        <Empty text=words().sign_in.fetching/>
                    </Show>
                }.into_any(),
            }}
            <p class="sign-in-mode">{move || match shop.mode_setting() {
                Mode::Allow => words().sign_in.mode_on,
                Mode::AutoAdd => words().sign_in.mode_off,
            }}</p>
        </main>
    }
}

#[component]
fn PinEntry(employee: Employee, chosen: RwSignal<Option<Employee>>) -> impl IntoView {
    let shop = use_shop();
    let digits = RwSignal::new(String::new());
    let checking = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let (id, verifier, name) = (employee.id, employee.pin, employee.name);
    let check = Callback::new(move |typed: String| {
        checking.set(true);
        problem.set(None);
        spawn_local(async move {
            let right = match &verifier {
                Some(verifier) => pin::check(&typed, verifier).await.map_err(|error| error.to_words()),
                None => Err(words().sign_in.no_pin.to_owned()),
            };
            let signed_in = match right {
                Ok(true) => shop.sign_in(id).await.map_err(|error| error.to_words()),
                Ok(false) => Err(words().sign_in.wrong.to_owned()),
                Err(sentence) => Err(sentence),
            };
            // On success this screen is gone, and its signals with it.
            problem.try_set(signed_in.err());
            digits.try_set(String::new());
            checking.try_set(false);
        });
    });
    view! {
        <h2>{words().sign_in.pin_for.with([&name])}</h2>
        <p class="sign-in-problem" role="alert">{move || problem.get()}</p>
        <PinPad digits checking done=check/>
        <Button kind=Kind::Quiet press=move |()| chosen.set(None)>{words().sign_in.somebody_else}</Button>
    }
}
