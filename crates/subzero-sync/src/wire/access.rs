//! What an owner who has signed in sees and does about the registers of their account.

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;

use super::{EntryBytes, PairRequest, QuarantineReason, Standing};

/// For how long a code lets a register in, in milliseconds.
pub const CODE_GOOD_FOR_MS: u32 = 10 * 60 * 1_000;

/// For how long an access token is good, in milliseconds.
pub const ACCESS_GOOD_FOR_MS: u32 = 15 * 60 * 1_000;
/// The code of the 401 after which a device gets another access token and asks again.
pub const TOKEN_EXPIRED: &str = "token_expired";

/// The answer to `POST /v1/auth/device`, which a device asks with the token it got when it was paired: what its calls carry from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// For how long it is good, in milliseconds; shorter once the device is paired again.
    pub good_for_ms: u32,
}

/// `POST /v1/devices/pair`: what an owner's session lets in, or the code that an owner made for it before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "either a code, or a shop and the register's name")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PairCall {
    /// Whoever has the code needs no session.
    ByCode {
        /// As somebody typed it: capitals and gaps do not matter.
        code: String,
    },
    /// With an owner's session.
    ByOwner(PairRequest),
}

/// The answer to `POST /v1/devices/code`, which asks like `POST /v1/devices/pair` does: a code that does once what was asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairingCode {
    /// Eight letters and digits that are hardly mistaken for each other.
    pub code: String,
    /// For how long it is good, in milliseconds.
    pub good_for_ms: u32,
}

/// `GET /v1/devices`: the registers of an account, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterList {
    /// Each that was ever paired, those whose access has ended among them.
    pub registers: Vec<ListedRegister>,
}

/// A register as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedRegister {
    /// Its number in the account.
    pub device: DeviceId,
    /// What people call it.
    pub register: String,
    /// Where it stands.
    pub shop: ShopId,
    /// When it was paired first.
    pub paired: Instant,
    /// When it was last heard of; nothing if it never was.
    pub seen: Option<Instant>,
    /// How far its clock was ahead of the server's when it last sent something, in milliseconds.
    pub skew_ms: Option<i64>,
    /// What it last said of itself: how many entries it had still to send, and what it is.
    #[serde(default)]
    pub standing: Standing,
    /// The shops it may see and record for, the office apart.
    #[serde(default)]
    pub shops: Vec<ShopId>,
    /// When its access ended.
    pub removed: Option<Instant>,
}

/// `POST /v1/devices/{id}/shops`: which shops a register may see and record for from now on, the office apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterShops {
    /// The shops; none that the account does not have.
    pub shops: Vec<ShopId>,
}

/// The most that one answer lists.
pub const ASIDE_LISTED_MAX: usize = 100;

/// `GET /v1/devices/aside`: what was set aside of any register of the account, the newest first, at most [`ASIDE_LISTED_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AsideList {
    /// The entries.
    pub entries: Vec<AsideEntry>,
}

/// An entry that was set aside: it counts nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AsideEntry {
    /// The register that sent it.
    pub device: DeviceId,
    /// Why it was set aside.
    pub reason: QuarantineReason,
    /// When the server got it.
    pub recorded: Instant,
    /// Its bytes.
    pub body: EntryBytes,
}
