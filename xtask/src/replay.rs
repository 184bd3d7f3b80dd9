//! Scenario files, replayed by the ledger: what support is asked for when a figure looks wrong.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::command;

/// For each file what its entries lead to, as a JSON array in the order of the files.
pub fn replay(checkout: &Checkout, files: &[String]) -> Result<ExitCode> {
    if files.is_empty() {
        bail!("name at least one scenario file");
    }
    // By their whole paths: cargo starts the program in another folder.
    let files: Vec<PathBuf> = files
        .iter()
        .map(|file| std::fs::canonicalize(file).with_context(|| format!("cannot read {file}")))
        .collect::<Result<_>>()?;
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--package", "subzero-ledger", "--features", "scenario", "--example", "replay"]);
    command::run(cargo.arg("--").args(files).current_dir(checkout.root()))?;
    Ok(ExitCode::SUCCESS)
}
