//! What an operator sees: alive, ready, figures.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use subzero_server::{Config, Network, metrics};
use subzero_sync::wire::Manifest;
use tokio::net::TcpListener;

use crate::support::{HIGH_STREET, Running, code, config, folder, minutes_from_now, read};

/// The figures of a server, on a port of their own.
pub struct Figures {
    url: String,
    http: Client,
}

impl Figures {
    pub async fn of(server: &Running) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let url = format!("http://{}/metrics", listener.local_addr().unwrap());
        tokio::spawn(metrics::serve(listener, Arc::clone(&server.metrics)));
        Self { url, http: Client::new() }
    }

    pub async fn text(&self) -> String {
        let answer = self.http.get(&self.url).send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
        answer.text().await.unwrap()
    }

    /// A figure by its name and labels.
    pub async fn figure(&self, name: &str) -> Option<u64> {
        let text = self.text().await;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(|figure| figure.parse().unwrap())
    }
}

#[tokio::test]
async fn figures_count_requests_verdicts_and_who_waits_and_name_nobody() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let figures = Figures::of(&server).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let mut odd = till.receipt();
    odd.header.at = minutes_from_now(60);
    let (good, bytes) = (till.receipt(), b"not an entry".to_vec());
    let request = till.request(&[good.encode().unwrap(), odd.encode().unwrap(), bytes.clone()]);
    till.push_bytes(&[good.encode().unwrap(), odd.encode().unwrap(), bytes]).await;
    till.send(&request).await;
    till.get("/v1/sync/pull?shop=7&after=0").await;
    till.get("/v1/sync/some/where").await;
    till.get("/kim@example.com").await;
    for (name, figure) in [
        (r#"subzero_requests_total{endpoint="/v1/sync/push",status="200"}"#, Some(2)),
        (r#"subzero_requests_total{endpoint="/v1/sync/pull",status="403"}"#, Some(1)),
        (r#"subzero_requests_total{endpoint="/v1/{*rest}",status="404"}"#, Some(1)),
        (r#"subzero_requests_total{endpoint="page",status="404"}"#, Some(1)),
        (r#"subzero_request_duration_seconds_count{endpoint="/v1/sync/push"}"#, Some(2)),
        (r#"subzero_request_duration_seconds_bucket{le="30.0",endpoint="/v1/sync/push"}"#, Some(2)),
        (r#"subzero_entries_pushed_total{verdict="ok"}"#, Some(1)),
        (r#"subzero_entries_pushed_total{verdict="flagged"}"#, Some(1)),
        (r#"subzero_entries_pushed_total{verdict="dup"}"#, Some(2)),
        (r#"subzero_entries_pushed_total{verdict="quarantined"}"#, Some(2)),
        (r#"subzero_database_errors_total{kind="temporary"}"#, Some(0)),
        ("subzero_manifests_waiting", Some(0)),
    ] {
        assert_eq!(figures.figure(name).await, figure, "{name}\n{}", figures.text().await);
    }
    let text = figures.text().await;
    for secret in ["kim", "example.com", "some/where", "shop=", "127.0.0.1", till.token.as_str()] {
        assert!(!text.contains(secret), "{secret} is in the figures");
    }
    // Not under the public address.
    assert_eq!(code(till.get("/metrics").await, StatusCode::NOT_FOUND).await, "not_found");

    let told: Manifest = read(till.get("/v1/sync/manifest").await).await;
    let known: Vec<String> = told.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
    let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", known.join(","));
    let waiting = tokio::spawn({
        let till = till.clone();
        async move { till.get(&path).await.status() }
    });
    while figures.figure("subzero_manifests_waiting").await != Some(1) {
        assert!(!waiting.is_finished(), "it was answered at once: what is known is not {known:?}");
    }
    till.push(&[till.receipt()]).await;
    assert_eq!(waiting.await.unwrap(), StatusCode::OK);
    assert_eq!(figures.figure("subzero_manifests_waiting").await, Some(0));
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_its_database_is_alive_and_not_ready() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let figures = Figures::of(&server).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    assert_eq!(till.get("/v1/ready").await.status(), StatusCode::OK);
    server.db.close().await;
    // It looked a moment ago, and looks again once anything has failed.
    assert_eq!(code(till.get("/v1/sync/manifest").await, StatusCode::SERVICE_UNAVAILABLE).await, "unavailable");
    let answer = till.get("/v1/ready").await;
    assert_eq!(answer.headers()["retry-after"], "5");
    assert_eq!(code(answer, StatusCode::SERVICE_UNAVAILABLE).await, "unavailable");
    assert_eq!(till.get("/v1/health").await.status(), StatusCode::OK);
    assert_eq!(figures.figure(r#"subzero_database_errors_total{kind="temporary"}"#).await, Some(2));
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_was_told_to_stop_is_not_ready_and_still_answers() {
    let data = folder();
    let network = Network { drain: Duration::from_secs(8), ..Network::default() };
    let mut server = Running::start(Config { network, ..config(data.path()) }).await;
    server.add_account("kim@example.com").await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    assert_eq!(till.get("/v1/ready").await.status(), StatusCode::OK);
    server.tell_to_stop();
    let answer = loop {
        let answer = till.get("/v1/ready").await;
        if answer.status() != StatusCode::OK {
            break answer;
        }
    };
    assert_eq!(code(answer, StatusCode::SERVICE_UNAVAILABLE).await, "stopping");
    till.push(&[till.receipt()]).await;
    assert_eq!(till.get("/v1/health").await.status(), StatusCode::OK);
    server.stop().await;
}
