//! The page and its server while somebody changes them: what is saved is built, and the browser shows it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::page::{self, Build, folder};
use crate::setup::Tools;
use crate::steps::seconds;
use crate::{cargo, run};

/// Not that of `run`: its page leaves a service worker in the browser, which holds on to it.
const PORT: u16 = 8090;
/// What the server is made of, and the page's crates with it.
const SERVER: [&str; 4] =
    ["Cargo.toml", "crates/subzero-ledger/src", "crates/subzero-server/src", "crates/subzero-sync/src"];
/// How often the files are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// Builds, serves, and does so again for everything that is saved, until it is ended.
pub fn dev(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let port = match words {
        [] => PORT,
        [name, port] if name == "--port" => port.parse().with_context(|| format!("--port {port} is not a port"))?,
        _ => bail!("dev knows --port N, and nothing else"),
    };
    run::is_free(port)?;
    let mut seen = Seen::now(checkout)?;
    let tools = run::build(checkout, Build::Changing)?;
    let mut server = start(checkout, port)?;
    println!("save a file and look: http://127.0.0.1:{port}, every widget at http://127.0.0.1:{port}/gallery");
    loop {
        thread::park_timeout(PAUSE);
        if let Some(status) = server.try_wait()? {
            bail!("the server has ended ({status})");
        }
        let now = Seen::now(checkout)?;
        let changed = now.but_not(&seen);
        if changed.is_empty() {
            continue;
        }
        seen = now;
        let start_of_it = Instant::now();
        let what = changed.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        match rebuild(checkout, &tools, &changed) {
            Ok(()) => {
                server.kill()?;
                server.wait()?;
                server = start(checkout, port)?;
                println!("{what}: there after {}", seconds(start_of_it.elapsed()));
            }
            // What the compiler said is above; what ran goes on.
            Err(error) => println!("{what}: {error:#}"),
        }
    }
}

fn rebuild(checkout: &Checkout, tools: &Tools, changed: &[PathBuf]) -> Result<()> {
    let is_in = |inputs: &[&str]| changed.iter().any(|path| inputs.iter().any(|input| path.starts_with(input)));
    if is_in(&page::INPUTS) {
        page::build(checkout, tools, Build::Changing)?;
    }
    if is_in(&SERVER) {
        cargo::build(checkout, &run::NATIVES)?;
    }
    Ok(())
}

/// A data folder of its own, with the demo in it. Its words but for the first start's are of no interest.
fn start(checkout: &Checkout, port: u16) -> Result<Child> {
    let mut server = Command::new(run::server(checkout));
    server.arg("--port").arg(port.to_string()).arg("--data").arg(checkout.at("target/dev/data"));
    server.arg("--page").arg(Build::Changing.folder(checkout)).arg("--demo").env("RUST_LOG", "warn");
    server.spawn().context("cannot start the server")
}

/// When each file that page or server are made of was saved.
#[derive(Debug, PartialEq, Eq)]
struct Seen(BTreeMap<PathBuf, SystemTime>);

impl Seen {
    fn now(checkout: &Checkout) -> Result<Self> {
        let mut times = BTreeMap::new();
        for input in page::INPUTS.iter().chain(&SERVER) {
            let path = checkout.at(input);
            let files = if path.is_dir() { folder::files(&path)? } else { vec![path] };
            for file in files {
                // One that an editor is just replacing is seen the next time.
                if let Ok(saved) = file.metadata().and_then(|found| found.modified()) {
                    times.insert(file.strip_prefix(checkout.root()).unwrap_or(&file).to_path_buf(), saved);
                }
            }
        }
        Ok(Self(times))
    }

    /// What is here and was not, or not so, and what is gone.
    fn but_not(&self, before: &Self) -> Vec<PathBuf> {
        let changed = self.0.iter().filter(|(path, saved)| before.0.get(*path) != Some(saved)).map(|(path, _)| path);
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path));
        changed.chain(gone).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_added_or_removed_is_seen() {
        let seen = |files: &[(&str, u64)]| {
            let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            Seen(files.iter().map(|&(path, saved)| (path.into(), time(saved))).collect())
        };
        let before = seen(&[("src/a.rs", 1), ("src/b.rs", 1), ("src/c.rs", 1)]);
        assert!(before.but_not(&before).is_empty());
        let after = seen(&[("src/a.rs", 1), ("src/b.rs", 2), ("src/d.rs", 2)]);
        assert_eq!(after.but_not(&before), ["src/b.rs", "src/d.rs", "src/c.rs"].map(PathBuf::from));
    }
}
