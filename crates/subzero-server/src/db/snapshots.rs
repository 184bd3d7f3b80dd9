//! Snapshots as they are kept: the newest two of an account, for somebody may be fetching the one before.
//!
//! > A snapshot, and any part of one, is there only for a device that may read every shop that is folded into it.

use std::collections::BTreeMap;

use subzero_ledger::ids::ShopId;
use subzero_ledger::snapshot::VERSION;
use subzero_sync::segment::content_hash;
use subzero_sync::wire::{Checksum, ContentHash, Epoch, FoldedOwn, FoldedShop, Incarnation, Row, SnapshotInfo};

use super::driver::{Inside, Txn, first, the_row};
use super::history::{Head, read_row};
use super::statement::{Cell, Statement, Value, with_rows};
use super::{AccountId, Db, DbError, Device, value};
use crate::fold::{Heads, Made};

/// How many snapshots of an account are kept.
const KEPT: u64 = 2;
/// How many rows are read at once, and how many parts: none of them is large.
const PAGE_ROWS: i64 = 500;
const PAGE_PARTS: i64 = 64;

/// The last snapshot of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// Its number; 0 if there is none.
    pub number: u64,
    /// Up to where it goes, if it was folded by the rules of this program.
    pub shops: Option<Heads>,
}

impl Db {
    /// Up to where every shop of an account goes that has any row, as of one moment.
    pub async fn account_heads(&self, account: AccountId) -> Result<Heads, DbError> {
        let ask = Statement::new("select shop, head, checksum from shop_head where account = $1 and head > 0");
        self.driver.read(ask.with(account)).await?.into_iter().map(read_head).collect()
    }

    /// The next rows after a sequence and none beyond another, each with the checksum stored with it.
    pub async fn rows(
        &self,
        account: AccountId,
        shop: ShopId,
        after: u64,
        to: u64,
    ) -> Result<Vec<(Row, Checksum)>, DbError> {
        let ask = Statement::new(
            "select seq, inc, dseq, recorded_ms, flags, body, checksum from entry
             where account = $1 and shop = $2 and seq > $3 and seq <= $4 order by seq limit $5",
        );
        let ask = ask.with(account).with(shop).with(value::sequence(after)?).with(value::sequence(to)?);
        self.driver.read(ask.with(PAGE_ROWS)).await?.into_iter().map(read_row).collect()
    }

    /// The last snapshot of an account, of whatever version.
    pub async fn last_snapshot(&self, account: AccountId) -> Result<Last, DbError> {
        let mut txn = self.driver.snapshot().await?;
        let ask =
            Statement::new("select number, version from snapshot where account = $1 order by number desc limit 1");
        let Some(row) = first(txn.run(ask.with(account)).await?) else { return Ok(Last::default()) };
        let [number, version] = row.cells()?;
        let number = value::read_sequence(number)?;
        let is_ours = version == Cell::Int(VERSION.into());
        let shops = if is_ours { Some(shops(&mut *txn, account, number).await?) } else { None };
        txn.commit().await?;
        Ok(Last { number, shops })
    }

    /// How many rows an account had when somebody last began to fold it by the rules of this program.
    pub async fn fold_tried(&self, account: AccountId) -> Result<u64, DbError> {
        let ask = Statement::new("select row_count from snapshot_try where account = $1 and version = $2");
        let found = first(self.driver.read(ask.with(account).with(i64::from(VERSION))).await?);
        found.map_or(Ok(0), |row| value::read_sequence(row.only()?))
    }

    /// Somebody begins to fold an account that has so many rows.
    pub async fn note_fold_tried(&self, account: AccountId, rows: u64) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        let note = Statement::new(
            "insert into snapshot_try (account, version, row_count) values ($1, $2, $3)
             on conflict (account) do update set version = excluded.version, row_count = excluded.row_count",
        );
        txn.run(note.with(account).with(i64::from(VERSION)).with(value::sequence(rows)?)).await?;
        txn.commit().await
    }

    /// All bytes of a snapshot; none if it is not there any more.
    pub async fn snapshot_bytes(&self, account: AccountId, number: u64) -> Result<Vec<u8>, DbError> {
        let mut txn = self.driver.snapshot().await?;
        let mut bytes = Vec::new();
        for_each_part(&mut *txn, account, number, |_, part| bytes.extend(part)).await?;
        txn.commit().await?;
        Ok(bytes)
    }

    /// Stores the snapshot that follows another, and lets go of all but the newest two. False if another follows it already.
    pub async fn store_snapshot(&self, account: AccountId, after: u64, made: Made) -> Result<bool, DbError> {
        let Made { horizon, shops, hash, parts } = made;
        let mut txn = self.driver.begin().await?;
        let newest = Statement::new("select coalesce(max(number), 0) from snapshot where account = $1").with(account);
        if value::read_sequence(the_row(txn.run(newest).await?, "snapshot")?.only()?)? != after {
            return Ok(false);
        }
        let of = || -> Result<[Value; 2], DbError> { Ok([account.into(), value::sequence(after + 1)?]) };
        let insert = Statement::new(
            "insert into snapshot (account, number, version, hash, horizon_ms) values ($1, $2, $3, $4, $5)
             on conflict do nothing returning number",
        );
        let insert = of()?.into_iter().fold(insert, Statement::with);
        let insert = insert.with(i64::from(VERSION)).with(hash.0.to_vec()).with(horizon);
        // Another process may be storing it at this moment: of the two, the one that comes second finds its place taken.
        if txn.run(insert).await?.is_empty() {
            return Ok(false);
        }
        let mut rows: Vec<[Value; 5]> = Vec::new();
        for (shop, head) in shops {
            let [account, number] = of()?;
            rows.push([account, number, shop.into(), value::sequence(head.seq)?, head.checksum.into()]);
        }
        for insert in with_rows("insert into snapshot_shop (account, number, shop, seq, checksum)", rows, "") {
            txn.run(insert).await?;
        }
        let mut rows: Vec<[Value; 5]> = Vec::new();
        for (place, (name, bytes)) in (0_i64..).zip(parts) {
            let [account, number] = of()?;
            rows.push([account, number, place.into(), name.0.to_vec().into(), bytes.into()]);
        }
        for insert in with_rows("insert into snapshot_part (account, number, place, hash, bytes)", rows, "") {
            txn.run(insert).await?;
        }
        for delete in [
            "delete from snapshot_part where account = $1 and number <= $2",
            "delete from snapshot_shop where account = $1 and number <= $2",
            "delete from snapshot where account = $1 and number <= $2",
        ] {
            let oldest = value::sequence((after + 1).saturating_sub(KEPT))?;
            txn.run(Statement::new(delete).with(account).with(oldest)).await?;
        }
        txn.commit().await?;
        Ok(true)
    }

    /// The newest snapshot, if this device may have it.
    pub async fn snapshot_info(&self, device: &Device) -> Result<Option<SnapshotInfo>, DbError> {
        let mut txn = self.driver.snapshot().await?;
        let Some(row) = first(txn.run(offer(device)).await?) else { return Ok(None) };
        let [number, _, horizon, epoch] = row.cells()?;
        let (number, horizon) = (value::read_sequence(number)?, value::read_instant(horizon)?);
        let epoch: Epoch = self.note_epoch(epoch)?;
        let own = folded_own(&mut *txn, device, number).await?;
        let shops = shops(&mut *txn, device.account, number).await?;
        let shops = shops.into_iter().map(|(shop, Head { seq, checksum })| FoldedShop {
            shop,
            seq,
            checksum,
            own: own.get(&shop).copied(),
        });
        let ask = Statement::new("select hash from snapshot_part where account = $1 and number = $2 order by place");
        let parts = txn.run(ask.with(device.account).with(value::sequence(number)?)).await?;
        let parts = parts.into_iter().map(|row| value::read_hash(row.only()?)).collect::<Result<_, _>>()?;
        txn.commit().await?;
        Ok(Some(SnapshotInfo { epoch, horizon, parts, shops: shops.collect() }))
    }

    /// The bytes of a part; none if no snapshot that this device may have has one of that name.
    pub async fn snapshot_part(&self, device: &Device, hash: ContentHash) -> Result<Option<Vec<u8>>, DbError> {
        let ask = Statement::new(
            "select bytes from snapshot_part where account = $1 and hash = $2 and not exists (
               select 1 from snapshot_shop as folded where folded.account = $1 and folded.number = snapshot_part.number
               and folded.shop not in (select shop from device_shop where account = $1 and device = $3)
             ) limit 1",
        );
        let ask = ask.with(device.account).with(hash.0.to_vec()).with(device.id);
        let Some(row) = first(self.driver.read(ask).await?) else { return Ok(None) };
        let bytes = row.only()?.bytes("snapshot")?;
        // Other bytes are damage, and are not handed out under this name.
        if content_hash(&bytes) == hash { Ok(Some(bytes)) } else { Err(DbError::Corrupt("snapshot")) }
    }
}

/// The newest snapshot of this program's rules, if the device may read now whatever is folded into it.
fn offer(device: &Device) -> Statement {
    let ask = Statement::new(
        "select number, hash, horizon_ms, (select epoch from server) from snapshot
         where account = $1 and number = (select max(number) from snapshot where account = $1 and version = $2)
         and not exists (
           select 1 from snapshot_shop as folded where folded.account = $1 and folded.number = snapshot.number
           and folded.shop not in (select shop from device_shop where account = $1 and device = $3)
         )",
    );
    ask.with(device.account).with(i64::from(VERSION)).with(device.id)
}

/// The last of a device's own entries in each shop that are folded. Of the outboxes it ever had it is the one that wrote to the shop last.
async fn folded_own(txn: Inside<'_>, device: &Device, number: u64) -> Result<BTreeMap<ShopId, FoldedOwn>, DbError> {
    let ask = Statement::new(
        "select entry.shop, entry.inc, max(entry.dseq), max(entry.seq) from incarnation
         join entry on entry.account = incarnation.account and entry.inc = incarnation.inc
         join snapshot_shop as folded on folded.account = entry.account and folded.number = $1 and folded.shop = entry.shop
         where incarnation.account = $2 and incarnation.device = $3 and entry.seq <= folded.seq group by entry.shop, entry.inc",
    );
    let ask = ask.with(value::sequence(number)?).with(device.account).with(device.id);
    let mut newest: BTreeMap<ShopId, (u64, FoldedOwn)> = BTreeMap::new();
    for row in txn.run(ask).await? {
        let [shop, inc, dseq, seq] = row.cells()?;
        let own =
            FoldedOwn { inc: Incarnation(value::read_uuid(inc, "incarnation")?), dseq: value::read_sequence(dseq)? };
        let (shop, seq) = (value::read_shop(shop)?, value::read_sequence(seq)?);
        if newest.get(&shop).is_none_or(|(before, _)| *before < seq) {
            newest.insert(shop, (seq, own));
        }
    }
    Ok(newest.into_iter().map(|(shop, (_, own))| (shop, own)).collect())
}

/// Up to where each shop is folded into a snapshot.
pub async fn shops(txn: Inside<'_>, account: AccountId, number: u64) -> Result<Heads, DbError> {
    let ask = Statement::new("select shop, seq, checksum from snapshot_shop where account = $1 and number = $2");
    txn.run(ask.with(account).with(value::sequence(number)?)).await?.into_iter().map(read_head).collect()
}

/// Hands over every part of a snapshot in order, with what it is named by.
pub async fn for_each_part(
    txn: &mut dyn Txn,
    account: AccountId,
    number: u64,
    mut take: impl FnMut(ContentHash, Vec<u8>),
) -> Result<(), DbError> {
    let mut next = 0;
    loop {
        let ask = Statement::new(
            "select place, hash, bytes from snapshot_part where account = $1 and number = $2 and place >= $3
             order by place limit $4",
        );
        let ask = ask.with(account).with(value::sequence(number)?).with(next).with(PAGE_PARTS);
        let page = txn.run(ask).await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            let [place, hash, bytes] = row.cells()?;
            next = place.int("snapshot")? + 1;
            take(value::read_hash(hash)?, bytes.bytes("snapshot")?);
        }
    }
}

fn read_head(row: super::statement::Row) -> Result<(ShopId, Head), DbError> {
    let [shop, seq, checksum] = row.cells()?;
    Ok((value::read_shop(shop)?, Head { seq: value::read_sequence(seq)?, checksum: value::read_checksum(checksum)? }))
}
