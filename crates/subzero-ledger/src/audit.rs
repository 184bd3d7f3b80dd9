//! The audit list: who changed settings, rights and people, and what somebody did that a colleague had to approve; newest first.

use crate::entry::catalogue::EmployeeChange;
use crate::entry::rights::{May, Right, Rights, Role};
use crate::entry::{Body, Change, CostControl, Entry, Header, Mode};
use crate::ids::{DeviceId, EmployeeId, ShopId};
use crate::ledger::Ledger;

/// One thing worth knowing later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audited {
    /// The Negative inventory module was switched.
    Mode {
        /// What it was.
        from: Mode,
        /// What it became.
        to: Mode,
    },
    /// Cost control was switched.
    CostControl {
        /// What it was.
        from: CostControl,
        /// What it became.
        to: CostControl,
    },
    /// A role may do more or less.
    Right {
        /// Whose.
        role: Role,
        /// Which.
        right: Right,
        /// What it was.
        from: May,
        /// What it became.
        to: May,
    },
    /// Somebody was created, or what is known of them changed.
    Employee {
        /// Who.
        id: EmployeeId,
        /// What they now are, where that changed.
        role: Option<Role>,
        /// Whether their PIN was set.
        pin: bool,
        /// Whether they work here, where that changed.
        active: Option<bool>,
    },
    /// A device was paired or renamed.
    Register {
        /// Which.
        id: DeviceId,
        /// Its name.
        name: String,
        /// Where it stands.
        shop: ShopId,
    },
    /// Somebody approved what another could not do alone.
    Approved {
        /// Who approved.
        by: EmployeeId,
    },
}

/// Everything worth knowing, newest first, each with who did it, when and where; lazily.
pub fn audit(ledger: &Ledger) -> impl Iterator<Item = (&Entry, Audited)> {
    ledger.newest_first().flat_map(|entry| of_entry(entry).into_iter().map(move |audited| (entry, audited)))
}

fn of_entry(entry: &Entry) -> Vec<Audited> {
    let Header { approved_by, .. } = entry.header;
    let mut audited: Vec<Audited> = approved_by.map(|by| Audited::Approved { by }).into_iter().collect();
    if let Body::Catalogue(catalogue) = &entry.body {
        audited.extend(catalogue.changes.iter().flat_map(of_change));
    }
    audited
}

fn of_change(change: &Change) -> Vec<Audited> {
    match change {
        Change::NegativeInventory { from, to } => vec![Audited::Mode { from: *from, to: *to }],
        Change::CostControl { from, to } => vec![Audited::CostControl { from: *from, to: *to }],
        Change::Rights { role, from, to } => differing(*role, *from, *to),
        Change::Employee(EmployeeChange { id, name: _, role, pin, active }) => {
            vec![Audited::Employee { id: *id, role: *role, pin: pin.is_some(), active: *active }]
        }
        Change::Register { id, name, shop } => vec![Audited::Register { id: *id, name: name.clone(), shop: *shop }],
        Change::Item(_) | Change::Vendor(_) | Change::Shop { .. } | Change::Cause { .. } | Change::Feedback { .. } => {
            Vec::new()
        }
    }
}

fn differing(role: Role, from: Rights, to: Rights) -> Vec<Audited> {
    let changed = Right::ALL.into_iter().filter(|right| from.may(*right) != to.may(*right));
    changed.map(|right| Audited::Right { role, right, from: from.may(right), to: to.may(right) }).collect()
}
