//! Why something is negative: for each cause what points to it, and what almost does.

use crate::business::*;
use subzero_ledger::catalogue::{Catalogue, Denied, Item};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Right;
use subzero_ledger::entry::{
    AdjustmentKind, Body, Cause, Change, Count, CountLine, Entry, Header, ItemKind, OversellReason, Retraction,
};
use subzero_ledger::ids::{EntryId, ItemId, LineId, SessionId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Ledger;
use subzero_ledger::money::Price;
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{
    Digest, Evidence, Filter, GroupBy, Key, Order, Report, Row, cured_within, episodes, trend,
};
use subzero_ledger::verbs::{AdjustWish, Desk, Problem, SettleWay};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const ROLL: ItemId = ItemId::from_u128(3);

fn units(units: u32) -> Qty {
    Qty::from_units(units)
}

impl Business {
    /// The moment so many milliseconds after the last entry.
    fn later(&self, ms: i64) -> Instant {
        let last = self.recorded.iter().map(|entry| entry.header.at).max().unwrap();
        Instant::from_unix_ms(last.unix_ms() + ms).unwrap()
    }

    fn report(&self, now: Instant) -> Report {
        Report::now(&self.ledger, &self.documents, &self.catalogue, now)
    }

    fn row(&self, item: ItemId) -> Row {
        *self.report(self.later(HOUR)).rows_of(item, HIGH_STREET).next().unwrap()
    }

    fn cause(&self, item: ItemId) -> Option<Cause> {
        self.row(item).cause()
    }

    /// Does something so many milliseconds after the last entry.
    fn at(&mut self, ms: i64, does: impl FnOnce(&mut Self) -> EntryId) -> EntryId {
        let at = self.later(ms);
        let id = does(self);
        self.amend_last(|entry| entry.header.at = at);
        id
    }

    /// Records the last entry anew, with a change.
    fn amend_last(&mut self, amend: impl FnOnce(&mut Entry)) {
        let mut entries = std::mem::take(&mut self.recorded);
        amend(entries.last_mut().unwrap());
        (self.ledger, self.documents) = (Ledger::default(), Documents::default());
        self.catalogue = Catalogue::default();
        for entry in entries {
            self.record(entry);
        }
    }

    fn item(&mut self, id: ItemId, fields: ItemFields) {
        self.changes(vec![Change::Item(ItemChange { id, fields })]);
    }

    fn counts(&mut self, item: ItemId, counted: u32) -> EntryId {
        let header = self.header(HIGH_STREET);
        let line = CountLine { item: self.catalogue.items[&item].stamped(), counted: units(counted), at: header.at };
        self.record(Entry { dseq: 0, header, body: Body::Count(Count { list: None, lines: vec![line] }) })
    }

    fn sells_saying(&mut self, item: ItemId, quantity: u32, oversold: OversellReason) -> EntryId {
        let id = self.sells(HIGH_STREET, item, quantity, 100);
        self.amend_last(|entry| {
            if let Body::Sale(sale) = &mut entry.body {
                sale.lines[0].oversold = Some(oversold);
            }
        });
        id
    }
}

/// A shop that has had some of an item, so that it is not one that was never stocked.
fn stocked() -> Business {
    let mut business = Business::new();
    business.receives(HIGH_STREET, MUG, 2);
    business
}

#[test]
fn not_received_when_as_much_as_is_missing_is_on_its_way_and_not_when_it_is_less() {
    let mut business = stocked();
    business.sells(HIGH_STREET, MUG, 5, 100);
    assert_eq!(business.cause(MUG), None);
    business.orders(&[(MUG, 2)]);
    assert_eq!(business.cause(MUG), None);
    business.orders(&[(MUG, 1)]);
    assert_eq!(business.row(MUG).evidence, Some(Evidence::Incoming { qty: units(3) }));
    assert_eq!(business.cause(MUG), Some(Cause::NotReceived));
}

#[test]
fn sold_before_received_when_a_delivery_came_within_two_days_and_not_after() {
    let mut business = stocked();
    business.sells(HIGH_STREET, MUG, 5, 100);
    let mut late = business.clone();
    business.at(47 * HOUR, |business| business.receives(HIGH_STREET, MUG, 1));
    assert_eq!(business.cause(MUG), Some(Cause::SoldBeforeReceived));
    late.at(49 * HOUR, |business| business.receives(HIGH_STREET, MUG, 1));
    assert_eq!(late.cause(MUG), None);
}

#[test]
fn received_and_never_entered_when_a_regular_delivery_is_overdue_and_not_before() {
    let mut business = Business::new();
    for _ in 0..4 {
        business.at(2 * DAY, |business| business.receives(HIGH_STREET, MUG, 1));
    }
    business.at(DAY, |business| business.sells(HIGH_STREET, MUG, 6, 100));
    let at = |ms| {
        let report = business.report(business.later(ms));
        report.rows[0].cause()
    };
    assert_eq!(at(DAY), None);
    assert_eq!(at(3 * DAY), Some(Cause::ReceivedNeverEntered));
    let last = business.later(-DAY);
    let report = business.report(business.later(3 * DAY));
    assert_eq!(report.rows[0].evidence, Some(Evidence::Overdue { last, every_days: 2 }));
}

#[test]
fn a_mis_scan_when_a_look_alike_could_cover_it_and_not_when_it_is_too_little_or_of_another_price() {
    let named = |name: &str, pence: i64| ItemFields {
        name: Some(name.into()),
        category: Some("Bread".into()),
        price: Some(Price::from_ten_thousandths(pence * 100)),
        ..ItemFields::default()
    };
    let with_rolls = |pence, rolls| {
        let mut business = stocked();
        business.item(MUG, named("Rye loaf", 300));
        business.item(ROLL, named("Rye roll", pence));
        business.item(CHEESE, named("Baguette", 300));
        business.receives(HIGH_STREET, CHEESE, 50);
        business.receives(HIGH_STREET, ROLL, rolls);
        business.sells(HIGH_STREET, MUG, 4, 300);
        business.at(3 * DAY, |business| business.receives(HIGH_STREET, CHEESE, 1));
        business.cause(MUG)
    };
    // "Rye" has three letters: too short a word to be mistaken for.
    assert_eq!(with_rolls(300, 2), None);
    let with_buns = |pence, buns| {
        let mut business = stocked();
        business.item(MUG, named("Sesame loaf", 300));
        business.item(ROLL, named("Sesame bun", pence));
        business.receives(HIGH_STREET, ROLL, buns);
        business.sells(HIGH_STREET, MUG, 4, 300);
        business.row(MUG).evidence
    };
    assert_eq!(with_buns(300, 2), Some(Evidence::LookAlike { item: ROLL, on_hand: units(2) }));
    assert_eq!(with_buns(300, 1), None);
    assert_eq!(with_buns(310, 2), None);
}

#[test]
fn a_wrong_count_when_one_took_some_away_within_a_week_and_not_longer_ago_or_when_it_found_more() {
    let after = |ms, counted| {
        let mut business = stocked();
        business.receives(HIGH_STREET, MUG, 3);
        business.counts(MUG, counted);
        business.at(ms, |business| business.sells(HIGH_STREET, MUG, 8, 100));
        business.cause(MUG)
    };
    assert_eq!(after(6 * DAY, 4), Some(Cause::WrongCount));
    assert_eq!(after(8 * DAY, 4), None);
    assert_eq!(after(DAY, 6), None);
}

#[test]
fn oversent_when_the_receiver_got_less_and_not_while_nothing_has_arrived() {
    let mut business = stocked();
    let wish = [wanted(MUG, 5)];
    let send = business
        .does(|desk| desk.send_transfer(TransferId::from_u128(1), "T", STATION, &wish, ""), HIGH_STREET)
        .unwrap();
    assert_eq!(business.cause(MUG), None);
    business.does(|desk| desk.settle_transfer(send, SettleWay::Received, &[(0, units(4))], ""), STATION).unwrap();
    assert_eq!(business.row(MUG).evidence, Some(Evidence::ArrivedShort { missing: units(1) }));
    business.does(|desk| desk.settle_transfer(send, SettleWay::Received, &[(0, units(1))], ""), STATION).unwrap();
    assert_eq!(business.cause(MUG), None, "all of it arrived after all");
}

#[test]
fn a_backorder_when_the_cashier_ordered_it_for_a_customer_and_not_when_they_said_something_else() {
    let saying = |reason| {
        let mut business = stocked();
        business.sells_saying(MUG, 3, reason);
        business.cause(MUG)
    };
    assert_eq!(saying(OversellReason::Backorder), Some(Cause::Backorder));
    assert_eq!(saying(OversellReason::JustArrived), Some(Cause::ReceivedNeverEntered));
    assert_eq!(saying(OversellReason::CountedWrong), Some(Cause::WrongCount));
    assert_eq!(saying(OversellReason::TagSwapped), Some(Cause::MisScan));
    assert_eq!(saying(OversellReason::Other), Some(Cause::Other));
}

#[test]
fn a_wrong_type_when_it_sells_again_and_again_and_never_came_in_and_never_stocked_when_it_sold_a_few_times() {
    let mut business = Business::new();
    for _ in 0..4 {
        business.sells(HIGH_STREET, MUG, 1, 100);
    }
    assert_eq!(business.cause(MUG), Some(Cause::NeverStocked));
    business.sells(HIGH_STREET, MUG, 1, 100);
    assert_eq!(business.row(MUG).evidence, Some(Evidence::NeverReceived { times: 5 }));
    // Another shop receives it, so it does hold stock.
    business.receives(STATION, MUG, 1);
    assert_eq!(business.cause(MUG), Some(Cause::NeverStocked));
    assert_eq!(stocked_and_sold().cause(MUG), None, "it was stocked here once");
}

fn stocked_and_sold() -> Business {
    let mut business = stocked();
    business.sells(HIGH_STREET, MUG, 3, 100);
    business
}

#[test]
fn a_pack_mix_up_when_whole_packs_are_missing_and_not_when_they_are_not_whole() {
    let short_of = |sold| {
        let mut business = stocked();
        let barcodes = vec![Barcode::single("1"), Barcode { code: "6".into(), pack: units(6) }];
        business.item(MUG, ItemFields { barcodes: Some(barcodes), ..ItemFields::default() });
        business.sells(HIGH_STREET, MUG, sold, 100);
        business.cause(MUG)
    };
    assert_eq!(short_of(8), Some(Cause::PackMixUp));
    assert_eq!(short_of(14), Some(Cause::PackMixUp));
    assert_eq!(short_of(9), None);
}

#[test]
fn what_a_manager_says_counts_whatever_is_suggested_and_can_be_taken_back() {
    let mut business = stocked_and_sold();
    business.orders(&[(MUG, 1)]);
    let line = business.row(MUG).line;
    let say = |cause| vec![Change::Cause { line, cause }];
    business.employee = CASHIER;
    assert!(matches!(business.desk(ShopId::OFFICE).change(say(None)), Err(Problem::Denied(_))));
    business.employee = MANAGER;
    business.does(|desk| desk.change(say(Some(Cause::WrongCount))), ShopId::OFFICE).unwrap();
    assert_eq!(business.cause(MUG), Some(Cause::WrongCount));
    let filter = Filter { cause: Some(Some(Cause::WrongCount)), ..Filter::default() };
    let report = business.report(business.later(HOUR));
    let shown = report.shown(&business.catalogue, &filter, Order::default(), GroupBy::Cause).unwrap();
    assert_eq!(shown.sections[0].key, Key::Cause(Some(Cause::WrongCount)));
    assert_eq!(shown.totals.fixable, units(1));
    business.does(|desk| desk.change(say(None)), ShopId::OFFICE).unwrap();
    assert_eq!(business.cause(MUG), Some(Cause::NotReceived));
}

#[test]
fn a_sale_of_the_wrong_item_is_put_on_the_right_one_and_back() {
    let mut business = stocked();
    business.receives(HIGH_STREET, CHEESE, 1);
    let sale = business.sells(HIGH_STREET, MUG, 4, 100);
    let line = LineId { entry: sale, line: 0 };
    let moved = business.does(|desk| desk.reassign(line, CHEESE, units(3)), HIGH_STREET).unwrap();
    // Two were covered by lots; the shortage of two closes first, then one comes back to its lot.
    assert_eq!((business.on_hand(HIGH_STREET, MUG), business.on_hand(HIGH_STREET, CHEESE)), ("1".into(), "-2".into()));
    let row = business.row(CHEESE);
    assert_eq!((row.line, row.open), (LineId { entry: moved, line: 1 }, units(2)));
    assert!(matches!(business.desk(HIGH_STREET).void(sale, ""), Err(Problem::Reassigned)));
    assert!(matches!(business.desk(HIGH_STREET).reassign(line, MUG, units(1)), Err(Problem::SameItem)));
    assert!(business.desk(HIGH_STREET).reassign(line, CHEESE, units(2)).is_err(), "one is left on that line");
    assert!(matches!(business.desk(STATION).reassign(line, CHEESE, units(1)), Err(Problem::OtherShop)));
    business.does(|desk| desk.undo(moved), HIGH_STREET).unwrap();
    assert_eq!((business.on_hand(HIGH_STREET, MUG), business.on_hand(HIGH_STREET, CHEESE)), ("-2".into(), "1".into()));
    assert_eq!((business.row(MUG).line, business.row(MUG).open), (line, units(2)), "the sale's own row is open again");
    assert!(business.desk(HIGH_STREET).undo(moved).is_err(), "it is taken back already");
    business.does(|desk| desk.void(sale, ""), HIGH_STREET).unwrap();
}

#[test]
fn an_episode_tells_what_led_into_it_and_what_ended_it() {
    let mut business = stocked();
    business.sells(HIGH_STREET, MUG, 3, 100);
    let second = business.sells(HIGH_STREET, MUG, 2, 100);
    let evening = business.later(1);
    let as_it_was = business.report(evening);
    business.at(DAY, |business| business.receives(HIGH_STREET, MUG, 5));
    let cure = business.recorded.last().unwrap().header;
    business.at(DAY, |business| business.sells(HIGH_STREET, MUG, 9, 100));
    let found = episodes(&business.ledger, MUG, HIGH_STREET);
    assert_eq!(found.len(), 2);
    assert_eq!((found[1].deepest.to_string(), found[1].until), ("-3".into(), Some(cure.at)));
    assert_eq!(found[1].ended_by.map(|line| line.entry), Some(cure.id));
    assert_eq!(found[1].rows[1].line.entry, second);
    assert!(found[1].rows.iter().all(|row| row.open().is_zero() && !row.fills.is_empty()));
    let recorded: Vec<String> = found[1].rows.iter().map(|row| row.recorded().known().unwrap().to_string()).collect();
    assert_eq!(recorded, ["4", "8"], "at the cost of the last unit that left");
    assert_eq!(found[0].until, None);
    // The past is as it was.
    let then = Report::at(&business.ledger, &business.catalogue, evening);
    let rows = |report: &Report| report.rows.iter().map(|row| (row.line, row.open, row.unit_cost)).collect::<Vec<_>>();
    assert_eq!(rows(&then), rows(&as_it_was));
    assert!(Report::at(&business.ledger, &business.catalogue, Instant::MIN).rows.is_empty());
    let moments = [Instant::MIN, evening, business.later(HOUR)];
    let spans = trend(&business.ledger, &moments);
    assert_eq!((spans[0].new, spans[0].cured, spans[0].open), (1, 0, 1));
    assert_eq!((spans[1].new, spans[1].cured, spans[1].open), (1, 1, 1));
    assert_eq!(cured_within(&business.ledger, Instant::MIN, Instant::MAX).len(), 1);
}

#[test]
fn whatever_put_it_right_is_taken_back_and_the_row_is_open_as_it_was() {
    let before = stocked_and_sold();
    let row = before.row(MUG);
    let is_open_again = |business: &mut Business, id: EntryId| {
        assert!(!business.ledger.on_hand(MUG, HIGH_STREET).is_negative());
        business.does(|desk| desk.undo(id), HIGH_STREET).unwrap();
        assert_eq!((business.on_hand(HIGH_STREET, MUG).as_str(), business.row(MUG)), ("-1", row));
        assert_eq!(business.desk(HIGH_STREET).undo(id), Err(Problem::Undone));
    };
    let mut business = before.clone();
    let received = business.receives(HIGH_STREET, MUG, 4);
    is_open_again(&mut business, received);
    let mut business = before.clone();
    let counted = business.does(|desk| desk.count_now(MUG, units(5)), HIGH_STREET).unwrap();
    is_open_again(&mut business, counted);
    let mut business = before.clone();
    let found = AdjustWish { item: MUG, qty: units(1), cost: None };
    let found = business.does(|desk| desk.adjust(AdjustmentKind::Found, &[found], ""), HIGH_STREET).unwrap();
    is_open_again(&mut business, found);
    let mut business = before.clone();
    let transfer = TransferId::from_u128(1);
    let send = |desk: &Desk<'_>| desk.send_transfer(transfer, "T-1", HIGH_STREET, &[wanted(MUG, 1)], "");
    let sending = business.does(send, STATION).unwrap();
    let receive = |desk: &Desk<'_>| desk.settle_transfer(sending, SettleWay::Received, &[(0, units(1))], "");
    let arrived = business.does(receive, HIGH_STREET).unwrap();
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "0");
    business.does(|desk| desk.undo(arrived), HIGH_STREET).unwrap();
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "-1");
    assert_eq!(business.documents.incoming(MUG, HIGH_STREET).on_transfers, units(1), "on its way again");
}

#[test]
fn a_delivery_that_never_came_opens_what_was_sold_of_it_and_the_past_stays_as_it_was() {
    let mut business = stocked_and_sold();
    let delivery = business.receives(HIGH_STREET, MUG, 4);
    let evening = business.later(1);
    business.at(DAY, |business| business.sells(HIGH_STREET, MUG, 1, 100));
    business.at(DAY, |business| business.does(|desk| desk.undo(delivery), HIGH_STREET).unwrap());
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "-2");
    assert_eq!(business.report(business.later(DAY)).rows.len(), 2, "both sales have a row of their own");
    assert!(Report::at(&business.ledger, &business.catalogue, evening).rows.is_empty(), "it was right that evening");
}

#[test]
fn an_item_that_was_said_to_hold_no_stock_holds_it_again() {
    let mut business = stocked_and_sold();
    let row = business.row(MUG);
    let before = business.catalogue.items[&MUG].clone();
    let now = Item { kind: ItemKind::NonInventory, ..before.clone() };
    business.does_all(|desk| desk.save_item(Some(&before), &now), HIGH_STREET).unwrap();
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "0");
    // A till that had not heard of it sold one more.
    business.sells(HIGH_STREET, MUG, 1, 100);
    business.amend_last(|entry| {
        if let Body::Sale(sale) = &mut entry.body {
            sale.lines[0].item.kind = ItemKind::Inventory;
        }
    });
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "0");
    let converted = business.catalogue.items[&MUG].clone();
    business.does_all(|desk| desk.hold_stock_again(&converted), HIGH_STREET).unwrap();
    assert!(business.row(MUG).line == row.line && business.row(MUG).since == row.since, "the first row is as it was");
    assert_eq!(business.on_hand(HIGH_STREET, MUG), "-2", "and the sale since has one of its own");
    assert_eq!(business.catalogue.items[&MUG].kind, ItemKind::Inventory);
}

#[test]
fn a_digest_tells_what_is_new_what_is_old_and_what_was_put_right() {
    let mut business = stocked();
    business.sells(HIGH_STREET, MUG, 3, 100);
    let monday = business.later(1);
    business.at(10 * DAY, |business| business.sells(HIGH_STREET, CHEESE, 1, 100));
    let now = business.later(HOUR);
    let digest = |business: &Business, since| Digest::of(&business.ledger, since, now, 7);
    assert_eq!(digest(&business, monday), Digest { new: 1, older: 1, cured: 0 });
    assert_eq!(digest(&business, Instant::MIN), Digest { new: 2, older: 1, cured: 0 });
    business.receives(HIGH_STREET, MUG, 1);
    assert_eq!(digest(&business, monday), Digest { new: 1, older: 0, cured: 1 });
    business.sells(HIGH_STREET, MUG, 1, 100);
    business.receives(HIGH_STREET, MUG, 1);
    assert_eq!(digest(&business, monday), Digest { new: 1, older: 0, cured: 1 }, "it is one item, however often");
    assert!(digest(&business, Instant::MAX).is_empty());
}

#[test]
fn only_the_shop_takes_back_what_happened_there_and_later_only_who_may_adjust() {
    let mut business = stocked_and_sold();
    let delivery = business.receives(HIGH_STREET, MUG, 4);
    let mut elsewhere = business.clone();
    let header = elsewhere.header(STATION);
    elsewhere.record(Entry { dseq: 0, header, body: Body::Retraction(Retraction { of: delivery }) });
    assert_eq!(elsewhere.on_hand(HIGH_STREET, MUG), "3", "another shop's word takes nothing back");
    assert_eq!(elsewhere.ledger.undone_by(delivery), None);
    business.employee = CASHIER;
    business.does(|desk| desk.undo(delivery), HIGH_STREET).unwrap();
    let mut later = elsewhere;
    later.employee = CASHIER;
    let desk = later.desk(HIGH_STREET);
    let header = Header { session: SessionId::from_u128(9), ..desk.header };
    let refused = Desk { header, ..desk }.undo(delivery);
    assert_eq!(refused, Err(Problem::Denied(Denied::NeedsApproval(Right::Adjust))));
}
