//! What is asked again and again costs what it is about, and not how much there is: counted in allocated bytes, which no other work on the machine
//! changes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use allocation_counter::measure;
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{
    Body, CostControl, Entry, Header, ItemKind, Mode, Order, OrderLine, OrderStage, Receipt, ReceiptLine, Sale,
    SaleLine, StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, OrderId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::receipts::{self, Wanted};
use subzero_ledger::report::{Books, Changed, LiveReport};

const SHOP: ShopId = ShopId(1);
/// An order of which nothing has come in.
const NEW: u32 = 1_000_000;
/// Ten times as much may cost a little more, for trees have grown.
const A_LITTLE: u64 = 2;

/// A business in which so much has happened.
#[derive(Default)]
struct Business {
    ledger: Ledger,
    documents: Documents,
    catalogue: Catalogue,
    live: LiveReport,
    entries: u32,
}

impl Business {
    /// Each of so many items was sold once more than there were, and ordered and delivered before.
    fn of(items: u32) -> Self {
        let mut business = Self::default();
        for item in 0..items {
            business.happens(order(item, item));
            business.happens(delivery(item, item));
            business.happens(sale(item, 2));
        }
        business.live = LiveReport::new(&business.books(), at(business.entries));
        assert_eq!(business.live.report().items.len(), usize::try_from(items).unwrap());
        business
    }

    fn books(&self) -> Books<'_> {
        Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue }
    }

    fn happens(&mut self, body: Body) -> Changed {
        self.entries += 1;
        let header = Header {
            id: EntryId::from_u128(self.entries.into()),
            shop: SHOP,
            device: DeviceId(1),
            at: at(self.entries),
            employee: EmployeeId::from_u128(1),
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        let entry = Entry { dseq: self.entries.into(), header, body };
        let mut changed = Changed::default();
        changed.by_entry(&entry);
        self.documents.insert(&entry);
        changed.by_stock(self.ledger.extend([(entry, Arrival::Confirmed { seq: self.entries.into() })]));
        changed
    }

    /// How many bytes the report asks for to follow a sale, also while somebody reads it.
    fn follow_a_sale(&mut self) -> u64 {
        let changed = self.happens(sale(0, 1));
        let now = at(self.entries);
        let Self { ledger, documents, catalogue, live, .. } = self;
        let books = Books { ledger, documents, tables: catalogue };
        let followed = measure(|| {
            live.follow(&books, &changed);
            live.at(&books, now);
        });
        followed.bytes_total
    }
}

fn at(minute: u32) -> Instant {
    Instant::from_unix_ms(1_772_442_000_000 + i64::from(minute) * 60_000).unwrap()
}

fn stamped(item: u32) -> StampedItem {
    StampedItem { id: ItemId::from_u128(item.into()), default_cost: None, kind: ItemKind::Inventory }
}

fn order(id: u32, item: u32) -> Body {
    let (order, number, note) = (OrderId::from_u128(id.into()), "PO-1".into(), String::new());
    let cost = UnitCost::from_ten_thousandths(10_000);
    let lines = vec![OrderLine { number: 1, item: stamped(item), qty: Qty::ONE, cost, vendor_code: String::new() }];
    Body::Order(Order { order, number, vendor: None, stage: OrderStage::Ordered, lines, note })
}

fn delivery(order: u32, item: u32) -> Body {
    let cost = UnitCost::from_ten_thousandths(10_000);
    let lines = vec![ReceiptLine { of_line: Some(1), item: stamped(item), qty: Qty::ONE, cost }];
    let order = Some(OrderId::from_u128(order.into()));
    Body::Receipt(Receipt { order, vendor: None, lines, reference: String::new() })
}

fn sale(item: u32, qty: u32) -> Body {
    let (price, discount, recorded_cost) = (Price::ZERO, Amount::ZERO, Amount::ZERO);
    let (item, qty) = (stamped(item), Qty::from_units(qty));
    let lines = vec![SaleLine { item, qty, price, discount, recorded_cost, oversold: None }];
    Body::Sale(Sale { receipt: "1-1-1".into(), lines, tenders: Vec::new(), places: 2, note: String::new() })
}

/// What something costs in a business, and in one ten times as large.
fn costs(mut cost: impl FnMut(&mut Business) -> u64) -> (u64, u64) {
    let cost = [200, 2_000].map(|items| cost(&mut Business::of(items)));
    (cost[0], cost[1])
}

fn grows_with_nothing(what: &str, cost: impl FnMut(&mut Business) -> u64) {
    let (small, large) = costs(cost);
    println!("{what}: {small} bytes, and {large} where there is ten times as much");
    assert!(large <= small * A_LITTLE, "{what}: {small} bytes became {large}");
}

#[test]
fn the_report_follows_a_sale() {
    grows_with_nothing("the report follows a sale", Business::follow_a_sale);
}

#[test]
fn what_is_on_its_way_of_one_item() {
    let item = ItemId::from_u128(7);
    grows_with_nothing("what is on its way of one item", |business| {
        business.happens(order(NEW, 7));
        let asked = measure(|| {
            assert_eq!(business.documents.awaited(item, SHOP).len(), 1);
            assert_eq!(business.documents.incoming(item, SHOP).on_orders, Qty::ONE);
        });
        asked.bytes_total
    });
}

#[test]
fn an_order_is_delivered() {
    grows_with_nothing("an order is delivered", |business| {
        business.happens(order(NEW, 7));
        measure(|| drop(business.happens(delivery(NEW, 7)))).bytes_total
    });
}

#[test]
fn the_newest_receipts() {
    grows_with_nothing("the newest receipts", |business| {
        let wanted = Wanted { shop: Some(SHOP), ..Wanted::default() };
        let asked = measure(|| {
            assert_eq!(receipts::find(&business.ledger, &business.catalogue, &wanted, 50).len(), 50);
        });
        asked.bytes_total
    });
}
