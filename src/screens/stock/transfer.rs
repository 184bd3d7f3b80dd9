//! One transfer: what was sent, what became of it, and what can be said of the rest.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::documents::{SendView, TransferStatus, TransferView};
use subzero_ledger::entry::TransferDraft;
use subzero_ledger::ids::{EntryId, ItemId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::SettleWay;

use super::transfer_form::TransferForm;
use super::transfers::status_words;
use super::undo_of;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::entry_lines::{EntryLine, EntryLineList, EntryLines};
use crate::widgets::field::TextField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::rows::Row;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

/// A transfer as the screen shows it.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    number: String,
    from: ShopId,
    to: ShopId,
    status: TransferStatus,
    draft: Option<TransferDraft>,
    sends: Vec<Sending>,
}

#[derive(Clone, PartialEq, Eq)]
struct Sending {
    entry: EntryId,
    at: Instant,
    by: String,
    note: String,
    lines: Vec<Line>,
}

#[derive(Clone, PartialEq, Eq)]
struct Line {
    number: u16,
    item: ItemId,
    sent: Qty,
    received: Qty,
    returned: Qty,
    lost: Qty,
    left: Qty,
}

impl Sending {
    fn of(send: &SendView<'_>, by: String) -> Self {
        let lines = (0..).zip(&send.lines).map(|(number, line)| Line {
            number,
            item: line.line.item.id,
            sent: line.line.qty,
            received: line.received,
            returned: line.returned,
            lost: line.lost,
            left: line.left(),
        });
        Self { entry: send.header.id, at: send.header.at, by, note: send.send.note.clone(), lines: lines.collect() }
    }
}

/// The screen.
#[component]
pub fn TransferScreen(
    /// Which transfer.
    transfer: TransferId,
) -> impl IntoView {
    let shop = use_shop();
    let shown = Memo::new(move |_| {
        shop.read(|core| {
            let shown = |view: TransferView<'_>| Shown {
                number: view.number.to_owned(),
                from: view.from,
                to: view.to,
                status: view.status(),
                draft: view.draft.cloned(),
                sends: view
                    .sends
                    .iter()
                    .map(|send| Sending::of(send, shop.employee_name(send.header.employee)))
                    .collect(),
            };
            core.documents.transfer(transfer).map(shown)
        })
    });
    move || match shown.get() {
        Some(Shown { status: TransferStatus::Draft, from, number, draft: Some(draft), .. }) if from == shop.here() => {
            view! {
                <div class="beside">
                    <header><Top number=number.clone() status=TransferStatus::Draft from to=draft.to/></header>
                    <TransferForm transfer number draft=Some(draft)/>
                </div>
            }
            .into_any()
        }
        Some(shown) => view! {
            <div class="document">
                <Top number=shown.number status=shown.status from=shown.from to=shown.to/>
                {shown.sends.into_iter().map(|send| view! { <Sent send from=shown.from to=shown.to/> }).collect_view()}
            </div>
        }
        .into_any(),
        None => view! {
            <div class="document">
                <a class="back" href=Route::Transfers.path()>{words().transfers.title}</a>
                <Notice tone=Tone::Plain title=words().transfers.unknown/>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Top(number: String, status: TransferStatus, from: ShopId, to: ShopId) -> impl IntoView {
    let shop = use_shop();
    view! {
        <a class="back" href=Route::Transfers.path()>{words().transfers.title}</a>
        <div class="document-top">
            <h1>{words().transfers.titled.with([&number])}</h1>
            <span class="tag">{status_words(status, to, shop.here())}</span>
        </div>
        <p>{move || words().transfers.from_to.with([&shop.name_of(from), &shop.name_of(to)])}</p>
    }
}

#[component]
fn Sent(send: Sending, from: ShopId, to: ShopId) -> impl IntoView {
    let shop = use_shop();
    let names = &words().transfers;
    let row = move |line: &Line| {
        let name = shop.item(line.item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name);
        let came = [
            (line.received, &names.line_received),
            (line.returned, &names.line_returned),
            (line.lost, &names.line_lost),
        ];
        let said =
            came.into_iter().filter(|(qty, _)| !qty.is_zero()).map(|(qty, words)| words.with([&format::qty(qty)]));
        let sent = names.line_sent.with([&format::qty(line.sent)]);
        let note = said.fold(sent, |note, said| words().common.parts.with([&note, &said]));
        let left = line.left.is_positive().then(|| names.line_left.with([&format::qty(line.left)]));
        view! { <Row name note figure=left/> }
    };
    let rows = send.lines.iter().map(row).collect_view();
    let open: Vec<Line> = send.lines.into_iter().filter(|line| line.left.is_positive()).collect();
    view! {
        <section class="document-part">
            <p>{names.sent_at.with([&format::moment(send.at), &send.by])}</p>
            {(!send.note.is_empty()).then(|| view! { <p class="document-note">{send.note.clone()}</p> })}
            <ul class="rows" aria-label=words().find.items>{rows}</ul>
            {if open.is_empty() {
                view! { <p>{names.nothing_left}</p> }.into_any()
            } else if [from, to].contains(&shop.here()) {
                view! { <Settle of=send.entry open arrives=to == shop.here()/> }.into_any()
            } else {
                ().into_any()
            }}
        </section>
    }
}

/// What became of the rest. Each line begins with all that is left of it.
#[component]
fn Settle(of: EntryId, open: Vec<Line>, arrives: bool) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let names = &words().transfers;
    let first = if arrives { SettleWay::Received } else { SettleWay::Returned };
    let way = RwSignal::new(first);
    let ways = vec![
        (first, if arrives { names.received } else { names.returned }.to_owned()),
        (SettleWay::Lost, names.lost.to_owned()),
    ];
    let (note, problem) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let lines = EntryLines::default();
    for line in &open {
        lines.push(EntryLine { answers: Some(line.number), ..EntryLine::new(line.item, line.left, None) });
    }
    let add = Callback::new(move |scanned: Scanned| {
        if lines.get().iter().any(|line| line.item == scanned.item) {
            lines.add(scanned, || None);
        }
    });
    let submit = move |()| {
        problem.set(None);
        let read = |line: EntryLine| Ok((line.answers.unwrap_or_default(), line.read_qty()?));
        let Some(wishes) = lines.read(read) else { return };
        let (way, text) = (way.get_untracked(), note.get_untracked());
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.settle_transfer(of, way, &wishes, &text)).await {
                Ok(recorded) if way == SettleWay::Received => {
                    let undo = undo_of(shop, toaster, recorded.entry, words().transfers.arrival_undone);
                    toaster.say_with_undo(words().transfers.recorded, undo);
                }
                Ok(_) => toaster.say(words().transfers.recorded),
                Err(error) => {
                    problem.try_set(lines.refuse(&error));
                }
            }
        });
    };
    let about = Callback::new(move |line: EntryLine| {
        let left = open.iter().find(|open| Some(open.number) == line.answers).map(|open| open.left).unwrap_or_default();
        view! { <span>{words().transfers.line_left.with([&format::qty(left)])}</span> }.into_any()
    });
    let record = move || match way.get() {
        SettleWay::Received => names.record_received,
        SettleWay::Returned => names.record_returned,
        SettleWay::Lost => names.record_lost,
    };
    view! {
        <section class="panel entry-form" aria-label=names.what_happened>
            <Choice label=names.what_happened options=ways chosen=way choose=move |chosen| way.set(chosen)/>
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <EntryLineList lines add about/>
            <Show when=move || way.get() == SettleWay::Lost>
                <TextField label=names.note value=note chars_max=200/>
            </Show>
            <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording()) press=submit>{record}</Button>
        </section>
    }
}
