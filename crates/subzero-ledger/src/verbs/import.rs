//! Imports from files: which there were, and taking one back.

use std::collections::BTreeMap;

use super::{Desk, Problem};
use crate::catalogue::{self, Item, Tables, Vendor};
use crate::documents::OrderStatus;
use crate::entry::catalogue::{ItemChange, ItemFields, VendorChange, VendorFields};
use crate::entry::{Body, Catalogue, Change, Entry, Header, Order, OrderStage};
use crate::ids::{ImportId, ShopId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};

/// What came in with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportView {
    /// Which import.
    pub id: ImportId,
    /// Who brought it in, and when it began.
    pub begun: Header,
    /// How many items, vendors, lines of stock and orders.
    pub lines: usize,
}

/// All imports, the newest first.
pub fn imports(ledger: &Ledger) -> Vec<ImportView> {
    let mut found: Vec<ImportView> = Vec::new();
    for entry in ledger.newest_first() {
        let Some(id) = entry.header.import else { continue };
        let lines = lines_of(&entry.body);
        if let Some(known) = found.iter_mut().find(|known| known.id == id) {
            known.lines = known.lines.saturating_add(lines);
            known.begun = entry.header;
        } else {
            found.push(ImportView { id, begun: entry.header, lines });
        }
    }
    found
}

const fn lines_of(body: &Body) -> usize {
    match body {
        Body::Catalogue(catalogue) => catalogue.changes.len(),
        Body::Adjustment(adjustment) => adjustment.lines.len(),
        Body::Order(_) => 1,
        Body::Sale(_)
        | Body::Refund(_)
        | Body::Void(_)
        | Body::Reassignment(_)
        | Body::Receipt(_)
        | Body::TransferDraft(_)
        | Body::TransferSend(_)
        | Body::TransferReceive(_)
        | Body::TransferReturn(_)
        | Body::TransferLoss(_)
        | Body::VendorReturn(_)
        | Body::CountList(_)
        | Body::Tally(_)
        | Body::Count(_)
        | Body::Conversion(_)
        | Body::Retraction(_)
        | Body::Foreign(_) => 0,
    }
}

impl Desk<'_> {
    /// Takes an import back: the bodies of as many entries as that takes, each with its shop. What it created is archived and gives its
    /// codes free; what it changed becomes what it was before, but for what somebody has changed since; its stock is taken off
    /// again, and its orders are cancelled where nothing came in for them.
    pub fn undo_import(&self, id: ImportId) -> Result<Vec<(ShopId, Body)>, Problem> {
        let entries: Vec<&Entry> = self.ledger.newest_first().filter(|entry| entry.header.import == Some(id)).collect();
        if entries.is_empty() {
            return Err(Problem::UnknownDocument);
        }
        let mut changes = Vec::new();
        let mut bodies = Vec::new();
        let begun = entries.iter().map(|entry| entry.header.at).min().unwrap_or(self.header.at);
        if self.ledger.horizon().is_some_and(|horizon| begun < horizon) {
            return Err(Problem::UnknownDocument); // some of its stock may be in bases
        }
        let before = self.tables_before(begun);
        for entry in entries {
            if let Body::Catalogue(catalogue) = &entry.body {
                changes.extend(catalogue.changes.iter().filter_map(|change| self.back(change, &before)));
            } else if let Body::Order(order) = &entry.body {
                bodies.extend(self.cancelled(order)?);
            } else if self.ledger.undone_by(entry.header.id).is_none() {
                bodies.push((entry.header.shop, self.undo(entry.header.id)?.body));
            }
        }
        let catalogue = Catalogue::in_parts(self.tables.confirmed_to, changes).into_iter();
        bodies.extend(catalogue.map(|part| (ShopId::OFFICE, Body::Catalogue(part))));
        if bodies.is_empty() { Err(Problem::Undone) } else { Ok(bodies) }
    }

    /// The tables as they were before a moment.
    fn tables_before(&self, at: Instant) -> Tables {
        let office = self.ledger.entries().filter(|(entry, _)| entry.header.shop == ShopId::OFFICE);
        let others = office.filter(|(entry, _)| entry.header.at < at);
        let (mut confirmed, mut own) = (BTreeMap::new(), BTreeMap::new());
        for (entry, arrival) in others {
            match arrival {
                Arrival::Confirmed { seq } => confirmed.insert(seq, entry),
                Arrival::Own { dseq } => own.insert(dseq, entry),
            };
        }
        let mut folded = catalogue::Catalogue::default();
        for (seq, entry) in confirmed {
            folded.insert(entry, Arrival::Confirmed { seq });
        }
        for (dseq, entry) in own {
            folded.insert(entry, Arrival::Own { dseq });
        }
        folded.tables().clone()
    }

    fn back(&self, change: &Change, before: &Tables) -> Option<Change> {
        match change {
            Change::Item(ItemChange { id, fields }) => {
                let now = self.tables.items.get(id)?;
                let target = match before.items.get(id) {
                    Some(before) => item_without(now, before, fields),
                    None => Item { archived: true, sku: String::new(), barcodes: Vec::new(), ..now.clone() },
                };
                let fields = target.changes_since(now);
                (fields != ItemFields::default()).then_some(Change::Item(ItemChange { id: *id, fields }))
            }
            Change::Vendor(VendorChange { id, fields }) => {
                let now = self.tables.vendors.get(id)?;
                let target = match before.vendors.get(id) {
                    Some(before) => vendor_without(now, before, fields),
                    None => Vendor { archived: true, ..now.clone() },
                };
                let fields = target.changes_since(now);
                (fields != VendorFields::default()).then_some(Change::Vendor(VendorChange { id: *id, fields }))
            }
            Change::Employee(_)
            | Change::Shop { .. }
            | Change::Register { .. }
            | Change::NegativeInventory { .. }
            | Change::CostControl { .. }
            | Change::Rights { .. }
            | Change::Cause { .. }
            | Change::Feedback { .. } => None,
        }
    }

    fn cancelled(&self, order: &Order) -> Result<Option<(ShopId, Body)>, Problem> {
        let Some(known) = self.documents.order(order.order) else { return Ok(None) };
        if !matches!(known.status(), OrderStatus::Draft | OrderStatus::Ordered) {
            return Ok(None);
        }
        let cancelled = Order { stage: OrderStage::Cancelled, ..known.order.clone() };
        Ok(Some((known.shop(), self.save_order(cancelled)?.body)))
    }
}

/// One field: what it was before, where it still is what was imported.
fn unless_changed<T: Clone + PartialEq>(now: &T, before: &T, imported: Option<&T>) -> T {
    if imported == Some(now) { before.clone() } else { now.clone() }
}

fn item_without(now: &Item, before: &Item, imported: &ItemFields) -> Item {
    Item {
        id: now.id,
        name: unless_changed(&now.name, &before.name, imported.name.as_ref()),
        sku: unless_changed(&now.sku, &before.sku, imported.sku.as_ref()),
        barcodes: unless_changed(&now.barcodes, &before.barcodes, imported.barcodes.as_ref()),
        price: unless_changed(&now.price, &before.price, imported.price.as_ref()),
        default_cost: unless_changed(&now.default_cost, &before.default_cost, imported.default_cost.as_ref()),
        category: unless_changed(&now.category, &before.category, imported.category.as_ref()),
        vendor: unless_changed(&now.vendor, &before.vendor, imported.vendor.as_ref()),
        vendor_code: unless_changed(&now.vendor_code, &before.vendor_code, imported.vendor_code.as_ref()),
        decimals: unless_changed(&now.decimals, &before.decimals, imported.decimals.as_ref()),
        kind: unless_changed(&now.kind, &before.kind, imported.kind.as_ref()),
        reorder_point: unless_changed(&now.reorder_point, &before.reorder_point, imported.reorder_point.as_ref()),
        archived: unless_changed(&now.archived, &before.archived, imported.archived.as_ref()),
    }
}

fn vendor_without(now: &Vendor, before: &Vendor, imported: &VendorFields) -> Vendor {
    Vendor {
        name: unless_changed(&now.name, &before.name, imported.name.as_ref()),
        email: unless_changed(&now.email, &before.email, imported.email.as_ref()),
        phone: unless_changed(&now.phone, &before.phone, imported.phone.as_ref()),
        note: unless_changed(&now.note, &before.note, imported.note.as_ref()),
        archived: unless_changed(&now.archived, &before.archived, imported.archived.as_ref()),
    }
}
