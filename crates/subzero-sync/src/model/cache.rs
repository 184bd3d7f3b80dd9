//! Database B in memory: what the server can send again. Losing all of it changes nothing but time.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::ids::ShopId;

use crate::records::{Base, Cursor, Older, PageRecord, PageWrite, ShopCursors, SnapshotAdoption};
use crate::wire::{ContentHash, Row};

/// Database B.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    cursors: BTreeMap<ShopId, ShopCursors>,
    rows: BTreeMap<(ShopId, u32, u64), Row>,
    parts: BTreeMap<ContentHash, Vec<u8>>,
    base: Option<Base>,
}

impl Cache {
    /// Stores a page: rows, cursor, checksum and `applied_own` in one txn, or nothing at all.
    pub fn store_page(&mut self, page: &PageRecord) -> PageWrite {
        let cursors = self.cursors.get(&page.shop).copied().unwrap_or_default();
        let starts = page.from.seq == 0 && page.from.generation == cursors.generation_next();
        let continues_shown = cursors.shown == Some(page.from);
        let continues = continues_shown || cursors.building == Some(page.from);
        if !starts && !continues {
            return PageWrite::Conflicted(cursors);
        }
        for row in &page.rows {
            self.rows.insert((page.shop, page.to.generation, row.seq), row.clone());
        }
        let cursors = if page.complete || continues_shown {
            let building = if continues_shown { cursors.building } else { None };
            ShopCursors { shown: Some(page.to), building }
        } else {
            ShopCursors { shown: cursors.shown, building: Some(page.to) }
        };
        self.cursors.insert(page.shop, cursors);
        self.show_together(&page.together);
        if !continues_shown || !page.together.is_empty() {
            self.drop_unreachable();
        }
        PageWrite::Stored(cursors)
    }

    /// These shops' copies that grow beside the shown ones are shown as well.
    fn show_together(&mut self, shops: &BTreeSet<ShopId>) {
        for (_, cursors) in self.cursors.iter_mut().filter(|(shop, _)| shops.contains(shop)) {
            let building = cursors.building.take();
            cursors.shown = building.or(cursors.shown);
        }
    }

    fn drop_unreachable(&mut self) {
        let cursors = &self.cursors;
        self.rows.retain(|(shop, generation, _), _| {
            let of_shop = cursors.get(shop).copied().unwrap_or_default();
            [of_shop.shown, of_shop.building].into_iter().flatten().any(|cursor| cursor.generation == *generation)
        });
        let is_in_use = self.cursors.values().filter_map(|cursors| cursors.shown).any(|cursor| cursor.base > 0);
        if let Some(base) = &self.base {
            self.parts.retain(|hash, _| is_in_use && base.parts.contains(hash));
        }
        self.base = self.base.take().filter(|_| is_in_use);
    }

    /// Keeps a part of a snapshot.
    pub fn store_snapshot_part(&mut self, hash: ContentHash, bytes: Vec<u8>) {
        self.parts.insert(hash, bytes);
    }

    /// Begins the copies of all shops with a snapshot, if every part of it is here and they stand where they must. Where they stand now.
    pub fn adopt_snapshot(&mut self, adoption: &SnapshotAdoption) -> BTreeMap<ShopId, ShopCursors> {
        let stand = |shop: &ShopId| self.cursors.get(shop).copied().unwrap_or_default();
        let as_said = adoption.instead_of.iter().all(|(shop, cursors)| stand(shop) == *cursors);
        if as_said && adoption.base.parts.iter().all(|part| self.parts.contains_key(part)) {
            for (&shop, &cursor) in &adoption.cursors {
                self.cursors.insert(shop, ShopCursors { shown: Some(cursor), building: None });
                if cursor.older == Older::NONE {
                    self.drop_folded(shop, &cursor);
                }
            }
            self.base = Some(adoption.base.clone());
            self.drop_unreachable();
        }
        self.cursors.clone()
    }

    /// The snapshot that the shown copies begin with, and its bytes.
    pub fn base(&self) -> Option<(&Base, Vec<u8>)> {
        let base = self.base.as_ref()?;
        let parts = base.parts.iter().filter_map(|part| self.parts.get(part));
        Some((base, parts.flatten().copied().collect()))
    }

    /// The shown copy of a shop: its cursor and its rows in order, those after what is folded.
    pub fn load(&self, shop: ShopId) -> Option<(Cursor, Vec<Row>)> {
        let cursor = self.cursors.get(&shop)?.shown?;
        let rows = self.rows_of(shop, cursor.generation).into_iter().filter(|row| row.seq > cursor.base);
        Some((cursor, rows.collect()))
    }

    /// Drops the rows that are folded into the snapshot and were fetched all the same.
    pub fn drop_older(&mut self) {
        let shown: Vec<_> = self.cursors.iter().filter_map(|(shop, cursors)| Some((*shop, cursors.shown?))).collect();
        for (shop, cursor) in shown {
            self.drop_folded(shop, &cursor);
        }
        for cursor in self.cursors.values_mut().filter_map(|cursors| cursors.shown.as_mut()) {
            cursor.older = Older::NONE;
        }
    }

    fn drop_folded(&mut self, shop: ShopId, cursor: &Cursor) {
        let copy = (shop, cursor.generation);
        self.rows.retain(|(of, generation, seq), _| (*of, *generation) != copy || *seq > cursor.base);
    }

    /// The rows that are folded into the snapshot and are here all the same, in order.
    pub fn older(&self, shop: ShopId) -> Vec<Row> {
        let Some(cursor) = self.cursors.get(&shop).and_then(|cursors| cursors.shown) else { return Vec::new() };
        self.rows_of(shop, cursor.generation).into_iter().filter(|row| row.seq <= cursor.base).collect()
    }

    /// The rows of one copy of a shop, in order.
    pub fn rows_of(&self, shop: ShopId, generation: u32) -> Vec<Row> {
        self.rows.range((shop, generation, 0)..=(shop, generation, u64::MAX)).map(|(_, row)| row.clone()).collect()
    }

    /// Where the copies of every shop stand.
    pub fn cursors(&self) -> BTreeMap<ShopId, ShopCursors> {
        self.cursors.clone()
    }

    /// Drops everything kept of a shop that this device may no longer read.
    pub fn forget_shop(&mut self, shop: ShopId) {
        self.cursors.remove(&shop);
        self.drop_unreachable();
    }

    /// Drops everything.
    pub fn rebuild(&mut self) {
        *self = Self::default();
    }
}
