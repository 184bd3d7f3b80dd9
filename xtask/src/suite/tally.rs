//! How many checks passed and failed, and how long they took.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, bail};

/// How a step went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its count.
    pub tally: Tally,
    /// How long it built what it then ran.
    pub built: Duration,
    /// How long each check took that says so.
    pub times: Vec<Timed>,
    /// What could not be tried here, in sentences.
    pub not_tried: Vec<String>,
}

impl Outcome {
    /// Of what could not run.
    pub fn broken() -> Self {
        Self { tally: Tally::broken(), ..Self::default() }
    }

    /// Adds another part of the same step.
    pub fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
        self.built += other.built;
        self.times.extend(other.times);
        self.not_tried.extend(other.not_tried);
    }
}

/// How long a check took.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timed {
    /// That long.
    pub time: Duration,
    /// Which.
    pub name: String,
}

/// The slowest, the worst first.
pub fn slowest(mut times: Vec<Timed>, most: usize) -> Vec<Timed> {
    times.sort_by(|one, other| other.cmp(one));
    times.truncate(most);
    times
}

/// A count of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed, steps that could not run included.
    pub failed: u64,
}

impl Tally {
    /// One check with this outcome.
    pub fn one(is_passed: bool) -> Self {
        Self { passed: u64::from(is_passed), failed: u64::from(!is_passed) }
    }

    /// A step that could not run.
    pub fn broken() -> Self {
        Self::one(false)
    }

    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A test program's count, held against how it ended: one that fails without a failed test (it did not compile, it
    /// crashed) is a failure, and so is one that found nothing.
    pub fn confirmed(mut self, is_success: bool, is_filtered: bool) -> Result<Self> {
        if !is_success && self.failed == 0 {
            println!("FAILED: the test program failed, and names no failed test");
            self.failed = 1;
        }
        if is_success && self == Self::default() && !is_filtered {
            bail!("no test was found");
        }
        Ok(self)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_without_a_failed_test_is_a_failure() {
        let tally = Tally { passed: 3, failed: 0 }.confirmed(false, false).expect("it ran");
        assert_eq!(tally.to_string(), "3 passed, 1 failed");
    }

    #[test]
    fn failed_tests_are_not_counted_twice() {
        let tally = Tally { passed: 3, failed: 2 }.confirmed(false, false).expect("it ran");
        assert_eq!(tally, Tally { passed: 3, failed: 2 });
    }

    #[test]
    fn the_slowest_come_first_and_no_more_than_asked_for() {
        let times = [3, 9, 1].map(|seconds| Timed { time: Duration::from_secs(seconds), name: seconds.to_string() });
        let names: Vec<String> = slowest(times.to_vec(), 2).into_iter().map(|timed| timed.name).collect();
        assert_eq!(names, ["9", "3"]);
    }

    #[test]
    fn finding_nothing_is_a_failure_unless_asked_for() {
        assert!(Tally::default().confirmed(true, false).is_err());
        assert!(Tally::default().confirmed(true, true).is_ok());
    }
}
