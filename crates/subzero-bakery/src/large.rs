//! A business as large as this product is made for: 20 shops, 50,000 items, 1,000,000 adjustments, 10,000 negative items. Made up, and the
//! same every time.

use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{
    Body, Change, CostControl, Entry, Header, ItemKind, Mode, Order, OrderLine, OrderStage, OversellReason, Receipt,
    ReceiptLine, Sale, SaleLine, StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, OrderId, SessionId, ShopId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_server::seed::{Business, Employee};
use subzero_sync::wire::ShopName;

/// How many shops.
pub const SHOPS: u32 = 20;
/// How many items.
const ITEMS: u32 = 50_000;
/// How many shops carry an item.
const SHOPS_OF_AN_ITEM: u32 = 4;
/// How often an item is delivered or sold in a shop that carries it.
const ADJUSTMENTS_EACH: u32 = 5;
/// One in so many items of a shop is negative in the end.
const ONE_NEGATIVE_IN: u32 = 20;
/// One in so many of those is on order.
const ONE_ON_ORDER_IN: u32 = 5;
const VENDORS: u32 = 200;
const CATEGORIES: u32 = 100;
const EMPLOYEES: u32 = 60;
const REGISTERS_A_SHOP: u32 = 2;
const LINES_A_DELIVERY: usize = 400;
const LINES_A_SALE: usize = 5;
const ORDER_LINES: usize = 100;
const MINUTE_MS: i64 = 60_000;

/// The owner's e-mail address.
pub const EMAIL: &str = "owner@large.example";
/// And password.
pub const PASSWORD: &str = "twenty shops at once";
/// Employee 0's PIN; the others' follow.
const FIRST_PIN: u32 = 1_000;

/// Its first moment: 120 days before its last.
pub const BEGIN_MS: i64 = 1_772_442_000_000;

/// An id of a kind, by number.
const fn id(kind: u128, number: u32) -> u128 {
    0x1a46_0000_0000_7000_8000_0000_0000_0000 | (kind << 48) | number as u128
}

/// One of its items.
pub const fn item(number: u32) -> ItemId {
    ItemId::from_u128(id(1, number))
}

/// One of those who work there.
pub const fn employee(number: u32) -> EmployeeId {
    EmployeeId::from_u128(id(2, number))
}

fn stamped(number: u32) -> StampedItem {
    StampedItem { id: item(number), default_cost: default_cost(number), kind: ItemKind::Inventory }
}

/// Every eleventh item has none.
fn default_cost(number: u32) -> Option<UnitCost> {
    (!number.is_multiple_of(11)).then(|| UnitCost::from_ten_thousandths(i64::from(number % 900 + 100) * 100))
}

/// Whom it buys from.
pub fn vendors() -> Vec<VendorChange> {
    let vendor = |number: u32| VendorChange {
        id: VendorId::from_u128(id(3, number)),
        fields: VendorFields { name: Some(format!("Vendor {number}")), ..VendorFields::default() },
    };
    (0..VENDORS).map(vendor).collect()
}

/// What it sells.
pub fn items() -> Vec<ItemChange> {
    items_of(ITEMS)
}

/// The first so many items of what it sells.
fn items_of(items: u32) -> Vec<ItemChange> {
    (0..items).map(change).collect()
}

fn change(number: u32) -> ItemChange {
    let barcodes = vec![
        Barcode::single(format!("21{number:010}")),
        Barcode { code: format!("22{number:010}"), pack: Qty::from_units(6) },
    ];
    let fields = ItemFields {
        name: Some(format!("Article {number} kind {}", number % 700)),
        sku: Some(format!("A-{number}")),
        barcodes: Some(barcodes),
        price: Some(Price::from_ten_thousandths(i64::from(number % 97 + 3) * 10_000)),
        default_cost: Some(default_cost(number)),
        category: Some(format!("Category {}", number % CATEGORIES)),
        vendor: Some(Some(VendorId::from_u128(id(3, number % VENDORS)))),
        ..ItemFields::default()
    };
    ItemChange { id: item(number), fields }
}

/// The business with all it begins with, and without what happened in it.
pub fn business() -> Business {
    business_of(ITEMS)
}

/// The same, with only so many items.
pub fn business_of(items: u32) -> Business {
    let name = |number: u32| format!("Shop {number}");
    Business {
        name: "Twenty shops".to_owned(),
        currency: "GBP".to_owned(),
        demo: false,
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        shops: (1..=SHOPS).map(|number| ShopName { id: ShopId(number), name: name(number) }).collect(),
        employees: (0..EMPLOYEES).map(staff).collect(),
        vendors: vendors(),
        items: items_of(items),
    }
}

fn staff(number: u32) -> Employee {
    let role = match number {
        0 => Role::Owner,
        _ if number.is_multiple_of(3) => Role::Manager,
        _ => Role::Cashier,
    };
    Employee { id: employee(number), name: format!("Employee {number}"), role, pin: (FIRST_PIN + number).to_string() }
}

/// Its registers, as the office names them.
pub fn registers() -> Vec<Change> {
    let register = |number: u32| Change::Register {
        id: DeviceId(number + 1),
        name: format!("Register {}", number % REGISTERS_A_SHOP + 1),
        shop: ShopId(number / REGISTERS_A_SHOP + 1),
    };
    (0..SHOPS * REGISTERS_A_SHOP).map(register).collect()
}

/// How everybody signs in, in a sentence.
pub fn pins() -> String {
    let last = FIRST_PIN + EMPLOYEES - 1;
    format!("PINs: {FIRST_PIN} (owner), then {} to {last}, every third a manager's", FIRST_PIN + 1)
}

/// The items that a shop carries.
fn carried(shop: u32, items: u32) -> impl Iterator<Item = u32> {
    let step = SHOPS / SHOPS_OF_AN_ITEM;
    (0..items).filter(move |item| item % step == shop % step)
}

fn is_negative(item: u32, shop: u32) -> bool {
    (item / 5).wrapping_add(shop).is_multiple_of(ONE_NEGATIVE_IN)
}

/// Writes entries one after the other, each register's at its own pace.
struct Writer {
    entries: Vec<Entry>,
    number: u32,
}

impl Writer {
    fn write(&mut self, shop: u32, at_minute: u32, body: Body) {
        let number = self.number;
        self.number += 1;
        let register = shop * REGISTERS_A_SHOP + number % REGISTERS_A_SHOP;
        let at = Instant::from_unix_ms(BEGIN_MS + i64::from(at_minute) * MINUTE_MS + i64::from(number % 60) * 1_000);
        let header = Header {
            id: EntryId::from_u128(id(4, number)),
            shop: ShopId(shop + 1),
            device: DeviceId(register + 1),
            at: at.unwrap_or(Instant::MIN),
            employee: employee(number % EMPLOYEES),
            session: SessionId::from_u128(id(5, register)),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        self.entries.push(Entry { dseq: number.into(), header, body });
    }
}

/// Everything that happened, in the order in which it did in each shop.
pub fn entries() -> Vec<Entry> {
    entries_of(ITEMS)
}

/// The same, of a business with only so many items: 20 adjustments an item.
pub fn entries_of(items: u32) -> Vec<Entry> {
    let mut writer = Writer { entries: Vec::new(), number: 1 };
    for shop in 0..SHOPS {
        let carried: Vec<u32> = carried(shop, items).collect();
        for delivered in carried.chunks(LINES_A_DELIVERY) {
            let line = |&number: &u32| ReceiptLine {
                of_line: None,
                item: stamped(number),
                qty: Qty::from_units(number % 7 + 4),
                cost: default_cost(number).unwrap_or(UnitCost::from_ten_thousandths(12_500)),
            };
            let lines = delivered.iter().map(line).collect();
            writer.write(
                shop,
                0,
                Body::Receipt(Receipt { order: None, vendor: None, lines, reference: String::new() }),
            );
        }
        for round in 1..ADJUSTMENTS_EACH {
            for (place, sold) in (0_u32..).zip(carried.chunks(LINES_A_SALE)) {
                let line = |&number: &u32| sale_line(number, shop, round);
                let lines: Vec<SaleLine> = sold.iter().map(line).collect();
                let receipt = format!("{}-{}-{}", shop + 1, round, place);
                let sale = Sale { receipt, lines, tenders: Vec::new(), places: 2, note: String::new() };
                writer.write(shop, round * 40_000 + place * 15, Body::Sale(sale));
            }
        }
        let missing = carried.iter().filter(|item| is_negative(**item, shop)).step_by(ONE_ON_ORDER_IN as usize);
        let missing: Vec<u32> = missing.copied().collect();
        for (place, ordered) in (0_u32..).zip(missing.chunks(ORDER_LINES)) {
            let line = |(number, &item): (u16, &u32)| OrderLine {
                number,
                item: stamped(item),
                qty: Qty::from_units(6),
                cost: UnitCost::from_ten_thousandths(12_500),
                vendor_code: String::new(),
            };
            let lines = (1..).zip(ordered).map(line).collect();
            let order = OrderId::from_u128(id(6, shop * 1_000 + place));
            let (number, stage, note) = (format!("{}-{place}", shop + 1), OrderStage::Ordered, String::new());
            writer.write(shop, 170_000, Body::Order(Order { order, number, vendor: None, stage, lines, note }));
        }
    }
    writer.entries
}

/// What is sold in one round: a little, but for what is to be negative, of which the last round sells far too much.
fn sale_line(number: u32, shop: u32, round: u32) -> SaleLine {
    let goes_negative = is_negative(number, shop) && round == ADJUSTMENTS_EACH - 1;
    let qty = if goes_negative { number % 7 + 4 + number % 5 + 1 } else { 1 };
    let oversold = (goes_negative && number.is_multiple_of(3)).then_some(OversellReason::JustArrived);
    let price = Price::from_ten_thousandths(i64::from(number % 97 + 3) * 10_000);
    let (discount, recorded_cost) = (Amount::ZERO, Amount::ZERO);
    SaleLine { item: stamped(number), qty: Qty::from_units(qty), price, discount, recorded_cost, oversold }
}
