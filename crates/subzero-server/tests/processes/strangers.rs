//! What strangers can do to everybody else: as much as they are let, at every door that is open to them, while a till sells.

use std::fs;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;

use crate::fixture::Fixture;
use crate::process::{Remote, Server};

/// What a till's push may take, 99 times of 100.
const P99_MAX: Duration = Duration::from_secs(1);
/// The most memory that the server ever took.
const MEMORY_MAX_KB: u64 = 512 * 1024;
/// So many strangers ask at once.
const AT_ONCE: usize = 40;
/// For so long, at each door.
const FOR: Duration = Duration::from_millis(1_500);

/// Every door that is open to whoever has no token.
const DOORS: [(&str, &str, Option<&str>); 9] = [
    ("GET", "/v1/about", None),
    ("GET", "/v1/health", None),
    ("GET", "/v1/ready", None),
    ("GET", "/v1/openapi.json", None),
    ("GET", "/", None),
    ("GET", "/page-0123456789abcdef_bg.wasm", None),
    ("POST", "/v1/auth/owner", Some(r#"{"email":"EMAIL","password":"no"}"#)),
    ("POST", "/v1/devices/pair", Some(r#"{"code":"abcd2345"}"#)),
    ("POST", "/v1/sync/push", Some("{}")),
];

fn ask(http: &Client, url: &str, (method, path, body): (&str, &str, Option<&str>), number: usize) -> RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let ask = http.request(method, format!("{url}{path}"));
    // Each from another network, so that no limit by address helps; the server is told to believe its proxy.
    let client = format!("2001:db8:{:x}:{:x}::1", number / 0xffff, number % 0xffff);
    let ask = ask.header("x-forwarded-for", client).header("accept-encoding", "br");
    match body {
        Some(body) => {
            let body: serde_json::Value =
                serde_json::from_str(&body.replace("EMAIL", &format!("{number}@example.com"))).unwrap_or(json!({}));
            ask.json(&body)
        }
        None => ask,
    }
}

fn memory_peak_kb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_at_every_open_door_keep_no_till_waiting_and_take_no_memory() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut till = Remote::pair(&db, session, 1).await;
    db.close().await;
    let page = tempfile::tempdir().unwrap();
    let wasm = "wasm".repeat(900_000);
    fs::write(page.path().join("index.html"), "<!doctype html><title>Subzero</title>").unwrap();
    fs::write(page.path().join("page-0123456789abcdef_bg.wasm"), wasm).unwrap();
    let server = Server::start_with(&fixture, |command| {
        command.args(["--trust-proxy", "--page"]).arg(page.path()).env("RUST_LOG", "off");
    });
    let mut next = 0;
    let mut worst = Duration::ZERO;
    for door in DOORS {
        let end = Instant::now() + FOR;
        let asking: Vec<_> = (0..AT_ONCE)
            .map(|place| {
                let (url, http, first) = (server.url.clone(), Client::new(), next + place * 100_000);
                tokio::spawn(async move {
                    let mut asked: usize = 0;
                    while Instant::now() < end {
                        // Some hang up before there is an answer.
                        let answer = ask(&http, &url, door, first + asked).timeout(Duration::from_secs(2)).send().await;
                        if let Ok(answer) = answer {
                            let _ = answer.bytes().await;
                        }
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        let mut took = Vec::new();
        while Instant::now() < end {
            let entry = till.till.receipt(1);
            let begun = Instant::now();
            till.push(&server.url, &[entry]).await;
            took.push(begun.elapsed());
        }
        let mut asked = 0;
        for asking in asking {
            asked += asking.await.unwrap();
        }
        next += AT_ONCE * 100_000;
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        let (method, path, _) = door;
        let memory = memory_peak_kb(server.pid()) / 1024;
        println!("{method} {path}: {asked} asked, {} pushes, p99 {p99:?}, at most {memory} MB", took.len());
        worst = worst.max(p99);
    }
    assert!(worst < P99_MAX, "a push took {worst:?}");
    assert!(memory_peak_kb(server.pid()) < MEMORY_MAX_KB);
    server.stop();
}
