//! Who works here.

use leptos::prelude::*;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::rights::Role;

use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::rows::{Row, RowLink};
use crate::words::words;

/// What a role is called.
pub const fn role_words(role: Role) -> &'static str {
    let words = &words().people;
    match role {
        Role::Cashier => words.cashier,
        Role::Manager => words.manager,
        Role::Owner => words.owner,
    }
}

/// The list.
#[component]
pub fn PeopleScreen() -> impl IntoView {
    let shop = use_shop();
    let names = &words().people;
    let people = Memo::new(move |_| {
        shop.read(|core| {
            let mut people: Vec<Employee> = core.catalogue.employees.values().cloned().collect();
            people.sort_by_key(|employee| (!employee.active, employee.name.to_lowercase(), employee.id));
            people
        })
    });
    let is_owner = move || shop.role() == Role::Owner;
    let row = move |employee: Employee| {
        let role = role_words(employee.role);
        let tag = if !employee.active {
            Some(names.left.to_owned())
        } else if employee.pin.is_none() {
            Some(names.no_pin.to_owned())
        } else {
            None
        };
        if is_owner() {
            view! { <RowLink to=Route::Employee(employee.id).path() name=employee.name note=role tag/> }.into_any()
        } else {
            view! { <Row name=employee.name note=role tag/> }.into_any()
        }
    };
    view! {
        <div class="list">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <header class="list-top">
                <h1>{names.title}</h1>
                <Show when=is_owner>
                    <a class="button" data-kind="primary" href=Route::NewEmployee.path()>{names.new}</a>
                </Show>
            </header>
            <Show when=move || !is_owner()><p>{names.owners_only}</p></Show>
            <ul class="rows" aria-label=names.title>{move || people.get().into_iter().map(row).collect_view()}</ul>
        </div>
    }
}
