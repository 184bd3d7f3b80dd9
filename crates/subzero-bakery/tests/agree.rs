//! The Negative inventory report equals, row by row, a second one worked out by SQL from what the server keeps.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::Command;

use subzero_bakery::compare::{Rows, agree, by_sql};
use subzero_bakery::stored::{Books, read};
use subzero_bakery::{large, random};
use subzero_ledger::instant::Instant;
use subzero_ledger::report::Report;
use subzero_server::clock;
use subzero_server::db::Db;
use subzero_server::seed::{create_account, import};

/// Compares every account in the folder; answers how many there are, and how many rows their reports have.
async fn compare(folder: &Path) -> (usize, usize) {
    let accounts = read(folder).await.unwrap();
    let mut rows = 0;
    let mut wrong = Vec::new();
    for account in &accounts {
        let books = Books::of(account);
        let report = Report::now(&books.ledger, &books.documents, books.catalogue.tables(), Instant::MAX);
        let ledger = Rows::from(&report);
        let sql = by_sql(account.rows.iter().map(|row| &row.entry)).await.unwrap();
        if let Err(difference) = agree(&ledger, &sql) {
            wrong.push(format!("{}: {difference}", account.name));
        }
        rows += ledger.rows.len();
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), accounts.len(), wrong.join("\n"));
    (accounts.len(), rows)
}

#[tokio::test]
async fn on_a_thousand_random_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    for number in 0..1_000 {
        random::load(&db, random::account(number)).await.unwrap();
    }
    db.close().await;
    let (accounts, rows) = compare(folder.path()).await;
    println!("{rows} rows of {accounts} accounts: report and SQL agree");
    assert_eq!(accounts, 1_000);
    assert!(rows > 1_000, "only {rows} rows: nothing is compared where nothing is negative");
}

/// As it is rung up and pushed over HTTP, and compared by the command.
#[test]
fn on_the_bakery() {
    let folder = tempfile::tempdir().unwrap();
    let seeded =
        Command::new(env!("CARGO_BIN_EXE_subzero-bakery")).arg("--quiet").arg("--data").arg(folder.path()).status();
    assert!(seeded.unwrap().success());
    let compared = Command::new(env!("CARGO_BIN_EXE_subzero-compare")).arg(folder.path()).output().unwrap();
    let said = String::from_utf8(compared.stdout).unwrap();
    println!("{said}{}", String::from_utf8(compared.stderr).unwrap());
    assert!(compared.status.success());
    assert!(said.contains("67 rows of 12 negative items in 1 shops"), "{said}");
}

/// All of it is compared by `cargo xtask seed large` and `cargo xtask compare`.
#[tokio::test]
async fn on_a_fiftieth_of_the_largest_business() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let mut business = large::business_of(1_000);
    // Hashing sixty PINs would take longer than all the rest, and the report does not ask who can sign in.
    business.employees.truncate(1);
    let account = create_account(&db, business, clock::now()).await.unwrap();
    import(&db, account, large::entries_of(1_000)).await.unwrap();
    db.close().await;
    assert_eq!(compare(folder.path()).await, (1, 200));
}
