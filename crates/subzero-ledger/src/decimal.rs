//! Decimals as integers with a fixed number of places: parsing and printing, no floats.

use std::fmt;

/// Why a text is not a decimal that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something other than digits, one sign and one point.
    #[error("this is not a number")]
    NotANumber,
    /// More places than are kept.
    #[error("at most {0} digits after the point")]
    TooManyPlaces(u32),
    /// Outside the range that is kept.
    #[error("this number is too large")]
    TooLarge,
}

/// Reads `text` (`-12.5`) as an integer scaled by 10^`places`. Surplus zeros after the last place are accepted.
pub fn parse(text: &str, places: u32) -> Result<i64, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let kept = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooLarge)?;
    let missing = places.checked_sub(kept).ok_or(DecimalError::TooManyPlaces(places))?;
    let mut scaled: i64 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = i64::from(byte.saturating_sub(b'0'));
        scaled = scaled.checked_mul(10).and_then(|value| value.checked_add(digit)).ok_or(DecimalError::TooLarge)?;
    }
    for _ in 0..missing {
        scaled = scaled.checked_mul(10).ok_or(DecimalError::TooLarge)?;
    }
    Ok(if negative { scaled.saturating_neg() } else { scaled })
}

/// How a place in the world writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Before the decimals.
    pub decimal: char,
    /// Between thousands.
    pub group: char,
}

/// What a person typed, as [`parse`] reads it. A point and a comma are both taken for the decimal separator, but for where they can only
/// separate thousands: `1,234` is a thousand where people write it so, and `1,5` is one and a half everywhere.
pub fn typed(text: &str, separators: Separators) -> String {
    let marks =
        |letter: char| matches!(letter, '.' | ',') || letter == separators.decimal || letter == separators.group;
    let letters: Vec<char> = text.trim().chars().filter(|letter| !letter.is_whitespace()).collect();
    let letters: Vec<char> =
        letters.into_iter().map(|letter| if letter == '\u{2212}' { '-' } else { letter }).collect();
    let last = letters.iter().rposition(|letter| marks(*letter) && !letter.is_whitespace());
    let Some(last) = last else { return letters.into_iter().collect() };
    let mark = letters.get(last).copied();
    let same = letters.iter().filter(|letter| Some(**letter) == mark).count();
    let tail = letters.len().saturating_sub(last).saturating_sub(1);
    let before = letters.iter().take(last).filter(|letter| letter.is_ascii_digit()).count();
    let begins_with_zero = letters.iter().find(|letter| letter.is_ascii_digit()) == Some(&'0');
    let whole: String = letters.iter().collect();
    // Thousands come three digits at a time, in India two before them.
    let groups: Vec<usize> = whole.split(|letter| Some(letter) == mark).skip(1).map(str::len).collect();
    if same > 1
        && !groups
            .iter()
            .enumerate()
            .all(|(place, len)| *len == 3 || (*len == 2 && place.saturating_add(1) < groups.len()))
    {
        return whole;
    }
    // A mark that is there twice separates thousands; so does the place's own, with three digits after it and some before.
    let may_group = mark == Some(separators.group) && tail == 3 && (1..=3).contains(&before) && !begins_with_zero;
    let is_thousands = same > 1 || may_group;
    let decimal = (!is_thousands).then_some(last);
    let kept = letters.iter().enumerate().filter_map(|(place, letter)| {
        if Some(place) == decimal { Some('.') } else { (!marks(*letter)).then_some(*letter) }
    });
    kept.collect()
}

/// Writes `scaled` / 10^`places` with no trailing zeros.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, scaled: i128, places: usize) -> fmt::Result {
    let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = places.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let fraction = fraction.trim_end_matches('0');
    let sign = if scaled < 0 { "-" } else { "" };
    if fraction.is_empty() { f.pad(&format!("{sign}{whole}")) } else { f.pad(&format!("{sign}{whole}.{fraction}")) }
}

#[cfg(test)]
mod tests {
    use super::{DecimalError, Separators, parse, typed};

    const ENGLISH: Separators = Separators { decimal: '.', group: ',' };
    const GERMAN: Separators = Separators { decimal: ',', group: '.' };
    const FRENCH: Separators = Separators { decimal: ',', group: '\u{202f}' };

    #[test]
    fn a_point_and_a_comma_mean_what_they_mean_where_they_are_typed() {
        for place in [ENGLISH, GERMAN, FRENCH] {
            assert_eq!(typed(" 1,5 ", place), "1.5");
            assert_eq!(typed("1.5", place), "1.5");
            assert_eq!(typed(".5", place), ".5");
            assert_eq!(typed("\u{2212}12", place), "-12");
            assert_eq!(typed("1,234.50", place), "1234.50");
            assert_eq!(typed("1.234,50", place), "1234.50");
            assert_eq!(typed("1\u{202f}234,5", place), "1234.5");
            assert_eq!(typed("1.234.567", place), "1234567");
            assert_eq!(typed("0.2505", place), "0.2505");
            assert_eq!(typed("1,23,456", place), "123456");
            assert_eq!(typed("1.5.5", place), "1.5.5", "neither a fraction nor thousands");
            assert_eq!(typed("abc", place), "abc");
        }
        assert_eq!(typed("1,234", ENGLISH), "1234");
        assert_eq!(typed("1,234", GERMAN), "1.234");
        assert_eq!(typed("1.234", GERMAN), "1234");
        assert_eq!(typed("1.234", ENGLISH), "1.234");
        assert_eq!(typed("0,250", ENGLISH), "0.250", "a quarter of a kilo");
        assert_eq!(typed("1234,567", ENGLISH), "1234.567", "four digits before: no thousands");
    }

    #[test]
    fn reads_what_people_type() {
        assert_eq!(parse("12", 3), Ok(12_000));
        assert_eq!(parse("-0.755", 3), Ok(-755));
        assert_eq!(parse(".5", 3), Ok(500));
        assert_eq!(parse("3.", 3), Ok(3_000));
        assert_eq!(parse("1.5000", 3), Ok(1_500));
    }

    #[test]
    fn refuses_the_rest_with_a_sentence() {
        assert_eq!(parse("", 3), Err(DecimalError::NotANumber));
        assert_eq!(parse(".", 3), Err(DecimalError::NotANumber));
        assert_eq!(parse("--1", 3), Err(DecimalError::NotANumber));
        assert_eq!(parse("1,5", 3), Err(DecimalError::NotANumber));
        assert_eq!(parse("0.1234", 3), Err(DecimalError::TooManyPlaces(3)));
        assert_eq!(parse("99999999999999999999", 3), Err(DecimalError::TooLarge));
    }
}
