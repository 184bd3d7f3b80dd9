//! A server in memory that decides by the product's intake.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::rights::{Rights, Role};
use subzero_ledger::entry::{Body, Change, Entry};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::chain::Position;
use subzero_sync::fault::Failure;
use subzero_sync::intake::{Batch, Decision, Facts, Held, Outcome, Person, Plan, Stored};
use subzero_sync::model::Outbox;
use subzero_sync::pairing::{self, Pairing};
use subzero_sync::replica::PushFailure;
use subzero_sync::segment;
use subzero_sync::wire::{
    AccountKey, Chain, Checksum, ContentHash, DeviceSeen, EntryBytes, Epoch, Flag, FoldedOwn, FoldedShop, Incarnation,
    PushConflict, PushReply, PushRequest, Row, SnapshotInfo, Standing,
};
use uuid::Uuid;

use crate::door::{Asked, Door, Minted, SERVER, Stranger};
use crate::entries::{self, OWNER};
use crate::mutant::Mutant;

mod reads;

/// The server's own outboxes are numbered from here on, a new one after each restore.
const SERVER_OUTBOXES: u128 = 1 << 100;
/// What the only account is known by.
const KEY: AccountKey = AccountKey(Uuid::from_u128(1));

/// All that is committed, and so all that a backup holds.
#[derive(Clone)]
pub struct Books {
    pub epoch: Epoch,
    held: BTreeMap<Incarnation, Vec<Held>>,
    pub histories: BTreeMap<ShopId, Vec<Row>>,
    sums: BTreeMap<ShopId, Vec<Checksum>>,
    stored: BTreeMap<EntryId, (ShopId, Stored)>,
    pub aside: BTreeSet<EntryBytes>,
    /// The newest snapshot.
    folded: Option<Folded>,
    /// What each device last said of itself.
    pub seen: BTreeMap<DeviceId, DeviceSeen>,
    /// Whose outboxes there are.
    owners: BTreeMap<Incarnation, DeviceId>,
    /// Who is let in.
    pub door: Door,
    /// Who works here, and what they may do, as the office's history says.
    people: BTreeMap<EmployeeId, Person>,
    rights: BTreeMap<Role, Rights>,
    /// The outbox through which the server itself writes.
    own: Incarnation,
}

/// What becomes of a txn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// It is written.
    Works,
    /// The call after so many fails, and what was written before it is rolled back.
    Fails { after: u64 },
    /// It is written, and the server does not hear so.
    IsSilent,
}

/// A call of the disk has failed.
struct CallFailed;

/// Of two that say so, the second is the last.
const FAILED: PushFailure = PushFailure::Failed(Failure::Broken { status: 500 });

/// Every shop up to some row. What is folded is the rows themselves, so that checks can look into it.
#[derive(Clone)]
struct Folded {
    shops: Vec<FoldedShop>,
    parts: Vec<Vec<u8>>,
}

/// The rows of a shop that a snapshot of this simulator holds.
pub fn folded_rows(snapshot: &[u8], shop: ShopId) -> Vec<Row> {
    let by_shop: Vec<(ShopId, Vec<Row>)> = serde_json::from_slice(snapshot).unwrap_or_default();
    by_shop.into_iter().find(|(of, _)| *of == shop).map(|(_, rows)| rows).unwrap_or_default()
}

pub struct Server {
    pub books: Books,
    backups: Vec<Books>,
    mutant: Mutant,
    epochs: u128,
    minted: Minted,
    /// What the txn under way may still do before the disk fails.
    calls_left: Option<u64>,
    /// A planted bug: a call has failed, and nothing is written until the server starts anew.
    pub is_wedged: bool,
    /// A planted bug: the highest clock there was.
    latest: Instant,
    pub entries_max: usize,
    pub rows_max: usize,
    /// How many rows a segment has.
    segment_rows: usize,
}

impl Server {
    /// An account as it is made: with an owner, a second one, a cashier, two shops, and no register.
    pub fn new(mutant: Mutant, now: Instant, dice: &mut Jitter) -> Self {
        let shops = [ShopId::OFFICE, ShopId(1), ShopId(2)];
        let books = Books {
            epoch: Epoch(Uuid::from_u128(1)),
            held: BTreeMap::new(),
            histories: shops.iter().map(|&shop| (shop, Vec::new())).collect(),
            sums: shops.iter().map(|&shop| (shop, vec![Checksum::EMPTY])).collect(),
            stored: BTreeMap::new(),
            aside: BTreeSet::new(),
            folded: None,
            seen: BTreeMap::new(),
            owners: BTreeMap::new(),
            door: Door::default(),
            // Somebody has to be allowed to write the first entry.
            people: BTreeMap::from([(OWNER, Person { role: Role::Owner, is_active: true })]),
            rights: BTreeMap::new(),
            own: Incarnation(Uuid::from_u128(SERVER_OUTBOXES + 1)),
        };
        let mut server = Self {
            backups: Vec::new(),
            books,
            mutant,
            epochs: 1,
            minted: 0,
            calls_left: None,
            is_wedged: false,
            latest: Instant::MIN,
            entries_max: 1 + usize::try_from(dice.up_to(12)).expect("small"),
            rows_max: 1 + usize::try_from(dice.up_to(9)).expect("small"),
            segment_rows: 1 + usize::try_from(dice.up_to(5)).expect("small"),
        };
        server.write_own(now, entries::people(), dice);
        server
    }

    pub const fn mint(&mut self) -> Minted {
        self.minted += 1;
        self.minted
    }

    /// The server writes into the office, through the same intake.
    fn write_own(&mut self, now: Instant, changes: Vec<Change>, dice: &mut Jitter) {
        let number = self.mint();
        let is_owner = |person: &Person| person.is_active && person.role == Role::Owner;
        let by = self.books.people.iter().find(|(_, person)| is_owner(person)).map_or(OWNER, |(id, _)| *id);
        let body = entries::of_server(number, now, by, changes);
        let inc = self.books.own;
        let held = self.books.held.get(&inc).map(Vec::as_slice).unwrap_or_default();
        let before = held.last().map_or(Chain::GENESIS, |last| last.chain);
        let first = held.len() as u64 + 1;
        let request = PushRequest { epoch: None, inc, first, before, now, entries: vec![body] };
        // Paired it is, whether or not the books say so.
        let _ = self.take(SERVER, now, request, dice);
    }

    /// A register is let in. None if there is no such register, and none can have been paired after the backup.
    pub fn pair(&mut self, asked: &Asked, now: Instant, dice: &mut Jitter) -> Option<(DeviceId, Minted)> {
        let secret = self.mint();
        let id = match self.books.door.judge(asked, KEY)? {
            Pairing::Again(id) => {
                self.books.door.renew(id, secret);
                return Some((id, secret));
            }
            Pairing::Back(_) if self.mutant == Mutant::NotLetBack => return None,
            Pairing::Back(id) if self.mutant == Mutant::LetBackBelow && id > self.books.door.next_number() => {
                return None;
            }
            Pairing::Back(id) => id,
            Pairing::New => self.books.door.next_number(),
        };
        self.books.door.let_in(id, asked, secret);
        let register = Change::Register { id, name: format!("till {id}"), shop: asked.shop() };
        self.write_own(now, vec![register], dice);
        Some((id, secret))
    }

    pub fn make_code(&mut self, asked: Asked, now: Instant) -> Minted {
        let code = self.mint();
        self.books.door.add_code(code, asked, now);
        code
    }

    /// None for a code that is over, was used, or was made after the backup.
    pub fn pair_by_code(&mut self, code: Minted, now: Instant, dice: &mut Jitter) -> Option<(DeviceId, Minted)> {
        let asked = self.books.door.code(code, now)?;
        if self.mutant != Mutant::CodeStays {
            self.books.door.use_up(code);
        }
        self.pair(&asked, now, dice)
    }

    /// Another token for whoever has a register's secret, also if its access has ended.
    pub fn open_access(&mut self, secret: Minted, now: Instant) -> Result<Minted, Stranger> {
        let token = self.mint();
        self.books.door.open_access(secret, token, now).map(|()| token)
    }

    /// A register's access ends.
    pub fn remove(&mut self, device: DeviceId) {
        if let Some(register) = self.books.door.registers.get_mut(&device) {
            register.is_removed = true;
        }
    }

    pub fn reads(&self, device: DeviceId) -> BTreeSet<ShopId> {
        self.books.door.reads(device)
    }

    pub fn owner_of(&self, inc: Incarnation) -> Option<DeviceId> {
        self.books.owners.get(&inc).copied()
    }

    /// Where an outbox stands.
    pub fn place_of(&self, inc: Incarnation) -> Position {
        let held = self.books.held.get(&inc).map(Vec::as_slice).unwrap_or_default();
        held.last().map_or(Position::START, |last| Position { dseq: held.len() as u64, chain: last.chain })
    }

    /// For a planted bug: the place in an outbox that the server's number names, whosever entries it holds.
    pub fn held(&self, outbox: &Outbox) -> Position {
        let control = outbox.control();
        let held = self.books.held.get(&control.incarnation).map_or(0, |held| held.len() as u64);
        let own = outbox.own(control.kept.dseq, usize::MAX, usize::MAX).own;
        let believed = own.into_iter().filter(|own| own.dseq <= held.min(control.acked.dseq));
        believed.fold(control.kept, |place, own| place.next(control.incarnation, &own.body))
    }

    /// Grants, or revokes, a shop.
    pub fn grant(&mut self, device: DeviceId, shop: ShopId, may: bool, sells: bool) {
        let change = |grants: &mut BTreeSet<ShopId>| if may { grants.insert(shop) } else { grants.remove(&shop) };
        let Some(register) = self.books.door.registers.get_mut(&device) else { return };
        change(&mut register.reads);
        if sells {
            change(&mut register.writes);
        }
    }

    pub fn note_standing(&mut self, device: DeviceId, standing: Standing, seen: Instant) {
        let before = self.books.seen.get(&device).map_or_else(Standing::default, |seen| seen.standing);
        let standing = standing.kept(&before, self.books.epoch);
        self.books.seen.insert(device, DeviceSeen { device, seen, standing });
    }

    pub fn back_up(&mut self) {
        self.backups.push(self.books.clone());
    }

    /// Folds what there is now.
    pub fn fold(&mut self) {
        let by_shop: Vec<_> = self.books.histories.iter().collect();
        let shop = |(&shop, rows): (&ShopId, &Vec<Row>)| {
            let seq = rows.last().map_or(0, |row| row.seq);
            let checksum = self.books.sums[&shop].last().copied().unwrap_or_default();
            FoldedShop { shop, seq, checksum, own: None }
        };
        let shops = self.books.histories.iter().map(shop).collect();
        let bytes = serde_json::to_vec(&by_shop).expect("rows are JSON");
        let parts = bytes.chunks(1 + bytes.len() / 3).map(<[u8]>::to_vec).collect();
        self.books.folded = Some(Folded { shops, parts });
    }

    /// The snapshot, for a device that may read every shop in it.
    fn folded_for(&self, device: DeviceId) -> Option<&Folded> {
        let folded = self.books.folded.as_ref()?;
        let reads = self.reads(device);
        folded.shops.iter().all(|of| reads.contains(&of.shop)).then_some(folded)
    }

    pub fn snapshot(&self, device: DeviceId) -> Result<SnapshotInfo, Failure> {
        let folded = self.folded_for(device).ok_or(Failure::Refused { status: 404 })?;
        let parts = folded.parts.iter().map(|part| segment::content_hash(part)).collect();
        let own = |of: &FoldedShop| {
            let rows = self.books.histories[&of.shop].iter().filter(|row| row.seq <= of.seq);
            let owned = rows.filter(|row| self.books.owners.get(&row.inc) == Some(&device));
            owned.max_by_key(|row| row.seq).map(|row| FoldedOwn { inc: row.inc, dseq: row.dseq })
        };
        let shops = folded.shops.iter().map(|of| FoldedShop { own: own(of), ..*of }).collect();
        Ok(SnapshotInfo { epoch: self.books.epoch, horizon: Instant::MIN, parts, shops })
    }

    pub fn snapshot_part(&self, device: DeviceId, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        let folded = self.folded_for(device).ok_or(Failure::Refused { status: 404 })?;
        let part = folded.parts.iter().find(|part| segment::content_hash(part) == hash);
        part.cloned().ok_or(Failure::Refused { status: 404 })
    }

    pub fn restore(&mut self, dice: &mut Jitter) {
        let which = usize::try_from(dice.up_to(self.backups.len() as u64 - 1)).expect("small");
        let epoch = self.books.epoch;
        self.books = self.backups[which].clone();
        self.epochs += 1;
        let minted = Epoch(Uuid::from_u128(self.epochs));
        self.books.epoch = if self.mutant == Mutant::EpochKept { epoch } else { minted };
        // What the server wrote after the backup has numbers already, and so have registers that the backup does not know.
        self.books.own = Incarnation(Uuid::from_u128(SERVER_OUTBOXES + self.epochs));
        // Put back twice from one backup, it must not number alike: what was paired in between has its number, too.
        let next = self.books.door.next_number();
        let random = u32::try_from(dice.up_to(u32::MAX.into())).expect("small");
        self.books.door.go_on_from(match self.mutant {
            Mutant::NumberGivenAgain => next,
            Mutant::RoomIsFixed => pairing::after_restore(next, 0),
            _ => pairing::after_restore(next, random),
        });
    }

    /// A push that reaches the disk, or does not.
    pub fn push_to(
        &mut self,
        disk: Disk,
        device: DeviceId,
        now: Instant,
        request: PushRequest,
        dice: &mut Jitter,
    ) -> Result<PushReply, PushFailure> {
        if self.is_wedged {
            return Err(FAILED);
        }
        self.calls_left = if let Disk::Fails { after } = disk { Some(after) } else { None };
        let (inc, again) = (request.inc, Batch::read(request.clone()).ok());
        let facts = again.as_ref().map(|batch| self.look_up(device, now, batch));
        let result = self.push(device, now, request, dice);
        self.calls_left = None;
        if disk != Disk::IsSilent || result.is_err() {
            return result;
        }
        if let (Mutant::CommitRepeated, Some(Ok(plan))) = (self.mutant, again.zip(facts).map(|(b, f)| b.decide(&f))) {
            let _ = self.commit(inc, now, &plan, dice);
        }
        Err(FAILED)
    }

    pub fn push(
        &mut self,
        device: DeviceId,
        now: Instant,
        request: PushRequest,
        dice: &mut Jitter,
    ) -> Result<PushReply, PushFailure> {
        if request.entries.len() > self.entries_max {
            return Err(PushFailure::Failed(Failure::TooLarge));
        }
        if self.mutant == Mutant::ClockMustRise && now < self.latest {
            return Err(FAILED);
        }
        self.latest = self.latest.max(now);
        self.take(device, now, request, dice)
    }

    fn take(
        &mut self,
        device: DeviceId,
        now: Instant,
        request: PushRequest,
        dice: &mut Jitter,
    ) -> Result<PushReply, PushFailure> {
        let inc = request.inc;
        let batch = Batch::read(request).map_err(|_| PushFailure::Failed(Failure::TooLarge))?;
        let facts = self.look_up(device, now, &batch);
        let is_others = self.is_others(inc, device);
        let plan = match batch.clone().decide(&facts) {
            Err(conflict @ PushConflict::Epoch { .. }) => return Err(PushFailure::Conflict(conflict)),
            // Another register's outbox: neither may go on as if it were alone.
            _ if is_others => return Err(PushFailure::Conflict(PushConflict::Fork)),
            Ok(plan) if self.mutant == Mutant::DedupeByIdOnly => by_id_only(plan, &facts),
            Ok(plan) => plan,
            Err(PushConflict::Fork) if self.mutant == Mutant::NoChain => return Ok(blind_ack(&facts, &batch)),
            Err(conflict) => return Err(PushFailure::Conflict(conflict)),
        };
        let loses_it = self.mutant == Mutant::AckBeforeCommit && dice.up_to(9) == 0;
        let before = (loses_it || self.calls_left.is_some()).then(|| self.books.clone());
        self.books.owners.entry(inc).or_insert(device);
        let committed = self.commit(inc, now, &plan, dice);
        let rolls_back = if committed.is_err() { self.mutant != Mutant::HalfTxn } else { loses_it };
        if let Some(before) = before.filter(|_| rolls_back) {
            self.books = before;
        }
        let Ok(seqs) = committed else {
            self.is_wedged = self.mutant == Mutant::Wedged;
            return Err(FAILED);
        };
        Ok(plan.reply(self.books.epoch, &seqs))
    }

    fn is_others(&self, inc: Incarnation, device: DeviceId) -> bool {
        let owner = self.books.owners.get(&inc);
        self.mutant != Mutant::AnyOutbox && owner.is_some_and(|owner| *owner != device)
    }

    fn look_up(&self, device: DeviceId, now: Instant, batch: &Batch) -> Facts {
        let mut facts = Facts::new(self.books.epoch, device, now);
        let held = self.books.held.get(&batch.inc).map(Vec::as_slice).unwrap_or_default();
        let held = if self.is_others(batch.inc, device) { &[] } else { held };
        facts.writes =
            self.books.door.registers.get(&device).map(|register| register.writes.clone()).unwrap_or_default();
        facts.is_removed = self.books.door.is_removed(device) && self.mutant != Mutant::RemovedChanges;
        facts.people.clone_from(&self.books.people);
        facts.rights.clone_from(&self.books.rights);
        if self.mutant == Mutant::LastOwnerLeaves {
            facts.people.insert(entries::STRANGER, Person { role: Role::Owner, is_active: true });
        }
        facts.items = batch.items().into_iter().filter(|item| *item != ItemId::from_u128(2)).collect();
        if self.mutant == Mutant::NoDedupe {
            facts.last = batch.before;
            return facts;
        }
        if let Some(last) = held.last() {
            facts.last = Position { dseq: held.len() as u64, chain: last.chain };
        }
        facts.held = (1..)
            .zip(held)
            .filter(|(dseq, _)| batch.dseqs().contains(dseq))
            .map(|(dseq, held)| (dseq, *held))
            .collect();
        if batch.entries.is_empty() {
            let asked = held.iter().zip(1..=batch.before.dseq);
            facts.aside = asked.filter(|(held, _)| matches!(held.outcome, Outcome::Quarantined { .. })).count() as u64;
        }
        let stored = batch.ids().into_iter().filter_map(|id| Some((id, self.books.stored.get(&id)?.1.clone())));
        facts.stored = stored.collect();
        facts
    }

    fn call(&mut self) -> Result<(), CallFailed> {
        let Some(left) = &mut self.calls_left else { return Ok(()) };
        *left = left.checked_sub(1).ok_or(CallFailed)?;
        Ok(())
    }

    /// Each entry takes a few calls, and the end another one.
    fn commit(
        &mut self,
        inc: Incarnation,
        now: Instant,
        plan: &Plan,
        dice: &mut Jitter,
    ) -> Result<BTreeMap<u64, u64>, CallFailed> {
        let mut seqs = BTreeMap::new();
        for planned in &plan.entries {
            if let Decision::Held(_) = planned.decision {
                continue;
            }
            let dseq = planned.position.dseq;
            self.call()?;
            // Where the outbox stands is written first.
            let held = Held { chain: planned.position.chain, outcome: Outcome::Stored { seq: 0 } };
            self.books.held.entry(inc).or_default().push(held);
            self.call()?;
            let outcome = match &planned.decision {
                Decision::Held(outcome) => *outcome,
                Decision::Moved { seq } => Outcome::Stored { seq: *seq },
                Decision::Quarantine { reason } => {
                    if self.mutant != Mutant::AsideDropped {
                        self.books.aside.insert(planned.body.clone());
                    }
                    Outcome::Quarantined { reason: *reason }
                }
                Decision::Accept { header, .. }
                    if self.mutant == Mutant::UnknownKindDropped && is_foreign(&planned.body) =>
                {
                    let seq = self.head(header.shop).max(1);
                    seqs.insert(dseq, seq);
                    Outcome::Stored { seq }
                }
                Decision::Accept { header, flags }
                    if self.mutant == Mutant::RemovedDropped && flags.contains(&Flag::RemovedRegister) =>
                {
                    let seq = self.head(header.shop).max(1);
                    seqs.insert(dseq, seq);
                    Outcome::Stored { seq }
                }
                Decision::Accept { header, flags } => {
                    self.follow(&planned.body);
                    let seq = self.append(
                        header.shop,
                        Row { seq: 0, inc, dseq, recorded: now, flags: flags.clone(), body: planned.body.clone() },
                        dice,
                    );
                    let stored = Stored { inc, seq, body: planned.body.clone() };
                    self.books.stored.insert(header.id, (header.shop, stored));
                    seqs.insert(dseq, seq);
                    Outcome::Stored { seq }
                }
            };
            if let Some(held) = self.books.held.get_mut(&inc).and_then(|held| held.last_mut()) {
                held.outcome = outcome;
            }
        }
        self.call()?;
        Ok(seqs)
    }

    /// A role or a state that is absent stays; someone new is an active cashier.
    fn follow(&mut self, body: &EntryBytes) {
        let Ok(Body::Catalogue(catalogue)) = Entry::decode(0, &body.0).map(|entry| entry.body) else { return };
        for change in &catalogue.changes {
            match change {
                Change::Employee(change) => {
                    let new = Person { role: Role::Cashier, is_active: true };
                    let person = self.books.people.entry(change.id).or_insert(new);
                    person.role = change.role.unwrap_or(person.role);
                    person.is_active = change.active.unwrap_or(person.is_active);
                }
                Change::Rights { role, to, .. } => {
                    self.books.rights.insert(*role, *to);
                }
                _ => {}
            }
        }
    }

    fn append(&mut self, shop: ShopId, row: Row, dice: &mut Jitter) -> u64 {
        let rows = self.books.histories.get_mut(&shop).expect("a shop of the account");
        let skipped = u64::from(self.mutant == Mutant::PlainSequence && dice.up_to(9) == 0);
        let seq = rows.last().map_or(0, |row| row.seq) + 1 + skipped;
        let row = Row { seq, ..row };
        let sums = self.books.sums.get_mut(&shop).expect("a shop of the account");
        sums.push(sums.last().copied().unwrap_or_default().add(shop, &row));
        rows.push(row);
        seq
    }
}

fn blind_ack(facts: &Facts, batch: &Batch) -> PushReply {
    let entries = batch.entries.iter().map(|pushed| subzero_sync::intake::Planned {
        position: pushed.position,
        body: pushed.body.clone(),
        decision: Decision::Held(Outcome::Stored { seq: 1 }),
    });
    let last = Position { dseq: *batch.dseqs().end(), chain: facts.last.chain };
    let end = batch.entries.last().map_or(batch.before, |pushed| pushed.position);
    Plan { last, end, entries: entries.collect(), aside: 0 }.reply(facts.epoch, &BTreeMap::new())
}

/// A planted bug: what has a known id is taken for known.
fn by_id_only(mut plan: Plan, facts: &Facts) -> Plan {
    for planned in &mut plan.entries {
        let id = Entry::decode(planned.position.dseq, &planned.body.0).map(|entry| entry.header.id);
        let stored = id.ok().and_then(|id| facts.stored.get(&id));
        if let (Decision::Quarantine { .. }, Some(stored)) = (&planned.decision, stored) {
            planned.decision = Decision::Moved { seq: stored.seq };
        }
    }
    plan
}

/// Is this an entry of a newer version's kind?
pub fn is_foreign(body: &EntryBytes) -> bool {
    Entry::decode(0, &body.0).is_ok_and(|entry| matches!(entry.body, Body::Foreign(_)))
}
