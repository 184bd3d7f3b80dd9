//! A shop's history in segments: cut once, by a rule that leaves no choice, and handed out by name.
//!
//! A row of the table says where a segment begins and ends and what its bytes are named by. The bytes are made of the rows each time, so
//! nothing is kept twice; whoever gets them finds them by their name or finds that they are not it.

use subzero_ledger::ids::ShopId;
use subzero_sync::segment::{self, SEGMENT_ROWS_MAX};
use subzero_sync::wire::{ContentHash, Epoch, Row, SEGMENTS_LISTED_MAX, SegmentInfo};

use super::driver::first;
use super::history::read_row;
use super::statement::{Statement, with_rows};
use super::{AccountId, Db, DbError, value};

/// A shop with so many rows that are in no segment is looked at: fewer rarely fill one.
const LOOKED_AT_ROWS: i64 = 256;
/// How they are written.
pub const VERSION: i64 = segment::VERSION as i64;

impl Db {
    /// Every account.
    pub async fn accounts(&self) -> Result<Vec<AccountId>, DbError> {
        let found = self.driver.read(Statement::new("select id from account order by id")).await?;
        found.into_iter().map(|row| Ok(AccountId(row.only()?.int("account")?))).collect()
    }

    /// Cuts what fills a segment in any shop of an account. Other processes may do the same: they cut the same.
    pub async fn seal(&self, account: AccountId) -> Result<(), DbError> {
        let ask = Statement::new(
            "select shop from shop_head where account = $1 and head - coalesce((
               select max(last_seq) from sealed
               where sealed.account = shop_head.account and sealed.shop = shop_head.shop and version = $3
             ), 0) >= $2 order by shop",
        );
        for row in self.driver.read(ask.with(account).with(LOOKED_AT_ROWS).with(VERSION)).await? {
            let shop = value::read_shop(row.only()?)?;
            while self.seal_next(account, shop).await? {}
        }
        Ok(())
    }

    /// Cuts the next segment of a shop. False if its rows do not fill one.
    async fn seal_next(&self, account: AccountId, shop: ShopId) -> Result<bool, DbError> {
        let ask = Statement::new(
            "select seq, inc, dseq, recorded_ms, flags, body, checksum from entry where account = $1 and shop = $2 and seq > coalesce((
               select max(last_seq) from sealed where account = $1 and shop = $2 and version = $4
             ), 0) order by seq limit $3",
        );
        let most = i64::try_from(SEGMENT_ROWS_MAX).unwrap_or(i64::MAX) + 1;
        let mut rows: Vec<Row> = Vec::new();
        let mut checksums = Vec::new();
        for row in self.driver.read(ask.with(account).with(shop).with(most).with(VERSION)).await? {
            let (row, checksum) = read_row(row)?;
            rows.push(row);
            checksums.push(checksum);
        }
        let (cut, rest) = segment::cut(&rows);
        let (Some(from), Some(to), false) = (cut.first(), cut.last(), rest.is_empty()) else { return Ok(false) };
        let checksum = checksums.get(cut.len() - 1).copied().ok_or(DbError::Corrupt("checksum"))?;
        let bytes = segment::encode(cut).map_err(|_| DbError::Corrupt("row"))?;
        let row = [
            account.into(),
            shop.into(),
            VERSION.into(),
            value::sequence(from.seq)?,
            value::sequence(to.seq)?,
            segment::content_hash(&bytes).0.to_vec().into(),
            checksum.into(),
        ];
        let into = "insert into sealed (account, shop, version, first_seq, last_seq, hash, checksum)";
        let mut txn = self.driver.begin().await?;
        for insert in with_rows(into, vec![row], " on conflict do nothing") {
            txn.run(insert).await?;
        }
        txn.commit().await?;
        Ok(true)
    }

    /// The segments of a shop with rows after a sequence, and the epoch they are of.
    pub async fn segments(
        &self,
        account: AccountId,
        shop: ShopId,
        after: u64,
    ) -> Result<(Epoch, Vec<SegmentInfo>), DbError> {
        let ask = Statement::new(
            "select first_seq, last_seq, hash, checksum, (select epoch from server) from sealed
             where account = $1 and shop = $2 and last_seq > $3 and version = $5 order by first_seq limit $4",
        );
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let most = i64::try_from(SEGMENTS_LISTED_MAX).unwrap_or(i64::MAX);
        let mut epoch = self.epoch();
        let mut segments = Vec::new();
        for row in self.driver.read(ask.with(account).with(shop).with(after).with(most).with(VERSION)).await? {
            let [from, to, hash, checksum, found] = row.cells()?;
            epoch = self.note_epoch(found)?;
            segments.push(SegmentInfo {
                first: value::read_sequence(from)?,
                last: value::read_sequence(to)?,
                hash: value::read_hash(hash)?,
                checksum: value::read_checksum(checksum)?,
            });
        }
        Ok((epoch, segments))
    }

    /// The bytes of a segment; none if the shop has none of that name.
    pub async fn segment(
        &self,
        account: AccountId,
        shop: ShopId,
        hash: ContentHash,
    ) -> Result<Option<Vec<u8>>, DbError> {
        let ask = Statement::new(
            "select first_seq, last_seq from sealed where account = $1 and shop = $2 and hash = $3 and version = $4 limit 1",
        );
        let found = self.driver.read(ask.with(account).with(shop).with(hash.0.to_vec()).with(VERSION)).await?;
        let Some(row) = first(found) else { return Ok(None) };
        let [from, to] = row.cells()?;
        let ask = Statement::new(
            "select seq, inc, dseq, recorded_ms, flags, body, checksum from entry
             where account = $1 and shop = $2 and seq between $3 and $4 order by seq",
        );
        let (from, to) = (from.int("sequence")?, to.int("sequence")?);
        let mut rows = Vec::new();
        for row in self.driver.read(ask.with(account).with(shop).with(from).with(to)).await? {
            rows.push(read_row(row)?.0);
        }
        let bytes = segment::encode(&rows).map_err(|_| DbError::Corrupt("row"))?;
        // Rows never change: other bytes are damage, and are not handed out under this name.
        if segment::content_hash(&bytes) == hash { Ok(Some(bytes)) } else { Err(DbError::Corrupt("segment")) }
    }
}
