//! Writing a transfer: where to, which items, how many. It can be kept as a draft, or is sent at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::TransferDraft;
use subzero_ledger::ids::{ShopId, TransferId};

use super::undo_of;
use crate::device::ids;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::entry_form::EntryForm;
use crate::widgets::entry_lines::{EntryLine, EntryLines, OnHand};
use crate::widgets::field::TextField;
use crate::widgets::select::ShopSelect;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

/// A new transfer.
#[component]
pub fn NewTransferScreen() -> impl IntoView {
    let shop = use_shop();
    let number = shop.at_desk_now(|desk| desk.documents.next_transfer_number(&desk.header)).unwrap_or_default();
    view! {
        <div class="beside">
            <header>
                <a class="back" href=Route::Transfers.path()>{words().transfers.title}</a>
                <h1>{words().transfers.new}</h1>
            </header>
            <TransferForm transfer=ids::transfer_id() number draft=None/>
        </div>
    }
}

/// Its lines and where it goes, from what was saved of it.
#[component]
pub fn TransferForm(
    /// Which transfer it is to be.
    transfer: TransferId,
    /// What it is called so far.
    number: String,
    /// What was saved of it.
    draft: Option<TransferDraft>,
) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let is_new = draft.is_none();
    let (to, note, saved) = draft.map_or_else(Default::default, |draft| (Some(draft.to), draft.note, draft.lines));
    let (to, note) = (RwSignal::new(to), RwSignal::new(note));
    let number = RwSignal::new(number);
    let (problem, no_shop) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let lines = EntryLines::default();
    for line in saved {
        lines.push(EntryLine::new(line.item.id, line.qty, None));
    }
    let add = Callback::new(move |scanned: Scanned| lines.add(scanned, || None));
    let record = move |way: Way| {
        problem.set(None);
        let (number, note) = (number.get_untracked(), note.get_untracked());
        let Some(to) = to.get_untracked() else {
            no_shop.set(Some(words().problem.no_shop.to_owned()));
            return;
        };
        let Some(wishes) = lines.read(EntryLine::read_wanted) else { return };
        spawn_local(async move {
            let entered = shop.enter(shop.here(), |desk| match way {
                Way::Save { cancelled } => desk.save_transfer(transfer, &number, to, &wishes, cancelled, &note),
                Way::Send => desk.send_transfer(transfer, &number, to, &wishes, &note),
            });
            match entered.await {
                Ok(recorded) => {
                    match way {
                        Way::Save { cancelled: false } => toaster.say(words().transfers.saved),
                        Way::Save { cancelled: true } => toaster.say(words().transfers.cancelled_now),
                        Way::Send => {
                            let undo = undo_of(shop, toaster, recorded.entry, words().transfers.back_now);
                            toaster.say_with_undo(words().transfers.sent_now, undo);
                        }
                    }
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&Route::Transfer(transfer).path(), options));
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let choose = move |chosen: Option<ShopId>| {
        no_shop.set(None);
        to.set(chosen);
    };
    let busy = Signal::derive(move || shop.is_recording());
    let about = Callback::new(|line: EntryLine| view! { <OnHand line/> }.into_any());
    view! {
        <EntryForm lines add empty=words().transfers.empty about problem
            head=move || view! {
                <ShopSelect label=words().transfers.to none=words().transfers.choose_shop chosen=to choose but=Some(shop.here()) problem=no_shop/>
            }>
            <TextField label=words().transfers.number value=number/>
            <TextField label=words().transfers.note value=note chars_max=200/>
            <div class="entry-form-actions">
                <Show when=move || !is_new>
                    <Button press=move |()| record(Way::Save { cancelled: true }) busy>{words().transfers.cancel}</Button>
                </Show>
                <Button press=move |()| record(Way::Save { cancelled: false }) busy>{words().transfers.save_draft}</Button>
                <Button kind=Kind::Primary busy press=move |()| record(Way::Send)>{words().transfers.send}</Button>
            </div>
        </EntryForm>
    }
}

/// What becomes of what was written.
#[derive(Clone, Copy)]
enum Way {
    Save { cancelled: bool },
    Send,
}
