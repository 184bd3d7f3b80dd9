//! The tests of all packages, compiled natively: the page's too, whose pure parts need no browser; and the examples in their docs.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use super::tally::{Outcome, Tally};
use super::{Choice, output};
use crate::checkout::Checkout;
use crate::command;

/// How cargo starts a test program. The standard harness says how long a test took only when it is asked as by the compiler's own people; the
/// programs alone are told so, or everything would be compiled anew.
const TIMED: (&str, &str) = ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "env RUSTC_BOOTSTRAP=1");
const REPORT_TIME: [&str; 3] = ["--", "-Zunstable-options", "--report-time"];

/// Runs them all, whatever the first package says.
pub fn run(checkout: &Checkout, choice: &Choice) -> Result<Outcome> {
    let start = Instant::now();
    command::run_quietly(test(checkout).arg("--no-run"))?;
    let built = start.elapsed();
    let is_timed = cfg!(all(target_arch = "x86_64", target_os = "linux"));
    let mut programs = test(checkout);
    programs.args(&choice.filter).env(TIMED.0, TIMED.1).args(if is_timed { &REPORT_TIME[..] } else { &[] });
    let (mut outcome, programs_succeed) = output::count(&mut programs)?;
    let mut examples = Command::new("cargo");
    examples.args(["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]).args(&choice.filter);
    let (in_docs, examples_succeed) = output::count(examples.current_dir(checkout.root()))?;
    outcome.add(in_docs);
    outcome.built = built;
    let is_filtered = !choice.filter.is_empty();
    outcome.tally = Tally::confirmed(outcome.tally, programs_succeed && examples_succeed, is_filtered)?;
    Ok(outcome)
}

fn test(checkout: &Checkout) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--workspace", "--tests", "--examples", "--no-fail-fast"]);
    cargo.current_dir(checkout.root());
    cargo
}
