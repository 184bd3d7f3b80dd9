//! Adjusting on hand by hand: why, which items, how many. Never to below zero, and with a way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::AdjustmentKind;
use subzero_ledger::verbs::AdjustWish;

use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::entry_lines::{EntryLine, EntryLineList, EntryLines};
use crate::widgets::field::TextField;
use crate::widgets::figure::Figure;
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::state::Empty;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

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
    let undo = move |entry| {
        Callback::new(move |()| {
            spawn_local(async move {
                match shop.enter(shop.here(), |desk| desk.undo(entry)).await {
                    Ok(_) => toaster.say(words().adjust.undone),
                    Err(error) => toaster.say(error.to_words()),
                }
            });
        })
    };
    let read = |line: EntryLine| Ok(AdjustWish { item: line.item, qty: line.read_qty()?, cost: line.read_cost()? });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        problem.set(None);
        let Some(wishes) = lines.read(read) else { return };
        let (kind, text) = (kind.get_untracked(), note.get_untracked());
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.adjust(kind, &wishes, &text)).await {
                Ok(recorded) => {
                    lines.clear();
                    note.try_set(String::new());
                    toaster.say_with_undo(words().adjust.recorded, undo(recorded.entry));
                }
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let on_hand = Callback::new(move |line: EntryLine| {
        let on_hand = Memo::new(move |_| shop.read(|core| core.ledger.on_hand(line.item, shop.id())));
        view! { <span><Figure qty=on_hand/>" "{words().common.on_hand}</span> }.into_any()
    });
    let kinds = KINDS.map(|kind| (kind, kind_words(kind).to_owned())).to_vec();
    let costs = Signal::derive(move || kind.get() == AdjustmentKind::Found && shop.sees_costs());
    view! {
        <div class="adjust beside">
            <h1>{words().adjust.title}</h1>
            <ItemSearch chosen=add on_demand=true/>
            <form class="adjust-form panel" on:submit=submit>
                <Choice label=words().adjust.why options=kinds chosen=kind choose=move |chosen| kind.set(chosen)/>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <Show when=move || !lines.are_empty() fallback=|| view! { <Empty text=words().adjust.empty/> }>
                    <EntryLineList lines add costs about=on_hand/>
                    <TextField label=words().adjust.note value=note chars_max=200/>
                    <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording())>{words().adjust.record}</Button>
                </Show>
            </form>
        </div>
    }
}
