//! The database as one `SQLite` file, opened by one process.
//!
//! Written through one connection, so that writers queue here and not at the file's lock, and no row needs a lock of its own; read through a
//! few, each from a snapshot of its own (WAL). `synchronous=FULL`: a commit that returned survives a power cut.
//!
//! > After a call to the disk has failed, the next txn is begun as if there had been none.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, Sqlite, Transaction, TypeInfo as _, ValueRef as _};
use tokio::sync::mpsc;

use super::{Doing, Driver, Heard, Txn};
use crate::db::statement::{Cell, PREPARED_MAX, Row, Statement, Value};
use crate::db::{AccountId, DbError};

mod schema;

/// The file's name in the data folder.
const FILE: &str = "subzero.sqlite";
/// How many requests read at once.
const READERS: u32 = 4;
/// How long a writer waits for another process that has the file.
const BUSY_MAX: Duration = Duration::from_secs(5);
/// How long a request waits for its turn before it is told to come back.
const TURN_MAX: Duration = Duration::from_secs(10);
/// How a txn that may write begins: whoever has the file is waited for here and not half-way.
const BEGIN: &str = "begin immediate";
/// Changes nothing, and fails where nothing can be changed.
const WRITES: &str = "delete from server where 0";
/// The primary result code of a file that is only open to be read.
const READ_ONLY: i64 = 8;
/// Primary result codes of what passes: busy, locked, read-only, input/output, full, cannot open.
const PASSES: [i64; 6] = [5, 6, READ_ONLY, 10, 13, 14];
/// What the log of what is not yet in the file may keep on the disk once it is.
const WAL_KEPT_BYTES: &str = "67108864";

/// An open file.
pub struct SqliteDriver {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteDriver {
    /// Whether a folder has a database.
    pub fn is_in(folder: &Path) -> bool {
        Self::file_in(folder).is_file()
    }

    /// Where a folder has its database.
    pub fn file_in(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the file in a folder, making both when they are not there. A folder that is there stays as open as it is, for there may be more in it;
    /// nobody else reads the file in any.
    pub async fn open(folder: &Path) -> Result<Self, DbError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let file = Self::file_in(folder);
        // What SQLite puts beside it may be read by the same people.
        let made =
            OpenOptions::new().append(true).create(true).mode(0o600).open(&file).map_err(|e| failed(e.into()))?;
        made.set_permissions(Permissions::from_mode(0o600))?;
        // Before SQLite has it: whoever closes a file lets go of every lock that the process has on it.
        drop(made);
        Self::open_file(&file).await
    }

    /// Opens a file, making it when it is not there.
    pub async fn open_file(file: &Path) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("journal_size_limit", WAL_KEPT_BYTES)
            .statement_cache_capacity(PREPARED_MAX)
            .busy_timeout(BUSY_MAX);
        let writer = pool(1).connect_with(options.clone()).await.map_err(failed)?;
        schema::upgrade(&mut *writer.acquire().await.map_err(failed)?).await?;
        let readers = pool(READERS).connect_with(options).await.map_err(failed)?;
        Ok(Self { writer, readers })
    }

    /// Opens a file to read it and nothing else: whatever version it is of it stays, and whoever begins to write is refused.
    pub async fn open_to_read(file: &Path) -> Result<Self, DbError> {
        if !file.is_file() {
            return Err(DbError::NoDatabase);
        }
        let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY_MAX);
        let readers = pool(READERS).connect_with(options.clone()).await.map_err(failed)?;
        schema::check(&mut *readers.acquire().await.map_err(failed)?).await?;
        Ok(Self { writer: pool(1).connect_lazy_with(options), readers })
    }

    /// Writes everything that is committed, as of one moment, into a file that is empty or not there. `VACUUM INTO` reads one snapshot: nobody
    /// who writes waits for it, in this process or another, and none of their commits makes it begin again, as they would the backup
    /// interface's copy of pages. It does not wait until the file is on the disk.
    pub async fn copy_into(&self, file: &Path) -> Result<(), DbError> {
        let name = file.to_str().ok_or_else(|| std::io::Error::other("its name is no text"))?;
        sqlx::query("vacuum into ?").bind(name).execute(&self.readers).await.map_err(failed)?;
        Ok(())
    }

    /// A quick look at whether a file is whole: every page is read, and no index is compared with its table.
    pub async fn quick_check(&self) -> Result<Vec<String>, DbError> {
        self.found("pragma quick_check").await
    }

    /// `SQLite` opens a file to read it where it cannot to write, and every txn of that connection can only read from then on, also once it could
    /// write: such a connection is closed, and it is tried on another.
    async fn begin_to_write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        match self.try_to_write().await {
            Err(error) if primary_code(&error) == Some(READ_ONLY) => {
                // Closed it is, whatever it says.
                let _ = self.writer.acquire().await?.close().await;
                self.try_to_write().await
            }
            begun => begun,
        }
    }

    /// A txn that begins can only read where the file, and not its log alone, is open to be read: the first that writes is refused.
    async fn try_to_write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        let mut txn = self.writer.begin_with(BEGIN).await?;
        sqlx::query(WRITES).execute(&mut *txn).await?;
        Ok(txn)
    }

    /// What one of the database's own checks says, if it is not that all is well.
    async fn found(&self, check: &'static str) -> Result<Vec<String>, DbError> {
        let said: Vec<(String,)> = sqlx::query_as(check).fetch_all(&self.readers).await.map_err(failed)?;
        Ok(said.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect())
    }
}

impl Driver for SqliteDriver {
    fn begin(&self) -> Doing<'_, Box<dyn Txn>> {
        Box::pin(async {
            let txn = self.begin_to_write().await.map_err(failed)?;
            Ok(Box::new(SqliteTxn::new(txn)) as Box<dyn Txn>)
        })
    }

    fn snapshot(&self) -> Doing<'_, Box<dyn Txn>> {
        Box::pin(async {
            let txn = self.readers.begin().await.map_err(failed)?;
            Ok(Box::new(SqliteTxn::new(txn)) as Box<dyn Txn>)
        })
    }

    fn read(&self, statement: Statement) -> Doing<'_, Vec<Row>> {
        Box::pin(async {
            let mut found = Vec::new();
            for (text, values) in statement.spelled_out() {
                found.extend(rows(&query(text, values).fetch_all(&self.readers).await.map_err(failed)?)?);
            }
            Ok(found)
        })
    }

    fn tell(&self, _: Vec<AccountId>) -> Doing<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn hear(&self) -> Option<mpsc::Receiver<Heard>> {
        None
    }

    fn check(&self) -> Doing<'_, Vec<String>> {
        Box::pin(self.found("pragma integrity_check"))
    }

    fn close(&self) -> Doing<'_, ()> {
        Box::pin(async {
            self.readers.close().await;
            self.writer.close().await;
            Ok(())
        })
    }
}

fn pool(connections: u32) -> PoolOptions<Sqlite> {
    let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(TURN_MAX);
    pool.after_release(|connection, _| Box::pin(is_outside_of_a_txn(connection)))
}

/// Whether a connection that is given back can be used again. When a disk fails within a txn, `SQLite` ends that txn by itself; the rollback that
/// follows finds none, fails, and the connection would count as inside one for ever. Such a connection is closed.
async fn is_outside_of_a_txn(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A rollback that was begun when a txn was dropped is through after this.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

struct SqliteTxn {
    txn: Transaction<'static, Sqlite>,
    has_failed: bool,
}

impl SqliteTxn {
    const fn new(txn: Transaction<'static, Sqlite>) -> Self {
        Self { txn, has_failed: false }
    }
}

impl Txn for SqliteTxn {
    /// Nothing is run after a statement that failed: the txn may be over, and what follows would be committed by itself.
    fn run(&mut self, statement: Statement) -> Doing<'_, Vec<Row>> {
        Box::pin(async {
            if self.has_failed {
                return Err(DbError::HasFailed);
            }
            let mut all = Vec::new();
            for (text, values) in statement.spelled_out() {
                let found = query(text, values).fetch_all(&mut *self.txn).await.map_err(failed);
                self.has_failed = found.is_err();
                all.extend(rows(&found?)?);
            }
            Ok(all)
        })
    }

    fn row_lock(&self) -> &'static str {
        ""
    }

    fn find_table(&self) -> &'static str {
        "select name from sqlite_schema where type = 'table' and name = $1"
    }

    fn commit<'a>(self: Box<Self>) -> Doing<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async {
            if self.has_failed {
                return Err(DbError::HasFailed);
            }
            self.txn.commit().await.map_err(failed)
        })
    }
}

fn query(text: String, values: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    let text = without_numbers(&text).unwrap_or(text);
    // A statement's text is of this program's literals only.
    let query = sqlx::query(AssertSqlSafe(text));
    values.into_iter().fold(query, |query, value| match value {
        Value::Int(int) => query.bind(int),
        Value::Bytes(bytes) => query.bind(bytes),
        Value::Text(text) => query.bind(text),
    })
}

/// The same text with `?` for every value, if the values come in the order of their numbers, each once. `SQLite` keeps a numbered parameter in a list
/// and looks through it from its beginning: to bind the values of a few hundred rows took twice as long as all the rest.
fn without_numbers(text: &str) -> Option<String> {
    let mut pieces = text.split('$');
    let mut short = pieces.next()?.to_owned();
    for (number, piece) in (1_usize..).zip(pieces) {
        let rest = piece.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let digits = piece.strip_suffix(rest)?;
        if digits.parse() != Ok(number) {
            return None;
        }
        short.push('?');
        short.push_str(rest);
    }
    Some(short)
}

fn rows(found: &[SqliteRow]) -> Result<Vec<Row>, DbError> {
    found.iter().map(|row| (0..row.len()).map(|place| cell(row, place)).collect::<Result<_, _>>().map(Row)).collect()
}

/// Each value of an `SQLite` column has a type of its own.
fn cell(row: &SqliteRow, place: usize) -> Result<Cell, DbError> {
    let raw = row.try_get_raw(place).map_err(failed)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    match raw.type_info().name() {
        "INTEGER" => row.try_get(place).map(Cell::Int),
        "BLOB" => row.try_get(place).map(Cell::Bytes),
        "TEXT" => row.try_get(place).map(Cell::Text),
        _ => return Err(DbError::Corrupt("kind of value")),
    }
    .map_err(failed)
}

/// What passes is told apart from what does not.
fn failed(error: sqlx::Error) -> DbError {
    let passes = match error.as_database_error() {
        Some(_) => primary_code(&error).is_some_and(|code| PASSES.contains(&code)),
        None => DbError::is_of_the_connection(&error),
    };
    if passes { DbError::Unavailable(error) } else { DbError::Sql(error) }
}

/// What `SQLite` says went wrong, without what it says more exactly.
fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use subzero_ledger::ids::EmployeeId;

    use super::*;
    use crate::clock;
    use crate::db::{Db, NewAccount};

    #[test]
    fn numbers_that_only_count_are_left_out() {
        assert_eq!(without_numbers("values ($1,$2),($3,$4)").as_deref(), Some("values (?,?),(?,?)"));
        assert_eq!(without_numbers("select 1").as_deref(), Some("select 1"));
        for counts_otherwise in ["$2, $1", "$1, $1", "$1, $3", "$", "$x"] {
            assert_eq!(without_numbers(counts_otherwise), None, "{counts_otherwise}");
        }
    }

    #[tokio::test]
    async fn a_full_disk_stores_nothing_and_says_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let driver = SqliteDriver::open(folder.path()).await.unwrap();
        let writer = driver.writer.clone();
        let db = Db::over(Arc::new(driver)).await.unwrap();
        // As many pages as there are, and no more: to SQLite the disk is full.
        sqlx::query("pragma max_page_count = 1").fetch_one(&writer).await.unwrap();
        let new = NewAccount {
            name: "x".repeat(100_000),
            currency: "GBP".into(),
            demo: false,
            email: "kim@example.com".into(),
            password: String::new(),
            owner: EmployeeId::from_u128(1),
            shops: Vec::new(),
        };
        let error = db.create_account(new, clock::now()).await.unwrap_err();
        assert!(error.is_temporary(), "{error}");
        assert!(db.is_empty().await.unwrap());
    }

    #[tokio::test]
    async fn a_connection_that_can_only_read_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let driver = SqliteDriver::open(folder.path()).await.unwrap();
        let options = driver.writer.connect_options();
        // What SQLite makes of a file that it cannot open to write.
        driver.writer.set_connect_options((*options).clone().read_only(true));
        driver.writer.acquire().await.unwrap().close().await.unwrap();
        assert!(driver.begin().await.is_err_and(|error| error.is_temporary()));
        driver.writer.set_connect_options((*options).clone());
        let mut txn = driver.begin().await.unwrap();
        txn.run(Statement::new("delete from account")).await.unwrap();
        txn.commit().await.unwrap();
        driver.close().await.unwrap();
    }

    #[tokio::test]
    async fn nobody_else_may_read_what_is_kept() {
        let mode = |place: &Path| place.metadata().unwrap().permissions().mode() & 0o777;
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("data").join("subzero");
        let write = async |folder: &Path| {
            let driver = SqliteDriver::open(folder).await.unwrap();
            driver.begin().await.unwrap().commit().await.unwrap();
            for name in [FILE, "subzero.sqlite-wal", "subzero.sqlite-shm"] {
                assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
            }
            driver.close().await.unwrap();
        };
        write(&folder).await;
        assert_eq!((mode(&folder), mode(folder.parent().unwrap())), (0o700, 0o700));
        // As another program made them.
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        std::fs::set_permissions(folder.join(FILE), Permissions::from_mode(0o644)).unwrap();
        write(&folder).await;
        assert_eq!(mode(&folder), 0o755);
    }

    #[tokio::test]
    async fn the_log_does_not_stay_as_large_as_it_ever_was() {
        let folder = tempfile::tempdir().unwrap();
        let driver = SqliteDriver::open(folder.path()).await.unwrap();
        let kept: u64 = WAL_KEPT_BYTES.parse().unwrap();
        let log = || folder.path().join("subzero.sqlite-wal").metadata().unwrap().len();
        let write = async |bytes: u64| {
            let much =
                format!("create table much (bytes blob); insert into much values (zeroblob({bytes})); drop table much");
            let mut txn = driver.writer.begin_with(BEGIN).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(much)).execute(&mut *txn).await.unwrap();
            txn.commit().await.unwrap();
        };
        // A write that is spilled, for it is more than is kept in memory.
        write(kept + 4_000_000).await;
        assert!(log() > kept, "{}", log());
        write(1).await;
        write(1).await;
        assert!(log() <= kept, "{}", log());
        driver.close().await.unwrap();
    }

    #[tokio::test]
    async fn a_file_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let driver = SqliteDriver::open(folder.path()).await.unwrap();
        sqlx::query("pragma user_version = 99").execute(&driver.writer).await.unwrap();
        driver.close().await.unwrap();
        assert!(matches!(Db::open(folder.path()).await, Err(DbError::Newer(99))));
    }
}
