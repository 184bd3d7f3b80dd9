//! `cargo xtask seed large`: puts the largest business this product is made for into an empty folder.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant as Clock;

use clap::Parser;
use subzero_bakery::large;
use subzero_bakery::program::{Failure, ended};
use subzero_bakery::stored::{self, Books};
use subzero_server::clock;
use subzero_server::db::Db;
use subzero_server::seed::{create_account, import, office_entry};

/// Makes an account of the largest size in a server's data folder.
#[derive(Parser)]
struct Arguments {
    /// Folder of the server's database; it must hold no account yet.
    #[arg(long)]
    data: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(Arguments::parse()).await)
}

async fn run(Arguments { data }: Arguments) -> Result<(), Failure> {
    let started = Clock::now();
    let db = Db::open(&data).await?;
    if !db.is_empty().await? {
        let folder = data.display();
        return Err(format!("{folder} already holds an account: choose an empty folder").into());
    }
    let account = create_account(&db, large::business(), clock::now()).await?;
    let registers = office_entry(large::employee(0), clock::now(), large::registers());
    import(&db, account, vec![registers]).await?;
    import(&db, account, large::entries()).await?;
    db.close().await;
    let took = started.elapsed();

    for account in stored::read(&data).await? {
        let books = Books::of(&account);
        let tables = books.catalogue.tables();
        println!(
            "{}: {} shops, {} items, {} entries, {} of them flagged, written in {} s",
            account.name,
            tables.shops.len(),
            tables.items.len(),
            account.rows.len(),
            account.rows.iter().filter(|row| row.flagged).count(),
            took.as_secs()
        );
        println!("{} adjustments, {} negative items", books.adjustments(), books.ledger.negative_count());
    }
    println!("owner: {} / {}; {}", large::EMAIL, large::PASSWORD, large::pins());
    Ok(())
}
