//! The steps, in two lanes: one builds them one after the other, and the other runs what is built, which is mostly waiting.
//!
//! What builds gives way to what is tested. What needs the least of what is built comes first, what needs nothing of it last.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::tally::Outcome;
use super::{Choice, Step, browser, e2e, lint, native};
use crate::checkout::Checkout;
use crate::setup::Tools;

/// In which order they are built and run.
const ORDER: [Step; 4] = [Step::Native, Step::Browser, Step::EndToEnd, Step::Lint];

/// The chosen steps, with what they need.
#[derive(Clone, Copy)]
pub struct Steps<'s> {
    /// What is tested.
    pub checkout: &'s Checkout,
    /// Which steps, and which of their tests.
    pub choice: &'s Choice,
    /// What runs the tests.
    pub tools: &'s Tools,
    /// What builds them.
    pub builders: &'s Tools,
}

/// How a step went.
#[derive(Debug)]
pub struct Done {
    /// Which.
    pub step: Step,
    /// How.
    pub outcome: Outcome,
    /// How long it was built and run, without what it waited for others.
    pub took: Duration,
}

/// What was built of a step.
enum Built {
    Native(native::Built),
    Browser(Vec<PathBuf>),
    EndToEnd,
    /// Nothing is left to be run.
    Lint(Outcome),
}

impl Steps<'_> {
    /// Builds and runs them all, whatever the first says; answers in the order in which people name them.
    pub fn all(self) -> Vec<Done> {
        let mut done: Vec<Done> = thread::scope(|scope| {
            let (built, to_run) = mpsc::channel();
            scope.spawn(move || {
                let mut are_programs_built = false;
                for step in ORDER.into_iter().filter(|step| self.choice.steps.contains(step)) {
                    let start = Instant::now();
                    let work = self.build(step, are_programs_built);
                    are_programs_built |= step == Step::Native && work.is_ok();
                    // Whoever runs them hears all of them.
                    let _ = built.send((step, work, start.elapsed()));
                }
            });
            to_run.into_iter().map(|(step, work, took)| self.finish(step, work, took)).collect()
        });
        done.sort_by_key(|done| Step::ALL.iter().position(|step| *step == done.step));
        done
    }

    /// The tests of packages that have programs build these too, so that nobody has to build them again.
    fn build(self, step: Step, are_programs_built: bool) -> Result<Built> {
        self.tools.require(&self.choice.needs(step))?;
        match step {
            Step::Lint => lint::run(self.checkout, self.builders).map(Built::Lint),
            Step::Native => native::build(self.checkout, self.choice).map(Built::Native),
            Step::Browser => browser::build(self.checkout, self.builders).map(Built::Browser),
            Step::EndToEnd => {
                e2e::build(self.checkout, self.builders, are_programs_built)?;
                Ok(Built::EndToEnd)
            }
        }
    }

    fn finish(self, step: Step, built: Result<Built>, took: Duration) -> Done {
        let start = Instant::now();
        if !matches!(built, Ok(Built::Lint(_))) {
            println!("\n== {} ==", step.name());
        }
        let mut outcome = built.and_then(|built| self.run(built)).unwrap_or_else(|error| {
            println!("FAILED {}: {error:#}", step.name());
            Outcome::broken()
        });
        if step != Step::Lint {
            outcome.built = took;
        }
        Done { step, outcome, took: took + start.elapsed() }
    }

    fn run(self, built: Built) -> Result<Outcome> {
        match built {
            Built::Lint(outcome) => Ok(outcome),
            Built::Native(built) => native::run(built, self.choice),
            Built::Browser(files) => Ok(browser::run(self.checkout, self.tools, self.choice, &files)),
            Built::EndToEnd => e2e::run(self.checkout, self.tools, self.choice),
        }
    }
}
