//! Taking what a device recorded: the facts are looked up, the intake decides, and its plan is carried out, all in one txn.

use std::collections::BTreeMap;

use subzero_ledger::entry::{Body, Entry, Header};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Decision, Facts, Plan, Planned};
use subzero_sync::wire::{Flag, Incarnation, PushConflict, PushReply, PushRequest, QuarantineReason, Row};

use super::{Db, Inside, account, facts, history, value};
use crate::db::{AccountId, DbError, Device, PushError};

impl Db {
    /// Stores a push. When it returns, the entries are on the disk.
    pub async fn push(&self, device: &Device, request: PushRequest, now: Instant) -> Result<PushReply, PushError> {
        let skew_ms = request.now.unix_ms().saturating_sub(now.unix_ms());
        // Read before the txn begins: it holds up every other writer.
        let batch = Batch::read(request)?;
        let from = Outbox { account: device.account, device: device.id, inc: batch.inc };
        let mut txn = self.begin().await?;
        let mut facts = Facts::new(self.epoch(), device.id, now);
        facts.writes.clone_from(&device.shops);
        let reply = take(&mut txn, from, facts, batch, Arrival::Now).await?;
        note_contact(&mut txn, from, now, skew_ms).await?;
        txn.commit().await.map_err(DbError::Sql)?;
        Ok(reply)
    }
}

/// Whose outbox.
#[derive(Clone, Copy)]
pub struct Outbox {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// The outbox's life.
    pub inc: Incarnation,
}

/// When an entry counts as recorded.
#[derive(Clone, Copy)]
pub enum Arrival {
    /// As it arrives.
    Now,
    /// When it happened: for a history that is loaded.
    AsItHappened,
}

/// Looks up, decides and writes. Everything or nothing: the caller commits.
pub async fn take(
    connection: Inside<'_>,
    from: Outbox,
    mut facts: Facts,
    batch: Batch,
    arrival: Arrival,
) -> Result<PushReply, PushError> {
    let is_own = facts::look_up(&mut *connection, from, &batch, &mut facts).await?;
    let plan = match batch.decide(&facts) {
        Err(conflict @ PushConflict::Epoch { .. }) => return Err(PushError::Conflict(conflict)),
        // Another device's outbox under this one's token: neither may go on as if it were alone.
        _ if !is_own => return Err(PushError::Conflict(PushConflict::Fork)),
        Err(conflict) => return Err(PushError::Conflict(conflict)),
        Ok(plan) => plan,
    };
    let seqs = carry_out(connection, from, &facts, &plan, arrival).await?;
    Ok(plan.reply(facts.epoch, &seqs))
}

/// Writes a plan. Answers with the sequence that each accepted entry was given, by device sequence.
async fn carry_out(
    connection: Inside<'_>,
    from: Outbox,
    facts: &Facts,
    plan: &Plan,
    arrival: Arrival,
) -> Result<BTreeMap<u64, u64>, DbError> {
    let mut seqs = BTreeMap::new();
    if plan.entries.iter().all(|planned| matches!(planned.decision, Decision::Held(_))) {
        return Ok(seqs);
    }
    advance(&mut *connection, from, plan.last).await?;
    let mut by_shop: BTreeMap<ShopId, Vec<Accepted<'_>>> = BTreeMap::new();
    for planned in &plan.entries {
        match &planned.decision {
            Decision::Held(_) => {}
            Decision::Moved { .. } => note_moved(&mut *connection, from, planned).await?,
            Decision::Quarantine { reason } => {
                put_aside(&mut *connection, from, planned, *reason, facts.now).await?;
            }
            Decision::Accept { header, flags } => {
                by_shop.entry(header.shop).or_default().push(Accepted { planned, header, flags });
            }
        }
    }
    for (shop, accepted) in by_shop {
        append(&mut *connection, from, shop, &accepted, facts.now, arrival, &mut seqs).await?;
    }
    Ok(seqs)
}

struct Accepted<'a> {
    planned: &'a Planned,
    header: &'a Header,
    flags: &'a [Flag],
}

/// Takes as many sequences from the shop's head as there are entries, and writes the entries at them.
async fn append(
    connection: Inside<'_>,
    from: Outbox,
    shop: ShopId,
    accepted: &[Accepted<'_>],
    now: Instant,
    arrival: Arrival,
    seqs: &mut BTreeMap<u64, u64>,
) -> Result<(), DbError> {
    let count = u64::try_from(accepted.len()).unwrap_or(u64::MAX);
    let (head, mut checksum) = history::advance_head(&mut *connection, from.account, shop, count).await?;
    for (seq, accepted) in (head - count + 1..).zip(accepted) {
        let Position { dseq, chain } = accepted.planned.position;
        let recorded = match arrival {
            Arrival::Now => now,
            Arrival::AsItHappened => accepted.header.at,
        };
        let row = Row { seq, inc: from.inc, dseq, recorded, body: accepted.planned.body.clone() };
        checksum = checksum.add(shop, &row);
        let flags: Vec<&str> = accepted.flags.iter().copied().map(value::flag).collect();
        sqlx::query(
            "insert into entry (account, shop, seq, id, inc, dseq, body, flags, recorded_ms, checksum)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(from.account.0)
        .bind(shop.0)
        .bind(value::sequence(seq)?)
        .bind(value::uuid(accepted.header.id.0))
        .bind(value::uuid(from.inc.0))
        .bind(value::sequence(dseq)?)
        .bind(row.body.0)
        .bind(flags.join(","))
        .bind(recorded.unix_ms())
        .bind(value::checksum(checksum))
        .execute(&mut *connection)
        .await?;
        note_pushed(&mut *connection, from, Position { dseq, chain }, Some((shop, seq))).await?;
        seqs.insert(dseq, seq);
        follow(&mut *connection, from.account, accepted.planned).await?;
    }
    history::set_checksum(connection, from.account, shop, checksum).await
}

/// What an accepted entry changes for the next ones.
async fn follow(connection: Inside<'_>, account: AccountId, planned: &Planned) -> Result<(), DbError> {
    let Ok(Entry { body: Body::Catalogue(catalogue), .. }) = read(planned) else { return Ok(()) };
    for change in &catalogue.changes {
        account::project(&mut *connection, account, change).await?;
    }
    Ok(())
}

/// What is in a shop's history already, under another outbox, counts as pushed by this one too.
async fn note_moved(connection: Inside<'_>, from: Outbox, planned: &Planned) -> Result<(), DbError> {
    let entry = read(planned)?;
    let found: Option<(i64, i64)> = sqlx::query_as("select shop, seq from entry where account = ? and id = ?")
        .bind(from.account.0)
        .bind(value::uuid(entry.header.id.0))
        .fetch_optional(&mut *connection)
        .await?;
    let (shop, seq) = found.ok_or(DbError::Corrupt("place of an entry"))?;
    let place = (value::read_shop(shop)?, value::read_sequence(seq)?);
    note_pushed(connection, from, planned.position, Some(place)).await
}

async fn put_aside(
    connection: Inside<'_>,
    from: Outbox,
    planned: &Planned,
    reason: QuarantineReason,
    now: Instant,
) -> Result<(), DbError> {
    note_pushed(&mut *connection, from, planned.position, None).await?;
    sqlx::query("insert into quarantine (account, inc, dseq, body, reason, recorded_ms) values (?, ?, ?, ?, ?, ?)")
        .bind(from.account.0)
        .bind(value::uuid(from.inc.0))
        .bind(value::sequence(planned.position.dseq)?)
        .bind(planned.body.0.as_slice())
        .bind(value::reason(reason))
        .bind(now.unix_ms())
        .execute(connection)
        .await?;
    Ok(())
}

async fn note_pushed(
    connection: Inside<'_>,
    from: Outbox,
    position: Position,
    place: Option<(ShopId, u64)>,
) -> Result<(), DbError> {
    let seq = place.map(|(_, seq)| value::sequence(seq)).transpose()?;
    sqlx::query("insert into pushed (account, inc, dseq, chain, shop, seq) values (?, ?, ?, ?, ?, ?)")
        .bind(from.account.0)
        .bind(value::uuid(from.inc.0))
        .bind(value::sequence(position.dseq)?)
        .bind(position.chain.0.as_slice())
        .bind(place.map(|(shop, _)| shop.0))
        .bind(seq)
        .execute(connection)
        .await?;
    Ok(())
}

/// How far the outbox is held from now on.
async fn advance(connection: Inside<'_>, from: Outbox, last: Position) -> Result<(), DbError> {
    sqlx::query(
        "insert into incarnation (account, inc, device, acked, chain) values (?1, ?2, ?3, ?4, ?5)
         on conflict (account, inc) do update set acked = ?4, chain = ?5",
    )
    .bind(from.account.0)
    .bind(value::uuid(from.inc.0))
    .bind(from.device.0)
    .bind(value::sequence(last.dseq)?)
    .bind(last.chain.0.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// When the device was last heard of, and how far its clock is off.
async fn note_contact(connection: Inside<'_>, from: Outbox, now: Instant, skew_ms: i64) -> Result<(), DbError> {
    sqlx::query("update device set seen_ms = ?, skew_ms = ? where account = ? and id = ?")
        .bind(now.unix_ms())
        .bind(skew_ms)
        .bind(from.account.0)
        .bind(from.device.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The intake has read it before.
fn read(planned: &Planned) -> Result<Entry, DbError> {
    Entry::decode(planned.position.dseq, &planned.body.0).map_err(|_| DbError::Corrupt("entry"))
}
