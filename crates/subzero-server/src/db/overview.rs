//! How far an account's histories go and what was last heard of its devices, read once for all of them: what each may know of it is told apart
//! afterwards.
//!
//! > A device is told of no shop that it could not read at the moment the overview is of, and of nothing once its access has ended.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::snapshot::VERSION;
use subzero_sync::wire::{ContentHash, DeviceSeen, Epoch, ShopHead};

use super::devices::read_seen;
use super::driver::{Inside, first};
use super::statement::{Row, Statement, pieces};
use super::{AccountId, Db, DbError, segments, snapshots, value};

/// An account at one moment.
pub struct Overview {
    /// The run of history it is of.
    pub epoch: Epoch,
    /// By shop.
    heads: Vec<ShopHead>,
    devices: BTreeMap<DeviceId, Known>,
    /// The newest snapshot of this program's rules, and what is folded into it.
    snapshot: Option<(ContentHash, BTreeSet<ShopId>)>,
}

/// What is known of a device.
struct Known {
    shop: ShopId,
    /// Nothing of one that never asked for news.
    seen: Option<DeviceSeen>,
    is_removed: bool,
    /// The shops it may read, unless these are all.
    reads: Option<BTreeSet<ShopId>>,
}

impl Known {
    fn may_read(&self, shop: ShopId) -> bool {
        self.reads.as_ref().is_none_or(|reads| reads.contains(&shop))
    }
}

impl Overview {
    /// Whether a device's access has ended.
    pub fn is_removed(&self, device: DeviceId) -> bool {
        self.devices.get(&device).is_some_and(|known| known.is_removed)
    }

    /// The head of every shop that a device may read, by shop.
    pub fn heads(&self, device: DeviceId) -> impl Iterator<Item = &ShopHead> {
        let by = self.devices.get(&device);
        self.heads.iter().filter(move |head| by.is_some_and(|by| by.may_read(head.shop)))
    }

    /// The devices in those shops, as far as anything was ever heard of them and they still have access.
    pub fn devices(&self, device: DeviceId) -> impl Iterator<Item = &DeviceSeen> {
        let by = self.devices.get(&device);
        let told = self
            .devices
            .values()
            .filter(move |known| !known.is_removed && by.is_some_and(|by| by.may_read(known.shop)));
        told.filter_map(|known| known.seen.as_ref())
    }

    /// What the newest snapshot is named by, if a device may read whatever is folded into it.
    pub fn snapshot(&self, device: DeviceId) -> Option<ContentHash> {
        let by = self.devices.get(&device)?;
        let (hash, folded) = self.snapshot.as_ref()?;
        folded.iter().all(|shop| by.may_read(*shop)).then_some(*hash)
    }
}

impl Db {
    /// An account as it is now, in few statements however many devices it has.
    pub async fn overview(&self, account: AccountId) -> Result<Overview, DbError> {
        let mut txn = self.driver.snapshot().await?;
        let ask = Statement::new(
            "select shop, head, coalesce((
               select last_seq from sealed
               where sealed.account = shop_head.account and sealed.shop = shop_head.shop and version = $2
               order by first_seq desc limit 1
             ), 0), (select epoch from server) from shop_head where account = $1 order by shop",
        );
        let (mut epoch, mut heads) = (self.epoch(), Vec::new());
        for row in txn.run(ask.with(account).with(segments::VERSION)).await? {
            let [shop, head, sealed, found] = row.cells()?;
            epoch = self.note_epoch(found)?;
            heads.push(ShopHead {
                shop: value::read_shop(shop)?,
                head: value::read_sequence(head)?,
                sealed: value::read_sequence(sealed)?,
            });
        }
        let devices = devices(&mut *txn, account, heads.len()).await?;
        let snapshot = snapshot(&mut *txn, account).await?;
        txn.commit().await?;
        Ok(Overview { epoch, heads, devices, snapshot })
    }
}

async fn devices(txn: Inside<'_>, account: AccountId, shops: usize) -> Result<BTreeMap<DeviceId, Known>, DbError> {
    let ask = Statement::new(
        "select id, seen_ms, standing, shop, revoked_ms, (
           select count(*) from device_shop where device_shop.account = device.account and device_shop.device = device.id
         ) from device where account = $1 and token is not null",
    );
    let (mut devices, mut fewer) = (BTreeMap::new(), Vec::new());
    for row in txn.run(ask.with(account)).await? {
        let [id, seen, standing, shop, revoked, reads] = row.cells()?;
        let device = value::read_device(id.clone())?;
        let seen = seen.if_any().map(|seen| read_seen(Row(vec![id, seen, standing]))).transpose()?;
        let reads_all = usize::try_from(value::read_sequence(reads)?).is_ok_and(|reads| reads == shops);
        if !reads_all {
            fewer.push(device);
        }
        let reads = if reads_all { None } else { Some(BTreeSet::new()) };
        let (shop, is_removed) = (value::read_shop(shop)?, revoked.if_any().is_some());
        devices.insert(device, Known { shop, seen, is_removed, reads });
    }
    for fewer in pieces(&fewer) {
        let ask = Statement::new("select device, shop from device_shop where account = $1 and device").with(account);
        for row in txn.run(ask.is_in(fewer.iter().copied())).await? {
            let [device, shop] = row.cells()?;
            let known = devices.get_mut(&value::read_device(device)?);
            if let Some(reads) = known.and_then(|known| known.reads.as_mut()) {
                reads.insert(value::read_shop(shop)?);
            }
        }
    }
    Ok(devices)
}

async fn snapshot(txn: Inside<'_>, account: AccountId) -> Result<Option<(ContentHash, BTreeSet<ShopId>)>, DbError> {
    let ask = Statement::new(
        "select number, hash from snapshot where account = $1 and version = $2 order by number desc limit 1",
    );
    let found = txn.run(ask.with(account).with(i64::from(VERSION))).await?;
    let Some(row) = first(found) else { return Ok(None) };
    let [number, hash] = row.cells()?;
    let shops = snapshots::shops(txn, account, value::read_sequence(number)?).await?;
    Ok(Some((value::read_hash(hash)?, shops.into_keys().collect())))
}
