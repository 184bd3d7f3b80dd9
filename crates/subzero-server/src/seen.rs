//! Devices that were heard of and said nothing new. They are noted together and a moment later: thousands that only wait would otherwise take more
//! of the database's writing than all sales.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;
use tokio::sync::Notify;

use crate::db::{AccountId, Db};

/// How long what was seen waits for more.
const NOTED_IN: Duration = Duration::from_secs(2);

/// What is still to be noted: when each device was last seen. It is lost in a crash, and the device is seen again.
#[derive(Default)]
pub struct Seen {
    devices: Mutex<BTreeMap<(AccountId, DeviceId), Instant>>,
    is_due: Notify,
}

impl Seen {
    /// A device was heard of.
    pub fn note(&self, account: AccountId, device: DeviceId, now: Instant) {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).insert((account, device), now);
        self.is_due.notify_one();
    }

    /// Notes them for as long as it is polled.
    pub async fn go_on(self: Arc<Self>, db: Db) {
        loop {
            self.is_due.notified().await;
            tokio::time::sleep(NOTED_IN).await;
            let devices = std::mem::take(&mut *self.devices.lock().unwrap_or_else(PoisonError::into_inner));
            if let Err(error) = db.note_seen(&devices).await {
                tracing::warn!(%error, "it was not noted which devices were seen");
            }
        }
    }
}
