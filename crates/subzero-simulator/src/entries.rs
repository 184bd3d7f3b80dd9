//! What devices record in a run: mostly sales, now and then something a server must cope with.

use subzero_ledger::entry::catalogue::{Change, ItemChange, ItemFields};
use subzero_ledger::entry::{
    Body, Catalogue, CostControl, Entry, Foreign, Header, ItemKind, Mode, Receipt, ReceiptLine, Sale, SaleLine,
    StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_sync::backoff::Jitter;
use subzero_sync::wire::EntryBytes;

/// May change everything.
pub const OWNER: EmployeeId = EmployeeId::from_u128(1);
/// May change nothing.
pub const CASHIER: EmployeeId = EmployeeId::from_u128(2);
/// Not in the account.
const STRANGER: EmployeeId = EmployeeId::from_u128(3);

/// Who records, where and when.
#[derive(Clone, Copy)]
pub struct Stamp {
    pub number: u64,
    pub shop: ShopId,
    pub device: DeviceId,
    pub at: Instant,
}

/// Some entry. `earlier` is one that this device recorded before.
pub fn record(stamp: Stamp, dice: &mut Jitter, earlier: Option<&EntryBytes>) -> EntryBytes {
    match dice.up_to(99) {
        0..=2 => poison(stamp),
        3..=5 => encode(stamp, ShopId::OFFICE, CASHIER, change_item(stamp)),
        6..=11 => encode(stamp, ShopId::OFFICE, OWNER, change_item(stamp)),
        12..=13 => encode(stamp, stamp.shop, OWNER, change_item(stamp)),
        14..=17 => encode(stamp, stamp.shop, CASHIER, foreign(stamp)),
        18..=19 => encode(Stamp { device: DeviceId(99), ..stamp }, stamp.shop, CASHIER, sale(stamp, dice)),
        20..=22 => earlier.map_or_else(|| poison(stamp), |earlier| same_id(stamp, earlier)),
        23..=24 => encode(stamp, ShopId(9), CASHIER, sale(stamp, dice)),
        25..=27 => encode(stamp, stamp.shop, STRANGER, sale(stamp, dice)),
        28..=45 => encode(stamp, stamp.shop, CASHIER, receipt(dice)),
        _ => encode(stamp, stamp.shop, CASHIER, sale(stamp, dice)),
    }
}

/// A sale, and nothing else.
pub fn plain_sale(stamp: Stamp, dice: &mut Jitter) -> EntryBytes {
    encode(stamp, stamp.shop, CASHIER, sale(stamp, dice))
}

fn poison(stamp: Stamp) -> EntryBytes {
    EntryBytes(format!("not an entry: {} {}", stamp.device, stamp.number).into_bytes())
}

/// Another entry under an id that is taken.
fn same_id(stamp: Stamp, earlier: &EntryBytes) -> EntryBytes {
    let Ok(entry) = Entry::decode(0, &earlier.0) else { return poison(stamp) };
    let body = foreign(stamp);
    EntryBytes(Entry { body, ..entry }.encode().expect("within limits"))
}

fn encode(stamp: Stamp, shop: ShopId, employee: EmployeeId, body: Body) -> EntryBytes {
    let header = Header {
        id: EntryId::from_u128((u128::from(stamp.device.0) << 64) | u128::from(stamp.number)),
        shop,
        device: stamp.device,
        at: stamp.at,
        employee,
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    EntryBytes(Entry { dseq: 0, header, body }.encode().expect("within limits"))
}

fn item(dice: &mut Jitter) -> StampedItem {
    StampedItem { id: ItemId::from_u128(u128::from(dice.up_to(2))), default_cost: None, kind: ItemKind::Inventory }
}

fn units(dice: &mut Jitter) -> Qty {
    Qty::from_units(1 + u32::try_from(dice.up_to(4)).expect("small"))
}

fn sale(stamp: Stamp, dice: &mut Jitter) -> Body {
    let line = SaleLine {
        item: item(dice),
        qty: units(dice),
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    let receipt = format!("{}-{}", stamp.device, stamp.number);
    Body::Sale(Sale { receipt, lines: vec![line], tenders: Vec::new(), places: 2, note: String::new() })
}

fn receipt(dice: &mut Jitter) -> Body {
    let line = ReceiptLine { of_line: None, item: item(dice), qty: units(dice), cost: UnitCost::ZERO };
    Body::Receipt(Receipt { order: None, vendor: None, lines: vec![line], reference: String::new() })
}

fn change_item(stamp: Stamp) -> Body {
    let fields = ItemFields { name: Some(format!("item {}", stamp.number)), ..ItemFields::default() };
    let change = Change::Item(ItemChange { id: ItemId::from_u128(0), fields });
    Body::Catalogue(Catalogue { known: 0, changes: vec![change] })
}

/// A kind of entry from a newer version.
fn foreign(stamp: Stamp) -> Body {
    Body::Foreign(Foreign { kind: 900, payload: stamp.number.to_be_bytes().to_vec() })
}
