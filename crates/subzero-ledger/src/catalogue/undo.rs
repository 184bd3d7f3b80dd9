//! Taking changes back: a device's own changes lie on top of the confirmed ones, and when one of those comes, they are taken back and made again.
//! That costs as much as they are, not as the catalogue is.

use std::collections::BTreeMap;

use super::{Employee, Item, Register, Settings, Tables, Vendor};
use crate::entry::catalogue::{ItemChange, VendorChange};
use crate::entry::{Body, Cause, Change, Entry, Header};
use crate::ids::{DeviceId, EmployeeId, ItemId, LineId, ShopId, VendorId};

/// What was there before a change; nothing where it added something.
#[derive(Clone, Debug)]
pub(super) enum Undo {
    Item(ItemId, Option<Box<Item>>),
    Vendor(VendorId, Option<Vendor>),
    Employee(EmployeeId, Option<Employee>),
    Shop(ShopId, Option<String>),
    Register(DeviceId, Option<Register>),
    /// With how many changes of them had been noted.
    Settings(Settings, usize),
    Cause(LineId, Option<Cause>),
    Feedback(String, EmployeeId, Option<bool>),
}

impl Undo {
    /// What to put back if a change of an entry is made to tables as they are.
    fn of(tables: &Tables, header: &Header, change: &Change) -> Self {
        match change {
            Change::Item(ItemChange { id, .. }) => Self::Item(*id, tables.items.get(id).cloned().map(Box::new)),
            Change::Vendor(VendorChange { id, .. }) => Self::Vendor(*id, tables.vendors.get(id).cloned()),
            Change::Employee(change) => Self::Employee(change.id, tables.employees.get(&change.id).cloned()),
            Change::Shop { id, .. } => Self::Shop(*id, tables.shops.get(id).cloned()),
            Change::Register { id, .. } => Self::Register(*id, tables.registers.get(id).cloned()),
            Change::NegativeInventory { .. } | Change::CostControl { .. } | Change::Rights { .. } => {
                Self::Settings(tables.settings, tables.setting_changes.len())
            }
            Change::Cause { line, .. } => Self::Cause(*line, tables.causes.get(line).copied()),
            Change::Feedback { page, .. } => {
                Self::Feedback(page.clone(), header.employee, tables.feedback.of(page, header.employee))
            }
        }
    }
}

impl Tables {
    /// Makes an entry's changes; answers what takes them back, in the order in which they were made.
    pub(super) fn apply_for_now(&mut self, entry: &Entry) -> Vec<Undo> {
        let Body::Catalogue(catalogue) = &entry.body else { return Vec::new() };
        let make = |change| {
            let undo = Undo::of(self, &entry.header, change);
            self.change(&entry.header, change);
            undo
        };
        catalogue.changes.iter().map(make).collect()
    }

    /// Takes changes back that were the last.
    pub(super) fn take_back(&mut self, undo: Vec<Undo>) {
        for undo in undo.into_iter().rev() {
            match undo {
                Undo::Item(id, before) => self.put_item(id, before.map(|item| *item)),
                Undo::Vendor(id, before) => put(&mut self.vendors, id, before),
                Undo::Employee(id, before) => put(&mut self.employees, id, before),
                Undo::Shop(id, before) => put(&mut self.shops, id, before),
                Undo::Register(id, before) => put(&mut self.registers, id, before),
                Undo::Settings(before, noted) => {
                    self.settings = before;
                    self.setting_changes.truncate(noted);
                }
                Undo::Cause(line, before) => put(&mut self.causes, line, before),
                Undo::Feedback(page, employee, before) => self.feedback.put(&page, employee, before),
            }
        }
    }
}

fn put<K: Ord, V>(values: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => values.insert(key, value),
        None => values.remove(&key),
    };
}
