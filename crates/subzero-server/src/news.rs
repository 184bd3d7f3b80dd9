//! Who is waiting for news of an account, and how they are woken.
//!
//! A poke carries nothing: whoever wakes looks at the heads again. It is sent after the commit, never inside it, and a poke
//! that is lost costs one wait, not an entry. Where several processes have one database, a poke is told to the others as well.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::db::driver::Heard;
use crate::db::{AccountId, Db};

/// One channel an account. Made when first asked for; there are no more of them than accounts.
#[derive(Default)]
pub struct News {
    by_account: Mutex<BTreeMap<AccountId, watch::Sender<()>>>,
    /// The accounts of which other processes are still to be told; each once, however often it was poked.
    untold: Mutex<BTreeSet<AccountId>>,
    is_untold: Notify,
}

impl News {
    /// Wakes whoever waits for this account.
    pub fn poke(&self, account: AccountId) {
        self.wake(account);
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).insert(account);
        self.is_untold.notify_one();
    }

    /// A receiver that is woken by every poke from now on. Subscribe first, then look: no poke falls between.
    pub fn subscribe(&self, account: AccountId) -> watch::Receiver<()> {
        let mut channels = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        channels.entry(account).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    /// Tells other processes and hears them, for as long as the database is open. Ends at once where there are none.
    pub async fn exchange(self: Arc<Self>, db: Db) {
        let Some(mut heard) = db.hear() else { return };
        let telling = async {
            loop {
                self.is_untold.notified().await;
                let untold = std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
                if let Err(error) = db.tell(untold.into_iter().collect()).await {
                    tracing::warn!(%error, "other processes were not told of news");
                }
            }
        };
        let hearing = async {
            while let Some(heard) = heard.recv().await {
                match heard {
                    Heard::News(account) => self.wake(account),
                    Heard::Perhaps => self.wake_all(),
                }
            }
        };
        tokio::select! {
            () = telling => {}
            () = hearing => {}
        }
    }

    fn wake(&self, account: AccountId) {
        let channels = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(&account) {
            channel.send_replace(());
        }
    }

    fn wake_all(&self) {
        for channel in self.by_account.lock().unwrap_or_else(PoisonError::into_inner).values() {
            channel.send_replace(());
        }
    }
}
