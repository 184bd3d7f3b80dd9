//! Ids minted here: `UUIDv7`, so that they sort by time and never collide.

use subzero_ledger::ids::{
    CountListId, EmployeeId, EntryId, ImportId, ItemId, OrderId, SessionId, TransferId, VendorId,
};
use subzero_sync::wire::Incarnation;
use uuid::Uuid;

macro_rules! mint {
    ($($(#[$doc:meta])* $function:ident -> $id:ident;)+) => {
        $($(#[$doc])* pub fn $function() -> $id {
            $id(Uuid::now_v7())
        })+
    };
}

mint! {
    /// The id of an entry about to be recorded.
    entry_id -> EntryId;
    /// The id of a new item.
    item_id -> ItemId;
    /// The id of a new vendor.
    vendor_id -> VendorId;
    /// The id of a new employee.
    employee_id -> EmployeeId;
    /// The id of somebody's sign-in.
    session_id -> SessionId;
    /// The id of a new purchase order.
    order_id -> OrderId;
    /// The id of a new transfer.
    transfer_id -> TransferId;
    /// The id of a new list to count.
    count_list_id -> CountListId;
    /// The id of an import from a file.
    import_id -> ImportId;
}

/// The life of an outbox that is being created.
pub fn incarnation() -> Incarnation {
    Incarnation(Uuid::now_v7())
}
