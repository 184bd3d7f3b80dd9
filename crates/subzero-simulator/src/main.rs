//! `cargo xtask simulate`: many seeds, one seed in words, the planted bugs, or a month of a shop.
//!
//! The last line of what it prints is JSON. It fails where an invariant is broken, and then says which seed did it and how to see it.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;
use subzero_simulator::crashes::{self, Crashes};
use subzero_simulator::findings::{Findings, hunt};
use subzero_simulator::mutant::Mutant;
use subzero_simulator::soak::soak;
use subzero_simulator::{Mode, run};

const USAGE: &str = "\
simulate [--seeds N] [--from S] [--threads N]   N seeds from S on, each twice, and one scenario ended everywhere
simulate --seed S [--tell]                      one seed; its end in words
simulate --mutants                              the planted bugs: within how many seeds each is found
simulate --soak                                 months of one shop: what it keeps and does must not grow";
/// Progress is told on standard error every so many seeds.
const TOLD_EVERY: u64 = 1_000;
const SEEDS: u64 = 1_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn obey(words: &[String]) -> Result<ExitCode, String> {
    let known = ["--seeds", "--from", "--threads", "--seed", "--tell", "--mutants", "--soak"];
    let is_number = |word: &String| word.parse::<u64>().is_ok();
    if let Some(word) = words.iter().find(|word| !known.contains(&word.as_str()) && !is_number(word)) {
        return Err(format!("there is no {word}"));
    }
    let has = |name: &str| words.iter().any(|word| word == name);
    if has("--mutants") {
        Ok(hunt_all())
    } else if has("--soak") {
        Ok(live_through())
    } else if let Some(seed) = number(words, "--seed")? {
        Ok(show(seed, has("--tell")))
    } else {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        let from = number(words, "--from")?.unwrap_or(0);
        let seeds = number(words, "--seeds")?.unwrap_or(SEEDS);
        Ok(run_many(from, seeds, number(words, "--threads")?.unwrap_or(cores)))
    }
}

fn number(words: &[String], name: &str) -> Result<Option<u64>, String> {
    let Some(place) = words.iter().position(|word| word == name) else { return Ok(None) };
    let number = words.get(place + 1).and_then(|word| word.parse().ok());
    number.map(Some).ok_or_else(|| format!("{name} needs a number"))
}

fn run_many(from: u64, seeds: u64, threads: u64) -> ExitCode {
    let (started, done) = (Instant::now(), AtomicU64::new(0));
    let findings = Findings::of_all(from..from + seeds, threads.max(1), &|| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(TOLD_EVERY) {
            eprintln!("{done} of {seeds} seeds after {} s", started.elapsed().as_secs());
        }
    });
    println!("{}", findings.cells.table());
    for (what, times) in &findings.met {
        println!("{times:>8} × {what}");
    }
    for (invariant, (seed, says)) in &findings.by_invariant {
        println!("{invariant:?} is broken by seed {seed}: {says}");
        println!("to see it: cargo xtask simulate --seed {seed} --tell");
    }
    for seed in &findings.unequal {
        println!("seed {seed} does not run the same twice");
    }
    let Crashes { boundaries, runs, broken, steps, .. } = crashes::everywhere();
    for says in &broken {
        println!("one scenario, ended everywhere: {says}");
    }
    let (hit, cells) = findings.cells.count();
    let summary = json!({
        "seeds": findings.seeds,
        "from": from,
        "steps": findings.steps + steps,
        "entries": findings.entries,
        "violations": findings.broken.len() + broken.len(),
        "unequal": findings.unequal.len(),
        "cells_hit": hit,
        "cells": cells,
        "boundaries": boundaries,
        "single_crashes": runs - 1,
        "seconds": started.elapsed().as_secs(),
    });
    println!("{summary}");
    if findings.broken.is_empty() && findings.unequal.is_empty() && broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn show(seed: u64, in_words: bool) -> ExitCode {
    let run = run(seed, Mutant::None, if in_words { Mode::Tell } else { Mode::Check });
    print!("{}", run.words);
    for (invariant, says) in &run.violations {
        println!("{invariant:?}: {says}");
    }
    let summary = json!({
        "seed": seed, "steps": run.steps, "entries": run.entries, "violations": run.violations.len(),
        "hash": format!("{:016x}", run.hash), "met": run.met,
    });
    println!("{summary}");
    if run.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn live_through() -> ExitCode {
    let soak = soak();
    println!("{}", soak.to_json());
    if soak.is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn hunt_all() -> ExitCode {
    let mut survivors = Vec::new();
    for mutant in Mutant::ALL {
        if let Some((seed, invariant)) = hunt(mutant) {
            println!("{mutant:?}: {invariant:?} after {} of {} seeds", seed + 1, mutant.within());
        } else {
            println!("{mutant:?} survives {} seeds", mutant.within());
            survivors.push(format!("{mutant:?}"));
        }
    }
    println!("{}", json!({ "mutants": Mutant::ALL.len(), "survivors": survivors }));
    if survivors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
