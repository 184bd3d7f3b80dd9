//! Changes to what an account keeps beside its stock: items, employees, shops, registers, settings.
//!
//! A change names one thing and the fields that change; a field that is absent stays. The office's order of arrival
//! decides: for each field the change with the highest sequence wins.

use serde::{Deserialize, Serialize};

use super::{CostControl, ItemKind, Mode};
use crate::ids::{DeviceId, EmployeeId, ItemId, ShopId};
use crate::money::{Price, UnitCost};

/// One thing created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// An item.
    Item(ItemChange),
    /// An employee.
    Employee(EmployeeChange),
    /// A shop's name.
    Shop {
        /// Which shop.
        id: ShopId,
        /// Its name.
        name: String,
    },
    /// A register: a paired device in a shop.
    Register {
        /// Which device.
        id: DeviceId,
        /// Its name.
        name: String,
        /// Where it stands.
        shop: ShopId,
    },
    /// The Negative inventory module switched: who and when are the entry's, from and to are here.
    NegativeInventory {
        /// What it was where it was switched.
        from: Mode,
        /// What it is for everyone who signs in from now on.
        to: Mode,
    },
    /// Cost control switched.
    CostControl {
        /// What it was where it was switched.
        from: CostControl,
        /// What it is from now on.
        to: CostControl,
    },
}

/// An item's changed fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFields {
    /// What people call it.
    pub name: Option<String>,
    /// Its stock-keeping unit.
    pub sku: Option<String>,
    /// All its barcodes.
    pub barcodes: Option<Vec<String>>,
    /// What one unit is sold for.
    pub price: Option<Price>,
    /// What one unit is taken to cost; `Some(None)` takes the default cost away.
    pub default_cost: Option<Option<UnitCost>>,
    /// Its category.
    pub category: Option<String>,
    /// Whom it is bought from.
    pub vendor: Option<String>,
    /// How many decimals its quantity may have, 0 to 3.
    pub decimals: Option<u8>,
    /// Whether it holds stock.
    pub kind: Option<ItemKind>,
}

/// An item created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemChange {
    /// Which item.
    pub id: ItemId,
    /// What changes.
    pub fields: ItemFields,
}

/// An employee created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployeeChange {
    /// Which employee.
    pub id: EmployeeId,
    /// Their name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// How their PIN is checked.
    pub pin: Option<PinVerifier>,
    /// Whether they still work here.
    pub active: Option<bool>,
}

/// What an employee may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Sells and receives.
    Cashier,
    /// Also sees costs, counts, adjusts and changes items.
    Manager,
    /// Also changes employees and settings.
    Owner,
}

impl Role {
    /// Cost columns are only for those who may see costs.
    pub const fn sees_costs(self) -> bool {
        matches!(self, Self::Manager | Self::Owner)
    }

    /// Whether this role may record such a change.
    pub const fn may_change(self, change: &Change) -> bool {
        match change {
            Change::Item(_) => matches!(self, Self::Manager | Self::Owner),
            Change::Employee(_)
            | Change::Shop { .. }
            | Change::Register { .. }
            | Change::NegativeInventory { .. }
            | Change::CostControl { .. } => matches!(self, Self::Owner),
        }
    }
}

/// How a PIN is checked with no network: PBKDF2-HMAC-SHA256. It gives accountability, not secrecy: a PIN has few digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinVerifier {
    /// Random, per employee.
    pub salt: [u8; 16],
    /// Iterations.
    pub rounds: u32,
    /// The derived 32 bytes.
    pub hash: [u8; 32],
}
