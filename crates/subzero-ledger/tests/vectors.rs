//! The rules as figures: every scenario in `tests/vectors` leads to exactly what its `expect` says, every field.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use subzero_ledger::scenario::replay_json;

fn scenario_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

/// What differs, as readable paths into the two values.
fn differences(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for key in expected.keys().chain(actual.keys().filter(|key| !expected.contains_key(*key))) {
                let missing = Value::String("(nothing)".into());
                let (expected, actual) = (expected.get(key).unwrap_or(&missing), actual.get(key).unwrap_or(&missing));
                differences(&format!("{path}.{key}"), expected, actual, found);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (place, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                differences(&format!("{path}[{place}]"), expected, actual, found);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => found.push(format!("{path}: expected {expected}, got {actual}")),
    }
}

#[test]
fn every_scenario_leads_to_what_it_expects() {
    let files = scenario_files();
    assert!(files.len() >= 77, "only {} scenarios are here", files.len());
    let mut failed = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let scenario: Value = serde_json::from_str(&text).unwrap();
        let name = scenario["name"].as_str().unwrap().to_owned();
        match replay_json(&text) {
            Ok(actual) => {
                let mut found = Vec::new();
                differences(&name, &scenario["expect"], &actual, &mut found);
                failed.extend(found);
            }
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
