//! What is left when a txn never commits, a record is damaged, or a database will not open.

use futures::FutureExt as _;
use subzero::storage::error::StorageError;
use subzero::storage::schema::{self, CTL, CUR, OWN, TAIL};
use subzero::storage::txn::{self, Durability};
use subzero_sync::records::ShopCursors;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{MUSEUM, STATION, entry, foreign_rows, fresh, open, page, sale, start};

#[wasm_bindgen_test]
async fn i1_a_txn_that_never_commits_leaves_no_entry_and_no_gap() {
    let prefix = fresh("abort");
    let storage = open(&prefix).await;
    assert_eq!(storage.append(&entry(1, MUSEUM)).await, Ok(1));
    let db = schema::open_outbox(&prefix, 1).await.expect("A opens");
    for _ in 0..5 {
        let crashed = txn::write(&db, &[OWN], Durability::Strict, |requests| {
            let _key = requests.add(OWN, JsValue::from_str("never recorded"))?;
            Err::<(), _>(StorageError::Blocked)
        })
        .await;
        assert_eq!(crashed, Err(StorageError::Blocked));
    }
    assert_eq!(storage.append(&entry(2, MUSEUM)).await, Ok(2));
    let read = storage.outbox.own_all().await.expect("own entries");
    assert!(read.own.iter().map(|own| own.dseq).eq([1, 2]));
}

/// The page may be gone before it hears that a sale is recorded: then the sale is there once, and nothing half-way.
#[wasm_bindgen_test]
async fn i1_an_append_that_nobody_waits_for_is_there_whole_or_not_at_all() {
    let prefix = fresh("unheard");
    let storage = open(&prefix).await;
    let body = entry(1, MUSEUM);
    assert_eq!(storage.append(&body).now_or_never(), None, "asked once, and dropped");
    let next = storage.append(&entry(2, MUSEUM)).await.expect("an append");
    let read = storage.outbox.own_all().await.expect("own entries");
    assert!(read.own.iter().map(|own| own.dseq).eq(1..=next), "dense either way");
}

#[wasm_bindgen_test]
async fn i4_a_page_whose_txn_never_commits_leaves_rows_and_cursor_as_they_were() {
    let prefix = fresh("page-abort");
    let storage = open(&prefix).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let rows = foreign_rows(8, MUSEUM);
    let first = page(MUSEUM, start(), &rows, &control, true);
    storage.store_page(&first).await.expect("a page");
    let db = schema::open_cache(&prefix, 1).await.expect("B opens");
    let read_cursor = |requests: &txn::Requests<'_>| requests.get(CUR, 1.into());
    let crashed: Result<(), _> =
        txn::write_if(&db, &[CUR, TAIL], Durability::Relaxed, read_cursor, txn::nothing, |found, (), requests| {
            assert!(found.is_some(), "the closure runs within the txn");
            requests.clear(TAIL)?;
            requests.delete(CUR, JsValue::from(1))?;
            Err(StorageError::Blocked)
        })
        .await;
    assert_eq!(crashed, Err(StorageError::Blocked));
    assert_eq!(storage.cache.load(MUSEUM).await, Ok(Some((first.to, rows))));
}

#[wasm_bindgen_test]
async fn a_damaged_record_is_an_error_and_never_a_panic() {
    let prefix = fresh("damage");
    let storage = open(&prefix).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    storage.store_page(&page(MUSEUM, start(), &foreign_rows(3, MUSEUM), &control, true)).await.expect("a page");
    let cache = schema::open_cache(&prefix, 1).await.expect("B opens");
    for damaged in [JsValue::NULL, JsValue::from_str("rows"), subzero::storage::codec::to_js(&[1, 0, 0])] {
        txn::write(&cache, &[TAIL], Durability::Relaxed, |requests| {
            let key = js_sys::Array::of3(&1.into(), &1.into(), &3.into());
            requests.put(TAIL, key.into(), damaged.clone())
        })
        .await
        .expect("damage is done");
        assert_eq!(storage.cache.load(MUSEUM).await, Err(StorageError::Unreadable { store: TAIL }));
    }
    let whole = foreign_rows(2, STATION);
    storage.store_page(&page(STATION, start(), &whole, &control, true)).await.expect("a page");
    assert_eq!(storage.cache.salvage(MUSEUM).await, Ok(Vec::new()));
    assert_eq!(storage.cache.salvage(STATION).await, Ok(whole), "what can be read is");
    storage.cache.rebuild().await.expect("a new generation");
    assert_eq!(storage.cache.shop_cursors(MUSEUM).await, Ok(ShopCursors::default()));

    let outbox = schema::open_outbox(&prefix, 1).await.expect("A opens");
    txn::write(&outbox, &[CTL], Durability::Strict, |requests| requests.put(CTL, "control".into(), "no".into()))
        .await
        .expect("damage is done");
    assert_eq!(storage.persisted().await, Err(StorageError::Unreadable { store: CTL }));
}

/// A database of a later version is one that will not open.
#[wasm_bindgen_test]
async fn a_cache_that_will_not_open_is_begun_anew() {
    use indexed_db_futures::database::Database;
    use indexed_db_futures::prelude::*;

    let prefix = fresh("later");
    let storage = open(&prefix).await;
    storage.append(&entry(1, MUSEUM)).await.expect("an append");
    storage.close();
    let later = Database::open(schema::cache_name(&prefix, 1)).with_version(9_u32).build().expect("a request");
    later.await.expect("a later version").close();
    let storage = open(&prefix).await;
    assert_eq!(storage.cache.generation(), Some(2));
    assert_eq!(storage.outbox.own_all().await.expect("own entries").own.len(), 1);
}

#[wasm_bindgen_test]
async fn two_tabs_never_give_one_number_to_two_receipts() {
    let prefix = fresh("numbers");
    let (one, other) = (open(&prefix).await, open(&prefix).await);
    one.append(&sale(1, "1-1-1")).await.expect("an append");
    assert_eq!(other.append(&sale(2, "1-1-1")).await, Err(StorageError::NumberTaken));
    assert_eq!(other.outbox.last_receipt(), 1);
    assert_eq!(other.append(&sale(2, "1-1-2")).await, Ok(2), "under the next one it is recorded");
    // What has no number comes between, and the other tab's receipt is known all the same.
    assert_eq!(one.append(&entry(3, MUSEUM)).await, Ok(3));
    assert_eq!(one.outbox.last_receipt(), 2);
    assert_eq!(one.outbox.own_all().await.expect("own entries").own.len(), 3);
}
