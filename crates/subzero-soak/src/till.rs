//! A native till: the product's own replica over what the product's own model of storage keeps, and somebody who sells.
//!
//! A till ends where it is and begins again from what it has kept. Between what is written and the word of it there is always a place where
//! it can end: every answer, the storage's too, goes through the inbox.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::backoff::Jitter;
use subzero_sync::model::{Cache, Outbox, visible};
use subzero_sync::records::{AckRecord, NewIncarnation, PageRecord, PageWrite, ShopCursors};
use subzero_sync::replica::{Alert, Input, LaneFault, Output, Replica, Status};
use subzero_sync::wire::{EntryBytes, Epoch, Incarnation, Row, Standing};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::history::History;
use crate::remote::Remote;
use crate::sale::{now, sale};

/// The shops of the demo account.
pub const SHOPS: [ShopId; 2] = [ShopId(1), ShopId(2)];
/// The most and the least between two sales, in milliseconds.
const SALE_EVERY_MS: (u64, u64) = (150, 900);
/// Of so many sales one is in the other shop.
const ELSEWHERE_ONE_IN: u64 = 5;
/// The longest sleep of a loop.
const SLEEP_MAX_MS: i64 = 30_000;

/// What people have seen, locked: nobody waits while they hold it.
pub fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A till's disk.
struct Disk {
    outbox: Outbox,
    cache: Cache,
    dice: Jitter,
}

/// A till, on or off.
pub struct Till {
    /// Who it is.
    pub device: DeviceId,
    shop: ShopId,
    remote: Remote,
    disk: Mutex<Disk>,
    history: Arc<Mutex<History>>,
    sells: AtomicBool,
    pushes: AtomicU64,
    faults: Mutex<Vec<LaneFault>>,
    running: Mutex<Option<JoinHandle<()>>>,
}

/// Where a till stands, as its disk says.
pub struct Stand {
    /// The key of the last entry it recorded …
    pub last: u64,
    /// … and of the last that is acked.
    pub acked: u64,
    /// In which epoch.
    pub epoch: Option<Epoch>,
}

/// A request that is aborted once another takes its place, or its till ends.
#[derive(Default)]
struct Request(Option<JoinHandle<()>>);

impl Request {
    fn put(&mut self, task: JoinHandle<()>) {
        self.end();
        self.0 = Some(task);
    }

    fn end(&mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.end();
    }
}

/// What is out, lane by lane.
#[derive(Default)]
struct Requests {
    push: Request,
    watch: Request,
    pull: Request,
}

impl Till {
    /// A till that is off, with nothing on its disk.
    pub fn new(device: DeviceId, shop: ShopId, remote: Remote, history: Arc<Mutex<History>>, seed: u64) -> Self {
        let outbox = Outbox::new(Incarnation(Uuid::new_v4()));
        let disk = Mutex::new(Disk { outbox, cache: Cache::default(), dice: Jitter::new(seed) });
        let (sells, pushes) = (AtomicBool::new(true), AtomicU64::new(0));
        Self { device, shop, remote, disk, history, sells, pushes, faults: Mutex::default(), running: Mutex::default() }
    }

    /// Switches it on, if it is off.
    pub fn start(self: &Arc<Self>) {
        let mut running = locked(&self.running);
        if running.is_none() {
            let till = Arc::clone(self);
            *running = Some(tokio::spawn(async move { till.run().await }));
        }
    }

    /// Ends it where it is. What it has kept it still shows.
    pub fn kill(&self) {
        let running = locked(&self.running).take();
        if let Some(task) = running {
            task.abort();
            // Until it has ended it may still say what it shows, also of copies that are lost by then.
            while !task.is_finished() {
                std::thread::yield_now();
            }
        }
        self.is_whole();
    }

    /// What it had of the server is gone. Only while it is off.
    pub fn lose_cache(&self) {
        locked(&self.disk).cache.rebuild();
        locked(&self.history).lost_copies(self.device);
    }

    /// Nobody sells any more.
    pub fn stop_selling(&self) {
        self.sells.store(false, Ordering::Relaxed);
    }

    /// How many pushes were answered with an ack.
    pub fn pushes(&self) -> u64 {
        self.pushes.load(Ordering::Relaxed)
    }

    /// What last went wrong in each lane.
    pub fn faults(&self) -> Vec<LaneFault> {
        locked(&self.faults).clone()
    }

    /// Where it stands.
    pub fn stand(&self) -> Stand {
        let disk = locked(&self.disk);
        let control = disk.outbox.control();
        let (last, acked) = (disk.outbox.last() + control.base, control.acked.dseq + control.base);
        Stand { last, acked, epoch: control.epoch }
    }

    /// How far its shown copy of a shop goes, in this epoch.
    pub fn shown(&self, shop: ShopId, epoch: Epoch) -> Option<u64> {
        let cursors = locked(&self.disk).cache.cursors();
        let shown = cursors.get(&shop)?.shown.filter(|shown| shown.epoch == epoch)?;
        Some(shown.seq)
    }

    /// The rows of its shown copy of a shop.
    pub fn rows(&self, shop: ShopId) -> Vec<Row> {
        locked(&self.disk).cache.load(shop).map(|(_, rows)| rows).unwrap_or_default()
    }

    /// It shows all that it ever recorded.
    pub fn is_whole(&self) {
        let disk = locked(&self.disk);
        let view = visible(&disk.outbox, &disk.cache);
        locked(&self.history).views(self.device, view.keys());
    }

    async fn run(self: Arc<Self>) {
        let (inputs, mut inbox) = unbounded_channel();
        let (mut replica, mut pace) = {
            let mut disk = locked(&self.disk);
            let pace = Jitter::new(disk.dice.up_to(u64::MAX));
            (Replica::new(disk.outbox.persisted(&disk.cache), disk.dice.up_to(u64::MAX)), pace)
        };
        let mut requests = Requests::default();
        let mut sells_at = Instant::now() + pause(&mut pace);
        replica.handle(now(), Input::Woke);
        loop {
            while let Some(output) = replica.poll() {
                self.carry_out(output, &replica.status(), &inputs, &mut requests);
            }
            *locked(&self.faults) = replica.faults();
            let wake = replica.wake_at().map_or(SLEEP_MAX_MS, |at| at.ms_since(now())).clamp(0, SLEEP_MAX_MS);
            let wakes_at = Instant::now() + Duration::from_millis(u64::try_from(wake).unwrap_or(0));
            let input = tokio::select! {
                input = inbox.recv() => input.unwrap_or(Input::Woke),
                () = sleep_until(wakes_at) => Input::Woke,
                () = sleep_until(sells_at) => {
                    sells_at = Instant::now() + pause(&mut pace);
                    if !self.sells.load(Ordering::Relaxed) {
                        continue;
                    }
                    Input::Appended { dseq: self.sell(&mut pace) }
                }
            };
            replica.handle(now(), input);
        }
    }

    fn sell(&self, pace: &mut Jitter) -> u64 {
        let mut disk = locked(&self.disk);
        let is_elsewhere = pace.up_to(ELSEWHERE_ONE_IN - 1) == 0;
        let shop = SHOPS.into_iter().find(|shop| (*shop != self.shop) == is_elsewhere).unwrap_or(self.shop);
        let body = sale(self.device, shop, disk.outbox.control().base + disk.outbox.last() + 1);
        // In this order: what is not recorded yet cannot be seen anywhere.
        locked(&self.history).recorded(self.device, &body);
        disk.outbox.append(body)
    }

    fn carry_out(
        self: &Arc<Self>,
        output: Output,
        status: &Status,
        inputs: &UnboundedSender<Input>,
        requests: &mut Requests,
    ) {
        let (till, inputs) = (Arc::clone(self), inputs.clone());
        // Refused only where the till has ended.
        let answer = move |input| drop(inputs.send(input));
        match output {
            Output::Push { attempt, request } => requests.push.put(tokio::spawn(async move {
                let result = till.remote.push(&request).await;
                till.pushes.fetch_add(u64::from(result.is_ok()), Ordering::Relaxed);
                answer(Input::PushFinished { attempt, result });
            })),
            Output::FetchManifest { attempt, wait_ms, known } => {
                let Status { unsent, epoch, oldest_unsent, .. } = *status;
                let says = Standing { unsent, oldest_unsent, epoch, ..Standing::default() };
                locked(&self.history).asks(self.device);
                requests.watch.put(tokio::spawn(async move {
                    let result = till.remote.manifest(wait_ms, &known, &says).await;
                    if let Ok(manifest) = &result {
                        locked(&till.history).told(till.device, manifest.epoch, &manifest.heads);
                    }
                    answer(Input::ManifestFinished { attempt, result });
                }));
            }
            Output::Pull { attempt, shop, after, to } => requests.pull.put(tokio::spawn(async move {
                answer(Input::PullFinished { attempt, result: till.remote.pull(shop, after, to).await });
            })),
            Output::ListSegments { attempt, shop, after } => requests.pull.put(tokio::spawn(async move {
                answer(Input::SegmentsListed { attempt, result: till.remote.segments(shop, after).await });
            })),
            Output::FetchSegment { attempt, shop, hash } => requests.pull.put(tokio::spawn(async move {
                answer(Input::SegmentFetched { attempt, result: till.remote.segment(shop, hash).await });
            })),
            Output::FetchSnapshot { attempt } => requests.pull.put(tokio::spawn(async move {
                answer(Input::SnapshotTold { attempt, result: till.remote.snapshot().await });
            })),
            Output::FetchSnapshotPart { attempt, hash } => requests.pull.put(tokio::spawn(async move {
                answer(Input::SnapshotPartFetched { attempt, result: till.remote.snapshot_part(hash).await });
            })),
            Output::Alert(alert) => self.hear(alert),
            Output::ReadOwn { .. }
            | Output::StoreAck { .. }
            | Output::AdoptEpoch { .. }
            | Output::StartIncarnation { .. }
            | Output::ForgetOwn { .. }
            | Output::StoreSnapshotPart { .. }
            | Output::AdoptSnapshot { .. }
            | Output::StorePage { .. }
            | Output::ForgetShop { .. } => {
                if let Some(input) = self.store(output) {
                    answer(input);
                }
            }
        }
    }

    fn hear(&self, alert: Alert) {
        let is_planned = matches!(alert, Alert::EpochChanged { .. });
        if !is_planned {
            locked(&self.history).failed(Some(self.device), &format!("it says {alert:?}"));
        }
    }

    /// One txn.
    fn store(&self, output: Output) -> Option<Input> {
        let disk = &mut *locked(&self.disk);
        Some(match output {
            Output::ReadOwn { attempt, after, entries_max, bytes_max } => {
                Input::OwnRead { attempt, read: disk.outbox.own(after, entries_max, bytes_max) }
            }
            Output::StoreAck { attempt, ack } => {
                self.store_ack(disk, &ack);
                Input::AckStored { attempt, control: disk.outbox.control() }
            }
            Output::AdoptEpoch { attempt, adoption } => {
                Input::EpochAdopted { attempt, control: disk.outbox.adopt_epoch(&adoption) }
            }
            Output::StartIncarnation { attempt, instead_of } => {
                let new = NewIncarnation { instead_of, incarnation: Incarnation(Uuid::new_v4()) };
                let control = disk.outbox.start_incarnation(&new);
                Input::IncarnationStarted { attempt, control, last: disk.outbox.last() }
            }
            Output::ForgetOwn { attempt, collection } => {
                Input::OwnForgotten { attempt, control: disk.outbox.forget_own(&collection) }
            }
            Output::StoreSnapshotPart { attempt, hash, bytes } => {
                disk.cache.store_snapshot_part(hash, bytes);
                Input::SnapshotPartStored { attempt }
            }
            Output::AdoptSnapshot { attempt, adoption } => {
                Input::SnapshotAdopted { attempt, shops: disk.cache.adopt_snapshot(&adoption) }
            }
            Output::StorePage { attempt, page } => match self.store_page(disk, &page) {
                PageWrite::Stored(cursors) => Input::PageStored { attempt, cursors },
                PageWrite::Conflicted(cursors) => Input::PageConflicted { attempt, cursors },
            },
            Output::ForgetShop { shop } => {
                locked(&self.history).failed(Some(self.device), &format!("it may no longer read shop {shop}"));
                disk.cache.forget_shop(shop);
                return None;
            }
            Output::Push { .. }
            | Output::FetchManifest { .. }
            | Output::Pull { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::Alert(_) => return None,
        })
    }

    fn store_ack(&self, disk: &mut Disk, ack: &AckRecord) {
        let before = disk.outbox.control();
        let after = disk.outbox.store_ack(ack);
        let mut history = locked(&self.history);
        let is_same_life = (before.incarnation, before.epoch) == (after.incarnation, after.epoch);
        if is_same_life && after.acked.dseq < before.acked.dseq {
            history.failed(Some(self.device), "an ack fell within an epoch");
        }
        if (after.incarnation, after.epoch) != (ack.incarnation, Some(ack.epoch)) {
            return;
        }
        for verdict in &ack.verdicts {
            let own = disk.outbox.own(verdict.dseq.saturating_sub(1), 1, usize::MAX).own;
            match own.first() {
                Some(own) if own.dseq == verdict.dseq => {
                    let place = shop_of(&own.body).zip(verdict.seq);
                    history.acked(self.device, ack.epoch, &own.body, place);
                }
                _ => history.failed(Some(self.device), &format!("entry {} is acked and not there", verdict.dseq)),
            }
        }
    }

    fn store_page(&self, disk: &mut Disk, page: &PageRecord) -> PageWrite {
        let written = disk.cache.store_page(page);
        if let PageWrite::Stored(_) = written {
            let mut history = locked(&self.history);
            history.stored(Some(self.device), page.to.epoch, page.shop, page.from.seq, &page.rows);
            for (shop, ShopCursors { shown, .. }) in disk.cache.cursors() {
                if let Some(shown) = shown {
                    history.shows(self.device, shop, &shown);
                }
            }
        }
        written
    }
}

fn shop_of(body: &EntryBytes) -> Option<ShopId> {
    Entry::decode(0, &body.0).ok().map(|entry| entry.header.shop)
}

fn pause(pace: &mut Jitter) -> Duration {
    let (least, most) = SALE_EVERY_MS;
    Duration::from_millis(least + pace.up_to(most - least))
}
