//! The invariants that storage alone can break, each on real `IndexedDB`.

use std::collections::BTreeSet;

use futures::future::join_all;
use indexed_db_futures::KeyRange;
use subzero::storage::Storage;
use subzero::storage::cache::TXN_BYTES_MAX;
use subzero::storage::error::StorageError;
use subzero::storage::outbox::Slot;
use subzero::storage::schema::{self, SEG, TAIL};
use subzero::storage::txn;
use subzero_sync::chain::Position;
use subzero_sync::records::{AckRecord, Cursor, PageWrite, ShopCursors};
use subzero_sync::wire::EntryBytes;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{MUSEUM, entry, epoch, foreign_rows, fresh, open, page, row, start};

/// What a person sees of the shop: the rows of the shown copy, and own entries that are not among them yet.
async fn seen(storage: &Storage) -> Vec<EntryBytes> {
    let own = storage.outbox.own_all().await.expect("own entries");
    let (cursor, rows) = match storage.cache.load(MUSEUM).await.expect("a copy") {
        Some((cursor, rows)) => (Some(cursor), rows),
        None => (None, Vec::new()),
    };
    let applied = cursor.and_then(|cursor| cursor.applied_own).map_or(0, |applied| applied.dseq);
    let waiting = own.own.into_iter().filter(|own| own.dseq > applied).map(|own| own.body);
    rows.into_iter().map(|row| row.body).chain(waiting).collect()
}

#[wasm_bindgen_test]
async fn i1_five_hundred_entries_are_there_after_closing_and_opening() {
    let prefix = fresh("i1");
    let storage = open(&prefix).await;
    let entries: Vec<_> = (1..=500).map(|number| entry(number, MUSEUM)).collect();
    for (body, dseq) in entries.iter().zip(1..) {
        assert_eq!(storage.append(body).await, Ok(dseq));
    }
    storage.close();
    let storage = open(&prefix).await;
    let read = storage.outbox.own_all().await.expect("own entries");
    assert_eq!(read.last, 500);
    assert!(read.own.iter().map(|own| own.dseq).eq(1..=500), "the device sequence is dense");
    assert!(read.own.iter().map(|own| &own.body.0).eq(entries.iter()), "byte for byte");
}

#[wasm_bindgen_test]
async fn i1_two_tabs_that_record_at_once_share_one_dense_sequence() {
    let prefix = fresh("i1-tabs");
    let (one, other) = (open(&prefix).await, open(&prefix).await);
    let bodies: Vec<_> = (0..100).map(|number| entry(number, MUSEUM)).collect();
    let appends =
        bodies.iter().enumerate().map(|(at, body)| if at % 3 == 0 { one.append(body) } else { other.append(body) });
    let given: BTreeSet<u64> = join_all(appends).await.into_iter().map(|dseq| dseq.expect("an append")).collect();
    assert!(given.into_iter().eq(1..=100));
}

#[wasm_bindgen_test]
async fn i4_a_copy_holds_exactly_the_rows_up_to_its_cursor() {
    let prefix = fresh("i4");
    let storage = open(&prefix).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let rows = foreign_rows(90, MUSEUM);
    let mut from = start();
    for part in rows.chunks(7) {
        let next = page(MUSEUM, from, part, &control, false);
        let next = if from.seq == 0 { subzero_sync::records::PageRecord { complete: true, ..next } } else { next };
        let to = next.to;
        assert!(matches!(storage.store_page(&next).await, Ok(PageWrite::Stored(_))));
        from = to;
        let reopened = open(&prefix).await;
        let (cursor, found) = reopened.cache.load(MUSEUM).await.expect("readable").expect("a copy");
        assert_eq!(cursor, to);
        assert!(found.iter().map(|row| row.seq).eq(1..=cursor.seq));
        reopened.close();
    }
}

#[wasm_bindgen_test]
async fn i4_of_two_tabs_that_store_the_same_page_one_wins_and_nothing_is_stored_twice() {
    let prefix = fresh("i4-cas");
    let (one, other) = (open(&prefix).await, open(&prefix).await);
    let (control, _) = one.outbox.control().await.expect("a control record");
    let rows = foreign_rows(10, MUSEUM);
    let first = page(MUSEUM, start(), &rows[..5], &control, true);
    let longer = page(MUSEUM, start(), &rows, &control, true);
    let written = futures::future::join(one.store_page(&first), other.store_page(&longer)).await;
    let shown = ShopCursors { shown: Some(first.to), building: None };
    assert_eq!(written, (Ok(PageWrite::Stored(shown)), Ok(PageWrite::Conflicted(shown))));
    assert_eq!(other.cache.load(MUSEUM).await, Ok(Some((first.to, rows[..5].to_vec()))));
    // The next page goes on from where the copy really stands, and the other tab reads only what is new to it.
    let second = page(MUSEUM, first.to, &rows[5..], &control, true);
    assert!(matches!(other.store_page(&second).await, Ok(PageWrite::Stored(_))));
    assert_eq!(one.cache.load_after(MUSEUM, Some(first.to)).await, Ok(Some((second.to, rows[5..].to_vec()))));
}

#[wasm_bindgen_test]
async fn i4_a_copy_that_is_built_beside_the_shown_one_is_seen_only_when_it_is_complete() {
    let storage = open(&fresh("i4-beside")).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let rows = foreign_rows(6, MUSEUM);
    let old = page(MUSEUM, start(), &rows[..4], &control, true);
    storage.store_page(&old).await.expect("the old copy");
    let begun = page(MUSEUM, Cursor::start(2, epoch(2)), &rows[..3], &control, false);
    storage.store_page(&begun).await.expect("a new copy begins");
    assert_eq!(storage.cache.load(MUSEUM).await, Ok(Some((old.to, rows[..4].to_vec()))));
    let ended = page(MUSEUM, begun.to, &rows[3..], &control, true);
    storage.store_page(&ended).await.expect("a new copy is complete");
    assert_eq!(storage.cache.load(MUSEUM).await, Ok(Some((ended.to, rows))));
    assert_eq!(storage.cache.shop_cursors(MUSEUM).await, Ok(ShopCursors { shown: Some(ended.to), building: None }));
}

#[wasm_bindgen_test]
async fn i5_every_entry_is_seen_once_at_every_step_of_its_way() {
    let storage = open(&fresh("i5")).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let body = EntryBytes(entry(1, MUSEUM));
    storage.append(&body.0).await.expect("an append");
    assert_eq!(seen(&storage).await, [body.clone()], "recorded");
    let acked = Position::START.next(control.incarnation, &body);
    let ack = AckRecord { incarnation: control.incarnation, epoch: epoch(1), acked, verdicts: vec![], at: None };
    let control = storage.outbox.store_ack(&ack).await.expect("an ack");
    assert_eq!(seen(&storage).await, [body.clone()], "acked, and not pulled yet");
    let rows = [row(1, control.incarnation, 1, body.clone())];
    storage.store_page(&page(MUSEUM, start(), &rows, &control, true)).await.expect("a page");
    assert_eq!(seen(&storage).await, [body.clone()], "pulled");
    storage.cache.rebuild().await.expect("a new generation");
    assert_eq!(seen(&storage).await, [body], "and the cache is lost");
}

#[wasm_bindgen_test]
async fn i6_losing_the_whole_cache_takes_no_recorded_sale_away() {
    let prefix = fresh("i6");
    let (one, other) = (open(&prefix).await, open(&prefix).await);
    for number in 1..=20 {
        one.append(&entry(number, MUSEUM)).await.expect("an append");
    }
    let (control, _) = one.outbox.control().await.expect("a control record");
    let rows = foreign_rows(5, MUSEUM);
    one.store_page(&page(MUSEUM, start(), &rows, &control, true)).await.expect("a page");
    assert_eq!(other.cache.generation(), Some(1));
    one.cache.rebuild().await.expect("a new generation");
    assert_eq!(other.cache.generation(), None, "the other tab let go of the old one");
    assert_eq!(one.cache.load(MUSEUM).await, Ok(None));
    assert_eq!(other.cache.load(MUSEUM).await, Ok(None), "and goes on with the new one");
    assert_eq!((one.cache.generation(), other.cache.generation()), (Some(2), Some(2)));
    assert_eq!(seen(&other).await.len(), 20);
    assert_eq!(other.append(&entry(21, MUSEUM)).await, Ok(21));
}

#[wasm_bindgen_test]
async fn i14_a_page_that_is_too_large_for_one_txn_is_refused_and_leaves_nothing() {
    let storage = open(&fresh("i14")).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let inc = control.incarnation;
    let rows: Vec<_> = (1..=5).map(|seq| row(seq, inc, seq, EntryBytes(vec![0; TXN_BYTES_MAX / 5]))).collect();
    let refused = storage.store_page(&page(MUSEUM, start(), &rows, &control, true)).await;
    assert!(matches!(refused, Err(StorageError::TooLarge { .. })));
    assert_eq!(storage.cache.shop_cursors(MUSEUM).await, Ok(ShopCursors::default()));
}

#[wasm_bindgen_test]
async fn many_small_pages_become_a_segment_and_nobody_can_tell() {
    let storage = open(&fresh("seal")).await;
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let rows: Vec<_> = (1..=100).map(|seq| row(seq, control.incarnation, seq, EntryBytes(vec![0; 2_000]))).collect();
    let mut from = start();
    for (place, one) in rows.iter().enumerate() {
        let next = page(MUSEUM, from, std::slice::from_ref(one), &control, true);
        storage.store_page(&next).await.expect("a page");
        from = next.to;
        if place % 10 == 9 {
            storage.seal(MUSEUM).await.expect("pages are put together");
            assert_eq!(storage.cache.load(MUSEUM).await, Ok(Some((from, rows[..=place].to_vec()))));
        }
    }
    let (pages, segments) = (records(&storage, TAIL).await, records(&storage, SEG).await);
    assert_eq!((pages, segments), (36, 2), "a segment takes 32 of these rows");
}

async fn records(storage: &Storage, store: &'static str) -> u32 {
    let generation = storage.cache.generation().expect("open");
    let db = schema::open_cache(storage.prefix(), generation).await.expect("B opens");
    let all = |requests: &txn::Requests<'_>| {
        requests.count(store, KeyRange::LowerBound(JsValue::from_f64(f64::NEG_INFINITY), false))
    };
    let (count, ()) = txn::read(&db, &[store], all, txn::nothing).await.expect("a count");
    db.close();
    count
}

#[wasm_bindgen_test]
async fn session_and_cart_come_back_as_they_went() {
    let prefix = fresh("ctl");
    let storage = open(&prefix).await;
    assert_eq!(storage.outbox.kept::<String>(Slot::Session).await, Ok(None));
    storage.outbox.keep(Slot::Session, &"Ada, manager").await.expect("kept");
    storage.outbox.keep(Slot::Cart, &vec![("mug", 2), ("cup", 1)]).await.expect("kept");
    storage.close();
    let storage = open(&prefix).await;
    assert_eq!(storage.outbox.kept(Slot::Session).await, Ok(Some("Ada, manager".to_owned())));
    let cart = vec![("mug".to_owned(), 2), ("cup".to_owned(), 1)];
    assert_eq!(storage.outbox.kept(Slot::Cart).await, Ok(Some(cart)));
    assert_eq!(storage.outbox.kept::<u8>(Slot::Cart).await, Err(StorageError::Unreadable { store: "ctl" }));
    storage.outbox.drop_kept(Slot::Session).await.expect("dropped");
    assert_eq!(storage.outbox.kept::<String>(Slot::Session).await, Ok(None));
}

#[wasm_bindgen_test]
async fn of_two_tabs_that_keep_a_record_first_one_does_and_both_have_it() {
    let prefix = fresh("first");
    let (one, other) = (open(&prefix).await, open(&prefix).await);
    let both = futures::join!(one.outbox.keep_first(Slot::Paired, 1_u8), other.outbox.keep_first(Slot::Paired, 2_u8));
    let kept = one.outbox.kept::<u8>(Slot::Paired).await.expect("a read").expect("a record");
    assert_eq!(both, (Ok(kept), Ok(kept)));
    assert_eq!(other.outbox.keep_first(Slot::Paired, 3).await, Ok(kept));
}
