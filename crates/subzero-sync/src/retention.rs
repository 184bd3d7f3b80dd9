//! How long a device keeps what it recorded: 30 days after the server has acked it, so that a server restored from an old backup can be
//! healed from its devices.
//!
//! Once a day a mark is made of how far the outbox is acked. A mark that is 30 days old says which entries have had their time. The
//! days are the server's: a tablet whose clock jumps a month ahead must not drop what was acked yesterday.
//!
//! ```
//! # use subzero_sync::{retention::Marks, records::Control, wire::Incarnation};
//! # use subzero_ledger::instant::Instant;
//! # let day = |number: i64| Instant::from_unix_ms(number * 86_400_000).unwrap();
//! # let control = Control::new(Incarnation(Default::default()));
//! let mut marks = Marks::default();
//! assert!(marks.note(day(1), &control)); // to be kept
//! assert!(!marks.note(day(1), &control)); // one a day
//! assert_eq!(marks.had_their_time(day(30), &control), None);
//! assert_eq!(marks.had_their_time(day(31), &control), Some(0)); // nothing was acked by then
//! ```

use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;

use crate::records::Control;
use crate::wire::Incarnation;

/// So long own entries are kept after their ack, in milliseconds.
pub const KEPT_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// So many marks there are at most; the oldest go.
const MARKS_MAX: usize = 40;

/// One small record of database A.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks(Vec<Mark>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    at: Instant,
    incarnation: Incarnation,
    acked: u64,
}

impl Marks {
    /// Marks how far the outbox is acked now, by the server's clock, unless that was done today. True if this must be kept, and then
    /// the outbox be looked at for entries that had their time.
    pub fn note(&mut self, now: Instant, control: &Control) -> bool {
        let is_due = self.0.last().is_none_or(|last| now.ms_since(last.at) >= DAY_MS || last.at > now);
        if is_due {
            // Numbers of another life mean nothing, and a server's clock that was put right takes its marks with it.
            self.0.retain(|mark| mark.incarnation == control.incarnation && mark.at <= now);
            self.0.push(Mark { at: now, incarnation: control.incarnation, acked: control.acked.dseq });
            let surplus = self.0.len().saturating_sub(MARKS_MAX);
            self.0.drain(..surplus);
        }
        is_due
    }

    /// Up to which device sequence entries have had their time; none while that is not known.
    pub fn had_their_time(&self, now: Instant, control: &Control) -> Option<u64> {
        let old = self.0.iter().filter(|mark| now.ms_since(mark.at) >= KEPT_MS);
        let of_this_life = old.filter(|mark| mark.incarnation == control.incarnation);
        // After a restore the ack may lie before a mark: what the server lost is not let go.
        of_this_life.map(|mark| mark.acked.min(control.acked.dseq)).max()
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers")]
mod tests {
    use super::*;
    use crate::chain::Position;
    use uuid::Uuid;

    fn day(number: i64) -> Instant {
        Instant::from_unix_ms(number * DAY_MS).expect("a day of these years")
    }

    fn acked(dseq: u64) -> Control {
        let incarnation = Incarnation(Uuid::from_u128(1));
        Control { acked: Position { dseq, ..Position::START }, ..Control::new(incarnation) }
    }

    #[test]
    fn entries_are_kept_thirty_days_after_their_ack_and_not_a_day_less() {
        let mut marks = Marks::default();
        for number in 1..=60 {
            let sold = acked(10 * u64::try_from(number).expect("small"));
            assert!(marks.note(day(number), &sold));
            assert!(!marks.note(day(number), &sold), "once a day");
            let expected = (number > 30).then(|| 10 * u64::try_from(number - 30).expect("small"));
            assert_eq!(marks.had_their_time(day(number), &sold), expected, "on day {number}");
        }
        assert!(marks.0.len() <= MARKS_MAX);
    }

    #[test]
    fn what_a_restored_server_lost_and_what_another_life_numbered_stays() {
        let mut marks = Marks::default();
        marks.note(day(1), &acked(50));
        assert_eq!(marks.had_their_time(day(31), &acked(20)), Some(20));
        let reborn = Control::new(Incarnation(Uuid::from_u128(2)));
        assert_eq!(marks.had_their_time(day(31), &reborn), None);
        assert!(marks.note(day(31), &reborn));
        assert_eq!(marks.0.len(), 1);
    }

    #[test]
    fn a_device_that_was_off_for_weeks_keeps_what_was_acked_since_the_last_mark() {
        let mut marks = Marks::default();
        marks.note(day(1), &acked(10));
        marks.note(day(100), &acked(400));
        assert_eq!(marks.had_their_time(day(100), &acked(400)), Some(10));
    }

    #[test]
    fn a_clock_that_was_ahead_and_is_put_right_lets_nothing_go_early() {
        let mut marks = Marks::default();
        marks.note(day(500), &acked(10));
        assert!(marks.note(day(1), &acked(12)), "a mark of a day that has not come is none");
        assert_eq!(marks.had_their_time(day(2), &acked(12)), None);
        assert_eq!(marks.had_their_time(day(31), &acked(12)), Some(12));
    }
}
