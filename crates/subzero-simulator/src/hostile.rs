//! Somebody with a stolen register: they have its secret, know all that it could read, and keep to nothing.

use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_sync::chain::Position;
use subzero_sync::replica::PushFailure;
use subzero_sync::wire::{Flag, Incarnation, PushReply, PushRequest, QuarantineReason, Row, Verdict};
use uuid::Uuid;

use crate::cells::{Fault, Operation};
use crate::checks::{self, Invariant};
use crate::door::{Asked, Minted, Stranger};
use crate::entries::{self, Stamp};
use crate::mutant::Mutant;
use crate::server::Disk;
use crate::world::World;

/// Where the thief's outboxes are numbered from.
const OUTBOXES: u128 = 1 << 101;

pub struct Thief {
    pub id: DeviceId,
    secret: Minted,
    token: Option<Minted>,
    /// All the rows that they have ever read: what a restored server has forgotten, they know.
    read: Vec<Row>,
    outboxes: u128,
    /// The owner knows that the register is stolen.
    pub is_known: bool,
}

impl World {
    /// A register is paired that will be stolen.
    pub fn pair_thief(&mut self) {
        let asked = Asked { again: None, sells_in: vec![ShopId(1)] };
        let now = self.server_now();
        let Some((id, secret)) = self.server.pair(&asked, now, &mut self.dice) else { return };
        self.note_given(id);
        self.thief = Some(Thief { id, secret, token: None, read: Vec::new(), outboxes: OUTBOXES, is_known: false });
    }

    /// Its access ends, if it has not ended already.
    pub fn end_theft(&mut self) {
        let Some(thief) = &mut self.thief else { return };
        thief.is_known = true;
        self.server.remove(thief.id);
        self.refuse_parked();
    }

    /// They read what they can, and push whatever they like.
    pub fn steal(&mut self) {
        let now = self.server_now();
        let Some(mut thief) = self.thief.take().filter(|_| self.server_is_up) else { return };
        if thief.token.is_none_or(|token| self.server.books.door.of_token(token, now).is_err()) {
            self.cells.hit(Operation::AccessToken, Fault::Thief);
            // After a restore from before it was paired nobody knows the register, and no owner lets it in again.
            thief.token = self.server.open_access(thief.secret, now).ok();
        }
        if let Some(token) = thief.token {
            self.meet("theft");
            self.spy(&mut thief, token);
            for _ in 0..=self.dice.up_to(2) {
                self.forge(&mut thief);
            }
        }
        self.thief = Some(thief);
        self.answer_parked(false);
    }

    fn spy(&mut self, thief: &mut Thief, token: Minted) {
        self.cells.hit(Operation::ManifestRequest, Fault::Thief);
        self.cells.hit(Operation::PullRequest, Fault::Thief);
        let is_told = self.may_ask(token, false).is_ok_and(|device| device.is_some());
        if is_told && self.server.books.door.is_removed(thief.id) {
            checks::note(&mut self.violations, Invariant::I16, || "a removed register is told something".to_owned());
        }
        if is_told {
            for shop in self.server.reads(thief.id) {
                let rows = self.server.books.histories[&shop].iter().filter(|row| !thief.read.contains(row));
                let new: Vec<Row> = rows.cloned().collect();
                thief.read.extend(new);
            }
        }
    }

    /// One push, under whichever outbox.
    fn forge(&mut self, thief: &mut Thief) {
        let (inc, before) = self.outbox_to_forge(thief);
        let now = self.server_now();
        let shop = ShopId(1 + u32::from(self.one_in(4)));
        let victim = self.devices[0].id;
        let mut entries = Vec::new();
        for _ in 0..=self.dice.up_to(2).min(self.server.entries_max as u64 - 1) {
            self.entries += 1;
            let stamp = Stamp { number: self.entries, shop, device: thief.id, at: now };
            let taken = if self.one_in(6) { self.id_to_take(thief) } else { None };
            entries.push(entries::hostile(stamp, victim, taken, &mut self.dice));
        }
        let request = PushRequest { epoch: None, inc, first: before.dseq + 1, before: before.chain, now, entries };
        self.cells.hit(Operation::PushRequest, Fault::Thief);
        self.cells.hit(Operation::ServerCommit, Fault::Thief);
        self.trace.tell(self.now, || format!("the thief pushes {} entries under {inc:?}", request.entries.len()));
        let _ = self.push_and_look(Disk::Works, thief.id, &request);
    }

    /// Their own, a new one, or that of another register: as the server has it, or one of which a restored server knows nothing.
    fn outbox_to_forge(&mut self, thief: &mut Thief) -> (Incarnation, Position) {
        let others: Vec<Incarnation> = thief.read.iter().map(|row| row.inc).collect();
        let place = self.dice.up_to((others.len() as u64).saturating_sub(1));
        let inc = match (self.dice.up_to(3), usize::try_from(place).ok().and_then(|place| others.get(place))) {
            (0, Some(other)) => *other,
            (1, _) => {
                thief.outboxes += 1;
                Incarnation(Uuid::from_u128(thief.outboxes))
            }
            _ => Incarnation(Uuid::from_u128(thief.outboxes)),
        };
        (inc, self.server.place_of(inc))
    }

    /// The id of an entry that another register recorded.
    fn id_to_take(&mut self, thief: &Thief) -> Option<EntryId> {
        let place = self.dice.up_to((thief.read.len() as u64).saturating_sub(1));
        let row = thief.read.get(usize::try_from(place).ok()?)?;
        Entry::decode(row.dseq, &row.body.0).ok().map(|entry| entry.header.id)
    }

    /// Pushes, and looks at what came of it: what a register changes after its access has ended changes nothing, and what it says of stock is
    /// kept and flagged.
    pub fn push_and_look(
        &mut self,
        disk: Disk,
        device: DeviceId,
        request: &PushRequest,
    ) -> Result<PushReply, PushFailure> {
        let now = self.server_now();
        let is_removed = self.server.books.door.is_removed(device);
        let before = is_removed.then(|| checks::office(&self.server));
        let held = self.server.place_of(request.inc).dseq;
        let result = self.server.push_to(disk, device, now, request.clone(), &mut self.dice);
        self.look_at_server();
        if let Ok(reply) = &result {
            self.count_taken_ids(device, request, reply);
        }
        let Some(before) = before else { return result };
        self.cells.hit(Operation::PushRequest, Fault::Removed);
        self.cells.hit(Operation::ServerCommit, Fault::Removed);
        let says = |what: &str| format!("register {device}, whose access has ended: {what}");
        if checks::office(&self.server).tables() != before.tables() {
            checks::note(&mut self.violations, Invariant::I16, || says("it has changed the account"));
        }
        let Ok(reply) = &result else { return result };
        for (body, said) in request.entries.iter().zip(&reply.verdicts).filter(|(_, said)| said.dseq > held) {
            if !self.server.has(body) {
                checks::note(&mut self.violations, Invariant::I16, || says("what it said of stock is not kept"));
            }
            let is_change = Entry::decode(0, &body.0)
                .is_ok_and(|entry| matches!(entry.body, Body::Catalogue(_) | Body::Foreign(_)));
            let is_fine = match &said.verdict {
                Verdict::Ok => false,
                Verdict::Flagged { flags } => !is_change && flags.contains(&Flag::RemovedRegister),
                Verdict::Dup | Verdict::Quarantined { .. } => true,
            };
            if !is_fine {
                checks::note(&mut self.violations, Invariant::I16, || says("an entry of it is not told apart"));
            }
        }
        result
    }

    /// A restored server has the id of an honest entry from the thief, who was faster.
    fn count_taken_ids(&mut self, device: DeviceId, request: &PushRequest, reply: &PushReply) {
        let Some(thief) = self.thief.as_ref().map(|thief| thief.id).filter(|thief| *thief != device) else { return };
        let pushed = request.entries.iter().zip(&reply.verdicts);
        let is_taken = Verdict::Quarantined { reason: QuarantineReason::IdTaken };
        let taken = pushed.filter(|(_, said)| said.verdict == is_taken).map(|(body, _)| body);
        if taken.filter_map(|body| self.server.stored_by(body)).any(|by| by == thief) {
            self.meet("an id that a thief took after a restore");
        }
    }

    /// Whose token it is, if they may ask; a push may always be asked for.
    pub fn may_ask(&self, token: Minted, is_push: bool) -> Result<Option<DeviceId>, Stranger> {
        let device = self.server.books.door.of_token(token, self.server_now())?;
        let is_over = self.server.books.door.is_removed(device) && self.mutant != Mutant::TokenOutlivesAccess;
        Ok(Some(device).filter(|_| is_push || !is_over))
    }
}
