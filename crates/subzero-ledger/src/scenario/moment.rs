//! Moments as `2026-03-02T09:00:00Z`: the one form that scenario files use.

use crate::instant::Instant;

const MS_PER_DAY: i64 = 86_400_000;

/// Reads the form above; none for anything else.
pub(super) fn parse(text: &str) -> Option<Instant> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let within = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !within || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    let seconds = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    let ms = days_from_civil(year, month, day)?.checked_mul(MS_PER_DAY)?.checked_add(seconds.checked_mul(1000)?)?;
    Instant::from_unix_ms(ms)
}

/// Writes it; milliseconds only where there are any.
pub(super) fn format(at: Instant) -> String {
    let ms = at.unix_ms();
    let (days, in_day) = (ms.div_euclid(MS_PER_DAY), ms.rem_euclid(MS_PER_DAY));
    let (year, month, day) = civil_from_days(days).unwrap_or((1970, 1, 1));
    let (seconds, millis) = (in_day.div_euclid(1000), in_day.rem_euclid(1000));
    let (hour, minute, second) =
        (seconds.div_euclid(3600), seconds.div_euclid(60).rem_euclid(60), seconds.rem_euclid(60));
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, by shifting the year to start in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = month.checked_add(9)?.rem_euclid(12);
    let day_of_year =
        month_from_march.checked_mul(153)?.checked_add(2)?.div_euclid(5).checked_add(day)?.checked_sub(1)?;
    let leap_days = year_of_era.div_euclid(4).checked_sub(year_of_era.div_euclid(100))?;
    let day_of_era = year_of_era.checked_mul(365)?.checked_add(leap_days)?.checked_add(day_of_year)?;
    era.checked_mul(146_097)?.checked_add(day_of_era)?.checked_sub(719_468)
}

/// The date that many days after 1970-01-01.
fn civil_from_days(days: i64) -> Option<(i64, i64, i64)> {
    let shifted = days.checked_add(719_468)?;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let leap_days = day_of_era
        .div_euclid(1_460)
        .checked_sub(day_of_era.div_euclid(36_524))?
        .checked_add(day_of_era.div_euclid(146_096))?;
    let year_of_era = day_of_era.checked_sub(leap_days)?.div_euclid(365);
    let days_before = year_of_era
        .checked_mul(365)?
        .checked_add(year_of_era.div_euclid(4))?
        .checked_sub(year_of_era.div_euclid(100))?;
    let day_of_year = day_of_era.checked_sub(days_before)?;
    let month_from_march = day_of_year.checked_mul(5)?.checked_add(2)?.div_euclid(153);
    let days_to_month = month_from_march.checked_mul(153)?.checked_add(2)?.div_euclid(5);
    let day = day_of_year.checked_sub(days_to_month)?.checked_add(1)?;
    let month = month_from_march.checked_add(2)?.rem_euclid(12).checked_add(1)?;
    let year = era.checked_mul(400)?.checked_add(year_of_era)?.checked_add(i64::from(month <= 2))?;
    Some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[test]
    fn round_trips() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-03-02T09:00:00Z", "2100-03-01T00:00:00Z"] {
            assert_eq!(parse(text).map(format).as_deref(), Some(text));
        }
        assert_eq!(parse("2026-03-02T09:00:00Z").unwrap().unix_ms(), 1_772_442_000_000);
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "2026-03-02", "2026-13-02T09:00:00Z", "2026-03-02T25:00:00Z", "2026-03-02T09:00:00+01:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
