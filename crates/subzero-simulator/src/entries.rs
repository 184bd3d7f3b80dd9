//! What devices record in a run: mostly sales, now and then something a server must cope with.

use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
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

use crate::door::SERVER;

/// May change everything.
pub const OWNER: EmployeeId = EmployeeId::from_u128(1);
/// May change nothing.
pub const CASHIER: EmployeeId = EmployeeId::from_u128(2);
/// Not in the account.
pub const STRANGER: EmployeeId = EmployeeId::from_u128(3);
/// May change everything, too.
pub const OTHER_OWNER: EmployeeId = EmployeeId::from_u128(4);

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
        28..=29 => encode(stamp, ShopId::OFFICE, either_owner(dice), change_person(dice)),
        30..=45 => encode(stamp, stamp.shop, CASHIER, receipt(dice)),
        _ => encode(stamp, stamp.shop, CASHIER, sale(stamp, dice)),
    }
}

/// A sale, and nothing else.
pub fn plain_sale(stamp: Stamp, dice: &mut Jitter) -> EntryBytes {
    encode(stamp, stamp.shop, CASHIER, sale(stamp, dice))
}

/// An owner says of themselves that they are none any more.
pub fn step_down(stamp: Stamp, owner: EmployeeId) -> EntryBytes {
    encode(stamp, ShopId::OFFICE, owner, body(vec![person(owner, Some(Role::Manager), None)]))
}

/// What the server writes into the office.
pub fn of_server(number: u64, at: Instant, by: EmployeeId, changes: Vec<Change>) -> EntryBytes {
    let stamp = Stamp { number, shop: ShopId::OFFICE, device: SERVER, at };
    encode(stamp, ShopId::OFFICE, by, body(changes))
}

/// Whom an account has at first.
pub fn people() -> Vec<Change> {
    let roles = [(OWNER, Role::Owner), (OTHER_OWNER, Role::Owner), (CASHIER, Role::Cashier)];
    roles.map(|(id, role)| person(id, Some(role), Some(true))).to_vec()
}

/// Whatever somebody with a stolen token thinks of: by anybody, of any day, for any shop, as any register.
pub fn hostile(stamp: Stamp, victim: DeviceId, taken: Option<EntryId>, dice: &mut Jitter) -> EntryBytes {
    let years = i64::try_from(dice.up_to(120)).expect("small") - 60;
    let ms = if dice.up_to(1) == 0 { 0 } else { years * 365 * 86_400_000 };
    let at = Instant::from_unix_ms(stamp.at.unix_ms() + ms).unwrap_or(stamp.at);
    let device = if dice.up_to(7) == 0 { victim } else { stamp.device };
    let stamp = Stamp { device, at, ..stamp };
    let by = [OWNER, OTHER_OWNER, CASHIER, STRANGER][usize::try_from(dice.up_to(3)).expect("small")];
    let everybody = [OWNER, OTHER_OWNER, CASHIER].map(|id| person(id, None, Some(false))).to_vec();
    let (shop, body) = match dice.up_to(9) {
        0 => return poison(stamp),
        1 => (ShopId::OFFICE, body(everybody)),
        2 => (ShopId::OFFICE, body(vec![person(STRANGER, Some(Role::Owner), Some(true))])),
        3 => (ShopId::OFFICE, change_person(dice)),
        4 => (ShopId::OFFICE, change_item(stamp)),
        5 => (ShopId::OFFICE, foreign(stamp)),
        6 => (stamp.shop, foreign(stamp)),
        7 => (stamp.shop, receipt(dice)),
        _ => (stamp.shop, sale(stamp, dice)),
    };
    let entry = encode(stamp, shop, by, body);
    let Some(id) = taken else { return entry };
    let mut decoded = Entry::decode(0, &entry.0).expect("encoded here");
    decoded.header.id = id;
    EntryBytes(decoded.encode().expect("within limits"))
}

fn either_owner(dice: &mut Jitter) -> EmployeeId {
    if dice.up_to(1) == 0 { OWNER } else { OTHER_OWNER }
}

/// Somebody becomes an owner, or is none any more, or leaves.
fn change_person(dice: &mut Jitter) -> Body {
    let who = either_owner(dice);
    body(vec![match dice.up_to(3) {
        0 => person(who, Some(Role::Manager), None),
        1 => person(who, None, Some(false)),
        _ => person(who, Some(Role::Owner), Some(true)),
    }])
}

const fn person(id: EmployeeId, role: Option<Role>, active: Option<bool>) -> Change {
    Change::Employee(EmployeeChange { id, name: None, role, pin: None, active })
}

const fn body(changes: Vec<Change>) -> Body {
    Body::Catalogue(Catalogue { known: 0, changes })
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
    body(vec![Change::Item(ItemChange { id: ItemId::from_u128(0), fields })])
}

/// A kind of entry from a newer version.
fn foreign(stamp: Stamp) -> Body {
    Body::Foreign(Foreign { kind: 900, payload: stamp.number.to_be_bytes().to_vec() })
}
