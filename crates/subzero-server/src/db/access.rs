//! Who may do what: owners, their sessions, devices and their grants.

use std::collections::BTreeSet;

use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{ACCESS_GOOD_FOR_MS, ShopName};

use super::driver::{Inside, first};
use super::statement::{Statement, Value, with_rows};
use super::{AccountId, Db, DbError, Device, Owner, Session, value};
use crate::token::TokenHash;

/// How long an owner who signed in may pair devices.
const SESSION_MS: i64 = 10 * 60 * 1000;

/// How far the clocks of two servers over one database may be apart.
const SKEW_MS: i64 = 5 * 60 * 1000;

/// The end of what was begun now, at the latest: what ends after that was begun by a clock that was wrong.
pub fn latest_end(now: Instant, good_for_ms: i64) -> Instant {
    now.after_ms(good_for_ms + SKEW_MS)
}

/// How many access tokens of one device are good at once: its tabs ask side by side.
const ACCESSES_MAX: i64 = 8;

impl Db {
    /// The owner with this e-mail address, in lower case.
    pub async fn owner(&self, email: &str) -> Result<Option<Owner>, DbError> {
        let ask = Statement::new("select account, id, password, employee from owner where email = $1").with(email);
        let Some(row) = first(self.driver.read(ask).await?) else { return Ok(None) };
        let [account, id, password, employee] = row.cells()?;
        Ok(Some(Owner {
            account: value::read_account(account)?,
            id: id.int("owner")?,
            password: password.text("password")?,
            employee: EmployeeId(value::read_uuid(employee, "employee")?),
        }))
    }

    /// Sets an owner's password. Sessions and codes that were begun with the one before are over.
    pub async fn set_password(&self, owner: &Owner, hash: &str) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        let set = Statement::new("update owner set password = $1 where account = $2 and id = $3");
        txn.run(set.with(hash).with(owner.account).with(owner.id)).await?;
        let end = Statement::new("delete from session where account = $1 and owner = $2");
        txn.run(end.with(owner.account).with(owner.id)).await?;
        let end = Statement::new("delete from pairing_code where account = $1");
        txn.run(end.with(owner.account)).await?;
        txn.commit().await
    }

    /// Begins a session, and clears away those that are over.
    pub async fn open_session(&self, owner: &Owner, token: TokenHash, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        txn.run(
            Statement::new("delete from session where expires_ms <= $1 or expires_ms > $2")
                .with(now)
                .with(latest_end(now, SESSION_MS)),
        )
        .await?;
        let open = Statement::new("insert into session (token, account, owner, expires_ms) values ($1, $2, $3, $4)");
        let expires_ms = now.unix_ms() + SESSION_MS;
        txn.run(open.with(token).with(owner.account).with(owner.id).with(expires_ms)).await?;
        txn.commit().await
    }

    /// The session of a token, unless it is over.
    pub async fn session(&self, token: TokenHash, now: Instant) -> Result<Option<Session>, DbError> {
        let ask = Statement::new(
            "select session.account, owner.employee from session
             join owner on owner.id = session.owner and owner.account = session.account
             where session.token = $1 and session.expires_ms > $2 and session.expires_ms <= $3",
        );
        let Some(row) = first(self.driver.read(ask.with(token).with(now).with(latest_end(now, SESSION_MS))).await?)
        else {
            return Ok(None);
        };
        let [account, employee] = row.cells()?;
        let employee = EmployeeId(value::read_uuid(employee, "employee")?);
        Ok(Some(Session { account: value::read_account(account)?, employee }))
    }

    /// The shops of an account, without the office.
    pub async fn shops(&self, account: AccountId) -> Result<Vec<ShopName>, DbError> {
        let ask = Statement::new("select id, name from shop where account = $1 and id <> 0 order by id").with(account);
        let mut shops = Vec::new();
        for row in self.driver.read(ask).await? {
            let [id, name] = row.cells()?;
            shops.push(ShopName { id: value::read_shop(id)?, name: name.text("name")? });
        }
        Ok(shops)
    }

    /// The device whose own token this is, also if its access has ended.
    pub async fn device(&self, secret: TokenHash) -> Result<Option<Device>, DbError> {
        let ask = Statement::new(
            "select device.account, device.id, device_shop.shop, device.revoked_ms, (select epoch from server)
             from device
             left join device_shop on device_shop.account = device.account and device_shop.device = device.id
             where device.token = $1",
        );
        self.read_device(ask.with(secret)).await
    }

    /// The device that got this token for its own a moment ago, also if its access has ended.
    pub async fn device_with_access(&self, token: TokenHash, now: Instant) -> Result<Option<Device>, DbError> {
        let ask = Statement::new(
            "select device.account, device.id, device_shop.shop, device.revoked_ms, (select epoch from server)
             from access_token join device on device.token = access_token.secret
             left join device_shop on device_shop.account = device.account and device_shop.device = device.id
             where access_token.token = $1 and access_token.expires_ms > $2 and access_token.expires_ms <= $3",
        );
        self.read_device(ask.with(token).with(now).with(latest_end(now, ACCESS_GOOD_FOR_MS.into()))).await
    }

    /// Begins a device's quarter of an hour, and clears away those that are over and those that are too many.
    pub async fn open_access(&self, secret: TokenHash, token: TokenHash, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        let clear = Statement::new(
            "delete from access_token where secret = $1 and (expires_ms <= $2 or token not in (
               select token from access_token where secret = $1 order by expires_ms desc, token limit $3))",
        );
        txn.run(clear.with(secret).with(now).with(ACCESSES_MAX - 1)).await?;
        let open = Statement::new("insert into access_token (token, secret, expires_ms) values ($1, $2, $3)");
        let expires_ms = now.unix_ms() + i64::from(ACCESS_GOOD_FOR_MS);
        txn.run(open.with(token).with(secret).with(expires_ms)).await?;
        txn.commit().await
    }

    async fn read_device(&self, ask: Statement) -> Result<Option<Device>, DbError> {
        let mut device: Option<Device> = None;
        for row in self.driver.read(ask).await? {
            let [account, id, shop, revoked, epoch] = row.cells()?;
            let (account, id) = (value::read_account(account)?, value::read_device(id)?);
            self.note_epoch(epoch)?;
            let is_removed = revoked.if_any().is_some();
            let device = device.get_or_insert_with(|| Device { account, id, shops: BTreeSet::new(), is_removed });
            device.shops.extend(shop.if_any().map(value::read_shop).transpose()?);
        }
        Ok(device)
    }

    /// Sets the shops a device may read and write from now on. The office is always among them.
    pub async fn grant(&self, account: AccountId, device: DeviceId, shops: &[ShopId]) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        let clear = Statement::new("delete from device_shop where account = $1 and device = $2");
        txn.run(clear.with(account).with(device)).await?;
        let shops: BTreeSet<ShopId> = shops.iter().copied().chain([ShopId::OFFICE]).collect();
        let rows: Vec<[Value; 3]> =
            shops.into_iter().map(|shop| [account.into(), device.into(), shop.into()]).collect();
        for insert in with_rows("insert into device_shop (account, device, shop)", rows, " on conflict do nothing") {
            txn.run(insert).await?;
        }
        txn.commit().await
    }

    /// Ends a device's access. What it recorded stays, and what it has still to send is taken. False if the account has no such register.
    pub async fn revoke(&self, account: AccountId, device: DeviceId, now: Instant) -> Result<bool, DbError> {
        let mut txn = self.driver.begin().await?;
        let revoke = Statement::new(
            "update device set revoked_ms = coalesce(revoked_ms, $1)
             where account = $2 and id = $3 and token is not null returning id",
        );
        let is_there = !txn.run(revoke.with(now).with(account).with(device)).await?.is_empty();
        txn.commit().await?;
        Ok(is_there)
    }

    /// Lets a device in again as it was. False if the account has no such register.
    pub async fn let_back_in(&self, account: AccountId, device: DeviceId) -> Result<bool, DbError> {
        let mut txn = self.driver.begin().await?;
        let back = Statement::new(
            "update device set revoked_ms = null where account = $1 and id = $2 and token is not null returning id",
        );
        let is_there = !txn.run(back.with(account).with(device)).await?.is_empty();
        txn.commit().await?;
        Ok(is_there)
    }
}

/// The shops a device may read and write.
pub async fn grants(txn: Inside<'_>, account: AccountId, device: DeviceId) -> Result<BTreeSet<ShopId>, DbError> {
    let ask = Statement::new("select shop from device_shop where account = $1 and device = $2");
    let found = txn.run(ask.with(account).with(device)).await?;
    found.into_iter().map(|row| value::read_shop(row.only()?)).collect()
}

/// Adds a device that may read and write every shop the account has. One that was only rescued becomes that.
pub async fn add_device(txn: Inside<'_>, new: NewDevice<'_>) -> Result<(), DbError> {
    let insert = Statement::new(
        "insert into device (account, id, shop, register, token, paired_ms) values ($1, $2, $3, $4, $5, $6)
         on conflict (account, id) do update set shop = excluded.shop, register = excluded.register,
           token = excluded.token, paired_ms = excluded.paired_ms where device.token is null and device.id <> 0",
    );
    let token = new.token.map(|token| token.0.to_vec());
    let insert = insert.with(new.account).with(new.id).with(new.shop).with(new.register).with(token).with(new.now);
    txn.run(insert).await?;
    let grant = Statement::new(
        "insert into device_shop (account, device, shop) select account, $2, id from shop where account = $1
         on conflict do nothing",
    );
    txn.run(grant.with(new.account).with(new.id)).await?;
    Ok(())
}

/// Another token for a device, revoked or not. The server itself is none.
pub async fn renew_device(txn: Inside<'_>, account: AccountId, id: DeviceId, token: TokenHash) -> Result<(), DbError> {
    let clear = Statement::new(
        "delete from access_token where secret in (select token from device where account = $1 and id = $2)",
    );
    txn.run(clear.with(account).with(id)).await?;
    let renew =
        Statement::new("update device set token = $1, revoked_ms = null where account = $2 and id = $3 and id <> 0");
    txn.run(renew.with(token).with(account).with(id)).await?;
    Ok(())
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
