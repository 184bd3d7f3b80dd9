//! The built page and the built server, used as a clerk uses them: in Chromium driven by Playwright, and in the other engines by their own drivers; and
//! a minute of them under faults.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Choice;
use super::tally::{Outcome, Tally, Timed};
use crate::checkout::Checkout;
use crate::page::{self, Build};
use crate::setup::{Part, Tools};
use crate::{cargo, command, run, soak};

/// What is built natively for it, in one go: with others beside them the programs would be built anew.
pub fn programs() -> Vec<&'static str> {
    [&run::NATIVES[..], &["--package", "subzero-bakery", "--package", "subzero-soak"]].concat()
}

/// Runs the tests against what is built.
pub fn run(checkout: &Checkout, tools: &Tools, choice: &Choice) -> Result<Outcome> {
    let folder = checkout.at("target/e2e");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let is_soak_alone = choice.filter == ["soak"];
    let mut outcome = Outcome::default();
    if !is_soak_alone {
        outcome.add(playwright(checkout, tools, choice, &folder.join("report.json"))?);
    }
    if is_soak_alone || choice.filter.is_empty() {
        outcome.add(soak(checkout, tools)?);
    }
    Ok(outcome)
}

/// Builds what the tests use; the programs unless that is done.
pub fn build(checkout: &Checkout, tools: &Tools, are_programs_built: bool) -> Result<()> {
    tools.require(&[Build::Quick.parts(), &Part::END_TO_END].concat())?;
    if !are_programs_built {
        cargo::build(checkout, &programs())?;
    }
    page::build(checkout, tools, Build::Quick)?;
    Ok(())
}

/// A minute of bad weather, as one more test.
fn soak(checkout: &Checkout, tools: &Tools) -> Result<Outcome> {
    let start = Instant::now();
    let mut program = soak::program(checkout, tools, true);
    program.args(["--minutes", "1"]);
    println!("$ {}", command::line(&program));
    let is_whole = program.status().with_context(|| format!("cannot start `{}`", command::line(&program)))?.success();
    let timed = Timed { time: start.elapsed(), name: "a minute of bad weather (soak)".to_owned() };
    Ok(Outcome { tally: Tally::one(is_whole), times: vec![timed], ..Outcome::default() })
}

fn playwright(checkout: &Checkout, tools: &Tools, choice: &Choice, report: &Path) -> Result<Outcome> {
    let mut npx = command(checkout, tools);
    npx.args(["playwright", "test", "--reporter=list,json"]);
    if !choice.filter.is_empty() {
        // Of several it takes the last one only.
        npx.args(["--grep", &choice.filter.join("|")]);
    }
    npx.env("PLAYWRIGHT_JSON_OUTPUT_NAME", report);
    println!("$ {}", command::line(&npx));
    let is_success = npx.status().context("cannot start Playwright")?.success();
    let text = std::fs::read_to_string(report).context("Playwright left no report")?;
    let report: Value = serde_json::from_str(&text).context("Playwright's report is not JSON")?;
    let mut times = Vec::new();
    collect_times(&report, &mut times);
    let tally = count(&report)?.confirmed(is_success, !choice.filter.is_empty())?;
    Ok(Outcome { tally, times, ..Outcome::default() })
}

/// `npx` in the tests' folder, told where everything is.
pub fn command(checkout: &Checkout, tools: &Tools) -> Command {
    let mut npx = Command::new("npx");
    npx.current_dir(checkout.at("tests/e2e"));
    npx.env("SUBZERO_SERVER", run::server(checkout)).env("SUBZERO_BAKERY", checkout.built("debug", "subzero-bakery"));
    npx.env("SUBZERO_PAGE", Build::Quick.folder(checkout));
    // What is not here is not tried.
    let programs = [
        ("SUBZERO_CHROMIUM", &tools.browser.program),
        ("SUBZERO_FIREFOX", &tools.firefox.program),
        ("SUBZERO_GECKODRIVER", &tools.firefox.driver),
        ("SUBZERO_WEBKIT_DRIVER", &tools.webkit.driver),
    ];
    npx.envs(programs.into_iter().filter_map(|(name, program)| Some((name, program.as_ref()?))));
    npx
}

/// The counts in Playwright's report. A test that was skipped did not pass.
fn count(report: &Value) -> Result<Tally> {
    let number = |name: &str| report["stats"][name].as_u64().with_context(|| format!("the report has no stats.{name}"));
    let skipped = number("skipped")?;
    if skipped > 0 {
        println!("FAILED: {skipped} skipped");
    }
    Ok(Tally { passed: number("expected")?, failed: number("unexpected")? + number("flaky")? + skipped })
}

/// How long each test took: suites hold suites and specs, specs hold tests, tests hold results.
fn collect_times(suite: &Value, times: &mut Vec<Timed>) {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    for spec in list(suite, "specs") {
        for result in list(&spec, "tests").iter().flat_map(|test| list(test, "results")) {
            let title = spec["title"].as_str().unwrap_or_default();
            let file = spec["file"].as_str().unwrap_or_default();
            let time = Duration::from_millis(result["duration"].as_u64().unwrap_or_default());
            times.push(Timed { time, name: format!("{file}: {title}") });
        }
    }
    for inner in list(suite, "suites") {
        collect_times(&inner, times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_counted() {
        let report = r#"{"errors":[],"stats":{"startTime":"x","duration":1.5,"expected":7,"skipped":1,"unexpected":2,"flaky":1}}"#;
        let report = serde_json::from_str(report).expect("it is JSON");
        assert_eq!(count(&report).expect("it is a report"), Tally { passed: 7, failed: 4 });
    }

    #[test]
    fn what_is_not_a_report_is_an_error() {
        assert!(count(&Value::Null).is_err());
    }

    #[test]
    fn each_test_has_its_time() {
        let report = r#"{"suites":[{"specs":[{"title":"sells","file":"till.spec.ts","tests":[{"results":[{"duration":1200}]}]}],
            "suites":[{"specs":[{"title":"counts","file":"till.spec.ts","tests":[{"results":[{"duration":90}]}]}]}]}]}"#;
        let mut times = Vec::new();
        collect_times(&serde_json::from_str(report).expect("it is JSON"), &mut times);
        let names: Vec<&str> = times.iter().map(|timed| timed.name.as_str()).collect();
        assert_eq!(names, ["till.spec.ts: sells", "till.spec.ts: counts"]);
        assert_eq!(times[0].time, Duration::from_millis(1200));
    }
}
