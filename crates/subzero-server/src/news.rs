//! Who is waiting for news of an account, and how they are woken.
//!
//! A poke carries nothing: whoever wakes looks at the heads again. It is sent after the commit, never inside it, and a poke
//! that is lost costs one wait, not an entry.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::db::AccountId;

/// One channel an account. Made when first asked for; there are no more of them than accounts.
#[derive(Default)]
pub struct News {
    by_account: Mutex<BTreeMap<AccountId, watch::Sender<()>>>,
}

impl News {
    /// Wakes whoever waits for this account.
    pub fn poke(&self, account: AccountId) {
        let channels = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(&account) {
            channel.send_replace(());
        }
    }

    /// A receiver that is woken by every poke from now on. Subscribe first, then look: no poke falls between.
    pub fn subscribe(&self, account: AccountId) -> watch::Receiver<()> {
        let mut channels = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        channels.entry(account).or_insert_with(|| watch::channel(()).0).subscribe()
    }
}
