//! The Negative inventory report of a server's data folder, worked out by the ledger and by SQL, laid side by side.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::{command, seed};

/// Compares what is in the folder. It fails where the two differ.
pub fn compare(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let [folder] = words else { bail!("compare needs one data folder") };
    let mut program = Command::new(seed::build(checkout, "subzero-compare")?);
    let status = program.arg(folder).status().with_context(|| format!("cannot start `{}`", command::line(&program)))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
