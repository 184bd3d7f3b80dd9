//! Push and pull, between devices that behave.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::ShopId;
use subzero_sync::chain::Position;
use subzero_sync::wire::{Chain, Incarnation, Manifest, PULL_BYTES_MAX, PullPage, PushReply, SegmentList, Verdict};
use uuid::Uuid;

use crate::support::{HIGH_STREET, Running, STATION, Till, code, config, folder, read};

#[tokio::test]
async fn what_one_till_records_the_other_pulls() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut front = server.pair("kim@example.com", HIGH_STREET).await;
    let back = server.pair("kim@example.com", STATION).await;
    let recorded = [front.receipt(), front.receipt()];
    let reply = front.push(&recorded).await;
    let seqs: Vec<_> = reply.verdicts.iter().map(|verdict| (verdict.dseq, verdict.seq)).collect();
    assert_eq!(seqs, [(1, Some(1)), (2, Some(2))]);
    assert!(reply.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Ok));
    let rows = back.pull(HIGH_STREET).await;
    let pulled: Vec<Entry> = rows.iter().map(|row| Entry::decode(row.dseq, &row.body.0).unwrap()).collect();
    assert_eq!(pulled.iter().map(|entry| entry.header.id).collect::<Vec<_>>(), recorded.map(|entry| entry.header.id));
    assert!(rows.iter().all(|row| row.inc == front.inc));
    server.stop().await;
}

#[tokio::test]
async fn the_office_tells_of_employees_items_and_registers() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let rows = till.pull(ShopId::OFFICE).await;
    let mut told = Vec::new();
    for row in rows {
        let Body::Catalogue(catalogue) = Entry::decode(row.dseq, &row.body.0).unwrap().body else { panic!() };
        told.extend(catalogue.changes.iter().map(|change| format!("{change:?}")));
    }
    for word in ["Shop", "Kim", "Lee", "Mug", "Front till"] {
        assert!(told.iter().any(|change| change.contains(word)), "{word} is missing: {told:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn i2_a_batch_sent_again_after_a_lost_answer_gets_the_same_places() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let bytes = [till.receipt().encode().unwrap(), b"poison".to_vec(), till.receipt().encode().unwrap()];
    let request = till.request(&bytes);
    let first = till.push_bytes(&bytes).await;
    let again: PushReply = read(till.send(&request).await).await;
    assert_eq!(again.acked, first.acked);
    for (once, twice) in first.verdicts.iter().zip(&again.verdicts) {
        assert_eq!((once.dseq, once.seq), (twice.dseq, twice.seq));
    }
    assert_eq!(again.verdicts[0].verdict, Verdict::Dup);
    assert_eq!(again.verdicts[1], first.verdicts[1]);
    assert_eq!(till.page(HIGH_STREET, 0).await.head, 2);
    // The answer to the first half was lost, and the device recorded more meanwhile.
    let more = till.receipt().encode().unwrap();
    let mut overlap = request.clone();
    overlap.entries.push(subzero_sync::wire::EntryBytes(more));
    let reply: PushReply = read(till.send(&overlap).await).await;
    assert_eq!((reply.acked, reply.verdicts[3].seq), (4, Some(3)));
    server.stop().await;
}

#[tokio::test]
async fn an_entry_sent_under_a_new_incarnation_keeps_its_place() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let recorded = [till.receipt(), till.receipt()];
    till.push(&recorded).await;
    till.inc = Incarnation(Uuid::new_v4());
    till.acked = Position::START;
    let bytes = recorded.map(|entry| entry.encode().unwrap());
    let request = till.request(&bytes);
    let reply = till.push_bytes(&bytes).await;
    assert_eq!(reply.verdicts[1].seq, Some(2));
    assert_eq!(reply.verdicts[1].verdict, Verdict::Dup);
    let again: PushReply = read(till.send(&request).await).await;
    assert_eq!(again, reply);
    assert_eq!(till.page(HIGH_STREET, 0).await.head, 2);
    assert_eq!(till.push(&[till.receipt()]).await.verdicts[0].seq, Some(3));
    server.stop().await;
}

#[tokio::test]
async fn a_gap_a_fork_and_another_epoch_store_nothing() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    till.push(&[till.receipt()]).await;
    let entry = till.receipt().encode().unwrap();
    let conflict = async |request: &_| {
        let answer = till.send(request).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        answer.json::<Value>().await.unwrap()
    };
    let mut gap = till.request(std::slice::from_ref(&entry));
    gap.first = 5;
    assert_eq!(conflict(&gap).await, json!({ "code": "gap", "expected": 2 }));
    let mut fork = till.request(std::slice::from_ref(&entry));
    fork.before = Chain([7; 32]);
    assert_eq!(conflict(&fork).await, json!({ "code": "fork" }));
    let mut other = till.request(std::slice::from_ref(&entry));
    other.epoch = Some(subzero_sync::wire::Epoch(Uuid::from_u128(9)));
    let told = json!({ "code": "epoch", "epoch": till.epoch, "acked": 1 });
    assert_eq!(conflict(&other).await, told);
    assert_eq!(till.page(HIGH_STREET, 0).await.head, 1);
    server.stop().await;
}

#[tokio::test]
async fn an_outbox_of_another_device_is_a_fork() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut one = server.pair("kim@example.com", HIGH_STREET).await;
    let mut two = server.pair("kim@example.com", HIGH_STREET).await;
    one.push(&[one.receipt()]).await;
    two.inc = one.inc;
    two.acked = one.acked;
    let answer = two.send(&two.request(&[two.receipt().encode().unwrap()])).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "code": "fork" }));
    server.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_everything_and_the_epoch() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    till.push(&[till.receipt(), till.receipt()]).await;
    let before = till.pull(HIGH_STREET).await;
    let epoch = till.epoch;
    server.stop().await;
    let server = Running::start(config(data.path())).await;
    let mut till = till.at(&server);
    assert_eq!(till.pull(HIGH_STREET).await, before);
    assert_eq!(till.push(&[till.receipt()]).await.verdicts[0].seq, Some(3));
    assert_eq!(till.epoch, epoch);
    server.stop().await;
}

#[tokio::test]
async fn i11_a_restored_server_is_of_a_new_epoch_and_takes_what_it_lacks() {
    let data = folder();
    let backup = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    till.push(&[till.receipt()]).await;
    let backed_up = till.acked;
    server.stop().await;
    let copy = backup.path().join("backup.sqlite");
    subzero_server::backup::backup(data.path(), &copy).await.unwrap();
    let server = Running::start(config(data.path())).await;
    let mut till = till.at(&server);
    let lost = till.receipt();
    till.push(std::slice::from_ref(&lost)).await;
    server.stop().await;

    let restored = folder();
    subzero_server::backup::restore(&copy, restored.path(), &mut |_| {}).await.unwrap();
    let server = Running::start(config(restored.path())).await;
    let mut till = till.at(&server);
    let answer = till.send(&till.request(&[till.receipt().encode().unwrap()])).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let told: Value = answer.json().await.unwrap();
    assert_eq!((told["code"].as_str(), told["acked"].as_u64()), (Some("epoch"), Some(1)));
    assert_ne!(told["epoch"], json!(till.epoch));
    till.epoch = None;
    till.acked = backed_up;
    assert_eq!(till.push(&[lost]).await.verdicts[0].seq, Some(2));
    // The server's own outbox starts anew as well: what it wrote after the backup was numbered already.
    server.pair("kim@example.com", STATION).await;
    let office = till.pull(ShopId::OFFICE).await;
    assert_ne!(office.first().map(|row| row.inc), office.last().map(|row| row.inc));
    server.stop().await;
}

#[tokio::test]
async fn a_manifest_waits_for_news_and_no_longer_than_asked() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let heads: Manifest = read(till.get("/v1/sync/manifest").await).await;
    let known = |manifest: &Manifest| {
        let pairs: Vec<String> = manifest.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
        pairs.join(",")
    };
    let started = Instant::now();
    let same: Manifest = read(till.get(&format!("/v1/sync/manifest?wait_ms=150&known={}", known(&heads))).await).await;
    assert_eq!(same.heads, heads.heads);
    assert!(started.elapsed() >= Duration::from_millis(150));

    let waiting = tokio::spawn({
        let till = till.clone();
        let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", known(&heads));
        async move { read::<Manifest>(till.get(&path).await).await }
    });
    let started = Instant::now();
    till.push(&[till.receipt()]).await;
    let news = waiting.await.unwrap();
    assert!(news.heads.iter().any(|head| head.shop == HIGH_STREET && head.head == 1));
    assert!(started.elapsed() < Duration::from_secs(20), "it was not woken");

    // What is known of a shop that is not granted, or not known of one that is, is news.
    let started = Instant::now();
    till.get("/v1/sync/manifest?wait_ms=25000&known=1:1").await;
    assert!(started.elapsed() < Duration::from_secs(20), "it waited though it had something to say");
    server.stop().await;
}

#[tokio::test]
async fn a_grant_that_ends_meanwhile_is_in_the_answer_of_whoever_waits() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut front = server.pair("kim@example.com", HIGH_STREET).await;
    let back = server.pair("kim@example.com", HIGH_STREET).await;
    let waiting = wait_for_news(&back).await;
    let account = server.db.owner("kim@example.com").await.unwrap().unwrap().account;
    server.db.grant(account, back.device, &[HIGH_STREET]).await.unwrap();
    front.push(&[front.receipt()]).await;
    let shops = |manifest: Manifest| manifest.heads.iter().map(|head| head.shop).collect::<Vec<_>>();
    assert_eq!(shops(waiting.await.unwrap()), [ShopId::OFFICE, HIGH_STREET]);
    assert!(shops(read(front.get("/v1/sync/manifest").await).await).contains(&STATION));
    server.stop().await;
}

#[tokio::test]
async fn a_device_that_asks_a_ninth_time_has_its_oldest_answer_at_once() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let other = wait_for_news(&server.pair("kim@example.com", HIGH_STREET).await).await;
    let oldest = wait_for_news(&till).await;
    let mut others = Vec::new();
    for _ in 0..8 {
        assert!(!oldest.is_finished(), "eight are held");
        others.push(wait_for_news(&till).await);
    }
    let started = Instant::now();
    oldest.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(15), "it waited to its end");
    for waiting in others.iter().chain([&other]) {
        assert!(!waiting.is_finished());
        waiting.abort();
    }
    server.stop().await;
}

/// Asks for news of what is not known yet, and is made to wait.
async fn wait_for_news(till: &Till) -> tokio::task::JoinHandle<Manifest> {
    let known: Manifest = read(till.get("/v1/sync/manifest").await).await;
    let pairs: Vec<String> = known.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
    let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", pairs.join(","));
    let till = till.clone();
    let mut waiting = tokio::spawn(async move { read(till.get(&path).await).await });
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut waiting).await.is_err(), "it did not wait");
    waiting
}

#[tokio::test]
async fn a_server_that_stops_lets_nobody_wait() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let heads: Manifest = read(till.get("/v1/sync/manifest").await).await;
    let pairs: Vec<String> = heads.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
    let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", pairs.join(","));
    let mut waiting = tokio::spawn(async move { till.get(&path).await.status() });
    let held = tokio::time::timeout(Duration::from_millis(500), &mut waiting).await;
    assert!(held.is_err(), "it did not wait");
    server.stop().await;
    assert_eq!(waiting.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn a_page_holds_what_one_txn_may_store() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    for _ in 0..3 {
        let entries: Vec<Entry> = (0..500).map(|_| till.receipt()).collect();
        till.push(&entries).await;
    }
    let page = till.page(HIGH_STREET, 0).await;
    let bytes: usize = page.rows.iter().map(|row| row.body.0.len()).sum();
    assert!(bytes <= PULL_BYTES_MAX && page.rows.len() < 1_500, "{bytes} bytes in {} rows", page.rows.len());
    assert_eq!(till.pull(HIGH_STREET).await.len(), 1_500);
    let past = till.page(HIGH_STREET, 9_999).await;
    assert_eq!((past.rows.len(), past.head), (0, 1_500));
    server.stop().await;
}

#[tokio::test]
async fn a_long_history_is_handed_out_in_segments() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    for _ in 0..3 {
        let entries: Vec<Entry> = (0..500).map(|_| till.receipt()).collect();
        till.push(&entries).await;
    }
    // They are cut once there is time for it; whoever asks earlier hears of fewer.
    let head = loop {
        let manifest: Manifest = read(till.get("/v1/sync/manifest").await).await;
        let head = manifest.heads.into_iter().find(|head| head.shop == HIGH_STREET).unwrap();
        if head.sealed > 0 {
            break head;
        }
    };
    let list: SegmentList = read(till.get(&format!("/v1/sync/segments?shop={HIGH_STREET}&after=0")).await).await;
    // More may have been cut since the manifest was answered.
    assert!(list.segments.iter().any(|info| info.last == head.sealed), "{} is not among {list:?}", head.sealed);
    let name = String::from(list.segments[0].hash);
    let answer = till.get(&format!("/v1/sync/segment?shop={HIGH_STREET}&hash={name}")).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let rows = subzero_sync::segment::decode(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(rows, till.page(HIGH_STREET, 0).await.rows[..rows.len()]);
    let page: PullPage = read(till.get(&format!("/v1/sync/pull?shop={HIGH_STREET}&after=2&to=5")).await).await;
    assert_eq!(page.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 4, 5]);
    for (path, status, said) in [
        (format!("/v1/sync/segment?shop={HIGH_STREET}&hash={}", "0".repeat(64)), 404, "no_such_segment"),
        (format!("/v1/sync/segment?shop={HIGH_STREET}&hash={}", "F".repeat(64)), 400, "bad_query"),
        (format!("/v1/sync/segment?shop=99&hash={name}"), 403, "shop_not_granted"),
        ("/v1/sync/segments?shop=99&after=0".to_owned(), 403, "shop_not_granted"),
    ] {
        let answer = till.get(&path).await;
        assert_eq!(code(answer, StatusCode::from_u16(status).unwrap()).await, said, "{path}");
    }
    server.stop().await;
}
