//! Database A in memory: what this device recorded and nothing can bring back.

use std::collections::BTreeMap;

use crate::records::{AckRecord, Collection, Control, EpochAdoption, NewIncarnation, Own, OwnRead, Persisted};
use crate::wire::{EntryBytes, Incarnation, Paired, Verdict};

use super::Cache;

/// Database A.
#[derive(Clone)]
pub struct Outbox {
    /// `own`: the entry by its key. The next key outlives deletions, as an `autoIncrement` key does.
    own: BTreeMap<u64, EntryBytes>,
    key_next: u64,
    /// `ctl`.
    control: Control,
    paired: Option<Paired>,
    /// `verdict`: what is odd about own entries, by key.
    verdicts: BTreeMap<u64, Verdict>,
}

impl Outbox {
    /// A new outbox with its first life.
    pub const fn new(incarnation: Incarnation) -> Self {
        let control = Control::new(incarnation);
        Self { own: BTreeMap::new(), key_next: 1, control, paired: None, verdicts: BTreeMap::new() }
    }

    /// Records an entry: one strict put. Its device sequence is known once this returns, and not before.
    pub fn append(&mut self, body: EntryBytes) -> u64 {
        let key = self.key_next;
        self.own.insert(key, body);
        self.key_next = key.saturating_add(1);
        key.saturating_sub(self.control.base)
    }

    /// Up to `limit` entries and `bytes_max` bytes after this device sequence, but at least one if there is one; with the
    /// control record of the same txn.
    pub fn own(&self, after: u64, limit: usize, bytes_max: usize) -> OwnRead {
        let mut own = Vec::new();
        let mut bytes = 0_usize;
        for (key, body) in self.own.range(self.control.base.saturating_add(after).saturating_add(1)..) {
            bytes = bytes.saturating_add(body.0.len());
            if own.len() >= limit || (bytes > bytes_max && !own.is_empty()) {
                break;
            }
            own.push(Own { dseq: key.saturating_sub(self.control.base), body: body.clone() });
        }
        OwnRead { control: self.control, last: self.last(), own }
    }

    /// The highest device sequence; 0 for none.
    pub const fn last(&self) -> u64 {
        self.key_next.saturating_sub(1).saturating_sub(self.control.base)
    }

    /// Where the outbox stands.
    pub const fn control(&self) -> Control {
        self.control
    }

    /// What is odd about an entry; none if nothing is.
    pub fn verdict(&self, dseq: u64) -> Option<&Verdict> {
        self.verdicts.get(&self.key(dseq))
    }

    /// Keeps an ack and its verdicts. Returns where the outbox stands now, whether it was written or not.
    pub fn store_ack(&mut self, ack: &AckRecord) -> Control {
        if self.control.take_ack(ack) {
            for verdict in &ack.verdicts {
                self.note(verdict.dseq, verdict.seq, &verdict.verdict);
            }
        }
        self.control
    }

    fn note(&mut self, dseq: u64, seq: Option<u64>, verdict: &Verdict) {
        let key = self.key(dseq);
        match verdict {
            Verdict::Ok => {
                self.verdicts.remove(&key);
            }
            Verdict::Dup => {
                let was_aside = matches!(self.verdicts.get(&key), Some(Verdict::Quarantined { .. }));
                if was_aside && seq.is_some() {
                    self.verdicts.remove(&key);
                }
            }
            Verdict::Flagged { .. } | Verdict::Quarantined { .. } => {
                self.verdicts.insert(key, verdict.clone());
            }
        }
    }

    /// Takes up a new epoch. Returns where the outbox stands now, whether it was written or not.
    pub fn adopt_epoch(&mut self, adoption: &EpochAdoption) -> Control {
        self.control.take_epoch(adoption);
        self.control
    }

    /// Begins a new life: every own entry that is still kept is numbered 1, 2, 3 … under it and will be sent again; the
    /// server knows those it has by their ids. Keys and entries stay untouched.
    pub fn start_incarnation(&mut self, new: &NewIncarnation) -> Control {
        let base = self.own.keys().next().copied().unwrap_or(self.key_next).saturating_sub(1);
        self.control.take_incarnation(new, base);
        self.control
    }

    /// Drops own entries that have had their time. Nothing happens unless all of them are acked and none of them was set aside: what is
    /// kept stays dense, and what a person has yet to look at stays here.
    pub fn forget_own(&mut self, collection: &Collection) -> Control {
        let to = self.key(collection.kept.dseq);
        let none_aside = !self.verdicts.range(..=to).any(|(_, verdict)| matches!(verdict, Verdict::Quarantined { .. }));
        if none_aside && self.control.take_collection(collection) {
            self.own.retain(|key, _| *key > to);
            self.verdicts.retain(|key, _| *key > to);
        }
        self.control
    }

    /// Keeps who this device is.
    pub fn pair(&mut self, paired: Paired) {
        self.paired = Some(paired);
    }

    /// Who this device is; none before it is paired.
    pub const fn paired(&self) -> Option<&Paired> {
        self.paired.as_ref()
    }

    /// All that a replica needs to know at start.
    pub fn persisted(&self, cache: &Cache) -> Persisted {
        Persisted { control: self.control, last: self.last(), shops: cache.cursors() }
    }

    const fn key(&self, dseq: u64) -> u64 {
        self.control.base.saturating_add(dseq)
    }
}
