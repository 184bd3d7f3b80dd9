//! What an account keeps in words beside its entries: what each role may, and what was noted.

use subzero_ledger::entry::rights::Role;

use super::{PAGE_ROWS, Reading, Site};
use crate::db::audit::read_entry;
use crate::db::statement::{Row, Statement};
use crate::db::{AccountId, DbError, value};

impl Reading<'_> {
    /// Reads them as whoever needs them does. A backup of an older version may have no table for them.
    pub(super) async fn words(&mut self, account: AccountId) -> Result<(), DbError> {
        let site = Site::Account(account);
        if self.has_table("rights").await? {
            let ask = Statement::new("select role, rights from rights where account = $1");
            for row in self.txn.run(ask.with(account)).await? {
                if let Err(error) = read_rights(row) {
                    self.unreadable(site, error)?;
                }
            }
        }
        if !self.has_table("audit").await? {
            return Ok(());
        }
        let mut read = 0;
        loop {
            let ask = Statement::new(
                // The first version of it had no other device.
                "select number, at_ms, actor, what, device, null, address from audit
                 where account = $1 order by number limit $2 offset $3",
            );
            let page = self.txn.run(ask.with(account).with(PAGE_ROWS).with(read)).await?;
            if page.is_empty() {
                return Ok(());
            }
            for row in page {
                read += 1;
                if let Err(error) = read_entry(row) {
                    self.unreadable(site, error)?;
                }
            }
        }
    }
}

fn read_rights(row: Row) -> Result<(), DbError> {
    let [role, rights] = row.cells()?;
    value::read_word::<Role>(role)?;
    value::read_rights(rights).map(drop)
}
