//! The audit list: settings, rights, people, and what a colleague had to approve; and for the owner who got in, was let in and was kept out.

use std::cmp::Reverse;
use std::rc::Rc;

use leptos::prelude::*;
use subzero_ledger::audit::{Audited, audit};
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::entry::{CostControl, Entry, Mode};
use subzero_ledger::ids::EntryId;
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{AuditBy, AuditEntry, AuditPage, AuditWhat, OwnerSession};

use super::owner::{ForOwner, Owner};
use super::people::role_words;
use super::rights::may_words;
use crate::format;
use crate::remote::Remote;
use crate::routes::Route;
use crate::screens::approval::right_words;
use crate::screens::entry::kind;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::chips::Choice;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::rows::{Row as PlainRow, RowLink};
use crate::widgets::state::Empty;
use crate::words::words;

/// So many of what was recorded are listed: the newest.
const SHOWN_MAX: usize = 300;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    People,
    Registers,
}

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    at: Instant,
    /// What it is about.
    about: Shown,
    /// Where it was recorded, unless the server noted it.
    entry: Option<EntryId>,
    what: String,
    note: String,
}

/// The screen.
#[component]
pub fn AuditScreen() -> impl IntoView {
    let shop = use_shop();
    let may_see = move || shop.may(Right::ChangeSettings) == May::Yes;
    view! {
        <div class="list audit">
            <a class="back" href=Route::Settings.path()>{words().settings.title}</a>
            <h1>{words().audit.title}</h1>
            <Show when=may_see fallback=|| view! { <Empty text=words().problem.never/> }><List/></Show>
        </div>
    }
}

#[component]
fn List() -> impl IntoView {
    let shop = use_shop();
    let names = &words().audit;
    let (owner, noted, has_more) = (Owner::new(), RwSignal::new(Vec::<AuditEntry>::new()), RwSignal::new(false));
    let ask = move || {
        let before = noted.with_untracked(|noted| noted.last().map(|last| last.number));
        let call = async move |remote: Rc<Remote>, session: OwnerSession| remote.audit(&session, before).await;
        owner.ask(shop, call, move |page: AuditPage| {
            noted.update(|noted| noted.extend(page.entries));
            has_more.set(page.has_more);
        });
    };
    // As soon as the owner has signed in.
    Effect::new(move |_| {
        if owner.is_signed_in() {
            noted.set(Vec::new());
            ask();
        }
    });
    let shown = RwSignal::new(Shown::All);
    let rows = Memo::new(move |_| {
        let mut rows = recorded(shop);
        noted.with(|noted| rows.extend(noted.iter().map(|noted| noted_row(shop, noted))));
        rows.sort_by_key(|row| Reverse(row.at));
        let shown = shown.get();
        rows.retain(|row| shown == Shown::All || shown == row.about);
        rows
    });
    let options = [(Shown::All, names.all), (Shown::People, names.people), (Shown::Registers, names.registers)];
    view! {
        <Choice label=names.shown options=options.map(|(shown, text)| (shown, text.to_owned())).to_vec()
            chosen=shown choose=move |to| shown.set(to)/>
        <ForOwner owner offer=names.offer/>
        <ul class="rows" aria-label=names.title>
            {move || rows.get().into_iter().map(|Row { entry, what, note, .. }| match entry {
                Some(entry) => view! { <RowLink to=Route::Entry(entry, None).path() name=what note/> }.into_any(),
                None => view! { <PlainRow name=what note/> }.into_any(),
            }).collect_view()}
        </ul>
        <Show when=move || rows.with(Vec::is_empty)><Empty text=nothing_here(words().common.nothing_yet)/></Show>
        <Show when=move || owner.is_signed_in() && has_more.get()>
            <Button busy=owner.waiting press=move |()| ask()>{names.earlier}</Button>
        </Show>
        <Horizon/>
    }
}

/// What was recorded.
fn recorded(shop: Shop) -> Vec<Row> {
    shop.read(|core| {
        let row = |(entry, audited): (&Entry, Audited)| {
            let (who, at) = (shop.employee_name(entry.header.employee), entry.header.at);
            let about = if matches!(audited, Audited::Register { .. }) { Shown::Registers } else { Shown::People };
            let what = said(shop, entry, &audited);
            let note = words().common.parts.with([&who, &format::moment(at)]);
            Row { at, about, entry: Some(entry.header.id), what, note }
        };
        audit(&core.ledger).take(SHOWN_MAX).map(row).collect()
    })
}

/// What the server noted.
fn noted_row(shop: Shop, noted: &AuditEntry) -> Row {
    let names = &words().audit;
    let register = noted.device.map_or_else(|| names.some_register.to_owned(), |device| shop.register_name(device));
    let (about, what) = match noted.what {
        AuditWhat::SignedIn => (Shown::Registers, names.signed_in.to_owned()),
        AuditWhat::SignInFailed => (Shown::Registers, names.sign_in_failed.to_owned()),
        AuditWhat::CodeMade => (Shown::Registers, names.code_made.to_owned()),
        AuditWhat::CodeWrong => (Shown::Registers, names.code_wrong.to_owned()),
        AuditWhat::Paired => (Shown::Registers, names.paired.with([&register])),
        AuditWhat::Removed => (Shown::Registers, names.removed.with([&register])),
        AuditWhat::Rescued => (Shown::Registers, names.rescued.with([&register])),
        AuditWhat::Restored => (Shown::Registers, names.restored.to_owned()),
        AuditWhat::Granted => (Shown::Registers, names.granted.with([&register])),
        AuditWhat::LetBackIn => (Shown::Registers, names.let_back_in.with([&register])),
        AuditWhat::NewPassword => (Shown::People, names.new_password.to_owned()),
        AuditWhat::OwnerRestored => (Shown::People, names.owner_restored.to_owned()),
    };
    let by = match (noted.by, noted.by_device) {
        (AuditBy::Owner, _) => names.by_owner.to_owned(),
        (AuditBy::Device, Some(device)) => names.by_register_named.with([&shop.register_name(device)]),
        (AuditBy::Device, None) => names.by_register.to_owned(),
        (AuditBy::Operator, _) => names.by_operator.to_owned(),
    };
    let parts = [Some(by), Some(format::moment(noted.at)), noted.address.clone()];
    let note = parts.into_iter().flatten().reduce(|all, part| words().common.parts.with([&all, &part]));
    Row { at: noted.at, about, entry: None, what, note: note.unwrap_or_default() }
}

fn said(shop: Shop, entry: &Entry, audited: &Audited) -> String {
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
            let name = shop.employee_name(*id);
            let role = role.map(|role| words.role.with([&name, role_words(role)]));
            let active = active.map(|active| if active { &words.works } else { &words.left }.with([&name]));
            let pin = pin.then(|| words.pin.with([&name]));
            let said: Vec<String> = [role, active, pin].into_iter().flatten().collect();
            if said.is_empty() { words.renamed.with([&name]) } else { said.join(" · ") }
        }
        Audited::Register { name, shop: at, .. } => words.register.with([name, &shop.name_of(*at)]),
        Audited::Approved { by } => words.approved.with([&shop.employee_name(*by), kind(&entry.body)]),
    }
}
