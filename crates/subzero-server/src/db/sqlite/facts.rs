//! What the intake must know to decide, looked up inside the txn that will carry its plan out.

use std::collections::BTreeMap;

use subzero_ledger::ids::{EmployeeId, EntryId, ItemId};
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Facts, Held, Outcome, Stored};
use subzero_sync::wire::{EntryBytes, Incarnation};
use uuid::Uuid;

use super::push::Outbox;
use super::{Inside, value};
use crate::db::{AccountId, DbError};

/// Fills in the facts. Answers whether the outbox is this device's own, or nobody's yet.
pub async fn look_up(connection: Inside<'_>, from: Outbox, batch: &Batch, facts: &mut Facts) -> Result<bool, DbError> {
    let account = from.account;
    let Some(last) = last(&mut *connection, from).await? else { return Ok(false) };
    facts.last = last;
    facts.held = held(&mut *connection, from, batch).await?;
    facts.stored = stored(&mut *connection, account, batch).await?;
    let employees = list(batch.employees().into_iter().map(|employee| employee.0))?;
    let found: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "select id, role from employee
         where account = ? and active = 1 and id in (select unhex(value) from json_each(?))",
    )
    .bind(account.0)
    .bind(employees)
    .fetch_all(&mut *connection)
    .await?;
    for (id, role) in found {
        facts.roles.insert(EmployeeId(value::read_uuid(&id, "employee")?), value::read_role(&role)?);
    }
    let found: Vec<(String, String)> = sqlx::query_as("select role, rights from rights where account = ?")
        .bind(account.0)
        .fetch_all(&mut *connection)
        .await?;
    for (role, rights) in found {
        facts.rights.insert(value::read_role(&role)?, value::read_rights(&rights)?);
    }
    let found: Vec<(Vec<u8>,)> =
        sqlx::query_as("select id from item where account = ? and id in (select unhex(value) from json_each(?))")
            .bind(account.0)
            .bind(list(batch.items().into_iter().map(|item| item.0))?)
            .fetch_all(connection)
            .await?;
    for (id,) in found {
        facts.items.insert(ItemId(value::read_uuid(&id, "item")?));
    }
    Ok(true)
}

/// How far an outbox is held; nothing for one of another device.
pub async fn last(connection: Inside<'_>, from: Outbox) -> Result<Option<Position>, DbError> {
    let found: Option<(i64, i64, Vec<u8>)> =
        sqlx::query_as("select device, acked, chain from incarnation where account = ? and inc = ?")
            .bind(from.account.0)
            .bind(value::uuid(from.inc.0))
            .fetch_optional(connection)
            .await?;
    let Some((device, acked, chain)) = found else { return Ok(Some(Position::START)) };
    if value::read_device(device)? != from.device {
        return Ok(None);
    }
    Ok(Some(Position { dseq: value::read_sequence(acked)?, chain: value::read_chain(&chain)? }))
}

/// dseq, chain, seq, reason.
type HeldRow = (i64, Vec<u8>, Option<i64>, Option<String>);

/// What this outbox pushed before, as far as the batch goes over it again.
async fn held(connection: Inside<'_>, from: Outbox, batch: &Batch) -> Result<BTreeMap<u64, Held>, DbError> {
    let dseqs = batch.dseqs();
    let found = sqlx::query_as::<_, HeldRow>(
        "select pushed.dseq, pushed.chain, pushed.seq, quarantine.reason from pushed
         left join quarantine on quarantine.account = pushed.account and quarantine.inc = pushed.inc
           and quarantine.dseq = pushed.dseq
         where pushed.account = ? and pushed.inc = ? and pushed.dseq between ? and ?",
    )
    .bind(from.account.0)
    .bind(value::uuid(from.inc.0))
    .bind(value::sequence(*dseqs.start())?)
    .bind(value::sequence(*dseqs.end())?)
    .fetch_all(connection)
    .await?;
    let mut held = BTreeMap::new();
    for (dseq, chain, seq, reason) in found {
        let outcome = match (seq, reason) {
            (Some(seq), _) => Outcome::Stored { seq: value::read_sequence(seq)? },
            (None, Some(reason)) => Outcome::Quarantined { reason: value::read_reason(&reason)? },
            (None, None) => return Err(DbError::Corrupt("outcome of a push")),
        };
        held.insert(value::read_sequence(dseq)?, Held { chain: value::read_chain(&chain)?, outcome });
    }
    Ok(held)
}

/// id, inc, seq, body.
type StoredRow = (Vec<u8>, Vec<u8>, i64, Vec<u8>);

/// The entries that are in a shop's history under an id of the batch.
async fn stored(
    connection: Inside<'_>,
    account: AccountId,
    batch: &Batch,
) -> Result<BTreeMap<EntryId, Stored>, DbError> {
    let found = sqlx::query_as::<_, StoredRow>(
        "select id, inc, seq, body from entry
         where account = ? and id in (select unhex(value) from json_each(?))",
    )
    .bind(account.0)
    .bind(list(batch.ids().into_iter().map(|entry| entry.0))?)
    .fetch_all(connection)
    .await?;
    let mut stored = BTreeMap::new();
    for (id, inc, seq, body) in found {
        let inc = Incarnation(value::read_uuid(&inc, "incarnation")?);
        let id = EntryId(value::read_uuid(&id, "entry")?);
        stored.insert(id, Stored { inc, seq: value::read_sequence(seq)?, body: EntryBytes(body) });
    }
    Ok(stored)
}

/// Ids as one parameter: a JSON list of their hexadecimal digits.
fn list(ids: impl Iterator<Item = Uuid>) -> Result<String, DbError> {
    let ids: Vec<String> = ids.map(|id| id.simple().to_string()).collect();
    serde_json::to_string(&ids).map_err(|_| DbError::Corrupt("id"))
}
