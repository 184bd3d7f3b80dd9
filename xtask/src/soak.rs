//! Real servers and tills in bad weather, under a checker: the soak itself is a program of its own, and gets from here what it runs.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::page::{self, Build};
use crate::setup::{self, Part, Tools};
use crate::suite::e2e;
use crate::{cargo, command, run};

/// Builds what is soaked, and soaks it. What follows is the soak's own, but for `--no-browsers`.
pub fn soak(checkout: &Checkout, words: &[String]) -> Result<ExitCode> {
    let is_without = words.iter().any(|word| word == "--no-browsers");
    let words: Vec<String> = words.iter().filter(|word| *word != "--no-browsers").cloned().collect();
    let browsers = if is_without { Vec::new() } else { [Build::Quick.parts(), &Part::END_TO_END].concat() };
    let tools = setup::set_up(checkout, &[&[Part::Postgres], browsers.as_slice()].concat())?;
    tools.require(&[Part::Postgres])?;
    let mut not_tried: Vec<String> = tools.missing(&browsers).iter().map(|missing| missing.sentence.clone()).collect();
    if is_without {
        not_tried.push("--no-browsers was said".to_owned());
    }
    cargo::build(checkout, &e2e::programs())?;
    if not_tried.is_empty() {
        page::build(checkout, &tools, Build::Quick)?;
    }
    let mut program = program(checkout, &tools, not_tried.is_empty());
    program.args(words);
    println!("$ {}", command::line(&program));
    let is_whole = program.status().with_context(|| format!("cannot start `{}`", command::line(&program)))?.success();
    for sentence in not_tried {
        println!("NOT TRIED: browsers: {sentence}");
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The soak, told where everything is. All of it is built.
pub fn program(checkout: &Checkout, tools: &Tools, with_browsers: bool) -> Command {
    let mut program = Command::new(checkout.built("debug", "subzero-soak"));
    program.env("SUBZERO_SERVER", run::server(checkout)).env("SUBZERO_PAGE", Build::Quick.folder(checkout));
    if let Some(browser) = &tools.browser.program {
        program.env("SUBZERO_CHROMIUM", browser);
    }
    if with_browsers {
        program.arg("--browsers").arg(checkout.at("tests/e2e"));
    }
    program
}
