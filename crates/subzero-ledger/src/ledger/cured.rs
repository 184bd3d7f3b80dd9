//! Past negatives that are no more: what was shown short until an entry arrived that stands before it.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use crate::history::{Op, Post};
use crate::ids::{EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;

/// A line that was shown as having gone negative and, as now known, never did: "shown negative from `since`, cured by an entry that arrived
/// late". A shortage that was filled did happen, and is not among these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cured {
    /// The line.
    pub line: LineId,
    /// When it went out, and so was shown negative from.
    pub since: Instant,
    /// The late entry.
    pub by: EntryId,
}

impl Ledger {
    /// What was cured of an item in a shop, in the order of the arrivals that cured it. It replays the item's lines as they arrived: for one
    /// item's card, not for a report over all.
    pub fn cured(&self, item: ItemId, shop: ShopId) -> Vec<Cured> {
        let mut by_entry: BTreeMap<EntryId, Vec<Post>> = BTreeMap::new();
        let Some(history) = self.history(item, shop) else { return Vec::new() };
        for post in history.posts() {
            by_entry.entry(post.line.entry).or_default().push(*post);
        }
        let mut arrivals: Vec<_> =
            by_entry.into_iter().filter_map(|(entry, posts)| Some((self.arrival(entry)?, entry, posts))).collect();
        arrivals.sort_by_key(|(arrival, entry, _)| (*arrival, *entry));
        let mut then = history.without_lines();
        let mut cured = Vec::new();
        for (_, by, posts) in arrivals {
            let is_late =
                posts.first().zip(then.posts().last()).is_some_and(|(first, last)| first.position < last.position);
            let may_cure = is_late && posts.iter().any(|post| !matches!(post.op, Op::Remove { .. }));
            let before: BTreeSet<LineId> = if may_cure { then.short_lines(shop).collect() } else { BTreeSet::new() };
            then.insert(posts);
            if !before.is_empty() {
                let after: BTreeSet<LineId> = then.short_lines(shop).collect();
                for &line in before.difference(&after) {
                    let since = self.entry(line.entry).map_or(Instant::MIN, |entry| entry.header.at);
                    cured.push(Cured { line, since, by });
                }
            }
        }
        cured
    }
}
