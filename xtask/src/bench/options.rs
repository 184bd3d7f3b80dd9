//! What `cargo xtask bench` was asked for.

use anyhow::{Result, bail};

/// Every row that can be measured, in the order of the document.
pub const ROWS: [&str; 6] = ["W1", "W3", "W5", "W9", "W13", "W14"];
/// How often each figure is taken unless said otherwise.
const RUNS: u32 = 7;

/// The words after `bench`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The rows to measure.
    pub rows: Vec<&'static str>,
    /// How often.
    pub runs: u32,
    /// Whether every figure is printed as a line of JSON.
    pub json: bool,
    /// Whether a target that is missed fails the command.
    pub check: bool,
    /// Whether `docs/benchmarks.md` is written.
    pub write: bool,
}

impl Options {
    /// Reads the words.
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self { rows: Vec::new(), runs: RUNS, json: false, check: false, write: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => options.json = true,
                "--check" => options.check = true,
                "--write" => options.write = true,
                "--runs" => match words.next().and_then(|number| number.parse().ok()).filter(|runs| *runs > 0) {
                    Some(runs) => options.runs = runs,
                    None => bail!("--runs needs a number above 0"),
                },
                name => match ROWS.iter().find(|row| **row == name) {
                    Some(row) => options.rows.push(row),
                    None => {
                        bail!("there is no row {name}; there are: {}, and report, dev, native", ROWS.join(", "))
                    }
                },
            }
        }
        if options.rows.is_empty() {
            options.rows = ROWS.to_vec();
        }
        Ok(options)
    }

    /// The command that was typed, without what only says what becomes of the figures.
    pub fn command(&self) -> String {
        let rows = if self.rows == ROWS { String::new() } else { format!(" {}", self.rows.join(" ")) };
        format!("cargo xtask bench{rows} --runs {}", self.runs)
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, ROWS};

    fn parse(words: &str) -> anyhow::Result<Options> {
        Options::parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn without_words_everything_is_measured() {
        let options = parse("").expect("nothing is wrong");
        assert_eq!((options.rows.as_slice(), options.runs), (&ROWS[..], 7));
        assert_eq!(options.command(), "cargo xtask bench --runs 7");
    }

    #[test]
    fn rows_and_what_becomes_of_them_are_read_in_any_order() {
        let options = parse("--check W9 --runs 3 W1 --json").expect("nothing is wrong");
        assert_eq!((options.rows.as_slice(), options.runs), (&["W9", "W1"][..], 3));
        assert!(options.check && options.json && !options.write);
        assert_eq!(options.command(), "cargo xtask bench W9 W1 --runs 3");
    }

    #[test]
    fn what_is_unknown_is_said() {
        let said = |words| parse(words).expect_err("it is wrong").to_string();
        assert!(said("W99").contains("there is no row W99"));
        assert!(said("--runs 0").contains("above 0"));
        assert!(said("--runs").contains("above 0"));
    }
}
