//! The database as a `PostgreSQL` that any number of processes share.
//!
//! Writers run side by side and meet only at the rows they lock: read committed, so that whoever waited for a lock sees what was committed
//! meanwhile. Readers read one snapshot (repeatable read). `synchronous_commit` is on whatever the database's default is: a commit that
//! returned survives a crash. No wait is without an end, and a process that hangs loses its locks.
//!
//! That a shop has news is told in a txn of its own after the commit, over connections of its own: inside a push, `notify` would make every
//! writer of the whole database queue for one lock.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow, PgSslMode};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Postgres, Row as _, SqlSafeStr as _, Transaction, TypeInfo as _, ValueRef as _,
};
use tokio::sync::mpsc;

use super::{Doing, Driver, Heard, Txn};
use crate::db::statement::{Bound, Cell, PREPARED_MAX, Row, Statement, Value};
use crate::db::{AccountId, DbError};

mod lineage;
mod relay;
mod schema;

/// How many txns of this process write at once. Those of one shop queue at its row, so that more would only wait elsewhere.
const WRITERS: u32 = 16;
/// How many requests read at once.
const READERS: u32 = 8;
/// How long a request waits for its turn before it is told to come back.
const TURN_MAX: Duration = Duration::from_secs(10);
/// What every connection asks for: its own limits, whatever the database's defaults are.
const SETTINGS: [(&str, &str); 4] = [
    ("lock_timeout", "10s"),
    ("statement_timeout", "30s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("synchronous_commit", "on"),
];
/// Codes and classes of codes of what passes: the connection, a txn that lost against another, resources, an operator, the system, a lock
/// that was not had in time, a server that only reads just now.
const PASSES: [&str; 7] = ["08", "40", "53", "57", "58", "55P03", "25006"];

/// Where a `PostgreSQL` is, who comes, and how the way there is encrypted. It has a password in it and is never printed.
#[derive(Clone)]
pub struct Address {
    options: Box<PgConnectOptions>,
    tells_failovers: bool,
}

impl Address {
    /// The same, where what is there has to say whether it is the one it was.
    #[must_use]
    pub const fn that_tells_failovers(mut self) -> Self {
        self.tells_failovers = true;
        self
    }
}

impl FromStr for Address {
    type Err = DbError;

    fn from_str(url: &str) -> Result<Self, DbError> {
        let is_one = url.starts_with("postgres://") || url.starts_with("postgresql://");
        let options = if is_one { url.parse().ok() } else { None };
        let options: PgConnectOptions = options.ok_or(DbError::Address)?;
        let verifies = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        if !verifies && names_root(url) {
            return Err(DbError::Unverified);
        }
        let options = options
            .application_name("subzero-server")
            .options(SETTINGS)
            .statement_cache_capacity(PREPARED_MAX)
            .disable_statement_logging();
        Ok(Self { options: Box::new(options), tells_failovers: false })
    }
}

/// Whether an address names whom to trust.
fn names_root(url: &str) -> bool {
    let (_, asked) = url.split_once('?').unwrap_or_default();
    asked.split('&').any(|pair| ["sslrootcert=", "ssl-root-cert=", "ssl-ca="].iter().any(|key| pair.starts_with(key)))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a PostgreSQL")
    }
}

/// An open `PostgreSQL`.
pub struct PostgresDriver {
    writers: PgPool,
    readers: PgPool,
    relay: relay::Relay,
}

impl PostgresDriver {
    /// Connects, and makes or upgrades the tables. Processes that start at once do so one after another.
    pub async fn connect(address: &Address) -> Result<Self, DbError> {
        let Address { options, tells_failovers } = address;
        let first = PgPoolOptions::new().max_connections(1).acquire_timeout(TURN_MAX);
        let first = first.connect_with(options.as_ref().clone()).await.map_err(failed)?;
        let upgraded = schema::upgrade(&first).await;
        let told = match first.acquire().await {
            Ok(mut connection) => lineage::find(&mut connection).await,
            Err(error) => Err(failed(error)),
        };
        first.close().await;
        upgraded?;
        if let (Err(DbError::Untold(why)), true) = (told, *tells_failovers) {
            return Err(DbError::Untold(why));
        }
        let pool = |connections| {
            let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(TURN_MAX);
            pool.after_connect(|connection, _| Box::pin(async { lineage::hold(connection).await.map_err(refused) }))
        };
        let writers = pool(WRITERS).connect_with(options.as_ref().clone()).await.map_err(failed)?;
        let readers = pool(READERS).connect_lazy_with(options.as_ref().clone());
        Ok(Self { writers, readers, relay: relay::Relay::new(options.as_ref().clone()) })
    }

    /// Connects to read and nothing else: whatever version the tables are of they stay, and whoever begins to write is refused.
    pub async fn connect_to_read(address: &Address) -> Result<Self, DbError> {
        let options = address.options.as_ref().clone().options([("default_transaction_read_only", "on")]);
        let pool = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(TURN_MAX);
        let readers = pool(READERS).connect_with(options.clone()).await.map_err(failed)?;
        schema::check(&readers).await?;
        let writers = pool(1).connect_lazy_with(options.clone());
        Ok(Self { writers, readers, relay: relay::Relay::new(options) })
    }
}

impl Driver for PostgresDriver {
    fn begin(&self) -> Doing<'_, Box<dyn Txn>> {
        Box::pin(async {
            let txn = begin_on(&self.writers, "begin isolation level read committed").await?;
            Ok(Box::new(PostgresTxn(txn)) as Box<dyn Txn>)
        })
    }

    fn snapshot(&self) -> Doing<'_, Box<dyn Txn>> {
        Box::pin(async {
            let txn = begin_on(&self.readers, "begin isolation level repeatable read, read only").await?;
            Ok(Box::new(PostgresTxn(txn)) as Box<dyn Txn>)
        })
    }

    fn read(&self, statement: Statement) -> Doing<'_, Vec<Row>> {
        Box::pin(async { rows(&query(statement)?.fetch_all(&self.readers).await.map_err(failed)?) })
    }

    fn tell(&self, accounts: Vec<AccountId>) -> Doing<'_, ()> {
        Box::pin(self.relay.tell(accounts))
    }

    fn hear(&self) -> Option<mpsc::Receiver<Heard>> {
        Some(self.relay.hear())
    }

    fn close(&self) -> Doing<'_, ()> {
        Box::pin(async {
            self.relay.close().await;
            self.readers.close().await;
            self.writers.close().await;
            Ok(())
        })
    }
}

/// Begins a txn, and ends it also where whoever asked for it hangs up meanwhile: by itself, `sqlx` gives back the connection of a txn of which it was
/// not yet told that it has begun, and everything is then read on it as it was at that moment.
async fn begin_on(pool: &PgPool, begin: &'static str) -> Result<Transaction<'static, Postgres>, DbError> {
    let connection = pool.acquire().await.map_err(failed)?;
    let beginning = tokio::spawn(Transaction::begin(connection, Some(begin.into_sql_str())));
    beginning.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)).map_err(failed)
}

struct PostgresTxn<'c>(Transaction<'c, Postgres>);

impl Txn for PostgresTxn<'_> {
    fn run(&mut self, statement: Statement) -> Doing<'_, Vec<Row>> {
        Box::pin(async { rows(&query(statement)?.fetch_all(&mut *self.0).await.map_err(failed)?) })
    }

    /// Not `for update`: other tables' rows point at the locked ones, and whoever adds such a row need not wait.
    fn row_lock(&self) -> &'static str {
        " for no key update"
    }

    fn find_table(&self) -> &'static str {
        "select tablename::text from pg_catalog.pg_tables where schemaname = current_schema() and tablename = $1"
    }

    fn commit<'a>(self: Box<Self>) -> Doing<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async { self.0.commit().await.map_err(failed) })
    }
}

fn query(statement: Statement) -> Result<Query<'static, Postgres, PgArguments>, DbError> {
    let (text, values) = statement.with_arrays()?;
    // A statement's text is of this program's literals only.
    let query = sqlx::query(AssertSqlSafe(text));
    Ok(values.into_iter().fold(query, |query, value| match value {
        Bound::One(Value::Int(int)) => query.bind(int),
        Bound::One(Value::Bytes(bytes)) => query.bind(bytes),
        Bound::One(Value::Text(text)) => query.bind(text.as_deref().map(without_null)),
        Bound::Ints(ints) => query.bind(ints),
        Bound::Bytes(bytes) => query.bind(bytes),
        Bound::Texts(texts) => {
            query.bind(texts.iter().map(|text| text.as_deref().map(without_null)).collect::<Vec<_>>())
        }
    }))
}

/// It has no text with a null character in it; where one is sent, it is of no use.
fn without_null(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn rows(found: &[PgRow]) -> Result<Vec<Row>, DbError> {
    found.iter().map(|row| (0..row.len()).map(|place| cell(row, place)).collect::<Result<_, _>>().map(Row)).collect()
}

fn cell(row: &PgRow, place: usize) -> Result<Cell, DbError> {
    let raw = row.try_get_raw(place).map_err(failed)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    match raw.type_info().name() {
        "INT8" => row.try_get(place).map(Cell::Int),
        "BYTEA" => row.try_get(place).map(Cell::Bytes),
        "TEXT" => row.try_get(place).map(Cell::Text),
        _ => return Err(DbError::Corrupt("kind of value")),
    }
    .map_err(failed)
}

/// What passes is told apart from what does not.
fn failed(error: sqlx::Error) -> DbError {
    let passes = match error.as_database_error() {
        Some(error) => error.code().is_some_and(|code| PASSES.iter().any(|passing| code.starts_with(passing))),
        None => DbError::is_of_the_connection(&error),
    };
    if passes { DbError::Unavailable(error) } else { DbError::Sql(error) }
}

/// Why a connection is not used, in the pool's words. It tries again until the turn is over.
fn refused(error: DbError) -> sqlx::Error {
    if let DbError::Unavailable(error) | DbError::Sql(error) = error { error } else { io::Error::other(error).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_printed() {
        let address: Address = "postgres://subzero:pass-word@localhost/subzero".parse().unwrap();
        assert_eq!(format!("{address:?}"), "a PostgreSQL");
        for wrong in ["", "subzero", "mysql://localhost/subzero", "postgres://pass-word@:port/", "file:pass-word"] {
            let error = wrong.parse::<Address>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("pass-word"), "{error:?}");
        }
    }

    #[test]
    fn an_address_that_names_whom_to_trust_asks_who_it_is() {
        let parsed = |asked: &str| format!("postgres://subzero@localhost/subzero?{asked}").parse::<Address>();
        for unverified in
            ["sslrootcert=/ca.pem", "sslmode=require&sslrootcert=/ca.pem", "ssl-ca=/ca.pem&sslmode=prefer"]
        {
            assert!(matches!(parsed(unverified), Err(DbError::Unverified)), "{unverified}");
        }
        for verified in
            ["sslmode=verify-full&sslrootcert=/ca.pem", "sslrootcert=/ca.pem&sslmode=verify-ca", "sslmode=require"]
        {
            assert!(parsed(verified).is_ok(), "{verified}");
        }
        assert!(matches!(parsed("sslmode=perhaps"), Err(DbError::Address)));
    }
}
