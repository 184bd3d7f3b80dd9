//! What is checked without running anything: format and lints, licences and sources and known weaknesses of what is depended on, dependencies
//! that nothing uses, and that every fuzz target compiles.

use std::time::Instant;

use anyhow::Result;

use super::tally::{Outcome, Tally, Timed};
use crate::checkout::Checkout;
use crate::setup::Tools;
use crate::steps::seconds;
use crate::{command, fuzz};

const CHECKS: [&[&str]; 4] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["deny", "--log-level", "error", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"],
    &["shear"],
];
const ADVISORIES: [&str; 5] = ["deny", "--log-level", "error", "check", "advisories"];

/// Runs them all, whatever the first says.
pub fn run(checkout: &Checkout, tools: &Tools) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for words in CHECKS {
        let mut cargo = tools.command("cargo");
        check(&mut outcome, &words.join(" "), || command::run_quietly(cargo.args(words).current_dir(checkout.root())));
    }
    for folder in fuzz::packages(checkout)? {
        let mut cargo = command::gentle("cargo");
        // Nothing is linked: any file may stand for the library that the targets would be linked with, which takes as long to build as they.
        cargo.env("CUSTOM_LIBFUZZER_PATH", checkout.at("Cargo.toml"));
        cargo.args(["check", "--quiet", "--locked", "--manifest-path"]).arg(folder.join("Cargo.toml"));
        cargo.arg("--target-dir").arg(checkout.at("target/fuzz")).current_dir(checkout.root());
        let name = format!("fuzz targets of {}", folder.strip_prefix(checkout.root()).unwrap_or(&folder).display());
        check(&mut outcome, &name, || command::run_quietly(&mut cargo));
    }
    // The list of known weaknesses is in one place in the world, which not every machine can reach.
    let mut fetch = tools.command("cargo");
    if command::run_quietly(fetch.args(["deny", "fetch", "db"]).current_dir(checkout.root())).is_ok() {
        let mut cargo = tools.command("cargo");
        cargo.args(ADVISORIES).arg("--disable-fetch").current_dir(checkout.root());
        check(&mut outcome, &ADVISORIES.join(" "), || command::run_quietly(&mut cargo));
    } else {
        outcome.not_tried.push("known weaknesses of dependencies: the list of them cannot be fetched".to_owned());
    }
    Ok(outcome)
}

fn check(outcome: &mut Outcome, name: &str, work: impl FnOnce() -> Result<String>) {
    let start = Instant::now();
    let done = work();
    match &done {
        Ok(_) => println!("lint: {name} … {}", seconds(start.elapsed())),
        Err(error) => println!("lint: FAILED {error:#}"),
    }
    outcome.tally.add(Tally::one(done.is_ok()));
    outcome.times.push(Timed { time: start.elapsed(), name: format!("lint: {name}") });
}
