//! Requests that no client of ours sends. Each gets a status, a code and a sentence, and never a 500.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use subzero_sync::wire::{PUSH_BYTES_MAX, PUSH_ENTRIES_MAX};

use crate::support::{HIGH_STREET, Running, code, folder};

#[tokio::test]
async fn queries_that_cannot_be_are_told_so() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    for query in [
        "pull",
        "pull?shop=1",
        "pull?after=0",
        "pull?shop=x&after=0",
        "pull?shop=1&after=-1",
        "pull?shop=-1&after=0",
        "pull?shop=4294967296&after=0",
        "pull?shop=1&after=18446744073709551616",
        "pull?shop=1&after=1e3",
        "pull?shop=1&shop=1&after=0",
        "pull?shop=%00&after=%ff",
        "manifest?wait_ms=-1",
        "manifest?wait_ms=99999999999999999999",
        "manifest?known=1",
        "manifest?known=1:x",
        "manifest?known=%00",
        "manifest?known=1:99999999999999999999999",
    ] {
        let answer = till.get(&format!("/v1/sync/{query}")).await;
        assert_eq!(code(answer, StatusCode::BAD_REQUEST).await, "bad_query", "{query}");
    }
    // As large as a number may be is no error, only nothing.
    let page = till.page(HIGH_STREET, u64::MAX).await;
    assert!(page.rows.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn bodies_that_cannot_be_are_told_so() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let good = serde_json::to_value(till.request(&[b"poison".to_vec()])).unwrap();
    let with = |key: &str, value: Value| {
        let mut request = good.clone();
        request[key] = value;
        request.to_string()
    };
    let deep = "[".repeat(50_000);
    let bodies = [
        String::new(),
        "{}".into(),
        "null".into(),
        "[]".into(),
        "{\"epoch\":".into(),
        deep,
        "\u{0}".into(),
        with("entries", json!(["not base64!"])),
        with("entries", json!(["YQ"])),
        with("entries", json!([7])),
        with("entries", json!("x")),
        with("first", json!(-1)),
        with("first", json!(1e300)),
        with("first", json!("1")),
        with("inc", json!("x")),
        with("before", json!("00")),
        with("before", json!("é".repeat(32))),
        with("epoch", json!("x")),
        with("now", json!("noon")),
        with("now", json!(1e30)),
    ];
    let push = |body: String| {
        let push = server.http.post(format!("{}/v1/sync/push", server.url)).bearer_auth(&till.token);
        async move { push.header("content-type", "application/json; charset=utf-8").body(body).send().await.unwrap() }
    };
    for body in bodies {
        let shown: String = body.chars().take(80).collect();
        assert_eq!(code(push(body).await, StatusCode::BAD_REQUEST).await, "bad_body", "{shown}");
    }
    for first in [0, u64::MAX] {
        assert_eq!(code(push(with("first", json!(first))).await, StatusCode::BAD_REQUEST).await, "bad_sequence");
    }
    for now in [i64::MIN, i64::MAX] {
        assert!(push(with("now", json!(now))).await.status().is_success() || now == 0);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_said_to_be_json_is_not_read() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let good = serde_json::to_string(&till.request(&[b"a sale".to_vec()])).unwrap();
    for (path, body) in [("/v1/sync/push", good.as_str()), ("/v1/auth/owner", "{}")] {
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")] {
            let post = server.http.post(format!("{}{path}", server.url)).bearer_auth(&till.token).body(body.to_owned());
            let post = match kind {
                Some(kind) => post.header("content-type", kind),
                None => post,
            };
            let answer = post.send().await.unwrap();
            let code = code(answer, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
            assert_eq!(code, "bad_content_type", "{path} {kind:?}");
        }
    }
    assert!(till.page(HIGH_STREET, 0).await.rows.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn too_much_at_once_is_refused_before_it_is_stored() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let many = vec![vec![1]; PUSH_ENTRIES_MAX + 1];
    assert_eq!(code(till.send(&till.request(&many)).await, StatusCode::PAYLOAD_TOO_LARGE).await, "too_large");
    let large = vec![vec![1; PUSH_BYTES_MAX / 4 + 1]; 4];
    assert_eq!(code(till.send(&till.request(&large)).await, StatusCode::PAYLOAD_TOO_LARGE).await, "too_large");
    let huge = vec![vec![1; PUSH_BYTES_MAX * 4]];
    assert_eq!(code(till.send(&till.request(&huge)).await, StatusCode::PAYLOAD_TOO_LARGE).await, "too_large");
    let long = "x".repeat(10_000);
    let answer = server.sign_in(&long, &long).await;
    assert_eq!(code(answer, StatusCode::PAYLOAD_TOO_LARGE).await, "too_large");
    // Exactly as much as may be is taken.
    let most = vec![vec![1; PUSH_BYTES_MAX / PUSH_ENTRIES_MAX]; PUSH_ENTRIES_MAX];
    assert_eq!(till.push_bytes(&most).await.acked, 500);
    let one = vec![vec![1; PUSH_BYTES_MAX]];
    assert_eq!(till.push_bytes(&one).await.acked, 501);
    server.stop().await;
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_told_so() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let ask = |method: Method, path: &str| {
        let request = server.http.request(method, format!("{}{path}", server.url));
        async move { request.send().await.unwrap() }
    };
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/sync", "/v1/sync/pull/1", "/", "/index.html"] {
        assert_eq!(code(ask(Method::GET, path).await, StatusCode::NOT_FOUND).await, "not_found", "{path}");
    }
    for (method, path) in [
        (Method::GET, "/v1/sync/push"),
        (Method::POST, "/v1/sync/pull"),
        (Method::DELETE, "/v1/about"),
        (Method::PUT, "/v1/auth/owner"),
    ] {
        assert_eq!(code(ask(method, path).await, StatusCode::METHOD_NOT_ALLOWED).await, "method_not_allowed");
    }
    let health = ask(Method::GET, "/v1/health").await;
    assert_eq!(health.headers()["cache-control"], "no-store");
    assert_eq!(health.status(), StatusCode::OK);
    server.stop().await;
}
