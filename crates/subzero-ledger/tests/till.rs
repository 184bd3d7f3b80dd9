//! The till and the report in a shopkeeper's words: what the cart warns of, what a sale records, what the report adds up to.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use subzero_ledger::cart::{Cart, CartError, Payment};
use subzero_ledger::catalogue::{Archived, Catalogue, Item, QtyProblem, Scanned, Typed};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields};
use subzero_ledger::entry::{
    self, Body, Change, CostControl, Entry, Header, ItemKind, Mode, OversellReason, Receipt, ReceiptLine,
};
use subzero_ledger::history::History;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Cured, Ledger};
use subzero_ledger::money::Amount;
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Filter, GroupBy, Key, Order, Report, Shown};

const SHOP: ShopId = ShopId(1);
const MUG: ItemId = ItemId::from_u128(1);
const CHEESE: ItemId = ItemId::from_u128(2);
const WRAPPING: ItemId = ItemId::from_u128(3);

fn received(line: ReceiptLine) -> Body {
    Body::Receipt(Receipt { order: None, vendor: None, lines: vec![line], reference: String::new() })
}

/// A shop with three items and a clock that goes a minute an entry.
struct Till {
    ledger: Ledger,
    catalogue: Catalogue,
    entries: u64,
    mode: Mode,
}

impl Till {
    fn new() -> Self {
        let mut till =
            Self { ledger: Ledger::default(), catalogue: Catalogue::default(), entries: 0, mode: Mode::Allow };
        let items = [
            (MUG, "Café mug", "MUG", "4006381333931", "9.50", Some("4"), 0, ItemKind::Inventory),
            (CHEESE, "Cheddar", "CHE", "0012345678905", "12", None, 3, ItemKind::Inventory),
            (WRAPPING, "Gift wrapping", "WRAP", "", "2", None, 0, ItemKind::NonInventory),
        ];
        let changes = items.map(|(id, name, sku, barcode, price, cost, decimals, kind)| {
            let fields = ItemFields {
                name: Some(name.into()),
                sku: Some(sku.into()),
                barcodes: Some(vec![Barcode::single(barcode)]),
                price: Some(price.parse().unwrap()),
                default_cost: Some(cost.map(|cost| cost.parse().unwrap())),
                decimals: Some(decimals),
                kind: Some(kind),
                ..ItemFields::default()
            };
            Change::Item(ItemChange { id, fields })
        });
        let header = till.header(ShopId::OFFICE);
        let body = Body::Catalogue(entry::Catalogue { known: 0, changes: changes.to_vec() });
        till.catalogue.insert(&Entry { dseq: 1, header, body }, Arrival::Confirmed { seq: 1 });
        till
    }

    fn header(&mut self, shop: ShopId) -> Header {
        self.entries += 1;
        let minute = i64::try_from(self.entries).unwrap();
        Header {
            id: EntryId::from_u128(self.entries.into()),
            shop,
            device: DeviceId(1),
            at: Instant::from_unix_ms(1_772_442_000_000 + minute * 60_000).unwrap(),
            employee: EmployeeId::from_u128(1),
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: self.mode,
            cost_control: CostControl::Default,
        }
    }

    fn item(&self, id: ItemId) -> Item {
        self.catalogue.items[&id].clone()
    }

    fn cart(&self, wanted: &[(ItemId, &str)]) -> Cart {
        let mut cart = Cart::default();
        for (id, qty) in wanted {
            cart.add(&self.item(*id), Qty::ONE).unwrap();
            cart.set_qty(&self.item(*id), qty.parse().unwrap()).unwrap();
        }
        cart
    }

    fn settle(&mut self, cart: &Cart, cash: &str) -> Result<Entry, CartError> {
        let given = Amount::from_ten_millionths(i128::from(cash.parse::<Qty>().unwrap().thousandths()) * 10_000);
        let cash = Payment::cash(given, 2);
        let header = self.header(SHOP);
        cart.settle(header, "1-1-1".into(), cash, &self.ledger, &self.catalogue)
    }

    fn sells(&mut self, wanted: &[(ItemId, &str)]) -> Entry {
        let cart = self.cart(wanted);
        let (header, cash) = (self.header(SHOP), Payment::cash(cart.bill(2).unwrap().total, 2));
        let sale = cart.settle(header, "1-1-1".into(), cash, &self.ledger, &self.catalogue).unwrap();
        self.ledger.insert(sale.clone(), Arrival::Own { dseq: self.entries });
        sale
    }

    fn receives(&mut self, item: ItemId, qty: &str, cost: &str) {
        let header = self.header(SHOP);
        let (item, qty, cost) = (self.item(item).stamped(), qty.parse().unwrap(), cost.parse().unwrap());
        let body = received(ReceiptLine { of_line: None, item, qty, cost });
        self.ledger.insert(Entry { dseq: self.entries, header, body }, Arrival::Own { dseq: self.entries });
    }

    fn on_hand(&self, item: ItemId) -> String {
        self.ledger.on_hand(item, SHOP).to_string()
    }
}

#[test]
fn the_till_warns_of_what_the_whole_cart_oversells_and_sells_it_anyway() {
    let mut till = Till::new();
    till.receives(MUG, "2", "4");
    let mut cart = till.cart(&[(MUG, "2"), (WRAPPING, "5")]);
    assert_eq!(cart.oversells(&till.ledger, &till.catalogue, SHOP), []);
    cart.add(&till.item(MUG), Qty::ONE).unwrap();
    let warned = cart.oversells(&till.ledger, &till.catalogue, SHOP);
    assert_eq!(warned.len(), 1, "wrapping holds no stock");
    assert_eq!((warned[0].wanted.to_string(), warned[0].on_hand.to_string()), ("3".into(), "2".into()));
    cart.note_oversell(MUG, Some(OversellReason::JustArrived));
    let sale = till.settle(&cart, "38.50").unwrap();
    let Body::Sale(body) = &sale.body else { panic!("a cart becomes a sale") };
    assert_eq!(body.lines[0].oversold, Some(OversellReason::JustArrived));
    till.ledger.insert(sale, Arrival::Own { dseq: 9 });
    assert_eq!(till.on_hand(MUG), "-1");
}

#[test]
fn an_item_added_twice_is_one_line_so_the_warning_cannot_be_slipped_past() {
    let till = Till::new();
    let mut cart = till.cart(&[(MUG, "1")]);
    cart.add(&till.item(MUG), Qty::ONE).unwrap();
    assert_eq!((cart.lines().len(), cart.qty_of(MUG).to_string()), (1, "2".into()));
}

#[test]
fn a_sale_records_what_its_units_cost_as_the_till_knows_it() {
    let mut till = Till::new();
    till.receives(MUG, "2", "3.50");
    let Body::Sale(sale) = till.sells(&[(MUG, "3")]).body else { panic!("a cart becomes a sale") };
    assert_eq!(sale.lines[0].recorded_cost.to_string(), "11", "two at 3.50, one estimated at 4");
}

#[test]
fn what_cannot_be_sold_says_why_and_leaves_the_cart_alone() {
    let mut till = Till::new();
    assert_eq!(till.settle(&Cart::default(), "0"), Err(CartError::Empty));
    let mut cart = till.cart(&[(MUG, "2")]);
    assert_eq!(till.settle(&cart, "18.99"), Err(CartError::NotEnough));
    assert!(till.settle(&cart, "500").is_ok());
    assert_eq!(till.settle(&cart, "4006381333931"), Err(CartError::TooMuchCash));
    let mug = till.item(MUG);
    assert_eq!(
        cart.set_qty(&mug, "1.5".parse().unwrap()),
        Err(CartError::Quantity(QtyProblem::Decimals { decimals: 0 }))
    );
    assert_eq!(cart.set_qty(&mug, Qty::ZERO), Err(CartError::Quantity(QtyProblem::OutOfRange)));
    assert_eq!(cart.set_qty(&mug, Qty::ON_HAND_MAX), Err(CartError::Quantity(QtyProblem::OutOfRange)));
    assert_eq!(cart.set_qty(&till.item(CHEESE), Qty::ONE), Err(CartError::UnknownItem));
    assert_eq!(cart, till.cart(&[(MUG, "2")]));
}

#[test]
fn what_is_left_to_sell_is_never_finer_than_the_item_is_sold_in() {
    let till = Till::new();
    let sellable = |item, on_hand: &str| till.item(item).sellable(on_hand.parse().unwrap()).to_string();
    assert_eq!(
        (sellable(MUG, "2.75"), sellable(MUG, "0.5"), sellable(MUG, "-3")),
        ("2".into(), "0".into(), "0".into())
    );
    assert_eq!(sellable(CHEESE, "2.755"), "2.755");
}

#[test]
fn weighed_goods_are_sold_to_the_gram() {
    let mut till = Till::new();
    till.sells(&[(CHEESE, "0.755")]);
    assert_eq!(till.on_hand(CHEESE), "-0.755");
}

#[test]
fn a_weighed_line_costs_what_the_screen_shows_and_the_change_adds_up() {
    let mut till = Till::new();
    let cart = till.cart(&[(CHEESE, "0.317"), (CHEESE, "0.317"), (MUG, "1")]); // 12 a kilo: 3.804
    let bill = cart.bill(2).unwrap();
    assert_eq!(bill.lines[0].to_string(), "3.8");
    assert_eq!(bill.total.to_string(), "13.3");
    assert!(till.settle(&cart, "13.30").is_ok(), "what is shown is what is paid");
    assert_eq!(till.settle(&cart, "13.29"), Err(CartError::NotEnough));
    let twenty = Payment::cash(Amount::from_ten_millionths(200_000_000), 2);
    assert_eq!(twenty.change(bill.total).unwrap().to_string(), "6.7");
}

#[test]
fn what_a_sale_leaves_is_what_the_ledger_will_say() {
    let mut till = Till::new();
    till.receives(MUG, "1", "4");
    for mode in [Mode::Allow, Mode::AutoAdd] {
        for wanted in ["1", "3"] {
            let mut till = Till { ledger: till.ledger.clone(), catalogue: till.catalogue.clone(), mode, ..till };
            let cart = till.cart(&[(MUG, wanted), (WRAPPING, "2")]);
            let leaves = |item| cart.leaves(item, mode, &till.ledger, &till.catalogue, SHOP).map(|qty| qty.to_string());
            assert_eq!(leaves(WRAPPING), None, "wrapping holds no stock");
            let foretold = leaves(MUG);
            till.sells(&[(MUG, wanted)]);
            assert_eq!(foretold, Some(till.on_hand(MUG)), "{mode:?}, {wanted}");
        }
    }
}

#[test]
fn a_code_scanned_into_a_figure_is_a_scan_and_leaves_the_figure_as_it_was() {
    let till = Till::new();
    let typed = |text| till.catalogue.typed(text);
    let one = |item| Scanned { item, pack: Qty::ONE };
    assert_eq!(typed(" 12 "), Typed::Figure("12"));
    assert_eq!(typed("1,5"), Typed::Figure("1,5"));
    assert_eq!(typed("4006381333931"), Typed::Scan { scanned: one(MUG), before: "" });
    assert_eq!(typed("124006381333931"), Typed::Scan { scanned: one(MUG), before: "12" });
    assert_eq!(typed("1.5012345678905"), Typed::Scan { scanned: one(CHEESE), before: "1.5" });
    assert_eq!(typed("96385074"), Typed::StrangeCode("96385074"));
    assert_eq!(typed("9999999"), Typed::Figure("9999999"));
    assert_eq!(typed("é4006381333931"), Typed::Scan { scanned: one(MUG), before: "é" });
    assert_eq!(typed(""), Typed::Figure(""));
}

#[test]
fn the_report_lists_the_negative_with_the_rows_that_add_up_and_receiving_closes_it() {
    let mut till = Till::new();
    till.receives(MUG, "5", "4");
    till.sells(&[(MUG, "3")]);
    till.sells(&[(MUG, "4")]);
    till.sells(&[(MUG, "1")]);
    let report = report(&till);
    assert_eq!(report.items[&(MUG, SHOP)].on_hand.to_string(), "-3");
    let open: Vec<String> = report.rows.iter().map(|row| row.open.to_string()).collect();
    assert_eq!(open, ["2", "1"]);
    let totals = shown(&till, &Filter::default()).totals;
    assert_eq!((totals.units.to_string(), totals.exposure.to_string()), ("3".into(), "12".into()));
    till.receives(MUG, "3", "5");
    assert!(shown(&till, &Filter::default()).sections.is_empty());
}

fn report(till: &Till) -> Report {
    Report::now(&till.ledger, &Documents::default(), &till.catalogue, Instant::MIN)
}

fn shown(till: &Till, filter: &Filter) -> Shown {
    report(till).shown(&till.catalogue, filter, Order::default(), GroupBy::Item).unwrap()
}

#[test]
fn a_filter_that_hides_rows_says_how_much_they_hide() {
    let mut till = Till::new();
    till.sells(&[(MUG, "1"), (CHEESE, "2")]);
    till.sells(&[(CHEESE, "1")]);
    let items = |filter: Filter| -> Vec<(Key, String)> {
        let sections = shown(&till, &filter).sections;
        sections.into_iter().map(|section| (section.key, section.hidden.to_string())).collect()
    };
    let cheese = |hidden: &str| (Key::Item(CHEESE, SHOP), hidden.to_owned());
    assert_eq!(items(Filter { cost_missing: true, ..Filter::default() }), [cheese("0")]);
    let first = report(&till).rows.iter().map(|row| row.since).min();
    let later = first.and_then(|first| Instant::from_unix_ms(first.unix_ms() + 1));
    assert_eq!(items(Filter { from: later, ..Filter::default() }), [cheese("2")]);
    assert_eq!(items(Filter { text: "CAFE mug".into(), ..Filter::default() }), [(Key::Item(MUG, SHOP), "0".into())]);
    assert_eq!(items(Filter { shop: Some(ShopId(2)), ..Filter::default() }), []);
    assert_eq!(shown(&till, &Filter { unsynced: true, ..Filter::default() }).totals.items, 2);
}

#[test]
fn switched_off_the_shortfall_is_added_and_nothing_is_negative() {
    let mut till = Till::new();
    till.mode = Mode::AutoAdd;
    till.sells(&[(MUG, "2")]);
    assert_eq!(till.on_hand(MUG), "0");
    assert_eq!(till.ledger.automated(MUG, SHOP).count(), 1);
}

#[test]
fn a_code_finds_its_item_by_barcode_with_or_without_leading_zeros_then_by_sku() {
    let till = Till::new();
    let found = |code: &str| till.catalogue.by_code(code).map(|scanned| scanned.item);
    assert_eq!(found("4006381333931"), Some(MUG));
    assert_eq!(found("012345678905"), Some(CHEESE));
    assert_eq!(found("mug"), Some(MUG));
    assert_eq!(found("000"), None);
    assert_eq!(found(""), None);
    assert_eq!(till.catalogue.search("cafe", Archived::Without).count(), 1);
    assert_eq!(till.catalogue.search("", Archived::Without).count(), 3);
}

#[test]
fn a_late_line_replays_its_own_item_and_shop_from_a_checkpoint_and_nothing_else() {
    let mut till = Till::new();
    till.receives(MUG, "2000", "2");
    for _ in 0..1_000 {
        till.sells(&[(MUG, "1")]);
        till.sells(&[(CHEESE, "1")]);
    }
    let in_order = till.ledger.replayed();
    assert_eq!(in_order, 2_001, "a line that goes last is applied once");
    let mut late = till.header(SHOP);
    late.at = Instant::from_unix_ms(late.at.unix_ms() - 100 * 60_000).unwrap(); // before the last 50 mugs
    let line = ReceiptLine {
        of_line: None,
        item: till.item(MUG).stamped(),
        qty: Qty::from_units(7),
        cost: "4".parse().unwrap(),
    };
    let body = received(line);
    till.ledger.insert(Entry { dseq: 1, header: late, body }, Arrival::Confirmed { seq: 1 });
    let again = till.ledger.replayed() - in_order;
    assert!((51..=51 + 64).contains(&again), "{again} lines were replayed");
}

#[test]
fn an_item_that_is_never_received_costs_no_more_memory_than_its_lines() {
    let mut till = Till::new();
    for _ in 0..20_000 {
        till.sells(&[(MUG, "1")]);
    }
    let held = till.ledger.history(MUG, SHOP).map_or(0, History::held_in_checkpoints);
    assert!((1..=20_000).contains(&held), "the checkpoints hold {held} shortages");
}

#[test]
fn a_past_negative_that_a_late_delivery_cured_is_told_and_one_that_was_filled_is_not() {
    let mut till = Till::new();
    let first = till.sells(&[(MUG, "1")]);
    let second = till.sells(&[(MUG, "2")]);
    assert_eq!(till.ledger.cured(MUG, SHOP), []);
    till.receives(MUG, "1", "2"); // dated after both: it fills
    assert_eq!(till.ledger.cured(MUG, SHOP), []);

    let mut late = till.header(SHOP);
    late.at = Instant::from_unix_ms(first.header.at.unix_ms() - 60_000).unwrap();
    let by = late.id;
    let line = ReceiptLine {
        of_line: None,
        item: till.item(MUG).stamped(),
        qty: Qty::from_units(1),
        cost: "4".parse().unwrap(),
    };
    let body = received(line);
    till.ledger.insert(Entry { dseq: 9, header: late, body }, Arrival::Own { dseq: 9_000 });
    let line = LineId { entry: first.header.id, line: 0 };
    assert_eq!(till.ledger.cured(MUG, SHOP), [Cured { line, since: first.header.at, by }]);
    let left = till.ledger.stock(MUG, SHOP).unwrap().shortages().map(|shortage| shortage.line.entry);
    assert_eq!(left.collect::<Vec<_>>(), [second.header.id]);
}
