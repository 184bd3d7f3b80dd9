//! Episodes over the whole ledger: those of an item, those that are open, what ended when, and how many there were.

use crate::history::Episode;
use crate::ids::{ItemId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;

/// The episodes of one item in one shop, the newest first.
pub fn episodes(ledger: &Ledger, item: ItemId, shop: ShopId) -> Vec<Episode> {
    let mut found = ledger.history(item, shop).map_or_else(Vec::new, |history| history.episodes(item, shop));
    found.reverse();
    found
}

/// What happened in a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Items that fell below zero, once a shop.
    pub new: usize,
    /// Items that were no longer.
    pub cured: usize,
    /// Items that were below zero at its end.
    pub open: usize,
}

/// New, cured and open in each of the spans between these moments, as now known: one span fewer than moments.
pub fn trend(ledger: &Ledger, moments: &[Instant]) -> Vec<Tally> {
    let ends: Vec<(Instant, Instant)> = moments.iter().copied().zip(moments.iter().skip(1).copied()).collect();
    let mut spans = vec![Tally::default(); ends.len()];
    for (item, shop, history) in ledger.ever_short() {
        for episode in history.episodes(item, shop) {
            for ((from, until), tally) in ends.iter().zip(&mut spans) {
                let within = |at: Instant| at >= *from && at < *until;
                tally.new = tally.new.saturating_add(usize::from(within(episode.from)));
                tally.cured = tally.cured.saturating_add(usize::from(episode.until.is_some_and(within)));
                let is_open = episode.from < *until && episode.until.is_none_or(|ended| ended >= *until);
                tally.open = tally.open.saturating_add(usize::from(is_open));
            }
        }
    }
    spans
}

/// The episodes that are not ended, the longest first.
pub fn open_episodes(ledger: &Ledger) -> Vec<Episode> {
    let all = ledger.negatives().filter_map(|(item, shop, _)| ledger.history(item, shop)?.episodes(item, shop).pop());
    let mut open: Vec<Episode> = all.collect();
    open.sort_by_key(|episode| (episode.from, episode.item, episode.shop));
    open
}

/// Episodes that ended within a span of time, the last to end first.
pub fn cured_within(ledger: &Ledger, from: Instant, until: Instant) -> Vec<Episode> {
    let all = ledger.ever_short().flat_map(|(item, shop, history)| history.episodes(item, shop));
    let mut cured: Vec<Episode> =
        all.filter(|episode| episode.until.is_some_and(|ended| ended >= from && ended < until)).collect();
    cured.sort_by_key(|episode| (std::cmp::Reverse(episode.until), episode.item, episode.shop));
    cured
}
