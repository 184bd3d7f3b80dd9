//! Adjusting on hand by hand: why, which items, how many. Never to below zero, and with a way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::AdjustmentKind;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{AdjustWish, LineProblem, Problem};

use crate::format;
use crate::shop::{VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::field::{Field, TextField};
use crate::widgets::figure::Figure;
use crate::widgets::figure_field::FigureField;
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

/// One item, as it is being entered.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Line {
    item: ItemId,
    qty: RwSignal<String>,
    cost: RwSignal<String>,
    problem: RwSignal<Option<String>>,
}

impl Line {
    fn new(item: ItemId, qty: Qty) -> Self {
        let text = |text: String| RwSignal::new(text);
        Self { item, qty: text(format::field(&qty)), cost: text(String::new()), problem: RwSignal::new(None) }
    }

    /// What was entered; else what to say at the line.
    fn read(self) -> Result<AdjustWish, String> {
        let qty = self.qty.with_untracked(|qty| format::typed(qty)).map_err(|error| error.to_words())?;
        let cost = match self.cost.get_untracked().trim() {
            "" => None,
            typed => Some(format::typed::<UnitCost>(typed).map_err(|error| error.to_words())?),
        };
        Ok(AdjustWish { item: self.item, qty, cost })
    }
}

/// The screen.
#[component]
pub fn AdjustScreen() -> impl IntoView {
    let shop = use_shop();
    let toaster = use_toaster();
    let kind = RwSignal::new(AdjustmentKind::WrittenOff);
    let lines = RwSignal::new(Vec::<Line>::new());
    let (note, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let add = Callback::new(move |Scanned { item, pack }: Scanned| {
        let known = lines.with_untracked(|lines| lines.iter().copied().find(|line| line.item == item));
        let Some(line) = known else { return lines.update(|lines| lines.push(Line::new(item, pack))) };
        let more = line.read().ok().and_then(|there| there.qty.checked_add(pack));
        line.qty.set(format::field(&more.unwrap_or(pack)));
    });
    let show = move |error: &VerbError| {
        if let VerbError::Problem(Problem::Line { line, problem: wrong }) = error
            && let Some(line) = lines.get_untracked().get(*line)
        {
            line.problem.set(Some(line_words(*wrong)));
        } else {
            problem.set(Some(error.to_words()));
        }
    };
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
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        problem.set(None);
        let mut wishes = Vec::new();
        for line in lines.get_untracked() {
            let read = line.read();
            line.problem.set(read.as_ref().err().cloned());
            wishes.extend(read.ok());
        }
        if wishes.len() < lines.with_untracked(Vec::len) {
            return;
        }
        let (kind, note_text) = (kind.get_untracked(), note.get_untracked());
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.adjust(kind, &wishes, &note_text)).await {
                Ok(recorded) => {
                    lines.try_set(Vec::new());
                    note.try_set(String::new());
                    toaster.say_with_undo(words().adjust.recorded, undo(recorded.entry));
                }
                Err(error) => show(&error),
            }
        });
    };
    let kinds = KINDS.map(|kind| (kind, kind_words(kind).to_owned())).to_vec();
    view! {
        <div class="adjust">
            <h1>{words().adjust.title}</h1>
            <ItemSearch chosen=add on_demand=true/>
            <form class="adjust-form" on:submit=submit>
                <Choice label=words().adjust.why options=kinds chosen=kind choose=move |chosen| kind.set(chosen)/>
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <Show when=move || !lines.with(Vec::is_empty) fallback=|| view! { <Empty text=words().adjust.empty/> }>
                    <ul>
                        <For each=move || lines.get() key=|line| line.item let(line)><LineRow line kind lines add/></For>
                    </ul>
                    <TextField label=words().adjust.note value=note chars_max=200/>
                    <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording())>{words().adjust.record}</Button>
                </Show>
            </form>
        </div>
    }
}

/// What is said at the line itself.
fn line_words(problem: LineProblem) -> String {
    match problem {
        LineProblem::BelowZero { on_hand } => words().adjust.not_below_zero.with([&format::qty(on_hand)]),
        LineProblem::UnknownItem
        | LineProblem::Archived
        | LineProblem::NoStock
        | LineProblem::Qty(_)
        | LineProblem::Cost
        | LineProblem::Beyond { .. }
        | LineProblem::UnknownLine => problem.to_words(),
    }
}

#[component]
fn LineRow(
    line: Line,
    kind: RwSignal<AdjustmentKind>,
    lines: RwSignal<Vec<Line>>,
    add: Callback<Scanned>,
) -> impl IntoView {
    let shop = use_shop();
    let Line { item, qty, cost, problem } = line;
    let name = Signal::derive(move || {
        shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let on_hand = Memo::new(move |_| shop.read(|core| core.ledger.on_hand(item, shop.id())));
    let unknown = Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))));
    let set = move |field: RwSignal<String>| {
        Callback::new(move |text: String| {
            problem.set(None);
            field.set(text);
        })
    };
    view! {
        <li class="adjust-line">
            <span class="adjust-line-name"><strong>{name}</strong><span><Figure qty=on_hand/>" "{words().common.on_hand}</span></span>
            <Field label=words().common.quantity>
                <FigureField label=Signal::derive(move || words().common.quantity_of.with([&name.get()])) value=qty
                    typed=set(qty) scanned=add unknown/>
            </Field>
            <Show when=move || kind.get() == AdjustmentKind::Found && shop.sees_costs()>
                <Field label=words().common.unit_cost>
                    <FigureField label=Signal::derive(move || words().receive.cost_of.with([&name.get()])) value=cost
                        typed=set(cost) scanned=add/>
                </Field>
            </Show>
            <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&name.get()])))
                press=move |()| lines.update(|lines| lines.retain(|line| line.item != item))>{words().common.remove}</Button>
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}
