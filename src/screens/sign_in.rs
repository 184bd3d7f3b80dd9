//! Signing in: who, then their PIN. It works with no network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::Mode;

use crate::device::pin;
use crate::shop::{sentence, use_shop};
use crate::widgets::network_pill::NetworkPill;
use crate::widgets::pin_pad::PinPad;

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
                <NetworkPill/>
            </header>
            {move || match chosen.get() {
                Some(employee) => view! { <PinEntry employee chosen/> }.into_any(),
                None => view! {
                    <h2>"Who is it?"</h2>
                    <ul class="sign-in-people">
                        <For each=move || employees.get() key=|employee| employee.id let(employee)>
                            <li><button class="sign-in-person" on:click={
                                let employee = employee.clone();
                                move |_| chosen.set(Some(employee.clone()))
                            }>{employee.name.clone()}</button></li>
                        </For>
                    </ul>
                    <Show when=move || employees.with(Vec::is_empty)>
                        <p class="empty">"Fetching the people who work here. This needs the network once."</p>
                    </Show>
                }.into_any(),
            }}
            <p class="sign-in-mode">{move || match shop.mode_setting() {
                Mode::Allow => "Negative inventory is on.",
                Mode::AutoAdd => "Negative inventory is off: what is missing is added automatically.",
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
                Some(verifier) => pin::check(&typed, verifier).await.map_err(|error| sentence(&error)),
                None => Err("This employee has no PIN yet. An owner can set one.".to_owned()),
            };
            let signed_in = match right {
                Ok(true) => shop.sign_in(id).await.map_err(|error| sentence(&error)),
                Ok(false) => Err("That PIN is not right. Try again.".to_owned()),
                Err(sentence) => Err(sentence),
            };
            // On success this screen is gone, and its signals with it.
            problem.try_set(signed_in.err());
            digits.try_set(String::new());
            checking.try_set(false);
        });
    });
    view! {
        <h2>{format!("PIN for {name}")}</h2>
        <p class="sign-in-problem" role="alert">{move || problem.get()}</p>
        <PinPad digits checking done=check/>
        <button class="button" data-kind="quiet" on:click=move |_| chosen.set(None)>"Somebody else"</button>
    }
}
