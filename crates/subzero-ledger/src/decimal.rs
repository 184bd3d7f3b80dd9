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
    use super::{DecimalError, parse};

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
