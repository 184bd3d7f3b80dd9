//! The sync protocol in virtual time, from seeds: quick, and with every check that a test has.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::command;

/// Runs the simulator. What follows is its own; it fails where an invariant is broken.
pub fn simulate(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", "simulate", "--quiet", "-p", "subzero-simulator"]);
    command::run(cargo.current_dir(checkout.root()))?;
    let mut program = Command::new(checkout.simulator());
    let status = program.args(words).status().with_context(|| format!("cannot start `{}`", command::line(&program)))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
