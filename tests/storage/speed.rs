//! What the adapter costs: our append beside the same bytes through `web-sys`, strictly committed, turn by turn.

use std::cell::Cell;

use futures::future::join;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use subzero::storage::schema::{self, OWN};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use subzero::storage::Storage;
use subzero_sync::records::{PageRecord, PageWrite};
use subzero_sync::wire::{EntryBytes, PULL_BYTES_MAX};

use super::fixtures::{MUSEUM, STATION, entry, fresh, open, page, row, start};

const TURNS: usize = 300;
/// A guard against something absurd, not a promise: two cores, shared with other work.
const RATIO_MAX: f64 = 3.0;

fn now() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &"performance".into()).expect("performance");
    let now: Function = Reflect::get(&performance, &"now".into()).expect("now").unchecked_into();
    now.call0(&performance).expect("a time").as_f64().expect("a number")
}

fn call(target: &JsValue, method: &str, arguments: &Array) -> JsValue {
    let method: Function = Reflect::get(target, &method.into()).expect("a method").unchecked_into();
    method.apply(target, arguments).expect("a call that works")
}

/// add, commit, and wait for `complete`.
async fn raw_append(db: &JsValue, bytes: &[u8]) {
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into()).expect("an option");
    let txn = call(db, "transaction", &Array::of3(&OWN.into(), &"readwrite".into(), &options));
    let store = call(&txn, "objectStore", &Array::of1(&OWN.into()));
    let request = call(&store, "add", &Array::of1(&Uint8Array::from(bytes)));
    let complete = Promise::new(&mut |resolve, _| {
        Reflect::set(&txn, &"oncomplete".into(), &resolve).expect("a handler");
    });
    call(&txn, "commit", &Array::new());
    JsFuture::from(complete).await.expect("a commit");
    Reflect::get(&request, &"result".into()).expect("a key");
}

fn middle(mut times_ms: Vec<f64>) -> f64 {
    times_ms.sort_by(f64::total_cmp);
    times_ms[times_ms.len() / 2]
}

#[wasm_bindgen_test]
async fn an_append_costs_little_more_than_the_same_put_by_hand() {
    use indexed_db_futures::internals::SystemRepr;

    let storage = open(&fresh("speed")).await;
    let raw = schema::open_outbox(&fresh("speed-raw"), 1).await.expect("A opens");
    let raw: JsValue = raw.database().as_sys().clone().into();
    let (mut ours_ms, mut raw_ms) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let mut body = entry(turn as u64, MUSEUM);
        body.resize(400, 7);
        let before = now();
        storage.append(&body).await.expect("an append");
        let between = now();
        raw_append(&raw, &body).await;
        ours_ms.push(between - before);
        raw_ms.push(now() - between);
    }
    let (ours, raw) = (middle(ours_ms), middle(raw_ms));
    console_log!("append p50 {ours:.2} ms, by hand p50 {raw:.2} ms, ratio {:.2} over {TURNS} turns each", ours / raw);
    assert!(ours / raw < RATIO_MAX);
}

/// So many sales, one after the other as quickly as a scanner fires: how long each took to be recorded.
async fn sales_ms(storage: &Storage, count: usize) -> Vec<f64> {
    let mut times_ms = Vec::new();
    for number in 0..count {
        let mut body = entry(number as u64, MUSEUM);
        body.resize(400, 7);
        let before = now();
        storage.append(&body).await.expect("an append");
        times_ms.push(now() - before);
        TimeoutFuture::new(1).await;
    }
    times_ms
}

/// Pages of the largest size, one after the other, as after days without a network. Answers how many.
async fn pages_until(storage: &Storage, is_over: &Cell<bool>) -> usize {
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let (mut from, mut pages) = (start(), 0);
    let body = EntryBytes(vec![7; 640]);
    while !is_over.get() {
        let inc = subzero::device::ids::incarnation();
        let count = (PULL_BYTES_MAX / body.0.len()) as u64;
        let rows: Vec<_> = (1..=count).map(|place| row(from.seq + place, inc, place, body.clone())).collect();
        let record = page(STATION, from, &rows, &control, false);
        let record = PageRecord { complete: from.seq == 0, ..record };
        assert!(matches!(storage.store_page(&record).await, Ok(PageWrite::Stored(_))));
        (from, pages) = (record.to, pages + 1);
    }
    pages
}

fn slow(mut times_ms: Vec<f64>) -> f64 {
    times_ms.sort_by(f64::total_cmp);
    times_ms[times_ms.len() * 95 / 100]
}

/// A guard against sales that queue behind the catching up, not a promise: the machine is shared, and a page is read, hashed and encoded on
/// the same thread as the sale.
const PACED_RATIO_MAX: f64 = 12.0;

#[wasm_bindgen_test]
async fn sales_are_recorded_nearly_as_fast_while_many_pages_come_in() {
    let storage = open(&fresh("pacing")).await;
    sales_ms(&storage, 20).await;
    let alone = sales_ms(&storage, TURNS).await;
    let is_over = Cell::new(false);
    let selling = async {
        let times_ms = sales_ms(&storage, TURNS).await;
        is_over.set(true);
        times_ms
    };
    let (meanwhile, pages) = join(selling, pages_until(&storage, &is_over)).await;
    assert!(pages > TURNS / 20, "only {pages} pages came in");
    let (alone, meanwhile) = ((middle(alone.clone()), slow(alone)), (middle(meanwhile.clone()), slow(meanwhile)));
    let ratio = meanwhile.0 / alone.0;
    console_log!(
        "sales alone p50 {:.2} ms, p95 {:.2} ms; while {pages} pages of 64 KB came in p50 {:.2} ms, p95 {:.2} ms; ratio of p50 {ratio:.2}",
        alone.0,
        alone.1,
        meanwhile.0,
        meanwhile.1
    );
    assert!(ratio < PACED_RATIO_MAX);
}
