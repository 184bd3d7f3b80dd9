//! Making accounts and loading histories: for the demo, for trials, for tests.
//!
//! What is loaded takes the same way as what a till pushes: the intake judges it, the shop's head numbers it. Nothing is
//! written beside the ledger.

use std::collections::BTreeMap;

use subzero_ledger::entry::catalogue::{EmployeeChange, ItemChange, VendorChange};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, Catalogue, Change, CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::ShopName;
use uuid::Uuid;

use crate::db::{AccountId, Db, DbError, ImportError, NewAccount};
use crate::password::{self, PasswordError};
use crate::pin::{self, PinError};

/// Who the server is where a device is named: the account's first, and not one that sells.
pub const SERVER: DeviceId = DeviceId(0);
/// The sign-in of entries that nobody signed in for.
pub const NO_SESSION: SessionId = SessionId::from_u128(0);
/// How many items one entry creates: far below what an entry may hold.
const ITEMS_PER_ENTRY: usize = 50;
/// How many entries are loaded in one txn.
const BATCH: usize = 2_000;

/// Why an account or a history was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Nobody is an owner, so nobody could change anything.
    #[error("nobody in {0} is an owner")]
    NoOwner(String),
    /// The password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The intake or the database.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A business to begin with.
#[derive(Clone)]
pub struct Business {
    /// Its name.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// Whether its sign-ins are public.
    pub demo: bool,
    /// The owner's e-mail address.
    pub email: String,
    /// The owner's password.
    pub password: String,
    /// Its shops, numbered from 1.
    pub shops: Vec<ShopName>,
    /// Who works there: one of them an owner.
    pub employees: Vec<Employee>,
    /// Whom it buys from.
    pub vendors: Vec<VendorChange>,
    /// What it sells.
    pub items: Vec<ItemChange>,
}

/// Someone who works there.
#[derive(Clone)]
pub struct Employee {
    /// Who.
    pub id: EmployeeId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What they type to sign in.
    pub pin: String,
}

/// Makes an account: its shops, its employees and its items are the first entries of its office.
pub async fn create_account(db: &Db, business: Business, now: Instant) -> Result<AccountId, SeedError> {
    let owner = business.employees.iter().find(|employee| employee.role == Role::Owner);
    let owner = owner.ok_or_else(|| SeedError::NoOwner(business.name.clone()))?.id;
    let entries = opening(&business, owner, now)?;
    let account = NewAccount {
        name: business.name,
        currency: business.currency,
        demo: business.demo,
        email: business.email.trim().to_lowercase(),
        password: password::hash(&business.password)?,
        owner,
        shops: business.shops,
    };
    let account = db.create_account(account, now).await?;
    import(db, account, entries).await?;
    Ok(account)
}

/// Loads entries, in their order, as if each had arrived when it happened. Devices they name and the account does not have are added,
/// without a token. Each entry gets the next number of an outbox of its device, whatever its `dseq` says.
///
/// It stops at the first entry that the intake sets aside; what went well before it is stored.
pub async fn import(db: &Db, account: AccountId, entries: Vec<Entry>) -> Result<(), SeedError> {
    let mut outboxes = BTreeMap::new();
    for batch in entries.chunks(BATCH) {
        db.import(account, &mut outboxes, batch).await?;
    }
    Ok(())
}

/// An entry of the office that the server writes.
pub fn office_entry(employee: EmployeeId, at: Instant, changes: Vec<Change>) -> Entry {
    let header = Header {
        id: EntryId(Uuid::now_v7()),
        shop: ShopId::OFFICE,
        device: SERVER,
        at,
        employee,
        session: NO_SESSION,
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    Entry { dseq: 0, header, body: Body::Catalogue(Catalogue { known: 0, changes }) }
}

fn opening(business: &Business, owner: EmployeeId, now: Instant) -> Result<Vec<Entry>, SeedError> {
    let shops = business.shops.iter().map(|shop| Change::Shop { id: shop.id, name: shop.name.clone() });
    let mut changes: Vec<Change> = shops.collect();
    for employee in &business.employees {
        changes.push(Change::Employee(EmployeeChange {
            id: employee.id,
            name: Some(employee.name.clone()),
            role: Some(employee.role),
            pin: Some(pin::verifier(&employee.pin)?),
            active: Some(true),
        }));
    }
    let (from, to) = (Mode::Allow, Mode::at_creation(now));
    if from != to {
        changes.push(Change::NegativeInventory { from, to });
    }
    changes.extend(business.vendors.iter().cloned().map(Change::Vendor));
    let mut entries = vec![office_entry(owner, now, changes)];
    for items in business.items.chunks(ITEMS_PER_ENTRY) {
        let changes = items.iter().cloned().map(Change::Item).collect();
        entries.push(office_entry(owner, now, changes));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_from_before_26_june_2019_begins_with_the_module_off() {
        let owner =
            Employee { id: EmployeeId::from_u128(1), name: "Kim".into(), role: Role::Owner, pin: "1234".into() };
        let business = Business {
            name: "Kim's Kitchen".into(),
            currency: "GBP".into(),
            demo: false,
            email: "kim@example.com".into(),
            password: "long enough a password".into(),
            shops: Vec::new(),
            employees: vec![owner],
            vendors: Vec::new(),
            items: Vec::new(),
        };
        let switched_to = |created_ms| {
            let created = Instant::from_unix_ms(created_ms).unwrap();
            let entries = opening(&business, EmployeeId::from_u128(1), created).unwrap();
            let Body::Catalogue(catalogue) = &entries[0].body else { panic!("the first entry creates tables") };
            catalogue
                .changes
                .iter()
                .find_map(|change| if let Change::NegativeInventory { to, .. } = change { Some(*to) } else { None })
        };
        assert_eq!(switched_to(1_561_507_199_999), Some(Mode::AutoAdd));
        assert_eq!(
            switched_to(1_561_507_200_000),
            None,
            "on from the start, as every account is unless it says otherwise"
        );
    }
}
