//! The demo account: a small bakery with two shops, ready to be sold from. Its sign-ins are public, so nothing real belongs in it.
//!
//! Stock is low on purpose: a few sales and something is negative.

use std::fmt;

use serde::Serialize;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{EmployeeId, EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::sample::{self, Good};
use subzero_sync::wire::ShopName;
use utoipa::ToSchema;
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

/// How to sign in to the demo account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignIns {
    /// The owner's e-mail address, to pair a device.
    pub email: &'static str,
    /// And password.
    pub password: &'static str,
    /// Who can sign in on a paired device.
    pub employees: Vec<EmployeeSignIn>,
}

/// How one employee signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
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
        vendors: sample::vendors(),
        items: sample::items(),
    };
    let account = seed::create_account(db, business, now).await?;
    seed::import(db, account, receipts(now)).await
}

fn employee((number, (name, role, pin)): (u128, (&str, Role, &str))) -> Employee {
    Employee { id: EmployeeId::from_u128(number), name: name.to_owned(), role, pin: pin.to_owned() }
}

/// One delivery to each shop, received by the manager.
fn receipts(now: Instant) -> Vec<Entry> {
    let receipt = |shop: u32, delivery: fn(&Good) -> u32| {
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
        Entry { dseq: 0, header, body: Body::Receipt(sample::opening_stock(delivery)) }
    };
    vec![receipt(1, |good| good.in_first), receipt(2, |good| good.in_second)]
}
