//! Formatting and lints, one check each.

use std::process::Command;

use anyhow::Result;

use super::tally::Tally;
use crate::checkout::Checkout;
use crate::command;

const CHECKS: [&[&str]; 2] =
    [&["fmt", "--all", "--check"], &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]];

/// Runs them all, whatever the first says.
pub fn run(checkout: &Checkout) -> Result<Tally> {
    let mut tally = Tally::default();
    for words in CHECKS {
        let mut cargo = Command::new("cargo");
        cargo.args(words).current_dir(checkout.root());
        println!("$ {}", command::line(&cargo));
        let outcome = command::run(&mut cargo);
        if let Err(error) = &outcome {
            println!("FAILED {error:#}");
        }
        tally.add(Tally::one(outcome.is_ok()));
    }
    Ok(tally)
}
