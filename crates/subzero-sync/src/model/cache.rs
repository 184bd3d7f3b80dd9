//! Database B in memory: what the server can send again. Losing all of it changes nothing but time.

use std::collections::BTreeMap;

use subzero_ledger::ids::ShopId;

use crate::records::{Cursor, PageRecord, PageWrite, ShopCursors};
use crate::wire::Row;

/// A folded state, kept only to start faster.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Snapshot {
    seq: u64,
    bytes: Vec<u8>,
}

/// Database B.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    cursors: BTreeMap<ShopId, ShopCursors>,
    rows: BTreeMap<(ShopId, u32, u64), Row>,
    snapshots: BTreeMap<ShopId, Snapshot>,
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
        if !continues_shown {
            self.drop_unreachable(page.shop);
        }
        PageWrite::Stored(cursors)
    }

    fn drop_unreachable(&mut self, shop: ShopId) {
        let cursors = self.cursors.get(&shop).copied().unwrap_or_default();
        let kept = [cursors.shown, cursors.building].map(|copy| copy.map(|cursor| cursor.generation));
        self.rows.retain(|(of, generation, _), _| *of != shop || kept.contains(&Some(*generation)));
    }

    /// The shown copy of a shop: its cursor and its rows in order.
    pub fn load(&self, shop: ShopId) -> Option<(Cursor, Vec<Row>)> {
        let cursor = self.cursors.get(&shop)?.shown?;
        Some((cursor, self.rows_of(shop, cursor.generation)))
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
        self.snapshots.remove(&shop);
        self.drop_unreachable(shop);
    }

    /// Drops everything.
    pub fn rebuild(&mut self) {
        *self = Self::default();
    }

    /// Keeps a folded state of a shop's rows 1 to `seq`.
    pub fn put_snapshot(&mut self, shop: ShopId, seq: u64, bytes: Vec<u8>) {
        self.snapshots.insert(shop, Snapshot { seq, bytes });
    }

    /// The folded state of a shop, and up to which row; none if it was dropped.
    pub fn snapshot(&self, shop: ShopId) -> Option<(u64, &[u8])> {
        self.snapshots.get(&shop).map(|snapshot| (snapshot.seq, snapshot.bytes.as_slice()))
    }

    /// Drops a folded state: nothing changes but start-up time.
    pub fn delete_snapshot(&mut self, shop: ShopId) {
        self.snapshots.remove(&shop);
    }
}
