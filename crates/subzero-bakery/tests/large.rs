//! The report at the size this product is made for: opened, filtered, sorted and grouped while somebody waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::time::{Duration, Instant as Clock};

use subzero_bakery::large;
use subzero_ledger::catalogue::Tables;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{Body, Cause, Entry};
use subzero_ledger::ids::{EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::report::{AgeBucket, Books, Changed, Column, Filter, GroupBy, LiveReport, Order, Report, trend};
use subzero_ledger::stock::Reason;

/// What the report promises, in a browser. Natively it is some ten times as quick, so that this fails only if something is badly wrong.
const ANSWERED_WITHIN: Duration = Duration::from_millis(100);
/// How many new sales the report is kept up to date with.
const SALES: usize = 200;

fn measured<T>(what: &str, does: impl FnOnce() -> T) -> (T, Duration) {
    let started = Clock::now();
    let done = does();
    let took = started.elapsed();
    println!("{what}: {took:?}");
    (done, took)
}

#[test]
fn the_report_over_a_million_adjustments_answers_at_once() {
    let mut tables = Tables::default();
    for change in large::items() {
        tables.change_item(&change);
    }
    tables.shops.extend((1..=large::SHOPS).map(|shop| (ShopId(shop), format!("Shop {shop}"))));
    let entries = large::entries();
    let mut documents = Documents::default();
    for entry in &entries {
        documents.insert(entry);
    }
    let mut ledger = Ledger::default();
    let arrived: Vec<_> = (1..).zip(entries).map(|(seq, entry)| (entry, Arrival::Confirmed { seq })).collect();
    measured("folded", || ledger.extend(arrived));
    let adjustments: usize = ledger.entries().map(|(entry, _)| ledger.lines_that_move_stock(entry)).sum();
    assert_eq!(adjustments, 1_000_000);
    assert_eq!(ledger.negatives().count(), 10_000);
    let now = Instant::from_unix_ms(large::BEGIN_MS + 120 * 86_400_000).unwrap();
    let (report, opened) = measured("opened", || Report::now(&ledger, &documents, &tables, now));
    assert_eq!(report.items.len(), 10_000);

    let filters = [
        Filter::default(),
        Filter { text: "kind 7".into(), ..Filter::default() },
        Filter { shop: Some(ShopId(3)), ..Filter::default() },
        Filter { reason: Some(Reason::Sale), ..Filter::default() },
        Filter { cause: Some(Some(Cause::NotReceived)), ..Filter::default() },
        Filter { category: Some("Category 7".into()), ..Filter::default() },
        Filter { age: Some(AgeBucket::UpTo7), ..Filter::default() },
        Filter { cost_missing: true, ..Filter::default() },
        Filter { unsynced: true, ..Filter::default() },
    ];
    let mut answers = vec![opened];
    let mut ask = |filter: &Filter, order: Order, group: GroupBy| {
        let started = Clock::now();
        report.shown(&tables, filter, order, group).unwrap();
        answers.push(started.elapsed());
    };
    for filter in &filters {
        ask(filter, Order::default(), GroupBy::Item);
    }
    for by in Column::ALL {
        for descending in [false, true] {
            ask(&Filter::default(), Order { by, descending }, GroupBy::Item);
        }
    }
    for group in GroupBy::ALL {
        ask(&Filter::default(), Order::default(), group);
    }
    answers.sort();
    let p95 = answers[answers.len() * 95 / 100];
    println!(
        "{} questions; median {:?}, p95 {:?}, slowest {:?}",
        answers.len(),
        answers[answers.len() / 2],
        p95,
        answers[answers.len() - 1]
    );
    assert!(p95 < ANSWERED_WITHIN, "{p95:?}");
    measured("as of a past evening", || {
        Report::at(&ledger, &tables, Instant::from_unix_ms(large::BEGIN_MS + 112 * 86_400_000).unwrap())
    });
    let weeks: Vec<Instant> =
        (0..=12).map(|week| Instant::from_unix_ms(large::BEGIN_MS + week * 7 * 86_400_000).unwrap()).collect();
    measured("twelve weeks", || trend(&ledger, &weeks));
    let books = Books { ledger: &ledger, documents: &documents, tables: &tables };
    let mut live = LiveReport::new(&books, now);
    let is_sale = |entry: &Entry| matches!(entry.body, Body::Sale(_));
    let sold: Vec<_> = large::entries().into_iter().rev().filter(is_sale).take(SALES).collect();
    let mut followed = Vec::new();
    for (number, mut entry) in (1_u32..).zip(sold) {
        // The same goods once more, as a sale that is new.
        entry.header.id = EntryId::from_u128(number.into());
        entry.header.at = now;
        let mut changed = Changed::default();
        changed.by_entry(&entry);
        changed.by_stock(ledger.extend([(entry, Arrival::Own { dseq: number.into() })]));
        let books = Books { ledger: &ledger, documents: &documents, tables: &tables };
        let started = Clock::now();
        live.follow(&books, &changed);
        followed.push(started.elapsed());
    }
    followed.sort();
    println!(
        "the report after one new sale of five items, {SALES} times; median {:?}, p95 {:?}, slowest {:?}",
        followed[followed.len() / 2],
        followed[followed.len() * 95 / 100],
        followed[followed.len() - 1]
    );
    let anew = Report::now(&ledger, &documents, &tables, now);
    let books = Books { ledger: &ledger, documents: &documents, tables: &tables };
    let (kept, _) = measured("opened, kept up to date", || live.at(&books, now));
    assert!(*kept == anew, "what is kept is what is worked out from nothing");
    let mut causes = std::collections::BTreeMap::new();
    for row in &report.rows {
        *causes.entry(row.cause()).or_insert(0) += 1;
    }
    println!("{causes:?}");
}
