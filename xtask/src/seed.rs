//! Accounts with real input in them, to look at and to test with.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::command;

/// Makes the named account. What follows the name is the seeding program's.
pub fn seed(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words.split_first() {
        Some((name, rest)) if name == "bakery" => fill(checkout, &checkout.bakery(), "data/bakery", rest),
        Some((name, rest)) if name == "large" => fill(checkout, &checkout.large(), "data/large", rest),
        Some((other, _)) => bail!("there is no seed {other}; there are: bakery, large"),
        None => bail!("seed needs a name: bakery or large"),
    }
}

fn fill(checkout: &Checkout, program: &Path, folder: &str, rest: &[String]) -> Result<ExitCode> {
    let given = rest.iter().position(|word| word == "--data").map(|position| position + 1);
    let data = match given {
        Some(position) => PathBuf::from(rest.get(position).context("--data needs a folder")?),
        None => checkout.at(folder),
    };
    build_bakery(checkout)?;
    let mut program = Command::new(program);
    program.args(rest);
    if given.is_none() {
        program.arg("--data").arg(&data);
    }
    command::run(&mut program)?;
    println!("to look at it: cargo xtask run --data {}", data.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the seeding programs in release.
pub fn build_bakery(checkout: &Checkout) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "-p", "subzero-bakery"]);
    command::run(cargo.current_dir(checkout.root()))
}
