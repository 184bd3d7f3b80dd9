//! What counts absorbed: lines that are dated before a count and arrived after it.

use std::collections::BTreeMap;

use super::{Arrival, Ledger};
use crate::entry::Entry;
use crate::history::{Key, Post};
use crate::ids::{EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;

/// What was counted longer ago than this is not looked into again. What arrives later than five weeks after it happened is flagged; until then,
/// and some days after it has arrived, the item says which count had it.
const LOOKED_INTO_MS: i64 = 45 * 24 * 60 * 60 * 1_000;

/// The count that absorbed a line: it was counted after the line is dated, and arrived first, so what was counted already had the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absorbed {
    /// The count.
    pub by: EntryId,
    /// When the item was counted.
    pub counted: Instant,
}

/// How much of an item a count absorbed that nobody has counted again since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absorption {
    /// The count, and when the item was counted.
    pub count: Absorbed,
    /// How many lines arrived later.
    pub lines: usize,
}

/// The counts of an item in a shop that arrived first and last among those dated after a moment.
#[derive(Clone, Copy, Debug)]
struct Counts {
    after: Key,
    first: (Arrival, Absorbed),
    last: Arrival,
}

impl Ledger {
    /// The count that absorbed an entry: of those of the same item and shop that are dated after it and arrived before it, the
    /// first to arrive.
    pub fn absorbed_by(&self, id: EntryId) -> Option<EntryId> {
        let recorded = self.entries.get(&id)?;
        let posts = self.posts_of(&recorded.entry);
        let absorbing = posts.iter().filter_map(|(item, post)| self.absorbing(*item, post, recorded.arrival));
        absorbing.min_by_key(|(arrival, count)| (*arrival, count.by)).map(|(_, count)| count.by)
    }

    /// The same of each line of an entry that was absorbed and not taken back.
    pub fn absorbed_lines(&self, entry: &Entry) -> BTreeMap<LineId, Absorbed> {
        let Some(arrival) = self.arrival(entry.header.id) else { return BTreeMap::new() };
        let posts = self.posts_of(entry).into_iter().filter(|(_, post)| post.retracted.is_none());
        posts.filter_map(|(item, post)| Some((post.line, self.absorbing(item, &post, arrival)?.1))).collect()
    }

    /// The same of each line of an item in a shop. It looks at the item's lines only.
    pub fn absorbed(&self, item: ItemId, shop: ShopId) -> BTreeMap<LineId, Absorbed> {
        let counts = self.counts_of(item, shop);
        let lines = self.moving_lines(item, shop);
        lines.filter_map(|(post, arrival)| Some((post.line, absorbing(&counts, post, arrival)?.1))).collect()
    }

    /// What the counts of an item in a shop absorbed within the last 45 days, the newest count first. A line is no more among them once the item
    /// was counted again after it had arrived.
    pub fn absorptions(&self, item: ItemId, shop: ShopId, now: Instant) -> Vec<Absorption> {
        let counts = self.counts_of(item, shop);
        let mut lines: BTreeMap<(Instant, EntryId), usize> = BTreeMap::new();
        for (post, arrival) in self.moving_lines(item, shop) {
            let is_counted_again = after(&counts, post).is_some_and(|counts| counts.last > arrival);
            let absorbed = absorbing(&counts, post, arrival).filter(|_| !is_counted_again);
            if let Some((_, count)) = absorbed.filter(|(_, count)| now.ms_since(count.counted) <= LOOKED_INTO_MS) {
                let lines = lines.entry((count.counted, count.by)).or_default();
                *lines = lines.saturating_add(1);
            }
        }
        let newest_first = lines.into_iter().rev();
        newest_first.map(|((counted, by), lines)| Absorption { count: Absorbed { by, counted }, lines }).collect()
    }

    fn absorbing(&self, item: ItemId, post: &Post, arrival: Arrival) -> Option<(Arrival, Absorbed)> {
        absorbing(&self.counts_of(item, post.shop), post, arrival)
    }

    /// The lines of an item in a shop that were not taken back, each with when it arrived.
    fn moving_lines(&self, item: ItemId, shop: ShopId) -> impl Iterator<Item = (&Post, Arrival)> {
        let posts = self.history(item, shop).into_iter().flat_map(crate::history::History::posts);
        let moving = posts.filter(move |post| post.shop == shop && post.retracted.is_none());
        moving.filter_map(|post| Some((post, self.arrival(post.line.entry)?)))
    }

    /// The counts of an item in a shop, by when they are dated.
    fn counts_of(&self, item: ItemId, shop: ShopId) -> Vec<Counts> {
        let counts = self.counts.get(&(item, shop)).into_iter().flatten();
        let mut counts: Vec<Counts> = counts
            .filter_map(|count| {
                let (arrival, after) = (self.arrival(count.entry)?, count.position.own());
                Some(Counts { after, first: (arrival, Absorbed { by: count.entry, counted: after.at }), last: arrival })
            })
            .collect();
        counts.sort_by_key(|counts| counts.after);
        let mut later: Option<Counts> = None;
        for counts in counts.iter_mut().rev() {
            if let Some(later) = later {
                counts.first = std::cmp::min_by_key(counts.first, later.first, |(arrival, count)| (*arrival, count.by));
                counts.last = counts.last.max(later.last);
            }
            later = Some(*counts);
        }
        counts
    }
}

/// The counts that are dated after a line.
fn after(counts: &[Counts], post: &Post) -> Option<Counts> {
    let own = post.position.own();
    counts.get(counts.partition_point(|counts| counts.after <= own)).copied()
}

/// The first of them to arrive, if that was before the line did.
fn absorbing(counts: &[Counts], post: &Post, arrival: Arrival) -> Option<(Arrival, Absorbed)> {
    after(counts, post).map(|counts| counts.first).filter(|(first, _)| *first < arrival)
}
