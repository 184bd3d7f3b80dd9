//! The digest: what has changed since a person last looked, in three figures.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cured_within;
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::stock::Stock;

const DAY_MS: i64 = 86_400_000;

/// How often somebody wants a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Every {
    /// Not at all.
    Never,
    /// With the first look of a day.
    #[default]
    Day,
    /// A week after the last one.
    Week,
    /// Thirty days after the last one.
    Month,
}

impl Every {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Never, Self::Day, Self::Week, Self::Month];

    /// Since when a digest tells that is due now; none while none is. `today` is when the day of now began where the person is, and `last` when
    /// they saw the last one, if they ever did.
    pub fn due(self, today: Instant, last: Option<Instant>) -> Option<Instant> {
        let days: i64 = match self {
            Self::Never => return None,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        };
        let back = |days: i64| Instant::from_unix_ms(today.unix_ms().saturating_sub(DAY_MS.saturating_mul(days)));
        let due_before = back(days.saturating_sub(1)).unwrap_or(Instant::MIN);
        match last {
            Some(last) => (last < due_before).then_some(last),
            None => Some(back(days).unwrap_or(Instant::MIN)),
        }
    }
}

/// The figures, each of items and once a shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Negative now, and went so since then. What was heard of late and began before counts as older news.
    pub new: usize,
    /// Negative now, for longer than so many days.
    pub older: usize,
    /// Was negative, and was put right since then.
    pub cured: usize,
}

impl Digest {
    /// What there is to tell of the time from `since` to `now`.
    pub fn of(ledger: &Ledger, since: Instant, now: Instant, older_than_days: u16) -> Self {
        let age_ms = DAY_MS.saturating_mul(older_than_days.into());
        let begun = |stock: &Stock| stock.negative_since().unwrap_or(now);
        let negatives = || ledger.negatives().map(|(_, _, stock)| begun(stock));
        let cured = cured_within(ledger, since, Instant::MAX);
        let cured: BTreeSet<_> = cured.iter().map(|episode| (episode.item, episode.shop)).collect();
        let is_right = |(item, shop): &(_, _)| !ledger.on_hand(*item, *shop).is_negative();
        Self {
            new: negatives().filter(|begun| *begun >= since).count(),
            older: negatives().filter(|begun| now.ms_since(*begun) > age_ms).count(),
            cured: cured.iter().filter(|place| is_right(place)).count(),
        }
    }

    /// Whether there is nothing to tell.
    pub const fn is_empty(self) -> bool {
        self.new == 0 && self.older == 0 && self.cured == 0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;

    fn day(days: i64, hours: i64) -> Instant {
        Instant::from_unix_ms(days.saturating_mul(24).saturating_add(hours).saturating_mul(3_600_000)).unwrap()
    }

    #[test]
    fn a_digest_is_due_once_a_day_a_week_or_thirty_days() {
        let (today, yesterday) = (day(40, 0), day(39, 9));
        assert_eq!(Every::Day.due(today, Some(yesterday)), Some(yesterday));
        assert_eq!(Every::Day.due(today, Some(day(40, 1))), None, "it was seen this morning");
        assert_eq!(Every::Week.due(today, Some(day(34, 1))), None);
        assert_eq!(Every::Week.due(today, Some(day(33, 23))), Some(day(33, 23)));
        assert_eq!(Every::Month.due(today, Some(day(11, 1))), None);
        assert_eq!(Every::Month.due(today, Some(day(10, 23))), Some(day(10, 23)));
        assert_eq!(Every::Never.due(today, None), None);
        assert_eq!(Every::Week.due(today, None), Some(day(33, 0)), "the first one tells of one week");
    }
}
