//! Ids minted here: `UUIDv7`, so that they sort by time and never collide.

use subzero_ledger::ids::{EmployeeId, EntryId, ItemId};
use subzero_sync::wire::Incarnation;
use uuid::Uuid;

/// The id of an entry about to be recorded.
pub fn entry_id() -> EntryId {
    EntryId(Uuid::now_v7())
}

/// The id of a new item.
pub fn item_id() -> ItemId {
    ItemId(Uuid::now_v7())
}

/// The id of a new employee.
pub fn employee_id() -> EmployeeId {
    EmployeeId(Uuid::now_v7())
}

/// The life of an outbox that is being created.
pub fn incarnation() -> Incarnation {
    Incarnation(Uuid::now_v7())
}
