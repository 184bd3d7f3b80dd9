//! Who pushes to a shop waits for their turn here, in this process, and not at the row of the database that they would lock: there each would hold a
//! connection meanwhile, and whoever came last would be as likely to be next as whoever came first.
//!
//! It is a courtesy. What is promised holds by the locks of the database, for there may be other processes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use subzero_ledger::ids::ShopId;
use tokio::sync::OwnedMutexGuard;

use super::AccountId;

type Queue = Arc<tokio::sync::Mutex<()>>;

/// One queue a shop. Made when first asked for; there are no more of them than shops.
#[derive(Default)]
pub struct Turns {
    by_shop: Mutex<BTreeMap<(AccountId, ShopId), Queue>>,
}

/// A turn at some shops, until it is dropped.
pub struct Turn(#[expect(dead_code, reason = "they are held")] Vec<OwnedMutexGuard<()>>);

impl Turns {
    /// Waits for a turn at all these shops, in their order: nobody waits in a circle.
    pub async fn take(&self, account: AccountId, shops: BTreeSet<ShopId>) -> Turn {
        let mut held = Vec::new();
        for shop in shops {
            let queue = Arc::clone(
                self.by_shop.lock().unwrap_or_else(PoisonError::into_inner).entry((account, shop)).or_default(),
            );
            held.push(queue.lock_owned().await);
        }
        Turn(held)
    }
}
