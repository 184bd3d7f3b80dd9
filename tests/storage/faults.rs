//! Connections that end, hang or fail under a sale: it is recorded once, or not at all, and either way somebody is told.

use futures::FutureExt as _;
use indexed_db_futures::internals::SystemRepr;
use js_sys::{Function, Object, Reflect};
use subzero::storage::Storage;
use subzero::storage::connection::{Connection, Source as _};
use subzero::storage::error::StorageError;
use subzero::storage::outbox::Slot;
use subzero::storage::{beside, schema};
use subzero_ledger::ids::EntryId;
use subzero_sync::wire::EntryBytes;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{MUSEUM, STATION, entry, foreign_rows, fresh, open, page, start};

/// So long somebody waits in these tests for a storage that does not answer; one that does answers in far less.
const WAIT_MS: u32 = 400;
/// So long for one that does.
const ANSWER_MS: u32 = 10_000;

/// What changes the browser for a test, until it is dropped.
struct Changed(Function);

impl Changed {
    /// Runs a script that answers with what undoes it.
    fn by(script: &str, argument: &JsValue) -> Self {
        let script = Function::new_with_args("argument", script);
        Self(script.call1(&JsValue::UNDEFINED, argument).expect("a script that runs").unchecked_into())
    }

    /// A txn of another connection that holds A's stores until it is let go.
    async fn held(prefix: &str) -> (Self, Connection) {
        let other = schema::open_outbox(prefix, 1).await.expect("A opens");
        let script = "
            const store = argument.transaction(['own', 'ctl', 'verdict'], 'readwrite').objectStore('own');
            let isHeld = true;
            const hold = () => { if (isHeld) store.count().onsuccess = hold; };
            hold();
            return () => { isHeld = false; };";
        (Self::by(script, other.database().as_sys()), other)
    }

    /// What is committed stays where it is until it is let go: then it is committed after all.
    fn slow_commits() -> Self {
        let script = "
            const { commit } = IDBTransaction.prototype;
            let isHeld = true;
            IDBTransaction.prototype.commit = function () {
                const store = this.objectStore(this.objectStoreNames[0]);
                const hold = () => { if (isHeld) store.count().onsuccess = hold; };
                hold();
            };
            return () => { isHeld = false; IDBTransaction.prototype.commit = commit; };";
        Self::by(script, &JsValue::UNDEFINED)
    }

    /// So many calls of a method of the browser fail as if its storage had hiccups.
    fn failing(interface: &str, method: &str, times: u32) -> Self {
        let argument = Object::new();
        for (name, value) in [("interface", interface), ("method", method)] {
            Reflect::set(&argument, &name.into(), &value.into()).expect("an object");
        }
        Reflect::set(&argument, &"times".into(), &times.into()).expect("an object");
        let script = "
            const { prototype } = globalThis[argument.interface];
            const method = prototype[argument.method];
            let left = argument.times;
            prototype[argument.method] = function (...all) {
                if (left-- > 0) throw new DOMException('a hiccup', 'UnknownError');
                return method.apply(this, all);
            };
            return () => { prototype[argument.method] = method; };";
        Self::by(script, &argument)
    }

    /// A browser that does not tell what databases there are: it has no such question, or answers it with an error.
    fn untold(has_question: bool) -> Self {
        let script = "
            const fails = () => Promise.reject(new DOMException('a hiccup', 'UnknownError'));
            Object.defineProperty(indexedDB, 'databases', { value: argument ? fails : undefined, configurable: true });
            return () => { delete indexedDB.databases; };";
        Self::by(script, &has_question.into())
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

fn dispatch(target: &web_sys::EventTarget, event: &str) {
    let event = web_sys::Event::new(event).expect("an event");
    target.dispatch_event(&event).expect("somebody may listen");
}

/// As a browser does it: whoever uses the connection next finds it closed, whether they were told or not.
async fn closes(storage: &Storage, is_told: bool) {
    let connection = storage.outbox.connection().await.expect("it is open");
    connection.database().as_sys().close();
    if is_told {
        dispatch(connection.database().as_sys(), "close");
    }
}

async fn bodies(storage: &Storage) -> Vec<EntryBytes> {
    storage.outbox.own_all().await.expect("own entries").own.into_iter().map(|own| own.body).collect()
}

fn entries(numbers: impl IntoIterator<Item = u64>) -> Vec<EntryBytes> {
    numbers.into_iter().map(|number| EntryBytes(entry(number, MUSEUM))).collect()
}

fn id(number: u128) -> EntryId {
    EntryId::from_u128(number)
}

#[wasm_bindgen_test]
async fn i1_a_sale_is_recorded_though_the_browser_has_closed_the_connection() {
    let storage = open(&fresh("closed")).await;
    for (number, is_told) in [(1, true), (2, false)] {
        closes(&storage, is_told).await;
        assert_eq!(storage.append(&entry(number, MUSEUM)).await, Ok(number));
    }
    assert_eq!(bodies(&storage).await, entries(1..=2));
}

#[wasm_bindgen_test]
async fn what_was_closed_for_good_is_not_opened_again() {
    let storage = open(&fresh("for-good")).await;
    storage.close();
    assert_eq!(storage.append(&entry(1, MUSEUM)).await, Err(StorageError::Closed));
    assert_eq!(storage.cache.cursors().await, Err(StorageError::Closed));
}

#[wasm_bindgen_test]
async fn an_outbox_that_is_gone_is_not_begun_anew_under_a_page_that_sells() {
    use indexed_db_futures::database::Database;

    let prefix = fresh("gone");
    let storage = open(&prefix).await;
    closes(&storage, true).await;
    let name = schema::outbox_name(&prefix, 1);
    Database::delete_by_name(&name).expect("a request").await.expect("nobody has it open");
    assert_eq!(storage.append(&entry(1, MUSEUM)).await, Err(StorageError::Closed));
    assert!(schema::open_outbox_as_it_is(&prefix, 1).await.is_none(), "nothing was created");
}

#[wasm_bindgen_test]
async fn i1_an_append_that_hangs_is_given_up_and_never_comes() {
    let prefix = fresh("hangs");
    let storage = open(&prefix).await;
    storage.append(&entry(1, MUSEUM)).await.expect("an append");
    let (held, _other) = Changed::held(&prefix).await;
    assert_eq!(storage.append_within(WAIT_MS, &entry(2, MUSEUM)).await, Err(StorageError::Late));
    assert_eq!(storage.find_within(WAIT_MS, id(2)).await, Err(StorageError::Late), "nobody knows yet");
    drop(held);
    assert_eq!(storage.find_within(ANSWER_MS, id(2)).await, Ok(None), "it was given up");
    assert_eq!(storage.append(&entry(2, MUSEUM)).await, Ok(2));
    assert_eq!(bodies(&storage).await, entries(1..=2), "once, and dense");
}

#[wasm_bindgen_test]
async fn i1_an_append_that_was_given_up_and_is_saved_late_is_found_and_never_doubled() {
    let storage = open(&fresh("late")).await;
    storage.append(&entry(1, MUSEUM)).await.expect("an append");
    let slow = Changed::slow_commits();
    assert_eq!(storage.append_within(WAIT_MS, &entry(2, MUSEUM)).await, Err(StorageError::Late));
    assert_eq!(storage.find_within(WAIT_MS, id(2)).await, Err(StorageError::Late), "no word before it has ended");
    drop(slow);
    assert_eq!(storage.find_within(ANSWER_MS, id(2)).await, Ok(Some(2)));
    let other_sale_of_that_id = entry(2, STATION);
    assert_eq!(storage.append(&other_sale_of_that_id).await, Err(StorageError::Recorded));
    assert_eq!(storage.append(&entry(2, MUSEUM)).await, Ok(2), "the same once more is the one that is there");
    assert_eq!(storage.append(&entry(3, MUSEUM)).await, Ok(3));
    assert_eq!(bodies(&storage).await, entries(1..=3));
}

/// Another page took over the cart of one that was frozen, and sold it.
#[wasm_bindgen_test]
async fn i1_of_two_pages_that_sell_the_same_cart_one_does() {
    let prefix = fresh("two-pages");
    let (frozen, other) = (open(&prefix).await, open(&prefix).await);
    other.append(&entry(1, MUSEUM)).await.expect("an append");
    assert_eq!(frozen.append(&entry(1, STATION)).await, Err(StorageError::Recorded));
    assert_eq!(bodies(&frozen).await, entries([1]));
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_holds_nothing_back_and_goes_on_with_nothing() {
    let prefix = fresh("left");
    let storage = open(&prefix).await;
    storage.outbox.keep(Slot::Cart, &"three mugs").await.expect("a cart");
    let (held, other) = Changed::held(&prefix).await;
    let body = entry(1, MUSEUM);
    let mut sale = Box::pin(storage.append(&body));
    assert_eq!((&mut sale).now_or_never(), None);
    let left = web_sys::window().expect("a window");
    dispatch(&left, "pagehide");
    drop((held, other));

    let next = open(&prefix).await;
    assert_eq!(next.outbox.kept::<String>(Slot::Cart).await, Ok(Some("three mugs".to_owned())));
    assert_eq!(bodies(&next).await, Vec::new(), "nothing was recorded");
    assert_eq!(sale.now_or_never(), None, "and never will be");
}

#[wasm_bindgen_test]
async fn an_error_that_passes_is_no_damage() {
    let prefix = fresh("passes");
    let storage = open(&prefix).await;
    storage.append(&entry(1, MUSEUM)).await.expect("an append");
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let rows = foreign_rows(3, MUSEUM);
    let stored = page(MUSEUM, start(), &rows, &control, true);
    storage.store_page(&stored).await.expect("a page");
    for (interface, method) in
        [("IDBObjectStore", "getAll"), ("IDBObjectStore", "getAllKeys"), ("IDBDatabase", "transaction")]
    {
        let failing = Changed::failing(interface, method, 2);
        assert_eq!(bodies(&storage).await, entries([1]), "{method}");
        drop(failing);
        let failing = Changed::failing(interface, method, 2);
        assert_eq!(storage.cache.load(MUSEUM).await, Ok(Some((stored.to, rows.clone()))), "{method}");
        drop(failing);
    }
    let failing = Changed::failing("IDBObjectStore", "add", 2);
    assert_eq!(storage.append(&entry(2, MUSEUM)).await, Ok(2));
    drop(failing);
    storage.close();
    let failing = Changed::failing("IDBFactory", "open", 2);
    let storage = open(&prefix).await;
    drop(failing);
    assert_eq!((storage.outbox.number(), storage.cache.generation()), (1, Some(1)), "neither was given up");
    assert_eq!(bodies(&storage).await, entries(1..=2));
}

#[wasm_bindgen_test]
async fn an_error_that_stays_is_damage() {
    let storage = open(&fresh("stays")).await;
    let failing = Changed::failing("IDBObjectStore", "getAll", 3);
    assert_eq!(storage.outbox.own_all().await, Err(StorageError::Unreadable { store: "own" }));
    drop(failing);
    assert_eq!(bodies(&storage).await, Vec::new(), "and may go all the same");
}

#[wasm_bindgen_test]
async fn i1_databases_are_found_where_the_browser_does_not_tell_of_them() {
    for has_question in [false, true] {
        let prefix = fresh("untold");
        let storage = open(&prefix).await;
        storage.append(&entry(1, MUSEUM)).await.expect("an append");
        storage.cache.rebuild().await.expect("a second generation");
        storage.close();
        beside::begin_next(&prefix).await.expect("the next one").close();
        let storage = open(&prefix).await;
        storage.append(&entry(2, MUSEUM)).await.expect("an append");
        storage.close();

        let untold = Changed::untold(has_question);
        let storage = open(&prefix).await;
        assert_eq!((storage.outbox.number(), storage.cache.generation()), (2, Some(2)));
        assert_eq!(bodies(&storage).await, entries(1..=2), "of the outbox before too");
        assert_eq!(schema::newest_cache(&prefix).await, Ok(2));
        drop(untold);
        assert_eq!(schema::newest_outbox(&prefix).await, Ok(2), "none was created by looking for it");
    }
}
