//! What the page holds in memory: the ledger and the catalogue, and how entries get into them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::receipts::number;
use subzero_ledger::report::{Books, Changed, LiveReport, Report};
use subzero_sync::records::Own;
use subzero_sync::wire::{AccountKey, Row};

/// Confirmed rows and own entries, folded. An entry counts once, whichever way it comes.
#[derive(Debug, Default)]
pub struct Core {
    /// Every entry.
    pub ledger: Ledger,
    /// Orders, transfers and count lists.
    pub documents: Documents,
    /// The office's entries.
    pub catalogue: Catalogue,
    /// What is negative, kept up to date entry by entry.
    report: LiveReport,
    /// The highest number of each register's receipts.
    last_receipts: BTreeMap<DeviceId, u64>,
    /// The shops whose rows are here, and the highest sequence among them.
    shops: BTreeSet<ShopId>,
    seq_max: u64,
    own: BTreeMap<u64, (EntryId, Own)>,
    /// Set aside by the server, and dealt with: they count nowhere else, so they do not here.
    left_out: BTreeSet<EntryId>,
    /// There is no server: what is recorded here follows the rows there are, and is as confirmed as it will ever be.
    is_alone: bool,
}

impl Core {
    /// One that no server confirms.
    pub fn alone() -> Self {
        Self { is_alone: true, ..Self::default() }
    }

    /// Adds rows of a shop; where they take the place of those known before, everything is folded anew. A row is an entry of its shop.
    pub fn add_rows(&mut self, shop: ShopId, rows: &[Row], replaces: bool) {
        let mut entries: Vec<_> = rows.iter().filter_map(confirmed).collect();
        self.seq_max = rows.iter().map(|row| row.seq).fold(self.seq_max, u64::max);
        let is_known = !self.shops.insert(shop);
        if replaces && is_known {
            entries.extend(self.confirmed_but(Some(shop)));
            self.fold_anew(entries);
        } else {
            self.fold(entries);
        }
    }

    /// Adds own entries.
    pub fn add_own(&mut self, own: Vec<Own>) {
        let mut entries = Vec::new();
        for own in own {
            if let Some((entry, arrival)) = self.unconfirmed_own(&own) {
                self.own.insert(own.dseq, (entry.header.id, own));
                if !self.left_out.contains(&entry.header.id) {
                    entries.push((entry, arrival));
                }
            }
        }
        self.fold(entries);
    }

    /// The outbox was numbered anew: these are all of its entries up to `last`. What was recorded since they were read stays.
    pub fn replace_own(&mut self, own: Vec<Own>, last: u64) {
        self.own.retain(|dseq, _| *dseq > last);
        let entries = self.confirmed_but(None).collect();
        self.fold_anew(entries);
        self.add_own(own);
    }

    /// Leaves these own entries out from now on, unless the server confirms them after all.
    pub fn leave_out(&mut self, left_out: BTreeSet<EntryId>) {
        let before = std::mem::replace(&mut self.left_out, left_out);
        let has_changed = |(id, _): &(EntryId, Own)| before.contains(id) != self.left_out.contains(id);
        if self.own.values().any(has_changed) {
            let entries = self.confirmed_but(None).collect();
            self.fold_anew(entries);
        }
    }

    /// An own entry as it was recorded, left out or not.
    pub fn own_body(&self, dseq: u64) -> Option<Entry> {
        self.own.get(&dseq).and_then(|(_, own)| unconfirmed(own)).map(|(entry, _)| entry)
    }

    /// What tells the account from every other, once the beginning of its office's history is here.
    pub fn account_key(&self) -> Option<AccountKey> {
        let is_first = |(entry, arrival): &(&Entry, Arrival)| {
            entry.header.shop == ShopId::OFFICE && *arrival == Arrival::Confirmed { seq: 1 }
        };
        self.ledger.entries().find(is_first).map(|(entry, _)| AccountKey(entry.header.id.0))
    }

    /// Which entry an own number is.
    pub fn own_entry(&self, dseq: u64) -> Option<EntryId> {
        self.own.get(&dseq).map(|(id, _)| *id)
    }

    /// Own entries that no server has confirmed, with their device sequence, oldest first.
    pub fn unconfirmed(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.own.iter().filter_map(|(&dseq, (id, _))| {
            matches!(self.ledger.arrival(*id), Some(Arrival::Own { .. })).then_some((dseq, self.ledger.entry(*id)?))
        })
    }

    /// The highest number of a register's receipts.
    pub fn last_receipt(&self, device: DeviceId) -> u64 {
        self.last_receipts.get(&device).copied().unwrap_or_default()
    }

    /// A register's receipts count on from here: the ones before it are kept nowhere on this device, perhaps.
    pub fn count_receipts_from(&mut self, device: DeviceId, last: u64) {
        let known = self.last_receipts.entry(device).or_default();
        *known = last.max(*known);
    }

    /// What is negative, as of now. Working it out has been done: this takes in that time has passed.
    pub fn report(&mut self, now: Instant) -> Arc<Report> {
        let books = Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue };
        self.report.at(&books, now)
    }

    fn unconfirmed_own(&self, own: &Own) -> Option<(Entry, Arrival)> {
        let (entry, arrival) = unconfirmed(own)?;
        let seq = self.seq_max.saturating_add(own.dseq);
        Some((entry, if self.is_alone { Arrival::Confirmed { seq } } else { arrival }))
    }

    /// The confirmed entries that are here already, but for those of a shop.
    fn confirmed_but(&self, shop: Option<ShopId>) -> impl Iterator<Item = (Entry, Arrival)> {
        let confirmed = self.ledger.entries().filter(|(_, arrival)| is_confirmed(*arrival));
        let others = confirmed.filter(move |(entry, _)| Some(entry.header.shop) != shop);
        others.map(|(entry, arrival)| (entry.clone(), arrival))
    }

    /// Begins again with these entries and the own ones. The office's come in the order of their sequence.
    fn fold_anew(&mut self, mut entries: Vec<(Entry, Arrival)>) {
        entries.sort_by_key(|(_, arrival)| *arrival);
        let own = self.own.values().filter(|(id, _)| !self.left_out.contains(id));
        entries.extend(own.filter_map(|(_, own)| self.unconfirmed_own(own)));
        (self.ledger, self.catalogue) = (Ledger::default(), Catalogue::default());
        (self.documents, self.report) = (Documents::default(), LiveReport::default());
        self.fold(entries);
    }

    fn fold(&mut self, entries: Vec<(Entry, Arrival)>) {
        let mut changed = Changed::default();
        for (entry, arrival) in &entries {
            let known = self.ledger.arrival(entry.header.id);
            let is_older_news = known.is_some_and(is_confirmed) && !is_confirmed(*arrival);
            if !is_older_news && self.catalogue.insert(entry, *arrival) {
                changed.beyond_telling();
            }
            self.documents.insert(entry);
            changed.by_entry(entry);
            let receipt: Option<u64> = number(entry).and_then(|receipt| receipt.rsplit('-').next()?.parse().ok());
            if let Some(number) = receipt {
                let last = self.last_receipts.entry(entry.header.device).or_default();
                *last = number.max(*last);
            }
        }
        changed.by_stock(self.ledger.extend(entries));
        let books = Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue };
        self.report.follow(&books, &changed);
    }
}

const fn is_confirmed(arrival: Arrival) -> bool {
    matches!(arrival, Arrival::Confirmed { .. })
}

/// A row that cannot be read at all moves nothing: the server set such entries aside.
fn confirmed(row: &Row) -> Option<(Entry, Arrival)> {
    let entry = Entry::decode_confirmed(row.dseq, &row.body.0).ok()?;
    Some((entry, Arrival::Confirmed { seq: row.seq }))
}

fn unconfirmed(own: &Own) -> Option<(Entry, Arrival)> {
    let entry = Entry::decode_confirmed(own.dseq, &own.body.0).ok()?;
    Some((entry, Arrival::Own { dseq: own.dseq }))
}
