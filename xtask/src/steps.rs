//! What is done one after the other, a line a step: its number, its name and how long it took.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// There was something to do.
    Made,
    /// All of it was there already.
    Unchanged,
}

/// A known number of steps.
#[derive(Debug)]
pub struct Steps {
    count: usize,
    begun: usize,
}

impl Steps {
    /// So many are to come.
    pub fn new(count: usize) -> Self {
        Self { count, begun: 0 }
    }

    /// Does the next one. Its line begins before and ends after it; what other programs say is shown only where one fails.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Done>) -> Result<()> {
        self.begun += 1;
        print!("[{}/{}] {name} … ", self.begun, self.count);
        // Somebody waits and wants to know for what.
        let _ = std::io::stdout().flush();
        let start = Instant::now();
        match work() {
            Ok(Done::Made) => println!("{}", seconds(start.elapsed())),
            Ok(Done::Unchanged) => println!("unchanged"),
            Err(error) => {
                println!("failed after {}", seconds(start.elapsed()));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// As people read it: `0.4 s`, `74 s`.
pub fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{:.0} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_have_a_tenth() {
        assert_eq!(seconds(Duration::from_millis(440)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(73_600)), "74 s");
    }

    #[test]
    fn the_first_failure_ends_it() {
        let mut steps = Steps::new(2);
        assert!(steps.step("one", || Ok(Done::Unchanged)).is_ok());
        let error = steps.step("two", || anyhow::bail!("no")).expect_err("it failed");
        assert_eq!(error.to_string(), "no");
    }
}
