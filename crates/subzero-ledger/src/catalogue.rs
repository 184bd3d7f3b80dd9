//! The catalogue: items, employees, shops, registers and settings, folded from the office's entries.
//!
//! Changes apply in the order of arrival, field by field, and own unconfirmed changes on top of the confirmed ones: so every
//! device ends with the same catalogue, and sees its own change at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::{Occupied, Vacant};

use crate::entry::catalogue::{EmployeeChange, ItemChange, PinVerifier, VendorChange};
use crate::entry::rights::{May, Right, Rights, Role};
use crate::entry::{Body, Cause, Change, CostControl, Entry, Header, Mode};
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, ShopId, VendorId};
use crate::instant::Instant;
use crate::ledger::Arrival;

mod conflicts;
mod feedback;
mod index;
mod item;
mod lookup;
mod undo;

pub use conflicts::{Conflict, conflicts};
pub use feedback::{Feedback, Helped};
use index::ItemIndex;
pub use item::{Item, ItemProblem, QtyProblem};
pub use lookup::{Archived, Scanned, Typed, looks_scanned};
use undo::Undo;

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

impl Employee {
    /// Somebody of whom nothing is known yet.
    pub const fn new(id: EmployeeId) -> Self {
        Self { id, name: String::new(), role: Role::Cashier, pin: None, active: true }
    }
}

/// Whom items are bought from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// Where orders are written to.
    pub email: String,
    /// Where somebody answers.
    pub phone: String,
    /// What somebody wrote on it.
    pub note: String,
    /// Whether nothing is bought from it any more.
    pub archived: bool,
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
    /// What cashiers may do.
    pub cashiers: Rights,
    /// What managers may do.
    pub managers: Rights,
}

impl Settings {
    /// What a role may do.
    pub const fn rights(&self, role: Role) -> Rights {
        match role {
            Role::Cashier => self.cashiers,
            Role::Manager => self.managers,
            Role::Owner => Rights::ALL,
        }
    }
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Somebody who may has to enter their PIN.
    #[error("somebody who may has to approve this with their PIN")]
    NeedsApproval(Right),
    /// Their role may not, whoever approves.
    #[error("your role may not do this")]
    Never,
}

/// One of the module's settings, with what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The module, on or off.
    Mode(Mode),
    /// Which estimate comes first.
    CostControl(CostControl),
}

/// A setting changed: who, when, from, to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// The entry that records it.
    pub entry: EntryId,
    /// Who changed it.
    pub employee: EmployeeId,
    /// When.
    pub at: Instant,
    /// What it was there.
    pub from: Setting,
    /// What it became.
    pub to: Setting,
}

/// Items, employees, shops, registers and settings as they now are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// The office's rows 1 to this are in them.
    pub confirmed_to: u64,
    /// Items by id.
    pub items: BTreeMap<ItemId, Item>,
    /// Vendors by id.
    pub vendors: BTreeMap<VendorId, Vendor>,
    /// Employees by id.
    pub employees: BTreeMap<EmployeeId, Employee>,
    /// Names of shops.
    pub shops: BTreeMap<ShopId, String>,
    /// Registers by device.
    pub registers: BTreeMap<DeviceId, Register>,
    /// Settings.
    pub settings: Settings,
    /// Every change of the module's settings, in the order of arrival.
    pub setting_changes: Vec<SettingChange>,
    /// Why lines went negative, where a person said so.
    pub causes: BTreeMap<LineId, Cause>,
    /// Whether help pages helped, as each employee last said.
    pub feedback: Feedback,
    /// The items by what people type and scan.
    index: ItemIndex,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            confirmed_to: 0,
            items: BTreeMap::new(),
            vendors: BTreeMap::new(),
            employees: BTreeMap::new(),
            shops: BTreeMap::new(),
            registers: BTreeMap::new(),
            settings: Settings {
                mode: Mode::Allow,
                cost_control: CostControl::Default,
                cashiers: Rights::at_first(Role::Cashier),
                managers: Rights::at_first(Role::Manager),
            },
            setting_changes: Vec::new(),
            causes: BTreeMap::new(),
            feedback: Feedback::default(),
            index: ItemIndex::default(),
        }
    }
}

/// The office's entries folded, confirmed ones first.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    now: Tables,
    /// Own entries that are not confirmed, by their number, with what takes each back.
    own: BTreeMap<u64, (Entry, Vec<Undo>)>,
}

impl Catalogue {
    /// Adds one of the office's entries; entries that change no table are passed over, and one that is here already changes nothing.
    /// Confirmed entries come in the order of their sequence. Answers whether own entries were folded again: then more may have changed
    /// than the entry names.
    pub fn insert(&mut self, entry: &Entry, arrival: Arrival) -> bool {
        if entry.header.shop != ShopId::OFFICE {
            return false;
        }
        match arrival {
            Arrival::Confirmed { seq } if seq > self.now.confirmed_to => {
                self.now.confirmed_to = seq;
                let first = self.own.first_key_value().map(|(_, (own, _))| own);
                if first.is_some_and(|own| own.header == entry.header && own.body == entry.body) {
                    // Nothing came in between: in the same order as before, the tables are what they were.
                    self.own.pop_first();
                    return false;
                }
                let has_own = first.is_some();
                let own = self.without_own();
                self.now.apply(entry);
                self.with_own(own.into_iter().filter(|(_, own)| own.header.id != entry.header.id));
                has_own
            }
            Arrival::Own { dseq } if !self.own.contains_key(&dseq) => {
                let later = self.own.last_key_value().is_some_and(|(last, _)| *last > dseq);
                let own = if later { self.without_own() } else { BTreeMap::new() };
                self.with_own(own.into_iter().chain([(dseq, entry.clone())]).collect::<BTreeMap<_, _>>());
                later
            }
            Arrival::Confirmed { .. } | Arrival::Own { .. } => false,
        }
    }

    /// Takes the own entries back, and answers them.
    fn without_own(&mut self) -> BTreeMap<u64, Entry> {
        let mut taken_back = BTreeMap::new();
        while let Some((dseq, (entry, undo))) = self.own.pop_last() {
            self.now.take_back(undo);
            taken_back.insert(dseq, entry);
        }
        taken_back
    }

    /// Makes own entries' changes after all others.
    fn with_own(&mut self, own: impl IntoIterator<Item = (u64, Entry)>) {
        for (dseq, entry) in own {
            let undo = self.now.apply_for_now(&entry);
            self.own.insert(dseq, (entry, undo));
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

impl Tables {
    fn apply(&mut self, entry: &Entry) {
        let Body::Catalogue(catalogue) = &entry.body else { return };
        for change in &catalogue.changes {
            self.change(&entry.header, change);
        }
    }

    fn change(&mut self, header: &Header, change: &Change) {
        match change {
            Change::Item(change) => self.change_item(change),
            Change::Vendor(change) => self.change_vendor(change),
            Change::Employee(change) => self.change_employee(change),
            Change::Shop { id, name } => {
                self.shops.insert(*id, name.clone());
            }
            Change::Register { id, name, shop } => {
                self.registers.insert(*id, Register { name: name.clone(), shop: *shop });
            }
            Change::NegativeInventory { from, to } => {
                self.settings.mode = *to;
                self.note_setting(header, Setting::Mode(*from), Setting::Mode(*to));
            }
            Change::CostControl { from, to } => {
                self.settings.cost_control = *to;
                self.note_setting(header, Setting::CostControl(*from), Setting::CostControl(*to));
            }
            Change::Rights { role: Role::Cashier, to, .. } => self.settings.cashiers = *to,
            Change::Rights { role: Role::Manager, to, .. } => self.settings.managers = *to,
            Change::Rights { role: Role::Owner, .. } => {}
            Change::Cause { line, cause: Some(cause) } => {
                self.causes.insert(*line, *cause);
            }
            Change::Cause { line, cause: None } => {
                self.causes.remove(line);
            }
            Change::Feedback { page, helpful } => self.feedback.note(page, header.employee, *helpful),
        }
    }

    fn note_setting(&mut self, header: &Header, from: Setting, to: Setting) {
        let Header { id: entry, employee, at, .. } = *header;
        self.setting_changes.push(SettingChange { entry, employee, at, from, to });
    }

    /// Takes over what changed of an item.
    pub fn change_item(&mut self, change: &ItemChange) {
        let item = match self.items.entry(change.id) {
            Vacant(new) => new.insert(Item::new(change.id)),
            Occupied(known) => {
                let known = known.into_mut();
                self.index.remove(known);
                known
            }
        };
        item.change(change.fields.clone());
        self.index.add(item);
    }

    /// An item is this again, or is not known.
    fn put_item(&mut self, id: ItemId, item: Option<Item>) {
        if let Some(before) = self.items.remove(&id) {
            self.index.remove(&before);
        }
        if let Some(item) = item {
            self.index.add(&item);
            self.items.insert(id, item);
        }
    }

    /// Takes over what changed of a vendor.
    pub fn change_vendor(&mut self, change: &VendorChange) {
        let vendor = self.vendors.entry(change.id).or_default();
        let fields = change.fields.clone();
        replace(&mut vendor.name, fields.name);
        replace(&mut vendor.email, fields.email);
        replace(&mut vendor.phone, fields.phone);
        replace(&mut vendor.note, fields.note);
        replace(&mut vendor.archived, fields.archived);
    }

    fn change_employee(&mut self, change: &EmployeeChange) {
        let employee = self.employees.entry(change.id).or_insert_with(|| Employee::new(change.id));
        replace(&mut employee.name, change.name.clone());
        replace(&mut employee.role, change.role);
        replace(&mut employee.pin, change.pin.map(Some));
        replace(&mut employee.active, change.active);
    }

    /// Whether an employee may do such a thing. Somebody of whom this device has not heard yet may do what cashiers may; somebody who
    /// has left may do nothing.
    pub fn may(&self, employee: EmployeeId, right: Right) -> May {
        match self.employees.get(&employee) {
            Some(employee) if employee.active => self.settings.rights(employee.role).may(right),
            Some(_) => May::No,
            None => self.settings.cashiers.may(right),
        }
    }

    /// Whether whoever recorded this may, alone or approved by somebody who may.
    pub fn allow(&self, header: &Header, right: Right) -> Result<(), Denied> {
        match self.may(header.employee, right) {
            May::Yes => Ok(()),
            May::No => Err(Denied::Never),
            May::WithApproval => {
                let approved = header.approved_by.is_some_and(|by| self.may(by, right) == May::Yes);
                if approved { Ok(()) } else { Err(Denied::NeedsApproval(right)) }
            }
        }
    }

    /// What an item's vendor is called; nothing where it has none.
    pub fn vendor_name(&self, item: &Item) -> &str {
        item.vendor.and_then(|vendor| self.vendors.get(&vendor)).map_or("", |vendor| &vendor.name)
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
