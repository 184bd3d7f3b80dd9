//! `subzero-bindgen IN.wasm FOLDER`: the JavaScript that starts the page's WebAssembly, and the WebAssembly as that expects it.
//!
//! The library behind `wasm-bindgen`'s command line, without the test runner that comes with it: a tenth of it to build, and locked
//! beside the crate that it must equal.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(folder), None) = (words.next(), words.next(), words.next()) else {
        bail!("usage: subzero-bindgen IN.wasm FOLDER");
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)?
        .typescript(false)
        .demangle(false)
        .omit_default_module_path(true)
        .out_name("page")
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.input_path(&input).generate(&folder).with_context(|| format!("cannot bind {}", input.display()))
}
