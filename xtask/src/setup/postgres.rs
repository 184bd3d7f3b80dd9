//! A `PostgreSQL` for tests: its programs are enough, for each test program starts a server of its own and stops it again.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::debian;
use crate::command;
use crate::steps::Done;

/// Where Debian has the programs: one folder a version, not on `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";
/// What starts and stops a server.
const PROGRAMS: [&str; 2] = ["initdb", "pg_ctl"];

/// Finds or installs it.
pub fn set_up() -> Result<Done> {
    if is_installed() {
        return Ok(Done::Unchanged);
    }
    debian::install(&["postgresql"]).context("no PostgreSQL to test on")?;
    if !is_installed() {
        bail!("PostgreSQL was installed, and {} are in no folder under {DEBIAN}", PROGRAMS.join(" and "));
    }
    Ok(Done::Made)
}

fn is_installed() -> bool {
    let has_all = |folder: &Path| PROGRAMS.iter().all(|name| folder.join(name).is_file());
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.iter().any(|folder| has_all(folder)) || PROGRAMS.iter().all(|name| command::on_path(name).is_some())
}
