//! What every answer tells a browser it may do.

use std::fs;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use subzero_server::{Config, Network};

use crate::support::{HIGH_STREET, Running, config, folder};

/// What is on every answer, page or not.
fn assert_hardened(headers: &HeaderMap, what: &str) {
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(headers.get(name).unwrap_or_else(|| panic!("{what} has no {name}")), value, "{what}");
    }
    let permissions = headers["permissions-policy"].to_str().unwrap();
    for refused in ["camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"] {
        assert!(permissions.contains(refused), "{what} does not refuse {refused}");
    }
    assert_eq!(headers.get_all("content-security-policy").iter().count(), 1, "{what}");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains('*') && !policy.contains("http"), "{what}: {policy}");
}

#[tokio::test]
async fn every_answer_of_every_status_is_hardened() {
    let (data, page) = (folder(), folder());
    fs::write(page.path().join("index.html"), "<!doctype html><title>Subzero</title>").unwrap();
    let server = Running::start(Config { page: Some(page.path().to_owned()), ..config(data.path()) }).await;
    server.add_account("kim@example.com").await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let tag = server.http.get(&server.url).send().await.unwrap().headers()["etag"].clone();
    for (method, path, status) in [
        (Method::GET, "/", StatusCode::OK),
        (Method::HEAD, "/", StatusCode::OK),
        (Method::GET, "/sell", StatusCode::OK),
        (Method::GET, "/missing.js", StatusCode::NOT_FOUND),
        (Method::POST, "/sell", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/v1/about", StatusCode::OK),
        (Method::GET, "/v1/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/v1/sync/push", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/v1/sync/push", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (Method::GET, "/v1/sync/manifest", StatusCode::OK),
        (Method::GET, "/v1/sync/pull", StatusCode::BAD_REQUEST),
        (Method::GET, "/v1/sync/pull?shop=9&after=0", StatusCode::FORBIDDEN),
    ] {
        let what = format!("{method} {path}");
        let request = server.http.request(method, format!("{}{path}", server.url)).bearer_auth(&till.token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{what}");
        assert_hardened(answer.headers(), &what);
        let is_page = path == "/" || (path == "/sell" && status == StatusCode::OK);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert_eq!(policy == "default-src 'none'; frame-ancestors 'none'", !is_page, "{what}: {policy}");
        assert!(!answer.headers().contains_key("strict-transport-security"), "{what}: nothing says that this is HTTPS");
    }
    let fresh = server.http.get(&server.url).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(fresh.status(), StatusCode::NOT_MODIFIED);
    assert_hardened(fresh.headers(), "a page that has not changed");
    let bare = server.http.get(format!("{}/v1/sync/manifest", server.url)).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    assert_hardened(bare.headers(), "a refusal");
    server.stop().await;
}

#[tokio::test]
async fn a_browser_is_told_to_stay_with_https_only_when_it_came_by_it() {
    let (straight, trusting, https) = (
        Network::default(),
        Network { trust_proxy: true, ..Network::default() },
        Network { behind_https: true, ..Network::default() },
    );
    for (network, forwarded, told) in [
        (straight, None, false),
        (straight, Some("https"), false),
        (trusting, None, false),
        (trusting, Some("http"), false),
        (trusting, Some("https"), true),
        (https, None, true),
    ] {
        let data = folder();
        let server = Running::start(Config { network, ..config(data.path()) }).await;
        let mut request = server.http.get(format!("{}/v1/about", server.url));
        if let Some(scheme) = forwarded {
            request = request.header("x-forwarded-proto", scheme);
        }
        let answer = request.send().await.unwrap();
        let found = answer.headers().get("strict-transport-security").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), told.then_some("max-age=31536000"), "{network:?} {forwarded:?}");
        server.stop().await;
    }
}
