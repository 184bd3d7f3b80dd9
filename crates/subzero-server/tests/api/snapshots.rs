//! What a new device may begin with, as it is told and fetched.

use reqwest::StatusCode;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::ShopId;
use subzero_ledger::snapshot::Snapshot;
use subzero_server::{Config, clock, token};
use subzero_sync::segment::{content_hash, snapshot_hash};
use subzero_sync::wire::{ContentHash, Manifest, SNAPSHOT_PART_BYTES_MAX, SnapshotInfo};

use crate::observe::Figures;
use crate::support::{HIGH_STREET, Running, STATION, Till, code, config, folder, minutes_from_now, read};

const AFTER: u64 = 40;
const PATH: &str = "/v1/sync/snapshot";
const STORED: &str = r#"subzero_snapshots_folded_total{outcome="stored"}"#;

/// Deliveries long ago.
fn old(till: &Till, count: u32) -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..count).map(|_| till.receipt()).collect();
    for entry in &mut entries {
        entry.header.at = minutes_from_now(-200 * 24 * 60);
    }
    entries
}

async fn offered(till: &Till) -> Option<ContentHash> {
    read::<Manifest>(till.get("/v1/sync/manifest").await).await.snapshot
}

/// They are made once there is time for it; whoever asks earlier is offered none, or the one before.
async fn next_after(till: &Till, before: Option<ContentHash>) -> ContentHash {
    loop {
        match offered(till).await {
            Some(hash) if Some(hash) != before => return hash,
            Some(_) | None => {}
        }
    }
}

fn part(hash: ContentHash) -> String {
    format!("{PATH}/part?hash={}", String::from(hash))
}

#[tokio::test]
async fn a_device_is_told_of_a_snapshot_and_fetches_it_in_parts() {
    let data = folder();
    let server = Running::start(Config { snapshot_after: AFTER, ..config(data.path()) }).await;
    server.add_account("kim@example.com").await;
    let figures = Figures::of(&server).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    assert_eq!(offered(&till).await, None);
    assert_eq!(code(till.get(PATH).await, StatusCode::NOT_FOUND).await, "no_such_snapshot");
    assert_eq!(figures.figure(STORED).await, Some(0));

    till.push(&old(&till, 60)).await;
    let hash = next_after(&till, None).await;
    let info: SnapshotInfo = read(till.get(PATH).await).await;
    assert_eq!((Some(info.epoch), snapshot_hash(&info.parts)), (till.epoch, hash));
    let own = info.shops.iter().find(|of| of.shop == HIGH_STREET).and_then(|of| of.own).unwrap();
    assert_eq!((own.inc, own.dseq), (till.inc, 60));
    let mut bytes = Vec::new();
    for hash in &info.parts {
        let answer = till.get(&part(*hash)).await;
        assert_eq!(answer.headers()["content-type"], "application/octet-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let some = answer.bytes().await.unwrap();
        assert!(some.len() <= SNAPSHOT_PART_BYTES_MAX && content_hash(&some) == *hash);
        bytes.extend(some);
    }
    let snapshot = Snapshot::decode(&bytes).unwrap();
    assert_eq!((snapshot.horizon(), snapshot.bases()), (info.horizon, 1));
    let frontier: Vec<(ShopId, u64)> = info.shops.iter().map(|of| (of.shop, of.seq)).collect();
    assert_eq!(snapshot.frontier().iter().map(|(shop, seq)| (*shop, *seq)).collect::<Vec<_>>(), frontier);
    // It is counted once it is stored, and may be fetched before that.
    while figures.figure(STORED).await != Some(1) {}
    for (name, figure) in [
        (r#"subzero_snapshots_folded_total{outcome="failed"}"#, Some(0)),
        ("subzero_fold_duration_seconds_count", Some(1)),
    ] {
        assert_eq!(figures.figure(name).await, figure, "{name}\n{}", figures.text().await);
    }
    for (path, status, said) in [
        (part(ContentHash([0; 32])), 404, "no_such_snapshot"),
        (format!("{PATH}/part?hash={}", "F".repeat(64)), 400, "bad_query"),
        (format!("{PATH}/part"), 400, "bad_query"),
    ] {
        assert_eq!(code(till.get(&path).await, StatusCode::from_u16(status).unwrap()).await, said, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_snapshot_is_for_those_who_may_read_all_of_it() {
    let data = folder();
    let server = Running::start(Config { snapshot_after: AFTER, ..config(data.path()) }).await;
    let account = server.add_account("kim@example.com").await;
    server.add_account("lee@example.com").await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let other = server.pair("kim@example.com", STATION).await;
    let stranger = server.pair("lee@example.com", HIGH_STREET).await;
    till.push(&old(&till, 60)).await;
    let hash = next_after(&till, None).await;
    assert_eq!(offered(&other).await, Some(hash));
    let info: SnapshotInfo = read(other.get(PATH).await).await;
    let name = part(info.parts[0]);
    let refused = async |till: &Till| {
        assert_eq!(offered(till).await, None);
        for path in [PATH, &name] {
            assert_eq!(code(till.get(path).await, StatusCode::NOT_FOUND).await, "no_such_snapshot");
        }
    };
    refused(&stranger).await;
    server.db.grant(account, other.device, &[STATION]).await.unwrap();
    refused(&other).await;
    server.db.grant(account, other.device, &[STATION, HIGH_STREET]).await.unwrap();
    assert_eq!(other.get(&name).await.status(), StatusCode::OK);
    server.db.revoke(account, other.device, clock::now()).await.unwrap();
    let mut nobody = other.clone();
    nobody.token = token::mint().unwrap().0;
    for path in [PATH, &name] {
        assert_eq!(code(other.get(path).await, StatusCode::FORBIDDEN).await, "register_removed");
        assert_eq!(code(nobody.get(path).await, StatusCode::UNAUTHORIZED).await, "token_expired");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_restored_offers_what_was_backed_up_in_its_own_epoch() {
    let data = folder();
    let server = Running::start(Config { snapshot_after: AFTER, ..config(data.path()) }).await;
    server.add_account("kim@example.com").await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    till.push(&old(&till, 60)).await;
    let hash = next_after(&till, None).await;
    let before: SnapshotInfo = read(till.get(PATH).await).await;
    let shelf = folder();
    let copy = shelf.path().join("backup.sqlite");
    subzero_server::backup::backup(data.path(), &copy).await.unwrap();
    till.push(&old(&till, 60)).await;
    next_after(&till, Some(hash)).await;
    server.stop().await;

    let restored = folder();
    subzero_server::backup::restore(&copy, restored.path(), &mut |_| {}).await.unwrap();
    let server = Running::start(Config { snapshot_after: AFTER, ..config(restored.path()) }).await;
    let till = till.at(&server);
    assert_eq!(offered(&till).await, Some(hash));
    let after: SnapshotInfo = read(till.get(PATH).await).await;
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(after, SnapshotInfo { epoch: server.db.epoch(), ..before });
    for of in &after.shops {
        let page = till.pull(of.shop).await;
        assert!(u64::try_from(page.len()).unwrap() >= of.seq);
    }
    server.stop().await;
}
