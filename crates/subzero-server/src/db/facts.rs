//! What the intake must know to decide, looked up under the locks of the txn that will carry its plan out.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{EmployeeId, EntryId, ItemId, ShopId};
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Facts, Held, Outcome, Person, Stored};
use subzero_sync::wire::{Chain, EntryBytes, Incarnation};
use uuid::Uuid;

use super::driver::{Inside, first, the_row};
use super::push::Outbox;
use super::statement::{Cell, Row, Statement, pieces};
use super::value::Word as _;
use super::{AccountId, DbError, value};

/// An outbox under lock.
pub struct Locked {
    /// How far it is held; nothing if it is another device's.
    pub last: Option<Position>,
    /// Whether the device's access has ended.
    pub is_removed: bool,
    /// The run of history, as the database has it.
    pub epoch: Cell,
}

/// Locks an outbox, and makes it if it is new: two first pushes of it at once wait for each other as well.
pub async fn lock_outbox(txn: Inside<'_>, from: Outbox) -> Result<Locked, DbError> {
    if let Some(row) = find_outbox(&mut *txn, from).await? {
        return read_outbox(row, from);
    }
    let make = Statement::new(
        "insert into incarnation (account, inc, device, acked, chain) values ($1, $2, $3, 0, $4) on conflict do nothing",
    );
    txn.run(make.with(from.account).with(from.inc.0).with(from.device).with(Chain::GENESIS)).await?;
    let row = find_outbox(txn, from).await?.ok_or(DbError::Corrupt("outbox"))?;
    read_outbox(row, from)
}

async fn find_outbox(txn: Inside<'_>, from: Outbox) -> Result<Option<Row>, DbError> {
    let lock = Statement::new(
        "select device, acked, chain, (select epoch from server),
           (select revoked_ms from device where account = $1 and id = $3)
         from incarnation where account = $1 and inc = $2",
    );
    let lock = lock.with(from.account).with(from.inc.0).with(from.device).then(txn.row_lock());
    Ok(first(txn.run(lock).await?))
}

fn read_outbox(row: Row, from: Outbox) -> Result<Locked, DbError> {
    let [device, acked, chain, epoch, revoked] = row.cells()?;
    let last = Position { dseq: value::read_sequence(acked)?, chain: value::read_chain(chain)? };
    let is_own = value::read_device(device)? == from.device;
    Ok(Locked { last: is_own.then_some(last), is_removed: revoked.if_any().is_some(), epoch })
}

/// The shops whose history a batch may go on with.
pub fn shops(batch: &Batch, facts: &Facts) -> BTreeSet<ShopId> {
    let shops = batch.entries.iter().filter_map(|pushed| pushed.entry.as_ref().ok()).map(|entry| entry.header.shop);
    shops.filter(|shop| *shop == ShopId::OFFICE || facts.writes.contains(shop)).collect()
}

/// Fills in what the batch asks for. Outbox and heads are locked.
pub async fn look_up(txn: Inside<'_>, from: Outbox, batch: &Batch, facts: &mut Facts) -> Result<(), DbError> {
    let account = from.account;
    if batch.before.dseq < facts.last.dseq {
        facts.held = held(&mut *txn, from, batch).await?;
    }
    if batch.entries.is_empty() {
        facts.aside = aside(&mut *txn, from, batch).await?;
    }
    facts.stored = stored(&mut *txn, account, batch).await?;
    let employees: Vec<Uuid> = batch.employees().into_iter().map(|employee| employee.0).collect();
    for employees in pieces(&employees) {
        let ask = Statement::new("select id, role, active from employee where account = $1 and id");
        read_people(facts, txn.run(ask.with(account).is_in(employees.iter().copied())).await?)?;
    }
    if batch.changes_the_account() {
        let ask = Statement::new("select id, role, active from employee where account = $1 and role = $2");
        read_people(facts, txn.run(ask.with(account).with(Role::Owner.word())).await?)?;
        let ask = Statement::new("select role, rights from rights where account = $1").with(account);
        for row in txn.run(ask).await? {
            let [role, rights] = row.cells()?;
            facts.rights.insert(value::read_word(role)?, value::read_rights(rights)?);
        }
    }
    let items: Vec<Uuid> = batch.items().into_iter().map(|item| item.0).collect();
    for items in pieces(&items) {
        let ask = Statement::new("select id from item where account = $1 and id");
        for row in txn.run(ask.with(account).is_in(items.iter().copied())).await? {
            facts.items.insert(ItemId(value::read_uuid(row.only()?, "item")?));
        }
    }
    Ok(())
}

fn read_people(facts: &mut Facts, rows: Vec<Row>) -> Result<(), DbError> {
    for row in rows {
        let [id, role, active] = row.cells()?;
        let person = Person { role: value::read_word(role)?, is_active: active.int("active")? == 1 };
        facts.people.insert(EmployeeId(value::read_uuid(id, "employee")?), person);
    }
    Ok(())
}

/// What this outbox pushed before, as far as the batch goes over it again.
async fn held(txn: Inside<'_>, from: Outbox, batch: &Batch) -> Result<BTreeMap<u64, Held>, DbError> {
    let dseqs = batch.dseqs();
    let ask = Statement::new(
        "select pushed.dseq, pushed.chain, pushed.seq, quarantine.reason from pushed
         left join quarantine on quarantine.account = pushed.account and quarantine.inc = pushed.inc
           and quarantine.dseq = pushed.dseq
         where pushed.account = $1 and pushed.inc = $2 and pushed.dseq between $3 and $4",
    );
    let (begin, end) = (value::sequence(*dseqs.start())?, value::sequence(*dseqs.end())?);
    let mut held = BTreeMap::new();
    for row in txn.run(ask.with(from.account).with(from.inc.0).with(begin).with(end)).await? {
        let [dseq, chain, seq, reason] = row.cells()?;
        let outcome = match (seq.if_any(), reason.if_any()) {
            (Some(seq), _) => Outcome::Stored { seq: value::read_sequence(seq)? },
            (None, Some(reason)) => Outcome::Quarantined { reason: value::read_word(reason)? },
            (None, None) => return Err(DbError::Corrupt("outcome of a push")),
        };
        held.insert(value::read_sequence(dseq)?, Held { chain: value::read_chain(chain)?, outcome });
    }
    Ok(held)
}

/// How many entries of this outbox were set aside, up to the place that is asked for.
async fn aside(txn: Inside<'_>, from: Outbox, batch: &Batch) -> Result<u64, DbError> {
    let ask = Statement::new("select count(*) from quarantine where account = $1 and inc = $2 and dseq <= $3");
    let ask = ask.with(from.account).with(from.inc.0).with(value::sequence(batch.before.dseq)?);
    value::read_sequence(the_row(txn.run(ask).await?, "count")?.only()?)
}

/// The entries that are in a shop's history under an id of the batch.
async fn stored(txn: Inside<'_>, account: AccountId, batch: &Batch) -> Result<BTreeMap<EntryId, Stored>, DbError> {
    let ids: Vec<Uuid> = batch.ids().into_iter().map(|entry| entry.0).collect();
    let mut stored = BTreeMap::new();
    for ids in pieces(&ids) {
        let ask = Statement::new("select id, inc, seq, body from entry where account = $1 and id");
        for row in txn.run(ask.with(account).is_in(ids.iter().copied())).await? {
            let [id, inc, seq, body] = row.cells()?;
            let id = EntryId(value::read_uuid(id, "entry")?);
            let inc = Incarnation(value::read_uuid(inc, "incarnation")?);
            let body = EntryBytes(body.bytes("entry")?);
            stored.insert(id, Stored { inc, seq: value::read_sequence(seq)?, body });
        }
    }
    Ok(stored)
}
