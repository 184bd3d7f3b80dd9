//! The tables, and how a data folder of an older version becomes one of this version.
//!
//! Current schema: `v1.sql` and every later step after it. `PRAGMA user_version` says which one a file has. A later version adds a file and one step
//! here; a step that has been released never changes.

use sqlx::{Connection as _, SqliteConnection};

use super::failed;
use crate::db::DbError;

/// Every step, in order: the step at place *n* makes version *n* + 1 of version *n*.
const STEPS: [&str; 4] =
    [include_str!("v1.sql"), include_str!("v2.sql"), include_str!("v3.sql"), include_str!("v4.sql")];

/// Brings the file to the current version, each step in a txn of its own.
pub async fn upgrade(connection: &mut SqliteConnection) -> Result<(), DbError> {
    loop {
        let mut txn = connection.begin_with("begin immediate").await.map_err(failed)?;
        let (version,): (i64,) = sqlx::query_as("pragma user_version").fetch_one(&mut *txn).await.map_err(failed)?;
        let place = usize::try_from(version).map_err(|_| DbError::Newer(version))?;
        if place > STEPS.len() {
            return Err(DbError::Newer(version));
        }
        let Some(step) = STEPS.get(place) else { return Ok(()) };
        sqlx::raw_sql(*step).execute(&mut *txn).await.map_err(failed)?;
        // A pragma takes no parameters; the version is a number of ours.
        let mark = format!("pragma user_version = {}", place + 1);
        sqlx::raw_sql(sqlx::AssertSqlSafe(mark)).execute(&mut *txn).await.map_err(failed)?;
        txn.commit().await.map_err(failed)?;
    }
}
