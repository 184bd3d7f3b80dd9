//! Taking what a device recorded: outbox and heads are locked, the facts are looked up, the intake decides, and its plan is carried out, all in
//! one txn. It takes a dozen statements, however many entries there are.

use std::collections::BTreeMap;
use std::mem;

use subzero_ledger::entry::{Body, Entry, Header};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Decision, Facts, Plan, Planned};
use subzero_sync::wire::{Flag, Incarnation, PushConflict, PushReply, PushRequest, QuarantineReason, Row};

use super::driver::Inside;
use super::history::Head;
use super::statement::{Statement, Value, with_rows};
use super::value::Word;
use super::{AccountId, Db, DbError, Device, PushError, account, facts, history, value};
use crate::clock;

impl Db {
    /// Stores a push. When it returns, the entries are on the disk.
    pub async fn push(&self, device: &Device, request: PushRequest, now: Instant) -> Result<PushReply, PushError> {
        let skew_ms = request.now.unix_ms().saturating_sub(now.unix_ms());
        // Read before the txn begins: it holds up other writers.
        let batch = Batch::read(request)?;
        let from = Outbox { account: device.account, device: device.id, inc: batch.inc };
        let mut facts = Facts::new(self.epoch(), device.id, now);
        facts.writes.clone_from(&device.shops);
        facts.takes_old = clock::is_doubtful();
        let _turn = self.turns.take(device.account, facts::shops(&batch, &facts)).await;
        let mut txn = self.driver.begin().await?;
        let reply = self.take(&mut *txn, from, facts, batch, Arrival::Now).await?;
        note_contact(&mut *txn, from, now, skew_ms).await?;
        txn.commit().await?;
        Ok(reply)
    }

    /// Looks up, decides and writes. Everything or nothing: the caller commits.
    pub(super) async fn take(
        &self,
        txn: Inside<'_>,
        from: Outbox,
        mut facts: Facts,
        batch: Batch,
        arrival: Arrival,
    ) -> Result<PushReply, PushError> {
        let outbox = facts::lock_outbox(&mut *txn, from).await?;
        facts.epoch = self.note_epoch(outbox.epoch)?;
        facts.last = outbox.last.unwrap_or(Position::START);
        facts.is_removed = outbox.is_removed;
        // Decided under the locks: who comes second finds what the first one stored.
        let heads = history::lock_heads(&mut *txn, from.account, facts::shops(&batch, &facts)).await?;
        if outbox.last.is_some() {
            facts::look_up(&mut *txn, from, &batch, &mut facts).await?;
        }
        let plan = match batch.decide(&facts) {
            Err(conflict @ PushConflict::Epoch { .. }) => return Err(PushError::Conflict(conflict)),
            // Another device's outbox under this one's token: neither may go on as if it were alone.
            _ if outbox.last.is_none() => return Err(PushError::Conflict(PushConflict::Fork)),
            Err(conflict) => return Err(PushError::Conflict(conflict)),
            Ok(plan) => plan,
        };
        let seqs = carry_out(txn, from, &facts, &plan, heads, arrival).await?;
        Ok(plan.reply(facts.epoch, &seqs))
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

/// Writes a plan. Answers with the sequence that each accepted entry was given, by device sequence.
async fn carry_out(
    txn: Inside<'_>,
    from: Outbox,
    facts: &Facts,
    plan: &Plan,
    heads: BTreeMap<ShopId, Head>,
    arrival: Arrival,
) -> Result<BTreeMap<u64, u64>, DbError> {
    let mut rows = Rows::new(from, facts.now, heads);
    for planned in &plan.entries {
        rows.add(planned, arrival)?;
    }
    if rows.pushed.is_empty() {
        return Ok(rows.seqs);
    }
    advance(&mut *txn, from, plan.last).await?;
    for insert in rows.inserts() {
        txn.run(insert).await.map_err(DbError::or_lost_a_race)?;
    }
    history::move_heads(&mut *txn, from.account, &rows.moved).await?;
    for planned in plan.entries.iter().filter(|planned| matches!(planned.decision, Decision::Accept { .. })) {
        follow(&mut *txn, from.account, planned).await?;
    }
    Ok(rows.seqs)
}

/// What a plan comes to, row by row.
struct Rows {
    from: Outbox,
    now: Instant,
    /// The heads that are locked, each as far as it is taken.
    heads: BTreeMap<ShopId, Head>,
    /// Those of them that have moved.
    moved: BTreeMap<ShopId, Head>,
    entries: Vec<[Value; 10]>,
    pushed: Vec<[Value; 6]>,
    put_aside: Vec<[Value; 6]>,
    seqs: BTreeMap<u64, u64>,
}

impl Rows {
    fn new(from: Outbox, now: Instant, heads: BTreeMap<ShopId, Head>) -> Self {
        let (entries, pushed, put_aside) = (Vec::new(), Vec::new(), Vec::new());
        Self { from, now, heads, moved: BTreeMap::new(), entries, pushed, put_aside, seqs: BTreeMap::new() }
    }

    fn add(&mut self, planned: &Planned, arrival: Arrival) -> Result<(), DbError> {
        match &planned.decision {
            Decision::Held(_) => Ok(()),
            // In a shop's history under another outbox: it counts as pushed by this one too. The same bytes are in the same shop.
            Decision::Moved { seq } => self.push(planned.position, Some((read(planned)?.header.shop, *seq))),
            Decision::Quarantine { reason } => self.put_aside(planned, *reason),
            Decision::Accept { header, flags } => {
                let recorded = match arrival {
                    Arrival::Now => self.now,
                    Arrival::AsItHappened => header.at,
                };
                self.append(planned, header, flags, recorded)
            }
        }
    }

    /// At the next sequence of its shop.
    fn append(&mut self, planned: &Planned, header: &Header, flags: &[Flag], recorded: Instant) -> Result<(), DbError> {
        let (shop, dseq) = (header.shop, planned.position.dseq);
        let head = self.heads.get_mut(&shop).ok_or(DbError::Corrupt("head of a shop"))?;
        let row = Row {
            seq: head.seq + 1,
            inc: self.from.inc,
            dseq,
            recorded,
            flags: flags.to_vec(),
            body: planned.body.clone(),
        };
        *head = Head { seq: row.seq, checksum: head.checksum.add(shop, &row) };
        let head = *head;
        self.moved.insert(shop, head);
        self.seqs.insert(dseq, row.seq);
        let flags: Vec<&str> = flags.iter().copied().map(Word::word).collect();
        self.entries.push([
            self.from.account.into(),
            shop.into(),
            value::sequence(row.seq)?,
            header.id.0.into(),
            row.inc.0.into(),
            value::sequence(dseq)?,
            row.body.0.into(),
            flags.join(",").into(),
            recorded.into(),
            head.checksum.into(),
        ]);
        self.push(planned.position, Some((shop, row.seq)))
    }

    fn put_aside(&mut self, planned: &Planned, reason: QuarantineReason) -> Result<(), DbError> {
        self.push(planned.position, None)?;
        self.put_aside.push([
            self.from.account.into(),
            self.from.inc.0.into(),
            value::sequence(planned.position.dseq)?,
            planned.body.0.clone().into(),
            reason.word().into(),
            self.now.into(),
        ]);
        Ok(())
    }

    fn push(&mut self, position: Position, place: Option<(ShopId, u64)>) -> Result<(), DbError> {
        let (shop, seq) = match place {
            Some((shop, seq)) => (shop.into(), value::sequence(seq)?),
            None => (Value::Int(None), Value::Int(None)),
        };
        self.pushed.push([
            self.from.account.into(),
            self.from.inc.0.into(),
            value::sequence(position.dseq)?,
            position.chain.into(),
            shop,
            seq,
        ]);
        Ok(())
    }

    /// Each table's rows after those that they point at.
    fn inserts(&mut self) -> impl Iterator<Item = Statement> {
        let entry = "insert into entry (account, shop, seq, id, inc, dseq, body, flags, recorded_ms, checksum)";
        let pushed = "insert into pushed (account, inc, dseq, chain, shop, seq)";
        let quarantine = "insert into quarantine (account, inc, dseq, body, reason, recorded_ms)";
        let entries = with_rows(entry, mem::take(&mut self.entries), "");
        let pushed = with_rows(pushed, mem::take(&mut self.pushed), "");
        entries.chain(pushed).chain(with_rows(quarantine, mem::take(&mut self.put_aside), ""))
    }
}

/// What an accepted entry changes for the next ones.
async fn follow(txn: Inside<'_>, account: AccountId, planned: &Planned) -> Result<(), DbError> {
    let Ok(Entry { body: Body::Catalogue(catalogue), .. }) = read(planned) else { return Ok(()) };
    for change in &catalogue.changes {
        account::project(&mut *txn, account, change).await?;
    }
    Ok(())
}

/// How far the outbox is held from now on. It is locked.
async fn advance(txn: Inside<'_>, from: Outbox, last: Position) -> Result<(), DbError> {
    let advance = Statement::new("update incarnation set acked = $1, chain = $2 where account = $3 and inc = $4");
    let advance = advance.with(value::sequence(last.dseq)?).with(last.chain).with(from.account).with(from.inc.0);
    txn.run(advance).await?;
    Ok(())
}

/// When the device was last heard of, and how far its clock is off.
async fn note_contact(txn: Inside<'_>, from: Outbox, now: Instant, skew_ms: i64) -> Result<(), DbError> {
    let note = Statement::new("update device set seen_ms = $1, skew_ms = $2 where account = $3 and id = $4");
    txn.run(note.with(now).with(skew_ms).with(from.account).with(from.device)).await?;
    Ok(())
}

/// The intake has read it before.
fn read(planned: &Planned) -> Result<Entry, DbError> {
    Entry::decode(planned.position.dseq, &planned.body.0).map_err(|_| DbError::Corrupt("entry"))
}
