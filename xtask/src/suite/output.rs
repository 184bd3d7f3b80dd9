//! What test programs print: passed on line by line, and counted.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::tally::Tally;
use crate::command;

/// Runs a program that prints `test result:` lines; also says whether it succeeded.
pub fn count(program: &mut Command) -> Result<(Tally, bool)> {
    println!("$ {}", command::line(program));
    let mut child =
        program.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", command::line(program)))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(result) = result(&line) {
                tally.add(result);
            }
        }
    }
    Ok((tally, child.wait()?.success()))
}

/// The count in a line like `test result: ok. 12 passed; 0 failed; …`.
fn result(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| counts.split("; ").find_map(|count| count.strip_suffix(word)?.trim().parse().ok());
    Some(Tally { passed: number("passed")?, failed: number("failed")? })
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
        let counted = count(Command::new("sh").args(["-c", script])).expect("sh runs");
        assert_eq!(counted, (Tally { passed: 3, failed: 4 }, false));
    }
}
