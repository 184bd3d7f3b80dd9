//! Reads everything that is stored and holds it to what was promised. Nothing is written.
//!
//! > Every shop's sequences are 1 to its head, and every checksum on the way is that of the rows up to it.
//! >
//! > Every outbox's numbers are 1 to its ack, and every chain on the way is that of the entries up to it, in a history or set aside.
//! >
//! > Every entry in a history can be read, says the id, shop and device it is stored under, and is where its outbox says.
//! >
//! > Every snapshot is what it is named by, can be begun with, and ends where the histories have the checksums that it says.
//! >
//! > Whatever is kept in words, of rights, of what was noted and of why an entry was set aside, is a word that this program knows.
//! >
//! > No row of one account points at another's.
//!
//! All is read as of one moment, a page at a time: beside a server that runs, and in the same memory however much there is, but for a snapshot,
//! which is read whole. A flaw is named where it is; what follows is held to what is stored there, so that one flaw is not a million.

use subzero_ledger::ids::ShopId;

use super::driver::{Txn, first};
use super::statement::{Cell, Statement};
use super::{AccountId, Db, DbError, value};

mod history;
mod outbox;
mod problem;
mod references;
mod snapshots;
mod words;

pub use problem::{Fault, Problem, Site};

/// How many rows are read at once: none is larger than an entry may be.
const PAGE_ROWS: i64 = 500;
/// After how many rows it is said how far it is.
const SAY_EVERY: u64 = 50_000;

/// What was read, and how much of it is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Accounts.
    pub accounts: u64,
    /// Shops, the offices among them.
    pub shops: u64,
    /// Rows of their histories.
    pub entries: u64,
    /// Outboxes.
    pub outboxes: u64,
    /// Numbers of outboxes.
    pub pushed: u64,
    /// Entries that were set aside.
    pub put_aside: u64,
    /// What is wrong.
    pub problems: u64,
}

/// What is said on the way.
#[derive(Debug)]
pub enum Told<'a> {
    /// Something is wrong.
    Problem(&'a Problem),
    /// The next account is read.
    Account(AccountId, &'a str),
    /// So much was read.
    Read(&'a Totals),
}

impl Db {
    /// Reads everything and says what is wrong. An error is a database that could not be asked just now; whatever else stops it is a problem.
    pub async fn verify(&self, tell: &mut dyn FnMut(&Told<'_>)) -> Result<Totals, DbError> {
        let own_check = self.driver.check().await;
        let mut reading = Reading { txn: self.driver.snapshot().await?, tell, totals: Totals::default() };
        match own_check {
            Ok(said) => said.into_iter().for_each(|line| reading.found(Site::Database, Fault::OwnCheck(line))),
            Err(error) => reading.unreadable(Site::Database, error)?,
        }
        if let Err(error) = reading.everything().await {
            reading.unreadable(Site::Database, error)?;
        }
        let Reading { txn, totals, .. } = reading;
        // It has only read.
        drop(txn);
        Ok(totals)
    }
}

/// One reading of everything.
struct Reading<'a> {
    txn: Box<dyn Txn>,
    tell: &'a mut dyn FnMut(&Told<'_>),
    totals: Totals,
}

impl Reading<'_> {
    async fn everything(&mut self) -> Result<(), DbError> {
        let epochs = self.txn.run(Statement::new("select epoch from server")).await?;
        match first(epochs).map(|row| value::read_uuid(row.only()?, "epoch")) {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.unreadable(Site::Database, error)?,
            None => self.found(Site::Database, Fault::NoEpoch),
        }
        self.references().await?;
        for row in self.txn.run(Statement::new("select id, name from account order by id")).await? {
            let [account, name] = row.cells()?;
            let account = value::read_account(account)?;
            (self.tell)(&Told::Account(account, &name.text("name")?));
            self.totals.accounts += 1;
            self.account(account).await?;
        }
        Ok(())
    }

    async fn account(&mut self, account: AccountId) -> Result<(), DbError> {
        let ask = Statement::new(
            "select shop.id, shop_head.head, shop_head.checksum from shop
             left join shop_head on shop_head.account = shop.account and shop_head.shop = shop.id
             where shop.account = $1 order by shop.id",
        );
        for row in self.txn.run(ask.with(account)).await? {
            let [shop, head, checksum] = row.cells()?;
            let shop = value::read_shop(shop)?;
            self.totals.shops += 1;
            if let Err(error) = self.shop(account, shop, (head, checksum)).await {
                self.unreadable(Site::Shop(account, shop), error)?;
            }
        }
        self.outboxes(account).await?;
        self.words(account).await?;
        // A backup of an older version has no table for them.
        if self.has_table("snapshot").await? { self.snapshots(account).await } else { Ok(()) }
    }

    async fn has_table(&mut self, name: &'static str) -> Result<bool, DbError> {
        let find = Statement::new(self.txn.find_table()).with(name);
        Ok(!self.txn.run(find).await?.is_empty())
    }

    async fn shop(&mut self, account: AccountId, shop: ShopId, head: (Cell, Cell)) -> Result<(), DbError> {
        let end = self.history(account, shop).await?;
        let site = Site::Shop(account, shop);
        let (Some(head), Some(checksum)) = (head.0.if_any(), head.1.if_any()) else {
            self.found(site, Fault::NoHead);
            return Ok(());
        };
        let head = value::read_sequence(head)?;
        if head != end.position {
            self.found(site, Fault::Head { head, last: end.position });
        } else if !end.holds(value::read_checksum(checksum)?) {
            self.found(site, Fault::HeadChecksum);
        }
        Ok(())
    }

    fn found(&mut self, place: Site, fault: Fault) {
        self.totals.problems += 1;
        (self.tell)(&Told::Problem(&Problem { place, fault }));
    }

    /// A place that cannot be read is a problem of the place; a database that does not answer is none.
    fn unreadable(&mut self, place: Site, error: DbError) -> Result<(), DbError> {
        if error.is_temporary() {
            return Err(error);
        }
        self.found(place, Fault::Unreadable(error));
        Ok(())
    }

    /// One more row was read.
    fn count(&mut self, which: fn(&mut Totals) -> &mut u64) {
        *which(&mut self.totals) += 1;
        if (self.totals.entries + self.totals.pushed).is_multiple_of(SAY_EVERY) {
            (self.tell)(&Told::Read(&self.totals));
        }
    }
}

/// How far rows were followed that each hold a hash of all before them: a history's checksums, an outbox's chains.
#[derive(Clone, Copy)]
struct Followed<H> {
    /// The number of the last row.
    position: u64,
    /// The hash, computed from the rows.
    computed: H,
    /// The hash that is stored with the last row.
    stored: H,
}

impl<H: Copy + PartialEq> Followed<H> {
    const fn new(before: H) -> Self {
        Self { position: 0, computed: before, stored: before }
    }

    /// Goes on with the next row. The numbers that are missing before it, if any.
    fn step_to(&mut self, number: u64, stored: H) -> Option<Fault> {
        let expected = self.position + 1;
        self.position = number;
        if number == expected {
            return None;
        }
        // What the missing rows would have added is not known: from here on as it is stored.
        (self.computed, self.stored) = (stored, stored);
        Some(Fault::Hole { from: expected, to: number - 1 })
    }

    /// Whether the hash stored with a row is that of the rows up to it; else, whether it is at least what the row makes of the hash stored before it, which
    /// was named already when it was wrong.
    fn take(&mut self, stored: H, next: impl Fn(H) -> H) -> bool {
        let (computed, continued) = (next(self.computed), next(self.stored));
        self.stored = stored;
        self.computed = if stored == continued { continued } else { computed };
        stored == computed || stored == continued
    }

    /// Whether a hash is the one at the end.
    fn holds(&self, hash: H) -> bool {
        hash == self.computed || hash == self.stored
    }
}

#[cfg(test)]
mod tests {
    use subzero_sync::wire::Checksum;

    use super::*;

    /// Says at which places a list of running sums is wrong.
    fn wrong(rows: &[(u128, u128)]) -> Vec<usize> {
        let mut followed = Followed::new(Checksum::EMPTY);
        let add = |hash: u128| move |sum: Checksum| Checksum(sum.0 + hash);
        let took = |(hash, sum): &(u128, u128)| followed.take(Checksum(*sum), add(*hash));
        rows.iter().map(took).enumerate().filter(|(_, is_right)| !is_right).map(|(place, _)| place).collect()
    }

    #[test]
    fn one_flaw_is_named_once_and_where_it_is() {
        assert_eq!(wrong(&[(1, 1), (2, 3), (3, 6), (4, 10)]), [0; 0]);
        assert_eq!(wrong(&[(1, 1), (9, 3), (3, 6), (4, 10)]), [1], "another row");
        assert_eq!(wrong(&[(1, 1), (2, 9), (3, 6), (4, 10)]), [1], "another sum");
        assert_eq!(wrong(&[(1, 1), (9, 3), (9, 6), (4, 10)]), [1, 2], "two rows");
        assert_eq!(wrong(&[(1, 1), (2, 9), (3, 12), (4, 16)]), [1], "all sums from there on");
        assert_eq!(wrong(&[(1, 1), (2, 9), (3, 6), (4, 99)]), [1, 3], "two sums");
    }
}
