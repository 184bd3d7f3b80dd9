//! Taking what a register could not send itself: the same way as a push of that register, but that nobody has heard of it thereby.

use std::path::Path;

use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::intake::{Batch, Facts};
use subzero_sync::rescue::Rescue;
use subzero_sync::wire::{AccountKey, DeviceSeen, PushRequest, PushVerdict, RescueReply};

use super::access::grants;
use super::push::{Arrival, Outbox, take};
use super::{Db, FILE, account, value};
use crate::db::{AccountId, DbError, PushError, RescueError};
use crate::seed::SERVER;

impl Db {
    /// Whether a folder has a database.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Stores what a rescue file holds, as many entries in a txn as one push may carry. When it returns, they are on the disk. The file must
    /// be of this account.
    pub async fn take_rescued(
        &self,
        account: AccountId,
        rescue: &Rescue,
        now: Instant,
    ) -> Result<RescueReply, RescueError> {
        let mut reply = RescueReply::begin(rescue.device);
        for request in rescue.requests(now) {
            reply.count(&self.push_rescued(account, rescue.device, request, now).await?);
        }
        Ok(reply)
    }

    /// One push in the name of a register, with its grants.
    async fn push_rescued(
        &self,
        account: AccountId,
        device: DeviceId,
        request: PushRequest,
        now: Instant,
    ) -> Result<Vec<PushVerdict>, RescueError> {
        let batch = Batch::read(request).map_err(PushError::Batch)?;
        let mut txn = self.begin().await?;
        if device == SERVER || !account::has_device(&mut txn, account, device).await? {
            return Err(RescueError::NoDevice);
        }
        let mut facts = Facts::new(self.epoch(), device, now);
        facts.writes = grants(&mut txn, account, device).await?;
        let from = Outbox { account, device, inc: batch.inc };
        let reply = take(&mut txn, from, facts, batch, Arrival::Now).await?;
        txn.commit().await.map_err(DbError::Sql)?;
        Ok(reply.verdicts)
    }

    /// What tells the account from every other: the first entry of its office. None only for an account that was never opened.
    pub async fn account_key(&self, account: AccountId) -> Result<Option<AccountKey>, DbError> {
        let found: Option<(Vec<u8>,)> =
            sqlx::query_as("select id from entry where account = ? and shop = ? and seq = 1")
                .bind(account.0)
                .bind(ShopId::OFFICE.0)
                .fetch_optional(&self.readers)
                .await?;
        found.map(|(id,)| value::read_uuid(&id, "entry").map(AccountKey)).transpose()
    }

    /// The account that such a key is of.
    pub async fn account_with_key(&self, key: AccountKey) -> Result<Option<AccountId>, DbError> {
        let found: Option<(i64,)> = sqlx::query_as("select account from entry where id = ? and shop = ? and seq = 1")
            .bind(value::uuid(key.0))
            .bind(ShopId::OFFICE.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(found.map(|(account,)| AccountId(account)))
    }

    /// What somebody who works here is; none for anybody else.
    pub async fn role(&self, account: AccountId, employee: EmployeeId) -> Result<Option<Role>, DbError> {
        let found: Option<(String,)> =
            sqlx::query_as("select role from employee where account = ? and id = ? and active = 1")
                .bind(account.0)
                .bind(value::uuid(employee.0))
                .fetch_optional(&self.readers)
                .await?;
        found.map(|(role,)| value::read_role(&role)).transpose()
    }

    /// What was last heard of a device, if anything ever was.
    pub async fn last_heard(&self, account: AccountId, device: DeviceId) -> Result<Option<DeviceSeen>, DbError> {
        let found: Option<(i64, String)> =
            sqlx::query_as("select seen_ms, standing from device where account = ? and id = ? and seen_ms is not null")
                .bind(account.0)
                .bind(device.0)
                .fetch_optional(&self.readers)
                .await?;
        found
            .map(|(seen_ms, standing)| {
                let standing = serde_json::from_str(&standing).unwrap_or_default();
                Ok(DeviceSeen { device, seen: value::read_instant(seen_ms)?, standing })
            })
            .transpose()
    }
}
