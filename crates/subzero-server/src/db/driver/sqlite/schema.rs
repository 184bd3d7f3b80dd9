//! The tables, and how a data folder of an older version becomes one of this version.
//!
//! Current schema: `v1.sql` and every later step after it. `PRAGMA user_version` says which one a file has. A later version adds a file and one step
//! here; a step that has been released never changes.

use sqlx::{Connection as _, SqliteConnection};

use super::failed;
use crate::db::DbError;

/// Every step, in order: the step at place *n* makes version *n* + 1 of version *n*.
const STEPS: [&str; 8] = [
    include_str!("v1.sql"),
    include_str!("v2.sql"),
    include_str!("v3.sql"),
    include_str!("v4.sql"),
    include_str!("v5.sql"),
    include_str!("v6.sql"),
    include_str!("v7.sql"),
    include_str!("v8.sql"),
];

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

/// Whether this program can read the tables of a file, of whatever version up to its own. Nothing is changed.
pub async fn check(connection: &mut SqliteConnection) -> Result<(), DbError> {
    let (version,): (i64,) = sqlx::query_as("pragma user_version").fetch_one(connection).await.map_err(failed)?;
    match usize::try_from(version) {
        Ok(0) => Err(DbError::NoDatabase),
        Ok(place) if place <= STEPS.len() => Ok(()),
        Ok(_) | Err(_) => Err(DbError::Newer(version)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{AssertSqlSafe, ConnectOptions as _};
    use subzero_sync::wire::{AuditWhat, PairRequest, Standing};

    use super::*;
    use crate::db::driver::assert_only_adds;
    use crate::db::driver::sqlite::SqliteDriver;
    use crate::db::verify::Totals;
    use crate::db::{Db, Noted, Place, Session};
    use crate::{clock, demo, token};

    #[test]
    fn steps_only_add() {
        assert_only_adds(&STEPS);
    }

    async fn connect(folder: &Path) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(SqliteDriver::file_in(folder)).create_if_missing(true);
        options.foreign_keys(false).connect().await.unwrap()
    }

    async fn ask(connection: &mut SqliteConnection, text: String) -> Vec<String> {
        let found: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(text)).fetch_all(connection).await.unwrap();
        found.into_iter().map(|(line,)| line).collect()
    }

    async fn run(connection: &mut SqliteConnection, text: String) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await.unwrap();
    }

    /// Each table with its columns.
    async fn tables(connection: &mut SqliteConnection) -> Vec<(String, Vec<String>)> {
        let mut tables = Vec::new();
        let names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";
        for table in ask(connection, names.to_owned()).await {
            let columns = ask(connection, format!("select name from pragma_table_info('{table}')")).await;
            tables.push((table, columns));
        }
        tables
    }

    /// Everything in these tables and columns, as text.
    async fn rows(connection: &mut SqliteConnection, tables: &[(String, Vec<String>)]) -> Vec<String> {
        let mut rows = Vec::new();
        for (table, columns) in tables {
            let quoted =
                columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join("||','||");
            rows.extend(ask(connection, format!("select '{table}:'||{quoted} from \"{table}\" order by 1")).await);
        }
        rows
    }

    /// A folder as this version left it, with the rows of one of today as far as it had tables and columns for them.
    async fn folder_of(version: usize, today: &Path) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut old = connect(folder.path()).await;
        for step in &STEPS[..version] {
            run(&mut old, (*step).to_owned()).await;
        }
        run(&mut old, format!("pragma user_version = {version}; pragma journal_mode = wal")).await;
        run(&mut old, format!("attach '{}' as today", SqliteDriver::file_in(today).display())).await;
        for (table, columns) in tables(&mut old).await {
            let columns = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(",");
            run(&mut old, format!("insert into main.\"{table}\" ({columns}) select {columns} from today.\"{table}\""))
                .await;
        }
        old.close().await.unwrap();
        folder
    }

    async fn verified(folder: &Path) -> Totals {
        let db = Db::open_to_read(&Place::Folder(folder.to_owned())).await.unwrap();
        let totals = db.verify(&mut |_| {}).await.unwrap();
        db.close().await;
        totals
    }

    #[tokio::test]
    async fn a_folder_of_every_older_version_opens_keeps_its_rows_and_goes_on() {
        let today = tempfile::tempdir().unwrap();
        let db = Db::open(today.path()).await.unwrap();
        demo::create(&db, clock::now()).await.unwrap();
        db.close().await;
        let whole = verified(today.path()).await;
        assert!(whole.entries > 3 && whole.problems == 0, "{whole:?}");
        let tables_of_today = tables(&mut connect(today.path()).await).await;
        for version in 1..=STEPS.len() {
            let folder = folder_of(version, today.path()).await;
            assert_eq!(verified(folder.path()).await, whole, "version {version}, as it is");
            let mut old = connect(folder.path()).await;
            assert_eq!(
                ask(&mut old, "select user_version||'' from pragma_user_version".into()).await,
                [version.to_string()]
            );
            let old_tables = tables(&mut old).await;
            let before = rows(&mut old, &old_tables).await;
            assert!(before.len() > 30, "{} rows", before.len());
            old.close().await.unwrap();

            let db = Db::open(folder.path()).await.unwrap();
            let mut opened = connect(folder.path()).await;
            assert_eq!(rows(&mut opened, &old_tables).await, before, "version {version}");
            assert_eq!(tables(&mut opened).await, tables_of_today, "version {version}");
            opened.close().await.unwrap();
            // What every version has brought is used.
            let owner = db.owner(demo::sign_ins().email).await.unwrap().unwrap();
            let employee = subzero_ledger::ids::EmployeeId::from_u128(1);
            let session = Session { account: owner.account, employee };
            let (shop, register) = (subzero_ledger::ids::ShopId(1), "Front till");
            let mint = || token::mint().unwrap().1;
            let paired = db.pair(session, shop, register, mint(), clock::now()).await.unwrap();
            let known = PairRequest { shop, register: register.into(), again: Some(paired.device.id), account: None };
            let (again, access) = (mint(), mint());
            db.pair_as(session, &known, again, clock::now()).await.unwrap();
            db.open_access(again, access, clock::now()).await.unwrap();
            assert!(db.device_with_access(access, clock::now()).await.unwrap().is_some());
            let noted = Noted::by_operator(AuditWhat::Paired, known.again);
            db.note(session.account, noted, clock::now()).await.unwrap();
            db.note_standing(&paired.device, Some(Standing::default()), clock::now()).await.unwrap();
            db.close().await;
            let after = verified(folder.path()).await;
            assert_eq!((after.entries, after.problems), (whole.entries + 1, 0), "version {version}");
        }
    }
}
