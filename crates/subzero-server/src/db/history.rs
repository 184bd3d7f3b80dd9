//! A shop's history: its head, which every writer locks, and the pages that are read of it.

use std::collections::BTreeMap;

use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{Checksum, EntryBytes, Incarnation, PULL_BYTES_MAX, Row};

use super::driver::{Inside, first};
use super::statement::{self, Statement, Value, with_rows};
use super::{AccountId, Db, DbError, Page, value};

impl Db {
    /// The rows after a sequence and none beyond another, as many as one page holds, at least one when there is one.
    pub async fn page(&self, account: AccountId, shop: ShopId, after: u64, to: Option<u64>) -> Result<Page, DbError> {
        let mut txn = self.driver.snapshot().await?;
        let ask = Statement::new(
            "select head, checksum, (select epoch from server) from shop_head where account = $1 and shop = $2",
        );
        let mut page = Page { epoch: self.epoch(), rows: Vec::new(), head: 0, checksum: Checksum::EMPTY };
        // A shop that is not there has no history.
        if let Some(row) = first(txn.run(ask.with(account).with(shop)).await?) {
            let [head, checksum, epoch] = row.cells()?;
            page.epoch = self.note_epoch(epoch)?;
            page.head = value::read_sequence(head)?;
            page.checksum = value::read_checksum(checksum)?;
        }
        let after = i64::try_from(after).unwrap_or(i64::MAX).min(i64::MAX - 1);
        let to = to.and_then(|to| i64::try_from(to).ok()).unwrap_or(i64::MAX);
        let bytes_max = i64::try_from(PULL_BYTES_MAX).unwrap_or(i64::MAX);
        // Up to the last row with which the bodies together are not too many. No body is read to find it.
        let ask = Statement::new(
            "select seq, inc, dseq, recorded_ms, flags, body, checksum from entry
             where account = $1 and shop = $2 and seq > $3 and seq <= coalesce((
               select max(seq) from (
                 select seq, sum(size) over (order by seq) as bytes from (
                   select seq, length(body) as size from entry
                   where account = $1 and shop = $2 and seq > $3 order by seq limit 1000
                 ) as following
               ) as summed where bytes <= $4
             ), $3 + 1) and seq <= $5 order by seq",
        );
        for row in txn.run(ask.with(account).with(shop).with(after).with(bytes_max).with(to)).await? {
            let (row, checksum) = read_row(row)?;
            page.checksum = checksum;
            page.rows.push(row);
        }
        txn.commit().await?;
        Ok(page)
    }
}

/// A row, and the checksum of the history up to it.
pub fn read_row(row: statement::Row) -> Result<(Row, Checksum), DbError> {
    let [seq, inc, dseq, recorded, flags, body, checksum] = row.cells()?;
    let row = Row {
        seq: value::read_sequence(seq)?,
        inc: Incarnation(value::read_uuid(inc, "incarnation")?),
        dseq: value::read_sequence(dseq)?,
        recorded: value::read_instant(recorded)?,
        flags: value::known_flags(&flags.text("flag")?),
        body: EntryBytes(body.bytes("entry")?),
    };
    Ok((row, value::read_checksum(checksum)?))
}

/// How far a shop's history goes, and its checksum there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last sequence.
    pub seq: u64,
    /// The checksum from 1 to there.
    pub checksum: Checksum,
}

/// Locks the heads of these shops, in the order of shops. Whoever has them counts on from them, and nobody else does until the commit.
pub async fn lock_heads(
    txn: Inside<'_>,
    account: AccountId,
    shops: impl IntoIterator<Item = ShopId>,
) -> Result<BTreeMap<ShopId, Head>, DbError> {
    let ask = Statement::new("select shop, head, checksum from shop_head where account = $1 and shop").with(account);
    let lock = ask.is_in(shops).then(" order by shop").then(txn.row_lock());
    let mut heads = BTreeMap::new();
    for row in txn.run(lock).await? {
        let [shop, seq, checksum] = row.cells()?;
        let head = Head { seq: value::read_sequence(seq)?, checksum: value::read_checksum(checksum)? };
        heads.insert(value::read_shop(shop)?, head);
    }
    Ok(heads)
}

/// Moves heads that are locked to where they are now.
pub async fn move_heads(txn: Inside<'_>, account: AccountId, heads: &BTreeMap<ShopId, Head>) -> Result<(), DbError> {
    let mut rows: Vec<[Value; 4]> = Vec::new();
    for (shop, head) in heads {
        rows.push([account.into(), (*shop).into(), value::sequence(head.seq)?, head.checksum.into()]);
    }
    let then = " on conflict (account, shop) do update set head = excluded.head, checksum = excluded.checksum";
    for insert in with_rows("insert into shop_head (account, shop, head, checksum)", rows, then) {
        txn.run(insert).await?;
    }
    Ok(())
}
