//! Reading a file in steps, up to a dry run.

use std::collections::BTreeMap;
use std::io::Cursor;

use csv::{Reader, ReaderBuilder, StringRecord};
use subzero_ledger::catalogue::Tables;
use subzero_ledger::decimal::Separators;
use subzero_ledger::entry::Body;
use subzero_ledger::ids::{ItemId, ShopId};
use subzero_ledger::quantity::Qty;
use uuid::Uuid;

use crate::columns::{Column, Kind};
use crate::line::{CellProblem, Line};
use crate::plan::{Does, Plan};

/// The most bytes a file may have.
const BYTES_MAX: usize = 50 * 1024 * 1024;
/// What may stand between two cells.
const BETWEEN_CELLS: [u8; 3] = [b';', b'\t', b','];

/// What is known before a file is read.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Items and vendors.
    pub tables: Tables,
    /// What is on hand in the shop that the file is read for.
    pub on_hand: BTreeMap<ItemId, Qty>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// What it holds.
    pub kind: Kind,
    /// The shop that stock and orders are for.
    pub shop: ShopId,
    /// How it writes numbers.
    pub numbers: Separators,
    /// Where new ids come from.
    pub mint: fn() -> Uuid,
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// It has no lines.
    #[error("there is nothing in this file")]
    Empty,
    /// It is longer than [`Import`] reads.
    #[error("this file is too large")]
    TooLarge,
    /// Its first line does not name the columns that are needed: one of these.
    #[error("the first line has to name the columns; {} is missing", .0.iter().map(|column| column.name()).collect::<Vec<_>>().join(" or "))]
    Columns(Vec<Column>),
    /// Its first line names a column twice.
    #[error("the first line names {} twice", .0.name())]
    Twice(Column),
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Of so many.
    pub of: u64,
    done: bool,
}

impl Progress {
    /// Whether nothing is left to read.
    pub const fn is_done(self) -> bool {
        self.done
    }
}

/// A line that is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Its number in the file; the first line is 1.
    pub line: u64,
    /// The column; none where it is about the line as a whole.
    pub column: Option<Column>,
    /// What is wrong.
    pub problem: CellProblem,
}

/// What a file would do, line by line. Lines with a problem do nothing.
#[derive(Debug)]
pub struct DryRun {
    /// Lines that would create something.
    pub new: usize,
    /// Lines that would change something.
    pub changed: usize,
    /// Lines that say what is known.
    pub unchanged: usize,
    /// Lines that are not right, in the order of the file.
    pub problems: Vec<LineFault>,
    /// Headings that mean no column and were not read.
    pub unread: Vec<String>,
    plan: Plan,
}

impl DryRun {
    /// Whether there is anything to record.
    pub const fn does_something(&self) -> bool {
        self.new > 0 || self.changed > 0
    }

    /// What is to be recorded, each with its shop. `file` is what people call the file.
    pub fn bodies(self, file: &str) -> Vec<(ShopId, Body)> {
        self.plan.bodies(file)
    }
}

/// A file that is being read. Dropping it is all it takes to stop.
pub struct Import {
    reader: Reader<Cursor<Vec<u8>>>,
    record: StringRecord,
    columns: Vec<Option<Column>>,
    reading: Reading,
    of: u64,
    dry_run: DryRun,
}

impl Import {
    /// Begins to read. What separates the cells is found out from the first line: a comma, a semicolon or a tab.
    pub fn begin(text: &str, reading: Reading, known: &Known) -> Result<Self, FileProblem> {
        // One kind of line end, so that a line has the number that an editor shows.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
        if text.len() > BYTES_MAX {
            return Err(FileProblem::TooLarge);
        }
        let first = text.lines().find(|line| !line.trim().is_empty()).ok_or(FileProblem::Empty)?;
        let delimiter = delimiter(first);
        let of = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(Cursor::new(text.into_bytes()));
        let mut record = StringRecord::new();
        // The bytes are a text and are in memory: neither of what a reader can complain about can happen.
        let _ = reader.read_record(&mut record);
        let columns: Vec<Option<Column>> = record.iter().map(|heading| Column::named(heading, reading.kind)).collect();
        check_columns(reading.kind, &columns)?;
        let headings = record.iter().zip(&columns);
        let unread = headings.filter(|(heading, column)| column.is_none() && !heading.trim().is_empty());
        let unread = unread.map(|(heading, _)| heading.trim().chars().take(60).collect()).collect();
        let plan = Plan::new(reading.shop, reading.mint, known.tables.clone(), known.on_hand.clone());
        let dry_run = DryRun { new: 0, changed: 0, unchanged: 0, problems: Vec::new(), unread, plan };
        Ok(Self { reader, record, columns, reading, of, dry_run })
    }

    /// Reads so many lines more.
    pub fn step(&mut self, lines: usize) -> Progress {
        let mut done = false;
        for _ in 0..lines {
            if !self.reader.read_record(&mut self.record).unwrap_or(false) {
                done = true;
                break;
            }
            let number = self.record.position().map_or(0, csv::Position::line);
            if self.record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = Line { record: &self.record, columns: &self.columns, numbers: self.reading.numbers };
            let run = &mut self.dry_run;
            match line.check().and_then(|()| run.plan.take(self.reading.kind, line, number)) {
                Ok(Does::New) => run.new = run.new.saturating_add(1),
                Ok(Does::Changes) => run.changed = run.changed.saturating_add(1),
                Ok(Does::Nothing) => run.unchanged = run.unchanged.saturating_add(1),
                Err((column, problem)) => run.problems.push(LineFault { line: number, column, problem }),
            }
        }
        Progress { read: self.reader.position().byte().min(self.of), of: self.of, done }
    }

    /// What the lines read so far would do.
    pub fn finish(self) -> DryRun {
        self.dry_run
    }
}

fn delimiter(first: &str) -> u8 {
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    BETWEEN_CELLS.into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn check_columns(kind: Kind, columns: &[Option<Column>]) -> Result<(), FileProblem> {
    for (place, column) in columns.iter().enumerate() {
        if let Some(column) = column
            && columns.iter().take(place).any(|before| before == &Some(*column))
        {
            return Err(FileProblem::Twice(*column));
        }
    }
    let missing = |group: &&&[Column]| group.iter().all(|column| !columns.contains(&Some(*column)));
    match kind.needed().iter().find(missing) {
        Some(group) => Err(FileProblem::Columns(group.to_vec())),
        None => Ok(()),
    }
}
