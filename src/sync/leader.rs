//! The tab that syncs: a loop around a replica that carries out its outputs and hands it what came of them.
//!
//! Each output is a task of its own that ends in one input; the replica tells late answers apart. A request whose place is
//! taken by a new one is aborted. Every failure becomes an input, so the loop has no way to end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::future::{AbortHandle, Either, abortable, select};
use gloo_timers::future::TimeoutFuture;
use subzero_ledger::ids::ShopId;
use subzero_sync::devices::Devices;
use subzero_sync::fault::StorageFailure;
use subzero_sync::records::{NewIncarnation, PageRecord, PageWrite};
use subzero_sync::replica::{Attempt, Input, Output, Replica, Status};
use subzero_sync::wire::Standing;
use wasm_bindgen_futures::spawn_local;

use super::Tab;
use super::hints::{Hint, Link};
use crate::device::tab_lock::{self, TabLock};
use crate::device::{clock, ids, visibility};
use crate::storage::beside::Lost;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::storage::schema::outbox_name;

/// How long to wait when the storage cannot even say where things stand.
const STORAGE_RETRY_MS: u32 = 5_000;
/// The longest sleep: a clock that is set back must not keep the replica waiting.
const SLEEP_MAX_MS: i64 = 30_000;

/// How often a tab that waits asks whether the one that syncs is awake.
const ASK_MS: u32 = 20_000;
/// After so many questions without an answer it is not: a minute.
const UNANSWERED_MAX: u32 = 3;

/// Waits for its turn, and then syncs until another tab takes its place, for as long as the tab lives.
pub async fn lead(tab: Rc<Tab>) {
    loop {
        let lock = turn(&tab).await;
        sync(&tab, lock).await;
    }
}

/// The lock: when no other tab has it, or when the one that has it has not answered for a minute while people look at this one. The browser
/// may have frozen it, and what was recorded here must not wait for that.
async fn turn(tab: &Tab) -> TabLock {
    let name = format!("{}-sync", outbox_name(tab.storage.prefix(), tab.storage.outbox.number()));
    let in_turn = Box::pin(tab_lock::acquire(&name));
    match select(in_turn, Box::pin(silence(tab))).await {
        Either::Left((lock, _)) => lock,
        Either::Right(((), in_turn)) => {
            drop(in_turn);
            tab_lock::steal(&name).await
        }
    }
}

/// Until the tab that syncs has not answered for a minute. Questions are counted and not minutes: a device that slept has asked nothing.
async fn silence(tab: &Tab) {
    tab.unanswered.set(0);
    loop {
        TimeoutFuture::new(ASK_MS).await;
        if !visibility::is_visible() {
            tab.unanswered.set(0);
        } else if tab.unanswered.get() >= UNANSWERED_MAX {
            return;
        } else {
            tab.unanswered.set(tab.unanswered.get() + 1);
            tab.hints.post(Hint::Hello);
        }
    }
}

/// Syncs until the lock is stolen. What is under way then may still be answered: storage and server sort it out.
async fn sync(tab: &Rc<Tab>, mut lock: TabLock) {
    tab.is_leader.set(true);
    let persisted = loop {
        match tab.storage.persisted().await {
            Ok(persisted) => break persisted,
            Err(_) => TimeoutFuture::new(STORAGE_RETRY_MS).await,
        }
    };
    let (inputs, mut inbox) = unbounded();
    let leader = Leader { tab: Rc::clone(tab), inputs: inputs.clone(), requests: Requests::default() };
    *tab.inputs.borrow_mut() = Some(inputs);
    tab.tell_learner(Hint::Leading);
    let mut replica = Replica::new(persisted, seed());
    if tab.wants_other_base {
        replica = replica.with_rows_worth_a_part(0);
    }
    replica.handle(clock::now(), Input::Woke);
    let mut told = None;
    loop {
        while let Some(output) = replica.poll() {
            leader.carry_out(output, &replica.status());
        }
        tab.faults.replace(replica.faults());
        let status = replica.status();
        if told != Some(status) {
            told = Some(status);
            let link = Link::of(&status);
            if tab.link.replace(link) != link {
                tab.hints.post(Hint::Link(link));
            }
            (tab.hooks.on_status)(status);
        }
        let woken = select(sleep_until(&replica), Box::pin(lock.stolen()));
        let input = match select(inbox.next(), woken).await {
            Either::Left((input, _)) => input.unwrap_or(Input::Woke),
            Either::Right((Either::Left(_), _)) => Input::Woke,
            Either::Right((Either::Right(_), _)) => break,
        };
        replica.handle(clock::now(), input);
    }
    tab.is_leader.set(false);
    tab.inputs.replace(None);
    leader.requests.abort();
    tab.hints.post(Hint::Hello);
}

/// Until the replica wants to be woken. A task that is late by hours, because the device slept, is only late.
fn sleep_until(replica: &Replica) -> TimeoutFuture {
    let now = clock::now();
    let ms = replica.wake_at().map_or(SLEEP_MAX_MS, |wake_at| wake_at.ms_since(now)).min(SLEEP_MAX_MS);
    TimeoutFuture::new(u32::try_from(ms).unwrap_or(0))
}

/// Spreads the retries of many devices; no secret.
fn seed() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to 2^53")]
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    seed
}

/// The request that is out in each lane.
#[derive(Default)]
struct Requests {
    push: RefCell<Option<AbortHandle>>,
    watch: RefCell<Option<AbortHandle>>,
    pull: RefCell<Option<AbortHandle>>,
    snapshot: RefCell<Option<AbortHandle>>,
}

impl Requests {
    fn abort(&self) {
        for lane in [&self.push, &self.watch, &self.pull, &self.snapshot] {
            if let Some(request) = lane.take() {
                request.abort();
            }
        }
    }
}

struct Leader {
    tab: Rc<Tab>,
    inputs: UnboundedSender<Input>,
    requests: Requests,
}

impl Leader {
    fn carry_out(&self, output: Output, status: &Status) {
        let tab = Rc::clone(&self.tab);
        match output {
            Output::ReadOwn { attempt, after, entries_max, bytes_max } => self.answer(attempt, async move {
                let read = tab.storage.outbox.own(after, entries_max, bytes_max).await?;
                Ok(Input::OwnRead { attempt, read })
            }),
            Output::Push { attempt, request } => self.ask(&self.requests.push, async move {
                Input::PushFinished { attempt, result: tab.remote.push(&request).await }
            }),
            Output::StoreAck { attempt, ack } => self.answer(attempt, async move {
                let control = tab.storage.outbox.store_ack(&ack).await?;
                tab.announce(Hint::Acked);
                Ok(Input::AckStored { attempt, control })
            }),
            Output::AdoptEpoch { attempt, adoption } => self.answer(attempt, async move {
                let control = tab.storage.outbox.adopt_epoch(&adoption).await?;
                tab.announce(Hint::Acked);
                Ok(Input::EpochAdopted { attempt, control })
            }),
            Output::StartIncarnation { attempt, instead_of } => self.answer(attempt, async move {
                let new = NewIncarnation { instead_of, incarnation: ids::incarnation() };
                let (control, last) = tab.storage.outbox.start_incarnation(&new).await?;
                tab.announce(Hint::Renumbered);
                Ok(Input::IncarnationStarted { attempt, control, last })
            }),
            Output::ForgetOwn { attempt, collection } => self.answer(attempt, async move {
                // Nothing is announced: what is shown stays the same.
                let control = tab.storage.outbox.forget_own(&collection).await?;
                Ok(Input::OwnForgotten { attempt, control })
            }),
            Output::FetchManifest { attempt, wait_ms, known } => {
                let Status { unsent, epoch, oldest_unsent, .. } = *status;
                let session = tab.session.get();
                let says = Standing { unsent, oldest_unsent, session, epoch, ..(tab.hooks.device)() };
                self.ask(&self.requests.watch, async move {
                    // What cannot be read is not said.
                    let lost = tab.storage.outbox.kept::<Lost>(Slot::Lost).await.ok().flatten();
                    let says = Standing { missing: lost.and_then(Lost::missing), ..says };
                    let result = tab.remote.manifest(wait_ms, &known, &says).await;
                    if let Ok(manifest) = &result {
                        (tab.hooks.on_devices)(Devices::of(manifest, clock::now()));
                    }
                    Input::ManifestFinished { attempt, result }
                });
            }
            Output::Pull { attempt, shop, after, to } => self.ask(&self.requests.pull, async move {
                Input::PullFinished { attempt, result: tab.remote.pull(shop, after, to).await }
            }),
            Output::ListSegments { attempt, shop, after } => self.ask(&self.requests.pull, async move {
                Input::SegmentsListed { attempt, result: tab.remote.segments(shop, after).await }
            }),
            Output::FetchSegment { attempt, shop, hash } => self.ask(&self.requests.pull, async move {
                Input::SegmentFetched { attempt, result: tab.remote.segment(shop, hash).await }
            }),
            Output::FetchSnapshot { attempt } => self.ask(&self.requests.snapshot, async move {
                Input::SnapshotTold { attempt, result: tab.remote.snapshot().await }
            }),
            Output::FetchSnapshotPart { attempt, hash } => self.ask(&self.requests.snapshot, async move {
                Input::SnapshotPartFetched { attempt, result: tab.remote.snapshot_part(hash).await }
            }),
            Output::StoreSnapshotPart { attempt, hash, bytes } => self.answer(attempt, async move {
                tab.storage.store_snapshot_part(hash, &bytes).await?;
                Ok(Input::SnapshotPartStored { attempt })
            }),
            Output::AdoptSnapshot { attempt, adoption } => self.answer(attempt, async move {
                let shops = tab.storage.cache.adopt_snapshot(&adoption).await?;
                tab.announce(Hint::Begun);
                Ok(Input::SnapshotAdopted { attempt, shops })
            }),
            Output::StorePage { attempt, page } => {
                self.answer(attempt, async move { store_page(&tab, attempt, &page).await });
            }
            Output::ForgetShop { shop } => spawn_local(async move { forget_shop(&tab, shop).await }),
            Output::Alert(alert) => (self.tab.hooks.on_alert)(alert),
        }
    }

    /// A task of the storage; its failure is told in the replica's words.
    fn answer(&self, attempt: Attempt, task: impl Future<Output = Result<Input, StorageError>> + 'static) {
        let inputs = self.inputs.clone();
        spawn_local(async move {
            let input = match task.await {
                Ok(input) => input,
                Err(error) => Input::StorageFailed { attempt, failure: failure(&error) },
            };
            let _ = inputs.unbounded_send(input);
        });
    }

    /// A request; it takes the place of the one that is still out.
    fn ask(&self, lane: &RefCell<Option<AbortHandle>>, task: impl Future<Output = Input> + 'static) {
        let inputs = self.inputs.clone();
        let (task, handle) = abortable(task);
        if let Some(given_up) = lane.replace(Some(handle)) {
            given_up.abort();
        }
        spawn_local(async move {
            if let Ok(input) = task.await {
                let _ = inputs.unbounded_send(input);
            }
        });
    }
}

/// A cache that cannot be read is begun anew; the replica hears that no copy is there, and of a failed write.
async fn store_page(tab: &Tab, attempt: Attempt, page: &PageRecord) -> Result<Input, StorageError> {
    match tab.storage.store_page(page).await {
        Ok(PageWrite::Stored(cursors)) => {
            tab.announce(Hint::Stored(page.shop));
            if page.complete {
                let (storage, shop) = (Rc::clone(&tab.storage), page.shop);
                // It changes nothing but how fast the page starts.
                spawn_local(async move { drop(storage.seal(shop).await) });
            }
            Ok(Input::PageStored { attempt, cursors })
        }
        Ok(PageWrite::Conflicted(cursors)) => Ok(Input::PageConflicted { attempt, cursors }),
        Err(StorageError::Unreadable { .. }) => {
            tab.storage.cache.rebuild().await?;
            tab.tell_replica(Input::CopiesRead { shops: BTreeMap::new() });
            Err(StorageError::Aborted)
        }
        Err(error) => Err(error),
    }
}

/// What is not dropped now is dropped when the shop is missing from the next manifest.
async fn forget_shop(tab: &Tab, shop: ShopId) {
    let _ = tab.storage.cache.forget_shop(shop).await;
}

const fn failure(error: &StorageError) -> StorageFailure {
    match error {
        StorageError::Full => StorageFailure::Full,
        StorageError::Unreadable { .. } => StorageFailure::Damaged,
        StorageError::Unavailable(_)
        | StorageError::WontOpen { .. }
        | StorageError::Blocked
        | StorageError::Closed
        | StorageError::Aborted
        | StorageError::NotSaved(_)
        | StorageError::Late
        | StorageError::Recorded
        | StorageError::NumberTaken
        | StorageError::TooLarge { .. } => StorageFailure::Aborted,
    }
}
