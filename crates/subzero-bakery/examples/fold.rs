//! What it costs a server to fold the largest business into a snapshot: `cargo run --release -p subzero-bakery --example fold [DIR]`, with a
//! folder that `cargo xtask seed large` has filled, or without one, which fills one for the time being.
//!
//! Every figure of memory is the peak of a process of its own, so the program runs itself again for each step.
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use subzero_bakery::large;
use subzero_bakery::program::Failure;
use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;
use subzero_server::clock;
use subzero_server::db::snapshots::Last;
use subzero_server::db::{AccountId, Db, DbError};
use subzero_server::fold::{self, Folded, Size};
use subzero_server::seed::{create_account, import, office_entry};

const DAY_MS: i64 = 86_400_000;
/// How long the business has been open.
const DAYS: i64 = 120;
/// So many days after the last entry it is folded: all within reach, half of it, and all of it long ago.
const LATER: [&str; 3] = ["0", "46", "92"];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let folder = tempfile::tempdir()?;
            step(&["fill", &folder.path().to_string_lossy()])?;
            measure(&folder.path().to_string_lossy())
        }
        [folder] => measure(folder),
        ["fill", folder] => fill(Path::new(folder)).await,
        ["from-the-first-row", later, folder] => fold_at(later.parse()?, Path::new(folder), false).await,
        ["go-on", later, folder] => fold_at(later.parse()?, Path::new(folder), true).await,
        _ => Err("run it without arguments, or with the folder of a seeded business".into()),
    }
}

fn step(arguments: &[&str]) -> Result<(), Failure> {
    println!("\n# {}", arguments.join(" "));
    io::stdout().flush()?;
    let itself = std::env::current_exe()?;
    if Command::new(itself).args(arguments).status()?.success() { Ok(()) } else { Err("a step failed".into()) }
}

fn measure(folder: &str) -> Result<(), Failure> {
    for later in LATER {
        step(&["from-the-first-row", later, folder])?;
    }
    step(&["go-on", "92", folder])
}

async fn fill(folder: &Path) -> Result<(), Failure> {
    let db = Db::open(folder).await?;
    let account = create_account(&db, large::business(), clock::now()).await?;
    import(&db, account, vec![office_entry(large::employee(0), clock::now(), large::registers())]).await?;
    import(&db, account, large::entries()).await?;
    db.close().await;
    Ok(())
}

async fn fold_at(later: i64, folder: &Path, goes_on: bool) -> Result<(), Failure> {
    let db = Db::open(folder).await?;
    let account = *db.accounts().await?.first().ok_or("the folder holds no account")?;
    let now = Instant::from_unix_ms(large::BEGIN_MS + (DAYS + later) * DAY_MS).unwrap_or(Instant::MAX);
    let heads = db.account_heads(account).await?;
    let last = db.last_snapshot(account).await?;
    let last = if goes_on { last } else { Last { shops: None, ..last } };
    let started = Clock::now();
    let folding = fold::fold(&db, account, &heads, last, now);
    let (done, longest) = beside(&db, account, folding).await?;
    let took = started.elapsed();
    let (said, Size { rows, kept, bytes }) = match done? {
        Folded::Stored(size) => ("stored", size),
        Folded::SavesNothing(size) => ("not stored, for it keeps more than half of the rows", size),
        Folded::Overtaken => return Err("somebody else folds it".into()),
    };
    println!("folded in {took:.1?}: {rows} rows, {kept} of them kept, {bytes} bytes; {said}");
    println!("whoever wrote meanwhile waited for {longest:.1?} at most");
    db.close().await;
    println!("memory: {} at most, {} afterwards", memory("VmHWM:")?, memory("VmRSS:")?);
    Ok(())
}

/// Waits for something, and writes meanwhile, again and again: how long the slowest write waited for its turn.
async fn beside<T>(db: &Db, account: AccountId, doing: impl Future<Output = T>) -> Result<(T, Duration), Failure> {
    let (is_done, db) = (Arc::new(AtomicBool::new(false)), db.clone());
    let is_over = Arc::clone(&is_done);
    let writing = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while !is_over.load(Ordering::Relaxed) {
            ticks.tick().await;
            let asked = Clock::now();
            // There is no such device: it takes a txn that writes, and changes nothing.
            db.revoke(account, DeviceId(u32::MAX), clock::now()).await?;
            longest = longest.max(asked.elapsed());
        }
        Ok::<_, DbError>(longest)
    });
    let done = doing.await;
    is_done.store(true, Ordering::Relaxed);
    Ok((done, writing.await??))
}

/// What this system says of this process's memory.
fn memory(which: &str) -> Result<String, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let said = status.lines().find_map(|line| line.strip_prefix(which)).ok_or("this system does not say")?;
    Ok(said.trim().to_owned())
}
