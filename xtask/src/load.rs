//! How much the server takes, on this machine, over each database: a table of what was measured. The load itself is beside the server's tests.

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::checkout::Checkout;
use crate::command;
use crate::setup::{self, Part};

/// Longer than a table takes, and not for ever.
const LIMIT: Duration = Duration::from_mins(20);

/// Builds the server in release and puts load on it.
pub fn load(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words {
        [] => {}
        [name, seconds] if name == "--seconds" && seconds.parse::<u8>().is_ok_and(|seconds| seconds > 0) => {}
        [name, tills] if name == "--tills" && tills.parse::<u16>().is_ok_and(|tills| tills > 0) => {}
        _ => bail!(
            "load knows --seconds N, from 1 to 255, for each row of its table, and --tills N, from 1 to 65535, that wait for news"
        ),
    }
    setup::set_up(checkout, &[Part::Postgres])?.require(&[Part::Postgres])?;
    let bench = ["bench", "--quiet", "-p", "subzero-server", "--bench", "load"];
    let mut build = Command::new("cargo");
    command::run(build.args(bench).arg("--no-run").current_dir(checkout.root()))?;
    // Every till that waits is a file to the server, and another one to whoever plays the tills.
    let mut cargo = Command::new("sh");
    cargo.args(["-c", "ulimit -n \"$(ulimit -Hn)\" && exec cargo \"$@\"", "cargo"]);
    cargo.args(bench).arg("--").args(words).current_dir(checkout.root());
    command::run_within(&mut cargo, LIMIT)?;
    Ok(ExitCode::SUCCESS)
}
