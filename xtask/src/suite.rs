//! Every check there is, counted: what a person runs before a commit, and all that continuous integration runs.
//!
//! A step that cannot run, or that finds no test where tests exist, counts as one failure: nothing is skipped in silence.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::checkout::Checkout;
use crate::page::Build;
use crate::setup::{self, Part};
use crate::steps::seconds;

pub mod browser;
pub mod e2e;
pub mod lint;
pub mod native;
pub mod output;
pub mod program;
pub mod steps;
pub mod tally;

use browser::engine::Engine;
use steps::{Done, Steps};
use tally::{Outcome, slowest};

/// A step of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Formatting and lints.
    Lint,
    /// Tests of all packages, compiled natively.
    Native,
    /// Tests compiled to wasm, in real browsers.
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
}

/// Which steps, and which of their tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    steps: Vec<Step>,
    /// Those that were named; none is every one that can be had.
    engines: Vec<Engine>,
    /// Handed to each step's test program as its filter.
    pub filter: Vec<String>,
}

impl Choice {
    /// Reads the words after `test`: names of steps, after `browser` those of engines, and anything else as a filter.
    pub fn parse(words: &[String]) -> Self {
        let (mut steps, mut engines, mut filter) = (Vec::new(), Vec::new(), Vec::new());
        for word in words {
            let step = Step::ALL.into_iter().find(|step| step.name() == word);
            let engine = Engine::ALL.into_iter().find(|engine| engine.name() == word);
            match (step, engine) {
                (Some(step), _) if filter.is_empty() => steps.push(step),
                (_, Some(engine)) if filter.is_empty() && steps.last() == Some(&Step::Browser) => engines.push(engine),
                _ => filter.push(word.clone()),
            }
        }
        if steps.is_empty() {
            steps = Step::ALL.to_vec();
        }
        Self { steps, engines, filter }
    }

    /// The engines to test in.
    pub fn engines(&self) -> impl Iterator<Item = Engine> {
        Engine::ALL.into_iter().filter(|engine| self.engines.is_empty() || self.engines.contains(engine))
    }

    /// What a step cannot do without. An engine that was named is one of these.
    fn needs(&self, step: Step) -> Vec<Part> {
        let engines = || self.engines().filter(|engine| engine.is_required() || !self.engines.is_empty());
        match step {
            Step::Lint => Part::LINTS.to_vec(),
            Step::Native => Part::NATIVE_TESTS.to_vec(),
            Step::Browser => Part::WASM_TESTS.into_iter().chain(engines().flat_map(Engine::parts).copied()).collect(),
            Step::EndToEnd => [Build::Quick.parts(), &Part::END_TO_END, &[Part::Postgres]].concat(),
        }
    }

    /// What a step makes use of where it can be had.
    fn wants(&self, step: Step) -> Vec<Part> {
        let other = |part: &Part| !self.needs(step).contains(part);
        match step {
            Step::Browser => self.engines().flat_map(Engine::parts).copied().filter(other).collect(),
            Step::EndToEnd => Part::OTHER_BROWSERS.to_vec(),
            Step::Lint | Step::Native => Vec::new(),
        }
    }
}

/// Sets up and runs the chosen steps. The last line is the count.
pub fn test(checkout: &Checkout, choice: &Choice) -> Result<ExitCode> {
    let (mut parts, mut wanted): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
    for &step in &choice.steps {
        wanted.extend(choice.wants(step));
    }
    for part in choice.steps.iter().flat_map(|&step| choice.needs(step)).chain(wanted.iter().copied()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let tools = setup::set_up(checkout, &parts)?;
    let begun = Instant::now();
    let steps = Steps { checkout, choice, tools: &tools, builders: &tools.gentle() };
    let mut total = Outcome::default();
    let mut summary = Vec::new();
    for Done { step, outcome, took } in steps.all() {
        let (took, built) = (seconds(took), seconds(outcome.built));
        summary.push(format!("{:8} {} in {took}, of which building {built}", step.name(), outcome.tally));
        total.add(outcome);
    }
    println!("\nthe ten slowest:");
    for slow in slowest(total.times, 10) {
        println!("{:>6}  {}", seconds(slow.time), slow.name);
    }
    println!("\n{}\nall of it in {}", summary.join("\n"), seconds(begun.elapsed()));
    total.not_tried.extend(tools.missing(&wanted).iter().map(|missing| missing.sentence.clone()));
    for sentence in total.not_tried {
        println!("NOT TRIED: {sentence}");
    }
    println!("{}", total.tally);
    Ok(if total.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Choice {
        Choice::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_said_is_everything() {
        assert_eq!(parse(""), Choice { steps: Step::ALL.to_vec(), engines: Vec::new(), filter: Vec::new() });
        assert!(parse("").engines().eq(Engine::ALL));
    }

    #[test]
    fn steps_come_first_and_the_rest_is_a_filter() {
        let filter = vec!["refund".to_owned()];
        let steps = vec![Step::Native, Step::EndToEnd];
        assert_eq!(parse("native e2e refund"), Choice { steps, engines: Vec::new(), filter });
    }

    #[test]
    fn engines_are_named_after_the_step_that_has_them() {
        let choice = parse("browser firefox webkit script");
        assert_eq!(choice.filter, ["script"]);
        assert!(choice.engines().eq([Engine::Firefox, Engine::WebKit]));
        assert_eq!(parse("e2e firefox").filter, ["firefox"]);
    }

    #[test]
    fn only_an_engine_that_is_everywhere_or_was_named_must_be_there() {
        let unsaid = parse("browser");
        assert!(unsaid.needs(Step::Browser).contains(&Part::Browser));
        assert!(!unsaid.needs(Step::Browser).contains(&Part::Firefox));
        assert_eq!(unsaid.wants(Step::Browser), Part::OTHER_BROWSERS);
        let named = parse("browser firefox");
        assert!(named.needs(Step::Browser).contains(&Part::Firefox));
        assert!(!named.needs(Step::Browser).contains(&Part::Browser));
        assert_eq!(named.wants(Step::Browser), []);
    }

    #[test]
    fn the_page_is_tested_in_the_other_engines_where_they_can_be_had() {
        let choice = parse("e2e");
        assert_eq!(choice.wants(Step::EndToEnd), Part::OTHER_BROWSERS);
        assert!(choice.needs(Step::EndToEnd).contains(&Part::Browser));
        assert!(!choice.needs(Step::EndToEnd).contains(&Part::WebKit));
    }
}
