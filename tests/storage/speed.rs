//! What the adapter costs: our append beside the same bytes through `web-sys`, strictly committed, turn by turn.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use subzero::storage::schema::{self, OWN};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::fixtures::{MUSEUM, entry, fresh, open};

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
    let raw: JsValue = raw.as_sys().clone().into();
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
