//! The tools building and testing need: found, or else installed, each in one exact version.
//!
//! Every tool is first looked for, then tried the ordinary way, then from package registries alone. Tools that are built are
//! kept outside the clone by name and version, so that the next clone on this machine only links them. What cannot be had is
//! named with the command to get it by hand, and only what needs it fails.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::lock;

pub mod binaries;
pub mod browser;
pub mod debian;
pub mod npm;
pub mod postgres;
pub mod wasm;

use browser::Browser;
use wasm::Compiler;

/// A part of the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A compiler with the standard library for wasm.
    Compiler,
    /// `wasm-bindgen` and its test runner.
    WasmBindgen,
    /// The page's bundler.
    Trunk,
    /// The page's size optimiser.
    WasmOpt,
    /// The end-to-end tests' packages.
    EndToEnd,
    /// A browser.
    Browser,
    /// What drives the browser for tests compiled to wasm.
    Driver,
    /// Firefox with what drives it.
    Firefox,
    /// A browser with iPads' engine, with what drives it.
    WebKit,
    /// The other database that the server runs on.
    Postgres,
}

impl Part {
    /// Everything that is to be had on every machine.
    pub const ALL: [Self; 8] = [
        Self::Compiler,
        Self::WasmBindgen,
        Self::Trunk,
        Self::WasmOpt,
        Self::EndToEnd,
        Self::Browser,
        Self::Driver,
        Self::Postgres,
    ];
    /// What building the page needs.
    pub const PAGE: [Self; 4] = [Self::Compiler, Self::WasmBindgen, Self::Trunk, Self::WasmOpt];
    /// What the tests of the server need.
    pub const NATIVE_TESTS: [Self; 1] = [Self::Postgres];
    /// What tests compiled to wasm need besides a browser.
    pub const WASM_TESTS: [Self; 2] = [Self::Compiler, Self::WasmBindgen];
    /// More browsers to test in, on machines where they can be had.
    pub const OTHER_BROWSERS: [Self; 2] = [Self::Firefox, Self::WebKit];
    /// What end-to-end tests need besides the page.
    pub const END_TO_END: [Self; 2] = [Self::EndToEnd, Self::Browser];
}

/// A part that could not be had.
#[derive(Debug)]
pub struct Missing {
    /// Which.
    pub part: Part,
    /// What is missing, why, and the command to get it by hand.
    pub sentence: String,
}

/// The outcome of a set-up.
#[derive(Debug)]
pub struct Tools {
    /// How wasm is compiled, once [`Part::Compiler`] is there.
    pub compiler: Compiler,
    /// The browser, once [`Part::Browser`] is there.
    pub browser: Browser,
    /// Firefox, once [`Part::Firefox`] is there.
    pub firefox: Browser,
    /// A `WebKit`, once [`Part::WebKit`] is there; its driver knows the program.
    pub webkit: Browser,
    missing: Vec<Missing>,
    bin: PathBuf,
    web_target: PathBuf,
}

/// Sets up the parts; says what it installs and, once, how long it took.
pub fn set_up(checkout: &Checkout, parts: &[Part]) -> Result<Tools> {
    let start = Instant::now();
    std::fs::create_dir_all(checkout.tool_bin()).context("cannot make target/tools/bin")?;
    let mut tools = Tools {
        compiler: Compiler::Default,
        browser: Browser::default(),
        firefox: Browser::default(),
        webkit: Browser::default(),
        missing: Vec::new(),
        bin: checkout.tool_bin(),
        web_target: checkout.web_target(),
    };
    for &part in parts {
        if let Err(error) = tools.add(checkout, part) {
            let sentence = format!("{error:#}");
            println!("set-up: MISSING {sentence}");
            tools.missing.push(Missing { part, sentence });
        }
    }
    println!("set-up: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(tools)
}

impl Tools {
    fn add(&mut self, checkout: &Checkout, part: Part) -> Result<()> {
        match part {
            Part::Compiler => self.compiler = wasm::set_up(checkout)?,
            Part::WasmBindgen => binaries::wasm_bindgen(checkout, &wasm_bindgen_version(checkout)?)?,
            Part::Trunk => binaries::trunk(checkout)?,
            Part::WasmOpt => npm::wasm_opt(checkout)?,
            Part::EndToEnd => npm::end_to_end(checkout)?,
            Part::Browser => self.browser.program = Some(browser::program(checkout)?),
            Part::Driver => self.browser.driver = Some(browser::driver()?),
            Part::Firefox => self.firefox = browser::firefox(checkout)?,
            Part::WebKit => self.webkit = browser::webkit()?,
            Part::Postgres => postgres::set_up()?,
        }
        Ok(())
    }

    /// What is missing of these parts.
    pub fn missing(&self, parts: &[Part]) -> Vec<&Missing> {
        self.missing.iter().filter(|missing| parts.contains(&missing.part)).collect()
    }

    /// Fails with a sentence if one of these parts is missing.
    pub fn require(&self, parts: &[Part]) -> Result<()> {
        let missing = self.missing(parts);
        if !missing.is_empty() {
            let sentences: Vec<&str> = missing.iter().map(|missing| missing.sentence.as_str()).collect();
            bail!("{}", sentences.join("; "));
        }
        Ok(())
    }

    /// A command that finds our tools first and compiles wasm with the compiler that can.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", self.path()).env("CARGO_TARGET_DIR", &self.web_target);
        // Trunk takes NO_COLOR for a flag of its own, with other values.
        command.env_remove("NO_COLOR");
        self.compiler.choose(&mut command);
        command
    }

    fn path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin.clone()).chain(std::env::split_paths(&inherited));
        std::env::join_paths(folders).unwrap_or(inherited)
    }
}

/// The version of the wasm-bindgen crate, which its command-line tool must equal.
pub fn wasm_bindgen_version(checkout: &Checkout) -> Result<String> {
    let text = std::fs::read_to_string(checkout.at("Cargo.lock")).context("cannot read Cargo.lock")?;
    match lock::versions(&text, "wasm-bindgen").as_slice() {
        [version] => Ok((*version).to_owned()),
        versions => bail!("Cargo.lock must have wasm-bindgen once, and has {versions:?}"),
    }
}

/// Says what is about to be installed, and why.
fn announce(what: &str, why: &str) {
    println!("set-up: installing {what}: {why}");
}
