//! Accounts with real input in them, to look at and to test with.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::{cargo, command};

/// What makes the largest business.
pub const LARGE: &str = "subzero-large";

/// Makes the named account. What follows the name is the seeding program's.
pub fn seed(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words.split_first() {
        Some((name, rest)) if name == "bakery" => fill(checkout, "subzero-bakery", "data/bakery", rest),
        Some((name, rest)) if name == "large" => fill(checkout, LARGE, "data/large", rest),
        Some((other, _)) => bail!("there is no seed {other}; there are: bakery, large"),
        None => bail!("seed needs a name: bakery or large"),
    }
}

fn fill(checkout: &Checkout, program: &str, folder: &str, rest: &[String]) -> Result<ExitCode> {
    let given = rest.iter().position(|word| word == "--data").map(|position| position + 1);
    let data = match given {
        Some(position) => PathBuf::from(rest.get(position).context("--data needs a folder")?),
        None => checkout.at(folder),
    };
    let mut program = Command::new(build(checkout, program)?);
    program.args(rest);
    if given.is_none() {
        program.arg("--data").arg(&data);
    }
    command::run(&mut program)?;
    println!("to look at it: cargo xtask run --data {}", data.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds a program of the bakery's in release: they have months to go through. Answers where it is.
pub fn build(checkout: &Checkout, program: &str) -> Result<PathBuf> {
    cargo::build(checkout, &["--release", "--package", "subzero-bakery", "--bin", program])?;
    Ok(checkout.built("release", program))
}
