//! `docs/benchmarks.md`: the prose is a template, every figure is the run's.

use std::process::Command;

use anyhow::Result;

use super::figures::Figures;
use super::targets::Target;
use super::{options::Options, table};
use crate::command;

const TEMPLATE: &str = include_str!("document/benchmarks.md");

/// Where and when it was measured.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The processor and the memory.
    pub machine: String,
    /// The browser with its version.
    pub browser: String,
    /// The day.
    pub day: String,
}

impl Setting {
    /// This machine, today, with this browser.
    pub fn here(browser: &std::path::Path, day: &str) -> Result<Self> {
        let read = |path, name: &str| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
            line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let cores = std::thread::available_parallelism()?;
        let kilobytes: u64 = read("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or_default();
        let processor = read("/proc/cpuinfo", "model name");
        let machine = format!("{cores} processors ({processor}), {} GB of memory", kilobytes / 1_000_000);
        let browser = command::output(Command::new(browser).arg("--version"))?;
        Ok(Self { machine, browser, day: day.to_owned() })
    }
}

/// The document. Of a row that was not measured it says nothing.
pub fn write(figures: &Figures, targets: &[Target], options: &Options, setting: &Setting) -> String {
    let mut sections = TEMPLATE.split("\n## ");
    let mut text = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        let row = section.split([' ', ':', '\n']).next().unwrap_or_default();
        let is_of_a_row = row.starts_with('W') && row[1..].parse::<u8>().is_ok();
        if !is_of_a_row || options.rows.contains(&row) {
            text += "\n## ";
            text += &section.replace("{table}", &table::table(figures, row));
        }
    }
    let targets: String = targets.iter().map(Target::line).collect();
    let targets = format!("| row | what | measured | target | |\n|---|---|---|---|---|\n{targets}");
    text.replace("{machine}", &setting.machine)
        .replace("{browser}", &setting.browser)
        .replace("{day}", &setting.day)
        .replace("{command}", &options.command())
        .replace("{runs}", &options.runs.to_string())
        .replace("{targets}", &targets)
        .replace("\n\n\n", "\n\n")
}

#[cfg(test)]
mod tests {
    use super::{Setting, TEMPLATE, write};
    use crate::bench::figures::Figures;
    use crate::bench::options::{Options, ROWS};
    use crate::bench::targets;

    fn document(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let options = Options::parse(&words).expect("they are rows");
        let (machine, browser, day) = ("a machine".to_owned(), "a browser".to_owned(), "a day".to_owned());
        let figures = Figures::default();
        let targets = targets::of(&figures, &options.rows);
        write(&figures, &targets, &options, &Setting { machine, browser, day })
    }

    #[test]
    fn every_row_has_its_section() {
        for row in ROWS {
            assert!(TEMPLATE.contains(&format!("\n## {row} ")), "{row}");
        }
    }

    #[test]
    fn what_was_not_measured_is_not_named() {
        let text = document(&["W9"]);
        assert!(text.contains("\n## W9 ") && !text.contains("\n## W5 "), "{text}");
        assert!(text.contains("cargo xtask bench W9 --runs 7") && text.contains("a browser"), "{text}");
    }

    #[test]
    fn nothing_is_left_to_be_filled_in() {
        assert!(!document(&[]).contains('{'));
    }
}
