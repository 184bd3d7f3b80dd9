//! Packages from npm: the size optimiser for wasm, and what the end-to-end tests are written with.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::{binaries, debian};
use crate::checkout::Checkout;
use crate::steps::Done;
use crate::{command, page};

const LIMIT: Duration = Duration::from_mins(10);
/// The oldest Node.js that runs what is run here.
const NODE: u32 = 20;
/// What holds `wasm-opt`. `Trunk.toml` names the same.
pub const BINARYEN: &str = "132.0.0";
const QUIET: [&str; 4] = ["--no-audit", "--no-fund", "--loglevel", "error"];

/// Finds or installs `wasm-opt`.
pub fn wasm_opt(checkout: &Checkout) -> Result<Done> {
    let link = checkout.tool_bin().join("wasm-opt");
    if link.is_file() && checkout.is_stamped("binaryen", BINARYEN) {
        return Ok(Done::Unchanged);
    }
    let kept = checkout.kept_tools().join(format!("binaryen-{BINARYEN}"));
    let program = kept.join("node_modules/.bin/wasm-opt");
    // Written last: an installation that ended before its end is made again, from nothing.
    let whole = kept.join("whole");
    if !(program.is_file() && std::fs::read_to_string(&whole).is_ok_and(|version| version == BINARYEN)) {
        let _ = std::fs::remove_dir_all(&kept);
        fetch_wasm_opt(&kept, &whole).context("wasm-opt is missing")?;
    }
    binaries::link(&program, &link)?;
    checkout.write_stamp("binaryen", BINARYEN)?;
    Ok(Done::Made)
}

fn fetch_wasm_opt(kept: &Path, whole: &Path) -> Result<()> {
    std::fs::create_dir_all(kept)?;
    let package = format!("binaryen@{BINARYEN}");
    let mut npm = npm()?;
    npm.args(["install", "--prefix"]).arg(kept).args(QUIET).args(["--no-save", &package]);
    command::run_quietly_within(&mut npm, LIMIT)
        .map_err(|error| command::with_way(error, &format!("by hand: npm install --global {package}")))?;
    Ok(std::fs::write(whole, BINARYEN)?)
}

/// Finds or installs the end-to-end tests' packages, as their lock file has them.
pub fn end_to_end(checkout: &Checkout) -> Result<Done> {
    locked(checkout, "tests/e2e", "@playwright/test", "end-to-end")
        .context("the end-to-end tests' packages are missing; by hand: npm ci")
}

/// Finds or installs the packages of the pages that ours is measured beside, likewise.
pub fn peers(checkout: &Checkout) -> Result<Done> {
    locked(checkout, "tests/bench", "dexie", "peers")
        .context("the measurements' packages are missing; by hand: npm ci in tests/bench")
}

/// Installs what a folder's lock file has, unless that is what was installed last; one of its packages says whether it is there.
fn locked(checkout: &Checkout, folder: &str, package: &str, stamp: &str) -> Result<Done> {
    let folder = checkout.at(folder);
    let lock = folder.join("package-lock.json");
    let lock = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let locked = page::digest::hex(&lock);
    if folder.join("node_modules").join(package).is_dir() && checkout.is_stamped(stamp, &locked) {
        return Ok(Done::Unchanged);
    }
    let mut npm = npm()?;
    npm.arg("ci").args(QUIET).current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command::run_quietly_within(&mut npm, LIMIT)?;
    checkout.write_stamp(stamp, &locked)?;
    Ok(Done::Made)
}

/// Finds or installs Node.js with npm; one that is too old is left to its owner.
pub fn node() -> Result<Done> {
    let mut done = Done::Unchanged;
    if command::on_path("node").is_none() || command::on_path("npm").is_none() {
        debian::install(&["nodejs", "npm"]).with_context(|| format!("install Node.js {NODE} or newer, with npm"))?;
        done = Done::Made;
    }
    let version = command::output(Command::new("node").arg("--version"))?;
    if major(&version).is_none_or(|major| major < NODE) {
        bail!("this Node.js is {version}: install Node.js {NODE} or newer, with npm");
    }
    Ok(done)
}

/// `20` of `v20.19.1`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn npm() -> Result<Command> {
    node()?;
    Ok(Command::new("npm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read() {
        assert_eq!(major("v20.19.1"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major(""), None);
    }
}
