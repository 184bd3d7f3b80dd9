//! The report at the size this product is made for: opened, filtered, sorted and grouped while somebody waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::disallowed_types, reason = "it measures")]

use std::time::{Duration, Instant as Clock};

use subzero_bakery::large;
use subzero_ledger::catalogue::Tables;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::Cause;
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::report::{AgeBucket, Column, Filter, GroupBy, Order, Report, trend};
use subzero_ledger::stock::Reason;

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
    println!(
        "{} questions; median {:?}, p95 {:?}, slowest {:?}",
        answers.len(),
        answers[answers.len() / 2],
        answers[answers.len() * 95 / 100],
        answers[answers.len() - 1]
    );
    measured("as of a past evening", || {
        Report::at(&ledger, &tables, Instant::from_unix_ms(large::BEGIN_MS + 112 * 86_400_000).unwrap())
    });
    let weeks: Vec<Instant> =
        (0..=12).map(|week| Instant::from_unix_ms(large::BEGIN_MS + week * 7 * 86_400_000).unwrap()).collect();
    measured("twelve weeks", || trend(&ledger, &weeks));
    let mut causes = std::collections::BTreeMap::new();
    for row in &report.rows {
        *causes.entry(row.cause()).or_insert(0) += 1;
    }
    println!("{causes:?}");
}
