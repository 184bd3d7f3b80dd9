//! The built page: what `index.html` names, under names that change with the content, with a service worker that holds all of it and
//! the hashes of its inline script for the server's content security policy.
//!
//! It is built beside and swapped in whole: a server that reads the folder never meets half a page.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::command;
use crate::setup::{self, Part, Tools};
use crate::steps::Done;

pub mod changing;
pub mod digest;
pub mod folder;
pub mod index;
pub mod inline_script;
pub mod service_worker;
pub mod shipped;

use index::Index;

/// What the page is made of. Anything else can change without a rebuild.
pub const INPUTS: [&str; 17] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "crates/subzero-csv/Cargo.toml",
    "crates/subzero-csv/src",
    "crates/subzero-ledger/Cargo.toml",
    "crates/subzero-ledger/src",
    "crates/subzero-sync/Cargo.toml",
    "crates/subzero-sync/src",
    "crates/subzero-till/Cargo.toml",
    "crates/subzero-till/src",
    "index.html",
    "public",
    "src",
    "style",
    "xtask/bindgen/src",
    "xtask/src/page",
];
/// Where the server looks for the hashes of inline scripts, one `'sha256-…'` a line.
pub const SCRIPT_HASHES: &str = ".csp-script-hashes";
/// What the WebAssembly is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";
/// What makes it callable from JavaScript.
pub const BINDER: &str = "subzero-bindgen";
/// How it names what it writes.
const SCRIPT: &str = "page.js";
const WASM: &str = "page_bg.wasm";

/// How a page is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// Quickly, with the gallery in it: to try, to change and to test.
    Quick,
    /// The same, which looks for a newer one of itself and is held by no service worker: to be changed while it is looked at.
    Changing,
    /// Small, with a compressed copy beside each file: what tills get.
    Shipped,
}

impl Build {
    /// Cargo's name for how it is compiled.
    fn profile(self) -> &'static str {
        match self {
            Self::Quick | Self::Changing => "dev",
            Self::Shipped => "small",
        }
    }

    /// Where cargo puts what it compiles so.
    fn profile_folder(self) -> &'static str {
        match self {
            Self::Quick | Self::Changing => "debug",
            Self::Shipped => "small",
        }
    }

    /// Where the page is, once built.
    pub fn folder(self, checkout: &Checkout) -> PathBuf {
        match self {
            Self::Quick => checkout.at("target/page"),
            Self::Changing => checkout.at("target/dev/page"),
            Self::Shipped => checkout.at("target/dist/page"),
        }
    }

    fn stamp(self) -> &'static str {
        match self {
            Self::Quick => "page",
            Self::Changing => "changing-page",
            Self::Shipped => "shipped-page",
        }
    }

    /// What it needs.
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Quick | Self::Changing => &[Part::Compiler],
            Self::Shipped => &[Part::Compiler, Part::Node, Part::WasmOpt],
        }
    }
}

/// Builds the page into its folder, unless it is there and nothing it is made of has changed.
pub fn build(checkout: &Checkout, tools: &Tools, build: Build) -> Result<Done> {
    tools.require(build.parts())?;
    let page = build.folder(checkout);
    let inputs = fingerprint(checkout)?;
    if page.join("index.html").is_file() && checkout.is_stamped(build.stamp(), &inputs) {
        return Ok(Done::Unchanged);
    }
    let bound = bind(checkout, tools, build)?;
    let fresh = checkout.at("target/parts/fresh").join(build.stamp());
    assemble(checkout, &bound, &fresh, build)?;
    if build == Build::Shipped {
        shipped::compress(checkout, &fresh)?;
    }
    swap_in(&fresh, &page)?;
    checkout.write_stamp(build.stamp(), &inputs)?;
    Ok(Done::Made)
}

/// Compiles the page and makes it callable from JavaScript. Answers the folder with both files.
fn bind(checkout: &Checkout, tools: &Tools, build: Build) -> Result<PathBuf> {
    let mut cargo = tools.command("cargo");
    let words = match build {
        // The library without what only other programs would need of it: there is less of it to compile anew at every change.
        Build::Changing => &["rustc", "--lib", "--crate-type", "cdylib", "--features", "start"][..],
        Build::Quick | Build::Shipped => &["build", "--bin", "subzero"][..],
    };
    cargo.args(words).args(["--package", "subzero", "--target", TARGET, "--profile", build.profile()]);
    command::run_quietly(cargo.current_dir(checkout.root())).context("the page cannot be built")?;
    let compiled = tools.web_target().join(TARGET).join(build.profile_folder()).join("subzero.wasm");
    let bound = checkout.at("target/parts/bound").join(build.stamp());
    // Nothing of it changes with a style sheet.
    let (stamp, of) = (format!("{}-bound", build.stamp()), digest::hex(&fs::read(&compiled)?));
    if bound.join(WASM).is_file() && checkout.is_stamped(&stamp, &of) {
        return Ok(bound);
    }
    let _ = fs::remove_dir_all(&bound);
    command::run_quietly(Command::new(checkout.built("debug", BINDER)).arg(compiled).arg(&bound))?;
    if build == Build::Shipped {
        shipped::optimise(tools, &bound.join(WASM))?;
    }
    checkout.write_stamp(&stamp, &of)?;
    Ok(bound)
}

/// Lays out a page folder: every file that `index.html` names under a name with its hash, and what goes with them.
fn assemble(checkout: &Checkout, bound: &Path, page: &Path, build: Build) -> Result<()> {
    let _ = fs::remove_dir_all(page);
    fs::create_dir_all(page).with_context(|| format!("cannot make {}", page.display()))?;
    let index = Index::read(&checkout.at("index.html"))?;
    let mut styles = String::new();
    for style in &index.styles {
        let path = checkout.at(style);
        styles += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    for copied in &index.folders {
        folder::copy(&checkout.at(copied), page)?;
    }
    let snippets = bound.join("snippets");
    if snippets.is_dir() {
        folder::copy(&snippets, &page.join("snippets"))?;
    }
    let style = put(page, "style", "css", styles.as_bytes())?;
    let wasm = put(page, "page", "wasm", &fs::read(bound.join(WASM))?)?;
    let script = put(page, "page", "js", &fs::read(bound.join(SCRIPT))?)?;
    let mut html = index.fill(&style, &script, &wasm);
    if build == Build::Changing {
        html = changing::follow(page, &html)?;
    } else {
        // It lists the page as it is, which is known by its index.
        fs::write(page.join("index.html"), &html)?;
        service_worker::write(page)?;
    }
    fs::write(page.join("index.html"), &html)?;
    Ok(fs::write(page.join(SCRIPT_HASHES), inline_script::hashes(&html).join("\n"))?)
}

/// Writes a file whose name changes with its content, so that a copy of it is good for ever. Answers its address.
fn put(page: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
    let hash: String = digest::hex(content).chars().take(16).collect();
    let name = format!("{stem}-{hash}.{extension}");
    fs::write(page.join(&name), content).with_context(|| format!("cannot write {name}"))?;
    Ok(format!("/{name}"))
}

fn swap_in(fresh: &Path, page: &Path) -> Result<()> {
    let old = page.with_extension("old");
    let _ = fs::remove_dir_all(&old);
    if let Some(parent) = page.parent() {
        fs::create_dir_all(parent)?;
    }
    if page.exists() {
        fs::rename(page, &old).context("cannot put the old page aside")?;
    }
    fs::rename(fresh, page).context("cannot put the new page in place")?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

fn fingerprint(checkout: &Checkout) -> Result<String> {
    let bindgen = setup::wasm_bindgen_version(checkout)?;
    let mut text = format!("{} {bindgen}\n", setup::npm::BINARYEN);
    for input in INPUTS {
        let path = checkout.at(input);
        let files: Vec<PathBuf> = if path.is_dir() { folder::files(&path)? } else { vec![path] };
        for file in files.iter().filter(|file| file.is_file()) {
            let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let path = file.strip_prefix(checkout.root()).unwrap_or(file);
            writeln!(text, "{} {}", path.display(), digest::hex(&content))?;
        }
    }
    Ok(digest::hex(text.as_bytes()))
}
