//! Packages from npm: the size optimiser for wasm, and what the end-to-end tests are written with.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::{announce, binaries, debian};
use crate::checkout::Checkout;
use crate::{command, page};

const LIMIT: Duration = Duration::from_mins(10);
/// What holds `wasm-opt`. Trunk asks for this one by name, in `Trunk.toml`.
pub const BINARYEN: &str = "132.0.0";
const QUIET: [&str; 4] = ["--no-audit", "--no-fund", "--loglevel", "error"];

/// Finds or installs `wasm-opt`.
pub fn wasm_opt(checkout: &Checkout) -> Result<()> {
    let link = checkout.tool_bin().join("wasm-opt");
    if link.is_file() && checkout.is_stamped("binaryen", BINARYEN) {
        return Ok(());
    }
    let kept = checkout.kept_tools().join(format!("binaryen-{BINARYEN}"));
    let program = kept.join("node_modules/.bin/wasm-opt");
    let whole = kept.join("whole");
    if !(program.is_file() && whole.is_file()) {
        announce(&format!("wasm-opt (binaryen {BINARYEN})"), "the page's wasm is a third larger without");
        std::fs::create_dir_all(&kept)?;
        let package = format!("binaryen@{BINARYEN}");
        let mut npm = npm()?;
        npm.args(["install", "--prefix"]).arg(&kept).args(QUIET).args(["--no-save", &package]);
        command::run_within(&mut npm, LIMIT)
            .with_context(|| format!("wasm-opt is missing; by hand: npm install --global {package}"))?;
        std::fs::write(whole, BINARYEN)?;
    }
    binaries::link(&program, &link)?;
    checkout.write_stamp("binaryen", BINARYEN)
}

/// Finds or installs the end-to-end tests' packages, as their lock file has them.
pub fn end_to_end(checkout: &Checkout) -> Result<()> {
    let folder = checkout.at("tests/e2e");
    let lock = std::fs::read(folder.join("package-lock.json")).context("cannot read tests/e2e/package-lock.json")?;
    let locked = page::digest::hex(&lock);
    if folder.join("node_modules/@playwright/test").is_dir() && checkout.is_stamped("end-to-end", &locked) {
        return Ok(());
    }
    announce("tests/e2e/node_modules", "not there, or of another package-lock.json");
    let mut npm = npm()?;
    npm.arg("ci").args(QUIET).current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command::run_within(&mut npm, LIMIT).context("the end-to-end tests' packages are missing; by hand: npm ci")?;
    checkout.write_stamp("end-to-end", &locked)
}

fn npm() -> Result<Command> {
    if command::on_path("npm").is_none() {
        announce("nodejs and npm", "not on PATH");
        debian::install(&["nodejs", "npm"]).context("Node.js 20 or newer with npm is missing")?;
    }
    if command::on_path("node").is_none() {
        bail!("npm is there and Node.js is not; by hand: install Node.js 20 or newer");
    }
    Ok(Command::new("npm"))
}
