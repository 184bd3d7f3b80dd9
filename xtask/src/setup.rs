//! The tools building and testing need: found, or else installed, each in one exact version.
//!
//! Every tool is first looked for, then tried the ordinary way, then from package registries alone. Tools that are fetched or built are
//! kept outside the clone by name and version, so that the next clone on this machine only links them. What cannot be had is
//! named with the command to get it by hand, and only what needs it fails.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::steps::{Done, seconds};
use crate::{command, lock};

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
    /// Node.js with npm.
    Node,
    /// The size optimiser of the page that is shipped.
    WasmOpt,
    /// What starts tests that are compiled to wasm.
    TestRunner,
    /// What knows of licences and of published weaknesses.
    Deny,
    /// What finds dependencies that nothing uses.
    Shear,
    /// The end-to-end tests' packages.
    EndToEnd,
    /// The packages of the pages that ours is measured beside.
    Peers,
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
    pub const ALL: [Self; 10] = [
        Self::Compiler,
        Self::Node,
        Self::WasmOpt,
        Self::TestRunner,
        Self::Deny,
        Self::Shear,
        Self::EndToEnd,
        Self::Browser,
        Self::Driver,
        Self::Postgres,
    ];
    /// What the lints need.
    pub const LINTS: [Self; 2] = [Self::Deny, Self::Shear];
    /// What native tests need.
    pub const NATIVE_TESTS: [Self; 1] = [Self::Postgres];
    /// What tests compiled to wasm need besides a browser.
    pub const WASM_TESTS: [Self; 2] = [Self::Compiler, Self::TestRunner];
    /// More browsers to test in, on machines where they can be had.
    pub const OTHER_BROWSERS: [Self; 2] = [Self::Firefox, Self::WebKit];
    /// What end-to-end tests need besides the page.
    pub const END_TO_END: [Self; 3] = [Self::Node, Self::EndToEnd, Self::Browser];

    /// What it is called where people wait for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compiler => "a compiler for the browser",
            Self::Node => "Node.js",
            Self::WasmOpt => "wasm-opt",
            Self::TestRunner => "wasm-bindgen-test-runner",
            Self::Deny => "cargo-deny",
            Self::Shear => "cargo-shear",
            Self::EndToEnd => "the end-to-end tests’ packages",
            Self::Peers => "the measurements’ packages",
            Self::Browser => "Chromium",
            Self::Driver => "chromedriver",
            Self::Firefox => "Firefox and geckodriver",
            Self::WebKit => "WebKit",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A part that could not be had.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Which.
    pub part: Part,
    /// What is missing, why, and the command to get it by hand.
    pub sentence: String,
}

/// The outcome of a set-up.
#[derive(Clone, Debug)]
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
    is_gentle: bool,
    checkout: Checkout,
}

/// Sets up the parts; says what it installs and how long it took.
pub fn set_up(checkout: &Checkout, parts: &[Part]) -> Result<Tools> {
    let start = Instant::now();
    let mut tools = Tools::none(checkout)?;
    for &part in parts {
        let start = Instant::now();
        match tools.add(part) {
            Ok(Done::Made) => println!("set-up: {} … {}", part.name(), seconds(start.elapsed())),
            Ok(Done::Unchanged) => {}
            Err(error) => {
                let sentence = command::with_remedy(&error);
                println!("set-up: MISSING {sentence}");
                tools.missing.push(Missing { part, sentence });
            }
        }
    }
    println!("set-up: done in {}", seconds(start.elapsed()));
    Ok(tools)
}

impl Tools {
    /// Nothing is set up yet.
    pub fn none(checkout: &Checkout) -> Result<Self> {
        std::fs::create_dir_all(checkout.tool_bin()).context("cannot make target/tools/bin")?;
        Ok(Self {
            compiler: Compiler::Default,
            browser: Browser::default(),
            firefox: Browser::default(),
            webkit: Browser::default(),
            missing: Vec::new(),
            is_gentle: false,
            checkout: checkout.clone(),
        })
    }

    /// Finds or installs one part.
    pub fn add(&mut self, part: Part) -> Result<Done> {
        let checkout = &self.checkout;
        match part {
            Part::Compiler => Ok(keep(&mut self.compiler, wasm::set_up(checkout)?)),
            Part::Node => npm::node(),
            Part::WasmOpt => npm::wasm_opt(checkout),
            Part::TestRunner => binaries::test_runner(checkout, &wasm_bindgen_version(checkout)?),
            Part::Deny => binaries::deny(checkout),
            Part::Shear => binaries::shear(checkout),
            Part::EndToEnd => npm::end_to_end(checkout),
            Part::Peers => npm::peers(checkout),
            Part::Browser => Ok(keep(&mut self.browser.program, browser::program(checkout)?)),
            Part::Driver => Ok(keep(&mut self.browser.driver, browser::driver()?)),
            Part::Firefox => Ok(keep(&mut self.firefox, browser::firefox(checkout)?)),
            Part::WebKit => Ok(keep(&mut self.webkit, browser::webkit()?)),
            Part::Postgres => postgres::set_up(),
        }
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
        let mut command = if self.is_gentle { command::gentle(program) } else { Command::new(program) };
        command.env("PATH", self.path()).env("CARGO_TARGET_DIR", self.web_target());
        self.compiler.choose(&mut command);
        command
    }

    /// The same tools, whose commands give way to all that runs besides.
    #[must_use]
    pub fn gentle(&self) -> Self {
        Self { is_gentle: true, ..self.clone() }
    }

    /// Where cargo puts what it compiles for the browser: with everything else, unless another compiler does it.
    pub fn web_target(&self) -> PathBuf {
        match self.compiler {
            Compiler::Default => self.checkout.target(),
            Compiler::Web => self.checkout.web_target(),
        }
    }

    fn path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.checkout.tool_bin()).chain(std::env::split_paths(&inherited));
        std::env::join_paths(folders).unwrap_or(inherited)
    }
}

/// Remembers what was found or installed.
fn keep<T>(place: &mut impl From<T>, (found, done): (T, Done)) -> Done {
    *place = found.into();
    done
}

/// The version of the wasm-bindgen crate, which its command-line tool must equal.
pub fn wasm_bindgen_version(checkout: &Checkout) -> Result<String> {
    let text = std::fs::read_to_string(checkout.at("Cargo.lock")).context("cannot read Cargo.lock")?;
    match lock::versions(&text, "wasm-bindgen").as_slice() {
        [version] => Ok((*version).to_owned()),
        versions => bail!("Cargo.lock must have wasm-bindgen once, and has {versions:?}"),
    }
}
