//! What people can enter, in any order they like: what the desk lets through never surprises the ledger, and what it refuses it refuses
//! with the place.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::{May, Right, Rights, Role};
use subzero_ledger::entry::{
    self, AdjustmentKind, Body, Change, CostControl, CountScope, CountStage, Entry, Header, ItemKind, Mode, Order,
    OrderLine, OrderStage, ReturnReason, Sale, SaleLine, TenderKind,
};
use subzero_ledger::ids::{
    CountListId, DeviceId, EmployeeId, EntryId, ItemId, LineId, OrderId, SessionId, ShopId, TransferId,
};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{
    AdjustWish, Delivery, Desk, LineProblem, OrderWish, Problem, ReceiveWish, RefundWish, SettleWay, WantedLine,
    order_lines, refundable, to_reorder,
};

const HIGH_STREET: ShopId = ShopId(1);
const STATION: ShopId = ShopId(2);
const MUG: ItemId = ItemId::from_u128(1);
const CHEESE: ItemId = ItemId::from_u128(2);
const OWNER: EmployeeId = EmployeeId::from_u128(1);
const CASHIER: EmployeeId = EmployeeId::from_u128(2);
const MANAGER: EmployeeId = EmployeeId::from_u128(3);

/// Two shops of one account and a clock that goes a minute an entry.
#[derive(Clone)]
struct Business {
    ledger: Ledger,
    documents: Documents,
    catalogue: Catalogue,
    recorded: Vec<Entry>,
    employee: EmployeeId,
    approved_by: Option<EmployeeId>,
    mode: Mode,
}

impl Business {
    fn new() -> Self {
        let mut business = Self {
            ledger: Ledger::default(),
            documents: Documents::default(),
            catalogue: Catalogue::default(),
            recorded: Vec::new(),
            employee: OWNER,
            approved_by: None,
            mode: Mode::Allow,
        };
        let item = |(id, name, decimals): (_, &str, _)| {
            let fields = ItemFields { name: Some(name.into()), decimals: Some(decimals), ..ItemFields::default() };
            Change::Item(ItemChange { id, fields })
        };
        let employee = |(id, role)| {
            Change::Employee(EmployeeChange { id, name: None, role: Some(role), pin: None, active: Some(true) })
        };
        let people = [(OWNER, Role::Owner), (CASHIER, Role::Cashier), (MANAGER, Role::Manager)];
        let shops = [(HIGH_STREET, "High Street"), (STATION, "Station")];
        let changes = shops.map(|(id, name)| Change::Shop { id, name: name.into() }).into_iter();
        let changes = changes.chain(people.map(employee)).chain([(MUG, "Mug", 0), (CHEESE, "Cheddar", 3)].map(item));
        business.changes(changes.collect());
        business
    }

    fn changes(&mut self, changes: Vec<Change>) {
        let header = self.header(ShopId::OFFICE);
        let body = Body::Catalogue(entry::Catalogue { changes, import: None });
        self.record(Entry { dseq: 0, header, body });
    }

    fn header(&self, shop: ShopId) -> Header {
        let number = self.recorded.len() as u64 + 1;
        Header {
            id: EntryId::from_u128(number.into()),
            shop,
            device: DeviceId(1),
            at: Instant::from_unix_ms(1_772_442_000_000 + number.cast_signed() * 60_000).unwrap(),
            employee: self.employee,
            session: SessionId::from_u128(1),
            approved_by: self.approved_by,
            mode: self.mode,
            cost_control: CostControl::Default,
        }
    }

    fn desk(&self, shop: ShopId) -> Desk<'_> {
        let Self { ledger, documents, catalogue, .. } = self;
        Desk { header: self.header(shop), ledger, documents, tables: catalogue }
    }

    fn record(&mut self, mut entry: Entry) -> EntryId {
        entry.dseq = self.recorded.len() as u64 + 1;
        let entry = Entry::decode(entry.dseq, &entry.encode().unwrap()).unwrap();
        self.ledger.insert(entry.clone(), Arrival::Own { dseq: entry.dseq });
        self.documents.insert(&entry);
        self.catalogue.insert(&entry, Arrival::Confirmed { seq: entry.dseq });
        self.recorded.push(entry.clone());
        entry.header.id
    }

    /// Records what the desk lets through.
    fn does(
        &mut self,
        verb: impl FnOnce(&Desk<'_>) -> Result<Entry, Problem>,
        shop: ShopId,
    ) -> Result<EntryId, Problem> {
        let entry = verb(&self.desk(shop))?;
        Ok(self.record(entry))
    }

    fn receives(&mut self, shop: ShopId, item: ItemId, units: u32) -> EntryId {
        let wish = ReceiveWish {
            of_line: None,
            item,
            qty: Qty::from_units(units),
            cost: UnitCost::from_ten_thousandths(40_000),
        };
        self.does(|desk| desk.receive(&Delivery::default(), &[wish]), shop).unwrap()
    }

    fn sells(&mut self, shop: ShopId, item: ItemId, units: u32, pence: i64) -> EntryId {
        let (item, header) = (self.catalogue.items[&item].stamped(), self.header(shop));
        let price = Price::from_ten_thousandths(pence * 100);
        let (discount, recorded_cost, oversold) = (Amount::ZERO, Amount::ZERO, None);
        let line = SaleLine { item, qty: Qty::from_units(units), price, discount, recorded_cost, oversold };
        let sale = Sale { receipt: "1-1-1".into(), lines: vec![line], tenders: vec![], places: 2, note: String::new() };
        self.record(Entry { dseq: 0, header, body: Body::Sale(sale) })
    }

    fn on_hand(&self, shop: ShopId, item: ItemId) -> String {
        self.ledger.on_hand(item, shop).to_string()
    }

    fn orders(&mut self, lines: &[(ItemId, u32)]) -> OrderId {
        let order = OrderId::from_u128(self.recorded.len() as u128);
        let line = |(number, &(item, units)): (u16, &(ItemId, u32))| {
            OrderLine::of(&self.catalogue.items[&item], number, Qty::from_units(units))
        };
        let lines = (1..).zip(lines).map(line).collect();
        let (number, stage, note) = ("PO-1".into(), OrderStage::Ordered, String::new());
        self.does(|desk| desk.save_order(Order { order, number, vendor: None, stage, lines, note }), HIGH_STREET)
            .unwrap();
        order
    }
}

fn wanted(item: ItemId, units: u32) -> WantedLine {
    WantedLine { item, qty: Qty::from_units(units) }
}

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
    let gone = shop.does(|desk| desk.undo(delivery), HIGH_STREET);
    assert_eq!(gone, Err(Problem::Line { line: 0, problem: LineProblem::BelowZero { on_hand: Qty::ONE } }));
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
    let bodies = shop.desk(HIGH_STREET).reconcile(list, &preview, &[CHEESE]).unwrap();
    for (_, body) in bodies {
        let header = shop.header(HIGH_STREET);
        shop.record(Entry { dseq: 0, header, body });
    }
    assert_eq!(shop.documents.count(list).unwrap().list.stage, CountStage::Reconciled);
    assert_eq!((shop.on_hand(HIGH_STREET, MUG), shop.on_hand(HIGH_STREET, CHEESE)), ("7".into(), "0".into()));
    assert!(shop.documents.count(list).unwrap().preview(&shop.ledger).is_empty(), "nothing is left to do");
    assert_eq!(shop.does(saw(MUG, Qty::ONE), HIGH_STREET), Err(Problem::Stage));
}

/// A thing somebody tries, with figures that are often wrong.
#[derive(Clone, Debug)]
enum Try {
    Receive(ItemId, u32),
    Sell(ItemId, u32),
    Refund(usize, u32),
    Void(usize),
    Adjust(AdjustmentKind, ItemId, u32),
    SendBack(ItemId, u32),
    Send(u128, ItemId, u32),
    Settle(usize, SettleWay, u32),
    Order(u128, OrderStage, ItemId, u32),
    ReceiveOrder(u128, u32),
    Tally(ItemId, i64),
    Reconcile,
    Undo(usize),
}

fn tries() -> impl Strategy<Value = Vec<(ShopId, Try)>> {
    let item = || prop_oneof![Just(MUG), Just(CHEESE)];
    let kind = prop_oneof![Just(AdjustmentKind::Found), Just(AdjustmentKind::Damaged)];
    let way = prop_oneof![Just(SettleWay::Received), Just(SettleWay::Returned), Just(SettleWay::Lost)];
    let stage =
        prop_oneof![1 => Just(OrderStage::Draft), 3 => Just(OrderStage::Ordered), 1 => Just(OrderStage::Closed)];
    let attempt = prop_oneof![
        3 => (item(), 1_u32..6).prop_map(|(item, units)| Try::Receive(item, units)),
        4 => (item(), 1_u32..6).prop_map(|(item, units)| Try::Sell(item, units)),
        3 => (0_usize..40, 0_u32..4).prop_map(|(of, units)| Try::Refund(of, units)),
        1 => (0_usize..40).prop_map(Try::Void),
        2 => (kind, item(), 0_u32..6).prop_map(|(kind, item, units)| Try::Adjust(kind, item, units)),
        1 => (item(), 0_u32..4).prop_map(|(item, units)| Try::SendBack(item, units)),
        2 => (1_u128..4, item(), 0_u32..6).prop_map(|(transfer, item, units)| Try::Send(transfer, item, units)),
        4 => (0_usize..40, way, 0_u32..5).prop_map(|(of, way, units)| Try::Settle(of, way, units)),
        2 => (1_u128..4, stage, item(), 1_u32..9).prop_map(|(order, stage, item, units)| Try::Order(order, stage, item, units)),
        2 => (1_u128..4, 1_u32..9).prop_map(|(order, units)| Try::ReceiveOrder(order, units)),
        2 => (item(), -3_i64..6).prop_map(|(item, units)| Try::Tally(item, units)),
        1 => Just(Try::Reconcile),
        2 => (0_usize..40).prop_map(Try::Undo),
    ];
    proptest::collection::vec((prop_oneof![Just(HIGH_STREET), Just(STATION)], attempt), 1..40)
}

const LIST: CountListId = CountListId::from_u128(1);

impl Business {
    /// Does it, if the desk lets it through.
    fn tries(&mut self, shop: ShopId, attempt: &Try) {
        let pick = |place: usize| self.recorded[place % self.recorded.len()].header.id;
        let cost = UnitCost::from_ten_thousandths(25_000);
        let done = match *attempt {
            Try::Receive(item, units) => {
                self.receives(shop, item, units);
                return;
            }
            Try::Sell(item, units) => {
                self.sells(shop, item, units, 199);
                return;
            }
            Try::Refund(of, units) => {
                let (of, wish) = (pick(of), RefundWish { line: 0, qty: Qty::from_units(units) });
                self.does(|desk| desk.refund("1-1-9".into(), of, &[wish], TenderKind::Card, ""), shop)
            }
            Try::Void(of) => {
                let of = pick(of);
                self.does(|desk| desk.void(of, ""), shop)
            }
            Try::Adjust(kind, item, units) => {
                let wish = AdjustWish { item, qty: Qty::from_units(units), cost: None };
                let done = self.does(|desk| desk.adjust(kind, &[wish], ""), shop);
                if done.is_ok() && kind == AdjustmentKind::Damaged {
                    // L12. Only a count of an earlier moment that is reconciled later can still make it go short.
                    assert!(!self.ledger.on_hand(item, shop).is_negative(), "adjusted to below zero");
                }
                done
            }
            Try::SendBack(item, units) => {
                self.does(|desk| desk.send_back(None, ReturnReason::Expired, &[wanted(item, units)], ""), shop)
            }
            Try::Send(transfer, item, units) => {
                let to = if shop == HIGH_STREET { STATION } else { HIGH_STREET };
                let transfer = TransferId::from_u128(transfer);
                self.does(|desk| desk.send_transfer(transfer, "T", to, &[wanted(item, units)], ""), shop)
            }
            Try::Settle(of, way, units) => {
                let of = pick(of);
                self.does(|desk| desk.settle_transfer(of, way, &[(0, Qty::from_units(units))], ""), shop)
            }
            Try::Order(order, stage, item, units) => {
                let line = OrderLine::of(&self.catalogue.items[&item], 1, Qty::from_units(units));
                let (order, number, note) = (OrderId::from_u128(order), String::new(), String::new());
                let order = Order { order, number, vendor: None, stage, lines: vec![line], note };
                self.does(|desk| desk.save_order(order), shop)
            }
            Try::ReceiveOrder(order, units) => {
                let order = OrderId::from_u128(order);
                let known = self.documents.order(order).map(|known| known.lines[0].line.item.id);
                let wish =
                    ReceiveWish { of_line: Some(1), item: known.unwrap_or(MUG), qty: Qty::from_units(units), cost };
                let delivery = Delivery { order: Some(order), ..Delivery::default() };
                self.does(|desk| desk.receive(&delivery, &[wish]), shop)
            }
            Try::Tally(item, units) => {
                if self.documents.count(LIST).is_none() {
                    self.does(|desk| desk.begin_count(LIST, "All", CountScope::All), shop).unwrap();
                }
                self.does(|desk| desk.tally(LIST, item, Qty::from_thousandths(units * 1000)), shop)
            }
            Try::Reconcile => {
                let Some(preview) = self.documents.count(LIST).map(|view| view.preview(&self.ledger)) else { return };
                for (_, body) in self.desk(shop).reconcile(LIST, &preview, &[]).unwrap_or_default() {
                    let header = self.header(shop);
                    self.record(Entry { dseq: 0, header, body });
                }
                return;
            }
            Try::Undo(of) => {
                let of = pick(of);
                let before = self.undo_moves(of);
                let done = self.does(|desk| desk.undo(of), shop);
                if done.is_ok()
                    && let Some((item, on_hand)) = before
                {
                    assert_eq!(self.ledger.on_hand(item, shop), on_hand, "undoing takes back what was done");
                }
                done
            }
        };
        // What is refused changes nothing: the entry was never recorded.
        drop(done);
    }

    /// What on hand should be once a receipt or an adjustment is undone.
    fn undo_moves(&self, of: EntryId) -> Option<(ItemId, Qty)> {
        let entry = self.ledger.entry(of)?;
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others have their own laws")]
        let (item, qty) = match &entry.body {
            Body::Receipt(receipt) => (receipt.lines[0].item.id, receipt.lines[0].qty),
            Body::Adjustment(adjustment) => (adjustment.lines[0].item.id, adjustment.lines[0].qty),
            _ => return None,
        };
        Some((item, self.ledger.on_hand(item, entry.header.shop).checked_sub(qty)?))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_one_desk_lets_through_is_never_odd(tries in tries()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        let Business { ledger, documents, recorded, .. } = &business;
        prop_assert!(ledger.oddities().is_empty(), "{:?}", ledger.oddities());
        // What the papers say is left is what the ledger says is left.
        for send in documents.transfers().flat_map(|transfer| transfer.sends) {
            for (line, sent) in (0..).zip(&send.lines) {
                prop_assert_eq!(ledger.left_of(LineId { entry: send.header.id, line }), Some(sent.left()));
            }
        }
        for sale in recorded.iter().filter(|entry| matches!(entry.body, Body::Sale(_))) {
            for line in refundable(sale.header.id, ledger).unwrap() {
                let id = LineId { entry: sale.header.id, line: line.line };
                prop_assert_eq!(ledger.left_of(id), Some(line.left));
                prop_assert!(line.given_back <= line.paid);
            }
        }
    }

    #[test]
    fn papers_are_the_same_in_whatever_order_their_entries_arrive(tries in tries(), seed in any::<u64>()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        let mut shuffled = business.recorded.clone();
        let mut dice = seed | 1;
        for place in (1..shuffled.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(place, (dice >> 33) as usize % (place + 1));
        }
        let mut other = Documents::default();
        for entry in shuffled.iter().chain(&business.recorded) {
            other.insert(entry);
        }
        prop_assert_eq!(format!("{:?}", business.documents), format!("{other:?}"));
    }

    #[test]
    fn a_running_balance_ends_at_what_is_on_hand(tries in tries()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        for (item, shop, stock) in business.ledger.stocks() {
            let history = business.ledger.history(item, shop).unwrap();
            let last = history.running(shop).last().map_or(Qty::ZERO, |(_, _, on_hand)| on_hand);
            prop_assert_eq!(last, stock.on_hand());
            prop_assert_eq!(history.on_hand_at(shop, Instant::MAX), stock.on_hand());
            for (post, effect, _) in history.running(shop) {
                prop_assert_eq!(history.effect(post.position), Some(effect));
            }
        }
    }
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
