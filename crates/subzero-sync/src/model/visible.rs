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
    /// Recorded here, and set aside by the server.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Position;
    use crate::records::{AckRecord, AppliedOwn, Cursor, EpochAdoption, PageRecord};
    use crate::wire::{Checksum, Epoch, Incarnation, PushVerdict, QuarantineReason};
    use std::collections::BTreeSet;
    use uuid::Uuid;

    const EPOCHS: [Epoch; 2] = [Epoch(Uuid::from_u128(1)), Epoch(Uuid::from_u128(2))];
    const INC: Incarnation = Incarnation(Uuid::from_u128(3));
    const SHOP: ShopId = ShopId(1);

    fn sale() -> EntryBytes {
        use subzero_ledger::entry::{Body, CostControl, Foreign, Header, Mode};
        use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId};
        use subzero_ledger::instant::Instant;
        let header = Header {
            id: EntryId::from_u128(1),
            shop: SHOP,
            device: DeviceId(1),
            at: Instant::MIN,
            employee: EmployeeId::from_u128(1),
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        let body = Body::Foreign(Foreign { kind: 900, payload: vec![1] });
        EntryBytes(Entry { dseq: 0, header, body }.encode().unwrap())
    }

    #[test]
    fn i6_what_was_put_aside_before_a_restore_and_taken_after_it_is_shown_all_the_while() {
        let mut outbox = Outbox::new(INC);
        outbox.append(sale());
        let acked = Position::START.next(INC, &sale());
        let ack = |epoch, verdict| AckRecord {
            incarnation: INC,
            epoch,
            acked,
            verdicts: vec![PushVerdict { dseq: 1, seq: None, verdict }],
            at: None,
        };
        outbox.store_ack(&ack(EPOCHS[0], Verdict::Quarantined { reason: QuarantineReason::OtherShop }));
        let mut cache = Cache::default();
        let from = Cursor::start(1, EPOCHS[0]);
        // Another own entry, further on, had come back.
        let applied_own = Some(AppliedOwn { incarnation: INC, dseq: 2 });
        let to = Cursor { seq: 0, checksum: Checksum::EMPTY, applied_own, ..from };
        cache.store_page(&PageRecord {
            shop: SHOP,
            from,
            to,
            rows: Vec::new(),
            sealed: false,
            complete: true,
            together: BTreeSet::new(),
        });
        let start = Position::START;
        outbox.adopt_epoch(&EpochAdoption { incarnation: INC, from: Some(EPOCHS[0]), to: EPOCHS[1], acked: start });
        outbox.store_ack(&ack(EPOCHS[1], Verdict::Ok));
        assert_eq!(visible(&outbox, &cache).get(&sale()), Some(&Standing::Own { dseq: 1 }));
    }
}
