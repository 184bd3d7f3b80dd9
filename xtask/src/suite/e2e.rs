//! The built page and the built server, used as a clerk uses them, in a browser driven by Playwright.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{Choice, tally::Tally};
use crate::checkout::Checkout;
use crate::setup::Tools;
use crate::{command, page, run};

const READY: &str = "listening on ";
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// Builds the page and the server, starts the server with a demo account in an empty folder, and runs the tests against it.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice) -> Result<Tally> {
    page::build(checkout, tools)?;
    run::build_server(checkout)?;
    // The page and the server were built.
    let mut tally = Tally { passed: 2, failed: 0 };
    if !has_tests(checkout)? {
        println!("there is no tests/e2e/*.spec.ts yet");
        return Ok(tally);
    }
    let folder = checkout.at("target/e2e");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let server = Server::start(checkout, &folder.join("data"))?;
    let outcome = playwright(checkout, tools, choice, &server.address, &folder.join("report.json"));
    let stopped = server.stop();
    if let Err(error) = &stopped {
        println!("FAILED {error:#}");
    }
    tally.add(Tally::one(stopped.is_ok()));
    tally.add(outcome?);
    Ok(tally)
}

fn playwright(checkout: &Checkout, tools: &Tools, choice: &Choice, address: &str, report: &Path) -> Result<Tally> {
    let mut npx = Command::new("npx");
    npx.args(["playwright", "test", "--reporter=list,json"]).current_dir(checkout.at("tests/e2e"));
    for word in &choice.filter {
        npx.args(["--grep", word]);
    }
    npx.env("PLAYWRIGHT_JSON_OUTPUT_NAME", report).env("SUBZERO_URL", address);
    // For tests that stop, restart or restore a server of their own.
    npx.env("SUBZERO_SERVER", checkout.server()).env("SUBZERO_PAGE", checkout.page());
    if let Some(browser) = &tools.browser.program {
        npx.env("SUBZERO_CHROMIUM", browser);
    }
    println!("$ {}", command::line(&npx));
    let is_success = npx.status().context("cannot start Playwright")?.success();
    let text = std::fs::read_to_string(report).context("Playwright left no report")?;
    count(&text)?.confirmed(is_success, !choice.filter.is_empty())
}

/// The counts in Playwright's report. A test that was skipped did not pass.
fn count(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).context("Playwright's report is not JSON")?;
    let number = |name: &str| report["stats"][name].as_u64().with_context(|| format!("the report has no stats.{name}"));
    let skipped = number("skipped")?;
    if skipped > 0 {
        println!("FAILED: {skipped} skipped");
    }
    Ok(Tally { passed: number("expected")?, failed: number("unexpected")? + number("flaky")? + skipped })
}

fn has_tests(checkout: &Checkout) -> Result<bool> {
    let files = page::folder::files(&checkout.at("tests/e2e"))?;
    let is_test = |path: &&std::path::PathBuf| {
        path.to_string_lossy().ends_with(".spec.ts") && !path.iter().any(|part| part == "node_modules")
    };
    Ok(files.iter().any(|path| is_test(&path)))
}

/// A server that is up.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(checkout: &Checkout, data: &Path) -> Result<Self> {
        let mut program = Command::new(checkout.server());
        program.args(["--port", "0", "--demo", "--data"]).arg(data).arg("--page").arg(checkout.page());
        let mut child = program.stdout(Stdio::piped()).spawn().context("cannot start the server")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.strip_prefix(READY)?.to_owned()));
        let Some(address) = address else {
            let status = child.wait()?;
            bail!("the server ended before it was ready ({status})");
        };
        // Read to the end, or a server that says more would wait for us.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| println!("server: {line}")));
        Ok(Self { child, address })
    }

    /// Asks the server to stop, and holds it to that.
    fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &pid]))?;
        let start = Instant::now();
        while start.elapsed() < STOP_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() { Ok(()) } else { bail!("the server did not stop cleanly ({status})") };
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        self.child.kill()?;
        self.child.wait()?;
        bail!("the server was asked to stop and did not within {} s", STOP_LIMIT.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_counted() {
        let report = r#"{"errors":[],"stats":{"startTime":"x","duration":1.5,"expected":7,"skipped":1,"unexpected":2,"flaky":1}}"#;
        assert_eq!(count(report).expect("it is a report"), Tally { passed: 7, failed: 4 });
    }

    #[test]
    fn what_is_not_a_report_is_an_error() {
        assert!(count("").is_err());
        assert!(count("{}").is_err());
    }
}
