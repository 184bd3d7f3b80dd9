//! The bakery's 159 days natively: nothing but the refused lines is lost, and real negatives arise.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use subzero_bakery::made_up::{deliveries, goods};
use subzero_bakery::tickets::{self, CSV, Ticket};
use subzero_bakery::till::{Bakery, Register};
use subzero_ledger::catalogue::Tables;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::report::Report;

fn rung_up(tickets: &[Ticket]) -> Bakery {
    let goods = goods(tickets);
    let deliveries = deliveries(&goods, tickets);
    let register =
        |device| Register { device: DeviceId(device), employee: EmployeeId::from_u128(1), outbox: Vec::new() };
    let mut bakery = Bakery::new(ShopId(1), [register(1), register(2)], &goods);
    bakery.run(tickets, &deliveries).unwrap();
    bakery
}

#[test]
fn every_line_that_names_an_item_is_sold_and_the_report_adds_up() {
    let file = tickets::read(CSV);
    assert_eq!(file.refused.len(), 786);
    for refused in &file.refused {
        let line = CSV.lines().nth(refused.line - 1).unwrap();
        assert!(line.contains("NONE"), "line {} was refused: {line}", refused.line);
    }
    let tickets = file.tickets;
    let bakery = rung_up(&tickets);
    assert_eq!(bakery.units_sold().to_string(), (21_293 - 786).to_string());
    let recorded: usize = bakery.registers().iter().map(|register| register.outbox.len()).sum();
    assert_eq!(recorded, tickets.len() + deliveries(&goods(&tickets), &tickets).len());
    let report = bakery.report();
    assert!(report.items.len() >= 10, "{} items are negative", report.items.len());
    for (&(item, shop), negative) in &report.items {
        let open: i64 = report.rows_of(item, shop).map(|row| row.open.thousandths()).sum();
        assert_eq!(open, -negative.on_hand.thousandths());
    }
}

/// Every evening's report was shown while the shop went on; as of that evening, it is shown again.
#[test]
fn as_of_any_past_evening_the_report_is_what_it_was_that_evening() {
    const DAY_MS: i64 = 86_400_000;
    let bakery = rung_up(&tickets::read(CSV).tickets);
    let read = |register: &Register| -> Vec<Entry> {
        (1..).zip(&register.outbox).map(|(dseq, bytes)| Entry::decode(dseq, &bytes.0).unwrap()).collect()
    };
    let mut entries: Vec<Entry> = bakery.registers().iter().flat_map(read).collect();
    entries.sort_by_key(|entry| (entry.header.at, entry.header.device, entry.dseq));
    let numbered = |entry: Entry| (entry.clone(), Arrival::Own { dseq: entry.dseq });
    let mut all = Ledger::default();
    all.extend(entries.iter().cloned().map(numbered));
    let rows = |report: &Report| {
        report.rows.iter().map(|row| (row.line, row.open, row.unit_cost, row.since)).collect::<Vec<_>>()
    };
    let (mut then, mut evenings, mut negative) = (Ledger::default(), 0, 0);
    for day in entries.chunk_by(|one, next| one.header.at.unix_ms() / DAY_MS == next.header.at.unix_ms() / DAY_MS) {
        then.extend(day.iter().cloned().map(numbered));
        let evening = Instant::from_unix_ms((day[0].header.at.unix_ms() / DAY_MS + 1) * DAY_MS - 1).unwrap();
        let shown = Report::at(&then, &Tables::default(), Instant::MAX);
        assert_eq!(rows(&Report::at(&all, &Tables::default(), evening)), rows(&shown), "{evening:?}");
        (evenings, negative) = (evenings + 1, negative + usize::from(!shown.rows.is_empty()));
    }
    println!("{evenings} evenings, {negative} of them with negatives");
    assert!(negative > 50, "most evenings show something");
}
