//! Measurements in a real browser, against what this project says of its speed. Each prints every figure it is held to.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::page::Build;
use crate::page::digest::hex;
use crate::setup::{self, Part, Tools};
use crate::suite::e2e;
use crate::{command, dist, seed};

pub mod accounts;
pub mod document;
pub mod figures;
pub mod options;
pub mod table;
pub mod targets;

use document::Setting;
use figures::Figures;
use options::Options;

/// Where the figures are written for people.
const DOCUMENT: &str = "docs/benchmarks.md";

/// Runs the named measurement; the exit code says whether it is within its limits.
pub fn bench(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    match words {
        [name] if name == "report" => report(checkout),
        [name] if name == "dev" => dev(checkout),
        [name, rest @ ..] if name == "native" => native(checkout, rest),
        _ => rows(checkout, &Options::parse(words)?),
    }
}

/// The rows of `docs/benchmarks.md`, ours and everybody else's in turns.
fn rows(checkout: &Checkout, options: &Options) -> Result<ExitCode> {
    let parts = [&Part::END_TO_END[..], &[Part::Peers]].concat();
    let tools = setup::set_up(checkout, &parts)?;
    tools.require(&parts)?;
    dist::build(checkout)?;
    let day = command::output(Command::new("date").args(["--utc", "+%F"]))?;
    let accounts = accounts::make(checkout, &options.rows, &day)?;
    let samples = checkout.at("target/bench/samples.jsonl");
    let _ = fs::remove_file(&samples);
    let mut npx = playwright(checkout, &tools, "rows");
    npx.env("SUBZERO_SERVER", dist::server(checkout)).env("SUBZERO_PAGE", Build::Shipped.folder(checkout));
    npx.env("SUBZERO_PEERS", peers(checkout)?).env("SUBZERO_ACCOUNTS", accounts).env("SUBZERO_SAMPLES", &samples);
    npx.env("SUBZERO_ROWS", options.rows.join(",")).env("SUBZERO_RUNS", options.runs.to_string());
    // What is said meanwhile is no figure.
    npx.stdout(Stdio::from(std::io::stderr()));
    let is_done = npx.status().context("cannot start Playwright")?.success();

    let figures = Figures::read(&fs::read_to_string(&samples).context("nothing was measured")?)?;
    let targets = targets::of(&figures, &options.rows);
    if options.json {
        for figure in &figures.0 {
            println!("{}", figure.to_json());
        }
    } else {
        for row in &options.rows {
            println!("\n{row}\n{}", table::table(&figures, row));
        }
        for target in &targets {
            print!("{}", target.line());
        }
    }
    if options.write && is_done {
        let browser = tools.browser.program.as_ref().context("there is no browser")?;
        let text = document::write(&figures, &targets, options, &Setting::here(browser, &day)?);
        fs::write(checkout.at(DOCUMENT), text)?;
    }
    let is_within = !options.check || targets.iter().all(targets::Target::is_met);
    Ok(if is_done && is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Bundles the peers' pages. Answers where they are.
fn peers(checkout: &Checkout) -> Result<PathBuf> {
    let folder = checkout.at("target/bench/peers");
    command::run_quietly(Command::new("node").arg(checkout.at("tests/bench/build.mjs")).arg(&folder))
        .context("the peers' pages cannot be bundled")?;
    Ok(folder)
}

/// What the ledger takes natively, by itself.
fn native(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--quiet", "-p", "subzero-bakery", "--bench", "ledger", "--"]).args(words);
    command::run(cargo.current_dir(checkout.root()))?;
    Ok(ExitCode::SUCCESS)
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
    let tools = tools(checkout)?;
    dist::build(checkout)?;
    let large = large_business(checkout)?;
    let mut npx = playwright(checkout, &tools, "report");
    npx.env("SUBZERO_SERVER", dist::server(checkout)).env("SUBZERO_PAGE", Build::Shipped.folder(checkout));
    end(npx.env("SUBZERO_LARGE", &large))
}

/// How long it takes from a saved change to the changed page, while `cargo xtask dev` runs.
fn dev(checkout: &Checkout) -> Result<ExitCode> {
    end(playwright(checkout, &tools(checkout)?, "dev").env("SUBZERO_CHECKOUT", checkout.root()))
}

fn tools(checkout: &Checkout) -> Result<Tools> {
    let tools = setup::set_up(checkout, &Part::END_TO_END)?;
    tools.require(&Part::END_TO_END)?;
    Ok(tools)
}

/// A measurement by Playwright.
fn playwright(checkout: &Checkout, tools: &Tools, name: &str) -> Command {
    let mut npx = e2e::command(checkout, tools);
    npx.args(["playwright", "test", "--config", "bench.config.ts", &format!("bench/{name}.bench.ts")]);
    println!("$ {}", command::line(&npx));
    npx
}

fn end(npx: &mut Command) -> Result<ExitCode> {
    let is_within = npx.status().context("cannot start Playwright")?.success();
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
