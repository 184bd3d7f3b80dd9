//! Taking what a register could not send itself: the same way as a push of that register, but that nobody has heard of it thereby.

use std::collections::BTreeSet;

use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::intake::{Batch, Facts};
use subzero_sync::rescue::Rescue;
use subzero_sync::wire::{AccountKey, DeviceSeen, PushRequest, PushVerdict, RescueReply};

use super::access::{NewDevice, grants};
use super::driver::{first, the_row};
use super::push::{Arrival, Outbox};
use super::statement::Statement;
use super::{AccountId, Db, DbError, PairError, PushError, RescueError, account, devices, value};
use crate::seed::SERVER;

impl Db {
    /// Stores what a rescue file holds, as many entries in a txn as one push may carry. When it returns, they are on the disk. The file must
    /// be of this account, and of shops among these where that is said. Answers with what became of each entry as well.
    pub async fn take_rescued(
        &self,
        account: AccountId,
        rescue: &Rescue,
        within: Option<&BTreeSet<ShopId>>,
        now: Instant,
    ) -> Result<(RescueReply, Vec<PushVerdict>), RescueError> {
        let shops = rescue.shops();
        if within.is_some_and(|within| !shops.is_subset(within)) {
            return Err(RescueError::OtherShop);
        }
        self.find_or_add(account, rescue.device, &shops, now).await?;
        let (mut reply, mut all) = (RescueReply::begin(rescue.device), Vec::new());
        for request in rescue.requests(now) {
            let verdicts = self.push_rescued(account, rescue.device, request, now).await?;
            reply.count(&verdicts);
            all.extend(verdicts);
        }
        Ok((reply, all))
    }

    /// The register has to be there; one that was paired after the backup which the account was put back from is added.
    async fn find_or_add(
        &self,
        account: AccountId,
        id: DeviceId,
        shops: &BTreeSet<ShopId>,
        now: Instant,
    ) -> Result<(), RescueError> {
        let mut txn = self.driver.begin().await?;
        let books = account::lock(&mut *txn, account).await?;
        if id != SERVER && account::has_device(&mut *txn, account, id).await? {
            return Ok(());
        }
        // Where it stood is not in the file, and does not matter until it is paired.
        let ask = Statement::new("select id from shop where account = $1 and id <> 0 order by id").with(account);
        let known = txn.run(ask).await?.into_iter().map(|row| value::read_shop(row.only()?));
        let known = known.collect::<Result<Vec<ShopId>, DbError>>()?;
        let is_named = known.iter().find(|shop| shops.contains(shop));
        let shop = is_named.or_else(|| known.first().filter(|_| shops.is_empty()));
        let may_be_lost = id != SERVER && account::was_restored(&mut *txn, account).await?;
        let Some(shop) = shop.filter(|_| may_be_lost) else { return Err(RescueError::NoDevice) };
        let ask = Statement::new("select employee from owner where account = $1 order by id limit 1").with(account);
        let owner = EmployeeId(value::read_uuid(the_row(txn.run(ask).await?, "owner")?.only()?, "employee")?);
        let register = format!("Register {id}");
        let new = NewDevice { account, id, shop: *shop, register: &register, token: None, now };
        self.add(&mut *txn, owner, new, books.server).await.map_err(|error| match error {
            PairError::Push(error) => RescueError::Push(error),
            PairError::Db(error) => error.into(),
            PairError::NoShop(_) | PairError::NoDevice(_) => RescueError::NoDevice,
        })?;
        Ok(txn.commit().await?)
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
        let mut txn = self.driver.begin().await?;
        let mut facts = Facts::new(self.epoch(), device, now);
        facts.is_rescued = true;
        facts.writes = grants(&mut *txn, account, device).await?;
        let from = Outbox { account, device, inc: batch.inc };
        let reply = self.take(&mut *txn, from, facts, batch, Arrival::Now).await?;
        txn.commit().await?;
        Ok(reply.verdicts)
    }

    /// What tells the account from every other: the first entry of its office. None only for an account that was never opened.
    pub async fn account_key(&self, account: AccountId) -> Result<Option<AccountKey>, DbError> {
        account::key(&mut *self.driver.snapshot().await?, account).await
    }

    /// The account that such a key is of.
    pub async fn account_with_key(&self, key: AccountKey) -> Result<Option<AccountId>, DbError> {
        let ask = Statement::new("select account from entry where id = $1 and shop = $2 and seq = 1");
        let found = first(self.driver.read(ask.with(key.0).with(ShopId::OFFICE)).await?);
        found.map(|row| Ok(AccountId(row.only()?.int("account")?))).transpose()
    }

    /// What somebody who works here is; none for anybody else.
    pub async fn role(&self, account: AccountId, employee: EmployeeId) -> Result<Option<Role>, DbError> {
        let ask = Statement::new("select role from employee where account = $1 and id = $2 and active = 1");
        let found = first(self.driver.read(ask.with(account).with(employee.0)).await?);
        found.map(|row| value::read_word(row.only()?)).transpose()
    }

    /// What was last heard of a device, if anything ever was.
    pub async fn last_heard(&self, account: AccountId, device: DeviceId) -> Result<Option<DeviceSeen>, DbError> {
        let ask = Statement::new(
            "select id, seen_ms, standing from device where account = $1 and id = $2 and seen_ms is not null",
        );
        let found = first(self.driver.read(ask.with(account).with(device)).await?);
        found.map(devices::read_seen).transpose()
    }
}
