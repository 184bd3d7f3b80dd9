//! What is on its way, and what was taken and is odd.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::EntryId;
use subzero_ledger::receipts::number;
use subzero_sync::wire::Flag;
use subzero_till::flagged::FlaggedRow;

use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::screens::entry::{kind, lines};
use crate::screens::receipts::total;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// An entry in a shop's words.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is, with the number of its receipt.
    pub what: String,
    /// Who, and how long ago.
    pub who: String,
    /// What it comes to, or how many items it moves.
    pub figure: String,
}

impl Told {
    /// What is said of an entry.
    pub fn of(shop: Shop, entry: &Entry) -> Self {
        let words = words();
        let kind = kind(&entry.body);
        let what = number(entry).map_or_else(|| kind.to_owned(), |number| words.entry.titled.with([kind, number]));
        let employee = shop.employee_name(entry.header.employee);
        let who = words.common.parts.with([&employee, &format::age(entry.header.at, clock::now())]);
        let moved = lines(&entry.body).len();
        let figure = if let Body::Catalogue(catalogue) = &entry.body {
            words.sync.changes.of(catalogue.changes.len(), [])
        } else if number(entry).is_some() {
            format::amount(total(entry), &shop.currency())
        } else if moved > 0 {
            words.sync.items.of(moved, [])
        } else {
            String::new()
        };
        Self { what, who, figure }
    }
}

/// Every entry that is not sent, the oldest first.
#[component]
pub fn Waiting() -> impl IntoView {
    let shop = use_shop();
    let waiting = Memo::new(move |_| {
        let entries: Vec<Entry> =
            shop.verdicts.with(|verdicts| shop.read(|core| verdicts.waiting(core).cloned().collect()));
        entries.iter().map(|entry| (entry.header.id, Told::of(shop, entry))).collect::<Vec<(EntryId, Told)>>()
    });
    let words = &words().sync;
    view! {
        <section aria-label=words.not_sent>
            <h2>{words.not_sent}</h2>
            <ul class="rows">
                <For each=move || waiting.get() key=|(id, _)| *id let((id, told))>
                    <RowLink to=Route::Entry(id, None).path() name=told.what note=told.who figure=told.figure/>
                </For>
            </ul>
            <Show when=move || waiting.with(Vec::is_empty)><Empty text=words.all_sent/></Show>
        </section>
    }
}

/// What the server has taken of any register and found odd, until somebody who answers for the figures has seen it.
#[component]
pub fn Odd() -> impl IntoView {
    let shop = use_shop();
    let odd = Memo::new(move |_| shop.flagged());
    let problem = RwSignal::new(None::<String>);
    let seen = move |()| {
        // As it is shown: what comes while it is kept is not seen yet.
        let shown = odd.get_untracked();
        spawn_local(async move {
            let kept = shop.see_flagged(&shown).await;
            problem.try_set(kept.err().map(|error| error.to_words()));
        });
    };
    let more = move || odd.with(|odd| (odd.more > 0).then(|| words().sync.odd_more.of(odd.more, [])));
    let words = &words().sync;
    view! {
        <Show when=move || odd.with(|odd| !odd.rows.is_empty())>
            <section aria-label=words.odd>
                <h2>{words.odd}</h2>
                <p>{words.odd_note}</p>
                <ul class="rows">
                    <For each=move || odd.get().rows key=|row| row.entry let(row)>{flagged_row(shop, &row)}</For>
                </ul>
                {move || more().map(|more| view! { <p>{more}</p> })}
                <Button press=seen>{words.seen}</Button>
                <p role="alert">{move || problem.get()}</p>
            </section>
        </Show>
    }
}

fn flagged_row(shop: Shop, row: &FlaggedRow) -> Option<AnyView> {
    let entry = untrack(|| shop.read(|core| core.ledger.entry(row.entry).cloned()))?;
    let why = row.flags.iter().map(|flag| flag_words(*flag)).collect::<Vec<_>>().join(" ");
    let note = words().common.parts.with([&shop.register_name(entry.header.device), &why]);
    let told = Told::of(shop, &entry);
    let to = Route::Entry(row.entry, None).path();
    Some(view! { <RowLink to name=told.what note figure=told.figure/> }.into_any())
}

const fn flag_words(flag: Flag) -> &'static str {
    match flag {
        Flag::AheadOfTime => words().sync.ahead_of_time,
        Flag::LongAgo => words().sync.long_ago,
        Flag::Rescued => words().sync.brought_in_by_hand,
        Flag::UnknownEmployee => words().sync.unknown_employee,
        Flag::UnknownItem => words().sync.unknown_item,
        Flag::RemovedRegister => words().sync.removed_register,
    }
}
