//! Figures as a table that people read.

use super::figures::{Figure, Figures, OURS};

const HEAD: &str = "| input | what | CPU | databases | who | median | least – most | runs | ÷ Subzero |\n|---|---|---|---|---|---|---|---|---|\n";

/// A row's figures as a table of Markdown.
pub fn table(figures: &Figures, row: &str) -> String {
    let figures = figures.of_row(row);
    let mut text = HEAD.to_owned();
    for figure in &figures {
        let ours = figures.iter().find(|other| other.of.subject == OURS && other.of.is_same_work(&figure.of));
        text += &line(figure, ours.and_then(|ours| ours.median()));
    }
    text
}

fn line(figure: &Figure, ours: Option<f64>) -> String {
    let of = &figure.of;
    let what = format!("| {} | {} | ×{} | {} | {} |", of.input, of.what, of.cpu, of.backend, of.subject);
    let (Some(median), Some((least, most))) = (figure.median(), figure.range()) else {
        return format!("{what} – | {} | 0 | |\n", figure.failures.join("; "));
    };
    let ratio = match ours {
        Some(ours) if ours > 0.0 && of.subject != OURS => format!("{:.2}", median / ours),
        _ => String::new(),
    };
    let failed = if figure.failures.is_empty() { String::new() } else { format!("; {}", figure.failures.join("; ")) };
    let (least, most) = (number(least, &figure.unit), number(most, &figure.unit));
    let runs = figure.samples.len();
    format!("{what} **{}** | {least} – {most}{failed} | {runs} | {ratio} |\n", with_unit(median, &figure.unit))
}

/// A figure with what it is in.
pub fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "bytes" => format!("{} MB", number(value, unit)),
        "requests" => number(value, unit),
        _ => format!("{} {unit}", number(value, unit)),
    }
}

/// As exact as it is worth reading.
fn number(value: f64, unit: &str) -> String {
    match unit {
        "bytes" => format!("{:.2}", value / 1e6),
        "requests" => format!("{value:.0}"),
        _ if value < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, table, with_unit};

    #[test]
    fn figures_are_as_exact_as_they_are_worth_reading() {
        assert_eq!(with_unit(12.345, "ms"), "12.3 ms");
        assert_eq!(with_unit(2034.6, "ms"), "2035 ms");
        assert_eq!(with_unit(2_900_000.0, "bytes"), "2.90 MB");
        assert_eq!(with_unit(340.0, "requests"), "340");
    }

    #[test]
    fn who_failed_is_named_and_has_no_figure() {
        let sample = |subject: &str, rest: &str| {
            format!(
                r#"{{"row":"W5","input":"bakery","subject":"{subject}","what":"start","cpu":1,"backend":"LevelDB",{rest}}}"#
            )
        };
        let lines = [
            sample("Subzero", r#""value":100,"unit":"ms""#),
            sample("Dexie", r#""value":250,"unit":"ms""#),
            sample("RxDB", r#""failed":"wrong answer""#),
        ];
        let figures = Figures::read(&lines.join("\n")).expect("they are samples");
        let lines: Vec<String> = table(&figures, "W5").lines().skip(2).map(str::to_owned).collect();
        assert_eq!(lines[0], "| bakery | start | ×1 | LevelDB | Subzero | **100 ms** | 100 – 100 | 1 |  |");
        assert_eq!(lines[1], "| bakery | start | ×1 | LevelDB | Dexie | **250 ms** | 250 – 250 | 1 | 2.50 |");
        assert_eq!(lines[2], "| bakery | start | ×1 | LevelDB | RxDB | – | wrong answer | 0 | |");
    }
}
