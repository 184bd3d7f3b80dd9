//! A browser to test in, and what drives it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{announce, debian, npm};
use crate::checkout::Checkout;
use crate::command;

const FETCH_LIMIT: Duration = Duration::from_mins(5);
const PROGRAMS: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const DRIVER: &str = "chromedriver";
const DRIVER_PACKAGE: &str = "chromium-driver";

/// A Chromium.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The browser itself.
    pub program: Option<PathBuf>,
    /// Its `chromedriver`.
    pub driver: Option<PathBuf>,
}

/// Finds or installs the browser.
pub fn program(checkout: &Checkout) -> Result<PathBuf> {
    if let Some(program) = installed() {
        return Ok(program);
    }
    npm::end_to_end(checkout)?;
    if let Some(program) = playwrights(checkout) {
        return Ok(program);
    }
    announce("a Chromium", "there is none on PATH");
    let mut playwright = Command::new("npx");
    playwright.args(["playwright", "install", "chromium"]).current_dir(checkout.at("tests/e2e"));
    // A closed network makes three short tries of this, and a page of noise that says nothing more.
    playwright.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    if command::run_within(&mut playwright, FETCH_LIMIT).is_ok()
        && let Some(program) = playwrights(checkout)
    {
        return Ok(program);
    }
    println!("set-up: Playwright cannot fetch its Chromium: taking Debian's");
    debian::install(&["chromium", DRIVER_PACKAGE]).context("no browser to test in")?;
    installed().context("Chromium was installed, and is not on PATH")
}

/// Finds or installs the browser's `chromedriver`.
pub fn driver() -> Result<PathBuf> {
    if let Some(driver) = command::on_path(DRIVER) {
        return Ok(driver);
    }
    announce(DRIVER, "not on PATH; tests compiled to wasm are started through it");
    debian::install(&[DRIVER_PACKAGE]).context("chromedriver is missing, in the version of the browser")?;
    command::on_path(DRIVER).context("chromedriver was installed, and is not on PATH")
}

fn installed() -> Option<PathBuf> {
    PROGRAMS.iter().find_map(|name| command::on_path(name))
}

/// The Chromium that Playwright fetched for itself.
fn playwrights(checkout: &Checkout) -> Option<PathBuf> {
    let script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    let mut node = Command::new("node");
    let path = command::output(node.args(["-e", script]).current_dir(checkout.at("tests/e2e"))).ok()?;
    Some(PathBuf::from(path)).filter(|program| program.is_file())
}
