//! Items, vendors, opening stock and orders from CSV files and into them. A file is read first and says what it would do; only then is it
//! recorded, and it can be taken back.

use gloo_timers::future::TimeoutFuture;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_csv::{DryRun, Import, Kind, Known, LineFault, Reading, Writing, export};
use subzero_ledger::decimal::Separators;
use subzero_ledger::entry::rights::Right;
use subzero_ledger::ids::ImportId;
use subzero_ledger::verbs::{ImportView, imports};
use uuid::Uuid;

use crate::device::{file, ids};
use crate::format;
use crate::routes::Route;
use crate::shop::{Shop, VerbError, use_shop};
use crate::widgets::button::{Button, Kind as ButtonKind};
use crate::widgets::chips::Choice;
use crate::widgets::field::Field;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::Select;
use crate::widgets::state::Empty;
use crate::widgets::toasts::{Toaster, use_toaster};
use crate::widgets::virtual_table::{Column, VirtualTable};
use crate::words::{ToWords as _, words};

/// So many lines are read between two looks at whether somebody wants to stop.
const LINES_AT_ONCE: usize = 500;
const POINT: Separators = Separators { decimal: '.', group: ',' };
const COMMA: Separators = Separators { decimal: ',', group: '.' };

/// What a file holds, as a shop calls it.
const fn kind_words(kind: Kind) -> &'static str {
    let words = &words().files;
    match kind {
        Kind::Items => words.items,
        Kind::Vendors => words.vendors,
        Kind::OpeningStock => words.opening_stock,
        Kind::Orders => words.orders,
    }
}

/// The right that recording such a file takes.
const fn right_for(kind: Kind) -> Option<Right> {
    match kind {
        Kind::Items | Kind::Vendors => Some(Right::ChangeItems),
        Kind::OpeningStock => Some(Right::Adjust),
        Kind::Orders => None,
    }
}

/// How far the file in hand is.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    /// None is in hand.
    Choose,
    /// It is read, or recorded: so much of so much.
    Goes { what: &'static str, done: String, of: String },
    /// It is read.
    Read { name: String },
}

/// The screen.
#[component]
pub fn FilesScreen() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().files;
    let (kind, step) = (RwSignal::new(Kind::Items), RwSignal::new(Step::Choose));
    let kinds = Kind::ALL.map(|kind| (kind, kind_words(kind).to_owned())).to_vec();
    let save = move |()| {
        let kind = kind.get_untracked();
        let text = untrack(|| {
            let writing =
                Writing { shop: shop.seen(), decimal_mark: format::decimal_mark(), sees_costs: shop.sees_costs() };
            shop.read(|core| export(kind, writing, (&core.ledger, &core.documents, core.catalogue.tables())))
        });
        file::give(kind.file_name(), &text);
        toaster.say(names.exported.with([kind.file_name()]));
    };
    let is_idle = Signal::derive(move || matches!(step.get(), Step::Choose));
    view! {
        <div class="document files">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <h1>{names.title}</h1>
            <Choice label=names.what options=kinds chosen=kind choose=move |chosen| kind.set(chosen)
                disabled=Signal::derive(move || !is_idle.get())/>
            <section class="panel entry-form">
                <h2>{names.export}</h2>
                <Button press=save>{move || kind.get().file_name()}</Button>
            </section>
            <section class="panel entry-form">
                <h2>{names.import}</h2>
                <Reader kind step/>
            </section>
            <History/>
        </div>
    }
}

#[component]
fn Reader(kind: RwSignal<Kind>, step: RwSignal<Step>) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().files;
    let numbers = RwSignal::new(format::numbers().decimal == COMMA.decimal);
    let (problem, halted) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let dry_run = StoredValue::new(None::<DryRun>);
    let field = NodeRef::<Input>::new();
    let read = move |_| {
        let Some(chosen) = field.get_untracked().and_then(|field| field.files()).and_then(|files| files.get(0)) else {
            return;
        };
        problem.set(None);
        halted.set(false);
        let reading = Reading {
            kind: kind.get_untracked(),
            shop: shop.here(),
            numbers: if numbers.get_untracked() { COMMA } else { POINT },
            mint: Uuid::now_v7,
        };
        spawn_local(async move {
            match read_file(shop, &chosen, reading, step, halted).await {
                Ok(Some(run)) => {
                    dry_run.try_set_value(Some(run));
                    step.try_set(Step::Read { name: chosen.name() });
                }
                Ok(None) => {
                    toaster.say(names.stopped);
                    step.try_set(Step::Choose);
                }
                Err(why) => {
                    problem.try_set(Some(why));
                    step.try_set(Step::Choose);
                }
            }
        });
    };
    let record = move |name: String| {
        let Some(run) = dry_run.try_update_value(Option::take).flatten() else { return };
        halted.set(false);
        spawn_local(async move {
            record(shop, toaster, right_for(kind.get_untracked()), run.bodies(&name), step, halted).await;
            step.try_set(Step::Choose);
        });
    };
    let columns = move || {
        let columns = kind.get().columns().iter().map(|column| column.name()).collect::<Vec<_>>();
        names.columns.with([&columns.join(", ")])
    };
    let marks = vec![(false, "1,234.56".to_owned()), (true, "1.234,56".to_owned())];
    // What goes on goes on in one place: a button that is made anew under a finger is not pressed.
    let stage = Memo::new(move |_| match step.get() {
        Step::Goes { what, .. } => Step::Goes { what, done: String::new(), of: String::new() },
        other @ (Step::Choose | Step::Read { .. }) => other,
    });
    let progress = move || match step.get() {
        Step::Goes { done, of, .. } => (done, of),
        Step::Choose | Step::Read { .. } => Default::default(),
    };
    move || {
        match stage.get() {
        Step::Choose => view! {
            <p>{columns}</p>
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <Select label=names.numbers options=Signal::stored(marks.clone()) chosen=numbers choose=move |comma| numbers.set(comma)/>
            <Field label=names.choose>
                <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values" node_ref=field on:change=read/>
            </Field>
        }
        .into_any(),
        Step::Goes { what, .. } => view! {
            <label class="files-progress"><span>{what}</span><progress max=move || progress().1 value=move || progress().0></progress></label>
            <Button press=move |()| halted.set(true)>{names.stop}</Button>
        }
        .into_any(),
        Step::Read { name } => view! {
            <h3>{name.clone()}</h3>
            {dry_run.with_value(|run| run.as_ref().map(|run| view! { <Told run/> }))}
            <div class="entry-form-actions">
                <Button press=move |()| { dry_run.set_value(None); step.set(Step::Choose); }>{names.other}</Button>
                {dry_run.with_value(|run| run.as_ref().filter(|run| run.does_something()).map(|run| run.new + run.changed)).map(|lines| {
                    let name = name.clone();
                    view! { <Button kind=ButtonKind::Primary press=move |()| record(name.clone())>{names.record.of(lines, [])}</Button> }
                })}
            </div>
        }
        .into_any(),
    }
    }
}

/// Reads a file to its end; nothing where somebody stopped it.
async fn read_file(
    shop: Shop,
    chosen: &web_sys::File,
    reading: Reading,
    step: RwSignal<Step>,
    halted: RwSignal<bool>,
) -> Result<Option<DryRun>, String> {
    let text = file::text_of(chosen).await.map_err(|_| words().files.unreadable.to_owned())?;
    let known = untrack(|| {
        shop.read(|core| {
            let tables = core.catalogue.tables().clone();
            Known { tables, on_hand: core.ledger.on_hand_in(reading.shop).collect() }
        })
    });
    let mut import = Import::begin(&text, reading, &known).map_err(|problem| problem.to_words())?;
    loop {
        let progress = import.step(LINES_AT_ONCE);
        if progress.is_done() {
            return Ok(Some(import.finish()));
        }
        // Left, the screen takes its signals with it: that is a way to stop too.
        if halted.try_get_untracked().unwrap_or(true) {
            return Ok(None);
        }
        step.try_set(Step::Goes {
            what: words().files.reading,
            done: progress.read.to_string(),
            of: progress.of.to_string(),
        });
        TimeoutFuture::new(0).await;
    }
}

/// Records what the file would do, and offers to take it back.
async fn record(
    shop: Shop,
    toaster: Toaster,
    right: Option<Right>,
    bodies: Vec<(subzero_ledger::ids::ShopId, subzero_ledger::entry::Body)>,
    step: RwSignal<Step>,
    halted: RwSignal<bool>,
) {
    let names = &words().files;
    let (import, all) = (ids::import_id(), bodies.len());
    let goes_on = |recorded: usize| {
        step.try_set(Step::Goes { what: names.recording, done: recorded.to_string(), of: all.to_string() });
        !halted.try_get_untracked().unwrap_or(false)
    };
    match shop.enter_import(import, right, bodies, goes_on).await {
        Ok(recorded) => {
            let said = if recorded < all {
                names.stopped_at.with([&format::count(recorded), &format::count(all)])
            } else {
                names.done.of(recorded, [])
            };
            toaster.say_with_undo(said, Callback::new(move |()| undo(shop, toaster, import)));
        }
        Err(error) => toaster.say(error.to_words()),
    }
}

fn undo(shop: Shop, toaster: Toaster, import: ImportId) {
    spawn_local(async move {
        let undone: Result<(), VerbError> = shop.enter_all(|desk| desk.undo_import(import)).await;
        match undone {
            Ok(()) => toaster.say(words().files.undone),
            Err(error) => toaster.say(error.to_words()),
        }
    });
}

/// What the file would do, and what is wrong with it.
#[component]
fn Told<'a>(run: &'a DryRun) -> impl IntoView + use<> {
    let names = &words().files;
    let parts = [names.new.of(run.new, []), names.changed.of(run.changed, []), names.unchanged.of(run.unchanged, [])];
    let [new, changed, unchanged] = &parts;
    let said = words().common.parts.with([&words().common.parts.with([new, changed]), unchanged]);
    let faults = StoredValue::new(run.problems.clone());
    let unread = (!run.unread.is_empty()).then(|| names.unread.with([&run.unread.join(", ")]));
    let cells = move |row: usize| {
        faults.with_value(|faults| faults.get(row).cloned()).map(|fault| view! { <Fault fault/> }).into_any()
    };
    let count = run.problems.len();
    view! {
        <p role="status"><strong>{names.fine.of(run.new + run.changed + run.unchanged, [])}</strong>": "{said}</p>
        {unread.map(|unread| view! { <p>{unread}</p> })}
        {(!run.does_something()).then(|| view! { <Notice tone=Tone::Plain title=names.nothing/> })}
        {(count > 0).then(|| view! {
            <Notice tone=Tone::Warning title=names.wrong.of(count, [])/>
            <div class="files-faults">
                <VirtualTable label=names.why rows=Signal::stored(count) empty=""
                    columns=vec![Column::figures(names.line), Column::words(names.column), Column::words(names.why)] cells/>
            </div>
        })}
    }
}

#[component]
fn Fault(fault: LineFault) -> impl IntoView {
    view! {
        <td class="number">{fault.line}</td>
        <td>{fault.column.map(subzero_csv::Column::name)}</td>
        <td>{fault.problem.to_words()}</td>
    }
}

/// What was imported, the newest first.
#[component]
fn History() -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().files;
    let known = Memo::new(move |_| shop.read(|core| imports(&core.ledger)));
    let row = move |import: ImportView| {
        let who = shop.employee_name(import.begun.employee);
        let when = format::moment(import.begun.at);
        let note = words().common.parts.with([&who, &names.lines.of(import.lines, [])]);
        let label = names.undo_named.with([&when]);
        view! {
            <li class="row files-import">
                <span class="row-name">{when}</span><span class="row-note">{note}</span>
                <Button label=label press=move |()| undo(shop, toaster, import.id)>{words().common.undo}</Button>
            </li>
        }
    };
    view! {
        <section class="document-part">
            <h2>{names.history}</h2>
            <ul class="rows">{move || known.get().into_iter().map(row).collect_view()}</ul>
            <Show when=move || known.with(Vec::is_empty)><Empty text=names.none_yet/></Show>
        </section>
    }
}
