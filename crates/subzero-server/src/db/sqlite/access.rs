//! Who may do what: owners, their sessions, devices and their grants.

use std::collections::BTreeSet;

use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::ShopName;

use super::{Db, Inside, value};
use crate::db::{AccountId, DbError, Device, KnownDevice, Owner, Session};
use crate::token::TokenHash;

/// How long an owner who signed in may pair devices.
const SESSION_MS: i64 = 10 * 60 * 1000;

impl Db {
    /// The owner with this e-mail address, in lower case.
    pub async fn owner(&self, email: &str) -> Result<Option<Owner>, DbError> {
        let found: Option<(i64, i64, String)> =
            sqlx::query_as("select account, id, password from owner where email = ?")
                .bind(email)
                .fetch_optional(&self.readers)
                .await?;
        Ok(found.map(|(account, id, password)| Owner { account: AccountId(account), id, password }))
    }

    /// Begins a session, and clears away those that are over.
    pub async fn open_session(&self, owner: &Owner, token: TokenHash, now: Instant) -> Result<(), DbError> {
        let mut txn = self.begin().await?;
        sqlx::query("delete from session where expires_ms <= ?").bind(now.unix_ms()).execute(&mut *txn).await?;
        sqlx::query("insert into session (token, account, owner, expires_ms) values (?, ?, ?, ?)")
            .bind(token.0.to_vec())
            .bind(owner.account.0)
            .bind(owner.id)
            .bind(now.unix_ms() + SESSION_MS)
            .execute(&mut *txn)
            .await?;
        Ok(txn.commit().await?)
    }

    /// The session of a token, unless it is over.
    pub async fn session(&self, token: TokenHash, now: Instant) -> Result<Option<Session>, DbError> {
        let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "select session.account, owner.employee from session
             join owner on owner.id = session.owner and owner.account = session.account
             where session.token = ? and session.expires_ms > ?",
        )
        .bind(token.0.to_vec())
        .bind(now.unix_ms())
        .fetch_optional(&self.readers)
        .await?;
        let Some((account, employee)) = found else { return Ok(None) };
        let employee = EmployeeId(value::read_uuid(&employee, "employee")?);
        Ok(Some(Session { account: AccountId(account), employee }))
    }

    /// The shops of an account, without the office.
    pub async fn shops(&self, account: AccountId) -> Result<Vec<ShopName>, DbError> {
        let found: Vec<(i64, String)> =
            sqlx::query_as("select id, name from shop where account = ? and id <> 0 order by id")
                .bind(account.0)
                .fetch_all(&self.readers)
                .await?;
        found.into_iter().map(|(id, name)| Ok(ShopName { id: value::read_shop(id)?, name })).collect()
    }

    /// The device of a token, unless it is revoked.
    pub async fn device(&self, token: TokenHash) -> Result<Option<Device>, DbError> {
        let mut txn = self.snapshot().await?;
        let found: Option<(i64, i64)> =
            sqlx::query_as("select account, id from device where token = ? and revoked_ms is null")
                .bind(token.0.to_vec())
                .fetch_optional(&mut *txn)
                .await?;
        let Some((account, id)) = found else { return Ok(None) };
        let (account, id) = (AccountId(account), value::read_device(id)?);
        let shops = grants(&mut txn, account, id).await?;
        txn.rollback().await?;
        Ok(Some(Device { account, id, shops }))
    }

    /// Sets the shops a device may read and write from now on. The office is always among them.
    pub async fn grant(&self, account: AccountId, device: DeviceId, shops: &[ShopId]) -> Result<(), DbError> {
        let mut txn = self.begin().await?;
        sqlx::query("delete from device_shop where account = ? and device = ?")
            .bind(account.0)
            .bind(device.0)
            .execute(&mut *txn)
            .await?;
        let shops: BTreeSet<ShopId> = shops.iter().copied().chain([ShopId::OFFICE]).collect();
        for shop in shops {
            sqlx::query("insert into device_shop (account, device, shop) values (?, ?, ?)")
                .bind(account.0)
                .bind(device.0)
                .bind(shop.0)
                .execute(&mut *txn)
                .await?;
        }
        Ok(txn.commit().await?)
    }

    /// Ends a device's access. What it recorded stays.
    pub async fn revoke(&self, account: AccountId, device: DeviceId, now: Instant) -> Result<(), DbError> {
        sqlx::query("update device set revoked_ms = ? where account = ? and id = ? and revoked_ms is null")
            .bind(now.unix_ms())
            .bind(account.0)
            .bind(device.0)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// The shops a device may read and write.
pub async fn grants(connection: Inside<'_>, account: AccountId, device: DeviceId) -> Result<BTreeSet<ShopId>, DbError> {
    let found: Vec<(i64,)> = sqlx::query_as("select shop from device_shop where account = ? and device = ?")
        .bind(account.0)
        .bind(device.0)
        .fetch_all(connection)
        .await?;
    found.into_iter().map(|(shop,)| value::read_shop(shop)).collect()
}

/// Adds a device that may read and write every shop the account has.
pub async fn add_device(connection: Inside<'_>, new: NewDevice<'_>) -> Result<(), DbError> {
    sqlx::query("insert into device (account, id, shop, register, token, paired_ms) values (?, ?, ?, ?, ?, ?)")
        .bind(new.account.0)
        .bind(new.id.0)
        .bind(new.shop.0)
        .bind(new.register)
        .bind(new.token.map(|token| token.0.to_vec()))
        .bind(new.now.unix_ms())
        .execute(&mut *connection)
        .await?;
    sqlx::query("insert into device_shop (account, device, shop) select account, ?2, id from shop where account = ?1")
        .bind(new.account.0)
        .bind(new.id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Another token for a device, revoked or not. False if there is none with this number, shop and name; the server itself is none.
pub async fn renew_device(
    connection: Inside<'_>,
    account: AccountId,
    known: &KnownDevice<'_>,
    token: TokenHash,
) -> Result<bool, DbError> {
    let renewed = sqlx::query(
        "update device set token = ?, revoked_ms = null where account = ? and id = ? and id <> 0 and shop = ? and register = ?",
    )
    .bind(token.0.to_vec())
    .bind(account.0)
    .bind(known.id.0)
    .bind(known.shop.0)
    .bind(known.register)
    .execute(connection)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// A device to be added.
pub struct NewDevice<'a> {
    /// Whose.
    pub account: AccountId,
    /// Its number in the account.
    pub id: DeviceId,
    /// Where it stands.
    pub shop: ShopId,
    /// What people call it.
    pub register: &'a str,
    /// How it shows who it is; the server itself never does.
    pub token: Option<TokenHash>,
    /// When.
    pub now: Instant,
}
