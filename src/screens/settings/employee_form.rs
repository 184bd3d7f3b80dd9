//! One employee: their name, what they are, their PIN, whether they still work here.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{EmployeeId, ShopId};
use subzero_ledger::verbs::Problem;

use super::people::role_words;
use crate::device::{ids, pin};
use crate::routes::Route;
use crate::shop::{VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::field::{Field, TextField, Typed};
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::pin_pad::{DIGITS_MAX, DIGITS_MIN};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// Somebody new, or somebody who is known.
#[component]
pub fn EmployeeScreen(
    /// Who; none for somebody new.
    employee: Option<EmployeeId>,
) -> impl IntoView {
    let shop = use_shop();
    match employee {
        None => view! { <Form before=None/> }.into_any(),
        Some(id) => match untrack(|| shop.read_catalogue(|catalogue| catalogue.employees.get(&id).cloned())) {
            Some(known) => view! { <Form before=Some(known)/> }.into_any(),
            None => view! { <Notice tone=Tone::Plain title=words().people.unknown/> }.into_any(),
        },
    }
}

#[component]
fn Form(before: Option<Employee>) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let names = &words().people;
    let known = before.clone().unwrap_or_else(|| Employee::new(ids::employee_id()));
    let (is_new, is_active) = (before.is_none(), known.active);
    let title = if is_new { names.new.to_owned() } else { known.name.clone() };
    let (name, role) = (Typed::new(&known.name), RwSignal::new(known.role));
    let [new_pin, again] = [String::new(), String::new()].map(Typed::new);
    let (problem, saving) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let (before, known) = (StoredValue::new(before), StoredValue::new(known));
    let save = move |active: bool| {
        for field in [name, new_pin, again] {
            field.problem.set(None);
        }
        problem.set(None);
        let typed = new_pin.trimmed();
        let is_pin =
            typed.bytes().all(|byte| byte.is_ascii_digit()) && (DIGITS_MIN..=DIGITS_MAX).contains(&typed.len());
        if !(typed.is_empty() || is_pin) {
            new_pin.problem.set(Some(names.pin_problem.to_owned()));
            return;
        }
        if typed != again.trimmed() {
            again.problem.set(Some(names.pin_differs.to_owned()));
            return;
        }
        saving.set(true);
        spawn_local(async move {
            let verifier = if typed.is_empty() { Ok(None) } else { pin::verifier(&typed).await.map(Some) };
            let saved = match verifier {
                Err(error) => Err(error.to_words()),
                Ok(verifier) => {
                    let known = known.get_value();
                    let pin = verifier.or(known.pin);
                    let now = Employee { name: name.trimmed(), role: role.get_untracked(), pin, active, ..known };
                    let before = before.get_value();
                    match shop.enter(ShopId::OFFICE, |desk| desk.save_employee(before.as_ref(), &now)).await {
                        Ok(_) => Ok(()),
                        Err(VerbError::Problem(error @ (Problem::NoName | Problem::NameTaken))) => {
                            name.problem.try_set(Some(error.to_words()));
                            Err(String::new())
                        }
                        Err(error) => Err(error.to_words()),
                    }
                }
            };
            saving.try_set(false);
            match saved {
                Ok(()) => {
                    toaster.say(words().common.saved);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&Route::People.path(), options));
                }
                Err(why) => {
                    problem.try_set((!why.is_empty()).then_some(why));
                }
            }
        });
    };
    let may_not = Signal::derive(move || shop.role() != Role::Owner);
    let roles = Role::ALL.map(|role| (role, role_words(role).to_owned())).to_vec();
    let busy = Signal::derive(move || saving.get());
    view! {
        <div class="document">
            <a class="back" href=Route::People.path()>{names.title}</a>
            <h1>{title}</h1>
            <Show when=move || may_not.get()><Notice tone=Tone::Plain title=names.owners_only/></Show>
            <form class="form panel" on:submit=move |event| { event.prevent_default(); save(is_active); }>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <div class="form-wide"><TextField label=words().item.name value=name.text problem=name.problem/></div>
                <div class="form-wide"><Choice label=names.role options=roles chosen=role choose=move |chosen| role.set(chosen)/></div>
                <PinField label=if is_new { names.pin } else { names.new_pin } field=new_pin/>
                <PinField label=names.pin_again field=again/>
                <p class="form-wide">{names.pin_hint}</p>
                <div class="entry-form-actions form-wide">
                    <Show when=move || !is_new>
                        <Button disabled=may_not busy press=move |()| save(!is_active)>
                            {if is_active { names.leaves } else { names.comes_back }}
                        </Button>
                    </Show>
                    <Button kind=Kind::Primary disabled=may_not busy>{words().common.save}</Button>
                </div>
            </form>
        </div>
    }
}

#[component]
fn PinField(label: &'static str, field: Typed) -> impl IntoView {
    view! {
        <Field label problem=field.problem>
            <input type="password" inputmode="numeric" autocomplete="new-password" maxlength=DIGITS_MAX.to_string() bind:value=field.text/>
        </Field>
    }
}
