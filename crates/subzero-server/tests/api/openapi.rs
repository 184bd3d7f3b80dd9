//! The API's description of itself, held to the code and to what is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use subzero_sync::wire::RegisterList;

use crate::support::{HIGH_STREET, Running, folder, read};

/// What is described: by path and method.
fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, operation)| ((path.clone(), method.to_uppercase()), operation))
    };
    paths.iter().flat_map(of).collect()
}

async fn document(server: &Running) -> Value {
    read(server.http.get(format!("{}/v1/openapi.json", server.url)).send().await.unwrap()).await
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).unwrap()
}

/// What the first line of each endpoint's file says it answers, like `GET /v1/about`.
fn endpoints() -> BTreeSet<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoint");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    files
        .map(|text| {
            let said = text.strip_prefix("//! `").and_then(|rest| rest.split('`').next()).unwrap();
            let (method, path) = said.split_once(' ').unwrap();
            (path.to_owned(), method.to_owned())
        })
        .collect()
}

#[tokio::test]
async fn every_endpoint_is_described_and_nothing_else_is() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let described: BTreeSet<_> = operations(&document(&server).await).into_keys().collect();
    assert_eq!(described, endpoints());
    // The router has nothing that is not described: what is added by hand only says that nothing is there.
    for line in source("endpoint.rs").lines().filter(|line| line.trim_start().starts_with(".route(")) {
        assert!(line.contains("nothing"), "{line}: routes!(…) would describe it");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_answered_is_what_is_described() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let removed = server.pair("kim@example.com", HIGH_STREET).await;
    let session = server.session("kim@example.com").await;
    read::<RegisterList>(server.ask_to_revoke(&session, removed.device).await).await;
    let document = document(&server).await;
    for ((path, method), operation) in operations(&document) {
        let kind = Method::from_bytes(method.as_bytes()).unwrap();
        let with = |query: &str| server.http.request(kind.clone(), format!("{}{path}{query}", server.url));
        let ask = || with("");
        for request in [
            ask(),
            ask().bearer_auth("never given"),
            with("?shop=1&after=0").bearer_auth(&removed.token),
            ask().bearer_auth(&till.token),
            ask().bearer_auth(&till.token).json(&json!({})),
            ask().bearer_auth(&till.token).body("x".repeat(1_000_000)).header("content-type", "application/json"),
            ask().bearer_auth(&till.token).json(&till.request(&[])),
            with("?shop=1&after=0").bearer_auth(&till.token),
            with("?shop=9&after=0").bearer_auth(&till.token),
            with("?shop=9&after=x&known=x").bearer_auth(&till.token),
            ask().json(&json!({ "email": "kim@example.com", "password": "wrong" })),
        ] {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16().to_string();
            let described = &operation["responses"][&status];
            assert!(described.is_object(), "{method} {path} answers {status}, which is not described");
            if !answer.status().is_success() {
                let error: Value = answer.json().await.unwrap();
                let code = format!("`{}`", error["code"].as_str().unwrap());
                assert!(described["description"].as_str().unwrap().contains(&code), "{method} {path}: {status} {code}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn every_code_of_every_refusal_is_described() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let document = document(&server).await.to_string();
    let source = source("error.rs");
    let codes = source.split("fn code(").nth(1).unwrap().split("fn ").next().unwrap();
    let codes: Vec<&str> = codes.split('"').skip(1).step_by(2).collect();
    assert!(codes.len() > 15, "{codes:?}");
    // A push that is in conflict is answered by a `PushConflict` instead.
    for code in codes.into_iter().filter(|code| *code != "conflict") {
        assert!(document.contains(&format!("`{code}`")), "{code} is nowhere described");
    }
    server.stop().await;
}

#[tokio::test]
async fn types_are_those_of_the_wire_and_none_is_missing() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let document = document(&server).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for name in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(name), "{name} is named and not described");
    }
    let schema = |name: &str| schemas.get(name).unwrap_or_else(|| panic!("{name} is not described"));
    assert_eq!(schema("EntryBytes")["type"], "string");
    assert_eq!(schema("Chain")["pattern"], "^[0-9a-f]{64}$");
    assert_eq!(schema("Epoch")["format"], "uuid");
    assert_eq!(schema("Instant")["type"], "integer");
    assert_eq!(schema("PushRequest")["properties"]["entries"]["items"]["$ref"], "#/components/schemas/EntryBytes");
    for name in ["Manifest", "PullPage", "PushReply", "Verdict", "PushConflict", "OwnerSession", "Paired", "ApiError"] {
        assert!(schema(name)["description"].is_string() || schema(name)["oneOf"].is_array(), "{name}");
    }
    assert_eq!(document["components"]["securitySchemes"]["device"]["scheme"], "bearer");
    server.stop().await;
}
