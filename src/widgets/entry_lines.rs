//! Lines that are being entered: items with a quantity and, where it matters, what one cost. What is wrong is said at the line.

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::ItemId;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Problem, WantedLine};

use super::button::{Button, Kind};
use super::field::Field;
use super::figure::Figure;
use super::figure_field::FigureField;
use crate::format;
use crate::shop::{Shop, VerbError, use_shop};
use crate::words::{ToWords as _, words};

/// One line, as it was typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EntryLine {
    /// The item.
    pub item: ItemId,
    /// How much.
    pub qty: RwSignal<String>,
    /// What one cost; empty where nobody said.
    pub cost: RwSignal<String>,
    /// What is wrong with it.
    pub problem: RwSignal<Option<String>>,
    /// Whether its cost was known before anybody typed one.
    pub cost_known: bool,
    /// The line of a document that it answers. It stays, whatever its quantity; with none, nothing is recorded for it.
    pub answers: Option<u16>,
}

impl EntryLine {
    /// A line with its quantity and cost filled in.
    pub fn new(item: ItemId, qty: Qty, cost: Option<UnitCost>) -> Self {
        let cost_known = cost.is_some();
        let cost = cost.map(|cost| format::field(&cost)).unwrap_or_default();
        let (qty, cost) = (RwSignal::new(format::field(&qty)), RwSignal::new(cost));
        Self { item, qty, cost, problem: RwSignal::new(None), cost_known, answers: None }
    }

    /// Whether nothing is to be recorded for it.
    fn is_passed_over(self) -> bool {
        self.answers.is_some() && self.qty.with_untracked(|qty| matches!(qty.trim(), "" | "0"))
    }

    /// How much it says, followed as it is typed; nothing while that cannot be read.
    pub fn wanted(self) -> Qty {
        self.qty.with(|qty| format::typed(qty)).unwrap_or_default()
    }

    /// The quantity; else what to say at the line.
    pub fn read_qty(self) -> Result<Qty, String> {
        self.qty.with_untracked(|qty| format::typed(qty)).map_err(|error| error.to_words())
    }

    /// The item and the quantity; else what to say at the line.
    pub fn read_wanted(self) -> Result<WantedLine, String> {
        Ok(WantedLine { item: self.item, qty: self.read_qty()? })
    }

    /// What one cost, where somebody said; else what to say at the line.
    pub fn read_cost(self) -> Result<Option<UnitCost>, String> {
        match self.cost.get_untracked().trim() {
            "" => Ok(None),
            typed => format::typed(typed).map(Some).map_err(|error| error.to_words()),
        }
    }
}

/// All lines of one form. Cheap to copy.
#[derive(Clone, Copy)]
pub struct EntryLines(RwSignal<Vec<EntryLine>>);

impl Default for EntryLines {
    fn default() -> Self {
        Self(RwSignal::new(Vec::new()))
    }
}

impl EntryLines {
    /// So much more of an item; a new line where it has none, with the cost that `cost` knows.
    pub fn add(self, Scanned { item, pack }: Scanned, cost: impl FnOnce() -> Option<UnitCost>) {
        if let Some(line) = self.0.with_untracked(|lines| lines.iter().copied().find(|line| line.item == item)) {
            let there = if line.is_passed_over() { Ok(Qty::ZERO) } else { line.read_qty() };
            let more = there.ok().and_then(|there| there.checked_add(pack));
            line.qty.set(format::field(&more.unwrap_or(pack)));
        } else {
            self.push(EntryLine::new(item, pack, cost()));
        }
    }

    /// One more line.
    pub fn push(self, line: EntryLine) {
        self.0.update(|lines| lines.push(line));
    }

    /// Whether there are none.
    pub fn are_empty(self) -> bool {
        self.0.with(Vec::is_empty)
    }

    /// The lines, followed as they come and go.
    pub fn get(self) -> Vec<EntryLine> {
        self.0.get()
    }

    /// Begins anew. The form may be gone.
    pub fn clear(self) {
        self.0.try_set(Vec::new());
    }

    /// The lines that are to be recorded.
    fn to_record(self) -> Vec<EntryLine> {
        let lines = self.0.try_get_untracked().unwrap_or_default();
        lines.into_iter().filter(|line| !line.is_passed_over()).collect()
    }

    /// Reads all lines; where one cannot be read, that is said at it, and there is nothing to record.
    pub fn read<T>(self, read: impl Fn(EntryLine) -> Result<T, String>) -> Option<Vec<T>> {
        let lines = self.to_record();
        let mut wishes = Vec::with_capacity(lines.len());
        for line in &lines {
            let wish = read(*line);
            line.problem.set(wish.as_ref().err().cloned());
            wishes.extend(wish.ok());
        }
        (wishes.len() == lines.len()).then_some(wishes)
    }

    /// Says at its line what the desk refused there. Answers what belongs to no line.
    pub fn refuse(self, error: &VerbError) -> Option<String> {
        if let VerbError::Problem(Problem::Line { line, problem }) = error
            && let Some(line) = self.to_record().get(*line)
        {
            line.problem.try_set(Some(problem.to_words()));
            return None;
        }
        Some(error.to_words())
    }
}

/// The lines.
#[component]
pub fn EntryLineList(
    /// Which.
    lines: EntryLines,
    /// Called with what is scanned into one of their fields.
    add: Callback<Scanned>,
    /// Whether they ask for what one cost.
    #[prop(optional, into)]
    costs: Signal<bool>,
    /// Whether they ask where nobody knows it, also those who may not see costs.
    #[prop(optional)]
    unknown_costs: bool,
    /// What else a line says of its item, under its name.
    #[prop(into)]
    about: Callback<EntryLine, AnyView>,
) -> impl IntoView {
    view! {
        <ul class="entry-lines">
            <For each=move || lines.get() key=|line| (line.item, line.answers) let(line)>
                <Row line lines add costs unknown_costs about/>
            </For>
        </ul>
    }
}

/// What there is of a line's item here; in red where more is to go than there is.
#[component]
pub fn OnHand(
    /// The line.
    line: EntryLine,
    /// Whether it goes out.
    #[prop(default = Signal::stored(true), into)]
    goes_out: Signal<bool>,
) -> impl IntoView {
    let shop: Shop = use_shop();
    let on_hand = Memo::new(move |_| shop.read(|core| core.ledger.on_hand(line.item, shop.id())));
    let short = Memo::new(move |_| {
        let there = on_hand.get().or_zero();
        line.wanted().checked_sub(there).filter(|short| short.is_positive() && goes_out.get())
    });
    let is_added = move || shop.session.get().is_some_and(|session| session.mode == Mode::AutoAdd);
    let words = &words().find;
    view! {
        <span><Figure qty=on_hand/>" "{crate::words::words().common.on_hand}</span>
        {move || short.get().map(|short| {
            let more = if is_added() { &words.more_added } else { &words.more_than_there_is };
            view! { <span class="entry-line-short" role="status">{more.with([&format::qty(short)])}</span> }
        })}
    }
}

#[component]
fn Row(
    line: EntryLine,
    lines: EntryLines,
    add: Callback<Scanned>,
    costs: Signal<bool>,
    unknown_costs: bool,
    about: Callback<EntryLine, AnyView>,
) -> impl IntoView {
    let shop: Shop = use_shop();
    let EntryLine { item, qty, cost, problem, cost_known, answers } = line;
    let name = Signal::derive(move || {
        shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let unknown = Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))));
    let take = move |field: RwSignal<String>| {
        Callback::new(move |text: String| {
            problem.set(None);
            field.set(text);
        })
    };
    view! {
        <li class="entry-line">
            <span class="entry-line-name"><strong>{name}</strong>{about.run(line)}</span>
            <Field label=words().common.quantity>
                <FigureField label=Signal::derive(move || words().common.quantity_of.with([&name.get()])) value=qty
                    typed=take(qty) scanned=add unknown/>
            </Field>
            <Show when=move || costs.get() || (unknown_costs && !cost_known)>
                <Field label=words().common.unit_cost>
                    <FigureField label=Signal::derive(move || words().receive.cost_of.with([&name.get()])) value=cost
                        typed=take(cost) scanned=add/>
                </Field>
            </Show>
            <Show when=move || answers.is_none()>
                <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&name.get()])))
                    press=move |()| lines.0.update(|lines| lines.retain(|other| *other != line))>{words().common.remove}</Button>
            </Show>
            <span class="field-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}
