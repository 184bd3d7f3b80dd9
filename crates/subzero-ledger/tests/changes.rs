//! Inventory changes at their size: a million rows are found, and a screenful of them is made wherever one looks.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::time::Instant as Clock;

use subzero_ledger::changes::{Changes, Wanted};
use subzero_ledger::entry::{Body, CostControl, Entry, Header, ItemKind, Mode, Receipt, ReceiptLine, StampedItem};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;

const ENTRIES: u32 = 2_000;
const LINES: u32 = 500;
/// Rows on a tall screen, with those to spare.
const SCREENFUL: usize = 50;

fn delivery(number: u32) -> Entry {
    let header = Header {
        id: EntryId::from_u128(number.into()),
        shop: ShopId(1),
        device: DeviceId(1),
        at: Instant::from_unix_ms(1_772_442_000_000 + i64::from(number) * 60_000).unwrap(),
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    let line = |item: u32| ReceiptLine {
        of_line: None,
        item: StampedItem { id: ItemId::from_u128(item.into()), default_cost: None, kind: ItemKind::Inventory },
        qty: Qty::ONE,
        cost: UnitCost::default(),
    };
    let lines = (0..LINES).map(line).collect();
    let body = Body::Receipt(Receipt { order: None, vendor: None, lines, reference: String::new() });
    Entry { dseq: u64::from(number) + 1, header, body }
}

#[test]
fn a_million_rows_are_found_and_shown_a_screenful_at_a_time() {
    let mut ledger = Ledger::default();
    ledger.extend((0..ENTRIES).map(delivery).map(|entry| {
        let seq = entry.dseq;
        (entry, Arrival::Confirmed { seq })
    }));
    let begun = Clock::now();
    let changes = Changes::find(&ledger, &Wanted::default());
    let found = begun.elapsed();
    assert_eq!(changes.len(), 1_000_000);
    let mut worst = std::time::Duration::ZERO;
    for first in (0..changes.len() - SCREENFUL).step_by(9_973) {
        let begun = Clock::now();
        for row in first..first + SCREENFUL {
            let change = changes.row(&ledger, row).unwrap();
            let (entry, line) = (row / 500, row % 500);
            assert_eq!(change.line.entry, EntryId::from_u128((1_999 - entry) as u128));
            assert_eq!(usize::from(change.line.line), line);
        }
        worst = worst.max(begun.elapsed());
    }
    println!("1,000,000 changes found in {found:?}; the slowest screenful of {SCREENFUL} rows made in {worst:?}");
}
