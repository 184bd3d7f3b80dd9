//! The demo account: a small bakery with two shops, ready to be sold from. Its sign-ins are public, so nothing real belongs in it.
//!
//! Stock is low on purpose: a few sales and something is negative.

use std::fmt;

use serde::Serialize;
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, CostControl, Entry, Header, ItemKind, Mode, Receipt, ReceiptLine, StampedItem};
use subzero_ledger::ids::{EmployeeId, EntryId, ItemId, ShopId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_sync::wire::ShopName;
use uuid::Uuid;

use crate::db::Db;
use crate::seed::{self, Business, Employee, NO_SESSION, SERVER, SeedError};

const EMAIL: &str = "owner@cornerbakery.example";
const PASSWORD: &str = "fresh bread daily";
/// Name, role and PIN; the place in the list is the employee's number.
const EMPLOYEES: [(&str, Role, &str); 4] = [
    ("Olive Owen", Role::Owner, "1111"),
    ("Maya Miller", Role::Manager, "2222"),
    ("Chris Cole", Role::Cashier, "3333"),
    ("Sam Singh", Role::Cashier, "4444"),
];
const SHOPS: [(u32, &str); 2] = [(1, "High Street"), (2, "Station")];

/// An item and its stock at the beginning.
struct Good {
    name: &'static str,
    sku: &'static str,
    barcode: &'static str,
    price_pence: i64,
    cost_pence: Option<i64>,
    category: &'static str,
    vendor: &'static str,
    decimals: u8,
    /// Units received in shop 1 and shop 2; for a service, nothing.
    received: Option<(u32, u32)>,
}

const MILL: &str = "Mill Lane Flour";
const DAIRY: &str = "Hill Farm Dairy";
const WHOLESALE: &str = "Harbour Wholesale";
const HARVEST: &str = "Harvest Preserves";
const VENDORS: [&str; 4] = [MILL, DAIRY, WHOLESALE, HARVEST];

#[rustfmt::skip]
const GOODS: [Good; 13] = [
    Good { name: "Sourdough loaf", sku: "BRD-01", barcode: "5019901079195", price_pence: 420, cost_pence: Some(155), category: "Bread", vendor: MILL, decimals: 0, received: Some((8, 4)) },
    Good { name: "Wholemeal loaf", sku: "BRD-02", barcode: "5019902158387", price_pence: 360, cost_pence: Some(130), category: "Bread", vendor: MILL, decimals: 0, received: Some((6, 3)) },
    Good { name: "Croissant", sku: "PAS-01", barcode: "5019903237579", price_pence: 210, cost_pence: Some(62), category: "Pastry", vendor: MILL, decimals: 0, received: Some((12, 10)) },
    Good { name: "Cinnamon bun", sku: "PAS-02", barcode: "5019904316761", price_pence: 285, cost_pence: Some(80), category: "Pastry", vendor: MILL, decimals: 0, received: Some((5, 4)) },
    Good { name: "Cheese scone", sku: "PAS-03", barcode: "5019905395956", price_pence: 240, cost_pence: Some(75), category: "Pastry", vendor: MILL, decimals: 0, received: Some((4, 0)) },
    Good { name: "Birthday cake", sku: "CAK-01", barcode: "5019906475145", price_pence: 2850, cost_pence: Some(940), category: "Cake", vendor: MILL, decimals: 0, received: Some((1, 0)) },
    Good { name: "Coffee beans 250 g", sku: "GRO-01", barcode: "5019907554337", price_pence: 895, cost_pence: Some(480), category: "Grocery", vendor: WHOLESALE, decimals: 0, received: Some((6, 2)) },
    Good { name: "Oat milk 1 l", sku: "GRO-02", barcode: "5019908633529", price_pence: 220, cost_pence: Some(128), category: "Grocery", vendor: WHOLESALE, decimals: 0, received: Some((6, 6)) },
    Good { name: "Strawberry jam", sku: "GRO-03", barcode: "5019909712711", price_pence: 395, cost_pence: Some(190), category: "Grocery", vendor: HARVEST, decimals: 0, received: Some((3, 2)) },
    Good { name: "Cheddar, loose (kg)", sku: "DRY-01", barcode: "5019910791903", price_pence: 1480, cost_pence: Some(820), category: "Dairy", vendor: DAIRY, decimals: 3, received: Some((2, 1)) },
    Good { name: "Salted butter 250 g", sku: "DRY-02", barcode: "5019911871093", price_pence: 275, cost_pence: None, category: "Dairy", vendor: DAIRY, decimals: 0, received: Some((4, 2)) },
    Good { name: "Bakery mug", sku: "GFT-01", barcode: "5019912950285", price_pence: 950, cost_pence: Some(310), category: "Gifts", vendor: WHOLESALE, decimals: 0, received: Some((2, 1)) },
    Good { name: "Gift wrapping", sku: "SRV-01", barcode: "5019913029478", price_pence: 150, cost_pence: None, category: "Services", vendor: "", decimals: 0, received: None },
];

/// How to sign in to the demo account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignIns {
    /// The owner's e-mail address, to pair a device.
    pub email: &'static str,
    /// And password.
    pub password: &'static str,
    /// Who can sign in on a paired device.
    pub employees: Vec<EmployeeSignIn>,
}

/// How one employee signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmployeeSignIn {
    /// Their name.
    pub name: &'static str,
    /// What they may do.
    pub role: Role,
    /// What they type.
    pub pin: &'static str,
}

impl fmt::Display for SignIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "demo account: pair a device with {} and the password \"{}\"", self.email, self.password)?;
        for employee in &self.employees {
            writeln!(f, "  {} ({:?}) signs in with PIN {}", employee.name, employee.role, employee.pin)?;
        }
        Ok(())
    }
}

/// How to sign in to the demo account.
pub fn sign_ins() -> SignIns {
    let employees = EMPLOYEES.iter().map(|&(name, role, pin)| EmployeeSignIn { name, role, pin }).collect();
    SignIns { email: EMAIL, password: PASSWORD, employees }
}

/// Makes the demo account.
pub async fn create(db: &Db, now: Instant) -> Result<(), SeedError> {
    let business = Business {
        name: "Corner Bakery".to_owned(),
        currency: "GBP".to_owned(),
        demo: true,
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        shops: SHOPS.iter().map(|&(id, name)| ShopName { id: ShopId(id), name: name.to_owned() }).collect(),
        employees: (1..).zip(EMPLOYEES).map(employee).collect(),
        vendors: (1..).zip(VENDORS).map(vendor_change).collect(),
        items: (1..).zip(&GOODS).map(|(number, good)| item(number, good)).collect(),
    };
    let account = seed::create_account(db, business, now).await?;
    seed::import(db, account, receipts(now)).await
}

fn employee((number, (name, role, pin)): (u128, (&str, Role, &str))) -> Employee {
    Employee { id: EmployeeId::from_u128(number), name: name.to_owned(), role, pin: pin.to_owned() }
}

fn item(number: u128, good: &Good) -> ItemChange {
    let fields = ItemFields {
        name: Some(good.name.to_owned()),
        sku: Some(good.sku.to_owned()),
        barcodes: Some(vec![Barcode::single(good.barcode)]),
        price: Some(Price::from_ten_thousandths(good.price_pence * 100)),
        default_cost: good.default_cost().map(Some),
        category: Some(good.category.to_owned()),
        vendor: vendor(good.vendor).map(Some),
        decimals: Some(good.decimals),
        kind: Some(good.kind()),
        ..ItemFields::default()
    };
    ItemChange { id: ItemId::from_u128(number), fields }
}

fn vendor(name: &str) -> Option<VendorId> {
    (1..).zip(VENDORS).find(|(_, known)| *known == name).map(|(number, _)| VendorId::from_u128(number))
}

fn vendor_change((number, name): (u128, &str)) -> VendorChange {
    let fields = VendorFields { name: Some(name.to_owned()), ..VendorFields::default() };
    VendorChange { id: VendorId::from_u128(number), fields }
}

impl Good {
    fn default_cost(&self) -> Option<UnitCost> {
        self.cost_pence.map(|pence| UnitCost::from_ten_thousandths(pence * 100))
    }

    const fn kind(&self) -> ItemKind {
        if self.received.is_some() { ItemKind::Inventory } else { ItemKind::NonInventory }
    }
}

/// One delivery to each shop, received by the manager.
fn receipts(now: Instant) -> Vec<Entry> {
    let receipt = |shop: u32, units: fn((u32, u32)) -> u32| {
        let line = |(number, good): (u128, &Good)| {
            let received = good.received.map(units).filter(|units| *units > 0)?;
            let item =
                StampedItem { id: ItemId::from_u128(number), default_cost: good.default_cost(), kind: good.kind() };
            // What has no default cost came in at half its price.
            let cost = good.default_cost().unwrap_or(UnitCost::from_ten_thousandths(good.price_pence * 50));
            Some(ReceiptLine { of_line: None, item, qty: Qty::from_units(received), cost })
        };
        let header = Header {
            id: EntryId(Uuid::now_v7()),
            shop: ShopId(shop),
            device: SERVER,
            at: now,
            employee: EmployeeId::from_u128(2),
            session: NO_SESSION,
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        let lines = (1..).zip(&GOODS).filter_map(line).collect();
        let receipt = Receipt { order: None, vendor: None, lines, reference: "Opening stock".to_owned() };
        Entry { dseq: 0, header, body: Body::Receipt(receipt) }
    };
    vec![receipt(1, |(first, _)| first), receipt(2, |(_, second)| second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_barcode_scans() {
        for good in &GOODS {
            let digits: Vec<u32> = good.barcode.chars().map(|digit| digit.to_digit(10).unwrap()).collect();
            assert_eq!(digits.len(), 13, "{}", good.name);
            let sum: u32 = digits.iter().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
            assert_eq!(sum % 10, 0, "{}", good.name);
        }
    }
}
