//! The catalogue: items, employees, shops, registers and settings, folded from the office's entries.
//!
//! Changes apply in the order of arrival, field by field, and own unconfirmed changes on top of the confirmed ones: so every
//! device ends with the same catalogue, and sees its own change at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::catalogue::{EmployeeChange, ItemChange, PinVerifier, Role};
use crate::entry::{Body, Change, CostControl, Entry, ItemKind, Mode, StampedItem};
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::ledger::Arrival;
use crate::money::{Price, UnitCost};
use crate::search;

/// What is sold and counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its identity.
    pub id: ItemId,
    /// What people call it.
    pub name: String,
    /// Its stock-keeping unit.
    pub sku: String,
    /// All its barcodes.
    pub barcodes: Vec<String>,
    /// What one unit is sold for.
    pub price: Price,
    /// What one unit is taken to cost.
    pub default_cost: Option<UnitCost>,
    /// Its category.
    pub category: String,
    /// Whom it is bought from.
    pub vendor: String,
    /// How many decimals its quantity may have.
    pub decimals: u8,
    /// Whether it holds stock.
    pub kind: ItemKind,
}

impl Item {
    /// What an entry records of it.
    pub const fn stamped(&self) -> StampedItem {
        StampedItem { id: self.id, default_cost: self.default_cost, kind: self.kind }
    }
}

/// Someone who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// Their identity.
    pub id: EmployeeId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How their PIN is checked; none until one is set.
    pub pin: Option<PinVerifier>,
    /// Whether they still work here.
    pub active: bool,
}

/// A paired device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub shop: ShopId,
}

/// What the account has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The Negative inventory module: on or off for everyone who signs in from now on.
    pub mode: Mode,
    /// Which estimate comes first.
    pub cost_control: CostControl,
}

/// The module switched: who, when, from, to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeChange {
    /// The entry that records it.
    pub entry: EntryId,
    /// Who switched it.
    pub employee: EmployeeId,
    /// When.
    pub at: Instant,
    /// What it was there.
    pub from: Mode,
    /// What it became.
    pub to: Mode,
}

/// Items, employees, shops, registers and settings as they now are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Items by id.
    pub items: BTreeMap<ItemId, Item>,
    /// Employees by id.
    pub employees: BTreeMap<EmployeeId, Employee>,
    /// Names of shops.
    pub shops: BTreeMap<ShopId, String>,
    /// Registers by device.
    pub registers: BTreeMap<DeviceId, Register>,
    /// Settings.
    pub settings: Settings,
    /// Every switch of the module, in the order of arrival.
    pub mode_changes: Vec<ModeChange>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            employees: BTreeMap::new(),
            shops: BTreeMap::new(),
            registers: BTreeMap::new(),
            settings: Settings { mode: Mode::Allow, cost_control: CostControl::Default },
            mode_changes: Vec::new(),
        }
    }
}

/// The office's entries folded, confirmed ones first.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    confirmed: Tables,
    confirmed_to: u64,
    own: BTreeMap<u64, Entry>,
    now: Tables,
}

impl Catalogue {
    /// Adds one of the office's entries; entries that change no table are passed over, and one that is here already changes nothing.
    /// Confirmed entries come in the order of their sequence.
    pub fn insert(&mut self, entry: &Entry, arrival: Arrival) {
        if entry.header.shop != ShopId::OFFICE {
            return;
        }
        match arrival {
            Arrival::Confirmed { seq } if seq > self.confirmed_to => {
                self.confirmed_to = seq;
                self.confirmed.apply(entry);
                if self.own.is_empty() {
                    self.now.apply(entry);
                } else {
                    self.own.retain(|_, own| own.header.id != entry.header.id);
                    self.now = self.confirmed.clone();
                    for own in self.own.values() {
                        self.now.apply(own);
                    }
                }
            }
            Arrival::Confirmed { .. } => {}
            Arrival::Own { dseq } => {
                if self.own.insert(dseq, entry.clone()).is_none() {
                    self.now.apply(entry);
                }
            }
        }
    }

    /// The tables as this device sees them now.
    pub const fn tables(&self) -> &Tables {
        &self.now
    }
}

impl std::ops::Deref for Catalogue {
    type Target = Tables;

    fn deref(&self) -> &Tables {
        &self.now
    }
}

/// The fewest digits that may be a known item's code wherever they are typed: UPC-E without its leading zero has them.
const CODE_DIGITS_MIN: usize = 6;
/// From so many digits on, a whole number is a code even if no item has it: nobody types ten million as a quantity.
const STRANGE_CODE_DIGITS_MIN: usize = 8;

/// Whether a text looks like a code that a scanner typed.
pub fn looks_scanned(text: &str) -> bool {
    text.len() >= CODE_DIGITS_MIN && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// What a field for a figure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed<'t> {
    /// What may be a figure.
    Figure(&'t str),
    /// An item's code.
    Scan {
        /// The item.
        item: ItemId,
        /// What was in the field before it was scanned.
        before: &'t str,
    },
    /// A code that no item has.
    StrangeCode(&'t str),
}

impl Tables {
    fn apply(&mut self, entry: &Entry) {
        let Body::Catalogue(catalogue) = &entry.body else { return };
        for change in &catalogue.changes {
            match change {
                Change::Item(change) => self.change_item(change),
                Change::Employee(change) => self.change_employee(change),
                Change::Shop { id, name } => {
                    self.shops.insert(*id, name.clone());
                }
                Change::Register { id, name, shop } => {
                    self.registers.insert(*id, Register { name: name.clone(), shop: *shop });
                }
                Change::NegativeInventory { from, to } => {
                    self.settings.mode = *to;
                    let (entry, employee, at) = (entry.header.id, entry.header.employee, entry.header.at);
                    self.mode_changes.push(ModeChange { entry, employee, at, from: *from, to: *to });
                }
                Change::CostControl { to, .. } => self.settings.cost_control = *to,
            }
        }
    }

    fn change_item(&mut self, change: &ItemChange) {
        let item = self.items.entry(change.id).or_insert_with(|| Item {
            id: change.id,
            name: String::new(),
            sku: String::new(),
            barcodes: Vec::new(),
            price: Price::ZERO,
            default_cost: None,
            category: String::new(),
            vendor: String::new(),
            decimals: 0,
            kind: ItemKind::Inventory,
        });
        let fields = change.fields.clone();
        replace(&mut item.name, fields.name);
        replace(&mut item.sku, fields.sku);
        replace(&mut item.barcodes, fields.barcodes);
        replace(&mut item.price, fields.price);
        replace(&mut item.default_cost, fields.default_cost);
        replace(&mut item.category, fields.category);
        replace(&mut item.vendor, fields.vendor);
        replace(&mut item.decimals, fields.decimals);
        replace(&mut item.kind, fields.kind);
    }

    fn change_employee(&mut self, change: &EmployeeChange) {
        let employee = self.employees.entry(change.id).or_insert_with(|| Employee {
            id: change.id,
            name: String::new(),
            role: Role::Cashier,
            pin: None,
            active: true,
        });
        replace(&mut employee.name, change.name.clone());
        replace(&mut employee.role, change.role);
        replace(&mut employee.pin, change.pin.map(Some));
        replace(&mut employee.active, change.active);
    }

    /// The item a scanned or typed code means: a barcode as it is, then without its leading zeros (EAN-13 and UPC-A write the same
    /// number with and without them), then an SKU in any case.
    pub fn by_code(&self, code: &str) -> Option<&Item> {
        let code = code.trim();
        if code.is_empty() {
            return None;
        }
        let digits = code.trim_start_matches('0');
        let any = |matches: &dyn Fn(&Item) -> bool| self.items.values().find(|item| matches(item));
        any(&|item| item.barcodes.iter().any(|barcode| barcode == code))
            .or_else(|| {
                let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                let bare = |barcode: &String| barcode.trim_start_matches('0') == digits;
                if is_number { any(&|item| item.barcodes.iter().any(bare)) } else { None }
            })
            .or_else(|| any(&|item| item.sku.eq_ignore_ascii_case(code)))
    }

    /// What a field for a figure holds after somebody typed in it, or scanned, or typed and then scanned.
    pub fn typed<'t>(&self, text: &'t str) -> Typed<'t> {
        let text = text.trim();
        // A scanner types after what was there: the longest code wins.
        for (at, _) in text.char_indices() {
            let (before, code) = text.split_at(at);
            if looks_scanned(code)
                && let Some(item) = self.by_code(code)
            {
                return Typed::Scan { item: item.id, before };
            }
        }
        let is_strange_code = text.len() >= STRANGE_CODE_DIGITS_MIN && looks_scanned(text);
        if is_strange_code { Typed::StrangeCode(text) } else { Typed::Figure(text) }
    }

    /// Items whose name, SKU or a barcode holds every word of `text`, whatever the accents and the case; by name.
    pub fn search(&self, text: &str) -> Vec<&Item> {
        let words: Vec<String> = text.split_whitespace().map(search::folded).collect();
        let mut found: Vec<&Item> = self
            .items
            .values()
            .filter(|item| {
                let barcodes = item.barcodes.join(" ");
                let place = search::folded(&[item.name.as_str(), &item.sku, &barcodes].join(" "));
                words.iter().all(|word| place.contains(word))
            })
            .collect();
        found.sort_by_cached_key(|item| (search::folded(&item.name), item.id));
        found
    }
}

impl Mode {
    /// The first day on which new accounts have Negative inventory on from the start: 2019-06-26.
    const ON_FROM_START_SINCE_MS: i64 = 1_561_507_200_000;

    /// What an account starts with. Older ones have the module off until someone turns it on.
    pub const fn at_creation(created: Instant) -> Self {
        if created.unix_ms() >= Self::ON_FROM_START_SINCE_MS { Self::Allow } else { Self::AutoAdd }
    }
}

fn replace<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;
    use crate::instant::Instant;

    #[test]
    fn accounts_from_26_june_2019_start_with_the_module_on() {
        let day = |ms| Mode::at_creation(Instant::from_unix_ms(ms).unwrap());
        assert_eq!(day(1_561_507_199_999), Mode::AutoAdd);
        assert_eq!(day(1_561_507_200_000), Mode::Allow);
    }
}
