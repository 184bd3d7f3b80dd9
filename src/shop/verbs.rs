//! What people do that becomes an entry.

use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use subzero_ledger::cart::Payment;
use subzero_ledger::entry::{Entry, Header, OversellReason};
use subzero_ledger::ids::{EntryId, ItemId, ShopId};
use subzero_ledger::money::Amount;
use subzero_ledger::receipts;
use subzero_sync::records::Own;
use subzero_sync::wire::EntryBytes;
use subzero_till::draft::Draft;

use super::{Shop, VerbError};
use crate::device::{clock, ids};
use crate::storage::error::StorageError;

/// After this somebody is told that it is not saved yet.
const SAVED_WITHIN_MS: u32 = 10_000;
/// What takes no longer is not noticed.
const SHOWN_WITHIN_MS: u32 = 50;
/// How long to wait before a storage that cannot be asked is asked again.
const ASKED_AGAIN_MS: u32 = 1_000;

/// A sale that is on this device's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// The receipt number.
    pub receipt: String,
    /// What the customer paid.
    pub paid: Amount,
    /// What the customer gets back.
    pub change: Amount,
}

/// Any other entry that is on this device's disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which entry.
    pub entry: EntryId,
}

impl Shop {
    /// Sells the cart. Answers when the sale is on the disk; the cart is then a new one.
    pub async fn sell(&self, payment: Payment) -> Result<Sold, VerbError> {
        self.one_at_a_time_unseen(async {
            let draft = self.draft.get_untracked();
            let header = Header { id: draft.sale, ..self.header(self.here())? };
            let paid = draft.cart.bill(payment.places)?.total;
            let change = payment.change(paid)?;
            let receipt = self.next_receipt()?;
            let settle = |header| {
                self.core.with_value(|core| {
                    let (cart, receipt, payment) = (&draft.cart, receipt.clone(), payment.clone());
                    Ok(cart.settle(header, receipt, payment, &core.ledger, &core.catalogue)?)
                })
            };
            let sale = self.approved(header, settle).await?;
            // The next customer is served while this is written, and the kept cart stays until it is: should the page end before, it is there again.
            self.handles.update_value(|handles| handles.sells_cart = true);
            self.draft.update_untracked(|next| *next = Draft::new(ids::entry_id()));
            let recorded = self.record_before_showing(sale, || self.draft.notify()).await;
            match &recorded {
                Ok(_) => self.draft.notify(),
                Err(_) => self.draft.update(|next| *next = draft.given_back(next)),
            }
            self.handles.update_value(|handles| handles.sells_cart = false);
            self.keep_cart().await;
            let Recorded { entry } = recorded?;
            // Another tab may have had the number before it was on the disk.
            let number = self.core.with_value(|core| Some(receipts::number(core.ledger.entry(entry)?)?.to_owned()));
            self.take_over_cart().await;
            Ok(Sold { receipt: number.unwrap_or(receipt), paid, change })
        })
        .await
    }

    /// Notes why an item is sold although the till warned.
    pub fn note_oversell(&self, item: ItemId, reason: Option<OversellReason>) {
        self.change_cart(|cart| cart.note_oversell(item, reason));
    }

    pub(super) fn header(&self, shop: ShopId) -> Result<Header, VerbError> {
        let session = self.session.get_untracked().ok_or(VerbError::NotSignedIn)?;
        let device = self.paired.with_untracked(|paired| paired.as_ref().map(|paired| paired.device));
        let costs = self.core.with_value(|core| core.catalogue.settings.cost_control);
        Ok(session.header(ids::entry_id(), (device.ok_or(VerbError::NotSignedIn)?, shop), clock::now(), costs))
    }

    /// Records an entry before the screen shows what comes next, unless that takes longer than anybody notices: the news that it is saved would wait
    /// for the screen.
    async fn record_before_showing(&self, entry: Entry, show: impl FnOnce()) -> Result<Recorded, VerbError> {
        match select(pin!(self.record(entry)), TimeoutFuture::new(SHOWN_WITHIN_MS)).await {
            Either::Left((recorded, _)) => recorded,
            Either::Right(((), recording)) => {
                show();
                recording.await
            }
        }
    }

    /// Commits an entry to the outbox; then, and only then, folds it.
    pub(super) async fn record(&self, mut entry: Entry) -> Result<Recorded, VerbError> {
        let recorded = Recorded { entry: entry.header.id };
        let (bytes, appended) = loop {
            let bytes = entry.encode()?;
            match self.storage().append_within(SAVED_WITHIN_MS, &bytes).await {
                Err(StorageError::NumberTaken) => receipts::renumber(&mut entry, self.next_receipt()?),
                Err(error) if error == StorageError::Late || error.may_pass() => {
                    break (bytes, self.look_up(recorded.entry, error).await);
                }
                appended => break (bytes, appended),
            }
        };
        self.full.set(matches!(appended, Err(StorageError::Full)));
        let dseq = appended?;
        self.change(|core| core.add_recorded(entry, Own { dseq, body: EntryBytes(bytes) }));
        self.with_sync(|sync| sync.appended(dseq));
        Ok(recorded)
    }

    /// What became of an entry whose recording failed with `error`. One that is late may be saved yet: nothing is offered again before the storage has
    /// said whether it is.
    async fn look_up(&self, entry: EntryId, error: StorageError) -> Result<u64, StorageError> {
        let is_late = error == StorageError::Late;
        self.late.set(is_late);
        let found = loop {
            match self.storage().find_within(SAVED_WITHIN_MS, entry).await {
                Ok(found) => break found,
                Err(StorageError::Late) if is_late => {}
                Err(_) if is_late => TimeoutFuture::new(ASKED_AGAIN_MS).await,
                Err(_) => break None,
            }
        };
        self.late.set(false);
        // Nothing of it was saved, and by now nothing of it ever will be.
        found.ok_or(if is_late { StorageError::Aborted } else { error })
    }

    /// A second tap while the first is being committed does nothing.
    pub(super) async fn one_at_a_time<T>(
        &self,
        verb: impl Future<Output = Result<T, VerbError>>,
    ) -> Result<T, VerbError> {
        let recording = self.handles.with_value(|handles| Rc::clone(&handles.recording));
        let _held = recording.try_lock().ok_or(VerbError::Busy)?;
        self.showing(verb).await
    }

    /// The same, but the screen does not say that something is being recorded before anybody would notice: to show it takes as long as to record it. A
    /// second tap is told that it came too soon.
    async fn one_at_a_time_unseen<T>(&self, verb: impl Future<Output = Result<T, VerbError>>) -> Result<T, VerbError> {
        let recording = self.handles.with_value(|handles| Rc::clone(&handles.recording));
        let _held = recording.try_lock().ok_or(VerbError::Busy)?;
        match select(pin!(verb), TimeoutFuture::new(SHOWN_WITHIN_MS)).await {
            Either::Left((result, _)) => result,
            Either::Right(((), verb)) => self.showing(verb).await,
        }
    }

    /// Shows that something is being recorded for as long as it is.
    async fn showing<T>(&self, verb: impl Future<Output = T>) -> T {
        self.recording.set(true);
        let result = verb.await;
        self.recording.set(false);
        result
    }
}
