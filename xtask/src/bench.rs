//! Measurements in a real browser, against what this project says of its speed. Each prints every figure it is held to.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::page::Build;
use crate::page::digest::hex;
use crate::setup::{self, Part};
use crate::suite::e2e;
use crate::{command, dist, seed};

/// Runs the named measurement; the exit code says whether it is within its limits.
pub fn bench(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words {
        [name] if name == "report" => report(checkout),
        [name] if name == "dev" => dev(checkout),
        [other, ..] => bail!("there is no measurement {other}; there are: report, dev"),
        [] => bail!("bench needs a name: report or dev"),
    }
}

/// A data folder with the largest business. It is made anew when the program that makes it is another one, and is no such folder before it is
/// whole: the stamp is written last.
fn large_business(checkout: &Checkout) -> Result<PathBuf> {
    let (large, stamp) = (checkout.at("target/bench/large"), checkout.at("target/bench/large.stamp"));
    let program = hex(&fs::read(seed::build(checkout, seed::LARGE)?)?);
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

/// The Negative inventory report over the largest business, opened, filtered, sorted, grouped and scrolled; on the page that is shipped.
fn report(checkout: &Checkout) -> Result<ExitCode> {
    dist::build(checkout)?;
    let large = large_business(checkout)?;
    let mut npx = playwright(checkout, "report")?;
    npx.env("SUBZERO_SERVER", dist::server(checkout)).env("SUBZERO_PAGE", Build::Shipped.folder(checkout));
    end(npx.env("SUBZERO_LARGE", &large))
}

/// How long it takes from a saved change to the changed page, while `cargo xtask dev` runs.
fn dev(checkout: &Checkout) -> Result<ExitCode> {
    end(playwright(checkout, "dev")?.env("SUBZERO_CHECKOUT", checkout.root()))
}

/// A measurement by Playwright.
fn playwright(checkout: &Checkout, name: &str) -> Result<Command> {
    let tools = setup::set_up(checkout, &Part::END_TO_END)?;
    tools.require(&Part::END_TO_END)?;
    let mut npx = e2e::command(checkout, &tools);
    npx.args(["playwright", "test", "--config", "bench.config.ts", name]);
    println!("$ {}", command::line(&npx));
    Ok(npx)
}

fn end(npx: &mut Command) -> Result<ExitCode> {
    let is_within = npx.status().context("cannot start Playwright")?.success();
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
