//! Creating a vendor, or changing one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::Vendor;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::ids::{ShopId, VendorId};
use subzero_ledger::verbs::Problem;

use crate::device::ids;
use crate::routes::Route;
use crate::shop::{VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::{TextField, Typed};
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// A new vendor, or one that is known.
#[component]
pub fn VendorScreen(
    /// Which; none for a new one.
    vendor: Option<VendorId>,
) -> impl IntoView {
    let shop = use_shop();
    match vendor {
        None => view! { <Form id=ids::vendor_id() before=None/> }.into_any(),
        Some(id) => match untrack(|| shop.read_catalogue(|catalogue| catalogue.vendors.get(&id).cloned())) {
            Some(known) => view! { <Form id before=Some(known)/> }.into_any(),
            None => view! { <Notice tone=Tone::Plain title=words().vendors.unknown/> }.into_any(),
        },
    }
}

#[component]
fn Form(id: VendorId, before: Option<Vendor>) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let names = &words().vendors;
    let known = before.clone().unwrap_or_default();
    let title = if before.is_some() { known.name.clone() } else { names.new.to_owned() };
    let [name, email, phone, note] = [&known.name, &known.email, &known.phone, &known.note].map(Typed::new);
    let (problem, is_archived, is_new) = (RwSignal::new(None::<String>), known.archived, before.is_none());
    let before = StoredValue::new(before);
    let save = move |archived: bool| {
        problem.set(None);
        name.problem.set(None);
        let [name_now, email, phone, note] = [name, email, phone, note].map(Typed::trimmed);
        let now = Vendor { name: name_now, email, phone, note, archived };
        spawn_local(async move {
            let before = before.get_value();
            match shop.enter(ShopId::OFFICE, |desk| desk.save_vendor(id, before.as_ref(), &now)).await {
                Ok(_) => {
                    toaster.say(words().common.saved);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&Route::Vendors.path(), options));
                }
                Err(VerbError::Problem(error @ (Problem::NoName | Problem::NameTaken))) => {
                    name.problem.try_set(Some(error.to_words()));
                }
                Err(error) => {
                    problem.try_set(Some(error.to_words()));
                }
            }
        });
    };
    let may_not = Signal::derive(move || shop.may(Right::ChangeItems) == May::No);
    let busy = Signal::derive(move || shop.is_recording());
    view! {
        <div class="document">
            <a class="back" href=Route::Vendors.path()>{names.title}</a>
            <h1>{title}</h1>
            <form class="form panel" on:submit=move |event| { event.prevent_default(); save(is_archived); }>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <TextField label=words().item.name value=name.text problem=name.problem chars_max=100/>
                <TextField label=names.email value=email.text/>
                <TextField label=names.phone value=phone.text/>
                <TextField label=names.note value=note.text chars_max=200/>
                <div class="entry-form-actions form-wide">
                    <Show when=move || !is_new>
                        <Button disabled=may_not busy press=move |()| save(!is_archived)>
                            {if is_archived { words().item.bring_back } else { words().item.archive }}
                        </Button>
                    </Show>
                    <Button kind=Kind::Primary disabled=may_not busy>{words().common.save}</Button>
                </div>
            </form>
        </div>
    }
}
