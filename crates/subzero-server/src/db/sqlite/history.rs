//! Reading what was committed: heads and pages of history.

use futures_util::TryStreamExt as _;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{Checksum, EntryBytes, Incarnation, PULL_BYTES_MAX, Row, ShopHead};

use super::{Db, Inside, value};
use crate::db::{AccountId, DbError, Device, Page};

impl Db {
    /// The head of every shop this device may read now, by shop.
    pub async fn heads(&self, device: &Device) -> Result<Vec<ShopHead>, DbError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "select shop, head from shop_head where account = ?1
             and shop in (select shop from device_shop where account = ?1 and device = ?2) order by shop",
        )
        .bind(device.account.0)
        .bind(device.id.0)
        .fetch_all(&self.readers)
        .await?;
        let head =
            |(shop, head)| Ok(ShopHead { shop: value::read_shop(shop)?, head: value::read_sequence(head)?, sealed: 0 });
        rows.into_iter().map(head).collect()
    }

    /// The rows after a sequence, as many as one page holds, at least one when there is one.
    pub async fn page(&self, account: AccountId, shop: ShopId, after: u64) -> Result<Page, DbError> {
        let mut txn = self.snapshot().await?;
        let (head, mut checksum) = head(&mut txn, account, shop).await?;
        let mut found = sqlx::query_as::<_, StoredRow>(
            "select seq, inc, dseq, recorded_ms, body, checksum from entry
             where account = ? and shop = ? and seq > ? order by seq",
        )
        .bind(account.0)
        .bind(shop.0)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .fetch(&mut *txn);
        let mut rows = Vec::new();
        let mut bytes = 0;
        while let Some(stored) = found.try_next().await? {
            bytes += stored.4.len();
            if bytes > PULL_BYTES_MAX && !rows.is_empty() {
                break;
            }
            checksum = value::read_checksum(&stored.5)?;
            rows.push(read_row(stored)?);
        }
        drop(found);
        txn.rollback().await?;
        Ok(Page { rows, head, checksum })
    }
}

/// seq, inc, dseq, `recorded_ms`, body, checksum.
type StoredRow = (i64, Vec<u8>, i64, i64, Vec<u8>, Vec<u8>);

fn read_row((seq, inc, dseq, recorded_ms, body, _): StoredRow) -> Result<Row, DbError> {
    Ok(Row {
        seq: value::read_sequence(seq)?,
        inc: Incarnation(value::read_uuid(&inc, "incarnation")?),
        dseq: value::read_sequence(dseq)?,
        recorded: value::read_instant(recorded_ms)?,
        body: EntryBytes(body),
    })
}

/// How far a shop's history goes, and its checksum there. A shop that is not there has no history.
pub async fn head(connection: Inside<'_>, account: AccountId, shop: ShopId) -> Result<(u64, Checksum), DbError> {
    let found: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select head, checksum from shop_head where account = ? and shop = ?")
            .bind(account.0)
            .bind(shop.0)
            .fetch_optional(connection)
            .await?;
    match found {
        Some((head, checksum)) => Ok((value::read_sequence(head)?, value::read_checksum(&checksum)?)),
        None => Ok((0, Checksum::default())),
    }
}

/// Takes the next `count` sequences of a shop. Answers with the last of them, and the checksum before the first.
pub async fn advance_head(
    connection: Inside<'_>,
    account: AccountId,
    shop: ShopId,
    count: u64,
) -> Result<(u64, Checksum), DbError> {
    let (head, checksum): (i64, Vec<u8>) =
        sqlx::query_as("update shop_head set head = head + ? where account = ? and shop = ? returning head, checksum")
            .bind(value::sequence(count)?)
            .bind(account.0)
            .bind(shop.0)
            .fetch_one(connection)
            .await?;
    Ok((value::read_sequence(head)?, value::read_checksum(&checksum)?))
}

/// Keeps the checksum at the head.
pub async fn set_checksum(
    connection: Inside<'_>,
    account: AccountId,
    shop: ShopId,
    checksum: Checksum,
) -> Result<(), DbError> {
    sqlx::query("update shop_head set checksum = ? where account = ? and shop = ?")
        .bind(value::checksum(checksum))
        .bind(account.0)
        .bind(shop.0)
        .execute(connection)
        .await?;
    Ok(())
}
