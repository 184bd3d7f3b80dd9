//! Entries, rows and pages for the tests, and databases nobody has used before.

use std::collections::BTreeSet;

use subzero::device::ids;
use subzero::storage::Storage;
use subzero_ledger::entry::{Body, CostControl, Entry, Header, ItemKind, Mode, Sale, SaleLine, StampedItem, Void};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;
use subzero_sync::records::{AppliedOwn, Control, Cursor, PageRecord};
use subzero_sync::wire::{Checksum, EntryBytes, Epoch, Incarnation, Row};
use uuid::Uuid;

pub const MUSEUM: ShopId = ShopId(1);
pub const STATION: ShopId = ShopId(2);

/// A prefix of its own for every call.
pub fn fresh(test: &str) -> String {
    format!("{test}-{}-", ids::entry_id())
}

pub async fn open(prefix: &str) -> Storage {
    Storage::open(prefix).await.expect("storage opens")
}

pub fn epoch(number: u128) -> Epoch {
    Epoch(Uuid::from_u128(number))
}

/// A small entry, different for every number.
pub fn entry(number: u64, shop: ShopId) -> Vec<u8> {
    let header = Header {
        id: EntryId::from_u128(u128::from(number)),
        shop,
        device: DeviceId(1),
        at: Instant::MIN,
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    let of = EntryId::from_u128(u128::from(number) + 1_000_000);
    Entry { dseq: 0, header, body: Body::Void(Void { of, note: String::new() }) }
        .encode()
        .expect("a void is within the limits")
}

/// A sale of nothing, with the number of its receipt.
pub fn sale(number: u64, receipt: &str) -> Vec<u8> {
    let void = Entry::decode(0, &entry(number, MUSEUM)).expect("an entry of these tests");
    let (receipt, note) = (receipt.to_owned(), String::new());
    let item = StampedItem { id: ItemId::from_u128(1), default_cost: None, kind: ItemKind::Inventory };
    let (price, discount, recorded_cost) = (Price::ZERO, Amount::ZERO, Amount::ZERO);
    let lines = vec![SaleLine { item, qty: Qty::ONE, price, discount, recorded_cost, oversold: None }];
    let body = Body::Sale(Sale { receipt, lines, tenders: Vec::new(), places: 2, note });
    Entry { body, ..void }.encode().expect("a sale within the limits")
}

pub fn shop_of(body: &EntryBytes) -> ShopId {
    Entry::decode_confirmed(0, &body.0).expect("an entry of these tests").header.shop
}

pub fn row(seq: u64, inc: Incarnation, dseq: u64, body: EntryBytes) -> Row {
    Row { seq, inc, dseq, recorded: Instant::MIN, flags: Vec::new(), body }
}

/// The page that takes a copy at `from` on by `rows`.
pub fn page(shop: ShopId, from: Cursor, rows: &[Row], control: &Control, complete: bool) -> PageRecord {
    let own = rows.iter().filter(|row| row.inc == control.incarnation).map(|row| row.dseq).max();
    let applied = own.map(|dseq| AppliedOwn { incarnation: control.incarnation, dseq });
    let to = Cursor {
        seq: from.seq + rows.len() as u64,
        checksum: from.checksum.add_all(shop, rows),
        applied_own: applied.or(from.applied_own),
        ..from
    };
    PageRecord { shop, from, to, rows: rows.to_vec(), sealed: false, complete, together: BTreeSet::new() }
}

/// Rows 1 to `count` that another device recorded.
pub fn foreign_rows(count: u64, shop: ShopId) -> Vec<Row> {
    let inc = Incarnation(Uuid::from_u128(99));
    (1..=count).map(|seq| row(seq, inc, seq, EntryBytes(entry(10_000 + seq, shop)))).collect()
}

pub fn start() -> Cursor {
    Cursor { checksum: Checksum::EMPTY, ..Cursor::start(1, epoch(1)) }
}
