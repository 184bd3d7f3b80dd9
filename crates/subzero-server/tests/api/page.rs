//! The page as a browser gets it.

use std::fs;

use reqwest::{Method, Response, StatusCode};
use subzero_server::{Config, Server};
use tempfile::TempDir;

use crate::support::{Running, code, config, folder};

const HASHED: &str = "subzero-0123456789abcdef_bg.wasm";

fn built() -> TempDir {
    let page = folder();
    fs::write(
        page.path().join("index.html"),
        format!("<!doctype html><title>Subzero</title>{}", "<p>till</p>".repeat(50)),
    )
    .unwrap();
    fs::write(page.path().join("sw.js"), "self.addEventListener('fetch', () => {})").unwrap();
    fs::write(page.path().join(HASHED), b"\0asm").unwrap();
    fs::write(page.path().join(".csp-script-hashes"), "'sha256-abc='\n'sha256-de+/'\n").unwrap();
    fs::create_dir(page.path().join("icons")).unwrap();
    fs::write(page.path().join("icons/icon.svg"), "<svg/>").unwrap();
    fs::create_dir(page.path().join(".git")).unwrap();
    fs::write(page.path().join(".git/config"), "secret").unwrap();
    page
}

async fn start(data: &TempDir, page: &TempDir) -> Running {
    Running::start(Config { page: Some(page.path().to_owned()), ..config(data.path()) }).await
}

async fn get(server: &Running, path: &str) -> Response {
    server.http.get(format!("{}{path}", server.url)).send().await.unwrap()
}

#[tokio::test]
async fn the_page_is_isolated_and_may_only_run_what_is_its_own() {
    let (data, page) = (folder(), built());
    let server = start(&data, &page).await;
    let answer = get(&server, "/").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    assert_eq!(headers["cross-origin-embedder-policy"], "require-corp");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let policy = headers["content-security-policy"].to_str().unwrap();
    for part in [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=' 'sha256-de+/';",
        "style-src 'self';",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} is missing: {policy}");
    }
    assert!(!policy.contains("unsafe-inline"));
    server.stop().await;
}

#[tokio::test]
async fn each_file_has_its_type_and_its_time_to_live() {
    let (data, page) = (folder(), built());
    let server = start(&data, &page).await;
    let forever = "public, max-age=31536000, immutable";
    for (path, kind, cache) in [
        (format!("/{HASHED}"), "application/wasm", forever),
        ("/sw.js".into(), "text/javascript; charset=utf-8", "no-cache"),
        ("/index.html".into(), "text/html; charset=utf-8", "no-cache"),
        ("/icons/icon.svg".into(), "image/svg+xml", "no-cache"),
    ] {
        let answer = get(&server, &path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["content-type"], kind, "{path}");
        assert_eq!(answer.headers()["cache-control"], cache, "{path}");
    }
    let tag = get(&server, "/sw.js").await.headers()["etag"].clone();
    let again = server.http.get(format!("{}/sw.js", server.url)).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let head = server.http.head(&server.url).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn a_copy_that_the_build_compressed_is_sent_to_whoever_reads_it() {
    let (data, page) = (folder(), built());
    fs::write(page.path().join("sw.js.br"), "as Brotli").unwrap();
    fs::write(page.path().join("sw.js.gz"), "as gzip").unwrap();
    let server = start(&data, &page).await;
    for (accepted, coding, content) in [
        ("gzip, deflate, br, zstd", Some("br"), "as Brotli"),
        ("gzip", Some("gzip"), "as gzip"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "as gzip"),
        ("identity", None, "self.addEventListener('fetch', () => {})"),
        ("brotli", None, "self.addEventListener('fetch', () => {})"),
    ] {
        let asked = server.http.get(format!("{}/sw.js", server.url)).header("accept-encoding", accepted);
        let answer = asked.send().await.unwrap();
        let headers = answer.headers().clone();
        assert_eq!(headers.get("content-encoding").map(|coding| coding.to_str().unwrap()), coding, "{accepted}");
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8", "{accepted}");
        assert_eq!(headers["vary"], "accept-encoding", "{accepted}");
        assert_eq!(answer.text().await.unwrap(), content, "{accepted}");
    }
    // Where there is no copy, nothing is compressed while somebody waits; and a copy is nothing that can be asked for.
    let plain = server.http.get(&server.url).header("accept-encoding", "br").send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    assert_eq!(get(&server, "/sw.js.br").await.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn places_inside_the_page_get_the_page_and_nothing_else_is_served() {
    let (data, page) = (folder(), built());
    let server = start(&data, &page).await;
    for path in
        ["/sell", "/reports/negative-inventory", "/items/00000000-0000-0000-0000-000000000001", "/icons", "/sell?x=1.5"]
    {
        let answer = get(&server, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(answer.text().await.unwrap().contains("<title>Subzero"), "{path}");
    }
    for path in [
        "/missing.js",
        "/icons/missing.png",
        "/.csp-script-hashes",
        "/.git/config",
        "/.git",
        "/.well-known/x",
        "/icons/..%2f.git/config",
        "/%2e%2e/subzero.sqlite",
        "/icons/../.git/config.txt",
    ] {
        let answer = get(&server, path).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(!text.contains("secret") && !text.contains("sha256-"), "{path}: {text}");
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let posted = server.http.request(Method::POST, format!("{}/sell", server.url)).send().await.unwrap();
    assert_eq!(code(posted, StatusCode::METHOD_NOT_ALLOWED).await, "method_not_allowed");
    assert_eq!(code(get(&server, "/v1/nothing").await, StatusCode::NOT_FOUND).await, "not_found");
    server.stop().await;
}

#[tokio::test]
async fn a_folder_that_is_no_page_is_told_at_start() {
    let (data, page) = (folder(), built());
    let open = |page: &TempDir| Server::open(Config { page: Some(page.path().to_owned()), ..config(data.path()) });
    fs::write(page.path().join(".csp-script-hashes"), "'sha256-abc='; script-src *").unwrap();
    let error = open(&page).await.err().unwrap().to_string();
    assert!(error.contains(".csp-script-hashes"), "{error}");
    fs::remove_file(page.path().join(".csp-script-hashes")).unwrap();
    assert!(open(&page).await.is_ok());
    fs::write(page.path().join("index.html"), "<script src=\"a.js\"></script><script>start()</script>").unwrap();
    let error = open(&page).await.err().unwrap().to_string();
    assert!(error.contains("begin with a dot"), "no browser would run what is in it: {error}");
    fs::remove_file(page.path().join("index.html")).unwrap();
    let error = open(&page).await.err().unwrap().to_string();
    assert!(error.contains("index.html"), "{error}");
}
