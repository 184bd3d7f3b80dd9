//! What a database has to be able to do: begin, run a statement, commit. Everything that is asked of it is written once, in the modules beside this
//! one; what differs between databases is in [`sqlite`] and [`postgres`] and nowhere else.
//!
//! > [`Txn::commit`] returns once the txn is on the disk. A txn that is dropped has never been.
//! >
//! > Whatever [`Txn::row_lock`] is added to waits for every other txn that locked or changed the same row, sees what that one committed, and
//! > keeps the lock until its own end.
//! >
//! > A snapshot sees one state of the database, whatever is committed meanwhile.
//! >
//! > A fault that passes is [`DbError::Unavailable`], and nothing was stored.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::mpsc;

use super::statement::{Row, Statement};
use super::{AccountId, DbError};

pub mod postgres;
pub mod sqlite;

/// What a driver does, on its way.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbError>> + Send + 'a>>;

/// An open database.
pub trait Driver: Send + Sync {
    /// A txn that may write.
    fn begin(&self) -> Doing<'_, Box<dyn Txn>>;

    /// A txn that reads one state.
    fn snapshot(&self) -> Doing<'_, Box<dyn Txn>>;

    /// Runs one statement that only reads.
    fn read(&self, statement: Statement) -> Doing<'_, Vec<Row>>;

    /// Tells the other processes over this database that accounts have news. It is said after the commit and may be lost.
    fn tell(&self, accounts: Vec<AccountId>) -> Doing<'_, ()>;

    /// What other processes tell; nothing for a database that only one process has.
    fn hear(&self) -> Option<mpsc::Receiver<Heard>>;

    /// What the database itself finds wrong with what it has on the disk; nothing where it has no such check.
    fn check(&self) -> Doing<'_, Vec<String>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Finishes what is under way and lets go of the database.
    fn close(&self) -> Doing<'_, ()>;
}

/// A txn under way.
pub trait Txn: Send {
    /// Runs one statement to its end.
    fn run(&mut self, statement: Statement) -> Doing<'_, Vec<Row>>;

    /// What a `select` ends with to lock the rows it finds.
    fn row_lock(&self) -> &'static str;

    /// What finds out whether there is a table of some name: one row if there is. A database that is only read may be of an older version.
    fn find_table(&self) -> &'static str;

    /// Commits.
    fn commit<'a>(self: Box<Self>) -> Doing<'a, ()>
    where
        Self: 'a;
}

/// What another process said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This account has news.
    News(AccountId),
    /// Something may have been missed: any account may have news.
    Perhaps,
}

/// A txn, for the statements that run inside it.
pub type Inside<'a> = &'a mut dyn Txn;

/// The first row, if there is one.
pub fn first(rows: Vec<Row>) -> Option<Row> {
    rows.into_iter().next()
}

/// The row that has to be there.
pub fn the_row(rows: Vec<Row>, what: &'static str) -> Result<Row, DbError> {
    first(rows).ok_or(DbError::Corrupt(what))
}

/// Whoever runs the version before goes on reading and writing what is there: a step after the first may add tables, indices, and columns that have
/// a value of their own, and ask for less; nothing else.
#[cfg(test)]
fn assert_only_adds(steps: &[&str]) {
    for step in &steps[1..] {
        let bare: Vec<&str> = step.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        for statement in bare.join(" ").split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let words: Vec<&str> = statement.split_whitespace().collect();
            let adds = match words.as_slice() {
                ["create", "table" | "index", ..] | ["alter", "table", _, "drop", "constraint", _] => true,
                ["alter", "table", _, "add", "column", ..] => {
                    !statement.contains("not null") || statement.contains("default")
                }
                _ => false,
            };
            assert!(adds, "{statement}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::assert_only_adds;

    #[test]
    fn a_step_that_takes_something_away_is_caught() {
        assert_only_adds(&[
            "drop table a",
            "-- More.\ncreate table b (c integer);\nalter table b add column d text not null default '';",
        ]);
        for step in [
            "drop table a",
            "create table b (c integer); delete from a",
            "alter table a rename to b",
            "alter table a drop column b",
            "alter table a add column b integer not null",
            "create unique index b on a (c)",
        ] {
            assert!(std::panic::catch_unwind(|| assert_only_adds(&["", step])).is_err(), "{step}");
        }
    }
}
