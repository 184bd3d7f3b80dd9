//! Rows that the server flagged, and how many of them somebody has seen.
//!
//! Both go by places in the shops' histories. A moment would not do: a server whose clock was ahead, and is right again, gives what comes
//! later an earlier one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::{EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{Epoch, Flag, Row};

/// The most that are shown at once.
const SHOWN_MAX: usize = 100;

/// A row that the server found odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlaggedRow {
    /// The shop whose history it is in.
    pub shop: ShopId,
    /// Where in it.
    pub place: Place,
    /// When the server got it.
    pub recorded: Instant,
    /// The entry.
    pub entry: EntryId,
    /// What is odd about it.
    pub flags: Vec<Flag>,
}

/// A place in a shop's history. After a restore the same number may be another row's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which run of the server's history.
    pub epoch: Epoch,
    /// The sequence.
    pub seq: u64,
}

/// Up to which place of each shop's history everything odd was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlagsSeen(BTreeMap<ShopId, Place>);

impl FlagsSeen {
    /// What was seen once these were seen as well. They have to be the first of their shops that were not seen.
    #[must_use]
    pub fn and(&self, shown: &[FlaggedRow]) -> Self {
        let mut seen = self.clone();
        for FlaggedRow { shop, place, .. } in shown {
            if place.seq > seen.last(*shop, place.epoch) {
                seen.0.insert(*shop, *place);
            }
        }
        seen
    }

    fn last(&self, shop: ShopId, epoch: Epoch) -> u64 {
        self.0.get(&shop).filter(|place| place.epoch == epoch).map_or(0, |place| place.seq)
    }
}

/// What is shown of what nobody has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlaggedPage {
    /// The first of each shop's, as many as are shown at once: of all these, the newest first.
    pub rows: Vec<FlaggedRow>,
    /// How many follow them.
    pub more: usize,
}

/// What is odd among the rows that are here.
#[derive(Debug, Default)]
pub struct FlaggedRows(BTreeMap<ShopId, BTreeMap<u64, FlaggedRow>>);

impl FlaggedRows {
    /// Takes in rows of a shop; where they take the place of those known before, these go. Rows whose epoch nobody knows have no place, and
    /// a row that cannot be read moves nothing.
    pub fn add(&mut self, shop: ShopId, epoch: Option<Epoch>, rows: &[Row], replaces: bool) {
        let known = self.0.entry(shop).or_default();
        if replaces {
            known.clear();
        }
        let Some(epoch) = epoch else { return };
        let odd = rows.iter().filter(|row| !row.flags.is_empty());
        known.extend(odd.filter_map(|row| {
            let (place, entry) = (Place { epoch, seq: row.seq }, row.entry().ok()?.header.id);
            Some((row.seq, FlaggedRow { shop, place, recorded: row.recorded, entry, flags: row.flags.clone() }))
        }));
    }

    /// Begins again: rows of all shops follow.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn unseen<'a>(&'a self, seen: &'a FlagsSeen) -> impl Iterator<Item = &'a FlaggedRow> {
        let is_unseen = |row: &&FlaggedRow| row.place.seq > seen.last(row.shop, row.place.epoch);
        self.0.values().flat_map(BTreeMap::values).filter(is_unseen)
    }

    /// How many nobody has seen.
    pub fn count(&self, seen: &FlagsSeen) -> usize {
        self.unseen(seen).count()
    }

    /// Those that nobody has seen, as many as are shown at once.
    pub fn shown(&self, seen: &FlagsSeen) -> FlaggedPage {
        let mut rows: Vec<FlaggedRow> = self.unseen(seen).take(SHOWN_MAX).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.recorded, row.shop, row.place.seq)));
        let more = self.count(seen).saturating_sub(rows.len());
        FlaggedPage { rows, more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subzero_ledger::entry::Mode;
    use subzero_ledger::practice::{self, Names, SHOP};
    use subzero_sync::wire::{EntryBytes, Incarnation};
    use uuid::Uuid;

    const EPOCH: Option<Epoch> = Some(Epoch(Uuid::from_u128(1)));
    const YEAR_MS: i64 = 365 * 86_400_000;

    fn at(ms: i64) -> Instant {
        Instant::from_unix_ms(ms).unwrap()
    }

    /// Odd, at a place, got at a moment.
    fn row(seq: u64, ms: i64) -> Row {
        let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
        let mut entry = practice::opening(names, Mode::Allow, at(0)).remove(0);
        entry.header.id = EntryId::from_u128(seq.into());
        let body = EntryBytes(entry.encode().unwrap());
        let flags = vec![Flag::AheadOfTime];
        Row { seq, inc: Incarnation(Uuid::from_u128(1)), dseq: seq, recorded: at(ms), flags, body }
    }

    fn seqs(shown: &FlaggedPage) -> Vec<u64> {
        shown.rows.iter().map(|row| row.place.seq).collect()
    }

    #[test]
    fn rows_that_take_the_place_of_others_are_listed_once() {
        let (mut odd, seen) = (FlaggedRows::default(), FlagsSeen::default());
        odd.add(SHOP, EPOCH, &[row(1, 10), row(2, 20)], true);
        odd.add(SHOP, EPOCH, &[row(1, 11), row(2, 21)], true);
        assert_eq!((odd.count(&seen), seqs(&odd.shown(&seen))), (2, vec![2, 1]));
        odd.add(SHOP, EPOCH, &[row(1, 12)], true);
        assert_eq!(odd.count(&seen), 1, "the second is not there any more");
        odd.add(SHOP, EPOCH, &[row(2, 20)], false);
        assert_eq!(odd.count(&seen), 2);
        odd.clear();
        assert_eq!(odd.shown(&seen), FlaggedPage::default());
        odd.add(SHOP, None, &[row(1, 10)], true);
        assert_eq!(odd.count(&seen), 0, "of whatever copy: it is told once a whole one is here");
    }

    #[test]
    fn what_comes_later_is_told_whatever_the_servers_clock_was() {
        let mut odd = FlaggedRows::default();
        odd.add(SHOP, EPOCH, &[row(1, YEAR_MS)], true);
        let seen = FlagsSeen::default().and(&odd.shown(&FlagsSeen::default()).rows);
        assert_eq!(odd.count(&seen), 0);
        // The server's clock is right again; and another shop may be seen that was not.
        odd.add(SHOP, EPOCH, &[row(2, 10)], false);
        odd.add(ShopId(9), EPOCH, &[row(1, 5)], true);
        assert_eq!((odd.count(&seen), seqs(&odd.shown(&seen))), (2, vec![2, 1]));
    }

    #[test]
    fn only_what_was_shown_is_seen() {
        let (mut odd, mut seen) = (FlaggedRows::default(), FlagsSeen::default());
        // Each was got before the one in front of it.
        let rows: Vec<Row> = (1..=250).zip((0..1_000).rev()).map(|(seq, ms)| row(seq, ms)).collect();
        odd.add(SHOP, EPOCH, &rows, true);
        let mut told = Vec::new();
        for more in [150, 50, 0] {
            let shown = odd.shown(&seen);
            assert_eq!((shown.more, odd.count(&seen)), (more, more + shown.rows.len()));
            told.extend(seqs(&shown));
            seen = seen.and(&shown.rows);
        }
        assert_eq!((told, odd.count(&seen)), ((1..=250).collect(), 0));
    }

    #[test]
    fn after_a_restore_the_same_place_is_not_seen() {
        let mut odd = FlaggedRows::default();
        odd.add(SHOP, EPOCH, &[row(7, 10)], true);
        let seen = FlagsSeen::default().and(&odd.shown(&FlagsSeen::default()).rows);
        odd.add(SHOP, Some(Epoch(Uuid::from_u128(2))), &[row(5, 10)], true);
        assert_eq!(odd.count(&seen), 1);
        let seen = seen.and(&odd.shown(&seen).rows);
        assert_eq!(odd.count(&seen), 0);
    }

    #[test]
    fn what_was_kept_of_it_is_read_again_and_the_moment_of_older_versions_is_not_taken_for_it() {
        let mut odd = FlaggedRows::default();
        odd.add(SHOP, EPOCH, &[row(7, 10)], true);
        let seen = FlagsSeen::default().and(&odd.shown(&FlagsSeen::default()).rows);
        let kept = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<FlagsSeen>(&kept).unwrap(), seen);
        assert!(serde_json::from_str::<FlagsSeen>(&serde_json::to_string(&at(5)).unwrap()).is_err());
    }
}
