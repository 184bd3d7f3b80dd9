//! One SQL statement with its values, and the rows it leads to: all that the modules of [`crate::db`] and a driver have to say to each other.
//!
//! > Text is only ever put together of literals of this program. What somebody sent is a [`Value`], and a value never becomes text.
//!
//! Values are numbered `$1`, `$2` …, which both databases understand. A null says of what type it is, because `PostgreSQL` asks.
//!
//! Lists and rows are written by whoever runs the statement: `PostgreSQL` takes each column as one array, so that a push of any length is the same few
//! statements; `SQLite` has no arrays, and gets every value for itself.
//!
//! ```
//! # use subzero_server::db::statement::Statement;
//! let found = || Statement::new("select name from shop where account = $1 and id").with(7).is_in([1, 2, 3]).then(" order by id");
//! let (text, values) = found().with_arrays().unwrap();
//! assert_eq!((text.as_str(), values.len()), ("select name from shop where account = $1 and id = any($2) order by id", 2));
//! let (text, values) = found().spelled_out().next().unwrap();
//! assert_eq!((text.as_str(), values.len()), ("select name from shop where account = $1 and id in ($2,$3,$4,$5) order by id", 5));
//! ```

use std::fmt::{self, Write as _};

use super::DbError;

/// How many values one text of `SQLite`'s may have: it takes 32,766.
const VALUES_MAX: usize = 32_000;
/// How many texts a connection keeps prepared: more than there are, lists and rows of every length included.
pub const PREPARED_MAX: usize = 256;
/// How many rows one text of `SQLite`'s inserts at most.
const SPELLED_ROWS_MAX: usize = 256;
/// How many rows one statement inserts, and how many values one list has, at most: more than a push has entries.
const ROWS_MAX: usize = 512;

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

/// What `PostgreSQL` takes for one number: a value, or a column of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// One value.
    One(Value),
    /// Whole numbers.
    Ints(Vec<Option<i64>>),
    /// Bytes.
    Bytes(Vec<Option<Vec<u8>>>),
    /// Texts.
    Texts(Vec<Option<String>>),
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
    /// What has a number each, from 1 on.
    values: Vec<Value>,
    /// What stands behind the text, numbered on from there.
    many: Option<Many>,
    rest: String,
}

/// As many values as there are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Many {
    List(Vec<Value>),
    Rows(Vec<Vec<Value>>),
}

impl Statement {
    /// A statement that begins with this, or is it.
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new(), many: None, rest: String::new() }
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
        let end = if self.many.is_some() { &mut self.rest } else { &mut self.text };
        end.push_str(text);
        self
    }

    /// Whether what is named before is one of these; nothing is one of none.
    #[must_use]
    pub fn is_in<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Self {
        Self { many: Some(Many::List(values.into_iter().map(Into::into).collect())), ..self }
    }

    /// With one number for a list, and for each column of rows, however many there are.
    pub fn with_arrays(self) -> Result<(String, Vec<Bound>), DbError> {
        let Self { mut text, values, many, rest } = self;
        let mut bound: Vec<Bound> = values.into_iter().map(Bound::One).collect();
        match many {
            // No value, no type.
            Some(Many::List(list)) if list.is_empty() => text.push_str(" in (null)"),
            Some(Many::List(list)) => {
                bound.push(Bound::column(list)?);
                write_on(&mut text, format_args!(" = any(${})", bound.len()));
            }
            Some(Many::Rows(rows)) => {
                text.push_str(" select * from unnest(");
                for (place, cells) in columns(rows).into_iter().enumerate() {
                    let column = Bound::column(cells)?;
                    let (comma, number, kind) = (if place == 0 { "" } else { "," }, bound.len() + 1, column.kind());
                    write_on(&mut text, format_args!("{comma}${number}::{kind}[]"));
                    bound.push(column);
                }
                text.push(')');
            }
            None => {}
        }
        text.push_str(&rest);
        Ok((text, bound))
    }

    /// With a number for every value, as several texts if there are more rows than one takes. A list is filled up with its last value to a power of
    /// two, and rows are dealt out by powers of two: so the database meets few different texts, and can keep each one prepared.
    pub fn spelled_out(self) -> impl Iterator<Item = (String, Vec<Value>)> {
        let Self { text, values, many, rest } = self;
        let dealt = match many {
            None => vec![(text, values)],
            Some(Many::List(list)) => {
                let (mut text, mut values) = (text, values);
                text.push_str(" in ");
                in_brackets(&mut text, &mut values, filled_up(list));
                vec![(text, values)]
            }
            Some(Many::Rows(rows)) => {
                let spelled = |rows: Vec<Vec<Value>>| {
                    let (mut text, mut values) = (text.clone() + " values ", values.clone());
                    for (place, row) in rows.into_iter().enumerate() {
                        text.push_str(if place == 0 { "" } else { "," });
                        in_brackets(&mut text, &mut values, row);
                    }
                    (text, values)
                };
                dealt(rows).map(spelled).collect()
            }
        };
        dealt.into_iter().map(move |(text, values)| (text + &rest, values))
    }
}

/// The statements with these rows, in order: `insert into …` and what follows them.
pub fn with_rows<const N: usize>(
    into: &'static str,
    rows: Vec<[Value; N]>,
    then: &'static str,
) -> impl Iterator<Item = Statement> {
    let mut rows = rows.into_iter().map(Vec::from).peekable();
    std::iter::from_fn(move || {
        rows.peek()?;
        let many = Some(Many::Rows(rows.by_ref().take(ROWS_MAX).collect()));
        Some(Statement { many, rest: then.to_owned(), ..Statement::new(into) })
    })
}

/// The pieces of a list that is too long for one statement.
pub fn pieces<T>(values: &[T]) -> impl Iterator<Item = &[T]> {
    values.chunks(ROWS_MAX)
}

/// Rows as columns.
fn columns(rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    let mut columns = vec![Vec::new(); rows.first().map_or(0, Vec::len)];
    for row in rows {
        for (cells, value) in columns.iter_mut().zip(row) {
            cells.push(value);
        }
    }
    columns
}

/// Rows by powers of two, as many as one text may insert.
fn dealt(rows: Vec<Vec<Value>>) -> impl Iterator<Item = Vec<Vec<Value>>> {
    let most = (VALUES_MAX / rows.first().map_or(1, Vec::len).max(1)).min(SPELLED_ROWS_MAX);
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let size = 1 << rows.len().min(most).checked_ilog2()?;
        Some(rows.by_ref().take(size).collect())
    })
}

fn filled_up(mut values: Vec<Value>) -> Vec<Value> {
    // No value, no type: a null of the wrong one would not be compared.
    let Some(last) = values.last().cloned() else { return values };
    values.resize(values.len().next_power_of_two(), last);
    values
}

fn in_brackets(text: &mut String, values: &mut Vec<Value>, added: Vec<Value>) {
    text.push('(');
    if added.is_empty() {
        text.push_str("null");
    }
    for (place, value) in added.into_iter().enumerate() {
        values.push(value);
        write_on(text, format_args!("{}${}", if place == 0 { "" } else { "," }, values.len()));
    }
    text.push(')');
}

fn write_on(text: &mut String, more: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(more);
}

impl Bound {
    /// Values of one kind.
    fn column(values: Vec<Value>) -> Result<Self, DbError> {
        let (mut ints, mut bytes, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let count = values.len();
        for value in values {
            match value {
                Value::Int(int) => ints.push(int),
                Value::Bytes(some) => bytes.push(some),
                Value::Text(text) => texts.push(text),
            }
        }
        let kinds = [Self::Ints(ints), Self::Bytes(bytes), Self::Texts(texts)];
        kinds.into_iter().find(|kind| kind.len() == count).ok_or(DbError::Corrupt("kind of value"))
    }

    const fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Ints(ints) => ints.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::One(Value::Int(_)) | Self::Ints(_) => "bigint",
            Self::One(Value::Bytes(_)) | Self::Bytes(_) => "bytea",
            Self::One(Value::Text(_)) | Self::Texts(_) => "text",
        }
    }
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

    fn rows(count: i64) -> Vec<[Value; 2]> {
        (0..count).map(|row| [Value::from(row), Value::from("x")]).collect()
    }

    #[test]
    fn rows_are_inserted_by_few_texts_in_their_order() {
        let statements = with_rows("insert into t (a, b)", rows(500), "");
        let texts: Vec<(String, Vec<Value>)> = statements.flat_map(Statement::spelled_out).collect();
        let sizes: Vec<usize> = texts.iter().map(|(_, values)| values.len() / 2).collect();
        assert_eq!(sizes, [256, 128, 64, 32, 16, 4]);
        let firsts = texts.iter().flat_map(|(_, values)| values.iter().step_by(2).cloned());
        assert_eq!(firsts.collect::<Vec<_>>(), (0..500).map(Value::from).collect::<Vec<_>>());
        assert_eq!(texts[5].0, "insert into t (a, b) values ($1,$2),($3,$4),($5,$6),($7,$8)");
        assert_eq!(with_rows::<2>("insert into t (a, b)", Vec::new(), "").count(), 0);
    }

    #[test]
    fn rows_are_columns_to_a_database_with_arrays() {
        let statements: Vec<Statement> =
            with_rows("insert into t (a, b)", rows(500), " on conflict do nothing").collect();
        let [statement] = statements.as_slice() else { panic!("{} statements", statements.len()) };
        let (text, values) = statement.clone().with_arrays().unwrap();
        let expected = "insert into t (a, b) select * from unnest($1::bigint[],$2::text[]) on conflict do nothing";
        assert_eq!(text, expected);
        let numbers = (0..500).map(Some).collect();
        assert_eq!(values, [Bound::Ints(numbers), Bound::Texts(vec![Some("x".to_owned()); 500])]);
        let mixed = vec![[Value::from(1)], [Value::from("x")]];
        assert!(with_rows("insert into t (a)", mixed, "").all(|statement| statement.with_arrays().is_err()));
    }

    #[test]
    fn no_text_has_more_values_than_a_database_takes() {
        let rows: Vec<[Value; 200]> = (0..300).map(|_| std::array::from_fn(|_| Value::Int(None))).collect();
        let mut texts = with_rows("insert into t", rows, "").flat_map(Statement::spelled_out);
        assert!(texts.all(|(_, values)| values.len() <= VALUES_MAX));
    }

    #[test]
    fn a_list_of_nothing_finds_nothing() {
        let statement = Statement::new("select a from t where b").is_in(Vec::<Vec<u8>>::new()).then(" order by a");
        let expected = "select a from t where b in (null) order by a".to_owned();
        assert_eq!(statement.clone().spelled_out().next(), Some((expected.clone(), Vec::new())));
        assert_eq!(statement.with_arrays().unwrap(), (expected, Vec::new()));
    }

    #[test]
    fn what_is_not_as_promised_is_not_read() {
        assert!(Row(vec![Cell::Int(1)]).cells::<2>().is_err());
        assert!(Cell::Null.int("n").is_err() && Cell::Text("7".into()).int("n").is_err());
        assert!(Cell::Int(1).bytes("b").is_err() && Cell::Bytes(vec![65]).text("t").is_err());
    }
}
