//! What the tills of a soak record.

use std::time::{SystemTime, UNIX_EPOCH};

use subzero_ledger::entry::{Body, CostControl, Entry, Header, ItemKind, Mode, Sale, SaleLine, StampedItem};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;
use subzero_sync::wire::EntryBytes;
use uuid::Uuid;

/// One of the demo account's cashiers.
const CASHIER: EmployeeId = EmployeeId::from_u128(3);
/// One of its items.
const ITEM: ItemId = ItemId::from_u128(12);

/// Now, by this machine's clock: nobody moves the tills'.
pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).ok().and_then(Instant::from_unix_ms).unwrap_or(Instant::MAX)
}

/// A till's sale of one unit, which no other entry is like.
pub fn sale(device: DeviceId, shop: ShopId, number: u64) -> EntryBytes {
    let header = Header {
        id: EntryId(Uuid::now_v7()),
        shop,
        device,
        at: now(),
        employee: CASHIER,
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    let line = SaleLine {
        item: StampedItem { id: ITEM, default_cost: None, kind: ItemKind::Inventory },
        qty: Qty::ONE,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    let receipt = format!("soak-{device}-{number}");
    let body = Body::Sale(Sale { receipt, lines: vec![line], tenders: Vec::new(), places: 2, note: String::new() });
    EntryBytes(Entry { dseq: 0, header, body }.encode().expect("a sale of one unit is within limits"))
}
