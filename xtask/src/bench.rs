//! Measurements of the built page in a real browser, against what this project says of its speed. Each prints every figure it is held to.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::page::digest::hex;
use crate::setup::{self, Part};
use crate::{command, page, run, seed};

/// Runs the named measurement; the exit code says whether it is within its limits.
pub fn bench(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words {
        [name] if name == "report" => report(checkout),
        [other, ..] => bail!("there is no measurement {other}; there is: report"),
        [] => bail!("bench needs a name: report"),
    }
}

/// A data folder with the largest business. It is made anew when the program that makes it is another one, and is no such folder before it is
/// whole: the stamp is written last.
fn large_business(checkout: &Checkout) -> Result<PathBuf> {
    let (large, stamp) = (checkout.at("target/bench/large"), checkout.at("target/bench/large.stamp"));
    seed::build_bakery(checkout)?;
    let program = hex(&fs::read(checkout.large())?);
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&program) {
        if large.is_dir() {
            fs::remove_dir_all(&large)?;
        }
        let data = large.to_string_lossy().into_owned();
        seed::seed(checkout, &["large".to_owned(), "--data".to_owned(), data])?;
        fs::write(&stamp, program)?;
    }
    Ok(large)
}

/// The Negative inventory report over the largest business, opened, filtered, sorted, grouped and scrolled.
fn report(checkout: &Checkout) -> Result<ExitCode> {
    let tools = setup::set_up(checkout, &Part::ALL)?;
    tools.require(&Part::ALL)?;
    page::build(checkout, &tools)?;
    run::build_server(checkout)?;
    let large = large_business(checkout)?;
    let mut npx = Command::new("npx");
    npx.args(["playwright", "test", "--config", "bench.config.ts", "report"]).current_dir(checkout.at("tests/e2e"));
    npx.env("SUBZERO_SERVER", checkout.server()).env("SUBZERO_PAGE", checkout.page()).env("SUBZERO_LARGE", &large);
    if let Some(browser) = &tools.browser.program {
        npx.env("SUBZERO_CHROMIUM", browser);
    }
    println!("$ {}", command::line(&npx));
    let is_within = npx.status().context("cannot start Playwright")?.success();
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
