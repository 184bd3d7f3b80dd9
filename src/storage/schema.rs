//! The two databases, and how they are opened.
//!
//! # Current schema
//!
//! **Database A, `subzero-outbox`**, version 1 for ever. What is in it exists nowhere else until it is acked: it is never
//! upgraded, never deleted, and does not make way when another tab asks. Where it cannot be used, the next one is begun beside it,
//! `subzero-outbox-2` and so on, and the newest is the one in use: see [`super::beside`].
//!
//! | store | key | value |
//! |---|---|---|
//! | `own` | the device sequence 1, 2, 3 …, assigned by the store (`autoIncrement`) | `Uint8Array`: an encoded entry |
//! | `ctl` | the record's name | `Uint8Array`: JSON; see [`super::outbox::Slot`] |
//! | `verdict` | the entry's key in `own` | `Uint8Array`: JSON; what the server found odd about it |
//!
//! The device sequence is dense because a transaction that aborts gives its numbers back.
//!
//! **Database B, `subzero-cache-<generation>`**, version 1. Everything in it can be had again from the server. It is never upgraded
//! either: where it will not open, or once its schema changes, the next generation is created beside it, the record `cache` in A's
//! `ctl` is moved to it, and the old one is deleted. (A shop whose checksum differs needs less: its new copy grows beside the shown
//! one within `tail`.)
//!
//! | store | key | value |
//! |---|---|---|
//! | `tail` | `[shop, copy, last seq]` | `Uint8Array`: a page of rows as it was pulled; one record, because writing rows one by one keeps a sale waiting |
//! | `cur` | shop | `Uint8Array`: JSON; where the shop's copies stand |
//! | `snap` | a part's name | `Uint8Array`: a part of the snapshot that the copies begin with; under 0 JSON: which one it is |
//! | `seg` | `[shop, copy, last seq]` | `Uint8Array`: a whole segment, as it came or as pages of the tail came together |
//!
//! Items, employees and settings have no store: they are entries, and are folded with the rest.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use indexed_db_futures::database::{Database, VersionChangeEvent};
use indexed_db_futures::error::OpenDbError;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::IdbTransaction;

use super::connection::Connection;
use super::error::StorageError;
use super::throwaway::Throwaway;
use super::txn;
use crate::device::listener::Listener;

/// A's store of own entries.
pub const OWN: &str = "own";
/// A's store of small records.
pub const CTL: &str = "ctl";
/// B's store of segments.
pub const SEG: &str = "seg";
/// B's store of confirmed rows that are in no segment.
pub const TAIL: &str = "tail";
/// B's store of the snapshot.
pub const SNAP: &str = "snap";
/// B's store of cursors.
pub const CUR: &str = "cur";
/// A's store of verdicts.
pub const VERDICT: &str = "verdict";

/// The version of both databases.
const VERSION: u32 = 1;
/// After this a deletion counts as blocked.
const DELETION_WAIT_MS: u32 = 2_000;
/// So many generations of B in a row may be missing before the newest.
const GENERATIONS_MISSING_MAX: u32 = 20;

/// Opens A, creating it when it is not there.
pub async fn open_outbox(prefix: &str, number: u32) -> Result<Connection, StorageError> {
    let db = open(&outbox_name(prefix, number), |db| {
        db.create_object_store(OWN).with_auto_increment(true).build()?;
        db.create_object_store(CTL).build()?;
        db.create_object_store(VERDICT).build()?;
        Ok(())
    })
    .await?;
    Ok(Connection::new(db, false))
}

/// Opens A once more, after its connection was closed. One that is gone by now is not begun anew: what it held is lost, and only a page that
/// starts can say so.
pub async fn reopen_outbox(prefix: &str, number: u32) -> Result<Connection, StorageError> {
    let name = outbox_name(prefix, number);
    let db = patiently(&name, async || open_existing(&name, Some(VERSION)).await).await?;
    Ok(Connection::new(db.ok_or(StorageError::Closed)?, false))
}

/// Opens an A that was given up, of whatever version, to read what can be read; none where it will not open at all.
pub async fn open_outbox_as_it_is(prefix: &str, number: u32) -> Option<Connection> {
    let name = outbox_name(prefix, number);
    let db = patiently(&name, async || open_existing(&name, None).await).await.ok()??;
    Some(Connection::new(db, false))
}

/// The number of the newest A; 1 where there is none yet.
pub async fn newest_outbox(prefix: &str) -> Result<u32, StorageError> {
    // Each begins beside the one before; none has the number 1 in its name.
    newest(&outbox_name(prefix, 1), 2).await
}

/// The newest generation of B; 1 where there is none yet.
pub async fn newest_cache(prefix: &str) -> Result<u32, StorageError> {
    newest(&format!("{prefix}subzero-cache"), GENERATIONS_MISSING_MAX).await
}

/// The highest number that there is a database of. Where the browser does not tell their names, one after the other is looked for, until so
/// many in a row are missing.
async fn newest(begins: &str, missing_max: u32) -> Result<u32, StorageError> {
    if let Some(names) = names().await {
        let number = |name: &String| name.strip_prefix(begins)?.strip_prefix('-')?.parse::<u32>().ok();
        return Ok(names.iter().filter_map(number).max().unwrap_or(1));
    }
    let (mut newest, mut missing) = (1, 0);
    for number in 1.. {
        if exists(&format!("{begins}-{number}")).await? {
            (newest, missing) = (number, 0);
        } else {
            missing += 1;
        }
        if missing >= missing_max {
            break;
        }
    }
    Ok(newest)
}

async fn exists(name: &str) -> Result<bool, StorageError> {
    let found = patiently(name, async || open_existing(name, None).await).await?;
    Ok(found.map(Database::close).is_some())
}

/// The names of all databases there are; none where the browser does not tell.
async fn names() -> Option<BTreeSet<String>> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).ok()?;
    let ask: Function = Reflect::get(&factory, &"databases".into()).ok()?.dyn_into().ok()?;
    let told = JsFuture::from(ask.call0(&factory).ok()?.dyn_into::<Promise>().ok()?).await.ok()?;
    let of = |database: &JsValue, what: &str| Reflect::get(database, &what.into()).ok();
    // One that was only looked for has no version: `WebKit` tells of it.
    let is_there = |database: &JsValue| of(database, "version").is_none_or(|version| version.as_f64() != Some(0.0));
    let name = |database: JsValue| of(&database, "name")?.as_string();
    Some(Array::from(&told).iter().filter(is_there).filter_map(name).collect())
}

/// Opens one generation of B, creating it when it is not there.
pub async fn open_cache(prefix: &str, generation: u32) -> Result<Connection, StorageError> {
    let db = open(&cache_name(prefix, generation), |db| {
        for store in [SEG, TAIL, SNAP, CUR] {
            db.create_object_store(store).build()?;
        }
        Ok(())
    })
    .await?;
    Ok(Connection::new(db, true))
}

/// Deletes one generation of B. Tabs that have it open close it when they are told; one that does not is in the way, and
/// the deletion happens when it is gone.
pub async fn delete_cache(prefix: &str, generation: u32) -> Result<(), StorageError> {
    delete(&cache_name(prefix, generation)).await
}

/// Deletes an A that may be thrown away. The shop's books have none.
pub async fn delete_outbox(of: &Throwaway) -> Result<(), StorageError> {
    delete(&outbox_name(of.prefix(), 1)).await
}

async fn delete(name: &str) -> Result<(), StorageError> {
    let deletion = Database::delete_by_name(name).map_err(|error| StorageError::opening(name, &error))?;
    match select(deletion, TimeoutFuture::new(DELETION_WAIT_MS)).await {
        Either::Left((deleted, _)) => Ok(deleted?),
        Either::Right(_) => Err(StorageError::Blocked),
    }
}

/// A's name.
pub fn outbox_name(prefix: &str, number: u32) -> String {
    if number > 1 { format!("{prefix}subzero-outbox-{number}") } else { format!("{prefix}subzero-outbox") }
}

/// B's name.
pub fn cache_name(prefix: &str, generation: u32) -> String {
    format!("{prefix}subzero-cache-{generation}")
}

async fn open(
    name: &str,
    create: fn(&Database) -> Result<(), indexed_db_futures::error::Error>,
) -> Result<Database, StorageError> {
    patiently(name, async || {
        let request = Database::open(name)
            .with_version(VERSION)
            .with_on_upgrade_needed(move |_: VersionChangeEvent, db: Database| create(&db))
            .build()?;
        request.await
    })
    .await
}

/// Opens a database of this version, or of whatever version it is; none where there is none, and none is created.
async fn open_existing(name: &str, version: Option<u32>) -> Result<Option<Database>, OpenDbError> {
    let open = Database::open(name);
    let request = match version {
        Some(version) => open.with_version(version).build()?,
        None => open.build()?,
    };
    let is_new = Rc::new(Cell::new(false));
    let found = Rc::clone(&is_new);
    let _listener = Listener::on(request.as_sys(), "upgradeneeded", move |event| {
        found.set(true);
        let txn = event.target().and_then(|request| Reflect::get(&request, &"transaction".into()).ok());
        if let Some(Ok(txn)) = txn.map(JsCast::dyn_into::<IdbTransaction>) {
            let _ = txn.abort();
        }
    });
    match request.await {
        Ok(db) => Ok(Some(db)),
        Err(_) if is_new.get() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens it, up to three times: what goes wrong may pass, and a database that will not open is given up.
async fn patiently<T>(name: &str, open: impl AsyncFn() -> Result<T, OpenDbError>) -> Result<T, StorageError> {
    let mut pauses = txn::PAUSES_MS.into_iter();
    loop {
        let error = match open().await {
            Ok(opened) => return Ok(opened),
            Err(error) => StorageError::opening(name, &error),
        };
        match pauses.next() {
            Some(ms) if matches!(error, StorageError::WontOpen { .. }) => TimeoutFuture::new(ms).await,
            _ => return Err(error),
        }
    }
}
