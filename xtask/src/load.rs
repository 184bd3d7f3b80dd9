//! How much the server takes, on this machine, over each database: a table of what was measured. The load itself is beside the server's tests.

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::checkout::Checkout;
use crate::command;
use crate::setup::{self, Part};

/// Longer than a table takes, and not for ever.
const LIMIT: Duration = Duration::from_mins(10);

/// Builds the server in release and puts load on it.
pub fn load(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let seconds = match words {
        [] => None,
        [name, seconds] if name == "--seconds" && seconds.parse::<u8>().is_ok_and(|seconds| seconds > 0) => {
            Some(seconds)
        }
        _ => bail!("load knows --seconds N, from 1 to 255, for each row of its table"),
    };
    setup::set_up(checkout, &[Part::Postgres])?.require(&[Part::Postgres])?;
    let bench = ["bench", "--quiet", "-p", "subzero-server", "--bench", "load"];
    let mut build = Command::new("cargo");
    command::run(build.args(bench).arg("--no-run").current_dir(checkout.root()))?;
    let mut cargo = Command::new("cargo");
    cargo.args(bench).current_dir(checkout.root());
    if let Some(seconds) = seconds {
        cargo.args(["--", "--seconds", seconds]);
    }
    command::run_within(&mut cargo, LIMIT)?;
    Ok(ExitCode::SUCCESS)
}
