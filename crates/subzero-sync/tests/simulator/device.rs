//! One device: its two databases, the tabs that are open on it, and what people saw it record.

use subzero_ledger::ids::DeviceId;
use subzero_sync::backoff::Jitter;
use subzero_sync::model::{Cache, Outbox};
use subzero_sync::records::{NewIncarnation, PageRecord, PageWrite};
use subzero_sync::replica::{Input, Output, Replica};
use subzero_sync::wire::{EntryBytes, Epoch, Incarnation, Verdict};
use uuid::Uuid;

use super::sabotage::Sabotage;

#[derive(Clone)]
pub struct Device {
    pub id: DeviceId,
    pub outbox: Outbox,
    pub cache: Cache,
    pub tabs: Vec<Tab>,
    pub is_up: bool,
    /// Goes up with every start: what was meant for an earlier life does not arrive.
    pub life: u32,
    /// How far the clock is off.
    pub skew_ms: i64,
    pub requests_pass: bool,
    pub answers_pass: bool,
    /// What was shown as recorded.
    pub recorded: Vec<EntryBytes>,
    /// For I10.
    pub acked_before: Option<(Incarnation, Option<Epoch>, u64)>,
}

#[derive(Clone, Default)]
pub struct Tab {
    pub replica: Option<Replica>,
    /// When the page's timer is set, in virtual time.
    pub wakes_at: Option<u64>,
    pub stopped: bool,
}

/// What came of carrying out a storage output.
pub enum Carried {
    Answer(Box<Input>),
    /// The power went while it was written.
    Died,
}

impl Device {
    pub fn new(number: u32) -> Self {
        let incarnation = Incarnation(Uuid::from_u128(u128::from(number)));
        Self {
            id: DeviceId(number),
            outbox: Outbox::new(incarnation),
            cache: Cache::default(),
            tabs: Vec::new(),
            is_up: false,
            life: 0,
            skew_ms: 0,
            requests_pass: true,
            answers_pass: true,
            recorded: Vec::new(),
            acked_before: None,
        }
    }

    /// Everything in memory is gone; the two databases stay.
    pub fn die(&mut self) {
        self.is_up = false;
        self.life += 1;
        self.tabs.clear();
    }

    pub fn start(&mut self, dice: &mut Jitter) {
        self.is_up = true;
        let tabs = 1 + dice.up_to(1);
        self.tabs = (0..tabs).map(|_| self.open_tab(dice.up_to(u64::MAX))).collect();
    }

    fn open_tab(&self, seed: u64) -> Tab {
        let replica = Replica::new(self.outbox.persisted(&self.cache), seed);
        Tab { replica: Some(replica), ..Tab::default() }
    }

    pub fn carry_out(&mut self, output: Output, sabotage: Sabotage, dice: &mut Jitter) -> Carried {
        let input = match output {
            Output::ReadOwn { attempt, after, entries_max, bytes_max } => {
                Input::OwnRead { attempt, read: self.outbox.own(after, entries_max, bytes_max) }
            }
            Output::StoreAck { attempt, mut ack } => {
                if sabotage == Sabotage::VerdictForgotten {
                    ack.verdicts.retain(|verdict| !matches!(verdict.verdict, Verdict::Quarantined { .. }));
                }
                Input::AckStored { attempt, control: self.outbox.store_ack(&ack) }
            }
            Output::AdoptEpoch { attempt, adoption } => {
                Input::EpochAdopted { attempt, control: self.outbox.adopt_epoch(&adoption) }
            }
            Output::StartIncarnation { attempt, instead_of } => {
                let bits = u128::from(dice.up_to(u64::MAX)) << 64 | u128::from(dice.up_to(u64::MAX));
                let control = self.outbox.start_incarnation(&NewIncarnation::from_random(instead_of, bits));
                Input::IncarnationStarted { attempt, control, last: self.outbox.last() }
            }
            Output::StoreSnapshotPart { attempt, hash, bytes } => {
                self.cache.store_snapshot_part(hash, bytes);
                Input::SnapshotPartStored { attempt }
            }
            Output::AdoptSnapshot { attempt, adoption } => {
                Input::SnapshotAdopted { attempt, shops: self.cache.adopt_snapshot(&adoption) }
            }
            Output::StorePage { attempt, page } => {
                if sabotage == Sabotage::CursorBeforeData && dice.up_to(9) == 0 {
                    self.cache.store_page(&PageRecord { rows: Vec::new(), ..*page });
                    return Carried::Died;
                }
                match self.store_page(&page, sabotage) {
                    PageWrite::Stored(cursors) => Input::PageStored { attempt, cursors },
                    PageWrite::Conflicted(cursors) => Input::PageConflicted { attempt, cursors },
                }
            }
            Output::ForgetShop { .. }
            | Output::Alert(_)
            | Output::Push { .. }
            | Output::Pull { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchManifest { .. } => unreachable!("not an output for the storage that has an answer"),
        };
        Carried::Answer(Box::new(input))
    }

    fn store_page(&mut self, page: &PageRecord, sabotage: Sabotage) -> PageWrite {
        let written = self.cache.store_page(page);
        match written {
            PageWrite::Conflicted(cursors) if sabotage == Sabotage::NoCompareAndSwap => {
                let mut copies = [cursors.building, cursors.shown].into_iter().flatten();
                let same_copy = copies.find(|cursor| cursor.generation == page.from.generation);
                same_copy.map_or(written, |from| self.cache.store_page(&PageRecord { from, ..page.clone() }))
            }
            PageWrite::Conflicted(_) | PageWrite::Stored(_) => written,
        }
    }
}
