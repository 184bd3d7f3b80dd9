//! Episodes: stretches of time in which an item was below zero, what led into them and what ended them.

use std::collections::BTreeMap;

use super::{Fill, History, Op, OpenEpisode, Post, restated};
use crate::cost::{Cost, TotalCost};
use crate::ids::{ItemId, LineId, ShopId};
use crate::instant::Instant;
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
    /// So many more were filled before a base, and are not told without older lines.
    pub left_out: usize,
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
        restated(self.short, self.estimate, &self.fills)
    }
}

impl History {
    /// The episodes of one shop, the oldest first: from the one that was open in its base on.
    pub fn episodes(&self, item: ItemId, shop: ShopId) -> Vec<Episode> {
        let mut found: Vec<Episode> = self.begun_with(item, shop).into_iter().collect();
        let short: BTreeMap<LineId, (Qty, Cost)> =
            self.shortfalls(shop).map(|(post, qty, estimate)| (post.line, (qty, estimate))).collect();
        if short.is_empty() && found.is_empty() {
            return Vec::new();
        }
        let mut is_open = !found.is_empty();
        for (post, _, on_hand) in self.running(shop) {
            let at = post.position.key.at;
            if on_hand.is_negative() && !is_open {
                let (until, ended_by, deepest, rows) = (None, None, on_hand, Vec::new());
                found.push(Episode { item, shop, from: at, until, ended_by, deepest, rows, left_out: 0 });
            }
            let was_open = std::mem::replace(&mut is_open, on_hand.is_negative());
            let Some(episode) = found.last_mut().filter(|_| is_open || was_open) else { continue };
            episode.deepest = episode.deepest.min(on_hand);
            if !is_open {
                (episode.until, episode.ended_by) = (Some(at), Some(post.line));
            }
            if let Some(&(qty, estimate)) = short.get(&post.line) {
                let (line, since, fills) = (post.line, post.stamp.at, self.fills_of(post.line).copied().collect());
                let (reason, short) = (reason(post), qty);
                episode.rows.push(EpisodeRow { line, reason, since, short, estimate, fills });
            }
        }
        found
    }

    /// The episode that was open in a shop's base, with what has filled its rows since.
    fn begun_with(&self, item: ItemId, shop: ShopId) -> Option<Episode> {
        let begun = self.base(shop)?.episode.as_ref()?;
        let rows = begun
            .rows
            .iter()
            .map(|kept| EpisodeRow { fills: self.fills_of(kept.row.line).copied().collect(), ..kept.row.clone() });
        let OpenEpisode { from, deepest, left_out, .. } = *begun;
        Some(Episode { item, shop, from, until: None, ended_by: None, deepest, rows: rows.collect(), left_out })
    }
}

const fn reason(post: &Post) -> Reason {
    if let Op::Remove { reason, .. } = post.op { reason } else { Reason::Adjustment }
}
