//! What a device shows: one union over both databases.

use std::collections::BTreeMap;

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::ShopId;

use crate::records::{Control, ShopCursors};
use crate::wire::{EntryBytes, Verdict};

use super::{Cache, Outbox};

/// Where a visible entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// In its shop's history.
    Confirmed {
        /// The shop.
        shop: ShopId,
        /// Its place there.
        seq: u64,
    },
    /// Recorded here; not seen in its shop's history yet.
    Own {
        /// Its number in the outbox.
        dseq: u64,
    },
    /// Recorded here, and put aside by the server.
    Quarantined {
        /// Its number in the outbox.
        dseq: u64,
    },
}

/// Rows of the shown copies ∪ own entries that are not applied to them, or quarantined. Each entry once.
pub fn visible(outbox: &Outbox, cache: &Cache) -> BTreeMap<EntryBytes, Standing> {
    let mut standing_by_entry = BTreeMap::new();
    let cursors = cache.cursors();
    let read = outbox.own(0, usize::MAX, usize::MAX);
    for own in read.own {
        let quarantined = matches!(outbox.verdict(own.dseq), Some(Verdict::Quarantined { .. }));
        if quarantined {
            standing_by_entry.insert(own.body, Standing::Quarantined { dseq: own.dseq });
        } else if own.dseq > applied_own(&read.control, &cursors, &own.body) {
            standing_by_entry.insert(own.body, Standing::Own { dseq: own.dseq });
        }
    }
    for (shop, _) in cursors {
        for row in cache.load(shop).map(|(_, rows)| rows).unwrap_or_default() {
            standing_by_entry.insert(row.body, Standing::Confirmed { shop, seq: row.seq });
        }
    }
    standing_by_entry
}

/// Up to which own entry the shown copy of this entry's shop holds them all. A copy of another epoch says nothing: what the server put
/// aside then, it may have taken since.
fn applied_own(control: &Control, cursors: &BTreeMap<ShopId, ShopCursors>, body: &EntryBytes) -> u64 {
    let Ok(entry) = Entry::decode_confirmed(0, &body.0) else { return 0 };
    let shown = cursors.get(&entry.header.shop).and_then(|cursors| cursors.shown);
    let current = shown.filter(|cursor| control.epoch == Some(cursor.epoch));
    let applied = current.and_then(|cursor| cursor.applied_own);
    applied.filter(|applied| applied.incarnation == control.incarnation).map_or(0, |applied| applied.dseq)
}
