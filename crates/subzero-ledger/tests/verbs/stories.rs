//! What people enter, one story after the other.

use crate::business::*;
use subzero_ledger::catalogue::Conflict;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{ItemChange, ItemFields};
use subzero_ledger::entry::rights::{May, Right, Rights, Role};
use subzero_ledger::entry::{
    AdjustmentKind, Body, Change, CostControl, CountScope, CountStage, Entry, Header, ItemKind, Mode, Order,
    OrderStage, ReturnReason, TenderKind,
};
use subzero_ledger::ids::{CountListId, DeviceId, EntryId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{
    AdjustWish, Delivery, Desk, LineProblem, OrderWish, Problem, ReceiveWish, RefundWish, SettleWay, order_lines,
    refundable, to_reorder,
};

#[test]
fn an_order_comes_in_in_parts_under_and_over_and_is_closed() {
    use subzero_ledger::documents::OrderStatus::{Closed, Ordered, PartlyReceived, Received};
    let mut shop = Business::new();
    let order = shop.orders(&[(MUG, 10), (CHEESE, 2)]);
    let status = |shop: &Business| shop.documents.order(order).unwrap().status();
    assert_eq!(status(&shop), Ordered);
    assert_eq!(shop.documents.incoming(MUG, HIGH_STREET).on_orders, Qty::from_units(10));
    let delivery = Delivery { order: Some(order), ..Delivery::default() };
    let cost = UnitCost::from_ten_thousandths(40_000);
    let came = |of_line, item, units| ReceiveWish { of_line, item, qty: Qty::from_units(units), cost };
    shop.does(|desk| desk.receive(&delivery, &[came(Some(1), MUG, 4)]), HIGH_STREET).unwrap();
    assert_eq!(status(&shop), PartlyReceived);
    assert_eq!(shop.documents.incoming(MUG, HIGH_STREET).total(), Qty::from_units(6));
    let wrong_item = shop.does(|desk| desk.receive(&delivery, &[came(Some(2), MUG, 1)]), HIGH_STREET);
    assert_eq!(wrong_item, Err(Problem::Line { line: 0, problem: LineProblem::UnknownLine }));
    let elsewhere = shop.does(|desk| desk.receive(&delivery, &[came(Some(1), MUG, 1)]), STATION);
    assert_eq!(elsewhere, Err(Problem::OtherShop));
    // More than was ordered, and something that was not: it is there, so it is received.
    let rest = [came(Some(1), MUG, 8), came(Some(2), CHEESE, 2), came(None, CHEESE, 1)];
    shop.does(|desk| desk.receive(&delivery, &rest), HIGH_STREET).unwrap();
    assert_eq!(status(&shop), Received);
    assert_eq!(shop.documents.incoming(MUG, HIGH_STREET).total(), Qty::ZERO);
    assert_eq!(shop.documents.order(order).unwrap().unordered, [(CHEESE, Qty::ONE)]);
    let closed = Order { stage: OrderStage::Closed, ..shop.documents.order(order).unwrap().order.clone() };
    let drafted = Order { stage: OrderStage::Draft, ..closed.clone() };
    assert_eq!(shop.does(|desk| desk.save_order(drafted), HIGH_STREET), Err(Problem::Stage));
    shop.does(|desk| desk.save_order(closed), HIGH_STREET).unwrap();
    assert_eq!(status(&shop), Closed);
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(HIGH_STREET, CHEESE)), ("12".into(), "3".into()));
}

#[test]
fn a_transfer_arrives_in_parts_and_never_more_than_was_sent() {
    let mut shop = Business::new();
    shop.receives(HIGH_STREET, MUG, 5);
    let transfer = TransferId::from_u128(1);
    let save = |to| move |desk: &Desk<'_>| desk.save_transfer(transfer, "T-1", to, &[wanted(MUG, 6)], false, "");
    assert_eq!(shop.does(save(HIGH_STREET), HIGH_STREET), Err(Problem::SameShop));
    assert_eq!(shop.does(save(ShopId(9)), HIGH_STREET), Err(Problem::NoShop));
    shop.does(save(STATION), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "5", "a draft moves nothing");
    let sent =
        shop.does(|desk| desk.send_transfer(transfer, "T-1", STATION, &[wanted(MUG, 6)], ""), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "-1", "oversent");
    assert_eq!(shop.documents.incoming(MUG, STATION).on_transfers, Qty::from_units(6));
    assert_eq!(shop.does(save(STATION), HIGH_STREET), Err(Problem::Stage));
    let settle =
        |way, units| move |desk: &Desk<'_>| desk.settle_transfer(sent, way, &[(0, Qty::from_units(units))], "");
    let beyond = |left| Err(Problem::Line { line: 0, problem: LineProblem::Beyond { left: Qty::from_units(left) } });
    assert_eq!(shop.does(settle(SettleWay::Received, 7), STATION), beyond(6));
    assert_eq!(shop.does(settle(SettleWay::Received, 1), HIGH_STREET), Err(Problem::OtherShop));
    shop.does(settle(SettleWay::Received, 3), STATION).unwrap();
    shop.does(settle(SettleWay::Returned, 1), HIGH_STREET).unwrap();
    shop.does(settle(SettleWay::Lost, 1), STATION).unwrap();
    assert_eq!(shop.does(settle(SettleWay::Received, 2), STATION), beyond(1));
    shop.does(settle(SettleWay::Received, 1), STATION).unwrap();
    assert_eq!(shop.documents.transfer(transfer).unwrap().status(), subzero_ledger::documents::TransferStatus::Settled);
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(STATION, MUG)), ("0".into(), "4".into()));
}

#[test]
fn a_refund_gives_back_what_was_paid_and_no_more_than_is_left() {
    let mut shop = Business::new();
    let sale = shop.sells(HIGH_STREET, MUG, 3, 333);
    let refund = |units| {
        move |desk: &Desk<'_>| {
            let wish = RefundWish { line: 0, qty: Qty::from_units(units) };
            desk.refund("1-1-2".into(), sale, &[wish], TenderKind::Cash, "")
        }
    };
    shop.does(refund(1), HIGH_STREET).unwrap();
    let [line] = refundable(sale, &shop.ledger).unwrap()[..] else { panic!("one line") };
    assert_eq!((line.left, line.given_back.to_string().as_str()), (Qty::from_units(2), "3.33"));
    let beyond = Problem::Line { line: 0, problem: LineProblem::Beyond { left: Qty::from_units(2) } };
    assert_eq!(shop.does(refund(3), HIGH_STREET), Err(beyond));
    shop.does(refund(2), HIGH_STREET).unwrap();
    assert_eq!(shop.does(refund(1), HIGH_STREET), Err(Problem::NothingLeft));
    assert_eq!(shop.does(|desk| desk.void(sale, ""), HIGH_STREET), Err(Problem::NothingLeft));
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "0");
}

#[test]
fn nothing_is_adjusted_to_below_zero_and_what_was_wrong_is_taken_back_once() {
    let mut shop = Business::new();
    let delivery = shop.receives(HIGH_STREET, MUG, 3);
    let written_off = |units| {
        let wish = AdjustWish { item: MUG, qty: Qty::from_units(units), cost: None };
        move |desk: &Desk<'_>| desk.adjust(AdjustmentKind::WrittenOff, &[wish, wish], "broken")
    };
    let below = Problem::Line { line: 1, problem: LineProblem::BelowZero { on_hand: Qty::from_units(3) } };
    assert_eq!(shop.does(written_off(2), HIGH_STREET), Err(below), "two and two are more than three");
    let adjusted = shop.does(written_off(1), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "1");
    let undone = shop.does(|desk| desk.undo(adjusted), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "3");
    assert_eq!(shop.does(|desk| desk.undo(adjusted), HIGH_STREET), Err(Problem::Undone));
    assert_eq!(shop.does(|desk| desk.undo(undone), HIGH_STREET), Err(Problem::NoUndo));
    shop.does(|desk| desk.undo(delivery), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "0");
}

#[test]
fn a_delivery_that_is_taken_back_is_to_come_again() {
    use subzero_ledger::documents::OrderStatus::{Closed, Ordered, Received};
    let mut shop = Business::new();
    let order = shop.orders(&[(MUG, 4)]);
    let status = |shop: &Business| shop.documents.order(order).unwrap().status();
    let all = ReceiveWish { of_line: Some(1), item: MUG, qty: Qty::from_units(4), cost: UnitCost::default() };
    let delivery = Delivery { order: Some(order), ..Delivery::default() };
    let came = shop.does(|desk| desk.receive(&delivery, &[all]), HIGH_STREET).unwrap();
    assert_eq!(status(&shop), Received);
    shop.does(|desk| desk.undo(came), HIGH_STREET).unwrap();
    assert_eq!((status(&shop), shop.on_hand(HIGH_STREET, MUG).as_str()), (Ordered, "0"));
    // An order can still be closed when its item has become a service.
    let kind = Some(ItemKind::NonInventory);
    let fields = ItemFields { kind, ..ItemFields::default() };
    shop.changes(vec![Change::Item(ItemChange { id: MUG, fields })]);
    let known = shop.documents.order(order).unwrap().order.clone();
    shop.does(|desk| desk.save_order(Order { stage: OrderStage::Closed, ..known.clone() }), HIGH_STREET).unwrap();
    assert_eq!(status(&shop), Closed);
    let header = shop.header(HIGH_STREET);
    assert_eq!(shop.documents.next_order_number(&header), "1-1-2");
    assert_eq!(shop.documents.next_transfer_number(&header), "1-1-1");
}

#[test]
fn what_is_below_its_reorder_point_is_filled_up_after_what_is_on_its_way() {
    let mut shop = Business::new();
    let point = |id, units| {
        let reorder_point = Some(Some(Qty::from_units(units)));
        Change::Item(ItemChange { id, fields: ItemFields { reorder_point, ..ItemFields::default() } })
    };
    shop.changes(vec![point(MUG, 10), point(CHEESE, 2)]);
    shop.receives(HIGH_STREET, MUG, 3);
    shop.receives(HIGH_STREET, CHEESE, 2);
    let wanted_now =
        |shop: &Business| to_reorder(HIGH_STREET, None, (&shop.ledger, &shop.documents, shop.catalogue.tables()));
    assert_eq!(wanted_now(&shop), [wanted(MUG, 7)]);
    shop.orders(&[(MUG, 5)]);
    assert_eq!(wanted_now(&shop), [wanted(MUG, 2)]);
    shop.orders(&[(MUG, 2)]);
    assert_eq!(wanted_now(&shop), []);
}

#[test]
fn a_line_of_an_order_keeps_its_number_however_it_is_changed() {
    let mut shop = Business::new();
    let order = shop.orders(&[(MUG, 4)]);
    let before = shop.documents.order(order).unwrap().order.clone();
    let wish = |item, units| OrderWish { item, qty: Qty::from_units(units), cost: None };
    let lines = order_lines(&before, &[wish(CHEESE, 1), wish(MUG, 6)], shop.catalogue.tables());
    let numbers: Vec<_> = lines.iter().map(|line| (line.number, line.item.id, line.qty)).collect();
    assert_eq!(numbers, [(2, CHEESE, Qty::ONE), (1, MUG, Qty::from_units(6))]);
}

#[test]
fn rights_decide_and_a_colleague_can_approve_what_may_be_approved() {
    use subzero_ledger::catalogue::Denied::{NeedsApproval, Never};
    let mut shop = Business::new();
    shop.receives(HIGH_STREET, MUG, 1);
    shop.employee = CASHIER;
    let wish = AdjustWish { item: MUG, qty: Qty::ONE, cost: None };
    let adjust = move |desk: &Desk<'_>| desk.adjust(AdjustmentKind::Damaged, &[wish], "");
    assert_eq!(shop.does(adjust, HIGH_STREET), Err(Problem::Denied(NeedsApproval(Right::Adjust))));
    shop.approved_by = Some(CASHIER);
    assert_eq!(
        shop.does(adjust, HIGH_STREET),
        Err(Problem::Denied(NeedsApproval(Right::Adjust))),
        "nobody approves their own"
    );
    shop.approved_by = Some(MANAGER);
    shop.does(adjust, HIGH_STREET).unwrap();
    let send = |desk: &Desk<'_>| desk.send_back(None, ReturnReason::Damaged, &[wanted(MUG, 1)], "");
    shop.does(send, HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "-1");
    let from = Rights::at_first(Role::Cashier);
    shop.changes(vec![Change::Rights { role: Role::Cashier, from, to: from.with(Right::BelowZero, May::No) }]);
    assert_eq!(shop.does(send, HIGH_STREET), Err(Problem::Denied(Never)));
    shop.mode = Mode::AutoAdd;
    shop.does(send, HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "-1", "switched off, what is missing is added: nothing goes below zero");
}

#[test]
fn two_people_count_one_list_while_a_third_sells() {
    let mut shop = Business::new();
    shop.receives(HIGH_STREET, MUG, 10);
    shop.receives(HIGH_STREET, CHEESE, 4);
    let list = CountListId::from_u128(1);
    shop.does(|desk| desk.begin_count(list, "Shelves", CountScope::All), HIGH_STREET).unwrap();
    shop.employee = CASHIER;
    let saw = |item, units| move |desk: &Desk<'_>| desk.tally(list, item, units);
    shop.does(saw(MUG, Qty::from_units(5)), HIGH_STREET).unwrap();
    shop.does(saw(MUG, Qty::from_units(4)), HIGH_STREET).unwrap();
    shop.sells(HIGH_STREET, MUG, 2, 950);
    let too_few = shop.does(saw(MUG, Qty::from_units(10).negated()), HIGH_STREET);
    assert!(matches!(too_few, Err(Problem::Line { .. })), "nobody sees fewer than none");
    shop.employee = OWNER;
    let view = shop.documents.count(list).unwrap();
    assert_eq!(view.missed(&shop.catalogue).map(|item| item.id).collect::<Vec<_>>(), [CHEESE]);
    let preview = view.preview(&shop.ledger);
    let [mugs] = &preview[..] else { panic!("one item was seen") };
    assert_eq!(
        (mugs.on_hand, mugs.difference(), mugs.moved_meanwhile),
        (Qty::from_units(10), Qty::ONE.negated(), false)
    );
    shop.does_all(|desk| desk.reconcile(list, &preview, &[CHEESE]), HIGH_STREET).unwrap();
    assert_eq!(shop.documents.count(list).unwrap().list.stage, CountStage::Reconciled);
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(HIGH_STREET, CHEESE)), ("7".into(), "0".into()));
    assert!(shop.documents.count(list).unwrap().preview(&shop.ledger).is_empty(), "nothing is left to do");
    assert_eq!(shop.does(saw(MUG, Qty::ONE), HIGH_STREET), Err(Problem::Stage));
    // Taken back, on hand is what it was, and the list can be counted on.
    shop.does_all(|desk| desk.undo_reconciled(list), HIGH_STREET).unwrap();
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(HIGH_STREET, CHEESE)), ("8".into(), "4".into()));
    assert!(shop.desk(HIGH_STREET).undo_reconciled(list).is_err(), "it is taken back already");
    assert_eq!(shop.documents.count(list).unwrap().preview(&shop.ledger).len(), 1);
    shop.does(saw(MUG, Qty::ONE), HIGH_STREET).unwrap();
}

#[test]
fn a_list_that_is_reconciled_twice_takes_back_the_second_time_alone() {
    let mut shop = Business::new();
    shop.receives(HIGH_STREET, MUG, 10);
    shop.receives(HIGH_STREET, CHEESE, 4);
    let list = CountListId::from_u128(1);
    shop.does(|desk| desk.begin_count(list, "Shelves", CountScope::All), HIGH_STREET).unwrap();
    let reconciles = |shop: &mut Business, item, units| {
        shop.does(|desk| desk.tally(list, item, Qty::from_units(units)), HIGH_STREET).unwrap();
        let preview = shop.documents.count(list).unwrap().preview(&shop.ledger);
        shop.does_all(|desk| desk.reconcile(list, &preview, &[]), HIGH_STREET).unwrap();
    };
    reconciles(&mut shop, MUG, 7);
    shop.does(|desk| desk.end_count(list, CountStage::Open), HIGH_STREET).unwrap();
    assert!(shop.desk(HIGH_STREET).undo_reconciled(list).is_err(), "it is open: there is nothing to open again");
    reconciles(&mut shop, CHEESE, 1);
    shop.does_all(|desk| desk.undo_reconciled(list), HIGH_STREET).unwrap();
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(HIGH_STREET, CHEESE)), ("7".into(), "4".into()));
}

#[test]
fn of_what_was_saved_twice_the_later_save_holds_whichever_is_heard_of_first() {
    let mut shop = Business::new();
    let order = shop.orders(&[(MUG, 10)]);
    let first = shop.recorded.last().unwrap().clone();
    let Body::Order(saved) = &first.body else { panic!("an order was saved") };
    // A clerk elsewhere saved it again a second later, under an id that sorts before.
    let at = Instant::from_unix_ms(first.header.at.unix_ms() + 1_000).unwrap();
    let header = Header { id: EntryId::from_u128(0), at, device: DeviceId(2), ..first.header };
    let body = Body::Order(Order { number: "PO-1 b".into(), ..saved.clone() });
    let second = Entry { dseq: 1, header, body };
    for entries in [[&first, &second], [&second, &first]] {
        let mut documents = Documents::default();
        for entry in entries {
            documents.insert(entry);
        }
        assert_eq!(documents.order(order).unwrap().order.number, "PO-1 b");
    }
}

#[test]
fn a_receipt_is_found_by_its_number_its_item_and_its_day() {
    use subzero_ledger::receipts::{Wanted, find, number};
    let mut shop = Business::new();
    let mugs = shop.sells(HIGH_STREET, MUG, 1, 950);
    let cheese = shop.sells(STATION, CHEESE, 1, 120);
    let wish = RefundWish { line: 0, qty: Qty::ONE };
    let back =
        shop.does(|desk| desk.refund("1-1-77".into(), mugs, &[wish], TenderKind::Cash, ""), HIGH_STREET).unwrap();
    let wanted = |text: &str| Wanted { text: text.into(), ..Wanted::default() };
    let found = |wanted: &Wanted| find(&shop.ledger, &shop.catalogue, wanted, 10);
    assert_eq!(found(&wanted("")), [back, cheese, mugs]);
    assert_eq!(found(&wanted("1-77")), [back]);
    assert_eq!(found(&wanted("MUG")), [back, mugs]);
    assert_eq!(found(&Wanted { shop: Some(STATION), ..Wanted::default() }), [cheese]);
    let at = |id| shop.ledger.entry(id).unwrap().header.at;
    assert_eq!(found(&Wanted { from: Some(at(cheese)), until: Some(at(back)), ..Wanted::default() }), [cheese]);
    assert_eq!(find(&shop.ledger, &shop.catalogue, &wanted(""), 1), [back]);
    assert_eq!(number(shop.ledger.entry(back).unwrap()), Some("1-1-77"));
}

#[test]
fn a_change_of_the_catalogue_says_how_much_of_the_office_was_known() {
    let mut shop = Business::new();
    let known = shop.catalogue.confirmed_to;
    let change = Change::CostControl { from: CostControl::Default, to: CostControl::LastRecorded };
    let id = shop.does(|desk| desk.change(vec![change]), ShopId::OFFICE).unwrap();
    let Body::Catalogue(changed) = &shop.ledger.entry(id).unwrap().body else { panic!("the office's tables") };
    assert_eq!(changed.known, known);
    assert!(known > 0 && shop.catalogue.confirmed_to > known);
}

#[test]
fn a_conflict_is_ended_either_way_and_an_item_says_so_in_every_shop() {
    let mut shop = Business::new();
    shop.receives(HIGH_STREET, MUG, 3);
    let price = |hundredths: i64| ItemFields {
        price: Some(Price::from_ten_thousandths(hundredths * 100)),
        ..ItemFields::default()
    };
    let of_mug = |fields| Change::Item(ItemChange { id: MUG, fields });
    let id = EntryId::from_u128(1);
    let conflict = Conflict { holds: of_mug(price(400)), held_by: id, lost: of_mug(price(450)), lost_by: id };
    shop.does_all(|desk| desk.settle(&conflict, true), HIGH_STREET).unwrap();
    assert_eq!(shop.catalogue.items[&MUG].price, Price::from_ten_thousandths(40_000));
    shop.does_all(|desk| desk.settle(&conflict, false), HIGH_STREET).unwrap();
    assert_eq!(shop.catalogue.items[&MUG].price, Price::from_ten_thousandths(45_000));
    let kind = |kind| of_mug(ItemFields { kind: Some(kind), ..ItemFields::default() });
    let lost = kind(ItemKind::NonInventory);
    let conflict = Conflict { holds: kind(ItemKind::Inventory), lost, ..conflict };
    shop.does_all(|desk| desk.settle(&conflict, false), HIGH_STREET).unwrap();
    assert_eq!(shop.on_hand(HIGH_STREET, MUG), "0", "what was on hand is closed");
    shop.employee = CASHIER;
    let refused = shop.does_all(|desk| desk.settle(&conflict, true), HIGH_STREET);
    assert!(matches!(refused, Err(Problem::Denied(_))));
}
