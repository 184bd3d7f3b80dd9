//! What this device keeps: two `IndexedDB` databases, and what "saved" means.
//!
//! **A**, the [`outbox`], is what was recorded here: it exists nowhere else until the server has acked it, so it is
//! written strictly, never upgraded and never deleted. **B**, the [`cache`], is what the server can send again: it may be dropped at any
//! time. What a person sees is the rows of B's shown copies and those own entries of A that are not among them yet, so no txn needs
//! to span both. [`schema`] has the whole picture.
//!
//! This module keeps, compares and swaps. It never decides what to do, never touches the network, and never shows a browser's error as
//! it is: [`error::StorageError`] says in a sentence what could not be done.

pub mod base;
pub mod beside;
pub mod cache;
pub mod codec;
pub mod connection;
pub mod error;
pub mod outbox;
pub mod salvage;
pub mod schema;
mod seal;
pub mod throwaway;
pub mod txn;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use subzero_ledger::ids::{EntryId, ShopId};
use subzero_sync::records::{PageRecord, PageWrite, Persisted};
use subzero_sync::wire::ContentHash;

use self::cache::Cache;
use self::error::StorageError;
use self::outbox::Outbox;

/// Both databases, open.
pub struct Storage {
    /// Database A.
    pub outbox: Rc<Outbox>,
    /// Database B.
    pub cache: Cache,
    prefix: String,
    appending: Cell<u32>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Storage {
    /// Opens both, creating what is not there. Where B will not open, a new one is begun; where A will not, a new one beside it.
    /// The error is that of a browser that does not let the page keep anything.
    ///
    /// `prefix` tells apart what must not mix: nothing for the shop's books, another word for practice and for each test.
    pub async fn open(prefix: &str) -> Result<Self, StorageError> {
        let outbox = Rc::new(beside::open(prefix).await?);
        let cache = Cache::open(prefix, Rc::clone(&outbox)).await?;
        let prefix = prefix.to_owned();
        Ok(Self { outbox, cache, prefix, appending: Cell::new(0), waiting: RefCell::default() })
    }

    /// What these databases' names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Closes both for good, once what is under way has ended.
    pub fn close(&self) {
        self.outbox.close();
        self.cache.close();
    }

    /// Records an entry and answers with its device sequence. When the device is full, what it can do without makes room first: the
    /// copies of the shops stay, for without them a till that is started again offline could not sell (`docs/adr/0016-a-full-device.md`).
    pub async fn append(&self, entry: &[u8]) -> Result<u64, StorageError> {
        let _appending = Appending::begin(self);
        match self.outbox.append(entry).await {
            Err(StorageError::Full) => {
                // If there is no room to be made, the second attempt says that the device is full.
                let _ = self.cache.drop_older().await;
                self.outbox.append(entry).await
            }
            done => done,
        }
    }

    /// The same, given up when it takes too long: [`StorageError::Late`]. Then [`Self::find_within`] says whether it is recorded all the same.
    pub async fn append_within(&self, wait_ms: u32, entry: &[u8]) -> Result<u64, StorageError> {
        self.within(wait_ms, self.append(entry)).await
    }

    /// The device sequence of an entry that was to be recorded, and the last that was, if it is; given up when it takes too long.
    pub async fn find_within(&self, wait_ms: u32, entry: EntryId) -> Result<Option<u64>, StorageError> {
        self.within(wait_ms, self.outbox.find(entry)).await
    }

    /// Whatever does not answer is asked no more: what comes next goes over a fresh connection.
    async fn within<T>(
        &self,
        wait_ms: u32,
        work: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, StorageError> {
        match select(Box::pin(work), TimeoutFuture::new(wait_ms)).await {
            Either::Left((done, _)) => done,
            Either::Right(((), work)) => {
                drop(work);
                self.outbox.let_go();
                Err(StorageError::Late)
            }
        }
    }

    /// Stores a page of confirmed rows, as soon as no sale is being recorded.
    pub async fn store_page(&self, page: &PageRecord) -> Result<PageWrite, StorageError> {
        self.wait_for_sales().await;
        self.cache.store_page(page).await
    }

    /// Stores a part of a snapshot, as soon as no sale is being recorded.
    pub async fn store_snapshot_part(&self, hash: ContentHash, bytes: &[u8]) -> Result<(), StorageError> {
        self.wait_for_sales().await;
        self.cache.store_snapshot_part(hash, bytes).await
    }

    /// Puts small pages of a shop's copy together, if there are many, as soon as no sale is being recorded.
    pub async fn seal(&self, shop: ShopId) -> Result<(), StorageError> {
        self.wait_for_sales().await;
        self.cache.seal(shop).await
    }

    async fn wait_for_sales(&self) {
        while self.appending.get() > 0 {
            let (done, wait) = oneshot::channel();
            self.waiting.borrow_mut().push(done);
            // Dropped is as good as sent: look again.
            let _ = wait.await;
        }
    }

    /// All that a replica needs to know at start.
    pub async fn persisted(&self) -> Result<Persisted, StorageError> {
        let (control, last) = self.outbox.control().await?;
        Ok(Persisted { control, last, shops: self.cache.cursors().await? })
    }
}

/// While it lives, pages of the cache wait.
struct Appending<'s>(&'s Storage);

impl<'s> Appending<'s> {
    fn begin(storage: &'s Storage) -> Self {
        storage.appending.set(storage.appending.get().saturating_add(1));
        Self(storage)
    }
}

impl Drop for Appending<'_> {
    fn drop(&mut self) {
        self.0.appending.set(self.0.appending.get().saturating_sub(1));
        self.0.waiting.borrow_mut().clear();
    }
}
