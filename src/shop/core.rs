//! What the page holds in memory: the ledger and the catalogue, and how entries get into them.

use std::collections::BTreeMap;

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{EntryId, ShopId};
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_sync::records::Own;
use subzero_sync::wire::Row;

/// Confirmed rows and own entries, folded. An entry counts once, whichever way it comes.
#[derive(Debug, Default)]
pub struct Core {
    /// Every entry.
    pub ledger: Ledger,
    /// The office's entries.
    pub catalogue: Catalogue,
    rows_by_shop: BTreeMap<ShopId, Vec<Row>>,
    own: BTreeMap<u64, (EntryId, Own)>,
}

impl Core {
    /// Adds rows of a shop; where they take the place of those known before, everything is folded anew.
    pub fn add_rows(&mut self, shop: ShopId, rows: Vec<Row>, replaces: bool) {
        let known = self.rows_by_shop.entry(shop).or_default();
        if replaces && !known.is_empty() {
            *known = rows;
            self.fold_anew();
        } else {
            for row in &rows {
                Self::fold_row(&mut self.ledger, &mut self.catalogue, row);
            }
            self.rows_by_shop.entry(shop).or_default().extend(rows);
        }
    }

    /// Adds own entries.
    pub fn add_own(&mut self, own: Vec<Own>) {
        for own in own {
            if let Some(id) = Self::fold_own(&mut self.ledger, &mut self.catalogue, &own) {
                self.own.insert(own.dseq, (id, own));
            }
        }
    }

    /// The outbox was numbered anew: these are all of its entries.
    pub fn replace_own(&mut self, own: Vec<Own>) {
        self.own.clear();
        self.fold_anew();
        self.add_own(own);
    }

    /// Own entries that no server has confirmed, with their device sequence, oldest first.
    pub fn unconfirmed(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.own.iter().filter_map(|(&dseq, (id, _))| {
            matches!(self.ledger.arrival(*id), Some(Arrival::Own { .. })).then_some((dseq, self.ledger.entry(*id)?))
        })
    }

    /// The highest number of this register's receipts.
    pub fn last_receipt(&self) -> u64 {
        let sales = self.own.values().filter_map(|(id, _)| self.ledger.entry(*id)?.body.as_sale());
        sales.filter_map(|sale| sale.receipt.rsplit('-').next()?.parse().ok()).max().unwrap_or_default()
    }

    fn fold_anew(&mut self) {
        self.ledger = Ledger::default();
        self.catalogue = Catalogue::default();
        for row in self.rows_by_shop.values().flatten() {
            Self::fold_row(&mut self.ledger, &mut self.catalogue, row);
        }
        for (_, own) in self.own.values() {
            Self::fold_own(&mut self.ledger, &mut self.catalogue, own);
        }
    }

    /// A row that cannot be read at all moves nothing: the server set such entries aside.
    fn fold_row(ledger: &mut Ledger, catalogue: &mut Catalogue, row: &Row) {
        if let Ok(entry) = Entry::decode_confirmed(row.dseq, &row.body.0) {
            let arrival = Arrival::Confirmed { seq: row.seq };
            catalogue.insert(&entry, arrival);
            ledger.insert(entry, arrival);
        }
    }

    fn fold_own(ledger: &mut Ledger, catalogue: &mut Catalogue, own: &Own) -> Option<EntryId> {
        let entry = Entry::decode_confirmed(own.dseq, &own.body.0).ok()?;
        let (id, arrival) = (entry.header.id, Arrival::Own { dseq: own.dseq });
        if !matches!(ledger.arrival(id), Some(Arrival::Confirmed { .. })) {
            catalogue.insert(&entry, arrival);
        }
        ledger.insert(entry, arrival);
        Some(id)
    }
}
