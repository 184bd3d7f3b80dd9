//! What an owner who has signed in sees and does about the registers of their account.

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;

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
    /// How many entries it had still to send, as it last said.
    pub unsent: u64,
    /// When its access ended.
    pub removed: Option<Instant>,
}
