//! The report that is kept up to date is the one that would be worked out from nothing, whatever arrives in whatever order.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::{Awaited, Documents, Incoming, OrderView};
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields};
use subzero_ledger::entry::{
    self, Body, Cause, Change, CostControl, Count, CountLine, Entry, Header, ItemKind, Mode, MoveLine, Order,
    OrderLine, OrderStage, OversellReason, Receipt, ReceiptLine, Retraction, ReturnLine, Sale, SaleLine, StampedItem,
    TransferReceive, TransferSend, Void,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, OrderId, SessionId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Books, Changed, Evidence, LiveReport, Report};

const HOUR_MS: i64 = 3_600_000;
const BEGIN_MS: i64 = 1_772_442_000_000;

fn item(number: u128) -> ItemId {
    ItemId::from_u128(number)
}

fn stamped(number: u128) -> StampedItem {
    StampedItem { id: item(number), default_cost: None, kind: ItemKind::Inventory }
}

fn at(hour: i64) -> Instant {
    Instant::from_unix_ms(BEGIN_MS + hour * HOUR_MS).unwrap()
}

/// What happens: kinds, items, quantities and what it refers to, drawn at random.
fn body() -> impl Strategy<Value = Body> {
    let (which, many, of) = (1_u128..4, 1_u32..9, 1_u128..60);
    let sale = (which.clone(), many.clone(), 0_u8..16).prop_map(|(which, many, said)| {
        let oversold = match said {
            0 => Some(OversellReason::JustArrived),
            1 => Some(OversellReason::Backorder),
            _ => None,
        };
        let (price, discount, recorded_cost) = (Price::ZERO, Amount::ZERO, Amount::ZERO);
        let qty = Qty::from_units(many);
        let lines = vec![SaleLine { item: stamped(which), qty, price, discount, recorded_cost, oversold }];
        Body::Sale(Sale { receipt: "1-1-1".into(), lines, tenders: Vec::new(), places: 2, note: String::new() })
    });
    let receipt = (which.clone(), 1_u32..9, proptest::option::of(1_u128..3)).prop_map(|(which, many, order)| {
        let (qty, cost) = (Qty::from_units(many), UnitCost::from_ten_thousandths(10_000));
        let lines = vec![ReceiptLine { of_line: Some(1), item: stamped(which), qty, cost }];
        let order = order.map(OrderId::from_u128);
        Body::Receipt(Receipt { order, vendor: None, lines, reference: String::new() })
    });
    let order = (which.clone(), many.clone(), 1_u128..3, any::<bool>()).prop_map(|(which, many, order, open)| {
        let (qty, cost) = (Qty::from_units(many), UnitCost::from_ten_thousandths(10_000));
        let lines = vec![OrderLine { number: 1, item: stamped(which), qty, cost, vendor_code: String::new() }];
        let stage = if open { OrderStage::Ordered } else { OrderStage::Cancelled };
        let (order, number, note) = (OrderId::from_u128(order), "PO-1".into(), String::new());
        Body::Order(Order { order, number, vendor: None, stage, lines, note })
    });
    let send = (which.clone(), many.clone(), 1_u32..4, 1_u128..4).prop_map(|(which, many, to, transfer)| {
        let lines = vec![MoveLine { item: stamped(which), qty: Qty::from_units(many) }];
        let (transfer, number, note) = (TransferId::from_u128(transfer), "T-1".into(), String::new());
        Body::TransferSend(TransferSend { transfer, number, to: ShopId(to), lines, note })
    });
    let arrive = (which.clone(), 1_u32..3, of.clone()).prop_map(|(which, many, of)| {
        let lines = vec![ReturnLine { of_line: 0, item: stamped(which), qty: Qty::from_units(many) }];
        Body::TransferReceive(TransferReceive { of: EntryId::from_u128(of), lines })
    });
    let count = (which.clone(), 0_u32..4, 0_i64..200).prop_map(|(which, counted, hour)| {
        let line = CountLine { item: stamped(which), counted: Qty::from_units(counted), at: at(hour) };
        Body::Count(Count { list: None, lines: vec![line] })
    });
    let back = of.clone().prop_map(|of| Body::Retraction(Retraction { of: EntryId::from_u128(of) }));
    prop_oneof![
        9 => sale,
        9 => receipt,
        1 => order,
        3 => send,
        2 => arrive,
        2 => count,
        3 => back,
        1 => of.prop_map(|of| Body::Void(Void { of: EntryId::from_u128(of), note: String::new() })),
        2 => change().prop_map(|change| Body::Catalogue(entry::Catalogue { known: 0, changes: vec![change] })),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let fields = (proptest::option::of(0_usize..3), proptest::option::of(0_usize..3), proptest::option::of(1_i64..3));
    let item = (1_u128..4, fields, proptest::option::of(2_u32..4)).prop_map(|(id, (name, category, price), pack)| {
        let fields = ItemFields {
            name: name.map(|name| ["Brown bread", "White bread", "Mug"][name].to_owned()),
            category: category.map(|category| ["", "Bakery", "Kitchen"][category].to_owned()),
            price: price.map(Price::from_ten_thousandths),
            barcodes: pack.map(|pack| vec![Barcode { code: format!("21{id}"), pack: Qty::from_units(pack) }]),
            ..ItemFields::default()
        };
        Change::Item(ItemChange { id: item(id), fields })
    });
    let cause = (1_u128..60, proptest::option::of(Just(Cause::WrongCount)))
        .prop_map(|(entry, cause)| Change::Cause { line: LineId { entry: EntryId::from_u128(entry), line: 0 }, cause });
    let shop = (1_u32..4).prop_map(|id| Change::Shop { id: ShopId(id), name: format!("Shop {id}") });
    prop_oneof![6 => item, 3 => cause, 1 => shop]
}

/// One thing that the page is told: an entry, own or confirmed, or that time passed.
#[derive(Clone, Debug)]
enum Told {
    Entry(Box<Entry>, Arrival),
    Hour(i64),
}

fn header(number: u64, shop: ShopId, hour: i64) -> Header {
    Header {
        id: EntryId::from_u128(number.into()),
        shop,
        device: DeviceId(1),
        at: at(hour),
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    }
}

fn told() -> impl Strategy<Value = Vec<Told>> {
    let entry = (body(), 1_u32..3, 0_i64..200, any::<bool>(), any::<bool>());
    proptest::collection::vec(entry, 1..60).prop_flat_map(|drawn| {
        let mut told = Vec::new();
        for (number, (body, shop, hour, own, confirmed)) in (1_u64..).zip(drawn) {
            let shop = if matches!(body, Body::Catalogue(_)) { ShopId::OFFICE } else { ShopId(shop) };
            let header = header(number, shop, hour);
            let entry = Entry { dseq: number, header, body };
            if own || !confirmed {
                told.push(Told::Entry(Box::new(entry.clone()), Arrival::Own { dseq: number }));
            }
            if confirmed {
                told.push(Told::Entry(Box::new(entry), Arrival::Confirmed { seq: number }));
            }
            if number.is_multiple_of(3) {
                told.push(Told::Hour(hour * 2));
            }
        }
        Just(told).prop_shuffle()
    })
}

/// Two shops, and items that are easily taken for each other until something about one changes.
fn beginning() -> Vec<Change> {
    let change = |number: u128| {
        let (name, category) = (Some(format!("Bread {number}")), Some("Bakery".to_owned()));
        let price = Some(Price::from_ten_thousandths(1));
        Change::Item(ItemChange {
            id: item(number),
            fields: ItemFields { name, category, price, ..ItemFields::default() },
        })
    };
    let shop = |id: u32| Change::Shop { id: ShopId(id), name: format!("Shop {id}") };
    (1..4).map(change).chain((1..3).map(shop)).collect()
}

/// A page: its books, and the report it keeps.
#[derive(Default)]
struct Page {
    ledger: Ledger,
    documents: Documents,
    catalogue: Catalogue,
    live: LiveReport,
    now: Option<Instant>,
    seq: u64,
}

impl Page {
    fn begun() -> Self {
        let mut page = Self::default();
        let body = Body::Catalogue(entry::Catalogue { known: 0, changes: beginning() });
        let entry = Entry { dseq: 0, header: header(0, ShopId::OFFICE, 0), body };
        page.learns(&[Told::Entry(Box::new(entry), Arrival::Confirmed { seq: 1 })]);
        page
    }

    fn learns(&mut self, told: &[Told]) {
        let (mut changed, mut entries) = (Changed::default(), Vec::new());
        for told in told {
            match told {
                Told::Hour(hour) => self.now = Some(at(*hour)),
                Told::Entry(entry, arrival) => {
                    // The office's entries come in the order of their sequence.
                    self.seq += 1;
                    let seq = self.seq;
                    let in_order = match arrival {
                        Arrival::Confirmed { .. } => Arrival::Confirmed { seq },
                        Arrival::Own { .. } => *arrival,
                    };
                    let is_confirmed = matches!(self.ledger.arrival(entry.header.id), Some(Arrival::Confirmed { .. }));
                    if !(is_confirmed && matches!(arrival, Arrival::Own { .. }))
                        && self.catalogue.insert(entry, in_order)
                    {
                        changed.beyond_telling();
                    }
                    self.documents.insert(entry);
                    changed.by_entry(entry);
                    entries.push((*entry.clone(), in_order));
                }
            }
        }
        changed.by_stock(self.ledger.extend(entries));
        let Self { ledger, documents, catalogue, live, .. } = self;
        live.follow(&Books { ledger, documents, tables: catalogue }, &changed);
    }

    fn now(&self) -> Instant {
        self.now.unwrap_or(at(0))
    }

    fn kept(&mut self) -> &Report {
        let now = self.now();
        let Self { ledger, documents, catalogue, live, .. } = self;
        live.at(&Books { ledger, documents, tables: catalogue }, now)
    }

    fn anew(&self) -> Report {
        Report::now(&self.ledger, &self.documents, &self.catalogue, self.now())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_report_kept_up_to_date_is_the_one_worked_out_from_nothing(told in told(), together in 1_usize..20) {
        let mut page = Page::begun();
        for some in told.chunks(together) {
            page.learns(some);
            let anew = page.anew();
            prop_assert_eq!(page.kept(), &anew);
        }
    }

    #[test]
    fn what_is_on_its_way_is_what_all_papers_together_still_bring(told in told()) {
        let mut page = Page::begun();
        for some in told.chunks(1) {
            page.learns(some);
            let documents = &page.documents;
            let still_to_come = by_reading_every_paper(documents);
            prop_assert_eq!(documents.all_incoming(), still_to_come.clone());
            for ((item, shop), incoming) in still_to_come {
                let awaited = documents.awaited(item, shop);
                let sum = awaited.iter().fold(Qty::ZERO, |sum, awaited| {
                    let (Awaited::Order { left, .. } | Awaited::Transfer { left, .. }) = awaited;
                    sum.checked_add(*left).unwrap()
                });
                prop_assert_eq!(sum, incoming.total());
                let bringing = documents.orders_bringing(&BTreeSet::from([item]), shop);
                prop_assert_eq!(bringing.is_empty(), incoming.on_orders.is_zero());
            }
        }
    }
}

fn by_reading_every_paper(documents: &Documents) -> BTreeMap<(ItemId, ShopId), Incoming> {
    let mut incoming: BTreeMap<(ItemId, ShopId), Incoming> = BTreeMap::new();
    for order in documents.orders().filter(OrderView::is_on_its_way) {
        for line in order.lines.iter().filter(|line| line.left().is_positive()) {
            let sum = incoming.entry((line.line.item.id, order.shop())).or_default();
            sum.on_orders = sum.on_orders.checked_add(line.left()).unwrap();
        }
    }
    for send in documents.transfers().flat_map(|transfer| transfer.sends) {
        for line in send.lines.iter().filter(|line| line.left().is_positive()) {
            let sum = incoming.entry((line.line.item.id, send.send.to)).or_default();
            sum.on_transfers = sum.on_transfers.checked_add(line.left()).unwrap();
        }
    }
    incoming
}

#[test]
fn what_comes_in_to_one_shop_changes_what_is_said_of_another() {
    let sold = SaleLine {
        item: stamped(1),
        qty: Qty::ONE,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    let (receipt, lines) = ("1-1-1".to_owned(), vec![sold; 5]);
    let sale = Body::Sale(Sale { receipt, lines, tenders: Vec::new(), places: 2, note: String::new() });
    let line =
        ReceiptLine { of_line: None, item: stamped(1), qty: Qty::ONE, cost: UnitCost::from_ten_thousandths(10_000) };
    let delivery = Body::Receipt(Receipt { order: None, vendor: None, lines: vec![line], reference: String::new() });
    let mut page = Page::begun();
    for (number, shop, body, said) in [(1, 1, sale, "never received"), (2, 2, delivery, "never stocked")] {
        let entry = Entry { dseq: number, header: header(number, ShopId(shop), 1), body };
        page.learns(&[Told::Entry(Box::new(entry), Arrival::Own { dseq: number })]);
        let kept = page.kept();
        assert!(kept.rows.iter().all(|row| row.evidence.map(kind) == Some(said)), "{said}: {:?}", kept.rows);
        let kept = kept.clone();
        assert_eq!(kept, page.anew());
    }
}

/// Every kind of evidence is drawn somewhere: else the law above would say little.
#[test]
fn every_kind_of_evidence_comes_up_in_what_is_drawn() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..3_000 {
        let told = told().new_tree(&mut runner).unwrap().current();
        let mut page = Page::begun();
        page.learns(&told);
        seen.extend(page.kept().rows.iter().filter_map(|row| row.evidence).map(kind));
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
}

const fn kind(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Incoming { .. } => "incoming",
        Evidence::ReceivedAfter { .. } => "received after",
        Evidence::Overdue { .. } => "overdue",
        Evidence::LookAlike { .. } => "look-alike",
        Evidence::CountedLess { .. } => "counted less",
        Evidence::ArrivedShort { .. } => "arrived short",
        Evidence::Said(_) => "said",
        Evidence::NeverReceived { .. } => "never received",
        Evidence::WholePacks { .. } => "whole packs",
        Evidence::NeverStocked => "never stocked",
    }
}
