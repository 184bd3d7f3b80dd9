//! What is made of the histories beside answering: segments, cut as soon as there is enough for one, and snapshots.
//!
//! Nothing waits for it, and nothing is wrong without it: a device then pulls pages. Several processes may do the same work; what they make of a
//! segment is the same, and of snapshots one is taken.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use crate::clock;
use crate::db::{AccountId, Db};
use crate::fold::{Folded, Folding, Size};
use crate::metrics::Metrics;

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
    pub async fn go_on(self: Arc<Self>, db: Db, folding: Folding, metrics: Arc<Metrics>) {
        match db.accounts().await {
            Ok(accounts) => accounts.into_iter().for_each(|account| self.note(account)),
            Err(error) => tracing::warn!(%error, "the accounts were not read"),
        }
        loop {
            let due = std::mem::take(&mut *self.accounts.lock().unwrap_or_else(PoisonError::into_inner));
            for account in &due {
                if let Err(error) = db.seal(*account).await {
                    tracing::warn!(%error, "no segments were cut");
                }
            }
            for account in due {
                fold(&db, account, folding, &metrics).await;
            }
            self.is_due.notified().await;
        }
    }
}

/// Folds an account if it is due, and says what came of it.
async fn fold(db: &Db, account: AccountId, folding: Folding, metrics: &Metrics) {
    // What is kept whole is told by the clock.
    if clock::is_doubtful() {
        return;
    }
    let started = Instant::now();
    let Some(folded) = folding.look_at(db, account, clock::to_keep()).await.transpose() else { return };
    let took = started.elapsed();
    metrics.count_fold(&folded, took);
    match folded {
        Ok(Folded::Stored(Size { rows, kept, bytes })) => {
            tracing::info!(%account, rows, kept, bytes, ?took, "folded into a snapshot");
        }
        Ok(Folded::SavesNothing(Size { rows, kept, .. })) => {
            tracing::info!(%account, rows, kept, ?took, "a snapshot would keep too much to be of use");
        }
        Ok(Folded::Overtaken) => tracing::info!(%account, "another process has folded it"),
        Err(error) => tracing::warn!(%account, %error, "no snapshot was made"),
    }
}
