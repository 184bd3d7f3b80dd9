//! Real servers, real tills and a bad day, with a checker that reads along.
//!
//! A server over `SQLite` and two over one `PostgreSQL` run as an operator runs them. Native tills run the product's own
//! [`Replica`](subzero_sync::replica::Replica) over HTTP, and browsers the built page, through a proxy. Servers are killed and frozen, their
//! disks fail, their clocks jump, backups take their place; the network is slow, cut and silent; tills end where they are. What everybody sees
//! goes into one [`history`], which is checked line by line. `cargo xtask soak` builds what is needed and starts this.

#![allow(clippy::expect_used, reason = "a soak that cannot go on has failed")]
#![allow(clippy::wildcard_enum_match_arm, reason = "most of the faults are no weather")]

mod browsers;
#[allow(clippy::unwrap_used, dead_code, reason = "the server's tests use the rest of it")]
#[path = "../../subzero-server/tests/support/faults.rs"]
mod disk;
mod history;
#[allow(clippy::unwrap_used, dead_code, reason = "the server's tests use the rest of it")]
#[path = "../../subzero-server/tests/support/postgres.rs"]
mod postgres;
mod proxy;
mod remote;
mod sale;
mod schedule;
mod servers;
mod till;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use browsers::{Browsers, Kept};
use schedule::{Fault, Schedule};
use till::locked;
use world::World;

/// A storm that may last so long, with what follows it, is not begun any more.
const STORM_MAX: Duration = Duration::from_secs(6);

/// What was asked for.
struct Options {
    minutes: u64,
    seed: u64,
    /// The folder of the end-to-end tests; without it there are no browsers.
    browsers: Option<PathBuf>,
}

impl Options {
    fn parse(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let seed = sale::now().unix_ms().unsigned_abs() % 1_000_000;
        let mut options = Self { minutes: 1, seed, browsers: None };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut next = || words.next().with_context(|| format!("{word} needs a word after it"));
            match word.as_str() {
                "--minutes" => options.minutes = next()?.parse().context("--minutes is a whole number")?,
                "--seed" => options.seed = next()?.parse().context("--seed is a whole number")?,
                "--browsers" => options.browsers = Some(next()?.into()),
                _ => bail!("soak knows --minutes N, --seed S and --no-browsers, and not {word}"),
            }
        }
        Ok(options)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => soak(&options).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// How many violations there were.
async fn soak(options: &Options) -> Result<usize> {
    let begun = Instant::now();
    let until = begun + Duration::from_secs(options.minutes * 60);
    println!("soak: seed {}, {} min", options.seed, options.minutes);
    let program = PathBuf::from(std::env::var_os("SUBZERO_SERVER").context("SUBZERO_SERVER names no server")?);
    let page = std::env::var_os("SUBZERO_PAGE").map(PathBuf::from).filter(|_| options.browsers.is_some());
    let page = page.as_deref();
    let of_files = World::start("SQLite", None, 1, &program, page, options.seed);
    let shared = async {
        let database = postgres::new_database().await;
        World::start("PostgreSQL", Some(database), 2, &program, page, options.seed).await
    };
    let (of_files, shared) = tokio::join!(of_files, shared);
    let worlds = [of_files?, shared?];
    let mut browsers = match &options.browsers {
        Some(tests) => {
            let origins: Vec<String> = worlds.iter().map(|world| world.proxy.origin.clone()).collect();
            let histories = worlds.iter().map(|world| Arc::clone(&world.history)).collect();
            Some(Browsers::start(tests, &origins, histories).await?)
        }
        None => None,
    };
    println!("soak: open after {:.1} s", begun.elapsed().as_secs_f64());
    let [of_files, shared] = worlds;
    let not_of_files = Fault::ALL.into_iter().filter(|fault| !fault.is_of_files()).collect();
    let (of_files, shared) = tokio::join!(
        storms(of_files, Schedule::new(options.seed, Fault::ALL.to_vec()), until),
        storms(shared, Schedule::new(options.seed, not_of_files), until),
    );
    let mut worlds = [of_files?, shared?];
    worlds.iter().for_each(World::close);
    if let Some(browsers) = &mut browsers
        && let Err(error) = browsers.close().await
    {
        for world in &worlds {
            locked(&world.history).failed(None, &format!("{error:#}"));
        }
    }
    let mut violations = 0;
    let mut lines = Vec::new();
    for (number, world) in worlds.iter_mut().enumerate() {
        let kept = world.audit(number, browsers.as_mut()).await?;
        lines.push(line(world, kept.as_ref()));
        world.say_news();
        violations += locked(&world.history).count();
    }
    let are_browsers_there = browsers.is_some();
    if let Some(browsers) = browsers {
        browsers.end().await?;
    }
    println!(
        "soak: seed {}, {:.0} s, {} native tills, {} browsers; {}; {violations} violations",
        options.seed,
        begun.elapsed().as_secs_f64(),
        worlds.iter().map(World::tills).sum::<usize>(),
        if are_browsers_there { worlds.len() } else { 0 },
        lines.join("; ")
    );
    Ok(violations)
}

/// One storm after another, each until everybody is served, as long as there is time.
async fn storms(mut world: World, schedule: Schedule, until: Instant) -> Result<World> {
    world.open();
    for storm in schedule {
        if Instant::now() + STORM_MAX > until {
            break;
        }
        world.weather(&storm).await?;
        world.say_news();
    }
    Ok(world)
}

/// What is to be said of a world that is over, in one line.
fn line(world: &mut World, kept: Option<&Kept>) -> String {
    let figures = world.figures();
    let receipts = kept.map_or(0, |kept| kept.receipts.len());
    let faults: Vec<String> = world.faults.iter().map(|(fault, times)| format!("{times} {fault}")).collect();
    format!(
        "{}: {} pushes, {} entries acked, {receipts} receipts of a browser, faults: {}, {} connections broken, longest to serve {:.1} s, peak RSS {} MiB",
        world.name,
        figures.pushes,
        figures.entries,
        faults.join(", "),
        figures.broken,
        world.longest.as_secs_f64(),
        figures.peak_kib / 1024
    )
}
