//! Episodes: stretches of time in which an item was below zero, what led into them and what ended them.

use std::collections::BTreeMap;

use crate::cost::{Cost, TotalCost};
use crate::history::{self, Fill, History, Op, Post};
use crate::ids::{ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::quantity::Qty;
use crate::stock::{Overflow, Reason};

/// A stretch of time in which an item was below zero in a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Which item.
    pub item: ItemId,
    /// In which shop.
    pub shop: ShopId,
    /// When it fell below zero.
    pub from: Instant,
    /// When it was no longer; none while it is.
    pub until: Option<Instant>,
    /// The line that ended it.
    pub ended_by: Option<LineId>,
    /// The furthest below zero.
    pub deepest: Qty,
    /// The adjustments that went negative, filled ones too, in the order of replay.
    pub rows: Vec<EpisodeRow>,
}

/// A negative inventory adjustment, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpisodeRow {
    /// Which line of which entry.
    pub line: LineId,
    /// Why it went out.
    pub reason: Reason,
    /// When.
    pub since: Instant,
    /// How much went negative.
    pub short: Qty,
    /// What a unit was taken to cost.
    pub estimate: Cost,
    /// What filled it, in the order it happened.
    pub fills: Vec<Fill>,
}

impl EpisodeRow {
    /// How much is still open.
    pub fn open(&self) -> Qty {
        self.fills.iter().fold(self.short, |open, fill| open.checked_sub(fill.qty).unwrap_or(open))
    }

    /// What went negative at its estimate: as recorded.
    pub fn recorded(&self) -> TotalCost {
        TotalCost::of(self.short, self.estimate)
    }

    /// What it cost as now known: filled units at the cost that filled them.
    pub fn restated(&self) -> Result<TotalCost, Overflow> {
        history::restated(self.short, self.estimate, &self.fills)
    }
}

/// The episodes of one item in one shop, the newest first.
pub fn episodes(ledger: &Ledger, item: ItemId, shop: ShopId) -> Vec<Episode> {
    let mut found = ledger.history(item, shop).map_or_else(Vec::new, |history| of_history(item, shop, history));
    found.reverse();
    found
}

fn of_history(item: ItemId, shop: ShopId, history: &History) -> Vec<Episode> {
    let short: BTreeMap<LineId, (Qty, Cost)> =
        history.shortfalls(shop).map(|(post, qty, estimate)| (post.line, (qty, estimate))).collect();
    if short.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Episode> = Vec::new();
    let mut is_open = false;
    for (post, _, on_hand) in history.running(shop) {
        let at = post.position.key.at;
        if on_hand.is_negative() && !is_open {
            let (until, ended_by, deepest, rows) = (None, None, on_hand, Vec::new());
            found.push(Episode { item, shop, from: at, until, ended_by, deepest, rows });
        }
        let was_open = std::mem::replace(&mut is_open, on_hand.is_negative());
        let Some(episode) = found.last_mut().filter(|_| is_open || was_open) else { continue };
        episode.deepest = episode.deepest.min(on_hand);
        if !is_open {
            (episode.until, episode.ended_by) = (Some(at), Some(post.line));
        }
        if let Some(&(qty, estimate)) = short.get(&post.line) {
            let (line, since, fills) = (post.line, at, history.fills_of(post.line).copied().collect());
            let (reason, short) = (reason(post), qty);
            episode.rows.push(EpisodeRow { line, reason, since, short, estimate, fills });
        }
    }
    found
}

const fn reason(post: &Post) -> Reason {
    if let Op::Remove { reason, .. } = post.op { reason } else { Reason::Adjustment }
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
        for episode in of_history(item, shop, history) {
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
    let all =
        ledger.negatives().filter_map(|(item, shop, _)| of_history(item, shop, ledger.history(item, shop)?).pop());
    let mut open: Vec<Episode> = all.collect();
    open.sort_by_key(|episode| (episode.from, episode.item, episode.shop));
    open
}

/// Episodes that ended within a span of time, the last to end first.
pub fn cured_within(ledger: &Ledger, from: Instant, until: Instant) -> Vec<Episode> {
    let all = ledger.ever_short().flat_map(|(item, shop, history)| of_history(item, shop, history));
    let mut cured: Vec<Episode> =
        all.filter(|episode| episode.until.is_some_and(|ended| ended >= from && ended < until)).collect();
    cured.sort_by_key(|episode| (std::cmp::Reverse(episode.until), episode.item, episode.shop));
    cured
}
