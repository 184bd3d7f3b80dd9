//! The bakery's 159 days natively: nothing but the refused lines is lost, and real negatives arise.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use subzero_bakery::made_up::{deliveries, goods};
use subzero_bakery::tickets::{CSV, read};
use subzero_bakery::till::{Bakery, Register};
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};

#[test]
fn every_line_that_names_an_item_is_sold_and_the_report_adds_up() {
    let file = read(CSV);
    assert_eq!(file.refused.len(), 786);
    for refused in &file.refused {
        let line = CSV.lines().nth(refused.line - 1).unwrap();
        assert!(line.contains("NONE"), "line {} was refused: {line}", refused.line);
    }
    let tickets = file.tickets;
    let goods = goods(&tickets);
    let deliveries = deliveries(&goods, &tickets);
    let register =
        |device| Register { device: DeviceId(device), employee: EmployeeId::from_u128(1), outbox: Vec::new() };
    let mut bakery = Bakery::new(ShopId(1), [register(1), register(2)], &goods);
    bakery.run(&tickets, &deliveries).unwrap();
    assert_eq!(bakery.units_sold().to_string(), (21_293 - 786).to_string());
    let recorded: usize = bakery.registers().iter().map(|register| register.outbox.len()).sum();
    assert_eq!(recorded, tickets.len() + deliveries.len());
    let report = bakery.report();
    assert!(report.items.len() >= 10, "{} items are negative", report.items.len());
    for (&(item, shop), negative) in &report.items {
        let open: i64 = report.rows_of(item, shop).map(|row| row.open.thousandths()).sum();
        assert_eq!(open, -negative.on_hand.thousandths());
    }
}
