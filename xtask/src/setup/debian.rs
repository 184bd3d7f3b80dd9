//! Debian's packages: where what is nowhere else to be had comes from, when this is Debian and we may install.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::command;

const LIMIT: Duration = Duration::from_mins(15);
/// Another installation may be under way.
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=300";

static IS_UPDATED: AtomicBool = AtomicBool::new(false);

/// Whether packages can be installed here.
pub fn can_install() -> bool {
    Path::new("/etc/debian_version").exists()
        && command::on_path("apt-get").is_some()
        && command::output(Command::new("id").arg("-u")).is_ok_and(|user| user == "0")
}

/// Installs packages; the list of packages is refreshed once.
pub fn install(packages: &[&str]) -> Result<()> {
    if !can_install() {
        bail!("this is not Debian as root; by hand: apt-get install {}", packages.join(" "));
    }
    if !IS_UPDATED.swap(true, Ordering::Relaxed) {
        command::run_quietly_within(&mut apt_get(&["update"]), LIMIT)?;
    }
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(packages);
    command::run_quietly_within(&mut apt_get(&words), LIMIT)
}

fn apt_get(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-qq", "-o", LOCK_WAIT]).args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
