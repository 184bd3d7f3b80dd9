//! Changing what an account keeps beside its stock: items, vendors, people, rights, settings.

use super::{Desk, Problem};
use crate::catalogue::{Conflict, Denied, Employee, Item, Vendor};
use crate::entry::catalogue::{EmployeeChange, ItemChange, ItemFields, VendorChange, VendorFields};
use crate::entry::rights::{Needed, Role, needed_for};
use crate::entry::{Body, Catalogue, Change, Conversion, Entry};
use crate::ids::{ShopId, VendorId};

impl Desk<'_> {
    /// Changes tables of the account, where whoever is signed in may change each of them.
    pub fn change(&self, changes: Vec<Change>) -> Result<Entry, Problem> {
        Ok(self.entry(self.catalogue_body(changes)?))
    }

    fn catalogue_body(&self, changes: Vec<Change>) -> Result<Body, Problem> {
        for change in &changes {
            match needed_for(change) {
                Needed::SignIn => {}
                Needed::Right(right) => self.allow(right)?,
                Needed::Owner if self.role() == Some(Role::Owner) => {}
                Needed::Owner => return Err(Problem::Denied(Denied::Never)),
            }
        }
        Ok(Body::Catalogue(Catalogue { known: self.tables.confirmed_to, changes }))
    }

    /// Ends a conflict: what holds stays, or what came first holds after all. The bodies of as many entries as that takes, each with its shop.
    pub fn settle(&self, conflict: &Conflict, stays: bool) -> Result<Vec<(ShopId, Body)>, Problem> {
        let wanted = if stays { &conflict.holds } else { &conflict.lost };
        if let Change::Item(change) = wanted
            && !stays
            && let Some(before) = self.tables.items.get(&change.id)
        {
            // An item that is to hold stock again, or none, says so in every shop.
            let mut now = before.clone();
            now.change(change.fields.clone());
            return self.save_item(Some(before), &now);
        }
        Ok(vec![(ShopId::OFFICE, self.catalogue_body(vec![wanted.clone()])?)])
    }

    fn role(&self) -> Option<Role> {
        let employee = self.tables.employees.get(&self.header.employee)?;
        employee.active.then_some(employee.role)
    }

    /// Creates an item, or changes one from what it was: the bodies of as many entries as that takes, each with its shop. An item that
    /// stops or starts holding stock says so in every shop that knows it.
    pub fn save_item(&self, before: Option<&Item>, now: &Item) -> Result<Vec<(ShopId, Body)>, Problem> {
        if let Some(problem) = self.tables.problems(now).into_iter().next() {
            return Err(Problem::Item(problem));
        }
        let new = Item::new(now.id);
        let fields = now.changes_since(before.unwrap_or(&new));
        if before.is_some() && fields == ItemFields::default() {
            return Err(Problem::Unchanged);
        }
        let converted = before.is_some() && fields.kind.is_some();
        let office = self.catalogue_body(vec![Change::Item(ItemChange { id: now.id, fields })])?;
        let knows_it = |shop: &&ShopId| self.ledger.stock(now.id, **shop).is_some();
        let shops = self.tables.shops.keys().filter(knows_it).filter(|_| converted);
        let conversion = Body::Conversion(Conversion { item: now.stamped(), to: now.kind });
        let conversions = shops.map(|shop| (*shop, conversion.clone()));
        Ok(std::iter::once((ShopId::OFFICE, office)).chain(conversions).collect())
    }

    /// Creates a vendor, or changes one from what it was.
    pub fn save_vendor(&self, id: VendorId, before: Option<&Vendor>, now: &Vendor) -> Result<Entry, Problem> {
        if now.name.trim().is_empty() {
            return Err(Problem::NoName);
        }
        let same = |(other, vendor): (&VendorId, &Vendor)| *other != id && is_same_name(&vendor.name, &now.name);
        if self.tables.vendors.iter().any(same) {
            return Err(Problem::NameTaken);
        }
        let new = Vendor::default();
        let fields = now.changes_since(before.unwrap_or(&new));
        if before.is_some() && fields == VendorFields::default() {
            return Err(Problem::Unchanged);
        }
        self.change(vec![Change::Vendor(VendorChange { id, fields })])
    }

    /// Creates an employee, or changes one from what they were. Somebody always stays who may change everything.
    pub fn save_employee(&self, before: Option<&Employee>, now: &Employee) -> Result<Entry, Problem> {
        if now.name.trim().is_empty() {
            return Err(Problem::NoName);
        }
        let is_same = |other: &Employee| other.id != now.id && other.active && is_same_name(&other.name, &now.name);
        if now.active && self.tables.employees.values().any(is_same) {
            return Err(Problem::NameTaken);
        }
        let is_owner = |employee: &Employee| employee.active && employee.role == Role::Owner && employee.pin.is_some();
        let others = self.tables.employees.values().filter(|other| other.id != now.id);
        let was_owner = before.is_some_and(is_owner);
        if was_owner && !is_owner(now) && !others.into_iter().any(is_owner) {
            return Err(Problem::LastOwner);
        }
        let changed = |is: bool| before.is_none() || is;
        let change = EmployeeChange {
            id: now.id,
            name: changed(before.is_some_and(|before| before.name != now.name)).then(|| now.name.trim().to_owned()),
            role: changed(before.is_some_and(|before| before.role != now.role)).then_some(now.role),
            pin: now.pin.filter(|pin| before.and_then(|before| before.pin) != Some(*pin)),
            active: changed(before.is_some_and(|before| before.active != now.active)).then_some(now.active),
        };
        if change == (EmployeeChange { id: now.id, name: None, role: None, pin: None, active: None }) {
            return Err(Problem::Unchanged);
        }
        self.change(vec![Change::Employee(change)])
    }
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

impl Vendor {
    /// The fields in which `self` differs from what it was.
    pub fn changes_since(&self, before: &Self) -> VendorFields {
        let text = |now: &String, before: &String| (now != before).then(|| now.trim().to_owned());
        VendorFields {
            name: text(&self.name, &before.name),
            email: text(&self.email, &before.email),
            phone: text(&self.phone, &before.phone),
            note: text(&self.note, &before.note),
            archived: (self.archived != before.archived).then_some(self.archived),
        }
    }
}
