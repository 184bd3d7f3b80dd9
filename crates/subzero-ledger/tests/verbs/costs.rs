//! Units of which nobody knows the cost: found without one, sent beyond what there was. The mark goes wherever they go.

use subzero_ledger::cost::{Cost, TotalCost};
use subzero_ledger::entry::{AdjustmentKind, CostControl};
use subzero_ledger::ids::{EntryId, ShopId, TransferId};
use subzero_ledger::money::{Amount, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{EpisodeRow, Report, episodes};
use subzero_ledger::stock::CostKnown;
use subzero_ledger::verbs::{AdjustWish, Desk, SettleWay};

use crate::business::*;

fn units(units: u32) -> Qty {
    Qty::from_units(units)
}

fn finds(business: &mut Business, shop: ShopId, qty: u32, cost: Option<i64>) -> EntryId {
    let cost = cost.map(UnitCost::from_ten_thousandths);
    let wish = AdjustWish { item: MUG, qty: units(qty), cost };
    business.does(|desk| desk.adjust(AdjustmentKind::Found, &[wish], ""), shop).unwrap()
}

fn sends(business: &mut Business, number: u128, qty: u32) -> EntryId {
    let send =
        |desk: &Desk<'_>| desk.send_transfer(TransferId::from_u128(number), "T", STATION, &[wanted(MUG, qty)], "");
    business.does(send, HIGH_STREET).unwrap()
}

fn settles(business: &mut Business, of: EntryId, way: SettleWay, qty: u32) {
    let shop = if way == SettleWay::Received { STATION } else { HIGH_STREET };
    business.does(|desk| desk.settle_transfer(of, way, &[(0, units(qty))], ""), shop).unwrap();
}

fn lots(business: &Business, shop: ShopId) -> Vec<(Qty, Cost)> {
    business.ledger.stock(MUG, shop).unwrap().lots().map(|lot| (lot.qty, lot.cost)).collect()
}

fn amount(units: i128) -> Amount {
    Amount::from_ten_millionths(units * 10_000_000)
}

fn last_row(business: &Business) -> EpisodeRow {
    let found = episodes(&business.ledger, MUG, HIGH_STREET);
    found.first().unwrap().rows.last().unwrap().clone()
}

#[test]
fn an_unknown_cost_goes_to_another_shop_and_back_and_is_nobody_s_last_cost() {
    let mut business = Business::new();
    finds(&mut business, HIGH_STREET, 4, None);
    let sent = sends(&mut business, 1, 3);
    settles(&mut business, sent, SettleWay::Received, 2);
    settles(&mut business, sent, SettleWay::Returned, 1);
    assert_eq!(lots(&business, STATION), [(units(2), Cost::Missing)]);
    assert_eq!(lots(&business, HIGH_STREET), [(units(1), Cost::Missing), (units(1), Cost::Missing)]);
    // What was sent beyond what there was is no better known where it arrives.
    let beyond = sends(&mut business, 2, 3);
    settles(&mut business, beyond, SettleWay::Received, 3);
    assert!(lots(&business, STATION).iter().all(|(_, cost)| cost.is_missing()));
    let sale = business.sells(STATION, MUG, 6, 500);
    let report =
        Report::now(&business.ledger, &business.documents, &business.catalogue, business.recorded[0].header.at);
    assert!(report.rows.iter().all(|row| row.unit_cost.is_missing() && row.exposure == Amount::ZERO));
    assert_eq!(report.rows.len(), 2, "one sent beyond what there was, one sold so");
    assert_eq!(business.ledger.cost_when_posted(sale).unwrap().known(), None);
    business.does(|desk| desk.void(sale, ""), STATION).unwrap();
    assert!(lots(&business, STATION).iter().all(|(_, cost)| cost.is_missing()), "what comes back is as it went");
}

#[test]
fn a_sale_s_cost_is_missing_while_that_of_any_of_its_units_is() {
    let mut business = Business::new();
    finds(&mut business, HIGH_STREET, 1, None);
    business.receives(HIGH_STREET, MUG, 1);
    let sale = business.sells(HIGH_STREET, MUG, 2, 500);
    let partly = TotalCost { in_sums: amount(4), is_missing: true };
    assert_eq!(business.ledger.cost_when_posted(sale), Ok(partly), "one at 4, and one that nobody knows");
    assert_eq!(partly.known(), None);
    assert_eq!(business.ledger.restated_cost(sale), Ok(partly), "nothing will tell any more");
}

#[test]
fn a_shortage_of_unknown_cost_is_known_once_all_of_it_was_filled_by_known_ones() {
    let mut business = Business::new();
    let sale = business.sells(HIGH_STREET, MUG, 3, 500);
    finds(&mut business, HIGH_STREET, 1, None);
    business.receives(HIGH_STREET, MUG, 1);
    let row = last_row(&business);
    assert_eq!(row.recorded(), TotalCost { in_sums: Amount::ZERO, is_missing: true });
    assert_eq!(row.restated(), Ok(TotalCost { in_sums: amount(4), is_missing: true }));
    business.receives(HIGH_STREET, MUG, 1);
    assert_eq!(business.ledger.restated_cost(sale), Ok(TotalCost { in_sums: amount(8), is_missing: true }));
    // Had somebody typed the cost of what was found, all of it would be known.
    let mut business = Business::new();
    let sale = business.sells(HIGH_STREET, MUG, 3, 500);
    finds(&mut business, HIGH_STREET, 1, Some(0));
    assert_eq!(business.ledger.restated_cost(sale).map(TotalCost::known), Ok(None), "two are still open");
    business.receives(HIGH_STREET, MUG, 2);
    let row = last_row(&business);
    assert_eq!(row.restated().map(TotalCost::known), Ok(Some(amount(8))), "a typed 0 is known");
    assert_eq!(business.ledger.restated_cost(sale), row.restated());
    assert_eq!(business.ledger.cost_when_posted(sale).map(TotalCost::known), Ok(None), "as it was known then");
}

#[test]
fn an_unknown_one_that_leaves_last_leaves_the_last_known_cost_as_it_was() {
    let mut business = Business::new();
    finds(&mut business, HIGH_STREET, 1, None);
    let sent = sends(&mut business, 1, 1);
    finds(&mut business, STATION, 1, Some(70_000));
    business.sells(STATION, MUG, 1, 500);
    settles(&mut business, sent, SettleWay::Received, 1);
    business.receives(STATION, MUG, 1);
    business.sells(STATION, MUG, 1, 500);
    let stock = business.ledger.stock(MUG, STATION).unwrap();
    let recorded = CostKnown::LastRecorded(UnitCost::from_ten_thousandths(70_000));
    assert_eq!(stock.cost_known(CostControl::Default, None), recorded, "neither 0 nor what came in since");
}
