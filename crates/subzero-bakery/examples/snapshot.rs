//! What a snapshot of the largest business costs and saves: `cargo run --release -p subzero-bakery --example snapshot`.
//!
//! Every figure of memory is the peak of a process of its own, so the program runs itself again for each step.
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant as Clock;

use flate2::Compression;
use flate2::write::GzEncoder;
use subzero_bakery::large;
use subzero_bakery::program::Failure;
use subzero_bakery::stored::{Account, Books, Row};
use subzero_ledger::entry::{Body, Catalogue, Change, CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{DeviceId, EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::report::{self, Report};
use subzero_ledger::snapshot::{Beginning, Frontier, Snapshot};

const DAY_MS: i64 = 86_400_000;
/// How long the business has been open.
const DAYS: i64 = 120;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => run_steps(),
        ["whole"] => whole(),
        ["take", days, file] => take(days.parse()?, Path::new(file)),
        ["begin", file] => begin(Path::new(file)),
        _ => Err("run it without arguments".into()),
    }
}

fn run_steps() -> Result<(), Failure> {
    let itself = std::env::current_exe()?;
    let step = |arguments: &[&str]| -> Result<(), Failure> {
        println!("\n# {}", arguments.join(" "));
        io::stdout().flush()?;
        if Command::new(&itself).args(arguments).status()?.success() { Ok(()) } else { Err("a step failed".into()) }
    };
    step(&["whole"])?;
    let folder = tempfile::tempdir()?;
    for days in ["90", "30"] {
        let file = folder.path().join(days);
        let file = file.to_string_lossy();
        step(&["take", days, &file])?;
        step(&["begin", &file])?;
    }
    Ok(())
}

/// A device that has every row.
fn whole() -> Result<(), Failure> {
    let rows = account().rows;
    let started = Clock::now();
    let mut whole = Beginning::default();
    for Row { entry, seq, .. } in &rows {
        whole.catalogue.insert(entry, Arrival::Confirmed { seq: *seq });
        whole.documents.insert(entry);
    }
    whole.ledger.extend(rows.into_iter().map(|row| (row.entry, Arrival::Confirmed { seq: row.seq })));
    println!("begun in {:.1?}, with every one of {} entries", started.elapsed(), whole.ledger.entries().count());
    said_of(&whole);
    print_peak()
}

fn take(days: i64, file: &Path) -> Result<(), Failure> {
    let account = account();
    let mut frontier = Frontier::new();
    for row in &account.rows {
        let last = frontier.entry(row.entry.header.shop).or_default();
        *last = row.seq.max(*last);
    }
    let books = Books::of(&account);
    let whole = books.ledger.entries().count();
    let of = report::Books { ledger: &books.ledger, documents: &books.documents, tables: &books.catalogue };
    let horizon = Instant::from_unix_ms(large::BEGIN_MS + (DAYS - days) * DAY_MS).unwrap_or(Instant::MIN);
    let started = Clock::now();
    let snapshot = Snapshot::take(&of, &frontier, horizon)?;
    println!("taken in {:.1?}, of the last {days} days", started.elapsed());
    let kept = snapshot.entries().count();
    let office = snapshot.entries().filter(|(entry, _)| entry.header.shop == ShopId::OFFICE).count();
    println!("{kept} entries kept of {whole}, {office} of them the office's; {} bases", snapshot.bases());
    let started = Clock::now();
    let bytes = snapshot.encode()?;
    println!("encoded in {:.1?}: {} bytes", started.elapsed(), bytes.len());
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&bytes)?;
    println!("compressed: {} bytes", encoder.finish()?.len());
    fs::write(file, bytes)?;
    Ok(())
}

/// A device that begins from a snapshot.
fn begin(file: &Path) -> Result<(), Failure> {
    let started = Clock::now();
    let snapshot = Snapshot::decode_kept(&Arc::new(fs::read(file)?))?;
    let read = started.elapsed();
    let begun = snapshot.begin();
    println!("begun in {:.1?}, of which {read:.1?} to decode", started.elapsed());
    said_of(&begun);
    print_peak()
}

fn said_of(Beginning { ledger, documents, catalogue }: &Beginning) {
    let now = Instant::from_unix_ms(large::BEGIN_MS + DAYS * DAY_MS).unwrap_or(Instant::MIN);
    let report = Report::now(ledger, documents, catalogue, now);
    let shops = catalogue.shops.keys();
    let on_hand: i64 = shops.flat_map(|shop| ledger.on_hand_in(*shop)).map(|(_, on_hand)| on_hand.thousandths()).sum();
    println!("{} negative items, {} rows, {on_hand} thousandths on hand", report.items.len(), report.rows.len());
}

/// What this process took at its most.
fn print_peak() -> Result<(), Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("this system does not say")?;
    println!("peak memory: {}", peak.trim());
    Ok(())
}

/// The business as its server has it: the office's rows, then what happened in the shops.
fn account() -> Account {
    let shops = (1..=large::SHOPS).map(|shop| Change::Shop { id: ShopId(shop), name: format!("Shop {shop}") });
    let vendors = large::vendors().into_iter().map(Change::Vendor);
    let items = large::items().into_iter().map(Change::Item);
    let changes = shops.chain(large::registers()).chain(vendors).chain(items).collect();
    let office = Catalogue::in_parts(0, changes).into_iter().zip(1_u64..);
    let office =
        office.map(|(part, number)| Entry { dseq: number, header: header(number), body: Body::Catalogue(part) });
    let mut heads: BTreeMap<ShopId, u64> = BTreeMap::new();
    let row = |entry: Entry| {
        let head = heads.entry(entry.header.shop).or_default();
        *head += 1;
        Row { entry, seq: *head, flagged: false }
    };
    let rows = office.chain(large::entries()).map(row).collect();
    Account { name: "Twenty shops".to_owned(), rows }
}

fn header(number: u64) -> Header {
    Header {
        id: EntryId::from_u128(number.into()),
        shop: ShopId::OFFICE,
        device: DeviceId(1),
        at: Instant::from_unix_ms(large::BEGIN_MS).unwrap_or(Instant::MIN),
        employee: large::employee(0),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    }
}
