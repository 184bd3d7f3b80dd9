//! The tests of all packages, compiled natively: the page's too, whose pure parts need no browser; and the examples in their docs.
//!
//! Most of what the programs take is waiting, for a server that waits for its disk or for a clock. So several run beside each other, and other
//! things are built meanwhile.

use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, Result};

use super::program::Program;
use super::tally::{Outcome, Tally};
use super::{Choice, output};
use crate::checkout::Checkout;
use crate::command;

/// How many programs run at once, on two cores.
const AT_ONCE: usize = 2;
/// How many of its tests each runs at once.
const TESTS_AT_ONCE: &str = "4";
/// What takes longest is begun first.
const LONGEST: [&str; 6] = ["processes", "api", "simulation", "contract", "agree", "crashes"];
/// The standard harness says how long a test took only when it is asked as by the compiler's own people. The programs alone are told so, or
/// everything would be compiled anew.
const TIMED: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");
const REPORT_TIME: [&str; 2] = ["-Zunstable-options", "--report-time"];

/// What was compiled, and how the examples in docs went.
pub struct Built {
    programs: Vec<Program>,
    examples: Outcome,
    is_success: bool,
}

/// Compiles them all. The examples are run in this, because it is cargo that compiles each.
pub fn build(checkout: &Checkout, choice: &Choice) -> Result<Built> {
    let mut cargo = command::gentle("cargo");
    cargo.args([
        "test",
        "--workspace",
        "--tests",
        "--examples",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]);
    let said = command::messages(cargo.current_dir(checkout.root()))?;
    let mut programs: Vec<Program> = said.lines().filter_map(Program::read).collect();
    programs.sort_by_key(|program| LONGEST.iter().position(|name| *name == program.name).unwrap_or(LONGEST.len()));
    let mut examples = Command::new("cargo");
    examples.args(["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]).args(&choice.filter);
    let (examples, is_success) = output::count(examples.current_dir(checkout.root()))?;
    Ok(Built { programs, examples, is_success })
}

/// Runs them all, whatever the first says.
pub fn run(built: Built, choice: &Choice) -> Result<Outcome> {
    let queue = Mutex::new(built.programs.into_iter());
    let next = || queue.lock().ok()?.next();
    let mut outcome = built.examples;
    let mut is_success = built.is_success;
    let done: Vec<Result<(Outcome, bool)>> = thread::scope(|scope| {
        let lane = || std::iter::from_fn(next).map(|program| run_one(&program, &choice.filter)).collect::<Vec<_>>();
        let lanes: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap_or_default()).collect()
    });
    for done in done {
        let (of_program, succeeds) = done?;
        outcome.add(of_program);
        is_success &= succeeds;
    }
    outcome.tally = Tally::confirmed(outcome.tally, is_success, !choice.filter.is_empty())?;
    Ok(outcome)
}

/// As cargo would run it.
fn run_one(program: &Program, filter: &[String]) -> Result<(Outcome, bool)> {
    let mut command = Command::new(&program.file);
    command.args(filter).args(REPORT_TIME).env(TIMED.0, TIMED.1).env("RUST_TEST_THREADS", TESTS_AT_ONCE);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
    output::count(&mut command).with_context(|| format!("the tests of {}", program.name))
}
