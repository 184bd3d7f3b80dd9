//! The audit list: settings, rights, people, and what a colleague had to approve.

use leptos::prelude::*;
use subzero_ledger::audit::{Audited, audit};
use subzero_ledger::catalogue::Tables;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::entry::{CostControl, Entry, Mode};
use subzero_ledger::ids::{EmployeeId, EntryId};

use super::people::role_words;
use super::rights::may_words;
use crate::format;
use crate::routes::Route;
use crate::screens::approval::right_words;
use crate::screens::entry::kind;
use crate::shop::use_shop;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::words::words;

/// So many are listed: the newest.
const SHOWN_MAX: usize = 300;

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    entry: EntryId,
    what: String,
    note: String,
}

/// The screen.
#[component]
pub fn AuditScreen() -> impl IntoView {
    let shop = use_shop();
    let may_see = move || shop.may(Right::ChangeSettings) == May::Yes;
    let rows = Memo::new(move |_| {
        shop.read(|core| {
            let tables = core.catalogue.tables();
            let row = |(entry, audited): (&Entry, Audited)| {
                let who = name_of(tables, entry.header.employee);
                let what = said(tables, entry, &audited);
                let note = words().common.parts.with([&who, &format::moment(entry.header.at)]);
                Row { entry: entry.header.id, what, note }
            };
            audit(&core.ledger).take(SHOWN_MAX).map(row).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="list audit">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <h1>{words().audit.title}</h1>
            <Show when=may_see fallback=|| view! { <Empty text=words().problem.never/> }>
                <ul class="rows" aria-label=words().audit.title>
                    {move || rows.get().into_iter().map(|row| view! {
                        <RowLink to=Route::Entry(row.entry, None).path() name=row.what note=row.note/>
                    }).collect_view()}
                </ul>
                <Show when=move || rows.with(Vec::is_empty)><Empty text=nothing_here(words().common.nothing_yet)/></Show>
                <Horizon/>
            </Show>
        </div>
    }
}

fn name_of(tables: &Tables, employee: EmployeeId) -> String {
    let employee = tables.employees.get(&employee);
    employee.map_or_else(|| words().common.somebody.to_owned(), |employee| employee.name.clone())
}

fn said(tables: &Tables, entry: &Entry, audited: &Audited) -> String {
    let words = &words().audit;
    match audited {
        Audited::Mode { to: Mode::Allow, .. } => words.mode_on.to_owned(),
        Audited::Mode { to: Mode::AutoAdd, .. } => words.mode_off.to_owned(),
        Audited::CostControl { to: CostControl::Default, .. } => words.cost_default.to_owned(),
        Audited::CostControl { to: CostControl::LastRecorded, .. } => words.cost_last.to_owned(),
        Audited::Right { role, right, from, to } => {
            words.right.with([role_words(*role), right_words(*right), may_words(*from), may_words(*to)])
        }
        Audited::Employee { id, role, pin, active } => {
            let name = name_of(tables, *id);
            let role = role.map(|role| words.role.with([&name, role_words(role)]));
            let active = active.map(|active| if active { &words.works } else { &words.left }.with([&name]));
            let pin = pin.then(|| words.pin.with([&name]));
            let said: Vec<String> = [role, active, pin].into_iter().flatten().collect();
            if said.is_empty() { words.renamed.with([&name]) } else { said.join(" · ") }
        }
        Audited::Register { name, shop, .. } => {
            let shop = tables.shops.get(shop).cloned().unwrap_or_default();
            words.register.with([name, &shop])
        }
        Audited::Approved { by } => words.approved.with([&name_of(tables, *by), kind(&entry.body)]),
    }
}
