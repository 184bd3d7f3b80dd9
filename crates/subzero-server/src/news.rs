//! Who is waiting for news of an account, how they are woken, and what they find: one look at the account for all who wait.
//!
//! > A poke is sent after the commit, never inside it. Whoever is woken by it gets an [`Overview`] that was begun after it, and so does whoever asks:
//! > what changed before the question is in the answer, an access that ended or a grant that was withdrawn among it.
//!
//! A poke carries nothing, and one that is lost costs one wait, not an entry. Where several processes have one database, a poke is told to the
//! others as well.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use subzero_ledger::ids::DeviceId;
use tokio::sync::{Notify, watch};

use crate::db::driver::Heard;
use crate::db::overview::Overview;
use crate::db::{AccountId, Db};
use crate::error::DatabaseFailed;

/// How many manifests are held back for one device at once: its tabs ask side by side.
const HELD_MAX: usize = 8;

type Queue = VecDeque<Arc<Notify>>;

/// How soon other processes are told again what they could not be told.
const TOLD_AGAIN_IN: Duration = Duration::from_secs(1);

/// One channel an account. Made when first asked for; there are no more of them than accounts.
#[derive(Default)]
pub struct News {
    by_account: Mutex<BTreeMap<AccountId, Arc<Channel>>>,
    /// By device, the oldest first.
    held: Mutex<BTreeMap<(AccountId, DeviceId), Queue>>,
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

    /// Is woken by every poke from now on. Follow first, then look: no poke falls between.
    pub fn follow(&self, account: AccountId) -> Follower {
        let mut channels = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = Arc::clone(channels.entry(account).or_default());
        Follower { account, woken: channel.woken.subscribe(), channel }
    }

    /// Counts a manifest that is held back for a device until what this returns is dropped. Where they are too many, the oldest is let go.
    pub fn hold(self: &Arc<Self>, account: AccountId, device: DeviceId) -> Held {
        let enough = Arc::new(Notify::new());
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let of_device = held.entry((account, device)).or_default();
        of_device.push_back(Arc::clone(&enough));
        if of_device.len() > HELD_MAX
            && let Some(oldest) = of_device.pop_front()
        {
            oldest.notify_one();
        }
        Held { news: Arc::clone(self), of: (account, device), enough }
    }

    /// Tells other processes and hears them, for as long as the database is open. Ends at once where there are none.
    pub async fn exchange(self: Arc<Self>, db: Db) {
        let Some(mut heard) = db.hear() else { return };
        let telling = async {
            loop {
                self.is_untold.notified().await;
                let untold = std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
                if let Err(error) = db.tell(untold.iter().copied().collect()).await {
                    tracing::warn!(%error, "other processes were not told of news yet");
                    self.untold.lock().unwrap_or_else(PoisonError::into_inner).extend(untold);
                    tokio::time::sleep(TOLD_AGAIN_IN).await;
                    self.is_untold.notify_one();
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
            channel.woken.send_replace(());
        }
    }

    fn wake_all(&self) {
        for channel in self.by_account.lock().unwrap_or_else(PoisonError::into_inner).values() {
            channel.woken.send_replace(());
        }
    }
}

/// Those who wait for one account, and what they find.
#[derive(Default)]
struct Channel {
    woken: watch::Sender<()>,
    overview: Shared<Result<Arc<Overview>, DatabaseFailed>>,
}

/// One who waits.
pub struct Follower {
    account: AccountId,
    woken: watch::Receiver<()>,
    channel: Arc<Channel>,
}

impl Follower {
    /// Waits for the next poke.
    pub async fn changed(&mut self) {
        if self.woken.changed().await.is_err() {
            // The channel lives as long as this does: it has no last word.
            std::future::pending::<()>().await;
        }
    }

    /// The account as it is now, or a moment later.
    pub async fn look(&self, db: &Db) -> Result<Arc<Overview>, DatabaseFailed> {
        let look = async || db.overview(self.account).await.map(Arc::new).map_err(DatabaseFailed::from);
        self.channel.overview.get(look).await
    }
}

/// What all who ask at once are answered with. One looks at a time; whoever comes meanwhile shares the next look, and never one that was begun before
/// they asked.
struct Shared<T> {
    begun: AtomicU64,
    /// The last that was found, and which look it was of. Whoever has the lock looks.
    found: tokio::sync::Mutex<Option<(u64, T)>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { begun: AtomicU64::new(0), found: tokio::sync::Mutex::new(None) }
    }
}

impl<T: Clone> Shared<T> {
    async fn get(&self, look: impl AsyncFnOnce() -> T) -> T {
        let before = self.begun.load(Ordering::SeqCst);
        let mut last = self.found.lock().await;
        if let Some((number, found)) = last.as_ref()
            && *number > before
        {
            return found.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = look().await;
        *last = Some((number, found.clone()));
        found
    }
}

/// A manifest that is held back.
pub struct Held {
    news: Arc<News>,
    of: (AccountId, DeviceId),
    enough: Arc<Notify>,
}

impl Held {
    /// Waits until it must make room for others of its device.
    pub async fn is_too_old(&self) {
        self.enough.notified().await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.news.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_device) = held.get_mut(&self.of) {
            of_device.retain(|enough| !Arc::ptr_eq(enough, &self.enough));
            if of_device.is_empty() {
                held.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn whoever_asks_during_a_look_shares_the_next_one() {
        let shared = Shared::default();
        let looks = AtomicU64::new(0);
        let look = async || looks.fetch_add(1, Ordering::Relaxed) + 1;
        let (open, opened) = oneshot::channel::<()>();
        let first = shared.get(async || {
            let number = look().await;
            opened.await.unwrap();
            number
        });
        // They are polled in this order: two ask while the first one looks.
        let found = tokio::join!(first, shared.get(look), shared.get(look), async { open.send(()).unwrap() });
        assert_eq!((found.0, found.1, found.2), (1, 2, 2));
        assert_eq!(shared.get(look).await, 3, "what was found before the question");
    }

    #[tokio::test]
    async fn a_look_that_is_given_up_is_done_by_the_next() {
        let shared = Arc::new(Shared::default());
        let (begun, has_begun) = oneshot::channel::<()>();
        let looking = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                shared
                    .get(async || {
                        begun.send(()).unwrap();
                        std::future::pending::<u64>().await
                    })
                    .await
            }
        });
        has_begun.await.unwrap();
        let other = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move { shared.get(async || 2).await }
        });
        looking.abort();
        assert_eq!(other.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn the_oldest_of_too_many_is_let_go() {
        let is_let_go = async |held: &Held| {
            tokio::select! {
                biased;
                () = held.is_too_old() => true,
                () = std::future::ready(()) => false,
            }
        };
        let news = Arc::new(News::default());
        let (account, device) = (AccountId(1), DeviceId(1));
        let mut held: Vec<Held> = (0..HELD_MAX).map(|_| news.hold(account, device)).collect();
        // Of another device, and one that is over: they count for nothing.
        let other = news.hold(account, DeviceId(2));
        drop(held.remove(3));
        held.push(news.hold(account, device));
        for held in held.iter().chain([&other]) {
            assert!(!is_let_go(held).await);
        }
        held.push(news.hold(account, device));
        assert!(is_let_go(&held[0]).await && !is_let_go(&held[1]).await);
        drop((held, other));
        assert!(news.held.lock().unwrap().is_empty());
    }
}
