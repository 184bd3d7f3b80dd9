//! Newtypes for every identity, so that a shop is never passed for a device.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl $name {
            /// An id with this number, for fixtures and for translating names to ids in order.
            pub const fn from_u128(number: u128) -> Self {
                Self(Uuid::from_u128(number))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// One entry, minted as a `UUIDv7` by the device that records it.
    EntryId
}
uuid_id! {
    /// One item of the catalogue.
    ItemId
}
uuid_id! {
    /// One employee.
    EmployeeId
}
uuid_id! {
    /// One vendor.
    VendorId
}
uuid_id! {
    /// One sign-in of one employee on one device.
    SessionId
}
uuid_id! {
    /// One purchase order, through all its stages.
    OrderId
}
uuid_id! {
    /// One transfer, from its draft on.
    TransferId
}
uuid_id! {
    /// One list that people count together.
    CountListId
}
uuid_id! {
    /// One import from a file: what came in together and can be undone together.
    ImportId
}
number_id! {
    /// One shop of the account, numbered by the server.
    ShopId
}
number_id! {
    /// One paired device, numbered by the server.
    DeviceId
}

impl ShopId {
    /// The account's office: it keeps the catalogue, the employees and the settings, and holds no stock.
    pub const OFFICE: Self = Self(0);
}

/// One line of one entry, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId {
    /// The entry.
    pub entry: EntryId,
    /// Which of its lines.
    pub line: u16,
}
