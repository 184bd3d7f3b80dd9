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
use crate::device::{clock, ids, tab_lock};
use crate::storage::error::StorageError;

/// How long to wait when the storage cannot even say where things stand.
const STORAGE_RETRY_MS: u32 = 5_000;
/// The longest sleep: a clock that is set back must not keep the replica waiting.
const SLEEP_MAX_MS: i64 = 30_000;

/// Waits for its turn, and then syncs for as long as the tab lives.
pub async fn lead(tab: Rc<Tab>) {
    let _lock = tab_lock::acquire(&format!("{}subzero-sync", tab.storage.prefix())).await;
    tab.is_leader.set(true);
    let persisted = loop {
        match tab.storage.persisted().await {
            Ok(persisted) => break persisted,
            Err(_) => TimeoutFuture::new(STORAGE_RETRY_MS).await,
        }
    };
    let (inputs, mut inbox) = unbounded();
    let leader = Leader { tab: Rc::clone(&tab), inputs: inputs.clone(), requests: Requests::default() };
    *tab.inputs.borrow_mut() = Some(inputs);
    tab.tell_learner(Hint::Leading);
    let mut replica = Replica::new(persisted, seed());
    replica.handle(clock::now(), Input::Woke);
    let mut told = None;
    loop {
        while let Some(output) = replica.poll() {
            leader.carry_out(output, &replica.status());
        }
        let status = replica.status();
        if told != Some(status) {
            told = Some(status);
            let link = Link::of(&status);
            if tab.link.replace(link) != link {
                tab.hints.post(Hint::Link(link));
            }
            (tab.hooks.on_status)(status);
        }
        let input = match select(inbox.next(), sleep_until(&replica)).await {
            Either::Left((input, _)) => input.unwrap_or(Input::Woke),
            Either::Right(_) => Input::Woke,
        };
        replica.handle(clock::now(), input);
    }
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
                let Status { unsent, oldest_unsent, .. } = *status;
                let says = Standing { unsent, oldest_unsent, session: tab.session.get() };
                self.ask(&self.requests.watch, async move {
                    let result = tab.remote.manifest(wait_ms, &known, &says).await;
                    if let Ok(manifest) = &result {
                        (tab.hooks.on_devices)(Devices::of(manifest));
                    }
                    Input::ManifestFinished { attempt, result }
                });
            }
            Output::Pull { attempt, shop, after } => self.ask(&self.requests.pull, async move {
                Input::PullFinished { attempt, result: tab.remote.pull(shop, after).await }
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
        | StorageError::TooLarge { .. } => StorageFailure::Aborted,
    }
}
