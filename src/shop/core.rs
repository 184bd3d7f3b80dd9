//! What the page holds in memory: the ledger and the catalogue, and how entries get into them.

use std::collections::BTreeMap;

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::receipts::number;
use subzero_sync::records::Own;
use subzero_sync::wire::Row;

/// Confirmed rows and own entries, folded. An entry counts once, whichever way it comes.
#[derive(Debug, Default)]
pub struct Core {
    /// Every entry.
    pub ledger: Ledger,
    /// Orders, transfers and count lists.
    pub documents: Documents,
    /// The office's entries.
    pub catalogue: Catalogue,
    /// The highest number of each register's receipts.
    last_receipts: BTreeMap<DeviceId, u64>,
    rows_by_shop: BTreeMap<ShopId, Vec<Row>>,
    own: BTreeMap<u64, (EntryId, Own)>,
    /// There is no server: what is recorded here follows the rows there are, and is as confirmed as it will ever be.
    is_alone: bool,
}

impl Core {
    /// One that no server confirms.
    pub fn alone() -> Self {
        Self { is_alone: true, ..Self::default() }
    }

    /// Adds rows of a shop; where they take the place of those known before, everything is folded anew.
    pub fn add_rows(&mut self, shop: ShopId, rows: Vec<Row>, replaces: bool) {
        let known = self.rows_by_shop.entry(shop).or_default();
        if replaces && !known.is_empty() {
            *known = rows;
            self.fold_anew();
        } else {
            let entries = rows.iter().filter_map(confirmed).collect();
            self.fold(entries);
            self.rows_by_shop.entry(shop).or_default().extend(rows);
        }
    }

    /// Adds own entries.
    pub fn add_own(&mut self, own: Vec<Own>) {
        let mut entries = Vec::new();
        for own in own {
            if let Some((entry, arrival)) = self.unconfirmed_own(&own) {
                self.own.insert(own.dseq, (entry.header.id, own));
                entries.push((entry, arrival));
            }
        }
        self.fold(entries);
    }

    /// The outbox was numbered anew: these are all of its entries up to `last`. What was recorded since they were read stays.
    pub fn replace_own(&mut self, own: Vec<Own>, last: u64) {
        self.own.retain(|dseq, _| *dseq > last);
        self.fold_anew();
        self.add_own(own);
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

    fn unconfirmed_own(&self, own: &Own) -> Option<(Entry, Arrival)> {
        let (entry, arrival) = unconfirmed(own)?;
        let before = || self.rows_by_shop.values().map(Vec::len).max().unwrap_or_default();
        let seq = || u64::try_from(before()).unwrap_or_default().saturating_add(own.dseq);
        Some((entry, if self.is_alone { Arrival::Confirmed { seq: seq() } } else { arrival }))
    }

    fn fold_anew(&mut self) {
        let rows = self.rows_by_shop.values().flatten().filter_map(confirmed);
        let entries = rows.chain(self.own.values().filter_map(|(_, own)| self.unconfirmed_own(own))).collect();
        (self.ledger, self.catalogue) = (Ledger::default(), Catalogue::default());
        self.documents = Documents::default();
        self.fold(entries);
    }

    fn fold(&mut self, entries: Vec<(Entry, Arrival)>) {
        for (entry, arrival) in &entries {
            let is_confirmed = matches!(self.ledger.arrival(entry.header.id), Some(Arrival::Confirmed { .. }));
            if !(is_confirmed && matches!(arrival, Arrival::Own { .. })) {
                self.catalogue.insert(entry, *arrival);
            }
            self.documents.insert(entry);
            let receipt: Option<u64> = number(entry).and_then(|receipt| receipt.rsplit('-').next()?.parse().ok());
            if let Some(number) = receipt {
                let last = self.last_receipts.entry(entry.header.device).or_default();
                *last = number.max(*last);
            }
        }
        self.ledger.extend(entries);
    }
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
