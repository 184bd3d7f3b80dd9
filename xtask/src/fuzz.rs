//! Hostile bytes for every decoder: each fuzz target of the project, one after the other, for so many seconds.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::command;

/// For how long each target runs unless said otherwise.
const SECONDS: u32 = 60;

/// Runs every target, or those with the named word in their name; the first that finds something ends it.
pub fn fuzz(checkout: &Checkout, words: &[String]) -> Result<()> {
    let (mut seconds, mut word) = (SECONDS, "");
    let mut rest = words.iter();
    while let Some(next) = rest.next() {
        match next.as_str() {
            "--seconds" => {
                seconds = rest.next().and_then(|text| text.parse().ok()).context("--seconds needs a number")?;
            }
            name => word = name,
        }
    }
    let targets = targets(checkout)?;
    let chosen: Vec<_> = targets.iter().filter(|(_, name)| name.contains(word)).collect();
    if chosen.is_empty() {
        bail!("no fuzz target has {word} in its name");
    }
    for (package, name) in &chosen {
        println!("{name} of {}, {seconds} s", package.display());
        let time = format!("-max_total_time={seconds}");
        let mut cargo = Command::new("rustup");
        cargo.args(["run", "nightly", "cargo", "fuzz", "run", name, "--", &time, "-print_final_stats=1"]);
        command::run(cargo.current_dir(package)).context(
            "nightly Rust and `cargo install cargo-fuzz` are needed; an input that was found is in fuzz/artifacts",
        )?;
    }
    println!("{} fuzz targets, {seconds} s each: nothing found", chosen.len());
    Ok(())
}

/// The packages that hold fuzz targets.
pub fn packages(checkout: &Checkout) -> Result<Vec<PathBuf>> {
    let packages = entries(&checkout.at("crates"))?.into_iter().map(|package| package.join("fuzz"));
    Ok(packages.filter(|fuzz| fuzz.join("fuzz_targets").is_dir()).collect())
}

/// What is fuzzed, each with the name of a target.
fn targets(checkout: &Checkout) -> Result<Vec<(PathBuf, String)>> {
    let mut targets = Vec::new();
    for fuzz in packages(checkout)? {
        let fuzzed = fuzz.parent().unwrap_or(&fuzz);
        for file in entries(&fuzz.join("fuzz_targets"))? {
            if let Some(name) = file.file_stem().and_then(|name| name.to_str()) {
                targets.push((fuzzed.to_path_buf(), name.to_owned()));
            }
        }
    }
    Ok(targets)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = found.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
