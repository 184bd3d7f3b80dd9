//! What only the page that tills get has: WebAssembly made as small as it can be, and a compressed copy beside each file.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::folder;
use crate::checkout::Checkout;
use crate::command;
use crate::setup::Tools;

/// Run by Node, which has both compressors.
const COMPRESS: &str = "xtask/src/page/compress.mjs";

/// Makes the WebAssembly smaller, in place.
pub fn optimise(tools: &Tools, wasm: &Path) -> Result<()> {
    command::run_quietly(tools.command("wasm-opt").arg("-Oz").arg(wasm).arg("-o").arg(wasm))
        .context("the page's WebAssembly cannot be made smaller")?;
    Ok(())
}

/// Writes `NAME.br` and `NAME.gz` beside each file that gains by it.
pub fn compress(checkout: &Checkout, page: &Path) -> Result<()> {
    let mut node = Command::new("node");
    node.arg(checkout.at(COMPRESS)).args(folder::files(page)?.iter().filter(|file| !is_hidden(file)));
    command::run_quietly(&mut node).context("the page cannot be compressed")?;
    Ok(())
}

fn is_hidden(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// What a page weighs, as it is and as browsers fetch it.
pub fn sizes(page: &Path) -> Result<String> {
    let (mut plain, mut sent) = (0, 0);
    for file in folder::files(page)?.iter().filter(|file| !is_hidden(file)) {
        let bytes = |path: &Path| std::fs::metadata(path).map(|found| found.len());
        if file.extension().is_none_or(|kind| kind != "br" && kind != "gz") {
            plain += bytes(file)?;
            sent += bytes(&with_suffix(file, ".br")).or_else(|_| bytes(file))?;
        }
    }
    Ok(format!("{} kB, {} kB as Brotli", plain.div_ceil(1000), sent.div_ceil(1000)))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
