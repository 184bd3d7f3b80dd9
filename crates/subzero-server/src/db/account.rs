//! Accounts: made once, then changed only by what their office's history says.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::catalogue::{Change, EmployeeChange, PinVerifier};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::pairing::after_restore;
use subzero_sync::wire::{AccountKey, AuditWhat, Checksum, Incarnation};
use uuid::Uuid;

use super::access::{NewDevice, add_device};
use super::driver::{Inside, first, the_row};
use super::push::{Arrival, Outbox};
use super::statement::{Statement, Value, with_rows};
use super::value::Word;
use super::{AccountId, Db, DbError, ImportError, NewAccount, Noted, Owner, audit, value};
use crate::seed::{SERVER, office_entry};

impl Db {
    /// Whether there is no account yet.
    pub async fn is_empty(&self) -> Result<bool, DbError> {
        Ok(self.driver.read(Statement::new("select id from account limit 1")).await?.is_empty())
    }

    /// Whether there is a demo account.
    pub async fn has_demo(&self) -> Result<bool, DbError> {
        Ok(!self.driver.read(Statement::new("select id from account where demo = 1 limit 1")).await?.is_empty())
    }

    /// The account of the owner with this e-mail address.
    pub async fn account_of(&self, email: &str) -> Result<Option<AccountId>, DbError> {
        Ok(self.owner(email).await?.map(|owner| owner.account))
    }

    /// Makes an account with its owner, its shops, its office and the server's own place in it.
    pub async fn create_account(&self, new: NewAccount, now: Instant) -> Result<AccountId, DbError> {
        let mut txn = self.driver.begin().await?;
        let insert =
            Statement::new("insert into account (name, currency, demo, inc) values ($1, $2, $3, $4) returning id");
        let insert = insert.with(new.name).with(new.currency).with(new.demo).with(Uuid::new_v4());
        let account = value::read_account(the_row(txn.run(insert).await?, "account")?.only()?)?;
        let insert = Statement::new("insert into owner (account, email, password, employee) values ($1, $2, $3, $4)");
        txn.run(insert.with(account).with(new.email).with(new.password).with(new.owner.0)).await?;
        add_shop(&mut *txn, account, ShopId::OFFICE, "Office").await?;
        for shop in new.shops {
            add_shop(&mut *txn, account, shop.id, &shop.name).await?;
        }
        // Somebody has to be allowed to write the first entry.
        set_employee(&mut *txn, account, new.owner, Some(Role::Owner), Some(true)).await?;
        let server = NewDevice { account, id: SERVER, shop: ShopId::OFFICE, register: "Server", token: None, now };
        add_device(&mut *txn, server).await?;
        txn.commit().await?;
        Ok(account)
    }

    /// Makes an owner an active owner in the account's own books, with this PIN, and notes it.
    pub async fn restore_owner(&self, owner: &Owner, pin: PinVerifier, now: Instant) -> Result<(), ImportError> {
        let (account, id) = (owner.account, owner.employee);
        let mut txn = self.driver.begin().await?;
        let inc = lock(&mut *txn, account).await?.server;
        // Whoever writes the entry has to be one already.
        set_employee(&mut *txn, account, id, Some(Role::Owner), Some(true)).await?;
        let change = EmployeeChange { id, name: None, role: Some(Role::Owner), pin: Some(pin), active: Some(true) };
        let entry = office_entry(id, now, vec![Change::Employee(change)]);
        self.load(&mut *txn, Outbox { account, device: SERVER, inc }, vec![&entry], Arrival::Now).await?;
        audit::note(&mut *txn, account, Noted::by_operator(AuditWhat::OwnerRestored, None), now).await?;
        Ok(txn.commit().await?)
    }
}

/// What the server has to know of an account to write into its books.
pub struct Books {
    /// The account's name.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// The outbox through which the server writes.
    pub server: Incarnation,
}

/// Locks an account, so that it gets one device at a time.
pub async fn lock(txn: Inside<'_>, account: AccountId) -> Result<Books, DbError> {
    let ask =
        Statement::new("select name, currency, inc from account where id = $1").with(account).then(txn.row_lock());
    let [name, currency, inc] = the_row(txn.run(ask).await?, "account")?.cells()?;
    let server = Incarnation(value::read_uuid(inc, "incarnation")?);
    Ok(Books { name: name.text("name")?, currency: currency.text("currency")?, server })
}

/// Makes room in every account for what happened after the backup: the server's own entries have numbers already, so it gets another outbox, and
/// so have registers that the backup does not know. Notes why.
pub async fn make_room(txn: Inside<'_>, now: Instant) -> Result<(), DbError> {
    let mut taken: BTreeMap<AccountId, BTreeSet<DeviceId>> = BTreeMap::new();
    for row in txn.run(Statement::new("select account, id from device")).await? {
        let [account, device] = row.cells()?;
        taken.entry(value::read_account(account)?).or_default().insert(value::read_device(device)?);
    }
    let mut renewed: Vec<[Value; 3]> = Vec::new();
    for row in txn.run(Statement::new("select id, next_device from account order by id")).await? {
        let [account, from] = row.cells()?;
        let (account, from) = (value::read_account(account)?, value::read_device(from)?);
        let taken = taken.remove(&account).unwrap_or_default();
        let next = (from.0..u32::MAX).map(DeviceId).find(|id| !taken.contains(id)).unwrap_or(from);
        let next = after_restore(next, Uuid::new_v4().as_fields().0);
        renewed.push([account.into(), Uuid::new_v4().into(), next.into()]);
    }
    let then =
        ") update account set inc = fresh.inc, next_device = fresh.next from fresh where account.id = fresh.account";
    for renew in with_rows("with fresh (account, inc, next) as (", renewed, then) {
        txn.run(renew).await?;
    }
    audit::note_in_all(txn, &Noted::by_operator(AuditWhat::Restored, None), now).await
}

/// Follows one change that the office's history took: as far as the server itself has to know.
pub async fn project(txn: Inside<'_>, account: AccountId, change: &Change) -> Result<(), DbError> {
    let follow = match change {
        Change::Item(item) => Statement::new("insert into item (account, id) values ($1, $2) on conflict do nothing")
            .with(account)
            .with(item.id.0),
        Change::Employee(employee) => {
            return set_employee(txn, account, employee.id, employee.role, employee.active).await;
        }
        Change::Shop { id, name } => Statement::new("update shop set name = $1 where account = $2 and id = $3")
            .with(name.as_str())
            .with(account)
            .with(*id),
        Change::Register { id, name, .. } => {
            Statement::new("update device set register = $1 where account = $2 and id = $3")
                .with(name.as_str())
                .with(account)
                .with(*id)
        }
        Change::Rights { role, to, .. } => Statement::new(
            "insert into rights (account, role, rights) values ($1, $2, $3)
             on conflict (account, role) do update set rights = excluded.rights",
        )
        .with(account)
        .with(role.word())
        .with(value::rights(*to)?),
        Change::Vendor(_)
        | Change::NegativeInventory { .. }
        | Change::CostControl { .. }
        | Change::Cause { .. }
        | Change::Feedback { .. } => return Ok(()),
    };
    txn.run(follow).await?;
    Ok(())
}

/// The number the account's next device gets: the first that nobody has, from where numbers go on. The account is locked.
pub async fn next_device(txn: Inside<'_>, account: AccountId) -> Result<DeviceId, DbError> {
    let ask = Statement::new(
        "select coalesce(min(id) + 1, (select next_device from account where id = $1)) from device
         where account = $1 and id >= (select next_device from account where id = $1)
           and exists (select 1 from device where account = $1 and id = (select next_device from account where id = $1))
           and not exists (select 1 from device after where after.account = $1 and after.id = device.id + 1)",
    );
    value::read_device(the_row(txn.run(ask.with(account)).await?, "account")?.only()?)
}

/// Whether the account was ever put back from a backup.
pub async fn was_restored(txn: Inside<'_>, account: AccountId) -> Result<bool, DbError> {
    let ask = Statement::new("select id from account where id = $1 and next_device > 0").with(account);
    Ok(first(txn.run(ask).await?).is_some())
}

/// What tells the account from every other: the first entry of its office. None only for an account that was never opened.
pub async fn key(txn: Inside<'_>, account: AccountId) -> Result<Option<AccountKey>, DbError> {
    let ask = Statement::new("select id from entry where account = $1 and shop = $2 and seq = 1");
    let found = first(txn.run(ask.with(account).with(ShopId::OFFICE)).await?);
    found.map(|row| value::read_uuid(row.only()?, "entry").map(AccountKey)).transpose()
}

async fn add_shop(txn: Inside<'_>, account: AccountId, shop: ShopId, name: &str) -> Result<(), DbError> {
    let insert = Statement::new("insert into shop (account, id, name) values ($1, $2, $3)");
    txn.run(insert.with(account).with(shop).with(name)).await?;
    let insert = Statement::new("insert into shop_head (account, shop, head, checksum) values ($1, $2, 0, $3)");
    txn.run(insert.with(account).with(shop).with(Checksum::EMPTY)).await?;
    Ok(())
}

/// A role or a state that is absent stays; someone new is an active cashier.
async fn set_employee(
    txn: Inside<'_>,
    account: AccountId,
    employee: EmployeeId,
    role: Option<Role>,
    active: Option<bool>,
) -> Result<(), DbError> {
    let set = Statement::new(
        "insert into employee (account, id, role, active) values ($1, $2, coalesce($3, 'cashier'), coalesce($4, 1))
         on conflict (account, id) do update
         set role = coalesce($3, employee.role), active = coalesce($4, employee.active)",
    );
    let active = active.map(i64::from);
    txn.run(set.with(account).with(employee.0).with(role.map(Word::word)).with(active)).await?;
    Ok(())
}

/// Whether the account has this shop.
pub async fn has_shop(txn: Inside<'_>, account: AccountId, shop: ShopId) -> Result<bool, DbError> {
    let ask = Statement::new("select id from shop where account = $1 and id = $2").with(account).with(shop);
    Ok(first(txn.run(ask).await?).is_some())
}

/// Whether the account has this device.
pub async fn has_device(txn: Inside<'_>, account: AccountId, device: DeviceId) -> Result<bool, DbError> {
    let ask = Statement::new("select id from device where account = $1 and id = $2").with(account).with(device);
    Ok(first(txn.run(ask).await?).is_some())
}
