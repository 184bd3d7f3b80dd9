//! Files as people have them: what is read, what is refused and where, and that what was written is read again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use subzero_csv::{
    CellProblem, Column, DryRun, FileProblem, FormulaSafe, Import, Kind, Known, LineFault, Reading, Writing, export,
};
use subzero_ledger::catalogue::{ItemProblem, QtyProblem, Tables};
use subzero_ledger::decimal::{DecimalError, Separators};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::{Body, ItemKind, LINES_MAX, Order};
use subzero_ledger::ids::{ItemId, ShopId, VendorId};
use subzero_ledger::ledger::Ledger;
use subzero_ledger::money::{Price, UnitCost};
use subzero_ledger::quantity::Qty;
use uuid::Uuid;

const SHOP: ShopId = ShopId(1);
const ENGLISH: Separators = Separators { decimal: '.', group: ',' };
const GERMAN: Separators = Separators { decimal: ',', group: '.' };

fn mint() -> Uuid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(1_000);
    Uuid::from_u128(LAST.fetch_add(1, Ordering::Relaxed).into())
}

fn reading(kind: Kind, numbers: Separators) -> Reading {
    Reading { kind, shop: SHOP, numbers, mint }
}

/// A mug with an SKU, a code and a pack; a service; a vendor.
fn known() -> Known {
    let mut tables = Tables::default();
    let barcodes = vec![Barcode::single("4006381333931"), Barcode { code: "77".into(), pack: Qty::from_units(6) }];
    let mug = ItemFields {
        name: Some("Mug".into()),
        sku: Some("M-1".into()),
        barcodes: Some(barcodes),
        price: Some(Price::from_ten_thousandths(95_000)),
        default_cost: Some(Some(UnitCost::from_ten_thousandths(31_000))),
        ..ItemFields::default()
    };
    let service = ItemFields {
        name: Some("Wrapping".into()),
        sku: Some("S-1".into()),
        kind: Some(ItemKind::NonInventory),
        ..ItemFields::default()
    };
    tables.change_item(&ItemChange { id: ItemId::from_u128(1), fields: mug });
    tables.change_item(&ItemChange { id: ItemId::from_u128(2), fields: service });
    let name = Some("Mill Lane".to_owned());
    tables.change_vendor(&VendorChange {
        id: VendorId::from_u128(1),
        fields: VendorFields { name, ..VendorFields::default() },
    });
    Known { tables, on_hand: BTreeMap::new() }
}

fn run(kind: Kind, text: &str, known: &Known) -> DryRun {
    let mut import = Import::begin(text, reading(kind, ENGLISH), known).unwrap();
    while !import.step(7).is_done() {}
    import.finish()
}

fn fault(line: u64, column: Option<Column>, problem: CellProblem) -> LineFault {
    LineFault { line, column, problem }
}

#[test]
fn items_are_created_and_changed_by_their_sku_or_a_code() {
    let text = "SKU,Name,EAN,Price,Vendor,Holds stock,Colour\n\
        m-1,Blue mug,,10.25,,,blue\n\
        ,,4006381333931,,,,\n\
        R-1,\"Rye, sliced\",40 41*6,3,mill lane,yes,\n";
    let done = run(Kind::Items, text, &known());
    assert_eq!((done.new, done.changed, done.unread.as_slice()), (1, 1, &["Colour".to_owned()][..]));
    assert_eq!(done.problems, [fault(3, Some(Column::Sku), CellProblem::Twice(2))]);
    let bodies = done.bodies("items.csv");
    let [(ShopId::OFFICE, Body::Catalogue(catalogue))] = &bodies[..] else { panic!("one entry of the office") };
    let mut tables = known().tables;
    for change in &catalogue.changes {
        let subzero_ledger::entry::Change::Item(change) = change else { panic!("items only") };
        tables.change_item(change);
    }
    let mug = &tables.items[&ItemId::from_u128(1)];
    assert_eq!((mug.name.as_str(), mug.price.to_string().as_str(), mug.barcodes.len()), ("Blue mug", "10.25", 2));
    let rye = tables.by_code("41").unwrap();
    assert_eq!((tables.items[&rye.item].name.as_str(), rye.pack), ("Rye, sliced", Qty::from_units(6)));
    assert_eq!(tables.items[&rye.item].vendor, Some(VendorId::from_u128(1)));
}

#[test]
fn an_item_with_neither_sku_nor_code_is_known_by_its_name() {
    let done = run(Kind::Items, "Name,Price\n mug ,9.75\nRye,3\nrye,4\n", &known());
    assert_eq!((done.new, done.changed), (1, 1));
    assert_eq!(done.problems, [fault(4, Some(Column::Sku), CellProblem::Twice(3))]);
}

#[test]
fn every_line_that_is_not_right_says_where_and_why() {
    let text = "SKU\tName\tBarcodes\tPrice\tDefault cost\tVendor\tDecimals\n\
        A\tApple\t\t1.5.5\t\t\t\n\
        B\t\t\t1\t\t\t\n\
        C\tCarrot\t4006381333931 9\t1\t\t\t\n\
        D\tDate\t\t1\t0.12345\t\t\n\
        E\tEgg\t\t1\t1\tNobody\t\n\
        F\tFig\t\t1\t1\t\t4\n\
        G\tGrape\n\
        H\tHoney\t\t1\t1\t\t\n\
        h\tHam\t\t1\t1\t\t\n";
    let done = run(Kind::Items, text, &known());
    for ends in ["\r\n", "\r"] {
        assert_eq!(run(Kind::Items, &text.replace('\n', ends), &known()).problems, done.problems, "{ends:?}");
    }
    let problems: Vec<_> = done.problems.iter().map(|fault| (fault.line, fault.column)).collect();
    assert_eq!(done.new, 1);
    assert_eq!(
        problems,
        [
            (2, Some(Column::Price)),
            (3, Some(Column::Name)),
            (4, Some(Column::Sku)),
            (5, Some(Column::DefaultCost)),
            (6, Some(Column::Vendor)),
            (7, Some(Column::Decimals)),
            (8, None),
            (10, Some(Column::Sku)),
        ]
        .map(|(line, column)| if line == 4 { (line, Some(Column::Barcodes)) } else { (line, column) })
    );
    assert_eq!(done.problems[3].problem, CellProblem::Decimal(DecimalError::TooManyPlaces(4)));
    assert_eq!(done.problems[6].problem, CellProblem::Cells { found: 2, expected: 7 });
    assert!(
        matches!(&done.problems[2].problem, CellProblem::Item(ItemProblem::Barcode { other, .. }) if other == "Mug")
    );
}

#[test]
fn opening_stock_is_only_what_was_there_at_first() {
    let text = "SKU;Quantity;Cost\nM-1;1,5;3\nM-1;4;3,25\nS-1;1;1\nnone;1;1\nM-1;2;1\n";
    let mut import = Import::begin(text, reading(Kind::OpeningStock, GERMAN), &known()).unwrap();
    while !import.step(1).is_done() {}
    let done = import.finish();
    let whole = QtyProblem::Decimals { decimals: 0 };
    assert_eq!(
        done.problems,
        [
            fault(2, Some(Column::Quantity), CellProblem::Qty(whole)),
            fault(4, Some(Column::Sku), CellProblem::NoStock),
            fault(5, Some(Column::Sku), CellProblem::UnknownItem("none".into())),
            fault(6, Some(Column::Sku), CellProblem::Twice(3)),
        ]
    );
    let [(SHOP, Body::Adjustment(opening))] = &done.bodies("stock.csv")[..] else { panic!("one adjustment") };
    assert_eq!((opening.lines.len(), opening.lines[0].qty), (1, Qty::from_units(4)));
    assert_eq!(opening.lines[0].cost.unwrap().to_string(), "3.25");
    let stocked = Known { on_hand: BTreeMap::from([(ItemId::from_u128(1), Qty::ONE)]), ..known() };
    let done = run(Kind::OpeningStock, "SKU,Quantity\nM-1,4\n", &stocked);
    assert_eq!(done.problems, [fault(2, Some(Column::Sku), CellProblem::HasStock)]);
}

#[test]
fn lines_with_one_number_are_one_order() {
    let text =
        "Order,Vendor,SKU,Quantity,Unit cost,Note\nPO-1,Mill Lane,M-1,6,3,by Friday\nPO-2,,M-1,1,,\nPO-1,,M-1,2,,\n";
    let done = run(Kind::Orders, text, &known());
    assert_eq!((done.new, done.changed, done.problems.len()), (2, 1, 0));
    let orders: Vec<Order> = done
        .bodies("orders.csv")
        .into_iter()
        .map(|(_, body)| if let Body::Order(order) = body { order } else { panic!("orders only") })
        .collect();
    assert_eq!((orders[0].lines.len(), orders[0].lines[0].qty), (1, Qty::from_units(8)));
    assert_eq!((orders[0].vendor, orders[0].note.as_str()), (Some(VendorId::from_u128(1)), "by Friday"));
    assert_eq!(orders[1].lines[0].cost.to_string(), "3.1", "what the item costs by default");
}

#[test]
fn a_file_that_says_nothing_is_refused_with_what_it_lacks() {
    let refused = |kind, text: &str| Import::begin(text, reading(kind, ENGLISH), &known()).err();
    assert_eq!(refused(Kind::Items, " \n\n"), Some(FileProblem::Empty));
    let novel = "It was a dark and stormy night; the rain fell in torrents.\n".repeat(20_000);
    assert_eq!(refused(Kind::Vendors, &novel), Some(FileProblem::Columns(vec![Column::Name])));
    let needed = FileProblem::Columns(vec![Column::Sku, Column::Barcodes]);
    assert_eq!(refused(Kind::OpeningStock, "Quantity\n1\n"), Some(needed));
    assert_eq!(refused(Kind::Items, "SKU,Name,sku\n"), Some(FileProblem::Twice(Column::Sku)));
    // A quotation mark that is never closed takes in the rest of the file: one line that is too long.
    let done = run(Kind::Items, &format!("SKU,Name\nA,\"Apple\n{novel}"), &known());
    assert!(matches!(&done.problems[..], [LineFault { line: 2, problem: CellProblem::TooLong, .. }]));
}

#[test]
fn a_part_is_never_more_than_an_entry_has_room_for() {
    let line = |number: usize| format!("S-{number},{},{}", "n".repeat(number % 190 + 1), "c".repeat(number % 150));
    let text = format!("SKU,Name,Category\n{}\n", (0..2_000).map(line).collect::<Vec<_>>().join("\n"));
    let done = run(Kind::Items, &text, &Known::default());
    assert_eq!(done.new, 2_000);
    let bodies = done.bodies("items.csv");
    let changes = bodies.iter().map(|(_, body)| if let Body::Catalogue(part) = body { part.changes.len() } else { 0 });
    assert_eq!(changes.clone().sum::<usize>(), 2_000);
    assert!(changes.clone().all(|changes| changes <= LINES_MAX));
    for (shop, body) in bodies {
        let header = header(shop);
        subzero_ledger::entry::Entry { dseq: 0, header, body }.encode().unwrap();
    }
}

fn header(shop: ShopId) -> subzero_ledger::entry::Header {
    use subzero_ledger::entry::{CostControl, Header, Mode};
    use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ImportId, SessionId};
    Header {
        id: EntryId::from_u128(1),
        shop,
        device: DeviceId(1),
        at: subzero_ledger::instant::Instant::MIN,
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: Some(ImportId::from_u128(1)),
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    }
}

#[test]
fn what_was_written_changes_nothing_when_it_is_read() {
    let known = known();
    for decimal_mark in ['.', ','] {
        let writing = Writing { shop: SHOP, decimal_mark, sees_costs: true };
        for kind in [Kind::Items, Kind::Vendors] {
            let file = export(kind, writing, (&Ledger::default(), &Documents::default(), &known.tables));
            let numbers = if decimal_mark == ',' { GERMAN } else { ENGLISH };
            let mut import = Import::begin(&file, reading(kind, numbers), &known).unwrap();
            while !import.step(100).is_done() {}
            let done = import.finish();
            assert_eq!((done.new, done.changed, done.problems.len(), done.unread.len()), (0, 0, 0, 0), "{kind:?}");
            assert_eq!(done.unchanged, if kind == Kind::Items { 2 } else { 1 });
        }
    }
}

proptest! {
    /// A text survives, and is never taken for a formula.
    #[test]
    fn a_cell_is_safe_and_comes_back(text in "['=+@|% \\-\t]{0,3}\\PC{0,20}") {
        let written = FormulaSafe::write(&text).into_owned();
        let first = written.trim_start_matches(' ').chars().next();
        prop_assert!(first.is_none_or(|first| !"=+-@|%\t\r\n".contains(first)), "{written:?}");
        prop_assert_eq!(FormulaSafe::read(&written), text);
    }

    /// Whatever a file holds, it is read to its end, and each line does something or has a reason why not.
    #[test]
    fn any_file_is_read_to_its_end(
        kind in prop::sample::select(Kind::ALL.as_slice()),
        lines in prop::collection::vec("[a-zA-Z0-9.,;\"\\t '=*-]{0,40}", 0..30),
    ) {
        let names: Vec<&str> = kind.columns().iter().map(|column| column.name()).collect();
        let text = format!("{}\n{}", names.join(";"), lines.join("\n"));
        let mut import = Import::begin(&text, reading(kind, GERMAN), &known()).unwrap();
        let mut steps = 0;
        loop {
            let progress = import.step(3);
            prop_assert!(progress.read <= progress.of);
            steps += 1;
            prop_assert!(steps < 100);
            if progress.is_done() { break; }
        }
        let done = import.finish();
        prop_assert!(done.new + done.changed + done.unchanged + done.problems.len() <= lines.len());
    }
}
