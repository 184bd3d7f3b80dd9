//! Every check there is, counted: what a person runs before a commit, and all that continuous integration runs.
//!
//! A step that cannot run, or that finds no test where tests exist, counts as one failure: nothing is skipped in silence.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::checkout::Checkout;
use crate::setup::{self, Part, Tools};

pub mod browser;
pub mod e2e;
pub mod lint;
pub mod native;
pub mod output;
pub mod tally;

use tally::Tally;

/// A step of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Formatting and lints.
    Lint,
    /// Tests of all packages, compiled natively.
    Native,
    /// Tests compiled to wasm, in a browser.
    Browser,
    /// The built page and server, used as a clerk uses them.
    EndToEnd,
}

impl Step {
    const ALL: [Self; 4] = [Self::Lint, Self::Native, Self::Browser, Self::EndToEnd];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Browser => "browser",
            Self::EndToEnd => "e2e",
        }
    }

    fn parts(self) -> Vec<Part> {
        match self {
            Self::Lint => Vec::new(),
            Self::Native => Part::NATIVE_TESTS.to_vec(),
            Self::Browser => Part::BROWSER_TESTS.to_vec(),
            Self::EndToEnd => [&Part::PAGE[..], &Part::END_TO_END[..]].concat(),
        }
    }
}

/// Which steps, and which of their tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    steps: Vec<Step>,
    /// Handed to each step's test program as its filter.
    pub filter: Vec<String>,
}

impl Choice {
    /// Reads the words after `test`: names of steps, and anything else as a filter.
    pub fn parse(words: &[String]) -> Self {
        let (mut steps, mut filter) = (Vec::new(), Vec::new());
        for word in words {
            match Step::ALL.into_iter().find(|step| step.name() == word) {
                Some(step) if filter.is_empty() => steps.push(step),
                _ => filter.push(word.clone()),
            }
        }
        if steps.is_empty() {
            steps = Step::ALL.to_vec();
        }
        Self { steps, filter }
    }
}

/// Sets up and runs the chosen steps. The last line is the count.
pub fn test(checkout: &Checkout, choice: &Choice) -> Result<ExitCode> {
    let mut parts: Vec<Part> = Vec::new();
    for part in choice.steps.iter().flat_map(|step| step.parts()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let tools = setup::set_up(checkout, &parts)?;
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for &step in &choice.steps {
        println!("\n== {} ==", step.name());
        let start = Instant::now();
        let tally = run(checkout, &tools, choice, step).unwrap_or_else(|error| {
            println!("FAILED {}: {error:#}", step.name());
            Tally::broken()
        });
        summary.push(format!("{:8} {tally} in {:.0} s", step.name(), start.elapsed().as_secs_f64()));
        total.add(tally);
    }
    println!("\n{}", summary.join("\n"));
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(checkout: &Checkout, tools: &Tools, choice: &Choice, step: Step) -> Result<Tally> {
    tools.require(&step.parts())?;
    match step {
        Step::Lint => lint::run(checkout),
        Step::Native => native::run(checkout, choice),
        Step::Browser => browser::run(checkout, tools, choice),
        Step::EndToEnd => e2e::run(checkout, tools, choice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Choice {
        Choice::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_said_is_everything() {
        assert_eq!(parse(""), Choice { steps: Step::ALL.to_vec(), filter: Vec::new() });
    }

    #[test]
    fn steps_come_first_and_the_rest_is_a_filter() {
        let filter = vec!["refund".to_owned()];
        assert_eq!(parse("native e2e refund"), Choice { steps: vec![Step::Native, Step::EndToEnd], filter });
    }
}
