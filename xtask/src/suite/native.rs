//! The tests of all packages, compiled natively: the page's too, whose pure parts need no browser.

use std::process::Command;

use anyhow::Result;

use super::{Choice, output, tally::Tally};
use crate::checkout::Checkout;

/// Runs them all, whatever the first package says.
pub fn run(checkout: &Checkout, choice: &Choice) -> Result<Tally> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--workspace", "--no-fail-fast"]).args(&choice.filter).current_dir(checkout.root());
    let (tally, is_success) = output::count(&mut cargo)?;
    tally.confirmed(is_success, !choice.filter.is_empty())
}
