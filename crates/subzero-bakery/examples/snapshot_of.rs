//! What a snapshot of each account in a server's folder costs and saves: `cargo run --release -p subzero-bakery --example snapshot_of DIR`, with a
//! folder that `cargo xtask seed` has filled.
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant as Clock;

use flate2::Compression;
use flate2::write::GzEncoder;
use subzero_bakery::program::Failure;
use subzero_bakery::stored;
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::report::{Books, Report};
use subzero_ledger::snapshot::{Beginning, Frontier, Snapshot};
use subzero_server::fold;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    for account in stored::read(Path::new(&folder)).await? {
        let rows = account.rows;
        let started = Clock::now();
        let mut whole = Beginning::default();
        let mut frontier = Frontier::new();
        for row in &rows {
            let last = frontier.entry(row.entry.header.shop).or_default();
            *last = row.seq.max(*last);
            whole.catalogue.insert(&row.entry, Arrival::Confirmed { seq: row.seq });
            whole.documents.insert(&row.entry);
        }
        let count = rows.len();
        whole.ledger.extend(rows.into_iter().map(|row| (row.entry, Arrival::Confirmed { seq: row.seq })));
        println!("{}: {count} rows folded in {:.1?}", account.name, started.elapsed());
        let books = Books { ledger: &whole.ledger, documents: &whole.documents, tables: &whole.catalogue };
        // As a server takes it just after the last entry.
        let now = whole.ledger.newest_first().next().map_or(Instant::MIN, |entry| entry.header.at);
        let horizon = fold::horizon(&whole.ledger, now);
        let started = Clock::now();
        let report = Report::now(&whole.ledger, &whole.documents, &whole.catalogue, now);
        println!("{} items, {} rows reported in {:.1?}", report.items.len(), report.rows.len(), started.elapsed());
        let started = Clock::now();
        let snapshot = Snapshot::take(&books, &frontier, horizon)?;
        println!(
            "taken in {:.1?}: {} entries kept, {} bases",
            started.elapsed(),
            snapshot.entries().count(),
            snapshot.bases()
        );
        let bytes = snapshot.encode()?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&bytes)?;
        println!("{} bytes, {} compressed", bytes.len(), encoder.finish()?.len());
        let started = Clock::now();
        let snapshot = Snapshot::decode(&bytes)?;
        let read = started.elapsed();
        let started = Clock::now();
        let begun = snapshot.begin();
        let taken_in = started.elapsed();
        let started = Clock::now();
        let again = Report::now(&begun.ledger, &begun.documents, &begun.catalogue, now);
        println!("decoded in {read:.1?}, begun in {taken_in:.1?}, reported in {:.1?}", started.elapsed());
        assert_eq!(again, report, "the report that it leads to");
        assert!(begun.lacking().is_empty());
    }
    Ok(())
}
