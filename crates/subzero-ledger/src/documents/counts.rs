//! Count lists: what several people saw, put together.

use std::collections::BTreeMap;

use super::{Retracted, Saved, add, key};
use crate::catalogue::{Item, Tables};
use crate::entry::{Count, CountLine, CountList, CountScope, Entry, Header, ItemKind, Tally, TallyLine};
use crate::history::Key;
use crate::ids::{CountListId, DeviceId, EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::quantity::Qty;

/// What is known of a list, whatever came first.
#[derive(Clone, Debug, Default)]
pub(super) struct Paper {
    saved: Saved<CountList>,
    tallies: BTreeMap<EntryId, (DeviceId, Vec<TallyLine>)>,
    counts: BTreeMap<(EntryId, ShopId), (Key, Vec<CountLine>)>,
}

/// A count list as it now is.
#[derive(Clone, Debug)]
pub struct CountView<'a> {
    /// Which list.
    pub id: CountListId,
    /// What was saved last.
    pub list: &'a CountList,
    /// Who began it, when and in which shop.
    pub begun: &'a Header,
    /// What was seen, by item.
    pub tallied: BTreeMap<ItemId, Tallied>,
    /// The entries that set on hand by it since it was last opened, and stand.
    pub counts: Vec<EntryId>,
    /// What on hand was set to by it, by item: the last of each.
    pub counted: BTreeMap<ItemId, CountLine>,
}

/// What several people saw of one item, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tallied {
    /// How many in all.
    pub qty: Qty,
    /// When the first of them was seen.
    pub first: Instant,
    /// When the last of them was seen: the moment the count is dated.
    pub last: Instant,
    /// How many by each device.
    pub by_device: BTreeMap<DeviceId, Qty>,
}

/// What a count would set one item to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountPreview {
    /// The item.
    pub item: ItemId,
    /// What was seen.
    pub counted: Qty,
    /// When.
    pub at: Instant,
    /// What was on hand at that moment, as now known.
    pub on_hand: Qty,
    /// Whether that is known: what a snapshot left out does not tell what was on hand then, and it may be lacking anyhow.
    pub is_known: bool,
    /// Whether some of it was sold or came in between the first and the last look: it may have been counted on both sides.
    pub moved_meanwhile: bool,
}

impl CountPreview {
    /// How many more were seen than there should be; below zero for fewer.
    pub fn difference(&self) -> Qty {
        self.counted.checked_sub(self.on_hand).unwrap_or_default()
    }
}

impl Paper {
    pub fn save(&mut self, entry: &Entry, list: &CountList) {
        self.saved.save(entry, list);
    }

    pub fn tally(&mut self, header: &Header, tally: &Tally) {
        self.tallies.insert(header.id, (header.device, tally.lines.clone()));
    }

    pub fn count(&mut self, entry: &Entry, count: &Count) {
        let Header { id, shop, .. } = entry.header;
        self.counts.insert((id, shop), (key(entry), count.lines.clone()));
    }

    pub fn view(&self, id: CountListId, retracted: &Retracted) -> Option<CountView<'_>> {
        let (_, list) = self.saved.latest()?;
        let mut tallied: BTreeMap<ItemId, Tallied> = BTreeMap::new();
        for (device, lines) in self.tallies.values() {
            for line in lines {
                let new = || Tallied { qty: Qty::ZERO, first: line.at, last: line.at, by_device: BTreeMap::new() };
                let of_item = tallied.entry(line.item).or_insert_with(new);
                of_item.qty = add(of_item.qty, line.qty);
                of_item.first = of_item.first.min(line.at);
                of_item.last = of_item.last.max(line.at);
                let of_device = of_item.by_device.entry(*device).or_default();
                *of_device = add(*of_device, line.qty);
            }
        }
        let mut counted: BTreeMap<ItemId, CountLine> = BTreeMap::new();
        let standing = self.counts.iter().filter(|(entry, _)| !retracted.contains(entry));
        let opened = self.saved.last_but_one();
        let of_last = standing.clone().filter(|(_, (key, _))| opened.is_none_or(|opened| *key > opened));
        let counts = of_last.map(|((entry, _), _)| *entry).collect();
        for line in standing.flat_map(|(_, (_, lines))| lines) {
            let known = counted.entry(line.item.id).or_insert(*line);
            if line.at >= known.at {
                *known = *line;
            }
        }
        Some(CountView { id, list, begun: self.saved.first()?, tallied, counts, counted })
    }
}

impl CountScope {
    /// Whether an item is to be counted.
    pub fn covers(&self, item: &Item) -> bool {
        let holds_stock = item.kind == ItemKind::Inventory && !item.archived;
        match self {
            Self::All => holds_stock,
            Self::Category(category) => holds_stock && item.category == *category,
            Self::Vendor(vendor) => holds_stock && item.vendor == Some(*vendor),
            Self::Items(items) => items.contains(&item.id),
        }
    }
}

impl CountView<'_> {
    /// The shop that is counted.
    pub const fn shop(&self) -> ShopId {
        self.begun.shop
    }

    /// What is on the list and nobody has looked for.
    pub fn missed<'t>(&self, tables: &'t Tables) -> impl Iterator<Item = &'t Item> {
        let covered = tables.items.values().filter(|item| self.list.scope.covers(item));
        covered.filter(|item| !self.tallied.contains_key(&item.id))
    }

    /// What the count would do to each item that was seen and is not set to that already.
    pub fn preview(&self, ledger: &Ledger) -> Vec<CountPreview> {
        let open = self.tallied.iter().filter(|(item, seen)| {
            let set = self.counted.get(item);
            set.is_none_or(|set| set.counted != seen.qty.or_zero() || set.at != seen.last)
        });
        let preview = |(&item, seen): (&ItemId, &Tallied)| {
            let (shop, history) = (self.shop(), ledger.history(item, self.shop()));
            let on_hand = history.map_or(Qty::ZERO, |history| history.on_hand_at(shop, seen.last));
            let moved = |history: &crate::history::History| {
                history.running(shop).any(|(post, effect, _)| {
                    let at = post.position.key.at;
                    at > seen.first && at <= seen.last && !effect.moved.is_zero()
                })
            };
            let moved_meanwhile = history.is_some_and(moved);
            let below = history.and_then(|history| history.below(shop));
            let is_known = below.is_none_or(|below| seen.first >= below) && !ledger.is_lacking(item, shop);
            CountPreview { item, counted: seen.qty.or_zero(), at: seen.last, on_hand, is_known, moved_meanwhile }
        };
        open.map(preview).collect()
    }
}
