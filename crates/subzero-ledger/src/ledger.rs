//! The ledger: all entries a device knows, and the state they lead to.
//!
//! ```
//! use subzero_ledger::ledger::Ledger;
//! # use subzero_ledger::{ids::*, entry::*, instant::Instant, quantity::Qty, money::*};
//! # let item = StampedItem { id: ItemId::from_u128(7), default_cost: None, kind: ItemKind::Inventory };
//! # let header = Header { id: EntryId::from_u128(1), shop: ShopId(1), device: DeviceId(1), at: Instant::MIN,
//! #     employee: EmployeeId::from_u128(1), session: SessionId::from_u128(1), approved_by: None, import: None,
//! #     mode: Mode::Allow, cost_control: CostControl::Default };
//! # let line = SaleLine { item, qty: Qty::ONE, price: Price::ZERO, discount: Amount::ZERO,
//! #     recorded_cost: Amount::ZERO, oversold: None };
//! # let sale = Entry { dseq: 1, header, body: Body::Sale(Sale { receipt: String::new(), lines: vec![line], tenders: vec![],
//! #     places: 2, note: String::new() }) };
//! use subzero_ledger::ledger::Arrival;
//!
//! let mut ledger = Ledger::default();
//! ledger.insert(sale, Arrival::Own { dseq: 1 }); // one unit sold, none there
//! assert_eq!(ledger.on_hand(item.id, ShopId(1)).to_string(), "-1");
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::changes::{Change, Kind};
use crate::cost::TotalCost;
use crate::entry::{Body, Entry, Header, StampedItem};
use crate::history::{CheckpointEvery, Effect, Fill, History, Oddity, Position, Post, Said};
use crate::ids::{DeviceId, EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::money::Amount;
use crate::quantity::Qty;
use crate::receipts;
use crate::stock::{Overflow, Portion, Reason, Stamp, Stock};

mod absorbed;
mod beginning;
mod cured;
mod histories;
mod posting;
mod state;

pub use absorbed::{Absorbed, Absorption};
use beginning::Came;
pub use cured::Cured;
use histories::Histories;
pub use state::State;

/// When this ledger learned of an entry. An own entry counts as later than every confirmed one until it is confirmed itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arrival {
    /// The server gave it this place in its shop's history.
    Confirmed {
        /// Dense, from 1.
        seq: u64,
    },
    /// Recorded here and not confirmed yet.
    Own {
        /// Its number in this device's outbox.
        dseq: u64,
    },
}

/// What inserting an entry did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It was not known.
    New,
    /// It was known already; nothing changed but, perhaps, that it is now confirmed.
    Known,
}

#[derive(Clone, Debug)]
struct Recorded {
    entry: Entry,
    arrival: Arrival,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    entry: EntryId,
    position: Position,
}

/// All entries, and the stock they lead to.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: BTreeMap<EntryId, Recorded>,
    by_time: BTreeSet<(Instant, EntryId)>,
    histories: Histories,
    /// The history that covers an item in a shop is kept under the first shop of those that exchange it.
    first_shop: BTreeMap<(ItemId, ShopId), ShopId>,
    /// Entries by the entry they refer to, whether that is here or not.
    referring: BTreeMap<EntryId, BTreeSet<EntryId>>,
    /// Entries by another one that they name a line of.
    naming: BTreeMap<EntryId, BTreeSet<EntryId>>,
    counts: BTreeMap<(ItemId, ShopId), Vec<Counted>>,
    /// The items that are below zero, and where.
    negative: BTreeSet<(ItemId, ShopId)>,
    /// The histories of which anything ever went negative.
    ever_short: BTreeSet<(ItemId, ShopId)>,
    /// What was touched since entries were last added.
    touched: BTreeSet<(ItemId, ShopId)>,
    /// The highest number of each register's receipts.
    last_receipts: BTreeMap<DeviceId, u64>,
    /// The snapshot it began from, if it did.
    beginning: Option<Box<beginning::Beginning>>,
}

/// Lines to be put into one history.
#[derive(Default)]
struct Batch {
    posts: Vec<Post>,
    /// Those for which older lines are needed.
    lacking: Vec<LineId>,
}

impl Ledger {
    /// An empty ledger with another distance between checkpoints than the usual: it trades memory for the cost of lateness, and
    /// never changes the state.
    pub fn with_checkpoints(every: CheckpointEvery) -> Self {
        Self { histories: Histories::new(every), ..Self::default() }
    }

    /// Adds an entry. Adding it again changes nothing, whatever came between; but what the server confirmed counts, should a
    /// device have numbered it otherwise meanwhile.
    pub fn insert(&mut self, entry: Entry, arrival: Arrival) -> Inserted {
        let known = self.entries.len();
        self.extend([(entry, arrival)]);
        if self.entries.len() > known { Inserted::New } else { Inserted::Known }
    }

    /// Adds many entries, in whatever order: each history they touch is brought up to date once. Answers which items may stand
    /// otherwise than before, and where: whoever keeps something that follows from the ledger looks only at those again.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = (Entry, Arrival)>) -> BTreeSet<(ItemId, ShopId)> {
        let to_post = self.take_in(entries, Came::Alone);
        self.post(&to_post);
        std::mem::take(&mut self.touched)
    }

    /// Keeps entries, and answers of which the lines are to be put into their histories again.
    fn take_in(&mut self, entries: impl IntoIterator<Item = (Entry, Arrival)>, came: Came) -> BTreeSet<EntryId> {
        let mut to_post = BTreeSet::new();
        for (entry, arrival) in entries {
            let id = entry.header.id;
            match self.entries.get_mut(&id) {
                Some(known) if arrival >= known.arrival => continue,
                Some(known)
                    if known.entry == entry
                        && !self.beginning.as_ref().is_some_and(|beginning| beginning.takes_in(known, arrival)) =>
                {
                    known.arrival = arrival;
                    self.touch(id);
                    continue;
                }
                Some(_) | None => {}
            }
            // What refers to it waits for it, and what it takes back changes; in bad faith it may refer to itself.
            let waiting: Vec<EntryId> = self.waiting_for(id).collect();
            let retracted = if let Body::Retraction(retraction) = &entry.body { Some(retraction.of) } else { None };
            for waits in waiting.into_iter().chain(retracted).chain([id]) {
                if to_post.insert(waits) {
                    self.unpost(waits);
                }
            }
            if let Some(of) = entry.body.referent() {
                self.referring.entry(of).or_default().insert(id);
            }
            if let Some(other) = entry.body.other_referent() {
                self.naming.entry(other).or_default().insert(id);
            }
            if receipts::running_number(&entry).is_some() {
                let last = self.last_receipts.entry(entry.header.device).or_default();
                *last = receipts::count_on(*last, &entry);
            }
            if let Some(beginning) = &mut self.beginning {
                beginning.note(&entry, arrival, came, |named| named == id || self.entries.contains_key(&named));
            }
            self.by_time.insert((entry.header.at, id));
            let at = entry.header.at;
            let before = self.entries.insert(id, Recorded { entry, arrival });
            if let Some(before) = before.filter(|before| before.entry.header.at != at) {
                self.by_time.remove(&(before.entry.header.at, id));
            }
        }
        to_post
    }

    /// The entries whose lines stand otherwise once one comes.
    fn waiting_for(&self, id: EntryId) -> impl Iterator<Item = EntryId> {
        let referring = self.referring.get(&id).into_iter().flatten();
        referring.chain(self.naming.get(&id).into_iter().flatten()).copied()
    }

    /// What an entry is about may be shown otherwise now.
    fn touch(&mut self, id: EntryId) {
        let posts = self.entries.get(&id).map(|recorded| self.posts_of(&recorded.entry)).unwrap_or_default();
        self.touched.extend(posts.into_iter().map(|(item, post)| (item, post.shop)));
    }

    /// Every entry with its arrival, by id.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, Arrival)> {
        self.entries.values().map(|recorded| (&recorded.entry, recorded.arrival))
    }

    /// Every entry, the one that happened last first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Entry> {
        self.by_time.iter().rev().filter_map(|(_, id)| self.entry(*id))
    }

    /// What the lines of an entry that are about wanted items did to stock, one after the other.
    pub fn changes_of<'a>(
        &'a self,
        entry: &'a Entry,
        is_wanted: impl Fn(ItemId) -> bool + 'a,
    ) -> impl Iterator<Item = Change> + 'a {
        let posts = if Kind::of(&entry.body).is_some() { self.posts_here(entry) } else { Vec::new() };
        let wanted = posts.into_iter().filter(move |(item, _)| is_wanted(*item));
        wanted.filter_map(move |(item, post)| self.change_of(entry, item, &post))
    }

    /// What one line of an entry did to stock, counted among those that stand in its books.
    pub fn change_at(&self, entry: &Entry, place: usize) -> Option<Change> {
        let (item, post) = *self.posts_here(entry).get(place)?;
        self.change_of(entry, item, &post)
    }

    fn change_of(&self, entry: &Entry, item: ItemId, post: &Post) -> Option<Change> {
        let Effect { moved, automated } = self.history(item, post.shop)?.effect(post.position)?;
        let Header { employee, device, .. } = entry.header;
        let (kind, line, at, shop) = (Kind::of(&entry.body)?, post.line, post.stamp.at, post.shop);
        let retracted = post.retracted.is_some();
        Some(Change { line, kind, at, shop, item, moved, automated, retracted, employee, device })
    }

    /// How many lines of an entry stand in the books of stock.
    pub fn lines_that_move_stock(&self, entry: &Entry) -> usize {
        if Kind::of(&entry.body).is_some() { self.posts_here(entry).len() } else { 0 }
    }

    /// The highest number of a register's receipts; 0 before its first.
    pub fn last_receipt(&self, device: DeviceId) -> u64 {
        self.last_receipts.get(&device).copied().unwrap_or_default()
    }

    /// The same of every register.
    pub(crate) const fn last_receipts(&self) -> &BTreeMap<DeviceId, u64> {
        &self.last_receipts
    }

    /// One entry.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(&id).map(|recorded| &recorded.entry)
    }

    /// When this ledger learned of an entry.
    pub fn arrival(&self, id: EntryId) -> Option<Arrival> {
        self.entries.get(&id).map(|recorded| recorded.arrival)
    }

    /// Signed quantity of an item in a shop. No history is kept in memory for it: lists ask for every item's.
    pub fn on_hand(&self, item: ItemId, shop: ShopId) -> Qty {
        self.peek(item, shop).and_then(|history| Some(history.stock(shop)?.on_hand())).unwrap_or_default()
    }

    /// Lots, shortages and costs of an item in a shop; none before its first line.
    pub fn stock(&self, item: ItemId, shop: ShopId) -> Option<&Stock> {
        self.history(item, shop)?.stock(shop)
    }

    /// Every item in every shop that ever moved, by item and shop.
    pub fn stocks(&self) -> impl Iterator<Item = (ItemId, ShopId, &Stock)> {
        self.first_shop.keys().filter_map(|&(item, shop)| Some((item, shop, self.stock(item, shop)?)))
    }

    /// The same of each item that ever moved in a shop.
    pub fn on_hand_in(&self, shop: ShopId) -> impl Iterator<Item = (ItemId, Qty)> {
        let here = self.first_shop.keys().filter(move |(_, at)| *at == shop);
        here.map(move |&(item, _)| (item, self.on_hand(item, shop)))
    }

    /// The items that are below zero, each with where and by how much.
    pub fn negatives(&self) -> impl Iterator<Item = (ItemId, ShopId, &Stock)> {
        self.negative.iter().filter_map(|&(item, shop)| Some((item, shop, self.stock(item, shop)?)))
    }

    /// How many those are.
    pub fn negative_count(&self) -> usize {
        self.negative.len()
    }

    /// The items of which a shop has less than nothing.
    pub fn negative_in(&self, shop: ShopId) -> Vec<ItemId> {
        self.negative.iter().filter(|(_, at)| *at == shop).map(|(item, _)| *item).collect()
    }

    /// What was below zero after everything that happened up to a moment, as it is now known but for what was taken back later, which still stood
    /// then; by item and shop.
    pub fn negatives_at(&self, at: Instant) -> Vec<(ItemId, ShopId, Stock)> {
        let histories = self.short_histories().filter(|(_, _, history)| history.may_be_negative_at(at));
        let stocks = histories.flat_map(|(item, _, history)| {
            history.stocks_at(at).into_iter().map(move |(shop, stock)| (item, shop, stock))
        });
        let mut negative: Vec<_> = stocks.filter(|(_, _, stock)| stock.on_hand().is_negative()).collect();
        negative.sort_by_key(|(item, shop, _)| (*item, *shop));
        negative
    }

    fn short_histories(&self) -> impl Iterator<Item = (ItemId, ShopId, &History)> {
        let short = self.ever_short.iter();
        short.filter_map(|&(item, first)| Some((item, first, self.histories.get((item, first))?)))
    }

    /// The items of which anything ever went negative, and where, with their histories.
    pub fn ever_short(&self) -> impl Iterator<Item = (ItemId, ShopId, &History)> {
        self.short_histories()
            .flat_map(|(item, _, history)| history.shops().map(move |(shop, _)| (item, shop, history)))
    }

    /// The lines of an item in a shop, with those of the shops that exchange it.
    pub fn history(&self, item: ItemId, shop: ShopId) -> Option<&History> {
        let first = self.first_shop.get(&(item, shop))?;
        self.histories.get((item, *first))
    }

    /// The same, without keeping it in memory if it is not: for whoever looks at many.
    pub(crate) fn peek(&self, item: ItemId, shop: ShopId) -> Option<Cow<'_, History>> {
        let first = self.first_shop.get(&(item, shop))?;
        self.histories.peek((item, *first))
    }

    /// What was said of a line that went negative, whether its entry is here or not.
    pub fn said(&self, item: ItemId, shop: ShopId, line: LineId) -> Option<Said> {
        let of_entry = self.entry(line.entry).map(|entry| Said::of(entry, line.line));
        of_entry.or_else(|| Some(self.history(item, shop)?.kept(line)?.said))
    }

    /// The receipt of a sale's line that went negative, whether the sale is here or not; none where it is no sale.
    pub fn receipt(&self, item: ItemId, shop: ShopId, line: LineId) -> Option<&str> {
        let receipt = match self.entry(line.entry) {
            Some(entry) => &entry.body.as_sale()?.receipt,
            None => &self.history(item, shop)?.kept(line)?.receipt,
        };
        Some(receipt.as_str()).filter(|receipt| !receipt.is_empty())
    }

    /// Fills of an item in a shop, in the order they happened.
    pub fn fills(&self, item: ItemId, shop: ShopId) -> impl Iterator<Item = &Fill> {
        self.history(item, shop)
            .into_iter()
            .flat_map(|history| history.fills().iter())
            .filter(move |fill| fill.shop == shop)
    }

    /// What was added automatically for an item in a shop, in the order of replay.
    pub fn automated(&self, item: ItemId, shop: ShopId) -> impl Iterator<Item = (LineId, Portion)> {
        self.history(item, shop)
            .into_iter()
            .flat_map(History::automated)
            .filter(move |(at, _, _)| *at == shop)
            .map(|(_, line, portion)| (line, portion))
    }

    /// Entries that are odd, and the first thing that is odd about each.
    pub fn oddities(&self) -> BTreeMap<EntryId, Oddity> {
        let mut odd = BTreeMap::new();
        for (line, oddity) in self.histories.open().flat_map(History::oddities) {
            odd.entry(line.entry).and_modify(|known: &mut Oddity| *known = oddity.min(*known)).or_insert(oddity);
        }
        for (of, entries) in &self.referring {
            if !self.entries.contains_key(of) {
                odd.extend(entries.iter().map(|&entry| (entry, Oddity::UnknownDocument)));
            }
        }
        odd
    }

    /// The first thing that is odd about an entry, as [`Self::oddities`] has it. It looks at the entry's items only.
    pub fn oddity_of(&self, id: EntryId) -> Option<Oddity> {
        let entry = &self.entries.get(&id)?.entry;
        if entry.body.referent().is_some_and(|of| !self.entries.contains_key(&of)) {
            return Some(Oddity::UnknownDocument);
        }
        let places: BTreeSet<_> = self.posts_of(entry).into_iter().map(|(item, post)| (item, post.shop)).collect();
        let histories = places.into_iter().filter_map(|(item, shop)| self.history(item, shop));
        histories.flat_map(|history| history.oddities_of(id)).min()
    }

    /// What a sale cost as now known, all lines, what came back not deducted.
    pub fn restated_cost(&self, id: EntryId) -> Result<TotalCost, Overflow> {
        self.cost_of(id, History::cost_as_known)
    }

    /// What a sale would be recorded at by a device that knows what this ledger knows.
    pub fn cost_when_posted(&self, id: EntryId) -> Result<TotalCost, Overflow> {
        self.cost_of(id, History::cost_when_posted)
    }

    fn cost_of(
        &self,
        id: EntryId,
        cost: impl Fn(&History, LineId) -> Option<Result<TotalCost, Overflow>>,
    ) -> Result<TotalCost, Overflow> {
        let posts = self.entries.get(&id).map(|recorded| self.posts_of(&recorded.entry)).unwrap_or_default();
        posts
            .iter()
            .filter_map(|(item, post)| cost(self.history(*item, post.shop)?, post.line))
            .try_fold(TotalCost::default(), |sum, cost| sum.checked_add(cost?))
    }

    /// What each of some lines would cost if it went out now, one after the other: the recorded costs of a sale. Units of which nobody knows
    /// the cost add nothing.
    pub fn quote(&self, shop: ShopId, lines: &[(StampedItem, Qty)], stamp: Stamp) -> Result<Vec<Amount>, Overflow> {
        let mut stocks: BTreeMap<ItemId, Stock> = BTreeMap::new();
        let quoted_line = LineId { entry: EntryId::from_u128(0), line: 0 };
        lines
            .iter()
            .map(|(item, qty)| {
                let wanted = || {
                    let of_item = lines.iter().filter(|(other, _)| other.id == item.id).map(|(_, qty)| *qty);
                    of_item.fold(Qty::ZERO, |sum, qty| sum.checked_add(qty).unwrap_or(sum))
                };
                let known = || self.stock(item.id, shop).map(|stock| stock.excerpt(wanted())).unwrap_or_default();
                let stock = stocks.entry(item.id).or_insert_with(known);
                if !posting::moves_stock(item) || stock.holds_no_stock() {
                    return Ok(Amount::ZERO);
                }
                let stamp = Stamp { default_cost: item.default_cost, ..stamp };
                stock.take(quoted_line, *qty, Reason::Sale, &stamp)?.cost().map(|cost| cost.in_sums)
            })
            .collect()
    }

    /// How much of a line can still be refunded, returned or received.
    pub fn left_of(&self, line: LineId) -> Option<Qty> {
        let entry = self.entry(line.entry)?;
        let (item, post) = self.posts_of(entry).into_iter().find(|(_, post)| post.line == line)?;
        self.history(item, post.shop)?.left_of(line)
    }

    /// The entries that refer to one: refunds and voids of a sale, what became of a sending.
    pub fn referring_to(&self, of: EntryId) -> impl Iterator<Item = &Entry> {
        self.referring.get(&of).into_iter().flatten().filter_map(|id| self.entry(*id))
    }

    /// The entry that took this one back as a whole: a void, or a retraction.
    pub fn undone_by(&self, of: EntryId) -> Option<EntryId> {
        let entry = self.entry(of)?;
        let voids = self.referring_to(of).filter(|by| matches!(by.body, Body::Void(_)));
        voids.chain(self.retractions(entry)).map(|by| by.header.id).next()
    }

    /// Lines applied so far, those applied again included.
    pub fn replayed(&self) -> u64 {
        self.histories.open().map(History::replayed).fold(0, u64::saturating_add)
    }

    /// How many histories are in memory. Those that it began with are not before they are asked for.
    pub fn opened(&self) -> usize {
        self.histories.open().count()
    }

    fn post(&mut self, ids: &BTreeSet<EntryId>) {
        let mut by_history: BTreeMap<(ItemId, ShopId), Batch> = BTreeMap::new();
        for &id in ids {
            let Some(recorded) = self.entries.get(&id) else { continue };
            let is_count = matches!(recorded.entry.body, Body::Count(_));
            let standing = self.standing(id);
            for (item, post) in self.posts_of(&recorded.entry) {
                let first = self.join(item, &self.shops_of(&post));
                let batch = by_history.entry((item, first)).or_default();
                let belongs = self.belongs(item, &post, standing);
                if belongs.lacking {
                    batch.lacking.push(post.line);
                }
                if !belongs.here {
                    continue;
                }
                if is_count && post.retracted.is_none() {
                    let counted = Counted { entry: id, position: post.position };
                    self.counts.entry((item, post.shop)).or_default().push(counted);
                }
                batch.posts.push(post);
            }
        }
        // A later line may have joined the history of an earlier one into its own.
        let mut joined: BTreeMap<(ItemId, ShopId), Batch> = BTreeMap::new();
        for ((item, first), batch) in by_history {
            let first = self.first_shop.get(&(item, first)).copied().unwrap_or(first);
            let all = joined.entry((item, first)).or_default();
            all.posts.extend(batch.posts);
            all.lacking.extend(batch.lacking);
        }
        for (kept_under, batch) in joined {
            self.histories.change(kept_under, |history| {
                history.note_lacking(batch.lacking);
                history.insert(batch.posts);
            });
            self.note_negative(kept_under);
        }
    }

    /// Whether an item is below zero is kept up to date history by history: there are many items, and few that are.
    fn note_negative(&mut self, (item, first): (ItemId, ShopId)) {
        let history = self.histories.get((item, first));
        if let Some(beginning) = &mut self.beginning {
            beginning.note_lacking((item, first), history.is_some_and(History::is_lacking));
        }
        if history.is_some_and(History::ever_short) {
            self.ever_short.insert((item, first));
        } else {
            self.ever_short.remove(&(item, first));
        }
        for ((_, shop), _) in self
            .first_shop
            .range((item, ShopId(0))..=(item, ShopId(u32::MAX)))
            .filter(|(_, kept_under)| **kept_under == first)
        {
            self.touched.insert((item, *shop));
            let stock = history.and_then(|history| history.stock(*shop));
            if stock.is_some_and(|stock| stock.on_hand().is_negative()) {
                self.negative.insert((item, *shop));
            } else {
                self.negative.remove(&(item, *shop));
            }
        }
    }

    fn unpost(&mut self, id: EntryId) {
        let Some(recorded) = self.entries.get(&id) else { return };
        let touched: BTreeSet<_> =
            self.posts_of(&recorded.entry).into_iter().map(|(item, post)| (item, post.shop)).collect();
        for (item, shop) in touched {
            if let Some(counts) = self.counts.get_mut(&(item, shop)) {
                counts.retain(|count| count.entry != id);
            }
            let Some(&first) = self.first_shop.get(&(item, shop)) else { continue };
            if self.histories.change_known((item, first), |history| history.remove(id)).is_some() {
                self.note_negative((item, first));
            }
        }
    }

    /// Makes one history cover an item in all these shops, and says under which shop it is kept.
    fn join(&mut self, item: ItemId, shops: &BTreeSet<ShopId>) -> ShopId {
        let firsts: BTreeSet<ShopId> =
            shops.iter().map(|&shop| *self.first_shop.entry((item, shop)).or_insert(shop)).collect();
        let mut firsts = firsts.into_iter();
        let first = firsts.next().unwrap_or(ShopId::OFFICE);
        for other in firsts {
            let (ours, theirs) = (self.histories.take((item, first)), self.histories.take((item, other)));
            self.ever_short.remove(&(item, other));
            if let Some(beginning) = &mut self.beginning {
                beginning.note_lacking((item, other), false);
            }
            self.histories.put((item, first), ours.joined(theirs));
            for (_, kept_under) in self.first_shop.range_mut((item, ShopId(0))..=(item, ShopId(u32::MAX))) {
                if *kept_under == other {
                    *kept_under = first;
                }
            }
        }
        first
    }
}
