//! How much one asker may ask.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::json;
use subzero_server::{Config, Network, Quota, Quotas, clock};
use tempfile::TempDir;

use crate::support::{HIGH_STREET, PASSWORD, Running, Till, code, config, folder};

/// So few that a test can use them up, and so slow to fill that none comes back meanwhile.
const FEW: Quota = Quota { at_once: 6, within: Duration::from_hours(1) };

async fn start(data: &TempDir, quotas: Quotas) -> Running {
    let network = Network { trust_proxy: true, quotas, ..Network::default() };
    let server = Running::start(Config { network, ..config(data.path()) }).await;
    server.add_account("kim@example.com").await;
    server
}

async fn sign_in(server: &Running, client: &str, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    let request = server.http.post(format!("{}/v1/auth/owner", server.url)).header("x-forwarded-for", client);
    request.json(&body).send().await.unwrap()
}

async fn assert_too_many(answer: Response) {
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=600).contains(&wait), "one of six comes back within ten minutes, not {wait} s");
    assert_eq!(code(answer, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
}

#[tokio::test]
async fn one_address_may_not_try_account_after_account() {
    let data = folder();
    let server = start(&data, Quotas { sign_in: FEW, ..Quotas::default() }).await;
    for nth in 0..FEW.at_once {
        let answer = sign_in(&server, "203.0.113.7", &format!("{nth}@example.com"), "wrong").await;
        assert_eq!(code(answer, StatusCode::UNAUTHORIZED).await, "wrong_password");
    }
    assert_too_many(sign_in(&server, "203.0.113.7", "kim@example.com", PASSWORD).await).await;
    // What the asker says of itself before the proxy's word changes nothing, and nobody else has to wait.
    assert_too_many(sign_in(&server, "198.51.100.1, 203.0.113.7", "kim@example.com", PASSWORD).await).await;
    let other = sign_in(&server, "203.0.113.7, 198.51.100.1", "kim@example.com", PASSWORD).await;
    assert_eq!(other.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn sessions_are_not_guessed_without_end() {
    let data = folder();
    let server = start(&data, Quotas { pairing: FEW, ..Quotas::default() }).await;
    for _ in 0..FEW.at_once {
        let answer = server.ask_to_pair("no session", HIGH_STREET, "Till").await;
        assert_eq!(code(answer, StatusCode::UNAUTHORIZED).await, "session_over");
    }
    assert_too_many(server.ask_to_pair("no session", HIGH_STREET, "Till").await).await;
    server.stop().await;
}

#[tokio::test]
async fn strangers_use_up_what_is_theirs_and_not_what_is_the_tills() {
    let data = folder();
    let server = start(&data, Quotas { stranger: FEW, ..Quotas::default() }).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let ask = async |path: &str| server.http.get(format!("{}{path}", server.url)).send().await.unwrap();
    for path in ["/v1/about", "/v1/nothing", "/", "/v1/sync/manifest", "/v1/sync/pull?shop=1&after=0", "/index.html"] {
        assert_ne!(ask(path).await.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    for path in ["/v1/about", "/v1/nothing", "/", "/v1/sync/manifest"] {
        assert_too_many(ask(path).await).await;
    }
    let token = std::mem::replace(&mut till.token, "guessed".into());
    assert_too_many(till.get("/v1/sync/manifest").await).await;
    till.token = token;
    assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK, "from the same address, with its token");
    assert_eq!(ask("/v1/health").await.status(), StatusCode::OK, "whoever watches over the server is not held off");
    server.stop().await;
}

#[tokio::test]
async fn whether_the_server_is_up_is_not_asked_without_end_either() {
    let data = folder();
    let server = start(&data, Quotas { watcher: FEW, ..Quotas::default() }).await;
    let ask = async |path: &str| server.http.get(format!("{}{path}", server.url)).send().await.unwrap();
    for path in ["/v1/health", "/v1/ready"].repeat(3) {
        assert_eq!(ask(path).await.status(), StatusCode::OK);
    }
    for path in ["/v1/health", "/v1/ready"] {
        assert_too_many(ask(path).await).await;
    }
    assert_eq!(ask("/v1/about").await.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn a_device_that_asks_without_end_is_told_to_wait_and_the_others_are_not() {
    let data = folder();
    let server = start(&data, Quotas { device: FEW, ..Quotas::default() }).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let other = server.pair("kim@example.com", HIGH_STREET).await;
    // One was its access.
    for _ in 1..FEW.at_once {
        assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK);
    }
    assert_too_many(till.get("/v1/sync/manifest").await).await;
    assert_too_many(till.send(&till.request(&[])).await).await;
    assert_eq!(other.get("/v1/sync/manifest").await.status(), StatusCode::OK);
    server.stop().await;
}

/// How often a till may push so many entries, each of which costs some 350 bytes. Every push is the same, and is counted all the same.
async fn pushes_until_refused(till: &Till, entries: u32) -> u32 {
    let entries: Vec<Vec<u8>> = (0..entries).map(|_| till.receipt().encode().unwrap()).collect();
    let request = till.request(&entries);
    for count in 0.. {
        let answer = till.send(&request).await;
        if answer.status() != StatusCode::OK {
            assert!(answer.headers().contains_key("retry-after"));
            assert_eq!(code(answer, StatusCode::TOO_MANY_REQUESTS).await, "daily_quota");
            return count;
        }
    }
    unreachable!()
}

#[tokio::test]
async fn a_register_writes_so_much_in_a_day_and_a_tenth_once_its_access_has_ended() {
    let data = folder();
    let server = start(&data, Quotas::default().writing(1)).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let whole = pushes_until_refused(&till, 100).await;
    assert!((20..60).contains(&whole), "{whole} pushes of some 35 kilobytes");
    // One that has written nothing.
    let removed = server.pair("kim@example.com", HIGH_STREET).await;
    let account = server.db.account_of("kim@example.com").await.unwrap().unwrap();
    server.db.revoke(account, removed.device, clock::now()).await.unwrap();
    let tenth = pushes_until_refused(&removed, 10).await;
    assert!(tenth.abs_diff(whole) <= 2, "{tenth} pushes, where one of ten times the size has {whole}");
    server.stop().await;
}

#[tokio::test]
async fn an_account_writes_so_much_in_a_day_on_however_many_registers_and_another_its_own() {
    let data = folder();
    let server = start(&data, Quotas::default().writing(1)).await;
    server.add_account("lee@example.com").await;
    let mut pushes = Vec::new();
    for _ in 0..12 {
        let till = server.pair("kim@example.com", HIGH_STREET).await;
        pushes.push(pushes_until_refused(&till, 500).await);
    }
    let (first, last) = (pushes[0], pushes[11]);
    let all: u32 = pushes.iter().sum();
    assert!(first > 3 && pushes[..8].iter().all(|one| *one == first), "{pushes:?}");
    assert!(last == 0 && all <= 10 * first, "{pushes:?}");
    let other = server.pair("lee@example.com", HIGH_STREET).await;
    assert_eq!(pushes_until_refused(&other, 500).await, first);
    server.stop().await;
}
