//! Opening the shop: from the two databases to a till that can sell, with no network.

use std::collections::BTreeSet;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::ids::EntryId;
use subzero_ledger::instant::Instant;
use subzero_ledger::snapshot::Snapshot;
use subzero_sync::devices::Devices;
use subzero_sync::replica::{Alert, Status};
use subzero_sync::wire::{Paired, Standing, Version};
use subzero_till::draft::Draft;
use subzero_till::session::Session;
use subzero_till::standing::Told;

use super::{Practice, Shop};
use crate::device::display::Display;
use crate::device::register_mark::RegisterMark;
use crate::device::service_worker::ServiceWorker;
use crate::device::{clock, persistence, tab_lock};
use crate::remote::Remote;
use crate::storage::Storage;
use crate::storage::beside::{self, Lost};
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::storage::schema::{CTL, OWN};
use crate::sync::{Hooks, Known, ShopRows, Shown, Sync, read_base};

/// So many things that went wrong are kept: those before them said the same.
const ALERTS_MAX: usize = 20;
/// How exactly it is kept when everything was last here: minutes are what people read, and every write waits in the queue that sales wait in.
const FRESH_KEPT_EVERY_MS: i64 = 60_000;
/// What the databases are called.
const DATABASES: &str = "subzero";

/// What was opened.
pub struct Opened {
    /// Practice, or the shop's books.
    pub shop: Shop,
    /// Why these are the books though this tab was to practise.
    pub not_practice: Option<StorageError>,
}

/// Opens what this tab is for: practice, or the shop's books. Practice that cannot be opened is forgotten, and these are the books: nobody
/// is to be kept from the till by it.
pub async fn open() -> Result<Opened, StorageError> {
    let not_practice = match Practice::of_this_tab() {
        Some(practice) => match practice.open().await {
            Ok(shop) => return Ok(Opened { shop, not_practice: None }),
            Err(error) => Some(error),
        },
        None => None,
    };
    if not_practice.is_some() {
        Practice::forget_in_this_tab();
    }
    Ok(Opened { shop: open_books().await?, not_practice })
}

/// Opens the databases, folds what is in them, and begins to sync if this device is paired.
async fn open_books() -> Result<Shop, StorageError> {
    match open_once().await {
        // A record of the outbox in use cannot be read: it stays as it is, and the till goes on beside it.
        Err(StorageError::Unreadable { store: OWN | CTL }) => {
            beside::begin_next(DATABASES).await?.close();
            open_once().await
        }
        opened => opened,
    }
}

async fn open_once() -> Result<Shop, StorageError> {
    let storage = Rc::new(Storage::open(DATABASES).await?);
    let mut paired: Option<Paired> = storage.outbox.kept(Slot::Paired).await?;
    let mark = if paired.is_none() { RegisterMark::kept() } else { None };
    let goes_on = storage.outbox.number() > 1;
    if let Some(mark) = mark.clone().filter(|_| goes_on) {
        // Who this device is was in the outbox that cannot be used. It sells on; to send it is paired again.
        paired = Some(storage.outbox.keep_first(Slot::Paired, mark.without_token()).await?);
    }
    let remote = Rc::new(Remote::new(paired.as_ref().map(|paired| paired.token.clone())));
    let shop = Shop::new(Rc::clone(&storage), Some(remote));
    if let Some(paired) = &paired {
        RegisterMark::keep(paired);
    }
    shop.paired.set(paired);
    shop.evicted.set(mark.filter(|_| !goes_on));
    shop.lost.set(storage.outbox.kept::<Lost>(Slot::Lost).await.unwrap_or_default());
    // None of these is worth a till that does not open: whoever was signed in signs in again.
    shop.session.set(storage.outbox.kept::<Session>(Slot::Session).await.unwrap_or_default());
    shop.fresh_at.set(storage.outbox.kept::<Instant>(Slot::Contact).await.unwrap_or_default());
    let display: Display = storage.outbox.kept(Slot::Preferences).await.ok().flatten().unwrap_or_default();
    shop.display.set(display);
    display.apply();
    shop.flags_seen.set(storage.outbox.kept(Slot::FlagsSeen).await.ok().flatten().unwrap_or_default());
    shop.digest.set(storage.outbox.kept(Slot::Digest).await.ok().flatten().unwrap_or_default());
    if shop.paired.with_untracked(Option::is_some) {
        shop.begin_sync().await?;
    }
    shop.restore_cart().await;
    shop.watch_device();
    Ok(shop)
}

impl Shop {
    /// Folds what the databases hold and begins to learn and to sync. Without a server there is neither.
    pub(super) async fn begin_sync(&self) -> Result<(), StorageError> {
        let Some(remote) = self.remote() else { return Ok(()) };
        let storage = self.storage();
        let mut known = Known::default();
        self.read_base(&mut known).await;
        let reads = self.paired.with_untracked(|paired| paired.as_ref().map(|paired| paired.reads.clone()));
        for shop in reads.unwrap_or_default() {
            match storage.cache.load(shop).await {
                Ok(Some((cursor, rows))) => {
                    known.cursor_by_shop.insert(shop, cursor);
                    self.change(|core| core.add_rows(shop, Some(cursor.epoch), &rows, true));
                }
                Ok(None) => {}
                Err(_) => {
                    // Nothing in it is this device's alone: it is fetched again. Until then what can be read is shown.
                    let rows = storage.cache.salvage(shop).await.unwrap_or_default();
                    self.change(|core| core.add_rows(shop, None, &rows, true));
                }
            }
        }
        if storage.cache.base_hash().await.ok() != Some(known.base) {
            // What they begin with could not be read, or is another by now: all of it is read again.
            known.cursor_by_shop.clear();
        }
        // Before the own entries: what was dealt with is not folded in the first place.
        self.read_alerts().await;
        let own = storage.outbox.own_all().await?;
        known.own_last = own.last;
        let device = self.paired.with_untracked(|paired| paired.as_ref().map(|paired| paired.device));
        self.change(|core| {
            core.add_own(own.own);
            if let Some(device) = device {
                core.count_receipts_from(device, own.control.receipt);
            }
        });
        self.read_verdicts().await;
        self.read_devices().await;
        let sync = Sync::start(storage, remote, self.hooks(), known);
        self.handles.update_value(|handles| handles.sync = Some(sync));
        self.want_what_is_lacking();
        self.tell_session();
        Ok(())
    }

    /// Begins with the snapshot that the copies of all shops begin with. Where it cannot be read, it is fetched again; until then what can be
    /// read is shown.
    async fn read_base(&self, known: &mut Known) {
        if let Ok(Some((base, snapshot))) = read_base(&self.storage()).await {
            known.base = Some(base.hash);
            known.is_base_former = !Snapshot::is_current(&base.bytes);
            self.change(|core| core.begin(Some((base, snapshot))));
        }
    }

    /// Shows the kept cart, or, while another tab has it, waits for that tab to end.
    pub(super) async fn restore_cart(&self) {
        let name = format!("{}-cart", self.storage().prefix());
        if let Some(lock) = tab_lock::try_acquire(&name).await {
            self.handles.update_value(|handles| handles.cart_lock = Some(lock));
            self.take_over_cart().await;
        } else {
            let shop = *self;
            spawn_local(async move {
                let lock = tab_lock::acquire(&name).await;
                shop.handles.update_value(|handles| handles.cart_lock = Some(lock));
                shop.take_over_cart().await;
            });
        }
    }

    /// Takes the kept cart over if this tab may, and has no other in hand: then after that one's sale. A cart whose sale was recorded is
    /// spent.
    pub(super) async fn take_over_cart(&self) {
        if self.handles.with_value(|handles| handles.cart_lock.is_none() || handles.keeps_cart) {
            return;
        }
        let kept = self.storage().outbox.kept::<Draft>(Slot::Cart).await;
        if self.draft.with_untracked(|draft| !draft.cart.is_empty()) {
            return;
        }
        self.handles.update_value(|handles| handles.keeps_cart = true);
        if let Ok(Some(draft)) = kept
            && self.core.with_value(|core| !draft.is_spent(&core.ledger))
        {
            self.draft.set(draft);
        }
    }

    fn hooks(&self) -> Hooks {
        let shop = *self;
        Hooks {
            on_rows: Box::new(move |ShopRows { shop: id, cursor, rows, replaces }| {
                shop.change(|core| core.add_rows(id, Some(cursor.epoch), &rows, replaces));
            }),
            on_begun: Box::new(move |Shown { base, shops }| {
                shop.older.set(None);
                shop.handles.update_value(|handles| handles.wants_all_older = false);
                shop.change(|core| {
                    core.begin(base);
                    for ShopRows { shop, cursor, rows, replaces } in shops {
                        core.add_rows(shop, Some(cursor.epoch), &rows, replaces);
                    }
                });
            }),
            on_older: Box::new(move |older| shop.note_older(older)),
            on_own: Box::new(move |own| shop.change(|core| core.add_own(own))),
            on_renumbered: Box::new(move || {
                spawn_local(async move {
                    if let Ok(read) = shop.storage().outbox.own_all().await {
                        shop.change(|core| core.replace_own(read.own, read.last));
                    }
                });
            }),
            on_verdicts: Box::new(move || spawn_local(async move { shop.read_verdicts().await })),
            on_status: Box::new(move |status| shop.note_status(status)),
            on_alert: Box::new(move |alert| spawn_local(async move { shop.keep_alert(alert).await })),
            on_alerts: Box::new(move || spawn_local(async move { shop.read_alerts().await })),
            on_devices: Box::new(move |devices| shop.note_devices(devices)),
            on_devices_kept: Box::new(move || spawn_local(async move { shop.read_devices().await })),
            device: Box::new(move || Standing {
                clock_ahead_minutes: untrack(|| shop.clock_state()).ahead_minutes(),
                version: Version::read(env!("CARGO_PKG_VERSION")),
                is_storage_kept: shop.persisted.get_untracked(),
                ..Standing::default()
            }),
            on_session: Box::new(move || spawn_local(async move { shop.hear_session().await })),
            on_paired: Box::new(move || {
                spawn_local(async move {
                    if let Ok(Some(paired)) = shop.known_pairing().await {
                        shop.take_token(paired);
                        shop.sync_now();
                    }
                });
            }),
        }
    }

    /// What cannot be read now is read at the next hint.
    async fn read_verdicts(&self) {
        if let Ok(verdicts) = self.storage().outbox.verdicts().await {
            self.verdicts.set(verdicts.into_iter().collect());
        }
    }

    async fn read_alerts(&self) {
        if let Ok(alerts) = self.storage().outbox.kept::<Vec<Told>>(Slot::Alerts).await {
            self.alerts.set(alerts.unwrap_or_default());
        }
        if let Ok(lost) = self.storage().outbox.kept::<Lost>(Slot::Lost).await {
            self.lost.set(lost);
        }
        if let Ok(dealt_with) = self.storage().outbox.kept::<BTreeSet<EntryId>>(Slot::DealtWith).await {
            self.take_dealt_with(dealt_with.unwrap_or_default());
        }
    }

    /// Somebody signed in or out in another tab. Who is signed in here stays; the server hears of the last.
    async fn hear_session(&self) {
        if let Ok(session) = self.storage().outbox.kept::<Session>(Slot::Session).await {
            self.with_sync(|sync| sync.heard_session(session.map(Session::said)));
        }
    }

    async fn read_devices(&self) {
        if let Ok(devices) = self.storage().outbox.kept::<Devices>(Slot::Devices).await {
            self.devices.set(devices);
        }
    }

    /// Shows what the server told of the account's devices, and keeps it for when there is no network: at once where it says something new,
    /// else now and then.
    fn note_devices(&self, devices: Devices) {
        let is_kept = self.devices.with_untracked(|before| {
            before.as_ref().is_some_and(|before| {
                devices.says_the_same(before) && devices.at.ms_since(before.at) < FRESH_KEPT_EVERY_MS
            })
        });
        if is_kept {
            return;
        }
        self.devices.set(Some(devices.clone()));
        let shop = *self;
        spawn_local(async move {
            // Where it cannot be kept, it is shown for as long as the page lives.
            if shop.storage().outbox.keep(Slot::Devices, &devices).await.is_ok() {
                shop.with_sync(Sync::tell_devices);
            }
        });
    }

    /// Keeps what a person should know until somebody has seen it.
    async fn keep_alert(&self, alert: Alert) {
        if !alert.is_for_people() {
            return;
        }
        let mut alerts = self.alerts.get_untracked();
        alerts.push(Told { at: clock::now(), alert });
        alerts.drain(..alerts.len().saturating_sub(ALERTS_MAX));
        self.alerts.set(alerts.clone());
        // Where it cannot be kept it is still shown for as long as the page lives.
        if self.storage().outbox.keep(Slot::Alerts, &alerts).await.is_ok() {
            self.tell_alerts();
        }
    }

    fn note_status(&self, status: Status) {
        let before = self.fresh_at.get_untracked();
        let kept_long_ago = |at: Instant| before.is_none_or(|before| at.ms_since(before) >= FRESH_KEPT_EVERY_MS);
        if let Some(at) = status.fresh_at.filter(|at| kept_long_ago(*at)) {
            self.fresh_at.set(Some(at));
            let storage = self.storage();
            spawn_local(async move {
                // Only how fresh the figures are said to be depends on it.
                let _ = storage.outbox.keep(Slot::Contact, &at).await;
            });
        }
        self.status.set(Some(status));
    }

    /// Registers the service worker and asks whether storage is kept. Neither holds anything up.
    pub(super) fn watch_device(&self) {
        let shop = *self;
        spawn_local(async move {
            let worker = ServiceWorker::register("/sw.js", move || shop.update_ready.set(true)).await;
            shop.handles.update_value(|handles| handles.worker = worker);
        });
        if self.paired.with_untracked(Option::is_some) && self.remote().is_some() {
            self.ask_to_be_kept();
        }
    }

    /// Asks the browser to keep what is stored. It may ask a person first, who may never answer.
    pub(super) fn ask_to_be_kept(&self) {
        let shop = *self;
        spawn_local(async move { shop.persisted.set(Some(persistence::persist().await)) });
    }
}
