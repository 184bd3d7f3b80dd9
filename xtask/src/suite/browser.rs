//! Tests compiled to wasm and run in a headless browser: storage and screens as they are on a till.

use anyhow::{Context as _, Result};

use super::{Choice, output, tally::Tally};
use crate::checkout::Checkout;
use crate::setup::Tools;

const TARGET: &str = "wasm32-unknown-unknown";
/// Seconds one test file may take.
const TIMEOUT: &str = "300";

/// Runs every file in `tests/`.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice) -> Result<Tally> {
    if !has_tests(checkout) {
        println!("there is no tests/*.rs yet");
        return Ok(Tally::default());
    }
    let mut cargo = tools.command("cargo");
    cargo.args(["test", "--target", TARGET, "-p", "subzero", "--test", "*", "--no-fail-fast"]).args(&choice.filter);
    cargo.current_dir(checkout.root());
    // The arguments the browser is started with are in `webdriver.json`, which the runner reads by itself.
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    cargo.env("CHROMEDRIVER", tools.browser.driver.as_ref().context("there is no chromedriver")?);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT).env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    let (tally, is_success) = output::count(&mut cargo)?;
    tally.confirmed(is_success, !choice.filter.is_empty())
}

fn has_tests(checkout: &Checkout) -> bool {
    let is_rust = |path: std::path::PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    std::fs::read_dir(checkout.at("tests")).is_ok_and(|entries| entries.flatten().any(|entry| is_rust(entry.path())))
}
