//! One SQL statement with its values, and the rows it leads to: all that the modules of [`crate::db`] and a driver have to say to each other.
//!
//! > Text is only ever put together of literals of this program. What somebody sent is a [`Value`], and a value never becomes text.
//!
//! Values are numbered `$1`, `$2` …, which both databases understand. A null says of what type it is, because `PostgreSQL` asks.
//!
//! ```
//! # use subzero_server::db::statement::{Statement, Value};
//! let found = Statement::new("select name from shop where account = $1 and id in ").with(7).list([1, 2, 3]).then(" order by id");
//! assert_eq!(found.text(), "select name from shop where account = $1 and id in ($2,$3,$4,$5) order by id");
//! ```

use std::fmt::Write as _;

use super::DbError;

/// How many values one statement may have: `SQLite` takes 32,766 and `PostgreSQL` 65,535.
const VALUES_MAX: usize = 32_000;
/// How many texts a connection keeps prepared: more than there are, lists and rows of every length included.
pub const PREPARED_MAX: usize = 256;
/// How many rows one statement inserts, and how many values one list has, at most.
const ROWS_MAX: usize = 256;

/// A value on its way into the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Text.
    Text(Option<String>),
}

/// A column of a row that was found. Whoever reads it says what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
}

/// A row that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Cell>);

/// A statement with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    /// A statement that begins with this, or is it.
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// The value of the next number.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// More text.
    #[must_use]
    pub fn then(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A list in brackets, for `in`. It is filled up with its last value to a power of two, so that the database meets few different texts
    /// and can keep each one prepared. An empty list holds nothing.
    #[must_use]
    pub fn list<T: Into<Value>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
        // No value, no type: a null of the wrong one would not be compared.
        let Some(last) = values.last().cloned() else { return self.then("(null)") };
        values.resize(values.len().next_power_of_two(), last);
        self.brackets(values);
        self
    }

    /// The SQL.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values by number.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Both.
    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }

    fn brackets(&mut self, values: Vec<Value>) {
        let first = self.values.len() + 1;
        for (number, _) in (first..).zip(&values) {
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{}${number}", if number == first { '(' } else { ',' });
        }
        self.text.push(')');
        self.values.extend(values);
    }
}

/// The statements that insert these rows, in order: `insert into …` and what follows the rows. Each takes a power of two of them, so that all
/// rows of a table are inserted by few different texts.
pub fn inserts<const N: usize>(
    into: &'static str,
    rows: Vec<[Value; N]>,
    then: &'static str,
) -> impl Iterator<Item = Statement> {
    let most = (VALUES_MAX / N.max(1)).min(ROWS_MAX);
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = 1 << left.min(most).checked_ilog2()?;
        left -= size;
        let mut statement = Statement::new(into).then(" values ");
        for (place, row) in rows.by_ref().take(size).enumerate() {
            statement = if place == 0 { statement } else { statement.then(",") };
            statement.brackets(row.into());
        }
        Some(statement.then(then))
    })
}

/// The pieces of a list that is too long for one statement.
pub fn pieces<T>(values: &[T]) -> impl Iterator<Item = &[T]> {
    values.chunks(ROWS_MAX)
}

impl Row {
    /// Its columns, if it has as many.
    pub fn cells<const N: usize>(self) -> Result<[Cell; N], DbError> {
        self.0.try_into().map_err(|_| DbError::Corrupt("row"))
    }

    /// Its only column.
    pub fn only(self) -> Result<Cell, DbError> {
        self.cells().map(|[cell]| cell)
    }
}

impl Cell {
    /// It must be a whole number.
    pub fn int(self, what: &'static str) -> Result<i64, DbError> {
        if let Self::Int(int) = self { Ok(int) } else { Err(DbError::Corrupt(what)) }
    }

    /// It must be bytes.
    pub fn bytes(self, what: &'static str) -> Result<Vec<u8>, DbError> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(DbError::Corrupt(what)) }
    }

    /// It must be text.
    pub fn text(self, what: &'static str) -> Result<String, DbError> {
        if let Self::Text(text) = self { Ok(text) } else { Err(DbError::Corrupt(what)) }
    }

    /// Nothing, if it is that.
    pub fn if_any(self) -> Option<Self> {
        if self == Self::Null { None } else { Some(self) }
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(Some(int))
    }
}

impl From<Option<i64>> for Value {
    fn from(int: Option<i64>) -> Self {
        Self::Int(int)
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Int(Some(i64::from(is)))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_inserted_by_few_statements_in_their_order() {
        let rows: Vec<[Value; 2]> = (0..500).map(|row| [Value::from(row), Value::from("x")]).collect();
        let statements: Vec<Statement> = inserts("insert into t (a, b)", rows, "").collect();
        let sizes: Vec<usize> = statements.iter().map(|statement| statement.values().len() / 2).collect();
        assert_eq!(sizes, [256, 128, 64, 32, 16, 4]);
        let firsts = statements.iter().flat_map(|statement| statement.values().iter().step_by(2).cloned());
        assert_eq!(firsts.collect::<Vec<_>>(), (0..500).map(Value::from).collect::<Vec<_>>());
        assert_eq!(statements[5].text(), "insert into t (a, b) values ($1,$2),($3,$4),($5,$6),($7,$8)");
        assert_eq!(inserts::<2>("insert into t (a, b)", Vec::new(), "").count(), 0);
    }

    #[test]
    fn no_statement_has_more_values_than_a_database_takes() {
        let rows: Vec<[Value; 200]> = (0..300).map(|_| std::array::from_fn(|_| Value::Int(None))).collect();
        assert!(inserts("insert into t", rows, "").all(|statement| statement.values().len() <= VALUES_MAX));
    }

    #[test]
    fn a_list_of_nothing_finds_nothing() {
        let statement = Statement::new("select a from t where b in ").list(Vec::<Vec<u8>>::new());
        assert_eq!((statement.text(), statement.values().len()), ("select a from t where b in (null)", 0));
    }

    #[test]
    fn what_is_not_as_promised_is_not_read() {
        assert!(Row(vec![Cell::Int(1)]).cells::<2>().is_err());
        assert!(Cell::Null.int("n").is_err() && Cell::Text("7".into()).int("n").is_err());
        assert!(Cell::Int(1).bytes("b").is_err() && Cell::Bytes(vec![65]).text("t").is_err());
    }
}
