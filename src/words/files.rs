//! What is wrong with a file, as sentences.

use subzero_csv::{CellProblem, FileProblem};
use subzero_ledger::entry::LINES_MAX;

use super::{ToWords, words};
use crate::format;

impl ToWords for FileProblem {
    fn to_words(&self) -> String {
        let words = &words().files;
        match self {
            Self::Empty => words.empty.to_owned(),
            Self::TooLarge => words.too_large.to_owned(),
            Self::Columns(columns) => {
                let names = columns.iter().map(|column| column.name().to_owned());
                let names = names.reduce(|one, other| words.either.with([&one, &other])).unwrap_or_default();
                words.missing.with([&names])
            }
            Self::Twice(column) => words.twice.with([column.name()]),
        }
    }
}

impl ToWords for CellProblem {
    fn to_words(&self) -> String {
        let (words, problems) = (&words().files, &words().problem);
        match self {
            Self::Cells { found, expected } => words.cells.with([&format::count(*found), &format::count(*expected)]),
            Self::Missing => words.fill_in.to_owned(),
            Self::TooLong => words.too_long.to_owned(),
            Self::Decimal(problem) => problem.to_words(),
            Self::Qty(problem) => problem.to_words(),
            Self::Range => problems.cost.to_owned(),
            Self::YesOrNo => words.yes_or_no.to_owned(),
            Self::Item(problem) => problem.to_words(),
            Self::UnknownItem(text) => words.unknown_item.with([text]),
            Self::NoStock => problems.no_stock.to_owned(),
            Self::HasStock => words.has_stock.to_owned(),
            Self::UnknownVendor(text) => words.unknown_vendor.with([text]),
            Self::Twice(line) => words.same_as.with([&line.to_string()]),
            Self::TooManyLines => problems.too_many_lines.with([&format::count(LINES_MAX)]),
            Self::OtherVendor => words.other_vendor.to_owned(),
        }
    }
}
