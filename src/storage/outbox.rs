//! Database A: what this device recorded and nothing can bring back.
//!
//! The operations are those of [`subzero_sync::model::Outbox`], each one txn, and random scripts hold the two against each other. An
//! own entry is one record under a key that the store hands out; its device sequence is that key less the control record's base. Nothing
//! here is ever upgraded, and nothing but [`Outbox::forget_own`] deletes an entry.
//!
//! > I1: an entry is recorded when [`Outbox::append`] returned `Ok`, and then it is on the disk. > I6: until its 30 days are
//! > over, no operation of either database can take it away.

use std::cell::Cell;

use indexed_db_futures::KeyRange;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::EntryId;
use subzero_ledger::receipts;
use subzero_sync::records::{AckRecord, Collection, Control, EpochAdoption, NewIncarnation, Own, OwnRead};
use subzero_sync::rescue::Salvage;
use subzero_sync::wire::{EntryBytes, Verdict};
use wasm_bindgen::JsValue;

use super::beside::TakenOver;
use super::codec;
use super::connection::{Connection, Link, Source};
use super::error::StorageError;
use super::salvage;
use super::schema::{self, CTL, OWN, VERDICT};
use super::txn::{self, Durability, Get, Requests};
use crate::device::ids;

/// The most records one read asks for.
const READ_MAX: u32 = 1_000;
/// The control record's name in `ctl`.
pub(super) const CONTROL: &str = "control";

/// A small record of its own in `ctl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Who this device is, with its token: [`subzero_sync::wire::Paired`].
    Paired,
    /// Which generation of database B is in use.
    Cache,
    /// Who is signed in, and in which mode.
    Session,
    /// The cart that is being filled. It must name the id its entry will have: a cart whose entry is recorded is spent.
    Cart,
    /// Carts set aside.
    ParkedCarts,
    /// What somebody chose for this device alone: [`Display`](crate::device::display::Display).
    Preferences,
    /// When this device last had everything that the server has.
    Contact,
    /// What went wrong and nobody has said they saw: [`Told`](subzero_till::standing::Told), oldest first.
    Alerts,
    /// What the server last told of the account's devices: [`subzero_sync::devices::Devices`].
    Devices,
    /// What became of what was recorded before this outbox was begun: [`Lost`](super::beside::Lost), until somebody has seen it.
    Lost,
    /// How far the outboxes before this one have been taken over: [`TakenOver`], one for each.
    TakenOver,
    /// The entries that the server has set aside and somebody has dealt with.
    DealtWith,
    /// Up to which places somebody has seen what the server found odd: [`FlagsSeen`](subzero_till::flagged::FlagsSeen). Older versions kept a moment.
    FlagsSeen,
    /// Which digest was shown last, and how often somebody wants one: [`DigestChoice`](subzero_till::digest::DigestChoice).
    Digest,
}

impl Slot {
    /// What an outbox takes over from the one before it.
    pub(super) const TAKEN_OVER: [Self; 10] = [
        Self::Paired,
        Self::Cache,
        Self::Session,
        Self::Cart,
        Self::ParkedCarts,
        Self::Preferences,
        Self::Contact,
        Self::Alerts,
        Self::Devices,
        Self::Digest,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Paired => "paired",
            Self::Cache => "cache",
            Self::Session => "session",
            Self::Cart => "cart",
            Self::ParkedCarts => "parked_carts",
            Self::Preferences => "preferences",
            Self::Contact => "contact",
            Self::Alerts => "alerts",
            Self::Devices => "devices",
            Self::Lost => "lost",
            Self::TakenOver => "taken_over",
            Self::DealtWith => "dealt_with",
            Self::FlagsSeen => "odd-seen",
            Self::Digest => "digest",
        }
    }

    /// What is written often may lose the last of it with the power.
    const fn durability(self) -> Durability {
        match self {
            Self::Cart | Self::Preferences | Self::Contact | Self::Devices | Self::FlagsSeen | Self::Digest => {
                Durability::Relaxed
            }
            Self::Paired
            | Self::Cache
            | Self::Session
            | Self::ParkedCarts
            | Self::Alerts
            | Self::Lost
            | Self::TakenOver
            | Self::DealtWith => Durability::Strict,
        }
    }
}

/// Database A, open.
pub struct Outbox {
    prefix: String,
    /// 1, or more where those before it could not be used.
    number: u32,
    link: Link,
    /// The control record's base, as last read: a sale does not wait for reading it.
    base: Cell<u64>,
    /// The last key when it was opened, or that this tab recorded an entry under.
    last_key: Cell<u64>,
    /// The highest number of a receipt that another tab recorded after that, as far as this one came upon it.
    last_receipt: Cell<u64>,
}

impl Source for Outbox {
    async fn connection(&self) -> Result<Connection, StorageError> {
        self.link.or_open(schema::reopen_outbox(&self.prefix, self.number)).await
    }

    fn reopens(&self) -> bool {
        true
    }
}

impl Outbox {
    /// Opens it; a new one begins its first life.
    pub async fn open(prefix: &str, number: u32) -> Result<Self, StorageError> {
        let outbox = Self {
            prefix: prefix.to_owned(),
            number,
            link: Link::default(),
            base: Cell::new(0),
            last_key: Cell::new(0),
            last_receipt: Cell::new(0),
        };
        match outbox.begin().await {
            Ok(()) => Ok(outbox),
            Err(error) => {
                outbox.close();
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<(), StorageError> {
        self.link.or_open(schema::open_outbox(&self.prefix, self.number)).await?;
        let first = Control::new(ids::incarnation());
        let look = |requests: &Requests<'_>| Ok((control(requests)?, requests.count(OWN, from_key(0))?));
        txn::write_if(self, &[CTL, OWN], Durability::Strict, look, txn::nothing, |found, (), requests| match found {
            (Some(_), _) => Ok(()),
            (None, 0) => put_control(requests, &first),
            // Entries whose numbers nobody knows: what is begun here would count them anew.
            (None, _) => Err(StorageError::Unreadable { store: CTL }),
        })
        .await?;
        let (control, last) = self.control().await?;
        self.last_key.set(control.base.saturating_add(last));
        Ok(())
    }

    /// 1, or more where those before it could not be used.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whatever can be read of it.
    pub async fn salvage(&self) -> Salvage {
        match self.connection().await {
            Ok(connection) => salvage::salvage(&connection).await,
            Err(_) => Salvage::default(),
        }
    }

    /// Closes the connection for good, once what is under way has ended.
    pub fn close(&self) {
        self.link.end();
    }

    /// Closes the connection, once what is under way has ended: whoever needs it next has a fresh one.
    pub(super) fn let_go(&self) {
        self.link.close();
    }

    /// Records an entry: one strict put, committed once nothing speaks against it. Its device sequence, as far as this tab knows; when another tab
    /// has just begun a new life of the outbox, the hint of that makes this one read everything again.
    ///
    /// A receipt whose number another tab gave away meanwhile is refused: [`Self::last_receipt`] says which one was the last.
    ///
    /// However often it is tried, it is recorded once: an attempt that failed may have been saved all the same, and its entry then has
    /// come after the last one that this tab knew of.
    pub async fn append(&self, entry: &[u8]) -> Result<u64, StorageError> {
        let value = codec::to_js(entry);
        let after = from_key(self.last_key.get().saturating_add(1));
        let is_there = Cell::new(None);
        let add = |requests: &Requests<'_>| {
            Ok((requests.get_range(OWN, after.clone(), u32::MAX)?, requests.add(OWN, value.clone())?))
        };
        let appended = txn::write_if(self, &[OWN], Durability::Strict, add, txn::nothing, |(others, key), (), _| {
            let mut is_taken = false;
            for (other, value) in others {
                let other_entry = codec::from_js(OWN, value).unwrap_or_default();
                if other_entry == entry {
                    is_there.set(other.as_f64());
                }
                if other_entry == entry || id_of(&other_entry).is_some_and(|id| id_of(entry) == Some(id)) {
                    return Err(StorageError::Recorded);
                }
                let receipt = receipt_of(&other_entry);
                self.last_receipt.set(receipt.unwrap_or_default().max(self.last_receipt.get()));
                is_taken |= receipt.is_some_and(|number| receipt_of(entry) == Some(number));
            }
            if is_taken { Err(StorageError::NumberTaken) } else { Ok(key) }
        });
        let key = match (appended.await, is_there.get()) {
            (Err(StorageError::Recorded), Some(key)) => key,
            (appended, _) => appended?,
        };
        let key = codec::number(OWN, key)?;
        self.last_key.set(key.max(self.last_key.get()));
        Ok(key.saturating_sub(self.base.get()))
    }

    /// The highest number of a receipt that another tab recorded, as far as this one came upon it.
    pub const fn last_receipt(&self) -> u64 {
        self.last_receipt.get()
    }

    /// The device sequence of an entry, if it was recorded after the last one that this tab knew of. The answer comes once every
    /// attempt to record it has ended.
    pub async fn find(&self, id: EntryId) -> Result<Option<u64>, StorageError> {
        let after = from_key(self.last_key.get().saturating_add(1));
        let ask = |requests: &Requests<'_>| Ok((requests.get_range(OWN, after.clone(), u32::MAX)?, control(requests)?));
        let ((others, found), ()) = txn::read(self, &[OWN, CTL], ask, txn::nothing).await?;
        let base = read_control(found)?.base;
        for (key, value) in others {
            if codec::from_js(OWN, value).is_ok_and(|entry| id_of(&entry) == Some(id)) {
                return Ok(Some(own_key(&key)?.saturating_sub(base)));
            }
        }
        Ok(None)
    }

    /// Up to `entries_max` entries and `bytes_max` bytes after a device sequence, but at least one if there is one; with the control
    /// record of the same moment.
    pub async fn own(&self, after: u64, entries_max: usize, bytes_max: usize) -> Result<OwnRead, StorageError> {
        let limit = u32::try_from(entries_max).unwrap_or(u32::MAX).clamp(1, READ_MAX);
        let (found, (count, records)) = txn::read(self, &[OWN, CTL], control, |found, requests| {
            let control = peek_control(found.as_ref())?;
            let rest =
                requests.get_range(OWN, from_key(control.base.saturating_add(after).saturating_add(1)), limit)?;
            Ok((count_kept(requests, &control)?, rest))
        })
        .await?;
        let control = read_control(found)?;
        self.base.set(control.base);
        let last = control.kept.dseq.saturating_add(u64::from(count));
        let mut own = Vec::new();
        let mut bytes = 0_usize;
        for (key, value) in records {
            let body = EntryBytes(codec::from_js(OWN, value)?);
            bytes = bytes.saturating_add(body.0.len());
            if own.len() >= entries_max || (bytes > bytes_max && !own.is_empty()) {
                break;
            }
            own.push(Own { dseq: own_key(&key)?.saturating_sub(control.base), body });
        }
        Ok(OwnRead { control, last, own })
    }

    /// Every own entry that is kept, in order, with the control record.
    pub async fn own_all(&self) -> Result<OwnRead, StorageError> {
        let mut all = self.own(0, usize::MAX, usize::MAX).await?;
        while let Some(last) = all.own.last().map(|own| own.dseq) {
            let next = self.own(last, usize::MAX, usize::MAX).await?;
            if next.control.incarnation != all.control.incarnation {
                all = self.own(0, usize::MAX, usize::MAX).await?;
            } else if next.own.is_empty() {
                return Ok(OwnRead { own: all.own, ..next });
            } else {
                all.own.extend(next.own);
            }
        }
        Ok(all)
    }

    /// Where the outbox stands, and the highest device sequence there is.
    pub async fn control(&self) -> Result<(Control, u64), StorageError> {
        let read = self.own(0, 1, 0).await?;
        Ok((read.control, read.last))
    }

    /// What is odd about own entries, by device sequence.
    pub async fn verdicts(&self) -> Result<Vec<(u64, Verdict)>, StorageError> {
        let (found, records) = txn::read(self, &[VERDICT, CTL], control, |_, requests| all_verdicts(requests)).await?;
        let base = read_control(found)?.base;
        // What a newer version wrote and this one cannot read is no reason not to show the rest.
        let read = |(key, value): (JsValue, JsValue)| {
            Some((verdict_key(&key).ok()?.saturating_sub(base), codec::json_from_js(VERDICT, value).ok()?))
        };
        Ok(records.into_iter().filter_map(read).collect())
    }

    /// Keeps an ack and its verdicts. Where the outbox stands now, whether it was written or not.
    pub async fn store_ack(&self, ack: &AckRecord) -> Result<Control, StorageError> {
        let stores = [CTL, VERDICT];
        let has_dup = ack.verdicts.iter().any(|verdict| verdict.verdict == Verdict::Dup);
        let known = |_: &_, requests: &Requests<'_>| has_dup.then(|| all_verdicts(requests)).transpose();
        txn::write_if(self, &stores, Durability::Strict, control, known, |found, known, requests| {
            let mut control = read_control(found)?;
            if !control.take_ack(ack) {
                return Ok(control);
            }
            let aside = keys_aside(known.unwrap_or_default())?;
            for verdict in &ack.verdicts {
                let key = control.base.saturating_add(verdict.dseq);
                match &verdict.verdict {
                    Verdict::Ok => requests.delete(VERDICT, codec::key(key))?,
                    Verdict::Dup if verdict.seq.is_some() && aside.contains(&key) => {
                        requests.delete(VERDICT, codec::key(key))?;
                    }
                    Verdict::Dup => {}
                    odd @ (Verdict::Flagged { .. } | Verdict::Quarantined { .. }) => {
                        requests.put(VERDICT, codec::key(key), codec::json_to_js(VERDICT, odd)?)?;
                    }
                }
            }
            put_control(requests, &control)?;
            Ok(control)
        })
        .await
    }

    /// Takes up a new epoch. Where the outbox stands now, whether it was written or not.
    pub async fn adopt_epoch(&self, adoption: &EpochAdoption) -> Result<Control, StorageError> {
        txn::write_if(self, &[CTL], Durability::Strict, control, txn::nothing, |found, (), requests| {
            let mut control = read_control(found)?;
            if control.take_epoch(adoption) {
                put_control(requests, &control)?;
            }
            Ok(control)
        })
        .await
    }

    /// Begins a new life: every entry that is still kept is numbered anew under it. Where the outbox stands now, and the highest device
    /// sequence of that life.
    pub async fn start_incarnation(&self, new: &NewIncarnation) -> Result<(Control, u64), StorageError> {
        let first = |requests: &Requests<'_>| Ok((control(requests)?, requests.first_key(OWN)?));
        let control = txn::write_if(
            self,
            &[OWN, CTL],
            Durability::Strict,
            first,
            |(found, _), requests| count_kept(requests, &peek_control(found.as_ref())?),
            |(found, first_key), count, requests| {
                let mut control = read_control(found)?;
                let last_key = control.base.saturating_add(control.kept.dseq).saturating_add(u64::from(count));
                let first_key = first_key.map(|key| codec::number(OWN, key)).transpose()?;
                let base = first_key.unwrap_or(last_key.saturating_add(1)).saturating_sub(1);
                if control.take_incarnation(new, base) {
                    put_control(requests, &control)?;
                }
                Ok(control)
            },
        )
        .await?;
        let (now, last) = self.control().await?;
        Ok(if now.incarnation == control.incarnation { (control, last) } else { (now, last) })
    }

    /// Drops own entries that have had their time. Nothing happens unless all of them are acked and none of them was set aside.
    pub async fn forget_own(&self, collection: &Collection) -> Result<Control, StorageError> {
        let stores = [OWN, CTL, VERDICT];
        let known = |_: &_, requests: &Requests<'_>| all_verdicts(requests);
        txn::write_if(self, &stores, Durability::Strict, control, known, |found, known, requests| {
            let mut control = read_control(found)?;
            let to = control.base.saturating_add(collection.kept.dseq);
            if keys_aside(known)?.iter().all(|&key| key > to) && control.take_collection(collection) {
                let had_their_time = KeyRange::UpperBound(codec::key(to), false);
                requests.delete(OWN, had_their_time.clone())?;
                requests.delete(VERDICT, had_their_time)?;
                put_control(requests, &control)?;
            }
            Ok(control)
        })
        .await
    }

    /// How far an outbox that was given up has been taken over; none when it never was looked at.
    pub async fn taken_over(&self, number: u32) -> Result<Option<TakenOver>, StorageError> {
        let all: Option<Vec<TakenOver>> = self.kept(Slot::TakenOver).await?;
        Ok(all.unwrap_or_default().into_iter().find(|taken| taken.number == number))
    }

    /// Takes over the entries of another outbox from one key to another, together with how far that goes. Nothing happens where another
    /// tab has gone on from there.
    pub async fn take(&self, from: u64, upto: TakenOver, entries: &[&[u8]]) -> Result<(), StorageError> {
        let get = |requests: &Requests<'_>| requests.get(CTL, Slot::TakenOver.name().into());
        let stores = [OWN, CTL];
        txn::write_if(self, &stores, Durability::Strict, get, txn::nothing, |found, (), requests| {
            let all = found.map(|value| codec::json_from_js::<Vec<TakenOver>>(CTL, value)).transpose()?;
            let mut all = all.unwrap_or_default();
            let there = all.iter().find(|taken| taken.number == upto.number);
            if there.map_or(0, |taken| taken.to) != from || there == Some(&upto) {
                return Ok(());
            }
            for entry in entries {
                let _key = requests.add(OWN, codec::to_js(entry))?;
            }
            all.retain(|taken| taken.number != upto.number);
            all.push(upto);
            requests.put(CTL, Slot::TakenOver.name().into(), codec::json_to_js(CTL, &all)?)
        })
        .await
    }

    /// Takes over a small record as it is, unless there is one.
    pub(super) async fn take_record(&self, slot: Slot, value: JsValue) -> Result<(), StorageError> {
        let get = |requests: &Requests<'_>| requests.get(CTL, slot.name().into());
        txn::write_if(self, &[CTL], Durability::Strict, get, txn::nothing, |found, (), requests| match found {
            Some(_) => Ok(()),
            None => requests.put(CTL, slot.name().into(), value.clone()),
        })
        .await
    }

    /// Keeps a small record, over whatever was there.
    pub async fn keep<T: Serialize>(&self, slot: Slot, record: &T) -> Result<(), StorageError> {
        let value = codec::json_to_js(CTL, record)?;
        txn::write(self, &[CTL], slot.durability(), |requests| requests.put(CTL, slot.name().into(), value.clone()))
            .await
    }

    /// Keeps a small record unless there is one, and answers with the one that is there now.
    pub async fn keep_first<T: Serialize + DeserializeOwned>(&self, slot: Slot, record: T) -> Result<T, StorageError> {
        let get = |requests: &Requests<'_>| requests.get(CTL, slot.name().into());
        txn::write_if(self, &[CTL], slot.durability(), get, txn::nothing, |found, (), requests| {
            let there = found.map(|there| codec::json_from_js(CTL, there)).transpose()?;
            if there.is_none() {
                requests.put(CTL, slot.name().into(), codec::json_to_js(CTL, &record)?)?;
            }
            Ok(there)
        })
        .await
        .map(|there| there.unwrap_or(record))
    }

    /// Drops a small record.
    pub async fn drop_kept(&self, slot: Slot) -> Result<(), StorageError> {
        let key = JsValue::from_str(slot.name());
        txn::write(self, &[CTL], slot.durability(), |requests| requests.delete(CTL, key.clone())).await
    }

    /// A small record, if it was kept.
    pub async fn kept<T: DeserializeOwned>(&self, slot: Slot) -> Result<Option<T>, StorageError> {
        let get = |requests: &Requests<'_>| requests.get(CTL, slot.name().into());
        let (found, ()) = txn::read(self, &[CTL], get, txn::nothing).await?;
        found.map(|value| codec::json_from_js(CTL, value)).transpose()
    }
}

fn control(requests: &Requests<'_>) -> Result<Get, StorageError> {
    requests.get(CTL, CONTROL.into())
}

fn put_control(requests: &Requests<'_>, control: &Control) -> Result<(), StorageError> {
    requests.put(CTL, CONTROL.into(), codec::json_to_js(CTL, control)?)
}

fn read_control(found: Option<JsValue>) -> Result<Control, StorageError> {
    codec::json_from_js(CTL, found.ok_or(StorageError::Unreadable { store: CTL })?)
}

fn peek_control(found: Option<&JsValue>) -> Result<Control, StorageError> {
    read_control(found.cloned())
}

/// Entries after those that were dropped: keys are dense, and only keys up to `kept` were ever deleted.
fn count_kept(requests: &Requests<'_>, control: &Control) -> Result<txn::Count, StorageError> {
    requests.count(OWN, from_key(control.base.saturating_add(control.kept.dseq).saturating_add(1)))
}

fn all_verdicts(requests: &Requests<'_>) -> Result<txn::GetRange, StorageError> {
    requests.get_range(VERDICT, from_key(0), u32::MAX)
}

/// The keys of entries that the server has set aside, in order.
fn keys_aside(records: Vec<(JsValue, JsValue)>) -> Result<Vec<u64>, StorageError> {
    let mut keys = Vec::new();
    for (key, value) in records {
        if matches!(codec::json_from_js(VERDICT, value)?, Verdict::Quarantined { .. }) {
            keys.push(verdict_key(&key)?);
        }
    }
    Ok(keys)
}

fn own_key(key: &JsValue) -> Result<u64, StorageError> {
    codec::number(OWN, key.as_f64().ok_or(StorageError::Unreadable { store: OWN })?)
}

/// An entry's id; none where this version cannot read it.
fn receipt_of(entry: &[u8]) -> Option<u64> {
    receipts::running_number(&Entry::decode_confirmed(0, entry).ok()?)
}

fn id_of(entry: &[u8]) -> Option<EntryId> {
    Some(Entry::decode_confirmed(0, entry).ok()?.header.id)
}

fn verdict_key(key: &JsValue) -> Result<u64, StorageError> {
    codec::number(VERDICT, key.as_f64().ok_or(StorageError::Unreadable { store: VERDICT })?)
}

fn from_key(key: u64) -> KeyRange<JsValue> {
    KeyRange::LowerBound(codec::key(key), false)
}
