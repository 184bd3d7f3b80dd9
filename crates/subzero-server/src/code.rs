//! One-time codes: eight letters that an owner makes for one register and somebody types into it.
//!
//! The first three say which code is meant, so that a wrong one counts against it; the other five are the secret. Only the SHA-256 of the whole is
//! kept: it is good for ten minutes, so that a copy of the database comes too late.

use subtle::ConstantTimeEq as _;

use crate::token::{self, LETTERS, TokenHash};

/// How many letters a code has.
const CODE_LETTERS: usize = 8;
/// How many of them say which code is meant.
const PLACE_LETTERS: usize = 3;

/// A code that somebody made or typed.
pub struct Code {
    text: String,
}

impl Code {
    /// A new one. Fails when the system has no randomness to give.
    pub fn mint() -> Result<Self, getrandom::Error> {
        token::letters(CODE_LETTERS).map(|text| Self { text })
    }

    /// What somebody typed, in capitals and with gaps perhaps; nothing if it cannot be a code.
    pub fn read(typed: &str) -> Option<Self> {
        let is_gap = |letter: char| letter.is_whitespace() || letter == '-';
        let text = typed.to_lowercase().replace(is_gap, "");
        (text.len() == CODE_LETTERS && text.bytes().all(|letter| LETTERS.contains(&letter))).then_some(Self { text })
    }

    /// As it is shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which code is meant.
    pub fn place(&self) -> &str {
        self.text.get(..PLACE_LETTERS).unwrap_or_default()
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        token::hash(&self.text)
    }

    /// Whether it is the one of which this was kept. It takes as long whatever they have in common.
    pub fn is(&self, kept: TokenHash) -> bool {
        self.hash().0.ct_eq(&kept.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::mint().unwrap();
        let (place, rest) = code.text().split_at(4);
        for typed in [code.text().to_owned(), format!(" {}-{} ", place.to_uppercase(), rest)] {
            assert!(Code::read(&typed).is_some_and(|read| read.is(code.hash())), "{typed}");
        }
        for wrong in ["", "abcdefg", "abcdefghj", "abcdefg0", "abcdefgé", "ééééé"] {
            assert!(Code::read(wrong).is_none(), "{wrong}");
        }
        let other = Code::mint().unwrap();
        assert!(!other.is(code.hash()) && other.text() != code.text());
    }
}
