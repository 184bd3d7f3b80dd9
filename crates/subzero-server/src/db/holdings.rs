//! How much there is, for whoever keeps it.

use super::driver::the_row;
use super::statement::Statement;
use super::{Db, DbError, value};

/// How much a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// Accounts.
    pub accounts: u64,
    /// Shops, the offices among them.
    pub shops: u64,
    /// Entries in their histories.
    pub entries: u64,
    /// The sum of their heads: as many.
    pub heads: u64,
    /// Entries that were set aside.
    pub put_aside: u64,
}

impl Db {
    /// Counts.
    pub async fn holdings(&self) -> Result<Holdings, DbError> {
        let ask = Statement::new(
            "select (select count(*) from account), (select count(*) from shop), (select count(*) from entry),
             (select count(*) from quarantine), head from (select cast(coalesce(sum(head), 0) as bigint) as head from shop_head) as heads",
        );
        let row = the_row(self.driver.read(ask).await?, "count")?;
        let [accounts, shops, entries, put_aside, heads] = row.cells()?;
        Ok(Holdings {
            accounts: value::read_sequence(accounts)?,
            shops: value::read_sequence(shops)?,
            entries: value::read_sequence(entries)?,
            heads: value::read_sequence(heads)?,
            put_aside: value::read_sequence(put_aside)?,
        })
    }
}
