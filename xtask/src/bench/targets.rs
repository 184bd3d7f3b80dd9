//! What the figures are held to.

use super::figures::{Figures, OURS};
use super::table::with_unit;

/// A target, and what was measured of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The row.
    pub row: &'static str,
    /// What must not be more.
    pub what: String,
    /// What was measured; nothing where something of it is missing.
    pub found: Option<f64>,
    /// The most it may be.
    pub most: f64,
    /// What both are in; nothing for a ratio.
    pub unit: &'static str,
}

impl Target {
    /// Whether it is kept. What was not measured is not.
    pub fn is_met(&self) -> bool {
        self.found.is_some_and(|found| found <= self.most)
    }

    /// As a line of a table of Markdown.
    pub fn line(&self) -> String {
        let show = |value| if self.unit.is_empty() { format!("{value:.2}×") } else { with_unit(value, self.unit) };
        let found = self.found.map_or_else(|| "not measured".to_owned(), show);
        let met = if self.is_met() { "met" } else { "missed" };
        format!("| {} | {} | {found} | ≤ {} | {met} |\n", self.row, self.what, show(self.most))
    }
}

const START: &str = "cold start to the right report";
const RIGHT: &str = "until the report is right";
const BYTES: &str = "received, the page besides";
const LEVELDB: &str = "LevelDB";
const TEN: &str = "bakery ×10";
const LARGE: &str = "large";

/// All targets of the rows that were measured.
pub fn of(figures: &Figures, rows: &[&'static str]) -> Vec<Target> {
    let all = [sales(figures), cold_start(figures), new_register(figures), disk(figures), memory(figures)].concat();
    all.into_iter().filter(|target| rows.contains(&target.row)).collect()
}

fn sales(figures: &Figures) -> Vec<Target> {
    let mut targets = Vec::new();
    for (row, whats) in [
        ("W1", &["until saved, p50", "until saved, p95", "until saved, p99"][..]),
        ("W3", &["100 sales back to back, from press to saved"]),
    ] {
        for backend in [LEVELDB, "SQLite"] {
            for what in whats {
                let of = |subject| figures.median(row, TEN, subject, what, 1, backend);
                let found = of(OURS).zip(of("limit")).map(|(ours, limit)| ours / limit);
                let what = format!("a sale {what} ÷ the limit, {backend}");
                targets.push(Target { row, what, found, most: 1.2, unit: "" });
            }
        }
    }
    targets
}

fn cold_start(figures: &Figures) -> Vec<Target> {
    let of = |input, subject, cpu| figures.median("W5", input, subject, START, cpu, LEVELDB);
    let above = |input, cpu| Some(of(input, OURS, cpu)? - of("empty", OURS, cpu)?);
    let target = |what: &str, found, most, unit| Target { row: "W5", what: what.to_owned(), found, most, unit };
    let ratio = of(TEN, OURS, 1).zip(of(TEN, "Dexie", 1)).map(|(ours, theirs)| ours / theirs);
    vec![
        target("bakery ×10 above the empty account, ×1", above(TEN, 1), 150.0, "ms"),
        target("bakery ×10 above the empty account, ×6", above(TEN, 6), 600.0, "ms"),
        target("large above the empty account, ×1", above(LARGE, 1), 500.0, "ms"),
        target("bakery ×10 ÷ the Dexie page", ratio, 0.25, ""),
    ]
}

fn new_register(figures: &Figures) -> Vec<Target> {
    let limits = [(TEN, 1_000.0, 400_000.0, 12.0), (LARGE, 3_000.0, 2_000_000.0, 40.0)];
    let of = |input: &str, what| figures.median("W9", input, OURS, what, 1, LEVELDB);
    let three = |(input, ms, bytes, requests): (&str, f64, f64, f64)| {
        [(RIGHT, ms, "ms"), (BYTES, bytes, "bytes"), ("requests", requests, "requests")].map(|(what, most, unit)| {
            Target { row: "W9", what: format!("{input}: {what}"), found: of(input, what), most, unit }
        })
    };
    limits.into_iter().flat_map(three).collect()
}

fn disk(figures: &Figures) -> Vec<Target> {
    let target = |backend| Target {
        row: "W13",
        what: format!("{TEN}: on the disk, for 100,000 entries, {backend}"),
        found: figures.median("W13", TEN, OURS, "on the disk, for 100,000 entries", 1, backend),
        most: 8e6,
        unit: "bytes",
    };
    [LEVELDB, "SQLite"].map(target).to_vec()
}

fn memory(figures: &Figures) -> Vec<Target> {
    let target = |(input, most): (&str, f64)| Target {
        row: "W14",
        what: format!("{input}: JavaScript heap and WebAssembly memory"),
        found: figures.median("W14", input, OURS, "both", 1, LEVELDB),
        most,
        unit: "bytes",
    };
    [(TEN, 40e6), (LARGE, 120e6)].map(target).to_vec()
}

#[cfg(test)]
mod tests {
    use super::{Figures, of};

    #[test]
    fn what_was_not_measured_is_not_met() {
        let targets = of(&Figures::default(), &["W14"]);
        assert_eq!(targets.len(), 2);
        assert!(targets.iter().all(|target| !target.is_met()));
        assert!(targets[0].line().contains("not measured"), "{}", targets[0].line());
    }

    #[test]
    fn a_start_is_held_to_the_empty_account_of_the_same_run() {
        let sample = |input: &str, value: u32| {
            format!(
                r#"{{"row":"W5","input":"{input}","subject":"Subzero","what":"cold start to the right report","cpu":1,"backend":"LevelDB","value":{value},"unit":"ms"}}"#
            )
        };
        let lines = [sample("empty", 300), sample("bakery ×10, 200 unsent", 440)].join("\n");
        let targets = of(&Figures::read(&lines).expect("they are samples"), &["W5"]);
        assert_eq!(targets[0].found, Some(140.0));
        assert!(targets[0].is_met());
        assert!(!targets[3].is_met(), "nothing was measured of Dexie");
    }
}
