//! The database as one `SQLite` file, opened by one process.
//!
//! Written through one connection, so that writers queue here and not at the file's lock; read through a few, each from a snapshot
//! of its own (WAL). `synchronous=FULL`: a commit that returned survives a power cut.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use subzero_sync::wire::Epoch;
use uuid::Uuid;

use super::DbError;

mod access;
mod account;
mod devices;
mod facts;
mod history;
mod load;
mod push;
mod rescue;
mod schema;
mod value;

/// The file's name in the data folder.
const FILE: &str = "subzero.sqlite";
/// How many requests read at once.
const READERS: u32 = 4;
/// How long a writer waits for another process that has the file.
const BUSY_MAX: Duration = Duration::from_secs(5);
/// How long a request waits for its turn before it is told to come back.
const TURN_MAX: Duration = Duration::from_secs(10);

/// An open database.
#[derive(Clone)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
    epoch: Epoch,
}

impl Db {
    /// Opens the database in a folder, making both when they are not there.
    pub async fn open(folder: &Path) -> Result<Self, DbError> {
        std::fs::create_dir_all(folder)?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_MAX);
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(TURN_MAX);
        let writer = pool(1).connect_with(options.clone()).await?;
        schema::upgrade(&mut *writer.acquire().await?).await?;
        let readers = pool(READERS).connect_with(options).await?;
        let mut db = Self { writer, readers, epoch: Epoch(Uuid::nil()) };
        db.epoch = db.read_or_mint_epoch().await?;
        Ok(db)
    }

    /// Finishes what is under way and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The run of this server's history.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Starts another run of history: the file was put back from a backup, and devices know more than it does.
    pub async fn renew_epoch(&mut self) -> Result<(), DbError> {
        let epoch = Uuid::new_v4();
        let mut txn = self.begin().await?;
        sqlx::query("update server set epoch = ?").bind(value::uuid(epoch)).execute(&mut *txn).await?;
        account::renew_outboxes(&mut txn).await?;
        txn.commit().await?;
        self.epoch = Epoch(epoch);
        Ok(())
    }

    async fn read_or_mint_epoch(&self) -> Result<Epoch, DbError> {
        let mut txn = self.begin().await?;
        sqlx::query("insert into server (only, epoch) values (1, ?) on conflict do nothing")
            .bind(value::uuid(Uuid::new_v4()))
            .execute(&mut *txn)
            .await?;
        let (epoch,): (Vec<u8>,) = sqlx::query_as("select epoch from server").fetch_one(&mut *txn).await?;
        txn.commit().await?;
        value::read_uuid(&epoch, "epoch").map(Epoch)
    }

    /// A txn that may write: the only one at its time.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A txn that reads one snapshot.
    async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        Ok(self.readers.begin().await?)
    }
}

/// A txn's connection, for the queries that run inside one.
type Inside<'a> = &'a mut SqliteConnection;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::db::NewAccount;
    use subzero_ledger::ids::EmployeeId;

    #[tokio::test]
    async fn a_full_disk_stores_nothing_and_says_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        // As many pages as there are, and no more: to SQLite the disk is full.
        sqlx::query("pragma max_page_count = 1").fetch_one(&db.writer).await.unwrap();
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
    async fn a_file_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        sqlx::query("pragma user_version = 99").execute(&db.writer).await.unwrap();
        db.close().await;
        assert!(matches!(Db::open(folder.path()).await, Err(DbError::Newer(99))));
    }
}
