//! Tests compiled to wasm and run in real browsers: storage as it is on a till, in every engine that a till can have.
//!
//! `wasm-bindgen-test-runner` starts each browser through its own driver. The tests are compiled once, with what the page is made of.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::program::Program;
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
const RUNNER_WITH_DISPLAY: [&str; 3] = ["xvfb-run", "--auto-servernum", RUNNER];
/// How the runner is told of drivers. It takes the first that it finds, so it must find one only.
const DRIVERS: [&str; 3] = ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER"];
/// Seconds one test file may take in one browser.
const TIMEOUT: &str = "300";

/// Compiles every file in `tests/`; answers what came of it.
pub fn build(checkout: &Checkout, tools: &Tools) -> Result<Vec<PathBuf>> {
    let mut cargo = tools.command("cargo");
    cargo.args(["test", "--target", TARGET, "-p", "subzero", "--test", "*", "--no-run"]);
    cargo.arg("--message-format=json-render-diagnostics").current_dir(checkout.root());
    let programs: Vec<Program> = command::messages(&mut cargo)?.lines().filter_map(Program::read).collect();
    Ok(programs.into_iter().map(|program| program.file).collect())
}

/// Runs them in every engine that was chosen and can be had: in all at once, for most of it is waiting for the disk.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice, files: &[PathBuf]) -> Outcome {
    let suite = Suite { checkout, tools, choice, files };
    let engines = choice.engines().filter(|engine| tools.missing(engine.parts()).is_empty());
    let done: Vec<Outcome> = thread::scope(|scope| {
        let running: Vec<_> = engines.map(|engine| scope.spawn(move || suite.time_in(engine))).collect();
        running.into_iter().map(|engine| engine.join().unwrap_or_else(|_| Outcome::broken())).collect()
    });
    let mut total = Outcome::default();
    for outcome in done {
        total.add(outcome);
    }
    total
}

#[derive(Clone, Copy)]
struct Suite<'s> {
    checkout: &'s Checkout,
    tools: &'s Tools,
    choice: &'s Choice,
    files: &'s [PathBuf],
}

impl Suite<'_> {
    fn time_in(self, engine: Engine) -> Outcome {
        let start = Instant::now();
        let tally = self.run_in(engine).unwrap_or_else(|error| {
            println!("FAILED {}: {error:#}", engine.name());
            Tally::broken()
        });
        let times = vec![Timed { time: start.elapsed(), name: format!("storage in {}", engine.name()) }];
        Outcome { tally, times, ..Outcome::default() }
    }

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
        let profile = self.folder()?.join(back_end.name());
        let _ = std::fs::remove_dir_all(&profile);
        let text = std::fs::read_to_string(self.checkout.at("webdriver.json")).context("cannot read webdriver.json")?;
        let mut session: Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
        let arguments = session.pointer_mut("/goog:chromeOptions/args").and_then(Value::as_array_mut);
        arguments
            .context("webdriver.json has no arguments for Chromium")?
            .extend([Value::from(back_end.argument()), Value::from(format!("--user-data-dir={}", profile.display()))]);
        let driver = self.tools.browser.driver.as_deref();
        let tally = self.test(&[RUNNER], "CHROMEDRIVER", driver, &self.session(back_end.name(), &session)?, &[])?;
        if tally != Tally::default() {
            back_end.confirm(&profile)?;
        }
        Ok(tally)
    }

    fn in_firefox(&self) -> Result<Tally> {
        let browser = &self.tools.firefox;
        let session = json!({ "moz:firefoxOptions": { "binary": browser.program } });
        self.test(&[RUNNER], "GECKODRIVER", browser.driver.as_deref(), &self.session("firefox", &session)?, &[])
    }

    /// The driver starts the browser that it was built with. `WebKit`'s sandbox does not start for root, and all that is opened is our tests.
    fn in_webkit(&self) -> Result<Tally> {
        let (driver, session) = (self.tools.webkit.driver.as_deref(), self.session("webkit", &json!({}))?);
        let settings = [("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")];
        self.test(&RUNNER_WITH_DISPLAY, "SAFARIDRIVER", driver, &session, &settings)
    }

    fn test(
        &self,
        runner: &[&str],
        variable: &str,
        driver: Option<&Path>,
        session: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Tally> {
        let driver = driver.with_context(|| format!("there is nothing for {variable}"))?;
        let (mut outcome, mut is_success) = (Outcome::default(), true);
        for file in self.files {
            let mut program = self.tools.command(runner[0]);
            program.args(&runner[1..]).arg(file).args(&self.choice.filter).current_dir(self.checkout.root());
            for other in DRIVERS {
                program.env_remove(other).env_remove(format!("{other}_REMOTE"));
            }
            program.env(variable, driver).env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", session);
            program.env("WASM_BINDGEN_TEST_TIMEOUT", TIMEOUT).env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
            program.envs(settings.iter().copied());
            let (of_file, succeeds) = output::count(&mut program)?;
            outcome.add(of_file);
            is_success &= succeeds;
        }
        outcome.tally.confirmed(is_success, !self.choice.filter.is_empty())
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
