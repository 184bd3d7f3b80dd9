//! What crosses the wire: JSON, with entries as base64 of their bytes.
//!
//! Every call that syncs carries `Authorization: Bearer <access token>`. Limits are constants here and
//! the server holds every request to them. `docs/protocol.md` explains the same types in prose.

mod access;
mod audit;
mod standing;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subzero_ledger::entry::{DecodeError, Entry};
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use uuid::Uuid;

pub use access::{
    ACCESS_GOOD_FOR_MS, ASIDE_LISTED_MAX, AccessToken, AsideEntry, AsideList, CODE_GOOD_FOR_MS, ListedRegister,
    PairCall, PairingCode, RegisterList, RegisterShops, TOKEN_EXPIRED,
};
pub use audit::{AUDIT_PAGE_MAX, AuditBy, AuditEntry, AuditPage, AuditWhat};
pub use standing::{DeviceSeen, Missing, STANDING_BYTES_MAX, STANDING_HEADER, SignedIn, Standing, Version};

/// The most entries one push may carry.
pub const PUSH_ENTRIES_MAX: usize = 500;
/// The most bytes of entries one push may carry, before base64.
pub const PUSH_BYTES_MAX: usize = 128 * 1024;
/// The most bytes of entries one pull page carries, before base64: a page is stored in one txn.
pub const PULL_BYTES_MAX: usize = 64 * 1024;
/// The most segments that are listed at once.
pub const SEGMENTS_LISTED_MAX: usize = 200;
/// The most bytes of one part of a snapshot.
pub const SNAPSHOT_PART_BYTES_MAX: usize = 512 * 1024;
/// The most parts of a snapshot.
pub const SNAPSHOT_PARTS_MAX: usize = 512;
/// The longest the server holds a manifest request back for news, in milliseconds.
pub const WAIT_MAX_MS: u32 = 25_000;

/// The most entries one rescue file may hold.
pub const RESCUE_ENTRIES_MAX: usize = 10_000;
/// The most bytes of entries one rescue file may hold, before base64.
pub const RESCUE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bytes a rescue file may have: its entries in base64, each with its quotes, comma and what pads it, their runs, and the head.
pub const RESCUE_TEXT_MAX: usize = RESCUE_BYTES_MAX / 3 * 4 + RESCUE_ENTRIES_MAX * 200 + 4096;

/// What tells an account from every other, on whatever server: the id of the first entry in its office's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountKey(pub Uuid);

/// One run of a server's history: a new one at creation and at every restore from a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Epoch(pub Uuid);

/// One life of one outbox, minted when it is created; the device sequence counts within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Incarnation(pub Uuid);

/// An encoded entry; base64 in JSON.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Byte))]
pub struct EntryBytes(pub Vec<u8>);

impl fmt::Debug for EntryBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryBytes({} bytes)", self.0.len())
    }
}

impl Serialize for EntryBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for EntryBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// `chain_n = SHA-256(chain_{n-1} ‖ inc ‖ dseq ‖ body)`, hex in JSON; all zeros before the first entry. A cloned outbox shows as a mismatch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
pub struct Chain(pub [u8; 32]);

/// What immutable bytes are named by: their SHA-256, hex in JSON and in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
pub struct ContentHash(pub [u8; 32]);

/// The sum, modulo 2^128, of a hash of every row a shop's history holds: independent of order. Hex in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[0-9a-f]{32}$"))]
pub struct Checksum(pub u128);

/// `POST /v1/auth/owner`: an owner signs in, to pair devices and to look after them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerSignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// The answer: a token for ten minutes, good for what only an owner may: pairing, registers, and the audit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerSession {
    /// Bearer token for everything below `/v1/devices` and for `/v1/audit`.
    pub token: String,
    /// The shops a device can be paired for.
    pub shops: Vec<ShopName>,
}

/// A shop and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopName {
    /// The shop.
    pub id: ShopId,
    /// Its name.
    pub name: String,
}

/// `POST /v1/devices/pair`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairRequest {
    /// The shop the device stands in.
    pub shop: ShopId,
    /// What people call this register.
    pub register: String,
    /// The device that this one already is, whose token is no longer taken: it gets another, and what it has not sent stays its own. Shop
    /// and name must be those it was paired with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<DeviceId>,
    /// The account it was paired with, if it is paired again. With this a server that was put back from an older backup lets it in as the
    /// register it was, also if the backup does not know that one yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountKey>,
}

/// The answer: who this device is from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paired {
    /// The device's own token, to get access tokens with. Expiry and revocation never stop a sale, only the sync.
    pub token: String,
    /// The device.
    pub device: DeviceId,
    /// The shop it stands in.
    pub shop: ShopId,
    /// The register's name.
    pub register: String,
    /// The account's name.
    pub account: String,
    /// ISO 4217 code of the account's currency.
    pub currency: String,
    /// The shops it may read, the office among them.
    pub reads: Vec<ShopId>,
    /// The account, for a file of what was not sent to be told from another's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_key: Option<AccountKey>,
    /// What the server last heard of a device that is paired again: how much it had not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_heard: Option<DeviceSeen>,
}

/// `GET /v1/sync/manifest?wait_ms=…&known=0:12,1:40`: answers at once when a head differs from what is known, or when somebody
/// signs in or out on another device meanwhile; else within `wait_ms` (at most [`WAIT_MAX_MS`]). The header [`STANDING_HEADER`] holds the asker's [`Standing`] as JSON, at most
/// [`STANDING_BYTES_MAX`] long; one that cannot be read counts as none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// The server's epoch.
    pub epoch: Epoch,
    /// The server's clock.
    pub now: Instant,
    /// The head of every shop this device may read.
    pub heads: Vec<ShopHead>,
    /// The devices that stand in those shops and have ever been heard of, the asking one among them.
    #[serde(default)]
    pub devices: Vec<DeviceSeen>,
    /// The account's newest snapshot; none where there is none, or the device may not read every shop that is folded into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ContentHash>,
}

/// How far a shop's history goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopHead {
    /// The shop.
    pub shop: ShopId,
    /// The highest sequence; 0 for none.
    pub head: u64,
    /// Up to which sequence the history is cut into segments; 0 for not at all.
    #[serde(default)]
    pub sealed: u64,
}

/// `POST /v1/sync/push`: own entries in the order of the device sequence, none left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushRequest {
    /// The epoch the device knows; none on its very first push.
    pub epoch: Option<Epoch>,
    /// The outbox these entries are from.
    pub inc: Incarnation,
    /// Device sequence of the first entry.
    pub first: u64,
    /// The chain before the first entry.
    pub before: Chain,
    /// The device's clock when this was sent, so that the server can tell its skew.
    pub now: Instant,
    /// The entries.
    pub entries: Vec<EntryBytes>,
}

/// The answer to a push: the server has committed all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushReply {
    /// The server's epoch.
    pub epoch: Epoch,
    /// The highest device sequence of this incarnation that the server holds.
    pub acked: u64,
    /// The chain up to the last entry that was pushed, as the server worked it out: which push this answers.
    pub end: Chain,
    /// One for each entry that was pushed, in order.
    pub verdicts: Vec<PushVerdict>,
    /// To a push of no entries: how many entries of this incarnation, up to the place it asks for, were set aside.
    #[serde(default)]
    pub aside: u64,
}

/// What became of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushVerdict {
    /// Which entry.
    pub dseq: u64,
    /// Its place in its shop's history; none when quarantined.
    pub seq: Option<u64>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A fact is never refused: every verdict means that the server has stored the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// Stored.
    Ok,
    /// Was stored already.
    Dup,
    /// Stored, and odd.
    Flagged {
        /// In what way.
        flags: Vec<Flag>,
    },
    /// Stored aside: it cannot take part until a person has looked.
    Quarantined {
        /// Why.
        reason: QuarantineReason,
    },
}

/// What is odd about a stored entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Flag {
    /// It, or a line of it, is dated more than five minutes after it arrived.
    AheadOfTime,
    /// It, or a line of it, is dated more than five weeks before it arrived.
    LongAgo,
    /// Recorded by an employee the account does not have, or no longer has.
    UnknownEmployee,
    /// Names an item the account does not have.
    UnknownItem,
    /// Sent by a register after its access had ended: what it had recorded until then, or what somebody recorded on it since.
    RemovedRegister,
    /// Not sent by its register: somebody brought it in from a file.
    Rescued,
}

/// Why an entry was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum QuarantineReason {
    /// Its bytes are not an entry.
    Unreadable,
    /// It says it is from another device.
    OtherDevice,
    /// It is for a shop this device may not write to.
    OtherShop,
    /// Its id belongs to another entry.
    IdTaken,
    /// Its employee's role may not make this change.
    NotAllowed,
    /// It changes items, people, rights or settings, and its register's access has ended.
    RemovedRegister,
    /// After it nobody would be an active owner.
    LastOwner,
    /// It changes what a later version knows of: who may do that cannot be told.
    UnknownChange,
}

/// 409 to a push: nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PushConflict {
    /// Entries before `first` are missing.
    Gap {
        /// The device sequence the server expects next.
        expected: u64,
    },
    /// The chain does not continue what the server holds: two outboxes share one incarnation.
    Fork,
    /// The server is of another epoch.
    Epoch {
        /// The server's epoch.
        epoch: Epoch,
        /// The highest device sequence of this incarnation that the server holds now.
        acked: u64,
    },
}

/// `GET /v1/sync/segments?shop=…&after=…`: the segments of a shop's history that hold rows after `after`, at most
/// [`SEGMENTS_LISTED_MAX`] of them. Each one's bytes are at `GET /v1/sync/segment?shop=…&hash=…`, as they are in
/// [`segment`](crate::segment), and never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentList {
    /// The server's epoch.
    pub epoch: Epoch,
    /// The shop.
    pub shop: ShopId,
    /// What was asked for.
    pub after: u64,
    /// The segments, each beginning where the one before it ends.
    pub segments: Vec<SegmentInfo>,
}

/// One segment of a shop's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentInfo {
    /// The first sequence in it.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// What its bytes are named by.
    pub hash: ContentHash,
    /// Checksum of the shop's history from 1 to its last row.
    pub checksum: Checksum,
}

/// `GET /v1/sync/snapshot`: what a new copy may begin with instead of the first row. Each part's bytes are at
/// `GET /v1/sync/snapshot/part?hash=…`, at most [`SNAPSHOT_PART_BYTES_MAX`] long, and never change. Together they are a
/// [`Snapshot`](subzero_ledger::snapshot) of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SnapshotInfo {
    /// The server's epoch.
    pub epoch: Epoch,
    /// Since when nothing is left out.
    pub horizon: Instant,
    /// What its parts are named by, in order; the snapshot is named by the hash of these.
    pub parts: Vec<ContentHash>,
    /// Up to where each shop's history is folded.
    pub shops: Vec<FoldedShop>,
}

/// How much of a shop's history is folded into a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoldedShop {
    /// The shop.
    pub shop: ShopId,
    /// Rows 1 to this.
    pub seq: u64,
    /// The sum over them.
    pub checksum: Checksum,
    /// The last of the asking device's own entries among them, in its newest incarnation.
    pub own: Option<FoldedOwn>,
}

/// An own entry that is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoldedOwn {
    /// The outbox it came from.
    pub inc: Incarnation,
    /// Its number there.
    pub dseq: u64,
}

/// `GET /v1/sync/pull?shop=…&after=…&to=…`: the next rows of a shop's history, none after `to` if that is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullPage {
    /// The server's epoch.
    pub epoch: Epoch,
    /// The shop.
    pub shop: ShopId,
    /// What was asked for: rows with a higher sequence.
    pub after: u64,
    /// The rows, with sequences `after + 1`, `after + 2` … and no hole.
    pub rows: Vec<Row>,
    /// The shop's head.
    pub head: u64,
    /// Checksum of the shop's history from 1 to the last row here.
    pub checksum: Checksum,
}

/// One confirmed entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Row {
    /// Its place in its shop's history.
    pub seq: u64,
    /// The outbox it came from.
    pub inc: Incarnation,
    /// Its number there.
    pub dseq: u64,
    /// When the server recorded it.
    pub recorded: Instant,
    /// What the server found odd about it, each once and in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The entry.
    pub body: EntryBytes,
}

impl Row {
    /// What its bytes say, as it counts; a newer version may have written them.
    pub fn entry(&self) -> Result<Entry, DecodeError> {
        Entry::decode_confirmed(self.dseq, &self.body.0).map(|entry| entry.arrived(self.recorded))
    }
}

/// `POST /v1/sync/rescue`: a [rescue file](crate::rescue) of any register of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueRequest {
    /// Who brings it in: a manager or an owner.
    pub by: EmployeeId,
    /// The file's text.
    pub file: String,
}

/// The answer: the server has committed every entry of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueReply {
    /// The register that recorded them.
    pub device: DeviceId,
    /// How many are new here, odd ones among them.
    pub stored: u64,
    /// How many were here already.
    pub known: u64,
    /// How many of the new ones are odd.
    pub flagged: u64,
    /// How many were set aside for a person to look at.
    pub aside: u64,
}

/// Every answer that is not a success, 409 of a push apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// Stable, for programs.
    pub code: String,
    /// A sentence, for people.
    pub message: String,
}

/// A hash or sum that is not written as it must be: two lower-case hexadecimal digits a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the hexadecimal form of a hash")]
pub struct HexError;

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.first_chunk::<4>().copied().map_or(0, u32::from_be_bytes);
        write!(f, "Chain({first:08x}…)")
    }
}

impl From<Chain> for String {
    fn from(chain: Chain) -> Self {
        to_hex(&chain.0)
    }
}

impl TryFrom<String> for Chain {
    type Error = HexError;

    fn try_from(text: String) -> Result<Self, HexError> {
        from_hex(&text).map(Self)
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        to_hex(&hash.0)
    }
}

impl TryFrom<String> for ContentHash {
    type Error = HexError;

    fn try_from(text: String) -> Result<Self, HexError> {
        from_hex(&text).map(Self)
    }
}

fn to_hex(hash: &[u8; 32]) -> String {
    let (high, low) = hash.split_at(16);
    let number = |half: &[u8]| half.iter().fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    format!("{:032x}{:032x}", number(high), number(low))
}

fn from_hex(text: &str) -> Result<[u8; 32], HexError> {
    require_hex(text, 64)?;
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        let from = place.saturating_mul(2);
        let digits = text.get(from..from.saturating_add(2)).ok_or(HexError)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| HexError)?;
    }
    Ok(hash)
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        format!("{:032x}", checksum.0)
    }
}

impl TryFrom<String> for Checksum {
    type Error = HexError;

    fn try_from(text: String) -> Result<Self, HexError> {
        require_hex(&text, 32)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(|_| HexError)
    }
}

/// `from_str_radix` also takes a sign and capitals: one value would then have many forms.
fn require_hex(text: &str, digits: usize) -> Result<(), HexError> {
    let canonical = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() == digits && canonical { Ok(()) } else { Err(HexError) }
}
