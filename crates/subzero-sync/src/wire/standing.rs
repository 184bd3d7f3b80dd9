//! How a device stands by its own word, and what the server last heard of it.

use serde::{Deserialize, Serialize};
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::{DeviceId, EmployeeId};
use subzero_ledger::instant::Instant;

use super::Epoch;

/// Where a device says how it stands: not in the address, which proxies write down.
pub const STANDING_HEADER: &str = "subzero-standing";
/// The most bytes that a device's word of itself may have.
pub const STANDING_BYTES_MAX: usize = 512;

/// What a device says of itself whenever it asks for news, so that others can tell how much is missing once it falls silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// How many of its entries are not sent.
    pub unsent: u64,
    /// Since when the oldest of them has been waiting.
    pub oldest_unsent: Option<Instant>,
    /// Who is signed in.
    pub session: Option<SignedIn>,
    /// What is known to be missing: recorded on this device, on no server, and no longer on the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// The epoch in which so much is not sent; none where the device has not heard of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// By how many minutes its clock was ahead of the server's when that last answered; nothing for one that is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead_minutes: Option<i64>,
    /// Which version of the page it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Whether its browser has promised to keep what the page stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_storage_kept: Option<bool>,
}

/// Three numbers, as in 0.9.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// As a program has it of itself; nothing for what is no version.
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self(next()?, next()?, next()?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Standing {
    /// What the server keeps of this, where it kept `before`. A tab that has not heard of a restore yet counts as sent what the restored server
    /// has lost: its word is the least there can be, and does not take the place of a higher one.
    #[must_use]
    pub fn kept(self, before: &Self, epoch: Epoch) -> Self {
        let is_of_now = self.epoch.is_none_or(|of| of == epoch);
        let is_more = self.unsent > before.unsent;
        let Self { unsent, oldest_unsent, epoch, .. } = if is_of_now || is_more { self } else { *before };
        Self { unsent, oldest_unsent, epoch, ..self }
    }
}

/// Entries that a device has lost: the browser cleared its storage, or it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Missing {
    /// How many, as far as is known.
    pub entries: u64,
    /// When that was found out.
    pub since: Instant,
}

/// Somebody who is signed in on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Who.
    pub employee: EmployeeId,
    /// The mode that was pinned when they signed in.
    pub mode: Mode,
    /// Since when.
    pub since: Instant,
}

/// What the server last heard of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceSeen {
    /// Which.
    pub device: DeviceId,
    /// When, by the server's clock.
    pub seen: Instant,
    /// What it said of itself then.
    pub standing: Standing,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_said_of_an_epoch_before_a_restore_is_the_least_there_can_be() {
        let (old, now) = (Epoch(Uuid::from_u128(1)), Epoch(Uuid::from_u128(2)));
        let said = |unsent, epoch| Standing { unsent, epoch, ..Standing::default() };
        let before = said(3, Some(now));
        assert_eq!(said(0, Some(now)).kept(&before, now), said(0, Some(now)));
        assert_eq!(said(0, None).kept(&before, now), said(0, None), "it has heard of no server at all");
        assert_eq!(said(0, Some(old)).kept(&before, now), before);
        assert_eq!(said(4, Some(old)).kept(&before, now), said(4, Some(old)), "no server ever had them");
    }
}
