//! Reading whatever can be read of an outbox: a record that cannot be read keeps nobody from the others.

use std::collections::BTreeSet;

use indexed_db_futures::KeyRange;
use subzero_sync::records::{Control, Own};
use subzero_sync::rescue::Salvage;
use subzero_sync::wire::{EntryBytes, Verdict};
use wasm_bindgen::JsValue;

use super::codec;
use super::connection::Connection;
use super::outbox::CONTROL;
use super::schema::{CTL, OWN, VERDICT};
use super::txn::{self, Requests};

/// Records that are read in one txn while all is well.
const READ_AT_ONCE: usize = 500;

/// Reads an outbox that may be damaged, of whatever version.
pub async fn salvage(db: &Connection) -> Salvage {
    let control = raw(db, CTL, CONTROL.into()).await.and_then(|value| codec::json_from_js::<Control>(CTL, value).ok());
    let base = control.map_or(0, |control| control.base);
    let mut salvage = Salvage { control, aside: aside(db, base).await, ..Salvage::default() };
    for keys in keys(db, OWN).await.chunks(READ_AT_ONCE) {
        for (key, value) in values(db, keys).await {
            let body = value.and_then(|value| codec::from_js(OWN, value).ok());
            match (key.checked_sub(base), body) {
                (Some(dseq @ 1..), Some(body)) => salvage.own.push(Own { dseq, body: EntryBytes(body) }),
                (Some(_), None) => salvage.unreadable += 1,
                // Of a life that has ended.
                (Some(0) | None, _) => {}
            }
        }
    }
    salvage
}

/// One record as it is, if it can be read.
pub async fn raw(db: &Connection, store: &'static str, key: JsValue) -> Option<JsValue> {
    let get = |requests: &Requests<'_>| requests.get(store, key.clone());
    txn::read(db, &[store], get, txn::nothing).await.ok()?.0
}

/// The numeric keys of a store, in order; none where not even they can be read.
async fn keys(db: &Connection, store: &'static str) -> Vec<u64> {
    let all = |requests: &Requests<'_>| requests.get_keys(store, KeyRange::LowerBound(codec::key(0), false));
    let Ok((keys, ())) = txn::read(db, &[store], all, txn::nothing).await else { return Vec::new() };
    keys.iter().filter_map(|key| codec::number(store, key.as_f64()?).ok()).collect()
}

/// The records of these keys, which are in order: together, and where that fails one by one.
async fn values(db: &Connection, keys: &[u64]) -> Vec<(u64, Option<JsValue>)> {
    let [first, .., last] = keys else { return one_by_one(db, keys).await };
    let range = KeyRange::Bound(codec::key(*first), false, codec::key(*last), false);
    let together = |requests: &Requests<'_>| requests.get_range(OWN, range.clone(), u32::MAX);
    match txn::read(db, &[OWN], together, txn::nothing).await {
        Ok((found, ())) if found.len() == keys.len() => {
            keys.iter().copied().zip(found.into_iter().map(|(_, value)| Some(value))).collect()
        }
        Ok(_) | Err(_) => one_by_one(db, keys).await,
    }
}

async fn one_by_one(db: &Connection, keys: &[u64]) -> Vec<(u64, Option<JsValue>)> {
    let mut values = Vec::new();
    for &key in keys {
        values.push((key, raw(db, OWN, codec::key(key)).await));
    }
    values
}

/// The device sequences of entries that the server has set aside.
async fn aside(db: &Connection, base: u64) -> BTreeSet<u64> {
    let mut aside = BTreeSet::new();
    for key in keys(db, VERDICT).await {
        let verdict = raw(db, VERDICT, codec::key(key)).await;
        let verdict = verdict.and_then(|value| codec::json_from_js::<Verdict>(VERDICT, value).ok());
        if matches!(verdict, Some(Verdict::Quarantined { .. })) {
            aside.insert(key.saturating_sub(base));
        }
    }
    aside
}
