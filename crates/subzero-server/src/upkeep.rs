//! What is made of the histories beside answering: segments, cut as soon as there is enough for one.
//!
//! Nothing waits for it, and nothing is wrong without it: a device then pulls pages. Several processes may do the same work; what they make is
//! the same.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::db::{AccountId, Db};

/// The accounts to be looked at.
#[derive(Default)]
pub struct Upkeep {
    accounts: Mutex<BTreeSet<AccountId>>,
    is_due: Notify,
}

impl Upkeep {
    /// An account's histories have grown.
    pub fn note(&self, account: AccountId) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).insert(account);
        self.is_due.notify_one();
    }

    /// Looks at every account once, and from then on at those that have grown. It never ends.
    pub async fn go_on(self: Arc<Self>, db: Db) {
        match db.accounts().await {
            Ok(accounts) => accounts.into_iter().for_each(|account| self.note(account)),
            Err(error) => tracing::warn!(%error, "the accounts were not read"),
        }
        loop {
            let due = std::mem::take(&mut *self.accounts.lock().unwrap_or_else(PoisonError::into_inner));
            for account in due {
                if let Err(error) = db.seal(account).await {
                    tracing::warn!(%error, "no segments were cut");
                }
            }
            self.is_due.notified().await;
        }
    }
}
