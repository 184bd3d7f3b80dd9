//! What points at what. The database forbids most of this; a file that was damaged or changed by hand does not ask it.

use super::{Fault, Reading, Site};
use crate::db::statement::Statement;
use crate::db::{DbError, value};

/// Rows that point at nothing, or at what is another account's: how a sentence names them, and how they are counted by account.
const ASTRAY: [(&str, &str); 16] = [
    (
        "shops are of no account",
        "select account, count(*) from shop where account not in (select id from account) group by account",
    ),
    (
        "owners are of no account",
        "select account, count(*) from owner where account not in (select id from account) group by account",
    ),
    (
        "owners are not among those who work there",
        "select account, count(*) from owner where not exists (select 1 from employee
         where employee.account = owner.account and employee.id = owner.employee) group by account",
    ),
    (
        "sessions are of no owner of this account",
        "select account, count(*) from session where not exists (select 1 from owner
         where owner.id = session.owner and owner.account = session.account) group by account",
    ),
    (
        "employees are of no account",
        "select account, count(*) from employee where account not in (select id from account) group by account",
    ),
    (
        "items are of no account",
        "select account, count(*) from item where account not in (select id from account) group by account",
    ),
    (
        "devices stand in no shop of this account",
        "select account, count(*) from device where not exists (select 1 from shop
         where shop.account = device.account and shop.id = device.shop) group by account",
    ),
    (
        "grants are of no device of this account",
        "select account, count(*) from device_shop where not exists (select 1 from device
         where device.account = device_shop.account and device.id = device_shop.device) group by account",
    ),
    (
        "grants are of no shop of this account",
        "select account, count(*) from device_shop where not exists (select 1 from shop
         where shop.account = device_shop.account and shop.id = device_shop.shop) group by account",
    ),
    (
        "heads are of no shop of this account",
        "select account, count(*) from shop_head where not exists (select 1 from shop
         where shop.account = shop_head.account and shop.id = shop_head.shop) group by account",
    ),
    (
        "outboxes are of no device of this account",
        "select account, count(*) from incarnation where not exists (select 1 from device
         where device.account = incarnation.account and device.id = incarnation.device) group by account",
    ),
    (
        "outboxes through which the server writes are a device's or another account's",
        "select account.id, count(*) from account join incarnation on incarnation.inc = account.inc
         where incarnation.account <> account.id or incarnation.device <> 0 group by account.id",
    ),
    (
        "entries are of no shop of this account",
        "select account, count(*) from entry where not exists (select 1 from shop
         where shop.account = entry.account and shop.id = entry.shop) group by account",
    ),
    (
        "entries are of no outbox of this account",
        "select account, count(*) from entry where not exists (select 1 from incarnation
         where incarnation.account = entry.account and incarnation.inc = entry.inc) group by account",
    ),
    (
        "numbers are of no outbox of this account",
        "select account, count(*) from pushed where not exists (select 1 from incarnation
         where incarnation.account = pushed.account and incarnation.inc = pushed.inc) group by account",
    ),
    (
        "entries were set aside under no number of this account",
        "select account, count(*) from quarantine where not exists (select 1 from pushed
         where pushed.account = quarantine.account and pushed.inc = quarantine.inc and pushed.dseq = quarantine.dseq) group by account",
    ),
];

impl Reading<'_> {
    /// Looks for rows that nothing else would come across.
    pub(super) async fn references(&mut self) -> Result<(), DbError> {
        for (what, ask) in ASTRAY {
            for row in self.txn.run(Statement::new(ask)).await? {
                let [account, count] = row.cells()?;
                let site = Site::Account(value::read_account(account)?);
                self.found(site, Fault::Astray { count: count.int("count")?, what });
            }
        }
        Ok(())
    }
}
