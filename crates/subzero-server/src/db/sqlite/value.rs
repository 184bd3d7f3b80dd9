//! Values as the columns hold them, and back: nothing that is read is trusted to be what was written.

use subzero_ledger::entry::rights::{Rights, Role};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{Chain, Checksum, Flag, QuarantineReason};
use uuid::Uuid;

use crate::db::DbError;

/// A UUID as 16 bytes.
pub fn uuid(uuid: Uuid) -> Vec<u8> {
    uuid.into_bytes().to_vec()
}

/// 16 bytes as a UUID.
pub fn read_uuid(bytes: &[u8], what: &'static str) -> Result<Uuid, DbError> {
    Uuid::from_slice(bytes).map_err(|_| DbError::Corrupt(what))
}

/// A sequence as a column holds it.
pub fn sequence(sequence: u64) -> Result<i64, DbError> {
    i64::try_from(sequence).map_err(|_| DbError::Corrupt("sequence"))
}

/// A column as a sequence.
pub fn read_sequence(sequence: i64) -> Result<u64, DbError> {
    u64::try_from(sequence).map_err(|_| DbError::Corrupt("sequence"))
}

/// A column as a shop.
pub fn read_shop(shop: i64) -> Result<ShopId, DbError> {
    u32::try_from(shop).map(ShopId).map_err(|_| DbError::Corrupt("shop"))
}

/// A column as a device.
pub fn read_device(device: i64) -> Result<DeviceId, DbError> {
    u32::try_from(device).map(DeviceId).map_err(|_| DbError::Corrupt("device"))
}

/// A column as a moment.
pub fn read_instant(ms: i64) -> Result<Instant, DbError> {
    Instant::from_unix_ms(ms).ok_or(DbError::Corrupt("moment"))
}

/// A column as a chain.
pub fn read_chain(bytes: &[u8]) -> Result<Chain, DbError> {
    bytes.try_into().map(Chain).map_err(|_| DbError::Corrupt("chain"))
}

/// A checksum as 16 bytes.
pub fn checksum(checksum: Checksum) -> Vec<u8> {
    checksum.0.to_be_bytes().to_vec()
}

/// 16 bytes as a checksum.
pub fn read_checksum(bytes: &[u8]) -> Result<Checksum, DbError> {
    bytes.try_into().map(|bytes| Checksum(u128::from_be_bytes(bytes))).map_err(|_| DbError::Corrupt("checksum"))
}

/// A role as the column holds it.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Cashier => "cashier",
        Role::Manager => "manager",
        Role::Owner => "owner",
    }
}

/// A column as a role.
pub fn read_role(role: &str) -> Result<Role, DbError> {
    match role {
        "cashier" => Ok(Role::Cashier),
        "manager" => Ok(Role::Manager),
        "owner" => Ok(Role::Owner),
        _ => Err(DbError::Corrupt("role")),
    }
}

/// What a role may do, as JSON.
pub fn rights(rights: Rights) -> Result<String, DbError> {
    serde_json::to_string(&rights).map_err(|_| DbError::Corrupt("right"))
}

/// Reads it back.
pub fn read_rights(rights: &str) -> Result<Rights, DbError> {
    serde_json::from_str(rights).map_err(|_| DbError::Corrupt("right"))
}

/// What is odd about an entry, as the column holds it.
pub const fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::AheadOfTime => "ahead_of_time",
        Flag::UnknownEmployee => "unknown_employee",
        Flag::UnknownItem => "unknown_item",
    }
}

/// Why an entry was put aside, as the column holds it.
pub const fn reason(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::Unreadable => "unreadable",
        QuarantineReason::OtherDevice => "other_device",
        QuarantineReason::OtherShop => "other_shop",
        QuarantineReason::IdTaken => "id_taken",
        QuarantineReason::NotAllowed => "not_allowed",
    }
}

/// A column as the reason.
pub fn read_reason(reason: &str) -> Result<QuarantineReason, DbError> {
    match reason {
        "unreadable" => Ok(QuarantineReason::Unreadable),
        "other_device" => Ok(QuarantineReason::OtherDevice),
        "other_shop" => Ok(QuarantineReason::OtherShop),
        "id_taken" => Ok(QuarantineReason::IdTaken),
        "not_allowed" => Ok(QuarantineReason::NotAllowed),
        _ => Err(DbError::Corrupt("reason")),
    }
}
