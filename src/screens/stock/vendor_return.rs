//! Sending items back to their vendor, with the reason. More than there is may go: it then says so in red.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::ReturnReason;
use subzero_ledger::ids::VendorId;

use super::undo_of;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::entry_form::EntryForm;
use crate::widgets::entry_lines::{EntryLine, EntryLines, OnHand};
use crate::widgets::field::TextField;
use crate::widgets::select::VendorSelect;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

const REASONS: [ReturnReason; 5] = [
    ReturnReason::Damaged,
    ReturnReason::Expired,
    ReturnReason::WrongItem,
    ReturnReason::TooMany,
    ReturnReason::Recalled,
];

/// Why items went back, as a shop says it.
pub const fn reason_words(reason: ReturnReason) -> &'static str {
    let words = &words().vendor_returns;
    match reason {
        ReturnReason::Damaged => words.damaged,
        ReturnReason::Expired => words.expired,
        ReturnReason::WrongItem => words.wrong_item,
        ReturnReason::TooMany => words.too_many,
        ReturnReason::Recalled => words.recalled,
    }
}

/// The screen.
#[component]
pub fn VendorReturnScreen() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let (reason, vendor) = (RwSignal::new(ReturnReason::Damaged), RwSignal::new(None::<VendorId>));
    let (note, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let lines = EntryLines::default();
    let add = Callback::new(move |scanned: Scanned| {
        if vendor.get_untracked().is_none() {
            vendor.set(untrack(|| shop.item(scanned.item)).and_then(|item| item.vendor));
        }
        lines.add(scanned, || None);
    });
    let submit = move |()| {
        problem.set(None);
        let Some(wishes) = lines.read(EntryLine::read_wanted) else { return };
        let (vendor, reason, text) = (vendor.get_untracked(), reason.get_untracked(), note.get_untracked());
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.send_back(vendor, reason, &wishes, &text)).await {
                Ok(recorded) => {
                    lines.clear();
                    note.try_set(String::new());
                    let undo = undo_of(shop, toaster, recorded.entry, words().vendor_returns.undone);
                    toaster.say_with_undo(words().vendor_returns.recorded, undo);
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let about = Callback::new(|line: EntryLine| view! { <OnHand line/> }.into_any());
    let reasons = REASONS.map(|reason| (reason, reason_words(reason).to_owned())).to_vec();
    view! {
        <div class="beside">
            <h1>{words().vendor_returns.title}</h1>
            <EntryForm lines add empty=words().vendor_returns.empty about problem
                head=move || view! {
                    <Choice label=words().vendor_returns.why options=reasons.clone() chosen=reason choose=move |chosen| reason.set(chosen)/>
                }>
                <VendorSelect none=words().orders.no_vendor chosen=vendor/>
                <TextField label=words().vendor_returns.note value=note chars_max=200/>
                <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording()) press=submit>{words().vendor_returns.record}</Button>
            </EntryForm>
        </div>
    }
}
