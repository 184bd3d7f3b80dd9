//! What cargo builds natively for people and tests, quietly, and whether there was anything to do.

use std::process::Command;

use anyhow::Result;

use crate::checkout::Checkout;
use crate::command;
use crate::steps::Done;

/// Builds what the words say.
pub fn build(checkout: &Checkout, words: &[&str]) -> Result<Done> {
    let mut cargo = Command::new("cargo");
    cargo.arg("build").args(words).current_dir(checkout.root());
    let said = command::run_quietly(&mut cargo)?;
    Ok(if said.contains("Compiling ") { Done::Made } else { Done::Unchanged })
}
