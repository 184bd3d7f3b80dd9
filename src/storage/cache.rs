//! Database B: what the server can send again. Losing all of it changes nothing but time.
//!
//! The operations are those of [`subzero_sync::model::Cache`], each one txn. A page of rows is one record, written together with where
//! the copy stands afterwards and only where it stands exactly before the page.
//!
//! > I4: a copy that stands at `n` holds rows 1 to `n`, at every instant at which the power may go.
//!
//! Another tab may move on to the next generation and delete this one: this connection then closes itself, and the next call opens
//! the generation that A names.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexed_db_futures::KeyRange;
use js_sys::Array;
use subzero_ledger::ids::ShopId;
use subzero_sync::records::{Cursor, PageRecord, PageWrite, ShopCursors};
use subzero_sync::segment;
use subzero_sync::wire::Row;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::codec;
use super::connection::{Connection, Link, Source};
use super::error::StorageError;
use super::outbox::{Outbox, Slot};
use super::schema::{self, CUR, SEG, SNAP, TAIL};
pub use super::txn::TXN_BYTES_MAX;
use super::txn::{self, Durability, GetRange, Requests};

/// The stores that hold rows: whole segments, and what is in none yet.
pub(super) const ROWS: [&str; 2] = [SEG, TAIL];
/// Records read at once; a page is at most 64 KB of entries. The screen is drawn between one read and the next.
const READ_RECORDS_MAX: u32 = 16;
/// How often a shop is read again when another tab replaces its copy meanwhile.
const READ_ATTEMPTS_MAX: u32 = 3;

/// Database B, opened when it is needed.
pub struct Cache {
    prefix: String,
    outbox: Rc<Outbox>,
    link: Link,
    /// Which generation is open, or was.
    generation: Cell<u32>,
}

impl Source for Cache {
    /// Another tab may have moved on to the next generation.
    async fn connection(&self) -> Result<Connection, StorageError> {
        if let Some(connection) = self.link.current() {
            return Ok(connection);
        }
        let generation = self.outbox.kept::<u32>(Slot::Cache).await?.unwrap_or(1);
        match schema::open_cache(&self.prefix, generation).await {
            Ok(opened) => self.connect(opened, generation),
            Err(StorageError::WontOpen { .. }) => self.start_generation(generation).await,
            Err(error) => Err(error),
        }
    }

    fn reopens(&self) -> bool {
        true
    }
}

impl Cache {
    /// The cache that `outbox` names. Opens it, or a new one where that will not open.
    pub async fn open(prefix: &str, outbox: Rc<Outbox>) -> Result<Self, StorageError> {
        let cache = Self { prefix: prefix.to_owned(), outbox, link: Link::default(), generation: Cell::new(0) };
        cache.connection().await?;
        if let Some(old) = cache.generation().and_then(|generation| generation.checked_sub(1)).filter(|old| *old > 0) {
            // Left over when the page ended between a swap and its deletion. Nothing waits for it.
            let prefix = cache.prefix.clone();
            spawn_local(async move {
                let _ = schema::delete_cache(&prefix, old).await;
            });
        }
        Ok(cache)
    }

    /// Closes the connection for good, once what is under way has ended.
    pub fn close(&self) {
        self.link.end();
    }

    /// Stores a page: rows, cursor, checksum and applied own entries in one txn, or nothing at all.
    pub async fn store_page(&self, page: &PageRecord) -> Result<PageWrite, StorageError> {
        let bytes = page.rows.iter().map(|row| row.body.0.len()).sum();
        let rows = segment::encode(&page.rows).map_err(|_| StorageError::TooLarge { bytes })?;
        let store = if page.sealed { SEG } else { TAIL };
        let last = page.rows.last().map_or(0, |row| row.seq);
        let stores = [CUR, SEG, SNAP, TAIL];
        txn::write_if(self, &stores, Durability::Relaxed, every_cursor, txn::nothing, |found, (), requests| {
            let all = read_every_cursor(found)?;
            let before = all.get(&page.shop).copied().unwrap_or_default();
            let Some(after) = continued(before, page) else { return Ok(PageWrite::Conflicted(before)) };
            if !page.rows.is_empty() {
                requests.put(store, page_key(page.shop, page.to.generation, last), codec::to_js(&rows))?;
            }
            let mut changed = BTreeMap::from([(page.shop, after)]);
            for shop in &page.together {
                let shown_now = |cursors: &ShopCursors| Some(ShopCursors { shown: cursors.building, building: None });
                let of_shop = all.get(shop).filter(|cursors| cursors.building.is_some());
                changed.extend(of_shop.and_then(shown_now).map(|cursors| (*shop, cursors)));
            }
            put_cursors(requests, &all, &changed)?;
            Ok(PageWrite::Stored(after))
        })
        .await
    }

    /// Where the copies of every shop stand.
    pub async fn cursors(&self) -> Result<BTreeMap<ShopId, ShopCursors>, StorageError> {
        let (records, ()) = txn::read(self, &[CUR], every_cursor, txn::nothing).await?;
        read_every_cursor(records)
    }

    /// Where the shown copies stand, shop by shop.
    pub async fn shown(&self) -> Result<BTreeMap<ShopId, Cursor>, StorageError> {
        let shown = |(shop, cursors): (ShopId, ShopCursors)| Some((shop, cursors.shown?));
        Ok(self.cursors().await?.into_iter().filter_map(shown).collect())
    }

    /// The shown copy of a shop: its cursor and its rows in order, those after what is folded into the snapshot; none when there is no copy
    /// yet.
    pub async fn load(&self, shop: ShopId) -> Result<Option<(Cursor, Vec<Row>)>, StorageError> {
        for _ in 0..READ_ATTEMPTS_MAX {
            let Some(cursor) = self.shop_cursors(shop).await?.shown else { return Ok(None) };
            let rows = self.rows(shop, cursor.generation, cursor.base, cursor.seq).await?;
            if rows.len() as u64 == cursor.seq.saturating_sub(cursor.base) {
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
        // Once only: what cannot be read is passed over.
        let once = self.connection().await?;
        let mut rows = Vec::new();
        for store in ROWS {
            let keys = |requests: &Requests<'_>| requests.get_keys(store, shop_range(shop));
            let (keys, ()) = txn::read(&once, &[store], keys, txn::nothing).await?;
            for key in keys {
                // Each in a txn of its own: one that fails takes no other with it.
                let get = |requests: &Requests<'_>| requests.get(store, key.clone());
                if let Ok((Some(value), ())) = txn::read(&once, &[store], get, txn::nothing).await
                    && let Ok(bytes) = codec::from_js(store, value)
                {
                    rows.extend(segment::decode(&bytes).unwrap_or_default());
                }
            }
        }
        Ok(rows)
    }

    /// Where the copies of one shop stand.
    pub async fn shop_cursors(&self, shop: ShopId) -> Result<ShopCursors, StorageError> {
        let get = |requests: &Requests<'_>| requests.get(CUR, shop_key(shop));
        let (found, ()) = txn::read(self, &[CUR], get, txn::nothing).await?;
        read_cursors(found)
    }

    /// Rows `after + 1` to `to` of a copy, as far as they are there, dense.
    pub(super) async fn rows(
        &self,
        shop: ShopId,
        generation: u32,
        after: u64,
        to: u64,
    ) -> Result<Vec<Row>, StorageError> {
        let mut rows = Vec::new();
        self.walk(shop, generation, (after, to), |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// Shows the same rows one by one, and answers which was the last: segments and pages of the tail in turn.
    pub(super) async fn walk(
        &self,
        shop: ShopId,
        generation: u32,
        (after, to): (u64, u64),
        mut see: impl FnMut(Row),
    ) -> Result<u64, StorageError> {
        let mut last = after;
        loop {
            let before = last;
            for store in ROWS {
                last = self.walk_store(store, (shop, generation), (last, to), &mut see).await?;
            }
            if last == before || last >= to {
                return Ok(last);
            }
        }
    }

    /// Goes on with the records of one store for as long as they follow without a hole.
    async fn walk_store(
        &self,
        store: &'static str,
        (shop, generation): (ShopId, u32),
        (after, to): (u64, u64),
        see: &mut impl FnMut(Row),
    ) -> Result<u64, StorageError> {
        let mut last = after;
        while last < to {
            let range = copy_range(shop, generation, last.saturating_add(1));
            let records = |requests: &Requests<'_>| requests.get_range(store, range.clone(), READ_RECORDS_MAX);
            let (records, ()) = txn::read(self, &[store], records, txn::nothing).await?;
            let before = last;
            for (_, value) in records {
                let decoded = segment::decode(&codec::from_js(store, value)?);
                for row in decoded.map_err(|_| StorageError::Unreadable { store })? {
                    let next = last.saturating_add(1);
                    if row.seq == next && row.seq <= to {
                        last = next;
                        see(row);
                    } else if row.seq > next {
                        return Ok(last);
                    }
                }
            }
            if last == before {
                break;
            }
        }
        Ok(last)
    }

    /// Drops everything kept of a shop that this device may no longer read.
    pub async fn forget_shop(&self, shop: ShopId) -> Result<(), StorageError> {
        let stores = [CUR, SEG, SNAP, TAIL];
        txn::write_if(self, &stores, Durability::Relaxed, every_cursor, txn::nothing, |found, (), requests| {
            let before = read_every_cursor(found)?;
            let after = before.iter().filter(|(other, _)| **other != shop).map(|(_, cursors)| cursors);
            drop_base_unless_used(requests, &before, after)?;
            requests.delete(CUR, shop_key(shop))?;
            ROWS.iter().try_for_each(|store| requests.delete(store, shop_range(shop)))
        })
        .await
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

    async fn start_generation(&self, old: u32) -> Result<Connection, StorageError> {
        let generation = old.saturating_add(1);
        let opened = schema::open_cache(&self.prefix, generation).await?;
        self.outbox.keep(Slot::Cache, &generation).await?;
        self.connect(opened, generation)
    }

    fn connect(&self, opened: Connection, generation: u32) -> Result<Connection, StorageError> {
        if let Some(connection) = self.link.current().filter(|_| self.generation.get() == generation) {
            // Two calls found it closed; the first to open it was quicker.
            opened.close();
            return Ok(connection);
        }
        self.generation.set(generation);
        self.link.take(opened)
    }

    /// Which generation is open; none while it is closed.
    pub fn generation(&self) -> Option<u32> {
        self.link.current().map(|_| self.generation.get())
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

/// Whether a copy that stands at `cursor` is the one that stood at `from`, and has all rows that came since: more of those before may be folded.
pub fn goes_on_from(from: &Cursor, cursor: &Cursor) -> bool {
    let same = |cursor: &Cursor| (cursor.generation, cursor.epoch);
    same(from) == same(cursor) && (from.base..=from.seq).contains(&cursor.base) && from.seq <= cursor.seq
}

/// Asks where the copies of every shop stand.
pub(super) fn every_cursor(requests: &Requests<'_>) -> Result<GetRange, StorageError> {
    requests.get_range(CUR, KeyRange::LowerBound(codec::key(0), false), u32::MAX)
}

/// Reads what [`every_cursor`] was answered.
pub(super) fn read_every_cursor(
    records: Vec<(JsValue, JsValue)>,
) -> Result<BTreeMap<ShopId, ShopCursors>, StorageError> {
    records.into_iter().map(|(key, value)| Ok((shop_of(&key)?, codec::json_from_js(CUR, value)?))).collect()
}

/// Says where the copies of a shop stand from now on.
pub(super) fn put_cursor(requests: &Requests<'_>, shop: ShopId, cursors: &ShopCursors) -> Result<(), StorageError> {
    requests.put(CUR, shop_key(shop), codec::json_to_js(CUR, cursors)?)
}

/// Moves cursors. Rows of copies that nothing names any more go, and so does the snapshot.
pub(super) fn put_cursors(
    requests: &Requests<'_>,
    before: &BTreeMap<ShopId, ShopCursors>,
    changed: &BTreeMap<ShopId, ShopCursors>,
) -> Result<(), StorageError> {
    for (&shop, &after) in changed {
        let known = before.get(&shop).copied().unwrap_or_default();
        for generation in generations(known).difference(&generations(after)) {
            ROWS.iter().try_for_each(|store| requests.delete(store, copy_range(shop, *generation, 0)))?;
        }
        put_cursor(requests, shop, &after)?;
    }
    let untouched = before.iter().filter(|(shop, _)| !changed.contains_key(shop)).map(|(_, cursors)| cursors);
    drop_base_unless_used(requests, before, changed.values().chain(untouched))
}

/// The snapshot goes with the last copy that begins with it.
fn drop_base_unless_used<'c>(
    requests: &Requests<'_>,
    before: &BTreeMap<ShopId, ShopCursors>,
    mut after: impl Iterator<Item = &'c ShopCursors>,
) -> Result<(), StorageError> {
    let is_dropped = before.values().any(begins_with_snapshot) && !after.any(begins_with_snapshot);
    if is_dropped { requests.clear(SNAP) } else { Ok(()) }
}

pub(super) fn begins_with_snapshot(cursors: &ShopCursors) -> bool {
    cursors.shown.is_some_and(|shown| shown.base > 0)
}

fn generations(cursors: ShopCursors) -> BTreeSet<u32> {
    [cursors.shown, cursors.building].into_iter().flatten().map(|cursor| cursor.generation).collect()
}

pub(super) fn read_cursors(found: Option<JsValue>) -> Result<ShopCursors, StorageError> {
    found.map_or_else(|| Ok(ShopCursors::default()), |value| codec::json_from_js(CUR, value))
}

pub(super) fn shop_key(shop: ShopId) -> JsValue {
    JsValue::from_f64(f64::from(shop.0))
}

fn shop_of(key: &JsValue) -> Result<ShopId, StorageError> {
    let number = codec::number(CUR, key.as_f64().ok_or(StorageError::Unreadable { store: CUR })?)?;
    u32::try_from(number).map(ShopId).map_err(|_| StorageError::Unreadable { store: CUR })
}

pub(super) fn page_key(shop: ShopId, generation: u32, seq: u64) -> JsValue {
    Array::of3(&shop_key(shop), &JsValue::from_f64(f64::from(generation)), &codec::key(seq)).into()
}

/// The pages of every copy of a shop.
fn shop_range(shop: ShopId) -> KeyRange<JsValue> {
    let (from, to) = (Array::of1(&shop_key(shop)), Array::of2(&shop_key(shop), &Array::new()));
    KeyRange::Bound(from.into(), false, to.into(), false)
}

/// The pages of a copy whose rows are all folded into the snapshot.
pub(super) fn folded_range(shop: ShopId, cursor: &Cursor) -> KeyRange<JsValue> {
    let key = |seq| page_key(shop, cursor.generation, seq);
    KeyRange::Bound(key(0), false, key(cursor.base), false)
}

/// The pages of one copy that end at `seq` or later. An array sorts after every number.
pub(super) fn copy_range(shop: ShopId, generation: u32, seq: u64) -> KeyRange<JsValue> {
    let to = Array::of3(&shop_key(shop), &JsValue::from_f64(f64::from(generation)), &Array::new());
    KeyRange::Bound(page_key(shop, generation, seq), false, to.into(), false)
}
