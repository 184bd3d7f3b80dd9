//! What test programs print: shown in one piece once a program has ended, for others run beside it; and counted.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::tally::{Outcome, Tally, Timed};
use crate::command;

/// Runs a program that prints `test result:` lines; also says whether it succeeded.
pub fn count(program: &mut Command) -> Result<(Outcome, bool)> {
    let (said, is_success) = command::hold(program)?;
    println!("$ {}\n{}", command::line(program), said.trim_end());
    let mut outcome = Outcome::default();
    for line in said.lines() {
        if let Some(result) = result(line) {
            outcome.tally.add(result);
        }
        outcome.times.extend(timed(line));
    }
    Ok((outcome, is_success))
}

/// The count in a line like `test result: ok. 12 passed; 0 failed; …`.
fn result(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| counts.split("; ").find_map(|count| count.strip_suffix(word)?.trim().parse().ok());
    Some(Tally { passed: number("passed")?, failed: number("failed")? })
}

/// The time in a line like `test laws::l13 ... ok <1.204s>`.
fn timed(line: &str) -> Option<Timed> {
    let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let (_, time) = rest.strip_suffix("s>")?.rsplit_once('<')?;
    Some(Timed { time: Duration::try_from_secs_f64(time.parse().ok()?).ok()?, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_line_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s";
        assert_eq!(result(line), Some(Tally { passed: 12, failed: 3 }));
        let line = "test result: ok. 2 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.31s";
        assert_eq!(result(line), Some(Tally { passed: 2, failed: 0 }));
    }

    #[test]
    fn a_test_says_how_long_it_took() {
        let time = Duration::from_millis(1204);
        assert_eq!(timed("test laws::l13 ... ok <1.204s>"), Some(Timed { time, name: "laws::l13".to_owned() }));
        assert_eq!(timed("test laws::l13 ... ok"), None);
    }

    #[test]
    fn other_lines_are_not() {
        for line in
            ["test stock::tests::ok ... ok", "running 3 tests", "test result: ok.", "the test result: ok. 1 passed"]
        {
            assert_eq!(result(line), None, "{line}");
        }
    }

    #[test]
    fn a_program_is_counted_over_all_its_lines() {
        let script =
            "echo 'test result: ok. 2 passed; 0 failed; x'; echo 'test result: FAILED. 1 passed; 4 failed; x'; exit 1";
        let (outcome, is_success) = count(Command::new("sh").args(["-c", script])).expect("sh runs");
        assert_eq!((outcome.tally, is_success), (Tally { passed: 3, failed: 4 }, false));
    }
}
