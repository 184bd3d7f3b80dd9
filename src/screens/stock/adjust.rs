//! Adjusting on hand by hand: why, which items, how many. Never to below zero, and with a way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::AdjustmentKind;
use subzero_ledger::verbs::AdjustWish;

use super::receive_first::ReceiveFirst;
use super::undo_of;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::entry_form::EntryForm;
use crate::widgets::entry_lines::{EntryLine, EntryLines, OnHand};
use crate::widgets::field::TextField;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

/// What a kind of adjustment is called.
pub const fn kind_words(kind: AdjustmentKind) -> &'static str {
    let words = &words().adjust;
    match kind {
        AdjustmentKind::WrittenOff => words.written_off,
        AdjustmentKind::Found => words.found,
        AdjustmentKind::Damaged => words.damaged,
        AdjustmentKind::OwnUse => words.own_use,
        AdjustmentKind::Opening => words.opening,
        AdjustmentKind::Correction => words.correction,
    }
}

/// Those that a person chooses from.
const KINDS: [AdjustmentKind; 4] =
    [AdjustmentKind::WrittenOff, AdjustmentKind::Damaged, AdjustmentKind::OwnUse, AdjustmentKind::Found];

/// The screen.
#[component]
pub fn AdjustScreen() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let kind = RwSignal::new(AdjustmentKind::WrittenOff);
    let lines = EntryLines::default();
    let (note, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let add = Callback::new(move |scanned: Scanned| lines.add(scanned, || None));
    let read = |line: EntryLine| Ok(AdjustWish { item: line.item, qty: line.read_qty()?, cost: line.read_cost()? });
    let submit = move |()| {
        problem.set(None);
        let Some(wishes) = lines.read(read) else { return };
        let (kind, text) = (kind.get_untracked(), note.get_untracked());
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.adjust(kind, &wishes, &text)).await {
                Ok(recorded) => {
                    lines.clear();
                    note.try_set(String::new());
                    let undo = undo_of(shop, toaster, recorded.entry, words().adjust.undone);
                    toaster.say_with_undo(words().adjust.recorded, undo);
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let kinds = KINDS.map(|kind| (kind, kind_words(kind).to_owned())).to_vec();
    let costs = Signal::derive(move || kind.get() == AdjustmentKind::Found && shop.sees_costs());
    let about = Callback::new(move |line: EntryLine| {
        view! { <OnHand line goes_out=Signal::derive(move || kind.get() != AdjustmentKind::Found)/> }.into_any()
    });
    view! {
        <div class="beside">
            <h1>{words().adjust.title}</h1>
            <Show when=move || kind.get() == AdjustmentKind::Found>
                <ReceiveFirst items=Signal::derive(move || lines.get().iter().map(|line| line.item).collect()) at=Signal::derive(move || shop.id())/>
            </Show>
            <EntryForm lines add empty=words().adjust.empty costs about problem
                head=move || view! {
                    <Choice label=words().adjust.why options=kinds.clone() chosen=kind choose=move |chosen| kind.set(chosen)/>
                }>
                <TextField label=words().adjust.note value=note chars_max=200/>
                <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording()) press=submit>{words().adjust.record}</Button>
            </EntryForm>
        </div>
    }
}
