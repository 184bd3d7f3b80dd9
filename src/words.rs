//! Every word that people read, in one catalogue with a type: a word that a language lacks does not build.
//!
//! A word without holes is text. [`Phrase`] has holes, `{0}` and so on, that are filled in; [`Counted`] has a form for each way its
//! language counts, chosen by `Intl.PluralRules`, and `{n}` for the number. Figures, money and moments come from [`crate::format`].
//!
//! ```
//! use subzero::words::{Phrase, words};
//! const GREETING: Phrase<1> = Phrase::new("Good morning, {0}.");
//! assert_eq!(GREETING.with(["Maya"]), "Good morning, Maya.");
//! assert_eq!(words().sell.title, "Sell");
//! ```

use crate::format;

mod english;
mod files;
pub mod help;
mod problems;

pub use english::Words;
pub use problems::ToWords;

/// The catalogue of the language that people read here.
pub const fn words() -> &'static Words {
    &english::ENGLISH
}

/// Whether something is so.
pub fn yes_or_no(is: bool) -> String {
    if is { words().common.yes } else { words().common.no }.to_owned()
}

/// A sentence with `N` holes.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<const N: usize>(&'static str);

impl<const N: usize> Phrase<N> {
    /// A sentence that has the holes `{0}` to `{N-1}`, each at least once and in whatever order.
    ///
    /// # Panics
    ///
    /// With other holes: in a catalogue, which is a constant, it then does not build.
    pub const fn new(text: &'static str) -> Self {
        assert!(has_holes(text, N, false), "the holes of a phrase are {{0}}, {{1}} … as many as its type says");
        Self(text)
    }

    /// The sentence with its holes filled.
    pub fn with(&self, parts: [&str; N]) -> String {
        fill(self.0, &parts, None)
    }
}

/// A sentence about a number of things, with `N` holes beside.
#[derive(Clone, Copy, Debug)]
pub struct Counted<const N: usize> {
    one: &'static str,
    other: &'static str,
}

impl<const N: usize> Counted<N> {
    /// The forms of a language that tells one from more.
    ///
    /// # Panics
    ///
    /// With other holes: in a catalogue, which is a constant, it then does not build.
    pub const fn new(one: &'static str, other: &'static str) -> Self {
        assert!(
            has_holes(one, N, true) && has_holes(other, N, true),
            "a hole of a counted phrase is missing or too many"
        );
        Self { one, other }
    }

    /// The sentence about `n` things.
    pub fn of(&self, n: usize, parts: [&str; N]) -> String {
        let form = if format::is_one(n) { self.one } else { self.other };
        fill(form, &parts, Some(&format::count(n)))
    }
}

/// Whether a text has exactly the holes `{0}` … `{n-1}`, and `{n}` at most where it counts.
const fn has_holes(text: &str, n: usize, counts: bool) -> bool {
    let bytes = text.as_bytes();
    let mut seen = [false; 8];
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if at + 2 >= bytes.len() || bytes[at + 2] != b'}' {
                return false;
            }
            let hole = bytes[at + 1];
            if hole == b'n' {
                if !counts {
                    return false;
                }
            } else if hole < b'0' || (hole - b'0') as usize >= n {
                return false;
            } else {
                seen[(hole - b'0') as usize] = true;
            }
            at += 2;
        }
        at += 1;
    }
    let mut hole = 0;
    while hole < n {
        if !seen[hole] {
            return false;
        }
        hole += 1;
    }
    true
}

fn fill(text: &str, parts: &[&str], n: Option<&str>) -> String {
    let mut filled = String::with_capacity(text.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (hole, after) = after.split_once('}').unwrap_or((after, ""));
        let part = if hole == "n" { n } else { hole.parse::<usize>().ok().and_then(|hole| parts.get(hole).copied()) };
        filled.push_str(part.unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Declares sections of the catalogue and their first language in one place. `key = "text";` is a word, `key(2) = "{0} of {1}";` a phrase
/// with two holes, `key(0) = "{n} item", "{n} items";` is counted.
macro_rules! sections {
    ($($(#[$doc:meta])* $Section:ident { $($key:ident $(($holes:literal))? = $text:literal $(, $more:literal)?;)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            #[allow(missing_docs, clippy::struct_field_names)] // a word says what it is, where it is used
            pub struct $Section {
                $(pub $key: sections!(@type $($holes)? ; $($more)?),)*
            }

            impl $Section {
                /// Them in English.
                pub const ENGLISH: Self = Self { $($key: sections!(@value $($holes)? ; $text $(, $more)?),)* };
            }
        )+
    };
    (@type ;) => { &'static str };
    (@type $holes:literal ;) => { $crate::words::Phrase<$holes> };
    (@type $holes:literal ; $more:literal) => { $crate::words::Counted<$holes> };
    (@value ; $text:literal) => { $text };
    (@value $holes:literal ; $text:literal) => { $crate::words::Phrase::new($text) };
    (@value $holes:literal ; $text:literal, $more:literal) => { $crate::words::Counted::new($text, $more) };
}
use sections;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_in_whatever_order_they_stand() {
        const TURNED: Phrase<2> = Phrase::new("{1} of {0}, {1}");
        assert_eq!(TURNED.with(["ten", "two {0}"]), "two {0} of ten, two {0}");
    }

    #[test]
    fn a_phrase_whose_holes_do_not_fit_its_type_does_not_build() {
        assert!(has_holes("{0} of {1}", 2, false));
        assert!(!has_holes("{0} of {1}", 1, false));
        assert!(!has_holes("{0}", 2, false));
        assert!(!has_holes("{n}", 0, false));
        assert!(has_holes("{n} of {0}", 1, true));
        assert!(!has_holes("{0", 1, false));
        assert!(!has_holes("{x}", 1, false));
    }
}
