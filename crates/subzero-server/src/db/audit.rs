//! What is noted of who got into an account, who was let in and who was kept out.
//!
//! > No secret is noted, and nothing that somebody typed.

use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{AUDIT_PAGE_MAX, AuditBy, AuditEntry, AuditPage, AuditWhat};

use super::driver::Inside;
use super::statement::{Row, Statement};
use super::value::Word as _;
use super::{AccountId, Db, DbError, account, value};

/// For how long it is kept.
const KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1_000;

/// How many are forgotten at once.
const FORGOTTEN_AT_ONCE: i64 = 2;

/// What is to be noted.
#[derive(Clone, Debug)]
pub struct Noted {
    /// Who did it.
    pub by: AuditBy,
    /// What was done.
    pub what: AuditWhat,
    /// The register that it is about.
    pub device: Option<DeviceId>,
    /// The register on which it was done, where that is another one.
    pub by_device: Option<DeviceId>,
    /// Whence it was asked.
    pub address: Option<String>,
}

impl Noted {
    /// Something done at the server itself.
    pub const fn by_operator(what: AuditWhat, device: Option<DeviceId>) -> Self {
        Self { by: AuditBy::Operator, what, device, by_device: None, address: None }
    }
}

impl Db {
    /// Notes something of an account, and forgets what is older than is kept.
    pub async fn note(&self, account: AccountId, noted: Noted, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        note(&mut *txn, account, noted, now).await?;
        txn.commit().await
    }

    /// What was noted of an account before a number, or last: the newest first.
    pub async fn audit(&self, account: AccountId, before: Option<u64>) -> Result<AuditPage, DbError> {
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let ask = Statement::new(
            "select number, at_ms, actor, what, device, by_device, address from audit
             where account = $1 and number < $2 order by number desc limit $3",
        );
        // One more than is answered, to know whether there is.
        let limit = i64::try_from(AUDIT_PAGE_MAX + 1).unwrap_or(i64::MAX);
        let found = self.driver.read(ask.with(account).with(before).with(limit)).await?;
        let has_more = found.len() > AUDIT_PAGE_MAX;
        let entries = found.into_iter().take(AUDIT_PAGE_MAX).map(read_entry).collect::<Result<_, _>>()?;
        Ok(AuditPage { entries, has_more })
    }
}

/// Notes something of an account, which is locked thereby: each is numbered once.
pub async fn note(txn: Inside<'_>, account: AccountId, noted: Noted, now: Instant) -> Result<(), DbError> {
    account::lock(&mut *txn, account).await?;
    // A few at a time, as many as come: one wrong minute of the clock takes no more.
    let forget = Statement::new(
        "delete from audit where account = $1 and number in (
           select number from audit where account = $1 and at_ms < $2 order by number limit $3)",
    );
    txn.run(forget.with(account).with(now.unix_ms() - KEPT_MS).with(FORGOTTEN_AT_ONCE)).await?;
    let add = Statement::new(
        "insert into audit (account, number, at_ms, actor, what, device, by_device, address)
         select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 from audit where account = $1",
    );
    let number = |device: Option<DeviceId>| device.map(|device| i64::from(device.0));
    let add = add.with(account).with(now).with(noted.by.word()).with(noted.what.word());
    txn.run(add.with(number(noted.device)).with(number(noted.by_device)).with(noted.address)).await?;
    Ok(())
}

/// Notes something that an operator did in every account. All of them are locked.
pub async fn note_in_all(txn: Inside<'_>, noted: &Noted, now: Instant) -> Result<(), DbError> {
    let add = Statement::new(
        "insert into audit (account, number, at_ms, actor, what)
         select id, coalesce((select max(number) from audit where audit.account = account.id), 0) + 1, $1, $2, $3 from account",
    );
    txn.run(add.with(now).with(noted.by.word()).with(noted.what.word())).await?;
    Ok(())
}

/// What was noted, as a row of all its columns.
pub fn read_entry(row: Row) -> Result<AuditEntry, DbError> {
    let [number, at, actor, what, device, by_device, address] = row.cells()?;
    Ok(AuditEntry {
        number: value::read_sequence(number)?,
        at: value::read_instant(at)?,
        by: value::read_word(actor)?,
        what: value::read_word(what)?,
        device: device.if_any().map(value::read_device).transpose()?,
        by_device: by_device.if_any().map(value::read_device).transpose()?,
        address: address.if_any().map(|address| address.text("address")).transpose()?,
    })
}
