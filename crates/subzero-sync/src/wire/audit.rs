//! Who got into an account, who was let in and who was kept out: what the server noted of it, for the owner.

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;

/// The most that one answer lists.
pub const AUDIT_PAGE_MAX: usize = 100;

/// `GET /v1/audit`: what was noted, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// At most a hundred.
    pub entries: Vec<AuditEntry>,
    /// Whether there is more before the last of them.
    pub has_more: bool,
}

/// One thing that was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its place in the account's list, from 1.
    pub number: u64,
    /// When, by the server's clock.
    pub at: Instant,
    /// Who did it.
    pub by: AuditBy,
    /// What was done.
    pub what: AuditWhat,
    /// The register that it is about.
    pub device: Option<DeviceId>,
    /// The register on which it was done, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_device: Option<DeviceId>,
    /// Whence it was asked; of an IPv6 address its network. Nothing for what was done at the server itself.
    pub address: Option<String>,
}

/// Who did something that was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditBy {
    /// An owner, or somebody who tried to be one.
    Owner,
    /// A device, or somebody who tried to be one.
    Device,
    /// Whoever runs the server, on its command line.
    Operator,
}

/// What was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditWhat {
    /// An owner signed in.
    SignedIn,
    /// The password was wrong.
    SignInFailed,
    /// A code was made.
    CodeMade,
    /// A wrong code was tried at the place of one of the account's.
    CodeWrong,
    /// A register was paired, for the first time or again.
    Paired,
    /// A register's access was ended.
    Removed,
    /// A file of what a register had not sent was brought in.
    Rescued,
    /// The server began another history: it was put back from a backup, or another machine took over.
    Restored,
    /// Which shops a register may see was changed.
    Granted,
    /// An owner was given a new password.
    NewPassword,
    /// A register whose access had ended was let back in.
    LetBackIn,
    /// An owner was made an active owner again, with a new PIN.
    OwnerRestored,
}
