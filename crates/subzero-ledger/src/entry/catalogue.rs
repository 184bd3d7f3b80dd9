//! Changes to what an account keeps beside its stock: items, employees, shops, registers, settings.
//!
//! A change names one thing and the fields that change; a field that is absent stays. The office's order of arrival
//! decides: for each field the change with the highest sequence wins.

use serde::{Deserialize, Serialize};

use super::rights::{Rights, Role};
use super::{Cause, CostControl, ItemKind, Mode};
use crate::ids::{DeviceId, EmployeeId, ItemId, LineId, ShopId, VendorId};
use crate::money::{Price, UnitCost};
use crate::quantity::Qty;

/// One thing created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// An item.
    Item(ItemChange),
    /// An employee.
    Employee(EmployeeChange),
    /// A vendor.
    Vendor(VendorChange),
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
    /// What a role may do. An owner's rights are what they are.
    Rights {
        /// Cashiers or managers.
        role: Role,
        /// What they might do where it was changed.
        from: Rights,
        /// What they may do from now on.
        to: Rights,
    },
    /// A person says why a line went negative; none leaves it to what is suggested.
    Cause {
        /// The negative inventory adjustment.
        line: LineId,
        /// Why.
        cause: Option<Cause>,
    },
    /// Whoever recorded it says whether a help page helped them.
    Feedback {
        /// The page, as the last part of its address.
        page: String,
        /// Whether it did.
        helpful: bool,
    },
}

/// A code on an item or on a pack of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barcode {
    /// As it is scanned.
    pub code: String,
    /// How many units it stands for: one, or a pack of them.
    pub pack: Qty,
}

impl Barcode {
    /// A code for one unit.
    pub fn single(code: impl Into<String>) -> Self {
        Self { code: code.into(), pack: Qty::ONE }
    }
}

/// An item's changed fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFields {
    /// What people call it.
    pub name: Option<String>,
    /// Its stock-keeping unit.
    pub sku: Option<String>,
    /// All its barcodes.
    pub barcodes: Option<Vec<Barcode>>,
    /// What one unit is sold for.
    pub price: Option<Price>,
    /// What one unit is taken to cost; `Some(None)` takes the default cost away.
    pub default_cost: Option<Option<UnitCost>>,
    /// Its category.
    pub category: Option<String>,
    /// Whom it is bought from; `Some(None)` says from nobody in particular.
    pub vendor: Option<Option<VendorId>>,
    /// What that vendor calls it.
    pub vendor_code: Option<String>,
    /// How many decimals its quantity may have, 0 to 3.
    pub decimals: Option<u8>,
    /// Whether it holds stock.
    pub kind: Option<ItemKind>,
    /// Below how much it is to be ordered again; `Some(None)` says never.
    pub reorder_point: Option<Option<Qty>>,
    /// Whether it is no longer sold. What it did stays.
    pub archived: Option<bool>,
}

/// An item created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemChange {
    /// Which item.
    pub id: ItemId,
    /// What changes.
    pub fields: ItemFields,
}

/// A vendor created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorChange {
    /// Which vendor.
    pub id: VendorId,
    /// What changes.
    pub fields: VendorFields,
}

/// A vendor's changed fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorFields {
    /// Its name.
    pub name: Option<String>,
    /// Where orders are written to.
    pub email: Option<String>,
    /// Where somebody answers.
    pub phone: Option<String>,
    /// What somebody wrote on it.
    pub note: Option<String>,
    /// Whether nothing is bought from it any more.
    pub archived: Option<bool>,
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
