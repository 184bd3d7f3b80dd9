//! Asking a colleague: who it is, and their PIN. It appears over whatever somebody tried to do, and goes away with the answer.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Employee;
use subzero_ledger::entry::rights::{May, Right};

use super::sign_in::check_pin;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::Dialog;
use crate::widgets::pin_pad::PinPad;
use crate::widgets::state::Empty;
use crate::words::words;

/// What a right is called.
pub const fn right_words(right: Right) -> &'static str {
    let words = &words().rights;
    match right {
        Right::SeeCosts => words.see_costs,
        Right::BelowZero => words.below_zero,
        Right::Adjust => words.adjust,
        Right::Count => words.count,
        Right::Refund => words.refund,
        Right::ChangeItems => words.change_items,
        Right::ChangeSettings => words.change_settings,
    }
}

/// The question.
#[component]
pub fn Approval() -> impl IntoView {
    let shop = use_shop();
    let open = RwSignal::new(false);
    let asking = Memo::new(move |_| shop.asking.get());
    Effect::new(move |_| {
        if asking.get().is_some() {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        // Closed without an answer is an answer.
        if was == Some(true) && !open.get() {
            shop.answer_approval(None);
        }
        open.get()
    });
    view! {
        <Dialog title=words().approval.title open>
            {move || asking.get().map(|right| view! { <Colleagues right open/> })}
        </Dialog>
    }
}

#[component]
fn Colleagues(right: Right, open: RwSignal<bool>) -> impl IntoView {
    let shop = use_shop();
    let chosen = RwSignal::new(None::<Employee>);
    let mine = shop.session.get_untracked().map(|session| session.employee);
    let colleagues = shop.read(|core| {
        let tables = core.catalogue.tables();
        let may = |employee: &&Employee| Some(employee.id) != mine && tables.may(employee.id, right) == May::Yes;
        tables.employees.values().filter(may).cloned().collect::<Vec<_>>()
    });
    let nobody = colleagues.is_empty();
    view! {
        <p>{words().approval.for_what.with([right_words(right)])}</p>
        {move || match chosen.get() {
            Some(colleague) => view! { <Pin colleague chosen open/> }.into_any(),
            None if nobody => view! { <Empty text=words().approval.nobody/> }.into_any(),
            None => view! {
                <ul class="approval-people">
                    {colleagues.iter().cloned().map(|colleague| {
                        let name = colleague.name.clone();
                        view! { <li><Button large=true press=move |()| chosen.set(Some(colleague.clone()))>{name}</Button></li> }
                    }).collect_view()}
                </ul>
            }.into_any(),
        }}
    }
}

#[component]
fn Pin(colleague: Employee, chosen: RwSignal<Option<Employee>>, open: RwSignal<bool>) -> impl IntoView {
    let shop = use_shop();
    let (digits, checking, problem) =
        (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(None::<String>));
    let Employee { id, name, pin: verifier, .. } = colleague;
    let check = Callback::new(move |typed: String| {
        checking.set(true);
        problem.set(None);
        spawn_local(async move {
            let checked = check_pin(verifier.as_ref(), &typed).await;
            if checked.is_ok() {
                shop.answer_approval(Some(id));
                open.try_set(false);
            }
            problem.try_set(checked.err());
            digits.try_set(String::new());
            checking.try_set(false);
        });
    });
    view! {
        <h3>{words().sign_in.pin_for.with([&name])}</h3>
        <p class="approval-problem" role="alert">{move || problem.get()}</p>
        <PinPad digits checking action=words().approval.approve done=check/>
        <Button kind=Kind::Quiet press=move |()| chosen.set(None)>{words().sign_in.somebody_else}</Button>
    }
}
