//! What replicas ask the storage for, carried out: with a crash, a loss of power or a failure at every place where there can be one.

use std::collections::BTreeSet;

use subzero_sync::fault::StorageFailure;
use subzero_sync::records::{
    AckRecord, AppliedOwn, Collection, EpochAdoption, NewIncarnation, OWN_KEPT_MS, PageRecord, PageWrite,
};
use subzero_sync::replica::{Alert, Attempt, Input, Output};
use subzero_sync::wire::{EntryBytes, PushVerdict, Verdict};

use crate::cells::{Fault, Operation};
use crate::checks;
use crate::device::Recorded;
use crate::mutant::Mutant;
use crate::world::{Address, Database, Event, Place, World};

/// How often a tab looks at the cache after something has gone wrong there …
const LOOKS: u32 = 3;
/// … and how long it waits in between.
const LOOKS_EVERY_MS: u64 = 30_000;

/// What came of a txn.
enum Carried {
    Answer(Box<Input>),
    Nothing,
    /// The power went while it was written.
    Died,
}

impl World {
    pub fn dispatch(&mut self, from: Address, output: Output) {
        let stops = self.mutant == Mutant::RefusalStopsQueue && self.devices[from.device].tabs[from.tab].stopped;
        match output {
            Output::Push { .. } if stops => {}
            Output::Push { .. }
            | Output::Pull { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::FetchManifest { .. } => self.send(from, output),
            Output::Alert(alert) => self.hear(from.device, alert),
            Output::ReadOwn { .. }
            | Output::StoreAck { .. }
            | Output::AdoptEpoch { .. }
            | Output::StartIncarnation { .. }
            | Output::ForgetOwn { .. }
            | Output::ForgetShop { .. }
            | Output::StoreSnapshotPart { .. }
            | Output::AdoptSnapshot { .. }
            | Output::StorePage { .. } => {
                if matches!(output, Output::ReadOwn { .. }) {
                    self.devices[from.device].tabs[from.tab].asked.insert(Operation::ReadOwn);
                }
                let ms = self.dice.up_to(20);
                self.put_in(ms, Event::Carries(from, output));
            }
        }
    }

    fn hear(&mut self, device: usize, alert: Alert) {
        self.trace.tell(self.now, || format!("device {device} says {alert:?}"));
        self.meet(match alert {
            Alert::Forked { .. } => "fork",
            Alert::EpochChanged { .. } => "epoch heal",
            Alert::EntriesLost { .. } => "loss that was named",
            Alert::EntriesAside { .. } => "set aside in a restore",
            Alert::CopyMismatched { .. } => "mismatch",
            Alert::EntryQuarantined { .. } => "quarantine",
        });
        if let Alert::EntriesLost { first, last } = alert
            && self.mutant != Mutant::LossUnnamed
        {
            self.devices[device].lost_named += last + 1 - first;
        }
        if let Alert::EntriesAside { entries } = alert {
            self.devices[device].aside_named += entries;
        }
    }

    /// Which fault befalls this operation now, if any.
    pub fn draw(&mut self, operation: Operation) -> Option<Fault> {
        let one_in = match operation {
            Operation::ReadOwn | Operation::AckStore | Operation::PageStore | Operation::ServerCommit => 40,
            Operation::Sale => 12,
            Operation::StartUp | Operation::AccessToken => 6,
            Operation::EpochAdoption
            | Operation::NewIncarnation
            | Operation::ForgetOwn
            | Operation::ForgetShop
            | Operation::Pairing => 3,
            Operation::PushRequest
            | Operation::PushAnswer
            | Operation::ManifestRequest
            | Operation::ManifestAnswer
            | Operation::PullRequest
            | Operation::PullAnswer => self.network.fault_one_in,
        };
        if !self.fault_in(one_in) {
            return None;
        }
        let faults = operation.faults();
        let place = usize::try_from(self.dice.up_to(faults.len() as u64 - 1)).expect("small");
        let fault = faults[place];
        self.trace.tell(self.now, || format!("{fault:?} at {operation:?}"));
        Some(fault)
    }

    /// The storage gets to it.
    pub fn carry_out(&mut self, to: Address, output: Output) {
        if !self.is_there(to) || self.ends_at(Place::Device(to.device)) {
            return;
        }
        let operation = Operation::of(&output).expect("an alert is no txn");
        let mut fault = self.draw(operation);
        if self.devices[to.device].is_full && operation.faults().contains(&Fault::Quota) {
            fault = Some(Fault::Quota);
        }
        if let Some(fault) = fault {
            self.cells.hit(operation, fault);
        }
        match fault {
            Some(Fault::CrashBefore) => return self.die(to.device),
            Some(failure @ (Fault::Quota | Fault::Aborted | Fault::Damaged)) => return self.fail(to, &output, failure),
            _ => {}
        }
        if let Output::StorePage { page, .. } = &output {
            checks::page_size(page, &mut self.violations);
        }
        let is_read = operation == Operation::ReadOwn;
        let is_page = matches!(operation, Operation::PageStore | Operation::ForgetShop);
        let bytes = bytes_of(&output);
        let carried = self.write(to, output);
        if !is_read {
            self.note_txn(bytes);
            self.look_at(to.device, if is_page { Database::Cache } else { Database::Outbox });
        }
        let input = match carried {
            Carried::Died => return self.die(to.device),
            Carried::Answer(input) => Some(*input),
            Carried::Nothing => None,
        };
        if self.ends_at(Place::Device(to.device)) {
            return;
        }
        match fault {
            Some(Fault::CrashAfter) => self.die(to.device),
            Some(Fault::PowerLoss) => self.lose_power(to.device),
            fault => self.tell_later(to, input, fault),
        }
    }

    fn tell_later(&mut self, to: Address, input: Option<Input>, fault: Option<Fault>) {
        let Some(input) = input else { return };
        match fault {
            Some(Fault::Lost) => {} // The tab never hears of it.
            Some(Fault::Late) => {
                let ms = 30_001 + self.dice.up_to(30_000);
                self.put_in(ms, Event::Tells(to, input));
            }
            fault => {
                if fault == Some(Fault::Duplicated) {
                    let ms = self.dice.up_to(2_000);
                    self.put_in(ms, Event::Tells(to, input.clone()));
                }
                let ms = self.dice.up_to(20);
                self.put_in(ms, Event::Tells(to, input));
            }
        }
    }

    /// The storage does not do it, and says why.
    fn fail(&mut self, to: Address, output: &Output, fault: Fault) {
        let is_cache = matches!(
            output,
            Output::StorePage { .. }
                | Output::StoreSnapshotPart { .. }
                | Output::AdoptSnapshot { .. }
                | Output::ForgetShop { .. }
        );
        let failure = match fault {
            Fault::Quota => StorageFailure::Full,
            Fault::Damaged if is_cache => {
                // A cache that cannot be read is begun anew.
                self.lose_cache(to.device);
                self.look_at(to.device, Database::Cache);
                StorageFailure::Aborted
            }
            Fault::Damaged => StorageFailure::Damaged,
            _ => StorageFailure::Aborted,
        };
        self.looks_later(to.device);
        if let Some(attempt) = attempt(output) {
            let ms = self.dice.up_to(20);
            self.put_in(ms, Event::Tells(to, Input::StorageFailed { attempt, failure }));
        }
    }

    /// The cache is begun anew, and every tab looks at it within half a minute, hint or no hint.
    pub fn lose_cache(&mut self, device: usize) {
        self.devices[device].rebuild_cache();
        self.looks_later(device);
    }

    /// Every tab goes on looking for a while; while a page is being stored, what it sees does not count. However much fails meanwhile, it
    /// looks for longer and not more often.
    fn looks_later(&mut self, device: usize) {
        for tab in 0..self.devices[device].tabs.len() {
            let to = Address { device, life: self.devices[device].life, tab };
            if std::mem::replace(&mut self.devices[device].tabs[tab].looks, LOOKS) == 0 {
                let ms = self.dice.up_to(LOOKS_EVERY_MS);
                self.put_in(ms, Event::Looks(to));
            }
        }
    }

    /// A tab looks at what is in the cache.
    pub fn look_at_copies(&mut self, to: Address) {
        if !self.is_there(to) {
            return;
        }
        let device = &mut self.devices[to.device];
        let (shops, looks) = (device.cache.cursors(), &mut device.tabs[to.tab].looks);
        *looks -= 1;
        if *looks > 0 {
            self.put_in(LOOKS_EVERY_MS, Event::Looks(to));
        }
        self.tell(to, &Input::CopiesRead { shops });
    }

    fn write(&mut self, to: Address, output: Output) -> Carried {
        let (now, mutant) = (self.now, self.mutant);
        let device = &mut self.devices[to.device];
        let control = device.outbox.control();
        Carried::Answer(Box::new(match output {
            Output::ReadOwn { attempt, after, entries_max, bytes_max } => {
                if device.another_asks(to.tab, Operation::ReadOwn) {
                    self.cells.hit(Operation::ReadOwn, Fault::TwoTabs);
                }
                if after < control.kept.dseq {
                    // Another tab was quicker to let go of what this one was about to.
                    self.cells.hit(Operation::ForgetOwn, Fault::TwoTabs);
                }
                Input::OwnRead { attempt, read: device.outbox.own(after, entries_max, bytes_max) }
            }
            Output::StoreAck { attempt, ack } => {
                if control.acked.dseq >= ack.acked.dseq {
                    self.cells.hit(Operation::AckStore, Fault::TwoTabs);
                }
                self.store_ack(to.device, ack);
                Input::AckStored { attempt, control: self.devices[to.device].outbox.control() }
            }
            Output::AdoptEpoch { attempt, adoption } => {
                if !adoption.is_due(&control) {
                    self.cells.hit(Operation::EpochAdoption, Fault::TwoTabs);
                }
                let acked = match mutant {
                    Mutant::EpochIgnored => control.acked,
                    Mutant::RestoreTrusted => self.server.held(&device.outbox),
                    _ => adoption.acked,
                };
                let control = device.outbox.adopt_epoch(&EpochAdoption { acked, ..adoption });
                Input::EpochAdopted { attempt, control }
            }
            Output::StartIncarnation { attempt, instead_of } => {
                if control.incarnation != instead_of {
                    self.cells.hit(Operation::NewIncarnation, Fault::TwoTabs);
                }
                let bits = u128::from(self.dice.up_to(u64::MAX)) << 64 | u128::from(self.dice.up_to(u64::MAX));
                if mutant != Mutant::ForkIgnored {
                    device.outbox.start_incarnation(&NewIncarnation::from_random(instead_of, bits));
                }
                Input::IncarnationStarted { attempt, control: device.outbox.control(), last: device.outbox.last() }
            }
            Output::ForgetOwn { attempt, collection } => {
                if collection.kept.dseq <= control.kept.dseq || collection.incarnation != control.incarnation {
                    self.cells.hit(Operation::ForgetOwn, Fault::TwoTabs);
                }
                self.forget_own(to.device, &collection);
                Input::OwnForgotten { attempt, control: self.devices[to.device].outbox.control() }
            }
            Output::StorePage { attempt, page } => {
                if !self.is_plain || self.ends.is_some() {
                    device.before_page(now);
                }
                if mutant == Mutant::CursorBeforeData && self.dice.up_to(9) == 0 {
                    device.cache.store_page(&PageRecord { rows: Vec::new(), ..*page });
                    return Carried::Died;
                }
                match self.store_page(to.device, *page) {
                    PageWrite::Stored(cursors) => Input::PageStored { attempt, cursors },
                    PageWrite::Conflicted(cursors) => {
                        self.cells.hit(Operation::PageStore, Fault::TwoTabs);
                        self.meet("page conflict");
                        Input::PageConflicted { attempt, cursors }
                    }
                }
            }
            Output::StoreSnapshotPart { attempt, hash, bytes } => {
                device.cache.store_snapshot_part(hash, bytes);
                Input::SnapshotPartStored { attempt }
            }
            Output::AdoptSnapshot { attempt, adoption } => {
                device.before_page(now);
                let before = device.cache.base().map(|(base, _)| base.hash);
                let shops = device.cache.adopt_snapshot(&adoption);
                let is_adopted = device.cache.base().is_some_and(|(base, _)| base.hash == adoption.base.hash);
                if is_adopted && before != Some(adoption.base.hash) {
                    self.meet(if before.is_some() { "newer snapshot" } else { "snapshot" });
                }
                Input::SnapshotAdopted { attempt, shops }
            }
            Output::ForgetShop { shop } => {
                if !device.cache.cursors().contains_key(&shop) {
                    self.cells.hit(Operation::ForgetShop, Fault::TwoTabs);
                }
                device.before_page(now);
                device.cache.forget_shop(shop);
                device.cache_lost = true;
                return Carried::Nothing;
            }
            Output::Alert(_)
            | Output::Push { .. }
            | Output::Pull { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::FetchManifest { .. } => {
                unreachable!("not for the storage")
            }
        }))
    }

    fn store_ack(&mut self, device: usize, mut ack: AckRecord) {
        if self.mutant == Mutant::VerdictForgotten {
            ack.verdicts.retain(|verdict| !matches!(verdict.verdict, Verdict::Quarantined { .. }));
        }
        let outbox = &mut self.devices[device].outbox;
        if self.mutant == Mutant::AckTooFar {
            ack.acked.dseq = outbox.last();
        }
        outbox.store_ack(&ack);
        if self.mutant == Mutant::CollectionBeforeApplied {
            let kept = outbox.control().acked;
            let collection = Collection { incarnation: outbox.control().incarnation, kept, receipt: 0 };
            self.forget_own(device, &collection);
        }
    }

    fn forget_own(&mut self, device: usize, collection: &Collection) {
        let now = self.true_now();
        let device = &mut self.devices[device];
        let control = device.outbox.control();
        if let (Mutant::AsideCollected, Some(epoch)) = (self.mutant, control.epoch) {
            let verdict = |dseq| PushVerdict { dseq, seq: None, verdict: Verdict::Ok };
            let verdicts = (1..=collection.kept.dseq).map(verdict).collect();
            let (incarnation, acked) = (control.incarnation, control.acked);
            device.outbox.store_ack(&AckRecord { incarnation, epoch, acked, verdicts, at: None });
        }
        let before = device.own();
        let is_early = |recorded: &&Recorded| now.ms_since(recorded.at) < OWN_KEPT_MS;
        let early: BTreeSet<EntryBytes> =
            device.recorded.iter().filter(is_early).map(|recorded| recorded.body.clone()).collect();
        device.outbox.forget_own(collection);
        let after = device.own();
        let gone: Vec<_> = before.into_keys().filter(|body| !after.contains_key(body)).collect();
        if !gone.is_empty() {
            let is_early = gone.iter().any(|body| early.contains(body));
            device.collected.extend(gone);
            self.meet(if is_early { "collection while both clocks were ahead" } else { "collection" });
        }
    }

    fn store_page(&mut self, device: usize, mut page: PageRecord) -> PageWrite {
        let device = &mut self.devices[device];
        if self.mutant == Mutant::AppliedBeforeAcked {
            let incarnation = device.outbox.control().incarnation;
            let own = page.rows.iter().filter(|row| row.inc == incarnation);
            let applied = own.map(|row| row.dseq).max().map(|dseq| AppliedOwn { incarnation, dseq });
            page.to.applied_own = applied.or(page.to.applied_own);
        }
        let written = device.cache.store_page(&page);
        match written {
            PageWrite::Conflicted(cursors) if self.mutant == Mutant::NoCompareAndSwap => {
                let mut copies = [cursors.building, cursors.shown].into_iter().flatten();
                let same_copy = copies.find(|cursor| cursor.generation == page.from.generation);
                same_copy.map_or(written, |from| device.cache.store_page(&PageRecord { from, ..page }))
            }
            PageWrite::Conflicted(_) | PageWrite::Stored(_) => written,
        }
    }
}

/// How many bytes of entries a txn writes.
fn bytes_of(output: &Output) -> usize {
    match output {
        Output::StorePage { page, .. } => page.rows.iter().map(|row| row.body.0.len()).sum(),
        _ => 0,
    }
}

/// What the storage's answer must name; none where there is no answer.
const fn attempt(output: &Output) -> Option<Attempt> {
    match output {
        Output::ReadOwn { attempt, .. }
        | Output::StoreAck { attempt, .. }
        | Output::AdoptEpoch { attempt, .. }
        | Output::StartIncarnation { attempt, .. }
        | Output::ForgetOwn { attempt, .. }
        | Output::StoreSnapshotPart { attempt, .. }
        | Output::AdoptSnapshot { attempt, .. }
        | Output::StorePage { attempt, .. } => Some(*attempt),
        Output::Push { .. }
        | Output::Pull { .. }
        | Output::ListSegments { .. }
        | Output::FetchSegment { .. }
        | Output::FetchSnapshot { .. }
        | Output::FetchSnapshotPart { .. }
        | Output::FetchManifest { .. }
        | Output::ForgetShop { .. }
        | Output::Alert(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Device;
    use crate::world::Mode;
    use subzero_sync::backoff::Jitter;

    #[test]
    fn a_tab_looks_no_more_often_however_much_fails() {
        let mut world = World::new(vec![Device::new(1, &[1])], Jitter::new(7), Mutant::None, Mode::Check);
        world.is_calm = true;
        world.devices[0].start(2, &mut Jitter::new(7));
        (0..10).for_each(|_| world.looks_later(0));
        let looks = |world: &World| world.queue.values().filter(|event| matches!(event, Event::Looks(_))).count();
        assert_eq!(looks(&world), 2, "each tab once");
        world.run_until(60_000);
        world.looks_later(0);
        assert_eq!(looks(&world), 2, "and it is the same look that is put off");
        world.run_until(200_000);
        assert_eq!(looks(&world), 0);
    }
}
