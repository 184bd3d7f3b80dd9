//! Which `PostgreSQL` it is that was connected to, and whether what it says can be a word of the one before.
//!
//! A standby that is promoted may lack what its primary had committed a moment ago, and was acked. So may a copy that was put back. Both are told by
//! the system identifier and the timeline, which no other one has.
//!
//! > A connection is used only once the database has noted the lineage that it is in; where it had noted another one, another run of history has
//! > begun by then. No ack is taken back within an epoch.
//! >
//! > Nothing is read of a standby.

use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

use super::{PostgresTxn, failed};
use crate::clock;
use crate::db::driver::{Txn as _, the_row};
use crate::db::statement::Statement;
use crate::db::{DbError, begin_epoch};

/// What of a server has no other one. Its log says at once which timeline it writes; its control file does so only after the next checkpoint.
const FIND: &str = "select (select system_identifier from pg_control_system())::text
                    || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)";
/// Not allowed, not there, not supported: some hosts offer something that is not quite a `PostgreSQL`.
const NOT_TOLD: [&str; 3] = ["42501", "42883", "0A000"];

/// Holds a connection that is new to what the database has noted.
pub async fn hold(connection: &mut PgConnection) -> Result<(), DbError> {
    let is_standby = sqlx::query("select pg_is_in_recovery()").fetch_one(&mut *connection).await.map_err(failed)?;
    if is_standby.try_get(0).map_err(failed)? {
        return Err(DbError::Standby);
    }
    let lineage = match find(connection).await {
        // Whoever lets that be was told so at the start.
        Err(DbError::Untold(_)) => return Ok(()),
        found => found?,
    };
    let noted = "select lineage from server";
    let noted: Option<(String,)> = sqlx::query_as(noted).fetch_optional(&mut *connection).await.map_err(failed)?;
    if noted.is_some_and(|(noted,)| noted == lineage) {
        return Ok(());
    }
    note(connection, lineage).await
}

/// Which one it is.
pub async fn find(connection: &mut PgConnection) -> Result<String, DbError> {
    match sqlx::query(FIND).fetch_one(connection).await {
        Ok(found) => found.try_get(0).map_err(failed),
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| NOT_TOLD.contains(&code.as_ref())) => {
            Err(DbError::Untold(error.to_string()))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Several connections may find the same: the first one to lock the row begins the epoch.
async fn note(connection: &mut PgConnection, lineage: String) -> Result<(), DbError> {
    let begin = "begin isolation level read committed";
    let mut txn = Box::new(PostgresTxn(connection.begin_with(begin).await.map_err(failed)?));
    let mint = "insert into server (\"only\", epoch, lineage) values (1, $1, $2) on conflict do nothing";
    txn.run(Statement::new(mint).with(Uuid::new_v4()).with(lineage.as_str())).await?;
    let lock = Statement::new("select lineage from server").then(txn.row_lock());
    let noted = the_row(txn.run(lock).await?, "lineage")?.only()?.text("lineage")?;
    if noted != lineage {
        if !noted.is_empty() {
            tracing::warn!(%noted, %lineage, "this is not the PostgreSQL it was: another history begins");
            begin_epoch(&mut *txn, clock::now()).await?;
        }
        txn.run(Statement::new("update server set lineage = $1").with(lineage)).await?;
    }
    txn.commit().await
}
