//! Accounts: made once, then changed only by what their office's history says.

use subzero_ledger::entry::catalogue::Change;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::Incarnation;
use uuid::Uuid;

use super::access::{NewDevice, add_device};
use super::{Db, Inside, value};
use crate::db::{AccountId, DbError, NewAccount};
use crate::seed::SERVER;

impl Db {
    /// Whether there is no account yet.
    pub async fn is_empty(&self) -> Result<bool, DbError> {
        let found: Option<(i64,)> =
            sqlx::query_as("select id from account limit 1").fetch_optional(&self.readers).await?;
        Ok(found.is_none())
    }

    /// Whether there is a demo account.
    pub async fn has_demo(&self) -> Result<bool, DbError> {
        let found: Option<(i64,)> =
            sqlx::query_as("select id from account where demo = 1 limit 1").fetch_optional(&self.readers).await?;
        Ok(found.is_some())
    }

    /// The account of the owner with this e-mail address.
    pub async fn account_of(&self, email: &str) -> Result<Option<AccountId>, DbError> {
        Ok(self.owner(email).await?.map(|owner| owner.account))
    }

    /// Makes an account with its owner, its shops, its office and the server's own place in it.
    pub async fn create_account(&self, new: NewAccount, now: Instant) -> Result<AccountId, DbError> {
        let mut txn = self.begin().await?;
        let (account,): (i64,) =
            sqlx::query_as("insert into account (name, currency, demo, inc) values (?, ?, ?, ?) returning id")
                .bind(new.name)
                .bind(new.currency)
                .bind(new.demo)
                .bind(value::uuid(Uuid::new_v4()))
                .fetch_one(&mut *txn)
                .await?;
        let account = AccountId(account);
        sqlx::query("insert into owner (account, email, password, employee) values (?, ?, ?, ?)")
            .bind(account.0)
            .bind(new.email)
            .bind(new.password)
            .bind(value::uuid(new.owner.0))
            .execute(&mut *txn)
            .await?;
        add_shop(&mut txn, account, ShopId::OFFICE, "Office").await?;
        for shop in new.shops {
            add_shop(&mut txn, account, shop.id, &shop.name).await?;
        }
        // Somebody has to be allowed to write the first entry.
        set_employee(&mut txn, account, new.owner, Some(Role::Owner), Some(true)).await?;
        let server = NewDevice { account, id: SERVER, shop: ShopId::OFFICE, register: "Server", token: None, now };
        add_device(&mut txn, server).await?;
        txn.commit().await?;
        Ok(account)
    }
}

/// The outbox through which the server writes into an account's books.
pub async fn server_outbox(connection: Inside<'_>, account: AccountId) -> Result<Incarnation, DbError> {
    let (inc,): (Vec<u8>,) =
        sqlx::query_as("select inc from account where id = ?").bind(account.0).fetch_one(connection).await?;
    value::read_uuid(&inc, "incarnation").map(Incarnation)
}

/// Gives the server a new outbox in every account: what it wrote after the backup is numbered already.
pub async fn renew_outboxes(connection: Inside<'_>) -> Result<(), DbError> {
    let accounts: Vec<(i64,)> = sqlx::query_as("select id from account").fetch_all(&mut *connection).await?;
    for (account,) in accounts {
        sqlx::query("update account set inc = ? where id = ?")
            .bind(value::uuid(Uuid::new_v4()))
            .bind(account)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Follows one change that the office's history took: as far as the server itself has to know.
pub async fn project(connection: Inside<'_>, account: AccountId, change: &Change) -> Result<(), DbError> {
    match change {
        Change::Item(item) => {
            sqlx::query("insert into item (account, id) values (?, ?) on conflict do nothing")
                .bind(account.0)
                .bind(value::uuid(item.id.0))
                .execute(connection)
                .await?;
        }
        Change::Employee(employee) => {
            set_employee(connection, account, employee.id, employee.role, employee.active).await?;
        }
        Change::Shop { id, name } => {
            sqlx::query("update shop set name = ? where account = ? and id = ?")
                .bind(name)
                .bind(account.0)
                .bind(id.0)
                .execute(connection)
                .await?;
        }
        Change::Register { id, name, .. } => {
            sqlx::query("update device set register = ? where account = ? and id = ?")
                .bind(name)
                .bind(account.0)
                .bind(id.0)
                .execute(connection)
                .await?;
        }
        Change::Rights { role, to, .. } => {
            sqlx::query(
                "insert into rights (account, role, rights) values (?1, ?2, ?3)
                 on conflict (account, role) do update set rights = ?3",
            )
            .bind(account.0)
            .bind(value::role(*role))
            .bind(value::rights(*to)?)
            .execute(connection)
            .await?;
        }
        Change::Vendor(_)
        | Change::NegativeInventory { .. }
        | Change::CostControl { .. }
        | Change::Cause { .. }
        | Change::Feedback { .. } => {}
    }
    Ok(())
}

/// The account's name and currency.
pub async fn name_and_currency(connection: Inside<'_>, account: AccountId) -> Result<(String, String), DbError> {
    let found = sqlx::query_as("select name, currency from account where id = ?").bind(account.0);
    Ok(found.fetch_one(connection).await?)
}

/// The number the account's next device gets.
pub async fn next_device(connection: Inside<'_>, account: AccountId) -> Result<DeviceId, DbError> {
    let (next,): (i64,) = sqlx::query_as("select max(id) + 1 from device where account = ?")
        .bind(account.0)
        .fetch_one(connection)
        .await?;
    value::read_device(next)
}

async fn add_shop(connection: Inside<'_>, account: AccountId, shop: ShopId, name: &str) -> Result<(), DbError> {
    sqlx::query("insert into shop (account, id, name) values (?, ?, ?)")
        .bind(account.0)
        .bind(shop.0)
        .bind(name)
        .execute(&mut *connection)
        .await?;
    sqlx::query("insert into shop_head (account, shop, head, checksum) values (?, ?, 0, ?)")
        .bind(account.0)
        .bind(shop.0)
        .bind(vec![0_u8; 16])
        .execute(connection)
        .await?;
    Ok(())
}

/// A role or a state that is absent stays; someone new is an active cashier.
async fn set_employee(
    connection: Inside<'_>,
    account: AccountId,
    employee: EmployeeId,
    role: Option<Role>,
    active: Option<bool>,
) -> Result<(), DbError> {
    sqlx::query(
        "insert into employee (account, id, role, active) values (?1, ?2, coalesce(?3, 'cashier'), coalesce(?4, 1))
         on conflict (account, id) do update set role = coalesce(?3, role), active = coalesce(?4, active)",
    )
    .bind(account.0)
    .bind(value::uuid(employee.0))
    .bind(role.map(value::role))
    .bind(active)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the account has this shop.
pub async fn has_shop(connection: Inside<'_>, account: AccountId, shop: ShopId) -> Result<bool, DbError> {
    let found: Option<(i64,)> = sqlx::query_as("select id from shop where account = ? and id = ?")
        .bind(account.0)
        .bind(shop.0)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Whether the account has this device.
pub async fn has_device(connection: Inside<'_>, account: AccountId, device: DeviceId) -> Result<bool, DbError> {
    let found: Option<(i64,)> = sqlx::query_as("select id from device where account = ? and id = ?")
        .bind(account.0)
        .bind(device.0)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
