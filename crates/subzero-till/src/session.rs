//! Who is signed in at a till.

use serde::{Deserialize, Serialize};
use subzero_ledger::entry::{CostControl, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::SignedIn;

/// Who is signed in, and the mode that was pinned when they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Stamped on every entry.
    pub id: SessionId,
    /// Who.
    pub employee: EmployeeId,
    /// Allow or auto-add, until they sign in again.
    pub mode: Mode,
    /// Since when.
    pub since: Instant,
}

impl Session {
    /// What the account's other devices hear of it.
    pub const fn said(self) -> SignedIn {
        SignedIn { employee: self.employee, mode: self.mode, since: self.since }
    }

    /// What stands above everything that is recorded in it: on a device, in a shop, at a moment.
    pub const fn header(
        self,
        id: EntryId,
        (device, shop): (DeviceId, ShopId),
        at: Instant,
        costs: CostControl,
    ) -> Header {
        Header {
            id,
            shop,
            device,
            at,
            employee: self.employee,
            session: self.id,
            approved_by: None,
            import: None,
            mode: self.mode,
            cost_control: costs,
        }
    }
}
