//! Two processes over one `PostgreSQL`: whichever a device asks, it gets the same answers, and news crosses from one to the other.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::ShopId;
use subzero_server::db::NewAccount;
use subzero_server::{clock, password};
use subzero_sync::wire::{AccessToken, OwnerSession, Paired, ShopName, SignedIn, Standing};

use crate::broken::run;
use crate::fixture::{CASHIER, Fixture, OWNER, add_account};
use crate::process::{Remote, Server, read};

/// Less than what passes until a wait ends.
const SOON: Duration = Duration::from_secs(3);
/// Long enough to see that somebody waits.
const WAITS: Duration = Duration::from_millis(700);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_to_one_process_is_heard_of_at_the_other_and_by_its_own_account_only() {
    let fixture = Fixture::postgres().await;
    let (db, kims) = fixture.with_account().await;
    let lees = add_account(&db, "lee@example.com").await;
    let (mut front, back) = (Remote::pair(&db, kims, 1).await, Remote::pair(&db, kims, 2).await);
    let other = Remote::pair(&db, lees, 1).await;
    let (one, two) = (Server::start(&fixture), Server::start(&fixture));
    // What one has acked, the other has, without a moment between.
    for round in 0..10 {
        let (to, from) = if round % 2 == 0 { (&one, &two) } else { (&two, &one) };
        front.push(&to.url, &[front.till.receipt(1)]).await;
        assert_eq!(back.history(&from.url, 1).await.len(), round + 1);
    }
    let mut elsewhere = wait_for_news(&other, &two).await;
    let waiting = wait_for_news(&back, &two).await;
    let started = Instant::now();
    front.push(&one.url, &[front.till.receipt(1)]).await;
    let news = waiting.await.unwrap();
    assert!(started.elapsed() < SOON, "it was heard of after {:?}", started.elapsed());
    assert!(news.heads.iter().any(|head| (head.shop, head.head) == (ShopId(1), 11)));
    // Who is signed in is news as well.
    let waiting = wait_for_news(&back, &two).await;
    let session = SignedIn { employee: CASHIER, mode: Mode::Allow, since: clock::now() };
    let standing = serde_json::to_string(&Standing { session: Some(session), ..Standing::default() }).unwrap();
    let started = Instant::now();
    front.manifest(&one.url, None, Some(&standing)).await;
    let news = waiting.await.unwrap();
    assert!(started.elapsed() < SOON, "it was heard of after {:?}", started.elapsed());
    assert!(news.devices.iter().any(|seen| seen.standing.session == Some(session)));
    assert!(tokio::time::timeout(WAITS, &mut elsewhere).await.is_err(), "another account was woken");
    assert!(other.history(&two.url, 1).await.is_empty());
    // One is replaced while the other answers: it lets nobody wait, and holds on to nothing.
    two.stop();
    elsewhere.await.unwrap();
    front.push(&one.url, &[front.till.receipt(1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_signs_in_at_one_process_pairs_at_another_and_goes_on_at_a_third() {
    let fixture = Fixture::postgres().await;
    let db = fixture.open().await;
    let new = NewAccount {
        name: "Kim's Kitchen".into(),
        currency: "GBP".into(),
        demo: false,
        email: "kim@example.com".into(),
        password: password::hash("correct horse").unwrap(),
        owner: OWNER,
        shops: vec![ShopName { id: ShopId(1), name: "High Street".into() }],
    };
    db.create_account(new, clock::now()).await.unwrap();
    let (one, two, three) = (Server::start(&fixture), Server::start(&fixture), Server::start(&fixture));
    let http = Client::new();
    let body = json!({ "email": "kim@example.com", "password": "correct horse" });
    let signed_in = http.post(format!("{}/v1/auth/owner", one.url)).json(&body).send().await.unwrap();
    let session: OwnerSession = read(signed_in).await;
    let pair = http.post(format!("{}/v1/devices/pair", two.url)).bearer_auth(&session.token);
    let paired: Paired = read(pair.json(&json!({ "shop": 1, "register": "Front till" })).send().await.unwrap()).await;
    let access = http.post(format!("{}/v1/auth/device", one.url)).bearer_auth(&paired.token);
    let access: AccessToken = read(access.send().await.unwrap()).await;
    let manifest = http.get(format!("{}/v1/sync/manifest", three.url)).bearer_auth(&access.token);
    let manifest: subzero_sync::wire::Manifest = read(manifest.send().await.unwrap()).await;
    assert_eq!(manifest.heads.iter().map(|head| head.shop.0).collect::<Vec<_>>(), [0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i10_an_epoch_that_one_process_begins_is_told_by_the_other() {
    let fixture = Fixture::postgres().await;
    let (db, session) = fixture.with_account().await;
    let mut till = Remote::pair(&db, session, 1).await;
    let one = Server::start(&fixture);
    let before = till.manifest(&one.url, None, None).await;
    let waiting = wait_for_news(&till, &one).await;
    assert!(run(&["restore"], Some(&fixture)).status.success());
    let another = Server::start(&fixture);
    let news = waiting.await.unwrap();
    assert_ne!(news.epoch, before.epoch, "it waited to the end and was told the old epoch");
    let reply = till.push(&one.url, &[till.till.receipt(1)]).await;
    assert_eq!(reply.epoch, till.manifest(&another.url, None, None).await.epoch);
}

/// Asks for news of what is not known yet, and is made to wait.
async fn wait_for_news(remote: &Remote, at: &Server) -> tokio::task::JoinHandle<subzero_sync::wire::Manifest> {
    let known = remote.manifest(&at.url, None, None).await;
    let (remote, url) = (remote.clone(), at.url.clone());
    let mut waiting = tokio::spawn(async move { remote.manifest(&url, Some(&known), None).await });
    assert!(tokio::time::timeout(WAITS, &mut waiting).await.is_err(), "it did not wait");
    waiting
}
