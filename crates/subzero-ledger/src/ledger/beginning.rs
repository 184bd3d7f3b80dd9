//! A ledger that began from a snapshot: what is in the bases of its histories, what is lacking, and how that is completed.
//!
//! Every row up to the *frontier* is in what it began with, whether the row is here or not. So a line that is dated before the base of its
//! history is passed over when its row is within the frontier, and makes the history *lacking* when it is not: it came too late. So does a line
//! that refers to what is in a base. An entry that names one which is not here makes that one lacking.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::histories::Histories;
use super::{Arrival, Ledger, Recorded};
use crate::entry::{Body, Entry};
use crate::history::{History, Post};
use crate::ids::{DeviceId, EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::snapshot::{Frontier, Header, Held, Lacking, Packed};

/// What a ledger began with.
#[derive(Clone, Debug, Default)]
pub(super) struct Beginning {
    frontier: Frontier,
    horizon: Instant,
    /// Entries that are named, and are known not to be within the frontier.
    absent: BTreeSet<EntryId>,
    /// Entries that are named and neither here nor known to be absent, and those that came without what hangs together with them.
    unknown: BTreeSet<EntryId>,
    /// The histories for which older lines are needed.
    lacking: BTreeSet<(ItemId, ShopId)>,
}

/// How entries came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// One by one.
    Alone,
    /// With all that hangs together with them.
    Bundled,
}

impl Beginning {
    /// Whether a row is within the frontier.
    fn covers(&self, shop: ShopId, arrival: Arrival) -> bool {
        match arrival {
            Arrival::Confirmed { seq } => self.frontier.get(&shop).is_some_and(|last| seq <= *last),
            Arrival::Own { .. } => false,
        }
    }

    fn holds(&self, Recorded { entry, arrival }: &Recorded) -> bool {
        self.covers(entry.header.shop, *arrival)
    }

    /// Whether a row comes within the frontier that was not known to be.
    pub fn takes_in(&self, known: &Recorded, arrival: Arrival) -> bool {
        !self.holds(known) && self.covers(known.entry.header.shop, arrival)
    }

    /// An entry came. It is not unknown any more, but that it came alone although it is within the frontier: a device that recorded it hears so
    /// when it sends it again, and what hangs together with it was left out. What it names may be unknown.
    pub fn note(&mut self, entry: &Entry, arrival: Arrival, came: Came, is_here: impl Fn(EntryId) -> bool) {
        let Entry { header, body, .. } = entry;
        self.unknown.remove(&header.id);
        let unknown = body.named().filter(|named| !is_here(*named) && !self.absent.contains(named));
        let itself = (came == Came::Alone && self.covers(header.shop, arrival)).then_some(header.id);
        self.unknown.extend(unknown.chain(itself).collect::<Vec<_>>());
    }

    /// Whether a history needs older lines.
    pub fn note_lacking(&mut self, kept_under: (ItemId, ShopId), is_lacking: bool) {
        if is_lacking {
            self.lacking.insert(kept_under);
        } else {
            self.lacking.remove(&kept_under);
        }
    }

    fn note_known(&mut self, id: EntryId, is_absent: bool) {
        self.unknown.remove(&id);
        if is_absent {
            self.absent.insert(id);
        }
    }
}

/// How the lines of an entry stand to the bases of their histories.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// It was folded with all that it names.
    was_folded: bool,
    /// It names an entry of which nothing is known.
    names_unknown: bool,
    /// It was taken back, and was not when it was folded.
    taken_back_since: bool,
}

/// Where a line belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Belongs {
    /// Into its history: else it is in a base.
    pub here: bool,
    /// Older lines are needed for it.
    pub lacking: bool,
}

impl Ledger {
    /// A ledger that begins with the bases of some histories, and with the entries that were kept: of what those name, nothing else is within
    /// the frontier.
    pub(crate) fn begin(
        frontier: Frontier,
        horizon: Instant,
        packed: Arc<Packed>,
        last_receipts: BTreeMap<DeviceId, u64>,
        entries: Vec<(Entry, Arrival)>,
    ) -> Self {
        let mut ledger = Self { last_receipts, ..Self::default() };
        let mut numbers = Vec::new();
        let mut first_shop = Vec::new();
        for Header { number, item, shops } in packed.headers() {
            let Some(&(first, _)) = shops.first() else { continue };
            numbers.push(((item, first), number));
            first_shop.extend(shops.iter().map(|(shop, _)| ((item, *shop), first)));
            for (shop, _) in shops.iter().filter(|(_, held)| *held == Held::Shortage) {
                ledger.negative.insert((item, *shop));
                ledger.ever_short.insert((item, first));
            }
        }
        ledger.first_shop = first_shop.into_iter().collect();
        ledger.histories = Histories::begin(packed, numbers);
        let here: BTreeSet<EntryId> = entries.iter().map(|(entry, _)| entry.header.id).collect();
        let named = entries.iter().flat_map(|(entry, _)| entry.body.named());
        let absent = named.filter(|named| !here.contains(named)).collect();
        ledger.beginning = Some(Box::new(Beginning { frontier, horizon, absent, ..Beginning::default() }));
        let to_post = ledger.take_in(entries, Came::Bundled);
        ledger.post(&to_post);
        ledger.touched.clear();
        ledger
    }

    /// From which moment on everything is here: none where everything is that ever was.
    pub fn horizon(&self) -> Option<Instant> {
        self.beginning.as_ref().map(|beginning| beginning.horizon)
    }

    /// Up to where in each shop everything is in what this ledger began with: none where it began with nothing.
    pub fn frontier(&self) -> Option<&Frontier> {
        self.beginning.as_ref().map(|beginning| &beginning.frontier)
    }

    /// Whether what is shown of an item in a shop may be wrong, for want of older rows.
    pub fn is_lacking(&self, item: ItemId, shop: ShopId) -> bool {
        let Some(beginning) = &self.beginning else { return false };
        let first = self.first_shop.get(&(item, shop)).copied().unwrap_or(shop);
        beginning.lacking.contains(&(item, first)) || self.shops_in_doubt().any(|in_doubt| in_doubt == shop)
    }

    /// Shops in which something was undone of which nothing is known: it may have been any item.
    fn shops_in_doubt(&self) -> impl Iterator<Item = ShopId> {
        let unknown = self.beginning.iter().flat_map(|beginning| &beginning.unknown);
        let undoing = |entry: &&Entry| matches!(entry.body, Body::Void(_) | Body::Retraction(_));
        unknown.flat_map(|id| self.referring_to(*id)).filter(undoing).map(|entry| entry.header.shop)
    }

    /// Older rows that are needed for what is shown to be right: entries, and items in shops.
    pub fn lacking(&self) -> Lacking {
        let Some(beginning) = &self.beginning else { return Lacking::default() };
        let shops = |(item, first): &(ItemId, ShopId)| {
            let (item, first) = (*item, *first);
            let of_item = self.first_shop.range((item, ShopId(0))..=(item, ShopId(u32::MAX)));
            of_item.filter(move |(_, kept_under)| **kept_under == first).map(|(place, _)| *place)
        };
        let stocks = beginning.lacking.iter().flat_map(shops).collect();
        Lacking { entries: beginning.unknown.clone(), stocks, ..Lacking::default() }
    }

    /// Takes in older rows: all within the frontier that [`Lacking`] asked for, with what hangs together with them, whether they are here
    /// already or not. An entry that was asked for and is not among them is taken not to be within the frontier. Answers like
    /// [`Ledger::extend`].
    pub fn complete(
        &mut self,
        asked: &Lacking,
        rows: impl IntoIterator<Item = (Entry, Arrival)>,
    ) -> BTreeSet<(ItemId, ShopId)> {
        let rows: Vec<(Entry, Arrival)> = rows.into_iter().collect();
        let mut again: BTreeSet<EntryId> = rows.iter().map(|(entry, _)| entry.header.id).collect();
        let named = rows.iter().flat_map(|(entry, _)| entry.body.named()).chain(asked.entries.iter().copied());
        let absent: BTreeSet<EntryId> =
            named.filter(|id| !again.contains(id) && !self.entries.contains_key(id)).collect();
        for &id in asked.entries.union(&absent) {
            again.extend(self.waiting_for(id));
            if let Some(beginning) = &mut self.beginning {
                beginning.note_known(id, absent.contains(&id));
            }
        }
        for &(item, shop) in &asked.stocks {
            again.extend(self.empty(item, shop, asked));
        }
        let mut to_post = self.take_in(rows, Came::Bundled);
        for id in again {
            if to_post.insert(id) {
                self.unpost(id);
            }
        }
        self.post(&to_post);
        std::mem::take(&mut self.touched)
    }

    /// Takes a history off its bases, if all that is below them was asked for, and answers which entries had lines in it.
    fn empty(&mut self, item: ItemId, shop: ShopId, asked: &Lacking) -> BTreeSet<EntryId> {
        let place = self.first_shop.get(&(item, shop)).map(|first| (item, *first));
        let is_asked = |history: &History| {
            let mut based = history.based().peekable();
            based.peek().is_some() && based.all(|shop| asked.stocks.contains(&(item, shop)))
        };
        let Some(place) = place.filter(|place| self.histories.get(*place).is_some_and(is_asked)) else {
            return BTreeSet::new();
        };
        let (emptied, entries) = self.histories.take(place).emptied();
        self.histories.put(place, emptied);
        entries
    }

    /// The lines of an entry that are not in a base.
    pub(super) fn posts_here(&self, entry: &Entry) -> Vec<(ItemId, Post)> {
        let mut posts = self.posts_of(entry);
        if self.beginning.is_some() {
            posts.retain(|(item, post)| !self.is_in_base(*item, post));
        }
        posts
    }

    /// Whether a line of an entry that is here is in the base of its history.
    pub(super) fn is_in_base(&self, item: ItemId, post: &Post) -> bool {
        self.is_below_base(item, post) && self.was_folded(post.line.entry)
    }

    /// Whether an entry was folded with all that it names: a void moved nothing before its sale was known.
    fn was_folded(&self, id: EntryId) -> bool {
        let Some(beginning) = &self.beginning else { return false };
        let is_held = |id: EntryId| self.entries.get(&id).is_none_or(|recorded| beginning.holds(recorded));
        self.entries
            .get(&id)
            .is_some_and(|recorded| beginning.holds(recorded) && recorded.entry.body.named().all(is_held))
    }

    fn is_below_base(&self, item: ItemId, post: &Post) -> bool {
        let below = self.history(item, post.shop).and_then(|history| history.below(post.shop));
        below.is_some_and(|below| post.position.key.at < below)
    }

    /// How the lines of an entry stand to the bases of their histories.
    pub(super) fn standing(&self, id: EntryId) -> Standing {
        let Some((beginning, recorded)) = self.beginning.as_ref().zip(self.entries.get(&id)) else {
            return Standing::default();
        };
        let names_unknown = recorded.entry.body.named().any(|named| beginning.unknown.contains(&named));
        let is_held = |by: &Entry| self.entries.get(&by.header.id).is_some_and(|by| beginning.holds(by));
        let mut retractions = self.retractions(&recorded.entry).peekable();
        let taken_back_since = retractions.peek().is_some() && !retractions.any(is_held);
        Standing { was_folded: self.was_folded(id), names_unknown, taken_back_since }
    }

    /// Where a line belongs.
    pub(super) fn belongs(&self, item: ItemId, post: &Post, standing: Standing) -> Belongs {
        if self.beginning.is_none() {
            return Belongs { here: true, lacking: false };
        }
        if self.is_below_base(item, post) {
            // One that is in the base, and has been taken back since, is not as it was.
            let is_otherwise = standing.taken_back_since || standing.names_unknown;
            let here = !standing.was_folded;
            return Belongs { here, lacking: here || is_otherwise };
        }
        let lacking = standing.names_unknown || self.refers_to_base(item, post) || self.is_dated_below_base(item, post);
        Belongs { here: true, lacking }
    }

    /// Whether a line that waits for a later one is dated before the base that it comes after: what is around it is not here.
    fn is_dated_below_base(&self, item: ItemId, post: &Post) -> bool {
        let below = self.history(item, post.shop).and_then(|history| history.below(post.shop));
        below.is_some_and(|below| post.stamp.at < below)
    }

    /// Whether the line that a line refers to is in a base.
    fn refers_to_base(&self, item: ItemId, post: &Post) -> bool {
        let of = post.op.of().and_then(|of| Some((of, self.entry(of.entry)?)));
        of.is_some_and(|(of, entry)| {
            let is_of = |(other, of_post): &(ItemId, Post)| *other == item && of_post.line == of;
            let of_post = self.posts_of(entry).into_iter().find(is_of);
            of_post.is_some_and(|(_, of_post)| self.is_in_base(item, &of_post))
        })
    }

    /// The shops that each history covers, by the item and the first of them.
    pub(crate) fn groups(&self) -> BTreeMap<(ItemId, ShopId), BTreeSet<ShopId>> {
        let mut groups: BTreeMap<(ItemId, ShopId), BTreeSet<ShopId>> = BTreeMap::new();
        for (&(item, shop), &first) in &self.first_shop {
            groups.entry((item, first)).or_default().insert(shop);
        }
        groups
    }

    /// Whether an entry names one that is not here.
    pub(crate) fn names_unknown(&self, entry: &Entry) -> bool {
        entry.body.named().any(|named| !self.entries.contains_key(&named))
    }
}
