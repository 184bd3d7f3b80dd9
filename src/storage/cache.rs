//! Database B: what the server can send again. Losing all of it changes nothing but time.
//!
//! The operations are those of [`subzero_sync::model::Cache`], each one txn. A page of rows is one record, written together with where
//! the copy stands afterwards and only where it stands exactly before the page.
//!
//! > I4: a copy that stands at `n` holds rows 1 to `n`, at every instant at which the power may go.
//!
//! Another tab may move on to the next generation and delete this one: this connection then closes itself, and the next call opens
//! the generation that A names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use js_sys::Array;
use subzero_ledger::ids::ShopId;
use subzero_sync::records::{Cursor, PageRecord, PageWrite, ShopCursors};
use subzero_sync::wire::Row;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::codec;
use super::error::StorageError;
use super::outbox::{Outbox, Slot};
use super::schema::{self, CUR, SEG, SNAP, TAIL};
pub use super::txn::TXN_BYTES_MAX;
use super::txn::{self, Durability, Requests};
use crate::device::listener::Listener;

/// Records read at once; a page is at most 64 KB of entries.
const READ_RECORDS_MAX: u32 = 64;
/// How often a shop is read again when another tab replaces its copy meanwhile.
const READ_ATTEMPTS_MAX: u32 = 3;

/// Database B, opened when it is needed.
pub struct Cache {
    prefix: String,
    outbox: Rc<Outbox>,
    open: Rc<RefCell<Option<Open>>>,
}

struct Open {
    db: Database,
    generation: u32,
    _listeners: Vec<Listener>,
}

impl Cache {
    /// The cache that `outbox` names. Opens it, or a new one where that will not open.
    pub async fn open(prefix: &str, outbox: Rc<Outbox>) -> Result<Self, StorageError> {
        let cache = Self { prefix: prefix.to_owned(), outbox, open: Rc::default() };
        cache.db().await?;
        if let Some(old) = cache.generation().and_then(|generation| generation.checked_sub(1)).filter(|old| *old > 0) {
            // Left over when the page ended between a swap and its deletion. Nothing waits for it.
            let prefix = cache.prefix.clone();
            spawn_local(async move {
                let _ = schema::delete_cache(&prefix, old).await;
            });
        }
        Ok(cache)
    }

    /// Closes the connection, once what is under way has ended.
    pub fn close(&self) {
        close(&self.open);
    }

    /// Stores a page: rows, cursor, checksum and applied own entries in one txn, or nothing at all.
    pub async fn store_page(&self, page: &PageRecord) -> Result<PageWrite, StorageError> {
        let rows = codec::encode_rows(&page.rows);
        if rows.len() > TXN_BYTES_MAX {
            return Err(StorageError::TooLarge { bytes: rows.len() });
        }
        let db = self.db().await?;
        let get = |requests: &Requests<'_>| requests.get(CUR, shop_key(page.shop));
        txn::write_if(&db, &[CUR, TAIL], Durability::Relaxed, get, txn::nothing, |found, (), requests| {
            let before = read_cursors(found)?;
            let Some(after) = continued(before, page) else { return Ok(PageWrite::Conflicted(before)) };
            if !page.rows.is_empty() {
                requests.put(TAIL, page_key(page.shop, page.to.generation, page.to.seq), codec::to_js(&rows))?;
            }
            for generation in generations(before).difference(&generations(after)) {
                requests.delete(TAIL, copy_range(page.shop, *generation, 0))?;
            }
            requests.put(CUR, shop_key(page.shop), codec::json_to_js(CUR, &after)?)?;
            Ok(PageWrite::Stored(after))
        })
        .await
    }

    /// Where the copies of every shop stand.
    pub async fn cursors(&self) -> Result<BTreeMap<ShopId, ShopCursors>, StorageError> {
        let db = self.db().await?;
        let all =
            |requests: &Requests<'_>| requests.get_range(CUR, KeyRange::LowerBound(codec::key(0), false), u32::MAX);
        let (records, ()) = txn::read(&db, &[CUR], all, txn::nothing).await?;
        records.into_iter().map(|(key, value)| Ok((shop_of(&key)?, codec::json_from_js(CUR, value)?))).collect()
    }

    /// The shown copy of a shop: its cursor and its rows in order; none when there is no copy yet.
    pub async fn load(&self, shop: ShopId) -> Result<Option<(Cursor, Vec<Row>)>, StorageError> {
        for _ in 0..READ_ATTEMPTS_MAX {
            let Some(cursor) = self.shop_cursors(shop).await?.shown else { return Ok(None) };
            let rows = self.rows(shop, cursor.generation, 0, cursor.seq).await?;
            if rows.len() as u64 == cursor.seq {
                return Ok(Some((cursor, rows)));
            }
        }
        Err(StorageError::Unreadable { store: TAIL })
    }

    /// What the shown copy has after a place in it: how another tab's pages are learnt. The whole copy when it is another one by now.
    pub async fn load_after(
        &self,
        shop: ShopId,
        from: Option<Cursor>,
    ) -> Result<Option<(Cursor, Vec<Row>)>, StorageError> {
        let Some(cursor) = self.shop_cursors(shop).await?.shown else { return Ok(None) };
        let known = match from {
            Some(from) if goes_on_from(&from, &cursor) => from.seq,
            Some(_) | None => return self.load(shop).await,
        };
        let rows = self.rows(shop, cursor.generation, known, cursor.seq).await?;
        if rows.len() as u64 == cursor.seq.saturating_sub(known) {
            Ok(Some((cursor, rows)))
        } else {
            self.load(shop).await
        }
    }

    /// Every row of a shop that can be read, in whatever order and of whatever copy: what is shown until a whole copy is here again.
    pub async fn salvage(&self, shop: ShopId) -> Result<Vec<Row>, StorageError> {
        let db = self.db().await?;
        let keys = |requests: &Requests<'_>| requests.get_keys(TAIL, shop_range(shop));
        let (keys, ()) = txn::read(&db, &[TAIL], keys, txn::nothing).await?;
        let mut rows = Vec::new();
        for key in keys {
            // Each in a txn of its own: one that fails takes no other with it.
            let get = |requests: &Requests<'_>| requests.get(TAIL, key);
            if let Ok((Some(value), ())) = txn::read(&db, &[TAIL], get, txn::nothing).await
                && let Ok(bytes) = codec::from_js(TAIL, value)
            {
                rows.extend(codec::decode_rows(&bytes).unwrap_or_default());
            }
        }
        Ok(rows)
    }

    /// Where the copies of one shop stand.
    pub async fn shop_cursors(&self, shop: ShopId) -> Result<ShopCursors, StorageError> {
        let db = self.db().await?;
        let get = |requests: &Requests<'_>| requests.get(CUR, shop_key(shop));
        let (found, ()) = txn::read(&db, &[CUR], get, txn::nothing).await?;
        read_cursors(found)
    }

    /// Rows `after + 1` to `to` of a copy, as far as they are there, dense.
    async fn rows(&self, shop: ShopId, generation: u32, after: u64, to: u64) -> Result<Vec<Row>, StorageError> {
        let mut rows: Vec<Row> = Vec::new();
        let mut last = after;
        while last < to {
            let db = self.db().await?;
            let range = copy_range(shop, generation, last.saturating_add(1));
            let next = |requests: &Requests<'_>| requests.get_range(TAIL, range, READ_RECORDS_MAX);
            let (pages, ()) = txn::read(&db, &[TAIL], next, txn::nothing).await?;
            if pages.is_empty() {
                break;
            }
            for (_, value) in pages {
                let page = codec::decode_rows(&codec::from_js(TAIL, value)?);
                for row in page.ok_or(StorageError::Unreadable { store: TAIL })? {
                    if row.seq == last.saturating_add(1) && row.seq <= to {
                        last = row.seq;
                        rows.push(row);
                    } else if row.seq > last {
                        return Ok(rows);
                    }
                }
            }
        }
        Ok(rows)
    }

    /// Drops everything kept of a shop that this device may no longer read.
    pub async fn forget_shop(&self, shop: ShopId) -> Result<(), StorageError> {
        let db = self.db().await?;
        txn::write(&db, &[CUR, TAIL, SNAP], Durability::Relaxed, |requests| {
            requests.delete(CUR, shop_key(shop))?;
            requests.delete(SNAP, shop_key(shop))?;
            requests.delete(TAIL, shop_range(shop))
        })
        .await
    }

    /// Keeps a folded state of a shop's rows 1 to `seq`.
    pub async fn put_snapshot(&self, shop: ShopId, seq: u64, bytes: &[u8]) -> Result<(), StorageError> {
        if bytes.len() > TXN_BYTES_MAX {
            return Err(StorageError::TooLarge { bytes: bytes.len() });
        }
        let value = codec::to_js(&[&seq.to_be_bytes(), bytes].concat());
        let db = self.db().await?;
        txn::write(&db, &[SNAP], Durability::Relaxed, |requests| requests.put(SNAP, shop_key(shop), value)).await
    }

    /// The folded state of a shop, and up to which row; none if it was dropped or is not one.
    pub async fn snapshot(&self, shop: ShopId) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        let db = self.db().await?;
        let get = |requests: &Requests<'_>| requests.get(SNAP, shop_key(shop));
        let (found, ()) = txn::read(&db, &[SNAP], get, txn::nothing).await?;
        let Some(bytes) = found.map(|value| codec::from_js(SNAP, value)).transpose()? else { return Ok(None) };
        Ok(bytes.split_first_chunk::<8>().map(|(seq, state)| (u64::from_be_bytes(*seq), state.to_vec())))
    }

    /// Drops every segment: they are put together again.
    pub async fn drop_segments(&self) -> Result<(), StorageError> {
        let db = self.db().await?;
        txn::write(&db, &[SEG], Durability::Relaxed, |requests| requests.clear(SEG)).await
    }

    /// Drops every folded state: nothing changes but start-up time.
    pub async fn drop_snapshots(&self) -> Result<(), StorageError> {
        let db = self.db().await?;
        txn::write(&db, &[SNAP], Durability::Relaxed, |requests| requests.clear(SNAP)).await
    }

    /// Goes on with an empty next generation and deletes this one.
    pub async fn rebuild(&self) -> Result<(), StorageError> {
        let old = self.outbox.kept::<u32>(Slot::Cache).await?.unwrap_or(1);
        self.start_generation(old).await?;
        // A tab that keeps it open only delays the deletion; it is of no use to anybody.
        match schema::delete_cache(&self.prefix, old).await {
            Ok(()) | Err(StorageError::Blocked) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn start_generation(&self, old: u32) -> Result<(), StorageError> {
        let generation = old.saturating_add(1);
        let db = schema::open_cache(&self.prefix, generation).await?;
        self.outbox.keep(Slot::Cache, &generation).await?;
        self.close();
        self.connect(db, generation);
        Ok(())
    }

    /// The connection; opened again when another tab has moved on to the next generation.
    async fn db(&self) -> Result<Database, StorageError> {
        if let Some(open) = self.open.borrow().as_ref() {
            return Ok(open.db.clone());
        }
        let generation = self.outbox.kept::<u32>(Slot::Cache).await?.unwrap_or(1);
        match schema::open_cache(&self.prefix, generation).await {
            Ok(db) => self.connect(db, generation),
            Err(StorageError::WontOpen { .. }) => self.start_generation(generation).await?,
            Err(error) => return Err(error),
        }
        self.open.borrow().as_ref().map(|open| open.db.clone()).ok_or(StorageError::Closed)
    }

    fn connect(&self, db: Database, generation: u32) {
        if self.generation() == Some(generation) {
            // Two calls found it closed; the first to open it was quicker.
            db.close();
            return;
        }
        let lets_go = |event| {
            let open = Rc::downgrade(&self.open);
            Listener::on(db.as_sys(), event, move |_| {
                if let Some(open) = open.upgrade() {
                    close(&open);
                }
            })
        };
        let listeners = vec![lets_go("versionchange"), lets_go("close")];
        *self.open.borrow_mut() = Some(Open { db, generation, _listeners: listeners });
    }

    /// Which generation is open; none while it is closed.
    pub fn generation(&self) -> Option<u32> {
        self.open.borrow().as_ref().map(|open| open.generation)
    }
}

fn close(open: &RefCell<Option<Open>>) {
    if let Some(open) = open.borrow_mut().take() {
        open.db.close();
    }
}

/// Where the copies stand after a page; none where no copy stands at the page's start.
fn continued(cursors: ShopCursors, page: &PageRecord) -> Option<ShopCursors> {
    let starts = page.from.seq == 0 && page.from.generation == cursors.generation_next();
    let continues_shown = cursors.shown == Some(page.from);
    if !starts && !continues_shown && cursors.building != Some(page.from) {
        return None;
    }
    Some(if continues_shown {
        ShopCursors { shown: Some(page.to), ..cursors }
    } else if page.complete {
        ShopCursors { shown: Some(page.to), building: None }
    } else {
        ShopCursors { building: Some(page.to), ..cursors }
    })
}

/// Whether a copy that stands at `cursor` is the one that stood at `from`.
pub fn goes_on_from(from: &Cursor, cursor: &Cursor) -> bool {
    from.generation == cursor.generation && from.epoch == cursor.epoch && from.seq <= cursor.seq
}

fn generations(cursors: ShopCursors) -> BTreeSet<u32> {
    [cursors.shown, cursors.building].into_iter().flatten().map(|cursor| cursor.generation).collect()
}

fn read_cursors(found: Option<JsValue>) -> Result<ShopCursors, StorageError> {
    found.map_or_else(|| Ok(ShopCursors::default()), |value| codec::json_from_js(CUR, value))
}

fn shop_key(shop: ShopId) -> JsValue {
    JsValue::from_f64(f64::from(shop.0))
}

fn shop_of(key: &JsValue) -> Result<ShopId, StorageError> {
    let number = codec::number(CUR, key.as_f64().ok_or(StorageError::Unreadable { store: CUR })?)?;
    u32::try_from(number).map(ShopId).map_err(|_| StorageError::Unreadable { store: CUR })
}

fn page_key(shop: ShopId, generation: u32, seq: u64) -> JsValue {
    Array::of3(&shop_key(shop), &JsValue::from_f64(f64::from(generation)), &codec::key(seq)).into()
}

/// The pages of every copy of a shop.
fn shop_range(shop: ShopId) -> KeyRange<JsValue> {
    let (from, to) = (Array::of1(&shop_key(shop)), Array::of2(&shop_key(shop), &Array::new()));
    KeyRange::Bound(from.into(), false, to.into(), false)
}

/// The pages of one copy that end at `seq` or later. An array sorts after every number.
fn copy_range(shop: ShopId, generation: u32, seq: u64) -> KeyRange<JsValue> {
    let to = Array::of3(&shop_key(shop), &JsValue::from_f64(f64::from(generation)), &Array::new());
    KeyRange::Bound(page_key(shop, generation, seq), false, to.into(), false)
}
