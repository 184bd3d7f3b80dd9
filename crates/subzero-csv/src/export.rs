//! Writing a file: UTF-8 with a mark that spreadsheets look for, text that none of them takes for a formula, numbers as they are.

use csv::WriterBuilder;
use subzero_ledger::catalogue::{Item, Tables};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::ItemKind;
use subzero_ledger::entry::catalogue::Barcode;
use subzero_ledger::ids::{ShopId, VendorId};
use subzero_ledger::ledger::Ledger;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;

use crate::columns::{Column, Kind};
use crate::safe::FormulaSafe;

/// Whose file it is, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The shop whose stock and orders are written.
    pub shop: ShopId,
    /// What stands before the decimals. Where it is a comma, cells stand between semicolons, as spreadsheets there expect.
    pub decimal_mark: char,
    /// Whether what things cost is written.
    pub sees_costs: bool,
}

/// A file of a kind. What it writes can be read again by [`Import`](crate::Import).
pub fn export(kind: Kind, writing: Writing, (ledger, documents, tables): (&Ledger, &Documents, &Tables)) -> String {
    let names: Vec<&str> = kind.columns().iter().map(|column: &Column| column.name()).collect();
    let mut file = File::new(writing, &names);
    match kind {
        Kind::Items => {
            for item in tables.items.values() {
                file.item(item, tables);
            }
        }
        Kind::Vendors => {
            for vendor in tables.vendors.values() {
                let texts = [&vendor.name, &vendor.email, &vendor.phone, &vendor.note].map(|text| file.text(text));
                file.row(&[&texts[..], &[yes(vendor.archived)]].concat());
            }
        }
        Kind::OpeningStock => {
            for item in tables.items.values().filter(|item| item.kind == ItemKind::Inventory) {
                let on_hand = ledger.on_hand(item.id, writing.shop);
                if on_hand.is_positive() {
                    let texts = [file.text(&item.sku), file.codes(item), file.text(&item.name)];
                    let figures = [file.number(&on_hand), file.cost(item.default_cost)];
                    file.row(&[texts.as_slice(), &figures].concat());
                }
            }
        }
        Kind::Orders => {
            for order in documents.orders().filter(|order| order.shop() == writing.shop) {
                let head = [file.text(&order.order.number), file.text(vendor_name(tables, order.order.vendor))];
                let note = [file.text(&order.order.note)];
                for line in order.lines.iter().map(|line| line.line) {
                    let Some(item) = tables.items.get(&line.item.id) else { continue };
                    let texts = [file.text(&item.sku), file.codes(item), file.text(&item.name)];
                    let figures = [file.number(&line.qty), file.cost(Some(line.cost))];
                    file.row(&[head.as_slice(), &texts, &figures, &note].concat());
                }
            }
        }
    }
    file.text
}

fn vendor_name(tables: &Tables, vendor: Option<VendorId>) -> &str {
    vendor.and_then(|vendor| tables.vendors.get(&vendor)).map_or("", |vendor| &vendor.name)
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// Any table as a file: what reports write too.
pub struct File {
    writing: Writing,
    text: String,
}

impl File {
    /// A file with its first line.
    pub fn new(writing: Writing, columns: &[&str]) -> Self {
        let mut file = Self { writing, text: "\u{feff}".to_owned() };
        file.row(&columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        file
    }

    /// The file.
    pub fn finish(self) -> String {
        self.text
    }

    /// A cell of text.
    pub fn text(&self, text: &str) -> String {
        FormulaSafe::write(text).into_owned()
    }

    /// A cell with a figure.
    pub fn number(&self, number: &impl std::fmt::Display) -> String {
        number.to_string().replace('.', &self.writing.decimal_mark.to_string())
    }

    /// A cell with a cost, for those who may see costs.
    pub fn cost(&self, cost: Option<UnitCost>) -> String {
        cost.filter(|_| self.writing.sees_costs).map(|cost| self.number(&cost)).unwrap_or_default()
    }

    /// A line of cells.
    pub fn row(&mut self, cells: &[String]) {
        let delimiter = if self.writing.decimal_mark == ',' { b';' } else { b',' };
        let mut writer =
            WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        // It writes into memory: there is nothing that could refuse it.
        let _ = writer.write_record(cells);
        let line = writer.into_inner().unwrap_or_default();
        self.text.push_str(&String::from_utf8_lossy(&line));
    }

    fn codes(&self, item: &Item) -> String {
        let code = |barcode: &Barcode| match barcode.pack {
            Qty::ONE => barcode.code.clone(),
            pack => format!("{}*{}", barcode.code, self.number(&pack)),
        };
        self.text(&item.barcodes.iter().map(code).collect::<Vec<_>>().join(" "))
    }

    fn item(&mut self, item: &Item, tables: &Tables) {
        let cells = [
            self.text(&item.sku),
            self.text(&item.name),
            self.codes(item),
            self.number(&item.price),
            self.cost(item.default_cost),
            self.text(&item.category),
            self.text(vendor_name(tables, item.vendor)),
            self.text(&item.vendor_code),
            item.decimals.to_string(),
            yes(item.kind == ItemKind::Inventory),
            item.reorder_point.map(|point| self.number(&point)).unwrap_or_default(),
            yes(item.archived),
        ];
        self.row(&cells);
    }
}
