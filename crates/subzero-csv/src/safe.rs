//! Text that a spreadsheet takes for text: a cell that begins like a formula gets an apostrophe, which is taken off again when it is read.

use std::borrow::Cow;

/// Writing and reading such cells.
pub struct FormulaSafe;

impl FormulaSafe {
    /// The cell as it is written.
    pub fn write(text: &str) -> Cow<'_, str> {
        let bare = text.trim_start_matches('\'');
        if begins_like_formula(bare) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
    }

    /// The text of a cell that was read.
    pub fn read(cell: &str) -> &str {
        let bare = cell.trim_start_matches('\'');
        if begins_like_formula(bare) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
    }
}

/// Spreadsheets run what begins so; some look past a space, and the full-width forms are taken for the plain ones.
fn begins_like_formula(text: &str) -> bool {
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    first.is_some_and(|first| {
        matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' | '|' | '%')
    })
}
