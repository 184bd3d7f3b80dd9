//! What the lines of a file would do, gathered as they are read.

use std::collections::BTreeMap;

use subzero_ledger::catalogue::{Item, ItemProblem, Tables, Vendor};
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::{
    Adjustment, AdjustmentKind, AdjustmentLine, Body, Catalogue, Change, ItemKind, LINES_MAX, Order, OrderLine,
    OrderStage,
};
use subzero_ledger::ids::{ItemId, OrderId, ShopId, VendorId};
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use uuid::Uuid;

use crate::columns::{Column, Kind};
use crate::line::{CellProblem, Line, Wrong};

/// What one line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    New,
    Changes,
    Nothing,
}

/// What the lines read so far do together.
#[derive(Debug)]
pub(crate) struct Plan {
    shop: ShopId,
    mint: fn() -> Uuid,
    /// The tables as they would be.
    tables: Tables,
    on_hand: BTreeMap<ItemId, Qty>,
    changes: Vec<Change>,
    stock: Vec<AdjustmentLine>,
    orders: BTreeMap<String, Order>,
    /// Items by their names: what has neither SKU nor code is known by its name.
    names: BTreeMap<String, ItemId>,
    /// Items and vendors that a line was about, with that line.
    seen: BTreeMap<Uuid, u64>,
}

impl Plan {
    pub fn new(shop: ShopId, mint: fn() -> Uuid, tables: Tables, on_hand: BTreeMap<ItemId, Qty>) -> Self {
        let (changes, stock, orders, seen) = Default::default();
        let sold = tables.items.values().filter(|item| !item.archived);
        let names = sold.map(|item| (item.name.trim().to_lowercase(), item.id)).collect();
        Self { shop, mint, tables, on_hand, changes, stock, orders, names, seen }
    }

    pub fn take(&mut self, kind: Kind, line: Line<'_>, number: u64) -> Result<Does, Wrong> {
        match kind {
            Kind::Items => self.take_item(line, number),
            Kind::Vendors => self.take_vendor(line, number),
            Kind::OpeningStock => self.take_stock(line, number),
            Kind::Orders => self.take_order(line),
        }
    }

    fn once(&mut self, id: Uuid, number: u64, column: Column) -> Result<(), Wrong> {
        match self.seen.insert(id, number) {
            Some(before) => {
                self.seen.insert(id, before);
                Err((Some(column), CellProblem::Twice(before)))
            }
            None => Ok(()),
        }
    }

    fn take_item(&mut self, line: Line<'_>, number: u64) -> Result<Does, Wrong> {
        let known = match line.item(&self.tables) {
            Ok(item) => Some(item.clone()),
            Err((_, CellProblem::Missing)) => self.named(line).cloned(),
            Err((_, CellProblem::UnknownItem(_))) => None,
            Err(wrong) => return Err(wrong),
        };
        let before = known.clone().unwrap_or_else(|| Item::new(ItemId((self.mint)())));
        let now = self.read_item(line, before.clone())?;
        if let Some(problem) = self.tables.problems(&now).into_iter().next() {
            return Err((Some(column_of(&problem)), CellProblem::Item(problem)));
        }
        let fields = now.changes_since(&before);
        self.once(now.id.0, number, Column::Sku)?;
        if fields == ItemFields::default() {
            return Ok(Does::Nothing);
        }
        let change = ItemChange { id: now.id, fields };
        self.tables.change_item(&change);
        self.names.entry(now.name.trim().to_lowercase()).or_insert(now.id);
        self.changes.push(Change::Item(change));
        Ok(if known.is_some() { Does::Changes } else { Does::New })
    }

    fn named(&self, line: Line<'_>) -> Option<&Item> {
        let id = self.names.get(&line.text(Column::Name)?.trim().to_lowercase())?;
        self.tables.items.get(id)
    }

    /// What the line leaves empty stays as it is.
    fn read_item(&self, line: Line<'_>, before: Item) -> Result<Item, Wrong> {
        let vendor = match line.text(Column::Vendor) {
            Some(name) => Some(self.vendor(name)?),
            None => before.vendor,
        };
        let decimals = match line.text(Column::Decimals) {
            Some(text) => {
                text.parse().map_err(|_| (Some(Column::Decimals), CellProblem::Item(ItemProblem::Decimals)))?
            }
            None => before.decimals,
        };
        let kind = match line.yes(Column::HoldsStock)? {
            Some(true) => ItemKind::Inventory,
            Some(false) => ItemKind::NonInventory,
            None => before.kind,
        };
        Ok(Item {
            name: line.short(Column::Name)?.unwrap_or(before.name),
            sku: line.short(Column::Sku)?.unwrap_or(before.sku),
            barcodes: read_barcodes(line)?.unwrap_or(before.barcodes),
            price: line.figure(Column::Price)?.unwrap_or(before.price),
            default_cost: line.figure(Column::DefaultCost)?.or(before.default_cost),
            category: line.short(Column::Category)?.unwrap_or(before.category),
            vendor,
            vendor_code: line.short(Column::VendorCode)?.unwrap_or(before.vendor_code),
            decimals,
            kind,
            reorder_point: line.figure(Column::ReorderPoint)?.or(before.reorder_point).filter(|point| !point.is_zero()),
            archived: line.yes(Column::Archived)?.unwrap_or(before.archived),
            id: before.id,
        })
    }

    fn vendor(&self, name: &str) -> Result<VendorId, Wrong> {
        let is_meant = |vendor: &Vendor| vendor.name.trim().to_lowercase() == name.to_lowercase();
        let found = self.tables.vendors.iter().find(|(_, vendor)| is_meant(vendor)).map(|(id, _)| *id);
        found.ok_or_else(|| (Some(Column::Vendor), CellProblem::UnknownVendor(name.to_owned())))
    }

    fn take_vendor(&mut self, line: Line<'_>, number: u64) -> Result<Does, Wrong> {
        let name = line.needed(Column::Name)?;
        line.short(Column::Name)?;
        let known = self.vendor(name).ok();
        let id = known.unwrap_or_else(|| VendorId((self.mint)()));
        let before = self.tables.vendors.get(&id).cloned().unwrap_or_default();
        let now = Vendor {
            name: if known.is_some() { before.name.clone() } else { name.to_owned() },
            email: line.short(Column::Email)?.unwrap_or_else(|| before.email.clone()),
            phone: line.short(Column::Phone)?.unwrap_or_else(|| before.phone.clone()),
            note: line.text(Column::Note).map_or_else(|| before.note.clone(), str::to_owned),
            archived: line.yes(Column::Archived)?.unwrap_or(before.archived),
        };
        let fields = now.changes_since(&before);
        self.once(id.0, number, Column::Name)?;
        if fields == VendorFields::default() {
            return Ok(Does::Nothing);
        }
        let change = VendorChange { id, fields };
        self.tables.change_vendor(&change);
        self.changes.push(Change::Vendor(change));
        Ok(if known.is_some() { Does::Changes } else { Does::New })
    }

    fn take_stock(&mut self, line: Line<'_>, number: u64) -> Result<Does, Wrong> {
        let item = stocked(line, &self.tables)?.clone();
        let qty = quantity(line, &item)?;
        let cost = cost(line)?;
        if self.on_hand.get(&item.id).is_some_and(|on_hand| !on_hand.is_zero()) {
            return Err((Some(Column::Sku), CellProblem::HasStock));
        }
        self.once(item.id.0, number, Column::Sku)?;
        self.stock.push(AdjustmentLine { item: item.stamped(), qty, cost });
        Ok(Does::New)
    }

    fn take_order(&mut self, line: Line<'_>) -> Result<Does, Wrong> {
        let number = line.needed(Column::Order)?.to_owned();
        line.short(Column::Order)?;
        let vendor = line.text(Column::Vendor).map(|name| self.vendor(name)).transpose()?;
        let item = stocked(line, &self.tables)?;
        let qty = quantity(line, item)?;
        let cost = cost(line)?;
        let new = || Order {
            order: OrderId((self.mint)()),
            number: number.clone(),
            vendor,
            stage: OrderStage::Draft,
            lines: Vec::new(),
            note: String::new(),
        };
        let is_new = !self.orders.contains_key(&number);
        let order = self.orders.entry(number.clone()).or_insert_with(new);
        if order.lines.len() >= LINES_MAX {
            return Err((None, CellProblem::TooManyLines));
        }
        if vendor.is_some() && order.vendor.is_some() && order.vendor != vendor {
            return Err((Some(Column::Vendor), CellProblem::OtherVendor));
        }
        order.vendor = order.vendor.or(vendor);
        if let Some(note) = line.text(Column::Note).filter(|_| order.note.is_empty()) {
            note.clone_into(&mut order.note);
        }
        // One item is one line of an order: what the file lists twice is wanted together.
        if let Some(known) = order.lines.iter_mut().find(|known| known.item.id == item.id) {
            let sum = known.qty.checked_add(qty).filter(|sum| item.check(*sum).is_ok());
            known.qty = sum.ok_or((Some(Column::Quantity), CellProblem::Range))?;
        } else {
            let next = u16::try_from(order.lines.len().saturating_add(1)).unwrap_or(u16::MAX);
            let new = OrderLine::of(item, next, qty);
            order.lines.push(OrderLine { cost: cost.unwrap_or(new.cost), ..new });
        }
        Ok(if is_new { Does::New } else { Does::Changes })
    }

    /// What is to be recorded, each with its shop.
    pub fn bodies(self, file: &str) -> Vec<(ShopId, Body)> {
        let shop = self.shop;
        let catalogue = Catalogue::in_parts(self.tables.confirmed_to, self.changes).into_iter();
        let catalogue = catalogue.map(|part| (ShopId::OFFICE, Body::Catalogue(part)));
        let opening = |lines: &[AdjustmentLine]| {
            let (kind, lines, note) = (AdjustmentKind::Opening, lines.to_vec(), file.to_owned());
            (shop, Body::Adjustment(Adjustment { kind, lines, note }))
        };
        let stock: Vec<_> = self.stock.chunks(LINES_MAX / 2).map(opening).collect();
        let orders = self.orders.into_values().map(|order| (shop, Body::Order(order)));
        catalogue.chain(stock).chain(orders).collect()
    }
}

fn column_of(problem: &ItemProblem) -> Column {
    match problem {
        ItemProblem::NoName | ItemProblem::TextTooLong => Column::Name,
        ItemProblem::Sku { .. } => Column::Sku,
        ItemProblem::Barcode { .. }
        | ItemProblem::BarcodeTwice { .. }
        | ItemProblem::Pack { .. }
        | ItemProblem::TooManyBarcodes => Column::Barcodes,
        ItemProblem::Price => Column::Price,
        ItemProblem::Cost => Column::DefaultCost,
        ItemProblem::Decimals => Column::Decimals,
        ItemProblem::ReorderPoint(_) => Column::ReorderPoint,
    }
}

fn stocked<'t>(line: Line<'_>, tables: &'t Tables) -> Result<&'t Item, Wrong> {
    let item = line.item(tables)?;
    match item.kind {
        ItemKind::Inventory => Ok(item),
        ItemKind::NonInventory => Err((Some(Column::Sku), CellProblem::NoStock)),
    }
}

fn quantity(line: Line<'_>, item: &Item) -> Result<Qty, Wrong> {
    let at = Some(Column::Quantity);
    let qty: Qty = line.figure(Column::Quantity)?.ok_or((at, CellProblem::Missing))?;
    item.check(qty).map_err(|problem| (at, CellProblem::Qty(problem)))?;
    Ok(qty)
}

fn cost(line: Line<'_>) -> Result<Option<UnitCost>, Wrong> {
    match line.figure(Column::UnitCost)? {
        Some(cost) if !UnitCost::is_in_range(cost) => Err((Some(Column::UnitCost), CellProblem::Range)),
        cost => Ok(cost),
    }
}

fn read_barcodes(line: Line<'_>) -> Result<Option<Vec<Barcode>>, Wrong> {
    let Some(text) = line.text(Column::Barcodes) else { return Ok(None) };
    let code = |text: &str| match text.split_once('*') {
        None => Ok(Barcode::single(text)),
        Some((code, pack)) => {
            let pack = subzero_ledger::decimal::typed(pack, line.numbers).parse();
            let pack = pack.map_err(|problem| (Some(Column::Barcodes), CellProblem::Decimal(problem)))?;
            Ok(Barcode { code: code.to_owned(), pack })
        }
    };
    text.split_whitespace().map(code).collect::<Result<_, _>>().map(Some)
}
