//! Tests compiled to wasm and run in real browsers: storage as it is on a till, in every engine that a till can have.
//!
//! `wasm-bindgen-test-runner` starts each browser through its own driver. The tests are compiled once, with what the page is made of.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::tally::{Outcome, Tally, Timed};
use super::{Choice, output};
use crate::checkout::Checkout;
use crate::command;
use crate::setup::Tools;

pub mod back_end;
pub mod engine;

use back_end::BackEnd;
use engine::Engine;

const TARGET: &str = "wasm32-unknown-unknown";
const RUNNER: &str = "wasm-bindgen-test-runner";
/// `WebKit`'s driver needs a display, and gets one that nobody sees.
const RUNNER_WITH_DISPLAY: &str = "xvfb-run --auto-servernum wasm-bindgen-test-runner";
/// How the runner is told of drivers. It takes the first that it finds, so it must find one only.
const DRIVERS: [&str; 3] = ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER"];
/// Seconds one test file may take in one browser.
const TIMEOUT: &str = "300";

/// Runs every file in `tests/` in every engine that was chosen and can be had.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice) -> Result<Outcome> {
    let suite = Suite { checkout, tools, choice };
    let mut total = Outcome::default();
    let start = Instant::now();
    command::run_quietly(suite.cargo().arg("--no-run"))?;
    total.built = start.elapsed();
    for engine in choice.engines().filter(|engine| tools.missing(engine.parts()).is_empty()) {
        let start = Instant::now();
        let tally = suite.run_in(engine).unwrap_or_else(|error| {
            println!("FAILED {}: {error:#}", engine.name());
            Tally::broken()
        });
        let times = vec![Timed { time: start.elapsed(), name: format!("storage in {}", engine.name()) }];
        total.add(Outcome { tally, times, ..Outcome::default() });
    }
    Ok(total)
}

struct Suite<'s> {
    checkout: &'s Checkout,
    tools: &'s Tools,
    choice: &'s Choice,
}

impl Suite<'_> {
    fn run_in(&self, engine: Engine) -> Result<Tally> {
        match engine {
            Engine::Chromium => {
                let mut total = Tally::default();
                for back_end in BackEnd::ALL {
                    total.add(self.in_chromium(back_end)?);
                }
                Ok(total)
            }
            Engine::Firefox => self.in_firefox(),
            Engine::WebKit => self.in_webkit(),
        }
    }

    /// The arguments are in `webdriver.json`, where they are found by those who start the runner by hand; and a profile on the disk, to see what
    /// was kept in it.
    fn in_chromium(&self, back_end: BackEnd) -> Result<Tally> {
        println!("\n-- chromium, {} --", back_end.name());
        let profile = self.folder()?.join(back_end.name());
        let _ = std::fs::remove_dir_all(&profile);
        let text = std::fs::read_to_string(self.checkout.at("webdriver.json")).context("cannot read webdriver.json")?;
        let mut session: Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
        let arguments = session.pointer_mut("/goog:chromeOptions/args").and_then(Value::as_array_mut);
        arguments
            .context("webdriver.json has no arguments for Chromium")?
            .extend([Value::from(back_end.argument()), Value::from(format!("--user-data-dir={}", profile.display()))]);
        let driver = self.tools.browser.driver.as_deref();
        let tally = self.test(RUNNER, "CHROMEDRIVER", driver, &self.session(back_end.name(), &session)?, &[])?;
        if tally != Tally::default() {
            back_end.confirm(&profile)?;
        }
        Ok(tally)
    }

    fn in_firefox(&self) -> Result<Tally> {
        println!("\n-- firefox --");
        let browser = &self.tools.firefox;
        let session = json!({ "moz:firefoxOptions": { "binary": browser.program } });
        self.test(RUNNER, "GECKODRIVER", browser.driver.as_deref(), &self.session("firefox", &session)?, &[])
    }

    /// The driver starts the browser that it was built with. `WebKit`'s sandbox does not start for root, and all that is opened is our tests.
    fn in_webkit(&self) -> Result<Tally> {
        println!("\n-- webkit --");
        let (driver, session) = (self.tools.webkit.driver.as_deref(), self.session("webkit", &json!({}))?);
        let settings = [("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")];
        self.test(RUNNER_WITH_DISPLAY, "SAFARIDRIVER", driver, &session, &settings)
    }

    fn test(
        &self,
        runner: &str,
        variable: &str,
        driver: Option<&Path>,
        session: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Tally> {
        let mut cargo = self.cargo();
        cargo.args(&self.choice.filter);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
        for other in DRIVERS {
            cargo.env_remove(other).env_remove(format!("{other}_REMOTE"));
        }
        cargo.env(variable, driver.with_context(|| format!("there is nothing for {variable}"))?);
        cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", session);
        cargo.env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT).env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
        cargo.envs(settings.iter().copied());
        let (outcome, is_success) = output::count(&mut cargo)?;
        outcome.tally.confirmed(is_success, !self.choice.filter.is_empty())
    }

    fn cargo(&self) -> Command {
        let mut cargo: Command = self.tools.command("cargo");
        cargo.args(["test", "--target", TARGET, "-p", "subzero", "--test", "*", "--no-fail-fast"]);
        cargo.current_dir(self.checkout.root());
        cargo
    }

    /// What a driver is asked for, in a file for the runner.
    fn session(&self, name: &str, session: &Value) -> Result<PathBuf> {
        let file = self.folder()?.join(format!("{name}.json"));
        std::fs::write(&file, session.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    fn folder(&self) -> Result<PathBuf> {
        let folder = self.checkout.at("target/browser");
        std::fs::create_dir_all(&folder).context("cannot make target/browser")?;
        Ok(folder)
    }
}
