//! The tables in `PostgreSQL`, and how those of an older version become those of this version.
//!
//! Current schema: `v1.sql` and every later step after it. The table `version` says which one a database has. A later version adds a file and
//! one step here; a step that has been released never changes. A step only ever adds: a process of the version before may still be running.

use sqlx::{AssertSqlSafe, PgPool};

use super::failed;
use crate::db::DbError;

/// Every step, in order: the step at place *n* makes version *n* + 1 of version *n*.
const STEPS: [&str; 7] = [
    include_str!("v1.sql"),
    include_str!("v2.sql"),
    include_str!("v3.sql"),
    include_str!("v4.sql"),
    include_str!("v5.sql"),
    include_str!("v6.sql"),
    include_str!("v7.sql"),
];
/// What processes that start at once queue for: a number of ours, until the end of the txn.
const TURN: &str = "select pg_advisory_xact_lock(7305804402566590067)";

/// Brings the tables to the current version, all steps in one txn.
pub async fn upgrade(pool: &PgPool) -> Result<(), DbError> {
    let mut txn = pool.begin().await.map_err(failed)?;
    sqlx::raw_sql(TURN).execute(&mut *txn).await.map_err(failed)?;
    let table = "create table if not exists version (only_row bigint primary key check (only_row = 1), version bigint not null)";
    sqlx::raw_sql(table).execute(&mut *txn).await.map_err(failed)?;
    let found: Option<(i64,)> =
        sqlx::query_as("select version from version").fetch_optional(&mut *txn).await.map_err(failed)?;
    let version = found.map_or(0, |(version,)| version);
    let place = usize::try_from(version).map_err(|_| DbError::Newer(version))?;
    let steps = STEPS.get(place..).ok_or(DbError::Newer(version))?;
    for step in steps {
        sqlx::raw_sql(*step).execute(&mut *txn).await.map_err(failed)?;
    }
    // The version is a number of ours.
    let mark = format!(
        "insert into version (only_row, version) values (1, {}) on conflict (only_row) do update set version = excluded.version",
        STEPS.len()
    );
    sqlx::raw_sql(AssertSqlSafe(mark)).execute(&mut *txn).await.map_err(failed)?;
    txn.commit().await.map_err(failed)
}

/// Whether this program can read the tables, of whatever version up to its own. Nothing is changed.
pub async fn check(pool: &PgPool) -> Result<(), DbError> {
    let found: Option<(String,)> =
        sqlx::query_as("select to_regclass('version')::text where to_regclass('version') is not null")
            .fetch_optional(pool)
            .await
            .map_err(failed)?;
    if found.is_none() {
        return Err(DbError::NoDatabase);
    }
    let (version,): (i64,) = sqlx::query_as("select version from version").fetch_one(pool).await.map_err(failed)?;
    match usize::try_from(version) {
        Ok(place) if place <= STEPS.len() => Ok(()),
        Ok(_) | Err(_) => Err(DbError::Newer(version)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn steps_only_add() {
        crate::db::driver::assert_only_adds(&super::STEPS);
    }
}
