//! The snapshot that the copies of all shops begin with: the account folded, in parts, and which one it is.
//!
//! Parts come one by one and are of no use before the snapshot is begun with; then the record of it and every cursor are written in one txn.
//! What is folded is never changed: whoever can do without it fetches the rows.

use std::collections::{BTreeMap, BTreeSet};

use indexed_db_futures::KeyRange;
use subzero_ledger::ids::ShopId;
use subzero_sync::records::{Base, Cursor, Older, ShopCursors, SnapshotAdoption};
use subzero_sync::segment;
use subzero_sync::wire::{ContentHash, Row};
use wasm_bindgen::JsValue;

use super::cache::{
    Cache, ROWS, begins_with_snapshot, every_cursor, folded_range, put_cursor, put_cursors, read_every_cursor,
};
use super::codec;
use super::error::StorageError;
use super::schema::{CUR, SEG, SNAP, TAIL};
use super::txn::{self, Durability, Requests};

impl Cache {
    /// Keeps a part of a snapshot.
    pub async fn store_snapshot_part(&self, hash: ContentHash, bytes: &[u8]) -> Result<(), StorageError> {
        let value = codec::to_js(bytes);
        txn::write(self, &[SNAP], Durability::Relaxed, |requests| requests.put(SNAP, part_key(hash), value.clone()))
            .await
    }

    /// Begins the copies of all shops with a snapshot, if every part of it is here and they stand where they must. Where they stand now.
    pub async fn adopt_snapshot(
        &self,
        adoption: &SnapshotAdoption,
    ) -> Result<BTreeMap<ShopId, ShopCursors>, StorageError> {
        let (stores, parts) = ([CUR, SEG, SNAP, TAIL], all_parts());
        let ask = |requests: &Requests<'_>| Ok((every_cursor(requests)?, requests.get_keys(SNAP, parts.clone())?));
        txn::write_if(self, &stores, Durability::Relaxed, ask, txn::nothing, |(found, here), (), requests| {
            let before = read_every_cursor(found)?;
            let stand = |shop: &ShopId| before.get(shop).copied().unwrap_or_default();
            let as_said = adoption.instead_of.iter().all(|(shop, cursors)| stand(shop) == *cursors);
            let here: BTreeSet<String> = here.iter().filter_map(JsValue::as_string).collect();
            let wanted: BTreeSet<String> = adoption.base.parts.iter().copied().map(String::from).collect();
            if !as_said || !wanted.is_subset(&here) {
                return Ok(before);
            }
            let begun = |(&shop, &cursor): (&ShopId, _)| (shop, ShopCursors { shown: Some(cursor), building: None });
            let changed: BTreeMap<ShopId, ShopCursors> = adoption.cursors.iter().map(begun).collect();
            put_cursors(requests, &before, &changed)?;
            for (&shop, cursor) in adoption.cursors.iter().filter(|(_, cursor)| cursor.older == Older::NONE) {
                ROWS.iter().try_for_each(|store| requests.delete(store, folded_range(shop, cursor)))?;
            }
            let after: BTreeMap<ShopId, ShopCursors> = before.into_iter().chain(changed).collect();
            if !after.values().any(begins_with_snapshot) {
                requests.clear(SNAP)?;
                return Ok(after);
            }
            for other in here.difference(&wanted) {
                requests.delete(SNAP, JsValue::from_str(other))?;
            }
            requests.put(SNAP, base_key(), codec::json_to_js(SNAP, &adoption.base)?)?;
            Ok(after)
        })
        .await
    }

    /// The snapshot that the shown copies begin with, and its bytes; none where they begin with their first rows.
    pub async fn base(&self) -> Result<Option<(Base, Vec<u8>)>, StorageError> {
        let get = |requests: &Requests<'_>| requests.get(SNAP, base_key());
        let all = |_: &_, requests: &Requests<'_>| requests.get_range(SNAP, all_parts(), u32::MAX);
        let (found, parts) = txn::read(self, &[SNAP], get, all).await?;
        let Some(found) = found else { return Ok(None) };
        let base: Base = codec::json_from_js(SNAP, found)?;
        let by_name: BTreeMap<_, _> = parts.into_iter().map(|(key, value)| (key.as_string(), value)).collect();
        let named = |hash: &ContentHash| by_name.get(&Some(String::from(*hash)));
        let length = base.parts.iter().filter_map(named).map(codec::length).fold(0, usize::saturating_add);
        // They are megabytes, and stay: there is no room beside them.
        let mut bytes = Vec::with_capacity(length);
        for hash in &base.parts {
            let value = named(hash).ok_or(StorageError::Unreadable { store: SNAP })?;
            let part = codec::from_js(SNAP, value.clone())?;
            if segment::content_hash(&part) != *hash {
                return Err(StorageError::Unreadable { store: SNAP });
            }
            bytes.extend_from_slice(&part);
        }
        Ok(Some((base, bytes)))
    }

    /// What the snapshot that the shown copies begin with is named by.
    pub async fn base_hash(&self) -> Result<Option<ContentHash>, StorageError> {
        let get = |requests: &Requests<'_>| requests.get(SNAP, base_key());
        let (found, ()) = txn::read(self, &[SNAP], get, txn::nothing).await?;
        found.map(|found| Ok(codec::json_from_js::<Base>(SNAP, found)?.hash)).transpose()
    }

    /// Drops the rows that are folded into the snapshot and were fetched all the same: they can be fetched again.
    pub async fn drop_older(&self) -> Result<(), StorageError> {
        let stores = [CUR, SEG, TAIL];
        txn::write_if(self, &stores, Durability::Relaxed, every_cursor, txn::nothing, |found, (), requests| {
            for (shop, cursors) in read_every_cursor(found)? {
                let Some(shown) = cursors.shown.filter(|shown| shown.older.seq > 0) else { continue };
                ROWS.iter().try_for_each(|store| requests.delete(store, folded_range(shop, &shown)))?;
                let shown = Some(Cursor { older: Older::NONE, ..shown });
                put_cursor(requests, shop, &ShopCursors { shown, ..cursors })?;
            }
            Ok(())
        })
        .await
    }

    /// Shows the rows of a copy that are folded into the snapshot and are here all the same, in order and dense from the first on; answers which
    /// was the last.
    pub async fn each_older(&self, shop: ShopId, cursor: &Cursor, see: impl FnMut(Row)) -> Result<u64, StorageError> {
        self.walk(shop, cursor.generation, (0, cursor.older.seq), see).await
    }
}

/// Under a number, where every part is under a text.
fn base_key() -> JsValue {
    codec::key(0)
}

fn part_key(hash: ContentHash) -> JsValue {
    JsValue::from_str(&String::from(hash))
}

/// Every text sorts after every number.
fn all_parts() -> KeyRange<JsValue> {
    KeyRange::LowerBound(JsValue::from_str(""), false)
}
