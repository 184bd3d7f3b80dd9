//! Practice: the same shop over databases of its own, and nobody to send anything to.
//!
//! A tab practises from when it keeps that it does until it leaves; for either the page is loaded again, so that nothing of the one is in
//! the memory of the other. That practice can never reach the books is not watched over but built in: its databases are
//! [`Throwaway`]s, whose names the books do not have; it reads no token; and without a [`Remote`](crate::remote::Remote) there is no
//! [`Sync`](crate::sync::Sync).

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use subzero_ledger::entry::{Entry, Mode};
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_ledger::practice::{self, Lesson, Names, Step};
use subzero_sync::wire::{EntryBytes, Paired, Row};
use subzero_till::session::Session;

use super::Shop;
use crate::device::display::Display;
use crate::device::tab_lock::{self, TabLock};
use crate::device::{clock, ids, tab_memory};
use crate::routes::Route;
use crate::storage::Storage;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::storage::throwaway::Throwaway;
use crate::words::words;

/// What a tab keeps it under.
const KEPT: &str = "subzero-practice";
/// So many tabs can practise at once.
const TABS_MAX: u32 = 20;
/// How long a page that was loaded again waits for the page it was before to be gone.
const LOCK_WAIT_MS: u32 = 2_000;

/// What a tab practises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Whose databases; none until they are there.
    number: Option<u32>,
    /// When it began.
    since: Instant,
    /// The lesson, and how far somebody looked around in it.
    pub lesson: Lesson,
    /// The currency of the account that is not practice.
    currency: String,
    /// How the device shows the page.
    display: Display,
}

impl Practice {
    /// What this tab practises; nothing in a tab that does not.
    pub(super) fn of_this_tab() -> Option<Self> {
        serde_json::from_str(&tab_memory::kept(KEPT)?).ok()
    }

    /// From its next page on this tab does not practise.
    pub(super) fn forget_in_this_tab() {
        tab_memory::forget(KEPT);
    }

    fn keep(&self) -> bool {
        serde_json::to_string(self).is_ok_and(|text| tab_memory::keep(KEPT, &text))
    }

    /// Opens it: where it was, or from its beginning.
    pub(super) async fn open(mut self) -> Result<Shop, StorageError> {
        let (number, lock) = self.place().await?;
        let databases = Throwaway::of_practice(number);
        if self.number != Some(number) {
            // Whoever practised there last may have closed their tab without leaving.
            databases.delete().await?;
            let lesson = Lesson::new(self.lesson.mode);
            self = Self { number: Some(number), since: clock::now(), lesson, ..self };
            self.keep();
        }
        let storage = Rc::new(Storage::open(databases.prefix()).await?);
        let shop = Shop::new(Rc::clone(&storage), None);
        shop.handles.update_value(|handles| handles.practice_lock = Some(lock));
        self.display.apply();
        shop.display.set(self.display);
        shop.paired.set(Some(self.paired()));
        let rows = self.rows();
        shop.practice().set(Some(self));
        let own = storage.outbox.own_all().await?;
        shop.change(|core| {
            for (id, rows) in rows {
                core.add_rows(id, None, &rows, false);
            }
            core.add_own(own.own);
        });
        match storage.outbox.kept::<Session>(Slot::Session).await? {
            Some(session) => shop.session.set(Some(session)),
            None => shop.sign_in(practice::PERSON).await?,
        }
        shop.restore_cart().await;
        shop.watch_device();
        Ok(shop)
    }

    /// Databases that no other tab practises in: those it had before, if it had any.
    async fn place(&self) -> Result<(u32, TabLock), StorageError> {
        let name = |number: u32| format!("{}lock", Throwaway::of_practice(number).prefix());
        if let Some(number) = self.number {
            let name = name(number);
            let wait = Box::pin(tab_lock::acquire(&name));
            // A tab that was duplicated waits in vain: the first one has them.
            if let Either::Left((lock, _)) = select(wait, TimeoutFuture::new(LOCK_WAIT_MS)).await {
                return Ok((number, lock));
            }
        }
        for number in 1..=TABS_MAX {
            if let Some(lock) = tab_lock::try_acquire(&name(number)).await {
                return Ok((number, lock));
            }
        }
        Err(StorageError::Blocked)
    }

    fn paired(&self) -> Paired {
        let words = &words().practice;
        Paired {
            token: String::new(),
            device: practice::REGISTER,
            shop: practice::SHOP,
            register: words.register.to_owned(),
            account: words.account.to_owned(),
            currency: self.currency.clone(),
            reads: vec![ShopId::OFFICE, practice::SHOP, practice::OTHER_SHOP],
            account_key: None,
            last_heard: None,
        }
    }

    /// What it begins with, as if a server had it.
    fn rows(&self) -> BTreeMap<ShopId, Vec<Row>> {
        let words = &words().practice;
        let names = Names {
            shop: words.shop,
            other_shop: words.other_shop,
            register: words.register,
            person: words.person,
            order: words.order,
        };
        let mut rows_by_shop = BTreeMap::<ShopId, Vec<Row>>::new();
        for (number, entry) in (1..).zip(practice::opening(names, self.lesson.mode, self.since)) {
            let rows = rows_by_shop.entry(entry.header.shop).or_default();
            rows.extend(self.row(number, &entry));
        }
        rows_by_shop
    }

    fn row(&self, number: u64, entry: &Entry) -> Option<Row> {
        let body = EntryBytes(entry.encode().ok()?);
        Some(Row { seq: number, inc: ids::incarnation(), dseq: number, recorded: self.since, flags: Vec::new(), body })
    }
}

impl Shop {
    /// Makes this tab one that practises, from the beginning. Whether the browser lets it.
    pub fn practise(&self, mode: Mode) -> bool {
        let (currency, display) = untrack(|| (self.currency(), self.display.get()));
        let lesson = Lesson::new(mode);
        let is_kept = Practice { number: None, since: clock::now(), lesson, currency, display }.keep();
        if is_kept {
            load(&Route::Sell.path());
        }
        is_kept
    }

    /// Throws away what was practised and goes back to the books; or begins again.
    pub fn leave_practice(&self, again: Option<Mode>) {
        let shop = *self;
        let Some(number) = shop.practice().with_untracked(|practice| practice.as_ref().and_then(|known| known.number))
        else {
            return;
        };
        spawn_local(async move {
            Practice::forget_in_this_tab();
            shop.storage().close();
            // What cannot be deleted now is deleted by whoever practises there next.
            let _ = Throwaway::of_practice(number).delete().await;
            if !again.is_some_and(|mode| shop.practise(mode)) {
                load("/");
            }
        });
    }

    /// Whoever practises has looked at what this step is about.
    pub fn has_seen(&self, step: Step) {
        self.practice().update(|practice| {
            if let Some(practice) = practice {
                practice.lesson.seen = practice.lesson.seen.and(step);
                practice.keep();
            }
        });
    }

    /// In practice nobody has a PIN.
    pub fn sign_in_to_practise(&self) {
        let shop = *self;
        spawn_local(async move {
            // If it cannot be kept, the page signs in by itself when it is loaded again.
            let _ = shop.sign_in(practice::PERSON).await;
        });
    }
}

fn load(path: &str) {
    // A browser that will not go there leaves the page as it is.
    let _ = window().location().assign(path);
}
