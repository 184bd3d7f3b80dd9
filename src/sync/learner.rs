//! One task a tab that reads what is new from the databases and tells the page, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use subzero_ledger::ids::ShopId;
use subzero_sync::records::Cursor;
use subzero_sync::replica::{Input, RECHECK_MS, Status};
use subzero_sync::wire::ContentHash;

use super::hints::{Hint, Link};
use super::{Known, Older, ShopRows, Shown, Tab};
use crate::device::clock;
use crate::storage::cache;
use crate::storage::error::StorageError;

/// What this tab has been told so far.
struct Learner {
    tab: Rc<Tab>,
    own_last: u64,
    /// Recorded by this tab: no news.
    mine: BTreeSet<u64>,
    cursor_by_shop: BTreeMap<ShopId, Cursor>,
    /// The snapshot they begin with.
    base: Option<ContentHash>,
}

/// Learns for as long as the tab lives. What could not be read is read again at the next hint or look.
pub async fn learn(tab: Rc<Tab>, mut inbox: UnboundedReceiver<Hint>, known: Known) {
    let Known { own_last, cursor_by_shop, base, .. } = known;
    let mut learner = Learner { tab, own_last, mine: BTreeSet::new(), cursor_by_shop, base };
    learner.tab.hints.post(Hint::Hello);
    // What was stored between the page's reading and the first hint.
    let _ = learner.look().await;
    loop {
        let look_at = TimeoutFuture::new(u32::try_from(RECHECK_MS).unwrap_or(u32::MAX));
        let _ = match select(inbox.next(), look_at).await {
            Either::Left((Some(hint), _)) => {
                let mut hints = BTreeSet::from([hint]);
                while let Ok(more) = inbox.try_recv() {
                    hints.insert(more);
                }
                learner.hear(hints).await
            }
            Either::Left((None, _)) => return,
            Either::Right(_) => learner.look().await,
        };
    }
}

impl Learner {
    async fn hear(&mut self, hints: BTreeSet<Hint>) -> Result<(), StorageError> {
        // In order: `Mine` comes before `Appended`, so that what is mine is known when the outbox is read.
        let mut read_own = false;
        for hint in hints {
            match hint {
                Hint::Mine(dseq) => {
                    self.mine.insert(dseq);
                    self.tell_status_as_follower().await?;
                }
                Hint::Appended(dseq) => {
                    self.tab.tell_replica(Input::Appended { dseq });
                    read_own = true;
                }
                Hint::Acked => {
                    (self.tab.hooks.on_verdicts)();
                    self.tell_status_as_follower().await?;
                }
                Hint::Renumbered => {
                    self.own_last = self.tab.storage.outbox.control().await?.1;
                    self.mine.clear();
                    (self.tab.hooks.on_renumbered)();
                }
                Hint::Stored(shop) => {
                    self.learn_rows(shop).await?;
                    self.learn_older().await?;
                }
                Hint::Older => {
                    self.tab.tell_replica(Input::OlderWanted);
                    self.learn_older().await?;
                }
                Hint::Link(link) => {
                    self.tab.unanswered.set(0);
                    if !self.tab.is_leader.get() {
                        self.tab.link.set(link);
                        self.tell_status_as_follower().await?;
                    }
                }
                Hint::Hello => {
                    if self.tab.is_leader.get() {
                        self.tab.hints.post(Hint::Link(self.tab.link.get()));
                    }
                }
                Hint::Hurry => self.tab.tell_replica(Input::CameOnline),
                Hint::Paired => (self.tab.hooks.on_paired)(),
                Hint::Alerts => (self.tab.hooks.on_alerts)(),
                Hint::Devices => (self.tab.hooks.on_devices_kept)(),
                Hint::Session => (self.tab.hooks.on_session)(),
                Hint::Begun | Hint::Leading => self.look().await?,
            }
        }
        if read_own { self.learn_own().await } else { Ok(()) }
    }

    /// Everything, hint or no hint.
    async fn look(&mut self) -> Result<(), StorageError> {
        if let Err(StorageError::Unreadable { .. }) = self.look_at_copies().await {
            // Nobody can go on from there: all of it is fetched again.
            self.tab.storage.cache.rebuild().await?;
            self.tab.tell_replica(Input::CopiesRead { shops: BTreeMap::new() });
        }
        if self.tab.wants_older.get() {
            // The tab that syncs may be another one by now.
            self.tab.announce(Hint::Older);
        }
        self.learn_own().await
    }

    async fn look_at_copies(&mut self) -> Result<(), StorageError> {
        let cursors = self.tab.storage.cache.cursors().await?;
        // Another tab may have begun the cache anew.
        self.tab.tell_replica(Input::CopiesRead { shops: cursors.clone() });
        let base = self.tab.storage.cache.base_hash().await?;
        if base != self.base {
            let shown = |shop: &ShopId| cursors.get(shop)?.shown;
            let goes_on = |(shop, known): (&ShopId, &Cursor)| {
                shown(shop).is_some_and(|cursor| cache::goes_on_from(known, &cursor))
            };
            if self.cursor_by_shop.is_empty() || !self.cursor_by_shop.iter().all(goes_on) {
                return self.learn_all().await;
            }
            // More is folded of what is here already: the next start has less to read.
            self.base = base;
        }
        for shop in cursors.into_keys() {
            // What is wrong with one shop keeps nobody from the others.
            let _ = self.learn_rows(shop).await;
        }
        Ok(())
    }

    /// All copies begin with something else: the page begins with it too.
    async fn learn_all(&mut self) -> Result<(), StorageError> {
        let here = self.tab.storage.cache.shown().await?;
        if !self.cursor_by_shop.keys().all(|shop| here.contains_key(shop)) {
            // The cache was begun anew. Until all of it is back, what this tab was told stays right.
            return Ok(());
        }
        let shown = Shown::read(&self.tab.storage).await?;
        self.base = shown.base.as_ref().map(|(base, _)| base.hash);
        self.cursor_by_shop = shown.shops.iter().map(|rows| (rows.shop, rows.cursor)).collect();
        (self.tab.hooks.on_begun)(shown);
        Ok(())
    }

    /// Tells how far rows have come that somebody here wants to see.
    async fn learn_older(&self) -> Result<(), StorageError> {
        if self.tab.wants_older.get() {
            let older = Older::read(&self.tab.storage).await?;
            self.tab.wants_older.set(matches!(older, Older::Coming(..)));
            (self.tab.hooks.on_older)(older);
        }
        Ok(())
    }

    async fn learn_rows(&mut self, shop: ShopId) -> Result<(), StorageError> {
        let known = self.cursor_by_shop.get(&shop).copied();
        let loaded = match self.tab.storage.cache.load_after(shop, known).await {
            Err(error @ StorageError::Unreadable { .. }) => {
                // It is fetched again beside what is there; what this tab was told of it stays right.
                if let Some(shown) = self.tab.storage.cache.shop_cursors(shop).await?.shown {
                    self.tab.tell_replica(Input::CopyDamaged { shop, generation: shown.generation });
                }
                return Err(error);
            }
            loaded => loaded?,
        };
        let Some((cursor, rows)) = loaded else { return Ok(()) };
        if known == Some(cursor) {
            return Ok(());
        }
        let replaces = !known.is_some_and(|known| cache::goes_on_from(&known, &cursor));
        if replaces && (self.base.is_some() || cursor.base > 0) {
            // It has a part in what all of them begin with.
            return self.learn_all().await;
        }
        self.cursor_by_shop.insert(shop, cursor);
        (self.tab.hooks.on_rows)(ShopRows { shop, cursor, rows, replaces });
        Ok(())
    }

    async fn learn_own(&mut self) -> Result<(), StorageError> {
        loop {
            let read = self.tab.storage.outbox.own(self.own_last, usize::MAX, usize::MAX).await?;
            let Some(last) = read.own.last().map(|own| own.dseq) else { break };
            self.own_last = last;
            let news: Vec<_> = read.own.into_iter().filter(|own| !self.mine.remove(&own.dseq)).collect();
            if !news.is_empty() {
                (self.tab.hooks.on_own)(news);
            }
        }
        self.tell_status_as_follower().await
    }

    /// The tab that syncs knows more, and says it itself.
    async fn tell_status_as_follower(&self) -> Result<(), StorageError> {
        if self.tab.is_leader.get() {
            return Ok(());
        }
        let (control, last) = self.tab.storage.outbox.control().await?;
        let Link { online, up_to_date, needs_attention } = self.tab.link.get();
        if up_to_date {
            self.tab.fresh_at.set(Some(clock::now()));
        }
        (self.tab.hooks.on_status)(Status {
            online,
            unsent: last.saturating_sub(control.acked.dseq),
            epoch: control.epoch,
            oldest_unsent: None,
            needs_attention,
            up_to_date,
            fresh_at: self.tab.fresh_at.get(),
            coming: None,
        });
        Ok(())
    }
}
