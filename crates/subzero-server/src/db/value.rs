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

/// What a role may do, as JSON.
pub fn rights(rights: Rights) -> Result<String, DbError> {
    serde_json::to_string(&rights).map_err(|_| DbError::Corrupt("right"))
}

/// Reads it back.
pub fn read_rights(cell: Cell) -> Result<Rights, DbError> {
    serde_json::from_str(&cell.text("right")?).map_err(|_| DbError::Corrupt("right"))
}

/// Reads back what is odd about an entry: words with commas.
pub fn read_flags(text: &str) -> Result<Vec<Flag>, DbError> {
    text.split(',').filter(|word| !word.is_empty()).map(Word::read).collect()
}

/// The same, but for words that are not known here: nobody is to be kept from the rows for what is odd about one.
pub fn known_flags(text: &str) -> Vec<Flag> {
    text.split(',').filter_map(|word| Word::read(word).ok()).collect()
}

/// Two columns as a place in a shop's history, if it is one.
pub fn read_place(shop: Cell, seq: Cell) -> Result<Option<(ShopId, u64)>, DbError> {
    match (shop.if_any(), seq.if_any()) {
        (Some(shop), Some(seq)) => Ok(Some((read_shop(shop)?, read_sequence(seq)?))),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(DbError::Corrupt("place")),
    }
}

/// What a column holds as a word. Both ways are made of one table, so that what is written can always be read back: a variant without a word does
/// not compile.
pub trait Word: Copy + 'static {
    /// What it is, for whoever finds something else.
    const WHAT: &'static str;
    /// Every one.
    const ALL: &'static [Self];

    /// As a column holds it.
    fn word(self) -> &'static str;

    /// What a column holds.
    fn read(word: &str) -> Result<Self, DbError> {
        Self::ALL.iter().copied().find(|one| one.word() == word).ok_or(DbError::Corrupt(Self::WHAT))
    }
}

/// A column as what its word means.
pub fn read_word<T: Word>(cell: Cell) -> Result<T, DbError> {
    T::read(&cell.text(T::WHAT)?)
}

macro_rules! words {
    ($kind:ident, $what:literal: $($variant:ident = $word:literal),+ $(,)?) => {
        impl Word for $kind {
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    };
}

words!(Role, "role": Cashier = "cashier", Manager = "manager", Owner = "owner");

// What is odd about an entry.
words!(Flag, "flag":
    AheadOfTime = "ahead_of_time",
    LongAgo = "long_ago",
    UnknownEmployee = "unknown_employee",
    UnknownItem = "unknown_item",
    RemovedRegister = "removed_register",
    Rescued = "rescued",
);

// Why an entry was set aside.
words!(QuarantineReason, "reason":
    Unreadable = "unreadable",
    OtherDevice = "other_device",
    OtherShop = "other_shop",
    IdTaken = "id_taken",
    NotAllowed = "not_allowed",
    RemovedRegister = "removed_register",
    LastOwner = "last_owner",
    UnknownChange = "unknown_change",
);

// Who did what was noted.
words!(AuditBy, "actor": Owner = "owner", Device = "device", Operator = "operator");

// What was noted.
words!(AuditWhat, "note":
    SignedIn = "signed_in",
    SignInFailed = "sign_in_failed",
    CodeMade = "code_made",
    CodeWrong = "code_wrong",
    Paired = "paired",
    Removed = "removed",
    Rescued = "rescued",
    Restored = "restored",
    Granted = "granted",
    NewPassword = "new_password",
    LetBackIn = "let_back_in",
    OwnerRestored = "owner_restored",
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Debug;

    use super::*;

    fn come_back<T: Word + Debug + PartialEq>() {
        for one in T::ALL {
            assert_eq!(read_word::<T>(Cell::Text(one.word().to_owned())).unwrap(), *one);
        }
        let words: BTreeSet<&str> = T::ALL.iter().map(|one| one.word()).collect();
        assert_eq!(words.len(), T::ALL.len(), "two of one word");
        assert!(matches!(T::read("never"), Err(DbError::Corrupt(what)) if what == T::WHAT));
    }

    #[test]
    fn every_word_comes_back_as_what_it_was() {
        come_back::<Role>();
        come_back::<Flag>();
        come_back::<QuarantineReason>();
        come_back::<AuditBy>();
        come_back::<AuditWhat>();
    }

    #[test]
    fn all_flags_of_an_entry_come_back() {
        let words: Vec<&str> = Flag::ALL.iter().map(|flag| flag.word()).collect();
        assert_eq!(read_flags(&words.join(",")).unwrap(), Flag::ALL);
        assert_eq!(read_flags("").unwrap(), []);
    }
}
