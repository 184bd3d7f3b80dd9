//! The built page and the built server, used as a clerk uses them, in a browser driven by Playwright.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Choice, tally::Tally};
use crate::checkout::Checkout;
use crate::setup::Tools;
use crate::{command, page, run, seed};

/// Builds the page, the server and the bakery, and runs the tests against them. Each test file starts a server of its own.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice) -> Result<Tally> {
    page::build(checkout, tools)?;
    page::build_gallery(checkout, tools)?;
    run::build_server(checkout)?;
    seed::build_bakery(checkout)?;
    let folder = checkout.at("target/e2e");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    playwright(checkout, tools, choice, &folder.join("report.json"))
}

fn playwright(checkout: &Checkout, tools: &Tools, choice: &Choice, report: &Path) -> Result<Tally> {
    let mut npx = Command::new("npx");
    npx.args(["playwright", "test", "--reporter=list,json"]).current_dir(checkout.at("tests/e2e"));
    if !choice.filter.is_empty() {
        // Of several it takes the last one only.
        npx.args(["--grep", &choice.filter.join("|")]);
    }
    npx.env("PLAYWRIGHT_JSON_OUTPUT_NAME", report);
    npx.env("SUBZERO_SERVER", checkout.server()).env("SUBZERO_BAKERY", checkout.bakery());
    npx.env("SUBZERO_PAGE", checkout.page()).env("SUBZERO_GALLERY", checkout.gallery());
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
