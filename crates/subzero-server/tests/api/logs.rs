//! What the real program writes down while it is used, and what it never does.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::support::folder;

const PASSWORD: &str = "fresh bread daily";
const WRONG_PASSWORD: &str = "stale bread weekly";
/// Numbers that no time of day and no duration looks like.
const UNSENT: &str = "471147114711471";
const HEAD: &str = "129012901290129";
const AFTER: &str = "313373133731337";
/// No method that there is.
const METHOD: &str = "FRESHBREAD";

/// A server that runs, and what it logs.
struct Logged {
    child: Child,
    log: JoinHandle<String>,
}

/// The program with the demo account, and where it listens.
/// Its log is read all the while: a pipe that nobody empties would stop it.
async fn start(data: &tempfile::TempDir, log_format: &str) -> (Logged, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_subzero-server"))
        .args(["--port", "0", "--demo", "--metrics-port", "0", "--log-format", log_format, "--data"])
        .arg(data.path())
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let log = tokio::spawn(async move {
        let mut log = String::new();
        stderr.read_to_string(&mut log).await.unwrap();
        log
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(url) = line.strip_prefix("listening on ") {
            return (Logged { child, log }, url.to_owned());
        }
    }
    panic!("the server ended before it listened");
}

/// Uses it in every way, right and wrong, and answers with what must not be in the log and the name of the last request.
async fn use_it(url: &str) -> (Vec<String>, String) {
    let http = reqwest::Client::new();
    let post =
        |path: &str, token: &str, body: Value| http.post(format!("{url}{path}")).bearer_auth(token).json(&body).send();
    let sign_in = |password: &str| {
        post("/v1/auth/owner", "none", json!({ "email": "owner@cornerbakery.example", "password": password }))
    };
    sign_in(WRONG_PASSWORD).await.unwrap();
    post("/v1/auth/owner", "none", json!({ "email": 7, "password": WRONG_PASSWORD })).await.unwrap();
    let session: Value = sign_in(PASSWORD).await.unwrap().json().await.unwrap();
    let session = session["token"].as_str().unwrap().to_owned();
    let body = json!({ "shop": 1, "register": "Front till" });
    let paired: Value = post("/v1/devices/pair", &session, body).await.unwrap().json().await.unwrap();
    let token = paired["token"].as_str().unwrap().to_owned();
    let get = |path: &str, token: &str| {
        http.get(format!("{url}{path}"))
            .bearer_auth(token)
            .header("subzero-standing", format!(r#"{{"unsent":{UNSENT}}}"#))
            .send()
    };
    get(&format!("/v1/sync/manifest?known=0:{HEAD},1:40"), &token).await.unwrap();
    get("/v1/sync/manifest?known=bad-known-heads", &token).await.unwrap();
    get(&format!("/v1/sync/pull?shop=1&after={AFTER}"), &token).await.unwrap();
    get("/v1/sync/manifest", "a-guessed-token").await.unwrap();
    get(&format!("/v1/about?token={token}"), "").await.unwrap();
    get(&format!("/somewhere/{session}"), "").await.unwrap();
    post("/v1/sync/push", &token, json!({ "entries": [token.clone()] })).await.unwrap();
    let id = "made-up-by-the-asker";
    let method = reqwest::Method::from_bytes(METHOD.as_bytes()).unwrap();
    http.request(method, format!("{url}/v1/sync/pull")).send().await.unwrap();
    let last = http.get(format!("{url}/v1/nothing")).header("x-request-id", id).send().await.unwrap();
    let named = last.headers()["x-request-id"].to_str().unwrap().to_owned();
    let mut never: Vec<String> =
        [PASSWORD, WRONG_PASSWORD, UNSENT, HEAD, "bad-known-heads", AFTER, METHOD, "a-guessed-token", id]
            .map(str::to_owned)
            .into();
    never.extend([session, token]);
    (never, named)
}

/// Stops it as a careful operator would; answers with what it wrote.
async fn stop(Logged { mut child, log }: Logged) -> String {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let log = log.await.unwrap();
    assert!(child.wait().await.unwrap().success(), "{log}");
    log
}

#[tokio::test]
async fn no_secret_and_nothing_an_asker_wrote_is_ever_logged() {
    for log_format in ["text", "json"] {
        let data = folder();
        let (child, url) = start(&data, log_format).await;
        let (never, named) = use_it(&url).await;
        let log = stop(child).await;
        assert!(log.contains(&named), "the last request is not in the log by its name");
        for secret in never {
            // Not even half of one.
            let half = &secret[..secret.len().min(20)];
            let found = log.lines().find(|line| line.contains(half));
            assert!(found.is_none(), "{log_format}: {half} is in the log: {found:?}");
        }
    }
}

#[tokio::test]
async fn a_json_log_is_an_object_a_line_and_names_each_request() {
    let data = folder();
    let (child, url) = start(&data, "json").await;
    let (_, named) = use_it(&url).await;
    let log = stop(child).await;
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let ours = lines.iter().find(|line| line["span"]["id"] == named.as_str() && line["message"] == "refused");
    let ours = ours.unwrap_or_else(|| panic!("{named} is not in\n{log}"));
    assert_eq!(ours["status"], 404);
    assert_eq!(ours["span"]["endpoint"], "/v1/{*rest}");
    assert_eq!(ours["span"]["client"], "127.0.0.1");
    assert!(ours["took_ms"].is_number() && ours["timestamp"].is_string() && ours["level"] == "INFO");
}
