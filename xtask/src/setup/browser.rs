//! The browsers to test in, and what drives each.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{binaries, debian, npm};
use crate::checkout::Checkout;
use crate::command;
use crate::steps::Done;

const FETCH_LIMIT: Duration = Duration::from_mins(5);
const PROGRAMS: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const DRIVER: &str = "chromedriver";
const DRIVER_PACKAGE: &str = "chromium-driver";

const FIREFOXES: [&str; 2] = ["firefox-esr", "firefox"];
const WEBKIT_DRIVER: &str = "WebKitWebDriver";
/// A display that nobody sees.
const DISPLAY: &str = "xvfb-run";
/// Debian's packages with both, and with the small browser that the driver starts.
const WEBKIT_PACKAGES: [&str; 3] = ["webkit2gtk-driver", "libwebkit2gtk-4.1-0", "xvfb"];

/// Chromium without a window, which starts in a third of the time: what end-to-end tests run in where it can be had.
const HEADLESS: &str = "chromium-headless-shell";

/// A browser.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The browser itself.
    pub program: Option<PathBuf>,
    /// What starts it for tests compiled to wasm, and reads their outcome.
    pub driver: Option<PathBuf>,
}

/// Finds or installs a Chromium.
pub fn program(checkout: &Checkout) -> Result<(PathBuf, Done)> {
    if let Some(program) = command::on_path(HEADLESS) {
        return Ok((program, Done::Unchanged));
    }
    if debian::can_install() && debian::install(&[HEADLESS]).is_ok() {
        return Ok((command::on_path(HEADLESS).context("Chromium was installed, and is not on PATH")?, Done::Made));
    }
    if let Some(program) = PROGRAMS.iter().find_map(|name| command::on_path(name)) {
        return Ok((program, Done::Unchanged));
    }
    npm::end_to_end(checkout)?;
    if let Some(program) = playwrights(checkout) {
        return Ok((program, Done::Unchanged));
    }
    let mut playwright = Command::new("npx");
    playwright.args(["playwright", "install", "chromium"]).current_dir(checkout.at("tests/e2e"));
    command::run_quietly_within(&mut playwright, FETCH_LIMIT).context("there is no Chromium to test in")?;
    Ok((playwrights(checkout).context("Playwright fetched a Chromium, and does not find it")?, Done::Made))
}

/// Finds or installs the browser's `chromedriver`.
pub fn driver() -> Result<(PathBuf, Done)> {
    if let Some(driver) = command::on_path(DRIVER) {
        return Ok((driver, Done::Unchanged));
    }
    debian::install(&[DRIVER_PACKAGE]).context("chromedriver is missing, in the version of the browser")?;
    Ok((command::on_path(DRIVER).context("chromedriver was installed, and is not on PATH")?, Done::Made))
}

/// Finds or installs Firefox and its `geckodriver`.
pub fn firefox(checkout: &Checkout) -> Result<(Browser, Done)> {
    let on_path = || FIREFOXES.iter().find_map(|name| command::on_path(name));
    let mut done = Done::Unchanged;
    if on_path().is_none() {
        debian::install(&["firefox-esr"]).context("no Firefox to test in")?;
        done = Done::Made;
    }
    let program = on_path().context("Firefox was installed, and is not on PATH")?;
    if binaries::geckodriver(checkout)? == Done::Made {
        done = Done::Made;
    }
    let driver = checkout.tool_bin().join("geckodriver");
    Ok((Browser { program: Some(program), driver: Some(driver) }, done))
}

/// Finds or installs `WebKit`'s driver with the browser it starts, and a display for them.
pub fn webkit() -> Result<(Browser, Done)> {
    let mut done = Done::Unchanged;
    if command::on_path(WEBKIT_DRIVER).is_none() || command::on_path(DISPLAY).is_none() {
        debian::install(&WEBKIT_PACKAGES).context("no WebKit to test in")?;
        done = Done::Made;
    }
    command::on_path(DISPLAY).with_context(|| format!("{DISPLAY} is not on PATH: WebKit has no display"))?;
    let driver = command::on_path(WEBKIT_DRIVER).with_context(|| format!("{WEBKIT_DRIVER} is not on PATH"))?;
    Ok((Browser { program: None, driver: Some(driver) }, done))
}

/// The Chromium that Playwright fetched for itself.
fn playwrights(checkout: &Checkout) -> Option<PathBuf> {
    let script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    let mut node = Command::new("node");
    let path = command::output(node.args(["-e", script]).current_dir(checkout.at("tests/e2e"))).ok()?;
    Some(PathBuf::from(path)).filter(|program| program.is_file())
}
