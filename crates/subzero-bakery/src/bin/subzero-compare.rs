//! `cargo xtask compare DIR`: the Negative inventory report of every account in a server's data folder, worked out twice.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant as Clock;

use clap::Parser;
use subzero_bakery::compare::{Rows, agree, by_sql};
use subzero_bakery::program::{Failure, ended};
use subzero_bakery::stored::{Account, Books, read};
use subzero_ledger::report::Report;
use subzero_server::clock;

/// Works out the report of every account in a data folder, by the ledger and by SQL, and says where they first differ.
#[derive(Parser)]
struct Arguments {
    /// Folder of the server's database. It is only read.
    data: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(Arguments::parse()).await)
}

async fn run(Arguments { data }: Arguments) -> Result<(), Failure> {
    for account in read(&data).await? {
        compare(&account).await.map_err(|error| format!("{}: {error}", account.name))?;
    }
    Ok(())
}

async fn compare(account: &Account) -> Result<(), Failure> {
    let started = Clock::now();
    let books = Books::of(account);
    let report = Report::now(&books.ledger, &books.documents, books.catalogue.tables(), clock::now());
    let (ledger, took) = (Rows::from(&report), started.elapsed());
    let started = Clock::now();
    let sql = by_sql(account.rows.iter().map(|row| &row.entry)).await?;
    let sql_took = started.elapsed();
    agree(&ledger, &sql)?;
    let shops: BTreeSet<_> = ledger.items.keys().map(|(_, shop)| shop).collect();
    println!(
        "{}: {} rows of {} negative items in {} shops, after {} adjustments: report and SQL agree (ledger {:.1} s, SQL {:.1} s)",
        account.name,
        ledger.rows.len(),
        ledger.items.len(),
        shops.len(),
        books.adjustments(),
        took.as_secs_f64(),
        sql_took.as_secs_f64()
    );
    Ok(())
}
