//! An outbox that cannot be used, and the one that is begun beside it.
//!
//! Where database A will not open, or a record in it cannot be read, the till must sell on and nothing may be deleted: what is in there
//! exists nowhere else. So the next outbox is begun under the next number, and takes over all that can be read of those before it, at this
//! start and at every later one: a browser that could not open a database today may do so tomorrow. The server knows entries by their ids,
//! so what it has already counts once.
//!
//! > Nothing here writes to an outbox that was given up, or deletes one.

use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;
use subzero_sync::records::Own;
use subzero_sync::wire::{Missing, Paired};
use wasm_bindgen::JsValue;

use super::codec;
use super::connection::Connection;
use super::error::StorageError;
use super::outbox::{Outbox, Slot};
use super::salvage::{raw, salvage};
use super::schema::{self, CTL};
use super::txn::TXN_BYTES_MAX;
use crate::device::clock;

/// So many bytes of entries are taken over in one txn: a sale waits for it.
const TAKEN_BYTES_MAX: usize = TXN_BYTES_MAX / 2;

/// What became of what was recorded before this outbox was begun; kept until somebody has seen it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// When that was found out.
    pub at: Instant,
    /// How many entries are missing; none while nobody knows.
    pub entries: Option<u64>,
}

impl Lost {
    /// What other devices hear of it.
    pub fn missing(self) -> Option<Missing> {
        let entries = self.entries.filter(|entries| *entries > 0)?;
        Some(Missing { entries, since: self.at })
    }
}

/// How far an outbox that was given up has been taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// The outbox.
    pub number: u32,
    /// Every entry that can be read up to this key is here.
    pub to: u64,
}

/// Opens the newest outbox; where it cannot be used, the next one beside it.
pub async fn open(prefix: &str) -> Result<Outbox, StorageError> {
    let newest = schema::newest_outbox(prefix).await?;
    let outbox = match Outbox::open(prefix, newest).await {
        Err(error) if is_damage(&error) => begin_next(prefix).await?,
        opened => opened?,
    };
    for number in 1..outbox.number() {
        // What does not work now, on a device without room for it, is tried again at the next start. The till opens.
        let _ = take_over(prefix, number, &outbox).await;
    }
    Ok(outbox)
}

/// Begins the next outbox. Once it is there, it is the newest.
pub async fn begin_next(prefix: &str) -> Result<Outbox, StorageError> {
    Outbox::open(prefix, schema::newest_outbox(prefix).await?.saturating_add(1)).await
}

/// Whether an outbox that answers so is to be left as it is and gone on beside.
pub const fn is_damage(error: &StorageError) -> bool {
    matches!(error, StorageError::WontOpen { .. } | StorageError::Unreadable { .. })
}

async fn take_over(prefix: &str, number: u32, outbox: &Outbox) -> Result<(), StorageError> {
    let before = outbox.taken_over(number).await?;
    let old = schema::open_outbox_as_it_is(prefix, number).await;
    let missing = match &old {
        Some(old) => {
            take_records(old, outbox).await?;
            let salvage = salvage(old).await;
            let base = salvage.control.map_or(0, |control| control.base);
            take_entries(&salvage.own, base, number, before, outbox).await?;
            Some(salvage.unreadable)
        }
        None => None,
    };
    if let Some(old) = old {
        old.close();
    }
    if before.is_none() {
        outbox.take(0, TakenOver { number, to: 0 }, &[]).await?;
        outbox.keep(Slot::Lost, &Lost { at: clock::now(), entries: missing }).await?;
        if outbox.kept::<u32>(Slot::Cache).await?.is_none() {
            outbox.keep(Slot::Cache, &schema::newest_cache(prefix).await?).await?;
        }
    }
    Ok(())
}

/// Who this device is, who is signed in, the cart: what is not here yet.
async fn take_records(old: &Connection, outbox: &Outbox) -> Result<(), StorageError> {
    for slot in Slot::TAKEN_OVER {
        if let Some(value) = raw(old, CTL, slot.name().into()).await.filter(|value| is_sound(slot, value)) {
            outbox.take_record(slot, value).await?;
        }
    }
    Ok(())
}

/// Whether a record is what this version reads there: damage is not carried on.
fn is_sound(slot: Slot, value: &JsValue) -> bool {
    let value = value.clone();
    if slot == Slot::Paired {
        codec::json_from_js::<Paired>(CTL, value).is_ok()
    } else if slot == Slot::Cache {
        codec::json_from_js::<u32>(CTL, value).is_ok()
    } else {
        codec::json_from_js::<serde_json::Value>(CTL, value).is_ok()
    }
}

async fn take_entries(
    own: &[Own],
    base: u64,
    number: u32,
    before: Option<TakenOver>,
    outbox: &Outbox,
) -> Result<(), StorageError> {
    let mut batch: Vec<&[u8]> = Vec::new();
    let mut bytes = 0;
    let mut from = before.map_or(0, |taken| taken.to);
    let mut to = from;
    // By their keys, which stay what they are when the outbox is numbered anew.
    let keyed = own.iter().map(|own| (base.saturating_add(own.dseq), own));
    for (key, own) in keyed.filter(|(key, _)| before.is_none_or(|taken| *key > taken.to)) {
        if bytes + own.body.0.len() > TAKEN_BYTES_MAX {
            outbox.take(from, TakenOver { number, to }, &std::mem::take(&mut batch)).await?;
            (from, bytes) = (to, 0);
        }
        bytes += own.body.0.len();
        to = key;
        batch.push(&own.body.0);
    }
    if batch.is_empty() { Ok(()) } else { outbox.take(from, TakenOver { number, to }, &batch).await }
}
