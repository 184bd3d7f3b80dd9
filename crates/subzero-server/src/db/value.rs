//! Values as the columns hold them, and back: nothing that is read is trusted to be what was written.

use subzero_ledger::entry::rights::{Rights, Role};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{AuditBy, AuditWhat, Chain, Checksum, ContentHash, Flag, QuarantineReason};
use uuid::Uuid;

use super::statement::{Cell, Value};
use super::{AccountId, DbError};
use crate::token::TokenHash;

impl From<AccountId> for Value {
    fn from(account: AccountId) -> Self {
        Self::Int(Some(account.0))
    }
}

impl From<ShopId> for Value {
    fn from(shop: ShopId) -> Self {
        Self::Int(Some(shop.0.into()))
    }
}

impl From<DeviceId> for Value {
    fn from(device: DeviceId) -> Self {
        Self::Int(Some(device.0.into()))
    }
}

impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        Self::Int(Some(instant.unix_ms()))
    }
}

/// 16 bytes.
impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Self::Bytes(Some(uuid.into_bytes().to_vec()))
    }
}

/// 16 bytes.
impl From<Checksum> for Value {
    fn from(checksum: Checksum) -> Self {
        Self::Bytes(Some(checksum.0.to_be_bytes().to_vec()))
    }
}

/// 32 bytes.
impl From<Chain> for Value {
    fn from(chain: Chain) -> Self {
        Self::Bytes(Some(chain.0.to_vec()))
    }
}

/// 32 bytes.
impl From<TokenHash> for Value {
    fn from(token: TokenHash) -> Self {
        Self::Bytes(Some(token.0.to_vec()))
    }
}

/// A sequence as a column holds it.
pub fn sequence(sequence: u64) -> Result<Value, DbError> {
    i64::try_from(sequence).map(Value::from).map_err(|_| DbError::Corrupt("sequence"))
}

/// A column as what bytes are named by.
pub fn read_hash(cell: Cell) -> Result<ContentHash, DbError> {
    cell.bytes("hash")?.try_into().map(ContentHash).map_err(|_| DbError::Corrupt("hash"))
}

/// A column as an account.
pub fn read_account(cell: Cell) -> Result<AccountId, DbError> {
    cell.int("account").map(AccountId)
}

/// A column as a UUID.
pub fn read_uuid(cell: Cell, what: &'static str) -> Result<Uuid, DbError> {
    Uuid::from_slice(&cell.bytes(what)?).map_err(|_| DbError::Corrupt(what))
}

/// A column as a sequence.
pub fn read_sequence(cell: Cell) -> Result<u64, DbError> {
    u64::try_from(cell.int("sequence")?).map_err(|_| DbError::Corrupt("sequence"))
}

/// A column as a shop.
pub fn read_shop(cell: Cell) -> Result<ShopId, DbError> {
    u32::try_from(cell.int("shop")?).map(ShopId).map_err(|_| DbError::Corrupt("shop"))
}

/// A column as a device.
pub fn read_device(cell: Cell) -> Result<DeviceId, DbError> {
    u32::try_from(cell.int("device")?).map(DeviceId).map_err(|_| DbError::Corrupt("device"))
}

/// A column as a moment.
pub fn read_instant(cell: Cell) -> Result<Instant, DbError> {
    Instant::from_unix_ms(cell.int("moment")?).ok_or(DbError::Corrupt("moment"))
}

/// A column as a chain.
pub fn read_chain(cell: Cell) -> Result<Chain, DbError> {
    cell.bytes("chain")?.try_into().map(Chain).map_err(|_| DbError::Corrupt("chain"))
}

/// A column as a checksum.
pub fn read_checksum(cell: Cell) -> Result<Checksum, DbError> {
    let bytes = cell.bytes("checksum")?.try_into().map_err(|_| DbError::Corrupt("checksum"))?;
    Ok(Checksum(u128::from_be_bytes(bytes)))
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
pub fn read_role(cell: Cell) -> Result<Role, DbError> {
    match cell.text("role")?.as_str() {
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
pub fn read_rights(cell: Cell) -> Result<Rights, DbError> {
    serde_json::from_str(&cell.text("right")?).map_err(|_| DbError::Corrupt("right"))
}

/// What is odd about an entry, as the column holds it.
pub const fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::AheadOfTime => "ahead_of_time",
        Flag::UnknownEmployee => "unknown_employee",
        Flag::UnknownItem => "unknown_item",
        Flag::RemovedRegister => "removed_register",
    }
}

/// Reads all of them back, as the column holds them: with commas.
pub fn read_flags(text: &str) -> Result<Vec<Flag>, DbError> {
    let known = [Flag::AheadOfTime, Flag::UnknownEmployee, Flag::UnknownItem];
    let words = text.split(',').filter(|word| !word.is_empty());
    words.map(|word| known.into_iter().find(|known| flag(*known) == word).ok_or(DbError::Corrupt("flag"))).collect()
}

/// Two columns as a place in a shop's history, if it is one.
pub fn read_place(shop: Cell, seq: Cell) -> Result<Option<(ShopId, u64)>, DbError> {
    match (shop.if_any(), seq.if_any()) {
        (Some(shop), Some(seq)) => Ok(Some((read_shop(shop)?, read_sequence(seq)?))),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(DbError::Corrupt("place")),
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
pub fn read_reason(cell: Cell) -> Result<QuarantineReason, DbError> {
    match cell.text("reason")?.as_str() {
        "unreadable" => Ok(QuarantineReason::Unreadable),
        "other_device" => Ok(QuarantineReason::OtherDevice),
        "other_shop" => Ok(QuarantineReason::OtherShop),
        "id_taken" => Ok(QuarantineReason::IdTaken),
        "not_allowed" => Ok(QuarantineReason::NotAllowed),
        _ => Err(DbError::Corrupt("reason")),
    }
}

/// Who did what was noted, as the column holds it.
pub const fn actor(actor: AuditBy) -> &'static str {
    match actor {
        AuditBy::Owner => "owner",
        AuditBy::Device => "device",
        AuditBy::Operator => "operator",
    }
}

/// A column as that.
pub fn read_actor(cell: Cell) -> Result<AuditBy, DbError> {
    match cell.text("actor")?.as_str() {
        "owner" => Ok(AuditBy::Owner),
        "device" => Ok(AuditBy::Device),
        "operator" => Ok(AuditBy::Operator),
        _ => Err(DbError::Corrupt("actor")),
    }
}

/// What was noted, as the column holds it.
pub const fn noted(noted: AuditWhat) -> &'static str {
    match noted {
        AuditWhat::SignedIn => "signed_in",
        AuditWhat::SignInFailed => "sign_in_failed",
        AuditWhat::CodeMade => "code_made",
        AuditWhat::CodeWrong => "code_wrong",
        AuditWhat::Paired => "paired",
        AuditWhat::Removed => "removed",
        AuditWhat::Rescued => "rescued",
        AuditWhat::Restored => "restored",
        AuditWhat::Granted => "granted",
        AuditWhat::NewPassword => "new_password",
    }
}

/// A column as that.
pub fn read_noted(cell: Cell) -> Result<AuditWhat, DbError> {
    match cell.text("note")?.as_str() {
        "signed_in" => Ok(AuditWhat::SignedIn),
        "sign_in_failed" => Ok(AuditWhat::SignInFailed),
        "code_made" => Ok(AuditWhat::CodeMade),
        "code_wrong" => Ok(AuditWhat::CodeWrong),
        "paired" => Ok(AuditWhat::Paired),
        "removed" => Ok(AuditWhat::Removed),
        "rescued" => Ok(AuditWhat::Rescued),
        "restored" => Ok(AuditWhat::Restored),
        "granted" => Ok(AuditWhat::Granted),
        "new_password" => Ok(AuditWhat::NewPassword),
        _ => Err(DbError::Corrupt("note")),
    }
}
