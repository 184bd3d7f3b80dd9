//! A driver over another one that takes its time between the statements of a txn, and counts them. It stands where a driver stands, so that the
//! server needs no switch for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use subzero_server::db::driver::{Doing, Driver, Heard, Txn};
use subzero_server::db::statement::{Bound, Cell, Row, Statement};
use subzero_server::db::{AccountId, DbError};
use tokio::sync::mpsc;

/// What is done to the statements of txns that write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Nothing.
    Quick,
    /// Now and then one waits for up to this many milliseconds.
    Pauses { ms_max: u64 },
    /// The same, and sequences are taken from a sequence of the database, and no head is locked: the mistake that I3 is about.
    PlainSequence { ms_max: u64 },
}

pub struct Slow {
    over: Arc<dyn Driver>,
    habit: Habit,
    /// How many statements were run in txns that write.
    pub statements: Arc<AtomicU64>,
    /// How many of them were other ones than the server's.
    pub replaced: Arc<AtomicU64>,
}

impl Slow {
    pub fn new(over: Arc<dyn Driver>, habit: Habit) -> Self {
        Self { over, habit, statements: Arc::default(), replaced: Arc::default() }
    }
}

impl Driver for Slow {
    fn begin(&self) -> Doing<'_, Box<dyn Txn>> {
        Box::pin(async {
            let txn = self.over.begin().await?;
            let (statements, replaced) = (Arc::clone(&self.statements), Arc::clone(&self.replaced));
            Ok(Box::new(SlowTxn { txn, habit: self.habit, statements, replaced }) as Box<dyn Txn>)
        })
    }

    fn snapshot(&self) -> Doing<'_, Box<dyn Txn>> {
        self.over.snapshot()
    }

    fn read(&self, statement: Statement) -> Doing<'_, Vec<Row>> {
        self.over.read(statement)
    }

    fn tell(&self, accounts: Vec<AccountId>) -> Doing<'_, ()> {
        self.over.tell(accounts)
    }

    fn hear(&self) -> Option<mpsc::Receiver<Heard>> {
        self.over.hear()
    }

    fn close(&self) -> Doing<'_, ()> {
        self.over.close()
    }
}

struct SlowTxn {
    txn: Box<dyn Txn>,
    habit: Habit,
    statements: Arc<AtomicU64>,
    replaced: Arc<AtomicU64>,
}

impl Txn for SlowTxn {
    fn run(&mut self, statement: Statement) -> Doing<'_, Vec<Row>> {
        Box::pin(async {
            let number = self.statements.fetch_add(1, Ordering::Relaxed);
            match self.habit {
                Habit::Quick => self.txn.run(statement).await,
                Habit::Pauses { ms_max } => {
                    pause(number, ms_max).await;
                    self.txn.run(statement).await
                }
                Habit::PlainSequence { ms_max } => {
                    pause(number, ms_max).await;
                    self.run_without_locks(statement).await
                }
            }
        })
    }

    fn row_lock(&self) -> &'static str {
        self.txn.row_lock()
    }

    fn find_table(&self) -> &'static str {
        self.txn.find_table()
    }

    fn commit<'a>(self: Box<Self>) -> Doing<'a, ()>
    where
        Self: 'a,
    {
        self.txn.commit()
    }
}

impl SlowTxn {
    async fn run_without_locks(&mut self, statement: Statement) -> Result<Vec<Row>, DbError> {
        let (text, values) = statement.clone().with_arrays()?;
        if text.starts_with("select shop, head, checksum from shop_head") {
            self.replaced.fetch_add(1, Ordering::Relaxed);
            let [_, Bound::Ints(shops)] = values.as_slice() else { panic!("not a list of shops: {values:?}") };
            let mut rows = Vec::new();
            for shop in shops.iter().copied() {
                let next = "select $1::bigint, nextval(('plain_' || $1::bigint)::regclass) - 1, decode(repeat('00', 16), 'hex')";
                rows.extend(self.txn.run(Statement::new(next).with(shop)).await?);
            }
            return Ok(rows);
        }
        if text.starts_with("insert into shop_head") && text.contains("excluded.head") {
            self.replaced.fetch_add(1, Ordering::Relaxed);
            let [Bound::Ints(accounts), Bound::Ints(shops), Bound::Ints(heads), Bound::Bytes(checksums)] =
                values.as_slice()
            else {
                panic!("not heads: {values:?}")
            };
            for (((account, shop), head), checksum) in accounts.iter().zip(shops).zip(heads).zip(checksums) {
                let set =
                    "update shop_head set head = greatest(head, $1), checksum = $2 where account = $3 and shop = $4";
                let set = Statement::new(set).with(*head).with(checksum.clone()).with(*account).with(*shop);
                self.txn.run(set).await?;
            }
            return Ok(Vec::new());
        }
        self.txn.run(statement).await
    }
}

/// Every fourth statement or so waits. Which one and how long follows from its number.
async fn pause(number: u64, ms_max: u64) {
    let dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    if dice.is_multiple_of(4) {
        // The time that passes is what is tested, and nothing is waited for.
        let _ =
            tokio::time::timeout(Duration::from_millis(1 + (dice >> 8) % ms_max), std::future::pending::<()>()).await;
    }
}

/// What a statement of one's own found.
pub fn ints(rows: Vec<Row>) -> Vec<i64> {
    rows.into_iter()
        .map(|row| match row.cells::<1>() {
            Ok([Cell::Int(int)]) => int,
            other => panic!("not one number: {other:?}"),
        })
        .collect()
}
