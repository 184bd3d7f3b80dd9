//! A server in memory that decides by the product's intake.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::chain::Position;
use subzero_sync::fault::Failure;
use subzero_sync::intake::{Batch, Decision, Facts, Held, Outcome, Person, Plan, Stored};
use subzero_sync::model::Outbox;
use subzero_sync::replica::PushFailure;
use subzero_sync::segment;
use subzero_sync::wire::{
    Checksum, ContentHash, DeviceSeen, EntryBytes, Epoch, FoldedOwn, FoldedShop, Incarnation, Manifest, PULL_BYTES_MAX,
    PullPage, PushConflict, PushReply, PushRequest, Row, SegmentInfo, SegmentList, ShopHead, SnapshotInfo, Standing,
};
use uuid::Uuid;

use crate::device::Device;
use crate::entries::{CASHIER, OWNER};
use crate::mutant::Mutant;

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
}

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
    pub reads: BTreeMap<DeviceId, BTreeSet<ShopId>>,
    writes: BTreeMap<DeviceId, BTreeSet<ShopId>>,
    mutant: Mutant,
    /// Whose outboxes there are.
    owners: BTreeMap<Incarnation, DeviceId>,
    epochs: u128,
    pub entries_max: usize,
    pub rows_max: usize,
    /// How many rows a segment has.
    segment_rows: usize,
}

impl Server {
    pub fn new(mutant: Mutant, dice: &mut Jitter) -> Self {
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
        };
        Self {
            backups: vec![books.clone()],
            books,
            reads: BTreeMap::new(),
            writes: BTreeMap::new(),
            mutant,
            owners: BTreeMap::new(),
            epochs: 1,
            entries_max: 1 + usize::try_from(dice.up_to(12)).expect("small"),
            rows_max: 1 + usize::try_from(dice.up_to(9)).expect("small"),
            segment_rows: 1 + usize::try_from(dice.up_to(5)).expect("small"),
        }
    }

    /// A till reads the office and the shops it sells in, and one that sells in the second shop the first as well; a phone reads them all.
    pub fn pair(&mut self, device: &Device) {
        let all = BTreeSet::from([ShopId::OFFICE, ShopId(1), ShopId(2)]);
        let sells_in: BTreeSet<ShopId> = device.sells_in.iter().copied().collect();
        let only_first = sells_in == BTreeSet::from([ShopId(1)]);
        let reads = if only_first { BTreeSet::from([ShopId::OFFICE, ShopId(1)]) } else { all };
        self.reads.insert(device.id, reads);
        self.writes.insert(device.id, sells_in);
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
        self.reads.get_mut(&device).map(change);
        if sells {
            self.writes.get_mut(&device).map(change);
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
        folded.shops.iter().all(|of| self.reads[&device].contains(&of.shop)).then_some(folded)
    }

    pub fn snapshot(&self, device: DeviceId) -> Result<SnapshotInfo, Failure> {
        let folded = self.folded_for(device).ok_or(Failure::Refused { status: 404 })?;
        let parts = folded.parts.iter().map(|part| segment::content_hash(part)).collect();
        let own = |of: &FoldedShop| {
            let rows = self.books.histories[&of.shop].iter().filter(|row| row.seq <= of.seq);
            let owned = rows.filter(|row| self.owners.get(&row.inc) == Some(&device));
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
        let inc = request.inc;
        let batch = Batch::read(request).map_err(|_| PushFailure::Failed(Failure::TooLarge))?;
        let facts = self.look_up(device, now, &batch);
        let plan = match batch.clone().decide(&facts) {
            Ok(plan) if self.mutant == Mutant::DedupeByIdOnly => by_id_only(plan, &facts),
            Ok(plan) => plan,
            Err(PushConflict::Fork) if self.mutant == Mutant::NoChain => return Ok(blind_ack(&facts, &batch)),
            Err(conflict) => return Err(PushFailure::Conflict(conflict)),
        };
        self.owners.insert(inc, device);
        let loses_it = self.mutant == Mutant::AckBeforeCommit && dice.up_to(9) == 0;
        let before = loses_it.then(|| self.books.clone());
        let seqs = self.commit(inc, now, &plan, dice);
        let reply = plan.reply(self.books.epoch, &seqs);
        if let Some(before) = before {
            self.books = before;
        }
        Ok(reply)
    }

    fn look_up(&self, device: DeviceId, now: Instant, batch: &Batch) -> Facts {
        let mut facts = Facts::new(self.books.epoch, device, now);
        let held = self.books.held.get(&batch.inc).map(Vec::as_slice).unwrap_or_default();
        facts.writes.clone_from(&self.writes[&device]);
        facts.people = people();
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

    fn commit(&mut self, inc: Incarnation, now: Instant, plan: &Plan, dice: &mut Jitter) -> BTreeMap<u64, u64> {
        let mut seqs = BTreeMap::new();
        for planned in &plan.entries {
            let dseq = planned.position.dseq;
            let outcome = match &planned.decision {
                Decision::Held(_) => continue,
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
                Decision::Accept { header, .. } => {
                    let seq = self.append(
                        header.shop,
                        Row { seq: 0, inc, dseq, recorded: now, flags: Vec::new(), body: planned.body.clone() },
                        dice,
                    );
                    let stored = Stored { inc, seq, body: planned.body.clone() };
                    self.books.stored.insert(header.id, (header.shop, stored));
                    seqs.insert(dseq, seq);
                    Outcome::Stored { seq }
                }
            };
            self.books.held.entry(inc).or_default().push(Held { chain: planned.position.chain, outcome });
        }
        seqs
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

    pub fn manifest(&self, device: DeviceId, now: Instant) -> Manifest {
        let devices = self.books.seen.values().copied().collect();
        Manifest { epoch: self.books.epoch, now, heads: self.heads(device), devices, snapshot: self.offer(device) }
    }

    fn offer(&self, device: DeviceId) -> Option<ContentHash> {
        let parts: Vec<_> = self.folded_for(device)?.parts.iter().map(|part| segment::content_hash(part)).collect();
        Some(segment::snapshot_hash(&parts))
    }

    pub fn heads(&self, device: DeviceId) -> Vec<ShopHead> {
        self.reads[&device].iter().map(|&shop| self.shop_head(shop)).collect()
    }

    pub fn head(&self, shop: ShopId) -> u64 {
        self.books.histories[&shop].last().map_or(0, |row| row.seq)
    }

    fn shop_head(&self, shop: ShopId) -> ShopHead {
        let rows = self.books.histories[&shop].len();
        ShopHead { shop, head: self.head(shop), sealed: (rows - rows % self.segment_rows) as u64 }
    }

    fn segments_of(&self, shop: ShopId) -> impl Iterator<Item = (SegmentInfo, Vec<u8>)> {
        let sums = &self.books.sums[&shop];
        self.books.histories[&shop].chunks_exact(self.segment_rows).map(|rows| {
            let (first, last) = (rows[0].seq, rows[rows.len() - 1].seq);
            // Where sequences have a hole, which is a planted bug, there is no such segment.
            let bytes = segment::encode(rows).unwrap_or_default();
            let checksum = sums.get(usize::try_from(last).expect("small")).copied().unwrap_or_default();
            (SegmentInfo { first, last, hash: segment::content_hash(&bytes), checksum }, bytes)
        })
    }

    pub fn segments(&self, device: DeviceId, shop: ShopId, after: u64) -> Result<SegmentList, Failure> {
        if !self.reads[&device].contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let segments = self.segments_of(shop).map(|(info, _)| info).filter(|info| info.last > after);
        Ok(SegmentList { epoch: self.books.epoch, shop, after, segments: segments.collect() })
    }

    pub fn segment(&self, device: DeviceId, shop: ShopId, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        if !self.reads[&device].contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let found = self.segments_of(shop).find(|(info, _)| info.hash == hash);
        found.map(|(_, bytes)| bytes).ok_or(Failure::Refused { status: 404 })
    }

    pub fn checksum(&self, shop: ShopId) -> Checksum {
        self.books.sums[&shop].last().copied().unwrap_or_default()
    }

    pub fn pull(&self, device: DeviceId, shop: ShopId, after: u64, to: Option<u64>) -> Result<PullPage, Failure> {
        if !self.reads[&device].contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let mut bytes = 0;
        let mut rows = Vec::new();
        let history = &self.books.histories[&shop];
        let from = usize::try_from(after).expect("small").min(history.len());
        let wanted = history[from..].iter().take_while(|row| to.is_none_or(|to| row.seq <= to));
        for row in wanted.take(self.rows_max) {
            bytes += row.body.0.len();
            if bytes <= PULL_BYTES_MAX {
                rows.push(row.clone());
            }
        }
        let place = from + rows.len();
        let checksum = self.books.sums[&shop].get(place).copied().unwrap_or_default();
        Ok(PullPage { epoch: self.books.epoch, shop, after, rows, head: self.head(shop), checksum })
    }

    /// Is this entry safe: in its shop's history, or aside?
    pub fn has(&self, body: &EntryBytes) -> bool {
        self.is_confirmed(body) || self.books.aside.contains(body)
    }

    /// Is it in its shop's history?
    pub fn is_confirmed(&self, body: &EntryBytes) -> bool {
        let id = Entry::decode(0, &body.0).map(|entry| entry.header.id);
        let stored = id.ok().and_then(|id| self.books.stored.get(&id));
        stored.is_some_and(|(_, stored)| stored.body == *body)
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

fn people() -> BTreeMap<EmployeeId, Person> {
    let of = |role| Person { role, is_active: true };
    BTreeMap::from([(OWNER, of(Role::Owner)), (CASHIER, of(Role::Cashier))])
}
