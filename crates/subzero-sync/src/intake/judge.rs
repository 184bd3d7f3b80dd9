//! Reading a push and deciding on it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use subzero_ledger::entry::catalogue::EmployeeChange;
use subzero_ledger::entry::rights::{May, Needed, Rights, Role, needed_for};
use subzero_ledger::entry::{AHEAD_MAX_MS, Body, Change, Entry, Header};
use subzero_ledger::ids::{EmployeeId, EntryId, ItemId, ShopId};

use super::{
    Batch, BatchError, Chain, Decision, Epoch, Facts, Flag, Incarnation, LONG_AGO_MS, Outcome, PUSH_BYTES_MAX,
    PUSH_ENTRIES_MAX, Person, Plan, Planned, Position, PushConflict, PushReply, PushRequest, PushVerdict, Pushed,
    QuarantineReason, Verdict,
};

/// The highest device sequence: numbers in JSON are exact up to here.
const DSEQ_MAX: u64 = (1 << 53) - 1;

impl Batch {
    /// Reads a push and holds it to its limits. An entry that cannot be read is no reason to refuse the others.
    pub fn read(request: PushRequest) -> Result<Self, BatchError> {
        let bytes = request.entries.iter().fold(0_usize, |sum, body| sum.saturating_add(body.0.len()));
        if request.entries.len() > PUSH_ENTRIES_MAX || bytes > PUSH_BYTES_MAX {
            return Err(BatchError::TooLarge);
        }
        if request.first == 0 || request.first > DSEQ_MAX.saturating_sub(500) {
            return Err(BatchError::Sequence);
        }
        let before = Position { dseq: request.first.saturating_sub(1), chain: request.before };
        let mut position = before;
        let mut entries = Vec::with_capacity(request.entries.len());
        for body in request.entries {
            position = position.next(request.inc, &body);
            let entry = Entry::decode(position.dseq, &body.0);
            entries.push(Pushed { position, body, entry });
        }
        Ok(Self { epoch: request.epoch, inc: request.inc, before, entries })
    }

    /// The device sequences from the place before the first entry to the last entry: what is held of them must be looked up.
    pub fn dseqs(&self) -> RangeInclusive<u64> {
        let last = self.entries.last().map_or(self.before.dseq, |pushed| pushed.position.dseq);
        self.before.dseq..=last
    }

    /// The ids of the entries: those in any shop's history must be looked up.
    pub fn ids(&self) -> BTreeSet<EntryId> {
        self.readable().map(|entry| entry.header.id).collect()
    }

    /// The employees who recorded the entries, approved them or are changed by them: what they may do must be looked up.
    pub fn employees(&self) -> BTreeSet<EmployeeId> {
        let by = self.readable().flat_map(|entry| [Some(entry.header.employee), entry.header.approved_by]).flatten();
        by.chain(self.readable().flat_map(changed).map(|employee| employee.id)).collect()
    }

    /// Whether any entry changes the account: what the account has decided must be looked up, and who owns it, while nobody else changes it.
    pub fn changes_the_account(&self) -> bool {
        self.readable().any(|entry| matches!(entry.body, Body::Catalogue(_)))
    }

    /// The items that the entries name: those the account has must be looked up.
    pub fn items(&self) -> BTreeSet<ItemId> {
        self.readable().flat_map(|entry| named_items(&entry.body)).collect()
    }

    fn readable(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter_map(|pushed| pushed.entry.as_ref().ok())
    }

    /// Decides. With a conflict nothing may be written; a plan must be carried out as a whole, in one txn.
    pub fn decide(self, facts: &Facts) -> Result<Plan, PushConflict> {
        if let Some(conflict) = self.conflict(facts) {
            return Err(conflict);
        }
        let mut judge = Judge { facts: facts.clone(), seen: BTreeSet::new() };
        let end = self.entries.last().map_or(self.before, |pushed| pushed.position);
        let last = if end.dseq > facts.last.dseq { end } else { facts.last };
        let mut entries = Vec::with_capacity(self.entries.len());
        for pushed in self.entries {
            let decision = match facts.held.get(&pushed.position.dseq) {
                Some(held) => Decision::Held(held.outcome),
                None => judge.judge(self.inc, &pushed),
            };
            entries.push(Planned { position: pushed.position, body: pushed.body, decision });
        }
        Ok(Plan { last, end, entries, aside: facts.aside })
    }

    fn conflict(&self, facts: &Facts) -> Option<PushConflict> {
        if self.epoch.is_some_and(|epoch| epoch != facts.epoch) {
            return Some(PushConflict::Epoch { epoch: facts.epoch, acked: facts.last.dseq });
        }
        if self.before.dseq > facts.last.dseq {
            return Some(PushConflict::Gap { expected: facts.last.dseq.saturating_add(1) });
        }
        let places = std::iter::once(self.before).chain(self.entries.iter().map(|pushed| pushed.position));
        let mut overlap = places.take_while(|place| place.dseq <= facts.last.dseq);
        let continues = overlap.all(|place| facts.chain_at(place.dseq) == Some(place.chain));
        if continues { None } else { Some(PushConflict::Fork) }
    }
}

impl Facts {
    /// Whether whoever recorded a change may make it, alone or approved by somebody who may. Whoever it was signed in somewhere.
    fn may_change(&self, header: &Header, change: &Change) -> bool {
        let role = |employee: EmployeeId| self.role_of(employee);
        let right = match needed_for(change) {
            Needed::SignIn => return true,
            Needed::Owner => return role(header.employee) == Some(Role::Owner),
            Needed::Right(right) => right,
        };
        let may = |employee| role(employee).map_or(May::No, |role| self.rights_of(role).may(right));
        match may(header.employee) {
            May::Yes => true,
            May::WithApproval => header.approved_by.is_some_and(|by| may(by) == May::Yes),
            May::No => false,
        }
    }

    /// What somebody may do, if they work here.
    fn role_of(&self, employee: EmployeeId) -> Option<Role> {
        self.people.get(&employee).filter(|person| person.is_active).map(|person| person.role)
    }

    /// Follows a change of an employee. A role or a state that is absent stays; someone new is an active cashier.
    fn follow(&mut self, change: &EmployeeChange) {
        let person = self.people.entry(change.id).or_insert(Person { role: Role::Cashier, is_active: true });
        person.role = change.role.unwrap_or(person.role);
        person.is_active = change.active.unwrap_or(person.is_active);
    }

    fn has_owner(&self) -> bool {
        self.people.values().any(|person| person.is_active && person.role == Role::Owner)
    }

    /// Whether somebody owns the account now and nobody would after these changes.
    fn would_lose_its_owners(&self, entry: &Entry) -> bool {
        if changed(entry).next().is_none() || !self.has_owner() {
            return false;
        }
        let mut after = Self { people: self.people.clone(), ..Self::new(self.epoch, self.device, self.now) };
        changed(entry).for_each(|change| after.follow(change));
        !after.has_owner()
    }

    fn rights_of(&self, role: Role) -> Rights {
        self.rights.get(&role).copied().unwrap_or_else(|| Rights::at_first(role))
    }

    fn chain_at(&self, dseq: u64) -> Option<Chain> {
        if dseq == 0 {
            Some(Position::START.chain)
        } else if dseq == self.last.dseq {
            Some(self.last.chain)
        } else {
            self.held.get(&dseq).map(|held| held.chain)
        }
    }
}

/// Judges entry after entry: what one entry of a batch changes counts for the next.
struct Judge {
    facts: Facts,
    seen: BTreeSet<EntryId>,
}

impl Judge {
    fn judge(&mut self, inc: Incarnation, pushed: &Pushed) -> Decision {
        let Ok(entry) = &pushed.entry else {
            return Decision::Quarantine { reason: QuarantineReason::Unreadable };
        };
        if let Some(stored) = self.facts.stored.get(&entry.header.id) {
            return if stored.body == pushed.body && stored.inc != inc {
                Decision::Moved { seq: stored.seq }
            } else {
                Decision::Quarantine { reason: QuarantineReason::IdTaken }
            };
        }
        if let Some(reason) = self.objection(entry) {
            return Decision::Quarantine { reason };
        }
        if !self.seen.insert(entry.header.id) {
            return Decision::Quarantine { reason: QuarantineReason::IdTaken };
        }
        let flags = self.flags(entry);
        self.learn(entry);
        Decision::Accept { header: entry.header, flags }
    }

    fn objection(&self, entry: &Entry) -> Option<QuarantineReason> {
        let header = &entry.header;
        if header.device != self.facts.device {
            return Some(QuarantineReason::OtherDevice);
        }
        let in_office = header.shop == ShopId::OFFICE;
        let granted = in_office || self.facts.writes.contains(&header.shop);
        match &entry.body {
            Body::Catalogue(_) if !in_office => Some(QuarantineReason::OtherShop),
            Body::Catalogue(_) | Body::Foreign(_) if self.facts.is_removed => Some(QuarantineReason::RemovedRegister),
            Body::Catalogue(catalogue) => {
                if !catalogue.changes.iter().all(|change| self.facts.may_change(header, change)) {
                    Some(QuarantineReason::NotAllowed)
                } else if self.facts.would_lose_its_owners(entry) {
                    Some(QuarantineReason::LastOwner)
                } else {
                    None
                }
            }
            Body::Foreign(_) if in_office => Some(QuarantineReason::UnknownChange),
            Body::Foreign(_) => {
                if granted {
                    None
                } else {
                    Some(QuarantineReason::OtherShop)
                }
            }
            Body::Sale(_)
            | Body::Refund(_)
            | Body::Void(_)
            | Body::Reassignment(_)
            | Body::Order(_)
            | Body::Receipt(_)
            | Body::TransferDraft(_)
            | Body::TransferSend(_)
            | Body::TransferReceive(_)
            | Body::TransferReturn(_)
            | Body::TransferLoss(_)
            | Body::VendorReturn(_)
            | Body::CountList(_)
            | Body::Tally(_)
            | Body::Count(_)
            | Body::Adjustment(_)
            | Body::Conversion(_)
            | Body::Retraction(_) => {
                if granted && !in_office {
                    None
                } else {
                    Some(QuarantineReason::OtherShop)
                }
            }
        }
    }

    fn flags(&self, entry: &Entry) -> Vec<Flag> {
        let mut flags = Vec::new();
        if entry.moments().any(|at| at.ms_since(self.facts.now) > AHEAD_MAX_MS) {
            flags.push(Flag::AheadOfTime);
        }
        if !self.facts.takes_old && entry.moments().any(|at| self.facts.now.ms_since(at) > LONG_AGO_MS) {
            flags.push(Flag::LongAgo);
        }
        if self.facts.role_of(entry.header.employee).is_none() {
            flags.push(Flag::UnknownEmployee);
        }
        if named_items(&entry.body).iter().any(|item| !self.facts.items.contains(item)) {
            flags.push(Flag::UnknownItem);
        }
        if self.facts.is_removed {
            flags.push(Flag::RemovedRegister);
        }
        if self.facts.is_rescued {
            flags.push(Flag::Rescued);
        }
        flags
    }

    fn learn(&mut self, entry: &Entry) {
        let Body::Catalogue(catalogue) = &entry.body else { return };
        for change in &catalogue.changes {
            match change {
                Change::Item(item) => {
                    self.facts.items.insert(item.id);
                }
                Change::Employee(employee) => self.facts.follow(employee),
                Change::Rights { role, to, .. } => {
                    self.facts.rights.insert(*role, *to);
                }
                Change::Vendor(_)
                | Change::Shop { .. }
                | Change::Register { .. }
                | Change::NegativeInventory { .. }
                | Change::CostControl { .. }
                | Change::Cause { .. }
                | Change::Feedback { .. } => {}
            }
        }
    }
}

/// The employees that an entry changes.
fn changed(entry: &Entry) -> impl Iterator<Item = &EmployeeChange> {
    let changes = if let Body::Catalogue(catalogue) = &entry.body { catalogue.changes.as_slice() } else { &[] };
    changes.iter().filter_map(|change| if let Change::Employee(employee) = change { Some(employee) } else { None })
}

/// The items whose stock an entry moves. A catalogue entry names its items to create or change them, so none of them is missing.
fn named_items(body: &Body) -> Vec<ItemId> {
    match body {
        Body::Sale(sale) => sale.lines.iter().map(|line| line.item.id).collect(),
        Body::Refund(refund) => refund.lines.iter().map(|line| line.item.id).collect(),
        Body::Reassignment(reassigned) => vec![reassigned.from.id, reassigned.to.id],
        Body::Receipt(receipt) => receipt.lines.iter().map(|line| line.item.id).collect(),
        Body::TransferSend(send) => send.lines.iter().map(|line| line.item.id).collect(),
        Body::TransferReceive(receive) => receive.lines.iter().map(|line| line.item.id).collect(),
        Body::TransferReturn(back) => back.lines.iter().map(|line| line.item.id).collect(),
        Body::TransferLoss(loss) => loss.lines.iter().map(|line| line.item.id).collect(),
        Body::Order(order) => order.lines.iter().map(|line| line.item.id).collect(),
        Body::TransferDraft(draft) => draft.lines.iter().map(|line| line.item.id).collect(),
        Body::Tally(tally) => tally.lines.iter().map(|line| line.item).collect(),
        Body::VendorReturn(back) => back.lines.iter().map(|line| line.item.id).collect(),
        Body::Count(count) => count.lines.iter().map(|line| line.item.id).collect(),
        Body::Adjustment(adjustment) => adjustment.lines.iter().map(|line| line.item.id).collect(),
        Body::Conversion(conversion) => vec![conversion.item.id],
        Body::Void(_) | Body::Retraction(_) | Body::CountList(_) | Body::Catalogue(_) | Body::Foreign(_) => Vec::new(),
    }
}

impl Plan {
    /// The answer, to be sent after the commit. `seqs` are the places that accepted entries were given, by device sequence.
    pub fn reply(&self, epoch: Epoch, seqs: &BTreeMap<u64, u64>) -> PushReply {
        let verdicts = self.entries.iter().map(|planned| planned.verdict(seqs)).collect();
        PushReply { epoch, acked: self.last.dseq, end: self.end.chain, verdicts, aside: self.aside }
    }
}

impl Planned {
    fn verdict(&self, seqs: &BTreeMap<u64, u64>) -> PushVerdict {
        let dseq = self.position.dseq;
        let (seq, verdict) = match &self.decision {
            Decision::Held(Outcome::Stored { seq }) | Decision::Moved { seq } => (Some(*seq), Verdict::Dup),
            Decision::Accept { flags, .. } if flags.is_empty() => (seqs.get(&dseq).copied(), Verdict::Ok),
            Decision::Accept { flags, .. } => (seqs.get(&dseq).copied(), Verdict::Flagged { flags: flags.clone() }),
            Decision::Held(Outcome::Quarantined { reason }) | Decision::Quarantine { reason } => {
                (None, Verdict::Quarantined { reason: *reason })
            }
        };
        PushVerdict { dseq, seq, verdict }
    }
}
