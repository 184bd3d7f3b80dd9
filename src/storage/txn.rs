//! Transactions that cannot be got wrong: the closures that make the requests are synchronous, so nothing else can be awaited inside.
//!
//! An `IndexedDB` transaction commits itself as soon as anything but its own request is awaited, which would split one change
//! into two. So this is the only module that holds a transaction across an `await`, and all it awaits is that transaction's
//! own requests: [`Answered`] is sealed. `await-holding-invalid-types` in `clippy.toml` bans it everywhere else.
//!
//! > Saved means that [`write`] or [`write_if`] returned `Ok`. A transaction that is dropped or refused aborts, and leaves nothing behind; only
//! > one that is dropped while it commits may still be saved, and whatever is asked of the same stores afterwards is answered once it has ended.
//!
//! What fails for a reason that may pass is done again on a fresh connection: so the closures are called again, and what they ask for must
//! be the same asked twice.

#![expect(clippy::await_holding_invalid_type, reason = "all that is awaited here is the txn's own requests")]

use gloo_timers::future::TimeoutFuture;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::future::{BasicRequest, GetAllPrimitiveRequest};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions, TransactionRef,
};
use wasm_bindgen::JsValue;

use super::connection::{Connection, Source, Watched};
use super::error::StorageError;

/// The most bytes one txn may carry: a sale never waits longer than one of them.
pub const TXN_BYTES_MAX: usize = 128 * 1024;
/// How long to wait before what failed is done again: three attempts in all.
pub(super) const PAUSES_MS: [u32; 2] = [100, 1_000];

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On the disk when `Ok` is returned: everything that exists nowhere else.
    Strict,
    /// Handed to the operating system: what can be had again, and drafts.
    Relaxed,
}

/// Makes requests in one txn and commits it; the answer counts only when all of it is saved.
pub async fn write<A: Answered>(
    source: &impl Source,
    stores: &[&str],
    durability: Durability,
    requests: impl Fn(&Requests<'_>) -> Result<A, StorageError>,
) -> Result<A::Answer, StorageError> {
    write_if(source, stores, durability, requests, nothing, |answer, (), _| Ok(answer)).await
}

/// Reads, reads again what the first answer leads to, and in the same txn writes what both call for: a compare-and-swap.
/// An error from any closure aborts.
pub async fn write_if<A: Answered, B: Answered, T>(
    source: &impl Source,
    stores: &[&str],
    durability: Durability,
    first: impl Fn(&Requests<'_>) -> Result<A, StorageError>,
    second: impl Fn(&A::Answer, &Requests<'_>) -> Result<B, StorageError>,
    write: impl Fn(A::Answer, B::Answer, &Requests<'_>) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    again(source, async |connection| {
        let txn = begin(connection.database(), stores, durability)?;
        let watched = connection.watch(txn.as_sys().clone().into());
        let written = async {
            let first = first(&Requests(&txn))?.answer().await?;
            let second = second(&first, &Requests(&txn))?.answer().await?;
            write(first, second, &Requests(&txn))
        };
        let written = written.await.map_err(|error| watched.said(error))?;
        commit(txn, &watched).await?;
        Ok(written)
    })
    .await
}

/// Reads, and reads again what the first answer leads to: both as of one moment. What the browser cannot give out on any connection, for
/// whatever reason of its own, is unreadable: a browser that keeps large values in files of their own may lose one.
pub async fn read<A: Answered, B: Answered>(
    source: &impl Source,
    stores: &[&'static str],
    first: impl Fn(&Requests<'_>) -> Result<A, StorageError>,
    second: impl Fn(&A::Answer, &Requests<'_>) -> Result<B, StorageError>,
) -> Result<(A::Answer, B::Answer), StorageError> {
    let store = stores.first().copied().unwrap_or_default();
    let unreadable =
        |error| if matches!(error, StorageError::NotSaved(_)) { StorageError::Unreadable { store } } else { error };
    let read = again(source, async |connection| {
        let txn = connection.database().transaction(stores).with_mode(TransactionMode::Readonly).build()?;
        let _watched = connection.watch(txn.as_sys().clone().into());
        let first = first(&Requests(&txn))?.answer().await?;
        let second = second(&first, &Requests(&txn))?.answer().await?;
        Ok((first, second))
    });
    read.await.map_err(unreadable)
}

/// Does it, and does it again on a fresh connection for as long as what went wrong may pass.
async fn again<T>(
    source: &impl Source,
    attempt: impl AsyncFn(&Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let mut pauses = PAUSES_MS.into_iter();
    loop {
        let connection = source.connection().await?;
        let error = match attempt(&connection).await {
            Err(error) if error.may_pass() && source.reopens() => error,
            done => return done,
        };
        connection.fail().await;
        match pauses.next() {
            Some(ms) => TimeoutFuture::new(ms).await,
            None => return Err(error),
        }
    }
}

/// For a second step that there is no need of.
pub fn nothing<A>(_: &A, _: &Requests<'_>) -> Result<(), StorageError> {
    Ok(())
}

/// The requests a closure may make. They go out at once, in order.
pub struct Requests<'t>(&'t TransactionRef<'t>);

/// One record, if it is there.
pub struct Get(BasicRequest<Option<JsValue>>);

/// Records of a range with their keys, in the order of the keys.
pub struct GetRange {
    keys: GetAllPrimitiveRequest<JsValue>,
    values: GetAllPrimitiveRequest<JsValue>,
}

/// The keys of a range, in order.
pub struct GetKeys(GetAllPrimitiveRequest<JsValue>);

/// The key a new record was given.
pub struct NewKey(BasicRequest<f64>);

/// How many records there are.
pub struct Count(BasicRequest<u32>);

/// The lowest key of a store, if it has any.
pub struct FirstKey(BasicRequest<Option<f64>>);

impl Requests<'_> {
    /// Reads one record.
    pub fn get(&self, store: &str, key: JsValue) -> Result<Get, StorageError> {
        Ok(Get(self.0.object_store(store)?.get::<JsValue, _, _>(key).primitive()?))
    }

    /// Reads at most `limit` records of a range.
    pub fn get_range(&self, store: &str, range: KeyRange<JsValue>, limit: u32) -> Result<GetRange, StorageError> {
        let source = self.0.object_store(store)?;
        let keys =
            source.get_all_keys::<JsValue>().with_query::<JsValue, _>(range.clone()).with_limit(limit).primitive()?;
        let values = source.get_all::<JsValue>().with_query::<JsValue, _>(range).with_limit(limit).primitive()?;
        Ok(GetRange { keys, values })
    }

    /// Reads the keys of a range, and none of the records.
    pub fn get_keys(&self, store: &str, range: KeyRange<JsValue>) -> Result<GetKeys, StorageError> {
        let source = self.0.object_store(store)?;
        Ok(GetKeys(source.get_all_keys::<JsValue>().with_query::<JsValue, _>(range).primitive()?))
    }

    /// Counts the records of a range.
    pub fn count(&self, store: &str, range: KeyRange<JsValue>) -> Result<Count, StorageError> {
        Ok(Count(self.0.object_store(store)?.count().with_query::<JsValue, _>(range).primitive()?))
    }

    /// Asks for the lowest numeric key of a store.
    pub fn first_key(&self, store: &str) -> Result<FirstKey, StorageError> {
        let all = KeyRange::LowerBound(JsValue::from_f64(0.0), false);
        let request = self.0.object_store(store)?.get_key::<JsValue, _>(all).with_key_type::<f64>().primitive()?;
        Ok(FirstKey(request))
    }

    /// Adds a record under the next key, which is the answer.
    pub fn add(&self, store: &str, value: JsValue) -> Result<NewKey, StorageError> {
        Ok(NewKey(self.0.object_store(store)?.add(value).with_key_type::<f64>().primitive()?))
    }

    /// Writes a record, over whatever was there.
    pub fn put(&self, store: &str, key: JsValue, value: JsValue) -> Result<(), StorageError> {
        let _request = self.0.object_store(store)?.put(value).with_key(key).without_key_type().primitive()?;
        Ok(())
    }

    /// Deletes the records of a key or range.
    pub fn delete(&self, store: &str, keys: impl Into<KeyRange<JsValue>>) -> Result<(), StorageError> {
        let _request = self.0.object_store(store)?.delete::<JsValue, _>(keys).primitive()?;
        Ok(())
    }

    /// Deletes every record of a store.
    pub fn clear(&self, store: &str) -> Result<(), StorageError> {
        let _request = self.0.object_store(store)?.clear()?;
        Ok(())
    }
}

fn begin<'d>(db: &'d Database, stores: &[&str], durability: Durability) -> Result<Transaction<'d>, StorageError> {
    let durability = match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    };
    let options = TransactionOptions::new().with_durability(durability);
    Ok(db.transaction(stores).with_mode(TransactionMode::Readwrite).with_options(options).build()?)
}

/// Commits; a failure is told in the transaction's own words, where the library says only that it aborted.
async fn commit(txn: Transaction<'_>, watched: &Watched<'_>) -> Result<(), StorageError> {
    txn.commit().await.map_err(|error| watched.said(error.into()))
}

mod sealed {
    pub trait Sealed {}
}

/// What a txn was asked and will answer.
pub trait Answered: sealed::Sealed {
    /// The answer.
    type Answer;

    /// Waits for it.
    fn answer(self) -> impl Future<Output = Result<Self::Answer, StorageError>>;
}

impl sealed::Sealed for () {}
impl Answered for () {
    type Answer = ();

    async fn answer(self) -> Result<(), StorageError> {
        Ok(())
    }
}

impl sealed::Sealed for Get {}
impl Answered for Get {
    type Answer = Option<JsValue>;

    async fn answer(self) -> Result<Option<JsValue>, StorageError> {
        Ok(self.0.await?)
    }
}

impl sealed::Sealed for GetRange {}
impl Answered for GetRange {
    type Answer = Vec<(JsValue, JsValue)>;

    async fn answer(self) -> Result<Self::Answer, StorageError> {
        let keys = self.keys.await?.collect::<Result<Vec<_>, _>>()?;
        let values = self.values.await?.collect::<Result<Vec<_>, _>>()?;
        Ok(keys.into_iter().zip(values).collect())
    }
}

impl sealed::Sealed for GetKeys {}
impl Answered for GetKeys {
    type Answer = Vec<JsValue>;

    async fn answer(self) -> Result<Vec<JsValue>, StorageError> {
        Ok(self.0.await?.collect::<Result<_, _>>()?)
    }
}

impl sealed::Sealed for NewKey {}
impl Answered for NewKey {
    type Answer = f64;

    async fn answer(self) -> Result<f64, StorageError> {
        Ok(self.0.await?)
    }
}

impl sealed::Sealed for Count {}
impl Answered for Count {
    type Answer = u32;

    async fn answer(self) -> Result<u32, StorageError> {
        Ok(self.0.await?)
    }
}

impl sealed::Sealed for FirstKey {}
impl Answered for FirstKey {
    type Answer = Option<f64>;

    async fn answer(self) -> Result<Option<f64>, StorageError> {
        Ok(self.0.await?)
    }
}

impl<A: Answered, B: Answered> sealed::Sealed for (A, B) {}
impl<A: Answered, B: Answered> Answered for (A, B) {
    type Answer = (A::Answer, B::Answer);

    async fn answer(self) -> Result<Self::Answer, StorageError> {
        Ok((self.0.answer().await?, self.1.answer().await?))
    }
}

impl<A: Answered> sealed::Sealed for Option<A> {}
impl<A: Answered> Answered for Option<A> {
    type Answer = Option<A::Answer>;

    async fn answer(self) -> Result<Self::Answer, StorageError> {
        match self {
            Some(asked) => asked.answer().await.map(Some),
            None => Ok(None),
        }
    }
}
