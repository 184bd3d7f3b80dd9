//! One line of a file, cell by cell.

use csv::StringRecord;
use subzero_ledger::catalogue::{Item, ItemProblem, QtyProblem, Tables};
use subzero_ledger::decimal::{self, DecimalError, Separators};
use subzero_ledger::entry::TEXT_BYTES_MAX;

use crate::columns::Column;
use crate::safe::FormulaSafe;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellProblem {
    /// Fewer or more cells than the first line has.
    #[error("{found} cells where the first line has {expected}")]
    Cells {
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// It has to be filled in.
    #[error("this has to be filled in")]
    Missing,
    /// Longer than any text here: most often a quotation mark is missing.
    #[error("this is too long; a quotation mark may be missing")]
    TooLong,
    /// Not a number as it should be.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
    /// A quantity that the item cannot have.
    #[error(transparent)]
    Qty(#[from] QtyProblem),
    /// A cost or a price out of range.
    #[error("enter 0 to a billion")]
    Range,
    /// Neither yes nor no.
    #[error("enter yes or no")]
    YesOrNo,
    /// Something is wrong with the item as a whole.
    #[error(transparent)]
    Item(#[from] ItemProblem),
    /// No item has that SKU or code.
    #[error("no item has {0}")]
    UnknownItem(String),
    /// It is a service.
    #[error("this item holds no stock")]
    NoStock,
    /// It has stock already, so that this is no opening.
    #[error("this item has stock already: count it")]
    HasStock,
    /// No vendor is called so.
    #[error("no vendor is called {0}")]
    UnknownVendor(String),
    /// A line before it says the same.
    #[error("line {0} is about the same")]
    Twice(u64),
    /// More lines than an order has.
    #[error("an order has too many lines")]
    TooManyLines,
    /// Another line of this order names another vendor.
    #[error("another line of this order names another vendor")]
    OtherVendor,
}

/// A cell that is not right: which, and why.
pub(crate) type Wrong = (Option<Column>, CellProblem);

/// A line being read.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub record: &'a StringRecord,
    pub columns: &'a [Option<Column>],
    pub numbers: Separators,
}

impl<'a> Line<'a> {
    /// Whether it can be read at all.
    pub fn check(self) -> Result<(), Wrong> {
        let (found, expected) = (self.record.len(), self.columns.len());
        if found != expected {
            return Err((None, CellProblem::Cells { found, expected }));
        }
        let too_long = self.columns.iter().zip(self.record).find(|(_, cell)| cell.len() > TEXT_BYTES_MAX * 10);
        too_long.map_or(Ok(()), |(column, _)| Err((*column, CellProblem::TooLong)))
    }

    /// What a column says; nothing where it is not there or empty.
    pub fn text(self, column: Column) -> Option<&'a str> {
        let place = self.columns.iter().position(|known| *known == Some(column))?;
        let text = FormulaSafe::read(self.record.get(place)?.trim());
        (!text.is_empty()).then_some(text)
    }

    /// The same, where it has to be there.
    pub fn needed(self, column: Column) -> Result<&'a str, Wrong> {
        self.text(column).ok_or((Some(column), CellProblem::Missing))
    }

    /// A short text.
    pub fn short(self, column: Column) -> Result<Option<String>, Wrong> {
        match self.text(column) {
            Some(text) if text.len() > TEXT_BYTES_MAX => Err((Some(column), CellProblem::TooLong)),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// A figure.
    pub fn figure<T: std::str::FromStr<Err = DecimalError>>(self, column: Column) -> Result<Option<T>, Wrong> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let read = decimal::typed(text, self.numbers).parse();
        read.map(Some).map_err(|problem| (Some(column), CellProblem::Decimal(problem)))
    }

    /// Yes or no.
    pub fn yes(self, column: Column) -> Result<Option<bool>, Wrong> {
        let Some(text) = self.text(column) else { return Ok(None) };
        match text.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" | "x" => Ok(Some(true)),
            "no" | "n" | "false" | "0" => Ok(Some(false)),
            _ => Err((Some(column), CellProblem::YesOrNo)),
        }
    }

    /// The item that its SKU or its first code means.
    pub fn item(self, tables: &Tables) -> Result<&Item, Wrong> {
        let codes = self.text(Column::Barcodes).into_iter().flat_map(str::split_whitespace);
        let code = codes.map(|code| code.split('*').next().unwrap_or(code)).next();
        let (column, text) = match (self.text(Column::Sku), code) {
            (Some(sku), _) => (Column::Sku, sku),
            (None, Some(code)) => (Column::Barcodes, code),
            (None, None) => return Err((Some(Column::Sku), CellProblem::Missing)),
        };
        let item = tables.by_code(text).and_then(|scanned| tables.items.get(&scanned.item));
        item.ok_or_else(|| (Some(column), CellProblem::UnknownItem(text.to_owned())))
    }
}
