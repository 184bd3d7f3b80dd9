//! Practice: the account it begins with, and how far somebody is in the first lesson, whatever they do.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use subzero_ledger::cart::{Cart, Payment};
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::cost::Cost;
use subzero_ledger::documents::{Awaited, Documents};
use subzero_ledger::entry::{CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::UnitCost;
use subzero_ledger::practice::{self, ITEM, Lesson, Names, ORDER, PERSON, REGISTER, SHOP, Stand, Step};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, Desk, Problem, ReceiveWish};

const NAMES: Names<'_> =
    Names { shop: "Practice shop", other_shop: "Other shop", register: "Till", person: "You", order: "PO-1" };

struct Till {
    ledger: Ledger,
    documents: Documents,
    catalogue: Catalogue,
    recorded: u64,
    lesson: Lesson,
}

impl Till {
    fn begin(mode: Mode) -> Self {
        let (ledger, documents, catalogue) = Default::default();
        let mut till = Self { ledger, documents, catalogue, recorded: 0, lesson: Lesson::new(mode) };
        for entry in practice::opening(NAMES, mode, moment(0)) {
            till.record(&entry);
        }
        till
    }

    fn header(&self) -> Header {
        let number = self.recorded + 1;
        Header {
            id: EntryId::from_u128(1_000 + u128::from(number)),
            shop: SHOP,
            device: REGISTER,
            at: moment(number),
            employee: PERSON,
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: self.lesson.mode,
            cost_control: CostControl::Default,
        }
    }

    fn record(&mut self, entry: &Entry) {
        let entry = Entry::decode(0, &entry.encode().unwrap()).unwrap();
        self.recorded += 1;
        self.catalogue.insert(&entry, Arrival::Confirmed { seq: self.recorded });
        self.documents.insert(&entry);
        self.ledger.insert(entry, Arrival::Confirmed { seq: self.recorded });
    }

    fn sells(&mut self, qty: u32) {
        let mut cart = Cart::default();
        let item = self.catalogue.items[&ITEM].clone();
        cart.add(&item, Qty::from_units(qty)).unwrap();
        let total = cart.bill(2).unwrap().total;
        let (header, payment) = (self.header(), Payment::cash(total, 2));
        let sale = cart.settle(header, "1-1-1".into(), payment, &self.ledger, &self.catalogue).unwrap();
        self.record(&sale);
    }

    fn does(&mut self, verb: impl FnOnce(&Desk<'_>) -> Result<Entry, Problem>) {
        let (ledger, documents, tables) = (&self.ledger, &self.documents, self.catalogue.tables());
        let entry = verb(&Desk { header: self.header(), ledger, documents, tables }).unwrap();
        self.record(&entry);
    }

    fn receives_the_order(&mut self) {
        let awaited = self.documents.awaited(ITEM, SHOP);
        let [Awaited::Order { order, line, left, cost, .. }] = &awaited[..] else { panic!("{awaited:?}") };
        let delivery = Delivery { order: Some(*order), ..Delivery::default() };
        let wish = ReceiveWish { of_line: Some(*line), item: ITEM, qty: *left, cost: *cost };
        self.does(|desk| desk.receive(&delivery, &[wish]));
    }

    fn stand(&self) -> Stand {
        self.lesson.stand(&self.ledger)
    }

    fn looks(&mut self) {
        let Stand::At(step) = self.stand() else { panic!("{:?}", self.stand()) };
        self.lesson.seen = self.lesson.seen.and(step);
    }
}

fn moment(minute: u64) -> Instant {
    Instant::from_unix_ms(1_772_442_000_000 + minute.cast_signed() * 60_000).unwrap()
}

#[test]
fn a_practice_account_has_two_shops_and_what_the_lesson_needs() {
    for mode in [Mode::Allow, Mode::AutoAdd] {
        let till = Till::begin(mode);
        assert_eq!(till.catalogue.shops.keys().copied().collect::<Vec<_>>(), [ShopId(1), ShopId(2)]);
        assert_eq!(till.catalogue.settings.mode, mode);
        assert_eq!(till.ledger.on_hand(ITEM, SHOP), Qty::from_units(2));
        assert_eq!(till.documents.order(ORDER).unwrap().order.number, "PO-1");
        assert!(till.catalogue.items.len() >= 12);
        assert_eq!(till.stand(), Stand::At(Step::Sell));
    }
}

#[test]
fn with_the_module_one_sells_looks_and_receives() {
    let mut till = Till::begin(Mode::Allow);
    till.sells(1);
    assert_eq!(till.stand(), Stand::At(Step::Sell), "that was there");
    till.sells(2);
    assert_eq!(till.stand(), Stand::At(Step::SeeWhy));
    till.looks();
    assert_eq!(till.stand(), Stand::At(Step::Receive));
    till.receives_the_order();
    let Stand::Filled { fill, on_hand } = till.stand() else { panic!("{:?}", till.stand()) };
    assert_eq!((fill.qty, on_hand), (Qty::ONE, Qty::from_units(11)));
    let cost = UnitCost::from_ten_thousandths;
    assert_eq!((fill.estimate, fill.actual), (Cost::Known(cost(31_000)), Cost::Known(cost(35_000))));
}

#[test]
fn who_counts_before_receiving_is_told_that_the_order_is_still_on_its_way() {
    let mut till = Till::begin(Mode::Allow);
    till.sells(3);
    till.does(|desk| desk.count_now(ITEM, Qty::from_units(11)));
    assert_eq!(till.stand(), Stand::Otherwise);
    till.receives_the_order();
    assert_eq!(till.stand(), Stand::Otherwise, "12 of these 23 do not exist");
}

#[test]
fn the_lesson_can_be_taken_again_and_its_steps_in_another_order() {
    let mut till = Till::begin(Mode::Allow);
    till.sells(3);
    till.does(|desk| desk.count_now(ITEM, Qty::ZERO));
    till.sells(1);
    assert_eq!(till.stand(), Stand::At(Step::SeeWhy), "it is negative again");
    till.receives_the_order();
    assert!(matches!(till.stand(), Stand::Filled { .. }), "received without a look");
}

#[test]
fn without_the_module_one_sells_and_looks_twice() {
    let mut till = Till::begin(Mode::AutoAdd);
    till.sells(3);
    assert_eq!(till.ledger.on_hand(ITEM, SHOP), Qty::ZERO);
    for step in [Step::SeeAdded, Step::SeeNoReport] {
        assert_eq!(till.stand(), Stand::At(step));
        till.looks();
    }
    assert_eq!(till.stand(), Stand::Added { qty: Qty::ONE });
}
