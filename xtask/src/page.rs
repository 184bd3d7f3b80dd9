//! The built page: what Trunk makes of the root package, with a service worker that holds all of it, and the hashes of its
//! inline scripts for the server's content security policy.
//!
//! It is built beside and swapped in whole: a server that reads `target/page` never meets half a page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::command;
use crate::setup::{self, Part, Tools, binaries, npm};

pub mod digest;
pub mod folder;
pub mod inline_script;
pub mod service_worker;

/// What the page is made of. Anything else can change without a rebuild.
const INPUTS: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/subzero-csv/Cargo.toml",
    "crates/subzero-csv/src",
    "crates/subzero-ledger/Cargo.toml",
    "crates/subzero-ledger/src",
    "crates/subzero-sync/Cargo.toml",
    "crates/subzero-sync/src",
    "index.html",
    "public",
    "src",
    "style",
    "xtask/src/page",
];
/// Where the server looks for the hashes of inline scripts, one `'sha256-…'` a line.
pub const SCRIPT_HASHES: &str = ".csp-script-hashes";
const STAMP: &str = "page";
const GALLERY_STAMP: &str = "gallery";

/// Builds the page into `target/page`, unless it is there and nothing it is made of has changed.
pub fn build(checkout: &Checkout, tools: &Tools) -> Result<()> {
    build_as(checkout, tools, STAMP, &checkout.page(), &["--release"])
}

/// Builds the development page, with the gallery in it, into `target/gallery`.
pub fn build_gallery(checkout: &Checkout, tools: &Tools) -> Result<()> {
    build_as(checkout, tools, GALLERY_STAMP, &checkout.gallery(), &["--cargo-profile", "dev"])
}

fn build_as(checkout: &Checkout, tools: &Tools, stamp: &str, page: &Path, options: &[&str]) -> Result<()> {
    tools.require(&Part::PAGE)?;
    let inputs = fingerprint(checkout)?;
    if page.join("index.html").is_file() && checkout.is_stamped(stamp, &inputs) {
        println!("{stamp}: unchanged");
        return Ok(());
    }
    let start = Instant::now();
    // Not beside what cargo makes for a profile of that name: it would be moved away with the page, and everything compiled again.
    let fresh = checkout.web_target().join("built").join(stamp);
    let mut trunk = tools.command("trunk");
    trunk.current_dir(checkout.root()).args(["build", "--offline", "--dist"]).arg(&fresh).args(options);
    command::run(&mut trunk).context("the page cannot be built")?;
    finish(&fresh)?;
    swap_in(&fresh, page)?;
    checkout.write_stamp(stamp, &inputs)?;
    println!("{stamp}: built in {:.0} s, {}", start.elapsed().as_secs_f64(), sizes(page)?);
    Ok(())
}

/// Adds what Trunk does not make.
fn finish(page: &Path) -> Result<()> {
    let index = page.join("index.html");
    let html = std::fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    std::fs::write(page.join(SCRIPT_HASHES), inline_script::hashes(&html).join("\n"))?;
    service_worker::write(page)
}

fn swap_in(fresh: &Path, page: &Path) -> Result<()> {
    let old = page.with_extension("old");
    let _ = std::fs::remove_dir_all(&old);
    if page.exists() {
        std::fs::rename(page, &old).context("cannot put the old page aside")?;
    }
    std::fs::rename(fresh, page).context("cannot put the new page in place")?;
    let _ = std::fs::remove_dir_all(&old);
    Ok(())
}

fn fingerprint(checkout: &Checkout) -> Result<String> {
    let bindgen = setup::wasm_bindgen_version(checkout)?;
    let mut text = format!("{} {} {bindgen}\n", binaries::TRUNK, npm::BINARYEN);
    for input in INPUTS {
        let path = checkout.at(input);
        let files: Vec<PathBuf> = if path.is_dir() { folder::files(&path)? } else { vec![path] };
        for file in files.iter().filter(|file| file.is_file()) {
            let content = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let path = file.strip_prefix(checkout.root()).unwrap_or(file);
            writeln!(text, "{} {}", path.display(), digest::hex(&content))?;
        }
    }
    Ok(digest::hex(text.as_bytes()))
}

fn sizes(page: &Path) -> Result<String> {
    let (mut wasm, mut rest) = (0, 0);
    for file in folder::files(page)? {
        let bytes = std::fs::metadata(&file)?.len();
        if file.extension().is_some_and(|extension| extension == "wasm") {
            wasm += bytes;
        } else {
            rest += bytes;
        }
    }
    Ok(format!("{} kB of wasm and {} kB of the rest, uncompressed", wasm.div_ceil(1000), rest.div_ceil(1000)))
}
