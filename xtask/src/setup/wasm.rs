//! A compiler with the standard library for wasm: the clone's own with one more target, or, where the target cannot be
//! fetched, Debian's newer compiler with a standard library built from the source that comes with it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::debian;
use crate::checkout::Checkout;
use crate::command;
use crate::steps::Done;

const TARGET: &str = "wasm32-unknown-unknown";
/// A closed network is told from a slow one by this: the target is some 20 MB.
const FETCH_LIMIT: Duration = Duration::from_secs(30);
const BUILD_LIMIT: Duration = Duration::from_mins(15);
/// The name under which rustup knows Debian's compiler.
const WEB: &str = "web";
const WEB_PREFIX: &str = "/usr";
const WEB_LINKER: &str = "/usr/lib/llvm-22/bin/wasm-ld";
const WEB_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const BY_HAND: &str = "by hand: rustup target add wasm32-unknown-unknown";

/// What compiles wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// The compiler everything else is built with.
    Default,
    /// Debian's.
    Web,
}

impl Compiler {
    /// Makes a command, and what it starts, use this compiler.
    pub fn choose(self, command: &mut Command) {
        match self {
            Self::Default => {}
            Self::Web => {
                command.env("RUSTUP_TOOLCHAIN", WEB).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", WEB_LINKER);
                // `cargo run` put the default compiler's own libraries and programs there.
                for variable in ["LD_LIBRARY_PATH", "CARGO", "RUSTC", "RUSTDOC"] {
                    command.env_remove(variable);
                }
            }
        }
    }
}

/// Finds or installs the target.
pub fn set_up(checkout: &Checkout) -> Result<(Compiler, Done)> {
    for compiler in [Compiler::Default, Compiler::Web] {
        if has_target(compiler) {
            return Ok((compiler, Done::Unchanged));
        }
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).stdout(Stdio::null()).stderr(Stdio::null());
    if command::run_within(&mut rustup, FETCH_LIMIT).is_ok() && has_target(Compiler::Default) {
        return Ok((Compiler::Default, Done::Made));
    }
    if !debian::can_install() {
        bail!("{TARGET} cannot be fetched, and this is not Debian as root; {BY_HAND}");
    }
    debian::install(&WEB_PACKAGES).context(BY_HAND)?;
    build_std(checkout).with_context(|| format!("cannot build the standard library for {TARGET}; {BY_HAND}"))?;
    command::run_quietly(Command::new("rustup").args(["toolchain", "link", WEB, WEB_PREFIX]))?;
    if !has_target(Compiler::Web) {
        bail!("the standard library for {TARGET} was built, and the compiler does not find it; {BY_HAND}");
    }
    Ok((Compiler::Web, Done::Made))
}

fn has_target(compiler: Compiler) -> bool {
    let mut rustc = Command::new("rustc");
    compiler.choose(&mut rustc);
    command::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))
        .is_ok_and(|folder| holds_std(Path::new(&folder)))
}

fn holds_std(folder: &Path) -> bool {
    let begins = |name: &OsStr| name.to_string_lossy().starts_with("libstd-");
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| begins(&entry.file_name())))
}

/// Builds the standard library as a dependency of an empty crate and puts it where the compiler looks.
fn build_std(checkout: &Checkout) -> Result<()> {
    let empty = checkout.at("target/tools/std");
    let _ = std::fs::remove_dir_all(&empty);
    std::fs::create_dir_all(empty.join("src"))?;
    std::fs::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2021\"\n\n[workspace]\n")?;
    std::fs::write(empty.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = Command::new(format!("{WEB_PREFIX}/bin/cargo"));
    Compiler::Web.choose(&mut cargo);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(std::env::split_paths(&path));
    cargo.current_dir(&empty).env("PATH", std::env::join_paths(folders)?);
    // `-Z build-std` on a compiler that is not nightly; bitcode, or link-time optimisation fails; `test`, or tests do.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Cembed-bitcode=yes").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.env("CARGO_TARGET_DIR", empty.join("target"));
    cargo.args(["build", "--release", "--target", TARGET, "-Z", "build-std=std,panic_abort,proc_macro,test"]);
    command::run_quietly_within(&mut cargo, BUILD_LIMIT)?;
    copy_libraries(&empty.join("target").join(TARGET).join("release/deps"))?;
    // Crates compiled against an earlier build of it do not fit this one.
    let _ = std::fs::remove_dir_all(checkout.web_target());
    let _ = std::fs::remove_dir_all(&empty);
    Ok(())
}

fn copy_libraries(from: &Path) -> Result<()> {
    let to = Path::new(WEB_PREFIX).join("lib/rustlib").join(TARGET).join("lib");
    std::fs::create_dir_all(&to)?;
    let mut std_library = None;
    for entry in std::fs::read_dir(from)?.flatten() {
        let name = entry.file_name();
        let text = name.to_string_lossy();
        let is_library = entry.path().extension() == Some(OsStr::new("rlib")) && !text.starts_with("libempty");
        if text.starts_with("libstd-") && is_library {
            std_library = Some(name);
        } else if is_library {
            std::fs::copy(entry.path(), to.join(name))?;
        }
    }
    // Last, because its presence says that all are there.
    let std_library = std_library.context("the build left no libstd")?;
    std::fs::copy(from.join(&std_library), to.join(&std_library))?;
    Ok(())
}
