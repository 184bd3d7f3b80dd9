//! The sync protocol in virtual time, from seeds: quick, and with every check that a test has.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::{cargo, command};

/// Runs the simulator. What follows is its own; it fails where an invariant is broken.
pub fn simulate(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    cargo::build(checkout, &["--profile", "simulate", "--package", "subzero-simulator"])?;
    let mut program = Command::new(checkout.built("simulate", "subzero-simulator"));
    let status = program.args(words).status().with_context(|| format!("cannot start `{}`", command::line(&program)))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
