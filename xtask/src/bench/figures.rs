//! What was measured, put together: the samples of all runs, each figure's median, least and most.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Our own page among those that are measured.
pub const OURS: &str = "Subzero";

/// What a figure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    /// The row.
    pub row: String,
    /// On which input.
    pub input: String,
    /// What of it.
    pub what: String,
    /// How many times slower the processor was made.
    pub cpu: u64,
    /// Where the browser kept its databases.
    pub backend: String,
    /// By whom.
    pub subject: String,
}

impl Of {
    /// Whether both are of the same work, whoever did it.
    pub fn is_same_work(&self, other: &Self) -> bool {
        let work = |of: &Self| (of.row.clone(), of.input.clone(), of.what.clone(), of.cpu, of.backend.clone());
        work(self) == work(other)
    }
}

/// All samples of one figure, or why there are none.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is of.
    pub of: Of,
    /// What it is in; nothing where all attempts failed.
    pub unit: String,
    /// Every run's.
    pub samples: Vec<f64>,
    /// Why attempts failed, each reason once.
    pub failures: Vec<String>,
}

impl Figure {
    /// The middle one, or the mean of the two in the middle.
    pub fn median(&self) -> Option<f64> {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        if sorted.len() % 2 == 1 {
            Some(upper)
        } else {
            Some(f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, upper))
        }
    }

    /// The least and the most.
    pub fn range(&self) -> Option<(f64, f64)> {
        let least = self.samples.iter().copied().min_by(f64::total_cmp)?;
        Some((least, self.samples.iter().copied().max_by(f64::total_cmp)?))
    }

    /// As a line of JSON.
    pub fn to_json(&self) -> Value {
        let Of { row, input, what, cpu, backend, subject } = &self.of;
        let (least, most) = self.range().unzip();
        json!({
            "row": row, "input": input, "subject": subject, "what": what, "cpu": cpu, "backend": backend, "unit": self.unit,
            "median": self.median(), "min": least, "max": most, "samples": self.samples, "failed": self.failures,
        })
    }
}

/// All figures, in the order in which the first sample of each came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures(pub Vec<Figure>);

impl Figures {
    /// Reads the lines that the measurement has written.
    pub fn read(lines: &str) -> Result<Self> {
        let mut figures = Self::default();
        for line in lines.lines() {
            let value: Value = serde_json::from_str(line).with_context(|| format!("not a sample: {line}"))?;
            figures.take(&value).with_context(|| format!("not a sample: {line}"))?;
        }
        Ok(figures)
    }

    fn take(&mut self, value: &Value) -> Option<()> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let (row, input, what) = (text("row")?, text("input")?, text("what")?);
        let of =
            Of { row, input, what, cpu: value["cpu"].as_u64()?, backend: text("backend")?, subject: text("subject")? };
        let place = self.0.iter().position(|figure| figure.of == of).unwrap_or(self.0.len());
        if place == self.0.len() {
            self.0.push(Figure { of, unit: String::new(), samples: Vec::new(), failures: Vec::new() });
        }
        let figure = self.0.get_mut(place)?;
        if let Some(why) = text("failed") {
            if !figure.failures.contains(&why) {
                figure.failures.push(why);
            }
        } else {
            figure.samples.push(value["value"].as_f64()?);
            figure.unit = text("unit")?;
        }
        Some(())
    }

    /// A row's figures, those of the same work together, ours first.
    pub fn of_row(&self, row: &str) -> Vec<&Figure> {
        let mut left: Vec<&Figure> = self.0.iter().filter(|figure| figure.of.row == row).collect();
        let mut ordered = Vec::with_capacity(left.len());
        while let Some(first) = left.first().copied() {
            let (mut same, others): (Vec<&Figure>, Vec<&Figure>) =
                left.into_iter().partition(|figure| figure.of.is_same_work(&first.of));
            same.sort_by_key(|figure| figure.of.subject != OURS);
            ordered.append(&mut same);
            left = others;
        }
        ordered
    }

    /// The median of one figure.
    pub fn median(&self, row: &str, input: &str, subject: &str, what: &str, cpu: u64, backend: &str) -> Option<f64> {
        let is_it = |of: &Of| {
            (of.row.as_str(), of.what.as_str(), of.cpu, of.backend.as_str()) == (row, what, cpu, backend)
                && of.input.starts_with(input)
                && of.subject.starts_with(subject)
        };
        self.0.iter().find(|figure| is_it(&figure.of))?.median()
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, OURS};

    fn sample(subject: &str, value: &str) -> String {
        format!(
            r#"{{"row":"W5","input":"bakery ×10","subject":"{subject}","what":"start","cpu":1,"backend":"LevelDB",{value}}}"#
        )
    }

    fn figures(lines: &[String]) -> Figures {
        Figures::read(&lines.join("\n")).expect("they are samples")
    }

    #[test]
    fn samples_of_one_figure_come_together() {
        let values = [3.0, 1.0, 2.0].map(|value| sample(OURS, &format!(r#""value":{value},"unit":"ms""#)));
        let figures = figures(&values);
        assert_eq!(figures.0.len(), 1);
        assert_eq!(figures.0[0].median(), Some(2.0));
        assert_eq!(figures.0[0].range(), Some((1.0, 3.0)));
        assert_eq!(figures.median("W5", "bakery ×10", OURS, "start", 1, "LevelDB"), Some(2.0));
        assert_eq!(figures.median("W5", "bakery ×10", OURS, "start", 6, "LevelDB"), None);
    }

    #[test]
    fn of_an_even_number_the_middle_two_count() {
        let values = [4.0, 1.0].map(|value| sample(OURS, &format!(r#""value":{value},"unit":"ms""#)));
        assert_eq!(figures(&values).0[0].median(), Some(2.5));
    }

    #[test]
    fn what_failed_is_no_figure() {
        let lines = [sample("PouchDB", r#""failed":"no answer""#), sample("PouchDB", r#""failed":"no answer""#)];
        let figures = figures(&lines);
        assert_eq!(figures.0[0].median(), None);
        assert_eq!(figures.0[0].failures, ["no answer"]);
    }

    #[test]
    fn ours_comes_first_among_those_that_did_the_same() {
        let lines = ["Dexie", OURS].map(|subject| sample(subject, r#""value":1,"unit":"ms""#));
        let figures = figures(&lines);
        let order: Vec<&str> = figures.of_row("W5").iter().map(|figure| figure.of.subject.as_str()).collect();
        assert_eq!(order, [OURS, "Dexie"]);
    }

    #[test]
    fn what_is_no_sample_is_said() {
        assert!(Figures::read("rubbish").is_err());
        assert!(Figures::read(r#"{"row":"W5"}"#).is_err());
    }
}
