//! What cashiers and managers may do. Owners may do everything, always.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::Change;
use subzero_ledger::entry::rights::{May, Right, Role};
use subzero_ledger::ids::ShopId;

use super::people::role_words;
use crate::routes::Route;
use crate::screens::approval::right_words;
use crate::shop::use_shop;
use crate::widgets::select::Select;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// Whether, as people say it.
pub const fn may_words(may: May) -> &'static str {
    let words = &words().people;
    match may {
        May::Yes => words.may,
        May::WithApproval => words.may_with_approval,
        May::No => words.may_not,
    }
}

/// The screen.
#[component]
pub fn RightsScreen() -> impl IntoView {
    let shop = use_shop();
    let names = &words().people;
    let is_owner = move || shop.role() == Role::Owner;
    view! {
        <div class="document">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <h1>{names.rights}</h1>
            <p>{names.rights_mean}</p>
            <Show when=move || !is_owner()><p>{names.owners_only}</p></Show>
            {[Role::Cashier, Role::Manager].map(|role| view! {
                <section class="panel rights" aria-label=role_words(role)>
                    <h2>{role_words(role)}</h2>
                    {Right::ALL.map(|right| view! { <OneRight role right/> }).collect_view()}
                </section>
            }).collect_view()}
        </div>
    }
}

#[component]
fn OneRight(role: Role, right: Right) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let now = Memo::new(move |_| shop.read_catalogue(|catalogue| catalogue.settings.rights(role).may(right)));
    let options: Vec<(May, String)> = [May::Yes, May::WithApproval, May::No]
        .into_iter()
        .filter(|may| *may != May::WithApproval || right.can_be_approved())
        .map(|may| (may, may_words(may).to_owned()))
        .collect();
    let choose = move |may: May| {
        let from = untrack(|| shop.read_catalogue(|catalogue| catalogue.settings.rights(role)));
        let to = from.with(right, may);
        spawn_local(async move {
            let change = move |from, to| vec![Change::Rights { role, from, to }];
            match shop.enter(ShopId::OFFICE, |desk| desk.change(change(from, to))).await {
                Ok(_) => {
                    let undo = Callback::new(move |()| {
                        spawn_local(async move {
                            match shop.enter(ShopId::OFFICE, |desk| desk.change(change(to, from))).await {
                                Ok(_) => toaster.say(words().orders.taken_back),
                                Err(error) => toaster.say(error.to_words()),
                            }
                        });
                    });
                    toaster.say_with_undo(words().common.saved, undo);
                }
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    let chosen = move || {
        if shop.role() == Role::Owner {
            view! { <Select label=right_words(right) options=Signal::stored(options.clone()) chosen=now choose/> }
                .into_any()
        } else {
            view! { <p class="right"><span>{right_words(right)}</span><strong>{move || may_words(now.get())}</strong></p> }.into_any()
        }
    };
    view! { {chosen} }
}
