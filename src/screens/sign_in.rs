//! Signing in: who, then their PIN. It works with no network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::Mode;
use subzero_ledger::entry::catalogue::PinVerifier;

use crate::device::pin;
use crate::screens::practice::Practise;
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
                <Show when=move || !shop.is_practice()><NetworkPill state=Signal::derive(move || shop.network())/></Show>
            </header>
            {move || match chosen.get() {
                Some(employee) => view! { <PinEntry employee chosen/> }.into_any(),
                None => view! {
                    <h2>{words().sign_in.who}</h2>
                    <ul class="sign-in-people">
                        <For each=move || employees.get() key=|employee| employee.id let(employee)>
                            <li><button class="sign-in-person" on:click={
                                let employee = employee.clone();
                                move |_| if shop.is_practice() { shop.sign_in_to_practise() } else { chosen.set(Some(employee.clone())) }
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
            <Show when=move || !shop.is_practice()><Practise text=words().practice.practise/></Show>
        </main>
    }
}

/// Whether that is somebody's PIN; else the sentence that says why not.
pub async fn check_pin(verifier: Option<&PinVerifier>, typed: &str) -> Result<(), String> {
    let verifier = verifier.ok_or(words().sign_in.no_pin)?;
    match pin::check(typed, verifier).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(words().sign_in.wrong.to_owned()),
        Err(error) => Err(error.to_words()),
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
            let signed_in = match check_pin(verifier.as_ref(), &typed).await {
                Ok(()) => shop.sign_in(id).await.map_err(|error| error.to_words()),
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
