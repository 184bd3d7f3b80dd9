//! Tools cargo builds. In the development profile: their release profiles take up to ten times as long to build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::announce;
use crate::checkout::Checkout;
use crate::command;

const LIMIT: Duration = Duration::from_mins(40);
/// The newest that the compiler named in `Cargo.toml` builds.
pub const TRUNK: &str = "0.21.14";

/// The newest when it was chosen; any version drives any Firefox of its time.
const GECKODRIVER: &str = "0.37.1";

/// A package of command-line tools in one version.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    programs: &'a [&'a str],
    options: &'a [&'a str],
    opt_level: &'a str,
}

/// Finds or installs Trunk.
pub fn trunk(checkout: &Checkout) -> Result<()> {
    let options = ["--locked", "--no-default-features", "--features", "rustls"];
    let package = Package { name: "trunk", version: TRUNK, programs: &["trunk"], options: &options, opt_level: "0" };
    package.set_up(checkout)
}

/// Finds or installs wasm-bindgen's tools, which must equal the crate.
pub fn wasm_bindgen(checkout: &Checkout, version: &str) -> Result<()> {
    let programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
    // Without `--locked`: its lock file can name a version that is not published. Optimised a little: it reads megabytes
    // of wasm at every test run.
    Package { name: "wasm-bindgen-cli", version, programs: &programs, options: &[], opt_level: "1" }.set_up(checkout)
}

/// Finds or installs what drives Firefox; Debian does not have it.
pub fn geckodriver(checkout: &Checkout) -> Result<()> {
    let programs = ["geckodriver"];
    let package = Package {
        name: "geckodriver",
        version: GECKODRIVER,
        programs: &programs,
        options: &["--locked"],
        opt_level: "0",
    };
    package.set_up(checkout)
}

impl Package<'_> {
    fn set_up(&self, checkout: &Checkout) -> Result<()> {
        let is_there = self.programs.iter().all(|program| checkout.tool_bin().join(program).is_file());
        if is_there && checkout.is_stamped(self.name, self.version) {
            return Ok(());
        }
        let folder = match self.found_on_path() {
            Some(folder) => folder,
            None => self.keep(checkout).with_context(|| {
                format!("{} {} is missing; by hand: {}", self.name, self.version, self.command_line())
            })?,
        };
        for program in self.programs {
            link(&folder.join(program), &checkout.tool_bin().join(program))?;
        }
        checkout.write_stamp(self.name, self.version)
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

    /// The folder where this version is kept on this machine; builds it if it is not.
    fn keep(&self, checkout: &Checkout) -> Result<PathBuf> {
        let kept = checkout.kept_tools().join(format!("{}-{}", self.name, self.version));
        let folder = kept.join("bin");
        if self.is_in(&folder) {
            return Ok(folder);
        }
        announce(&format!("{} {}", self.name, self.version), "not built on this machine before; takes minutes");
        // Built beside and moved in place, so that what is found there is whole.
        let partial = checkout.kept_tools().join(format!("{}-{}-part-{}", self.name, self.version, std::process::id()));
        let built = self.build(&partial);
        if built.is_ok() && !self.is_in(&partial.join("bin")) {
            bail!("{} was built, and does not run", self.name);
        }
        if built.is_ok() && !self.is_in(&folder) {
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::rename(&partial, &kept)?;
        }
        let _ = std::fs::remove_dir_all(&partial);
        built.map(|()| folder)
    }

    fn build(&self, root: &Path) -> Result<()> {
        std::fs::create_dir_all(root)?;
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "--quiet", self.name, "--version", &format!("={}", self.version), "--debug"]);
        cargo.args(self.options).arg("--root").arg(root);
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", self.opt_level);
        // A folder of its own: the clone's may be locked by another build.
        cargo.env("CARGO_TARGET_DIR", root.join("build")).current_dir(root);
        command::run_within(&mut cargo, LIMIT)?;
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
