//! A base: what a shop's stock was before a moment, in place of the lines that led there.
//!
//! A history may begin from a base in each of its shops. What is dated before a base is in it already, or came too late for it; [`History`]
//! does not tell which, it only remembers for which lines the older ones are needed.

use std::collections::{BTreeMap, BTreeSet};

use super::{CheckpointEvery, History, Op, PerShop, Post};
use crate::ids::{EntryId, LineId, ShopId};
use crate::instant::Instant;
use crate::stock::Stock;

/// A shop's stock after every line that is dated before a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    /// The moment.
    pub below: Instant,
    /// The stock. No shortage is open.
    pub stock: Stock,
    /// Whether any of those lines received it from a vendor.
    pub received: bool,
}

impl History {
    /// No lines yet, but the bases of some shops.
    pub(crate) fn on(bases: impl IntoIterator<Item = (ShopId, Base)>, every: CheckpointEvery) -> Self {
        let bases = bases.into_iter().collect();
        Self { shops: stocks(&bases), bases, ..Self::new(every) }
    }

    /// What it begins with.
    pub(crate) fn without_lines(&self) -> Self {
        Self::on(self.bases.clone(), self.every)
    }

    /// Before which moment a shop's lines are not here; none where all of them are.
    pub fn below(&self, shop: ShopId) -> Option<Instant> {
        self.bases.get(shop).map(|base| base.below)
    }

    /// The shops that have a base.
    pub(crate) fn based(&self) -> impl Iterator<Item = ShopId> {
        self.bases.shops()
    }

    /// Whether older lines are needed: one that is here is dated before a base or refers to what is before it, or a shop that has a base
    /// is below zero, for what led there may be before it.
    pub(crate) fn is_lacking(&self) -> bool {
        let is_negative = |shop| self.stock(shop).is_some_and(|stock| stock.on_hand().is_negative());
        !self.lacking.is_empty() || self.based().any(is_negative)
    }

    /// Older lines are needed for these.
    pub(crate) fn note_lacking(&mut self, lines: impl IntoIterator<Item = LineId>) {
        self.lacking.extend(lines);
    }

    /// Whether any shop that it covers ever received the item from a vendor.
    pub fn ever_received(&self) -> bool {
        let receives = |post: &Post| post.retracted.is_none() && matches!(post.op, Op::Receive { .. });
        self.bases.values().any(|base| base.received) || self.posts.iter().any(receives)
    }

    /// The same history without lines, and the entries it had lines of: those come again, with all that was before the bases.
    pub(crate) fn emptied(self) -> (Self, BTreeSet<EntryId>) {
        let entries = self.posts.iter().map(|post| post.line.entry);
        let lacking = self.lacking.iter().map(|line| line.entry);
        (Self { replayed: self.replayed, ..Self::new(self.every) }, entries.chain(lacking).collect())
    }

    /// As much of it in bases as can be, of what is dated before the horizon. A line that is bound stays, with all that follows it in its shop;
    /// so does one that refers to a line which is not here, for that may come, or be in a history that this one is joined with.
    ///
    /// A base is only where nothing is short, and what refers to a line is on the same side of it as that line. A shop that is below zero
    /// in the end has none. Of all choices for which that holds there is one that contains every other, and this is it.
    pub(crate) fn folded(&self, horizon: Instant, is_bound: impl Fn(&Post) -> bool) -> BTreeMap<ShopId, Base> {
        let mut cuts = Cuts::of(self, horizon, is_bound);
        cuts.settle(self);
        let is_folded = |place: usize, post: &Post| cuts.is_folded(post.shop, place);
        let lines =
            || self.posts.iter().enumerate().filter(|(place, post)| is_folded(*place, post)).map(|(_, post)| *post);
        let all = lines().count() == self.posts.len();
        let mut then = Self::on(self.bases.clone(), CheckpointEvery::lines(usize::MAX));
        if !all {
            then.insert(lines().collect());
        }
        let received = lines().filter(|post| post.retracted.is_none() && matches!(post.op, Op::Receive { .. }));
        let received: BTreeSet<ShopId> = received.map(|post| post.shop).collect();
        let mut bases = BTreeMap::new();
        for (&shop, lines) in &cuts.shops {
            let known = self.bases.get(shop);
            if lines.cut > 0 || known.is_some() {
                let stock = if all { self.stock(shop) } else { then.stock(shop) };
                let first_left = lines.places.get(lines.cut).and_then(|place| self.posts.get(*place));
                let below = first_left.map_or(horizon, |post| horizon.min(post.position.key.at));
                let received = received.contains(&shop) || known.is_some_and(|base| base.received);
                bases.insert(shop, Base { below, stock: stock.cloned().unwrap_or_default(), received });
            }
        }
        bases
    }
}

/// The stock that bases begin with.
pub(super) fn stocks(bases: &PerShop<Base>) -> PerShop<Stock> {
    bases.iter().map(|(shop, base)| (shop, base.stock.clone())).collect()
}

/// How many of each shop's lines go into its base.
struct Cuts {
    shops: BTreeMap<ShopId, Lines>,
    /// The places of lines by the places of those that they refer to, and the other way round.
    partners: BTreeMap<usize, Vec<usize>>,
}

/// The lines of one shop.
#[derive(Default)]
struct Lines {
    /// Their places in the history.
    places: Vec<usize>,
    /// After how many of them a base may be.
    allowed: BTreeSet<usize>,
    /// After how many it is.
    cut: usize,
}

impl Cuts {
    fn of(history: &History, horizon: Instant, is_bound: impl Fn(&Post) -> bool) -> Self {
        let partners = partners(history);
        let mut shops: BTreeMap<ShopId, Lines> = BTreeMap::new();
        for shop in history.based() {
            shops.entry(shop).or_default();
        }
        for (place, post) in history.posts.iter().enumerate() {
            shops.entry(post.shop).or_default().places.push(place);
        }
        let stays = |place: usize, post: &Post| {
            is_bound(post) || (post.op.of().is_some_and(|of| !refers_to(history, &partners, place, of)))
        };
        for (&shop, lines) in &mut shops {
            lines.allow(history, shop, horizon, stays);
            let is_negative = history.stock(shop).is_some_and(|stock| stock.on_hand().is_negative());
            lines.cut = if is_negative { 0 } else { lines.allowed_within(lines.places.len()) };
        }
        Self { shops, partners }
    }

    fn is_folded(&self, shop: ShopId, place: usize) -> bool {
        self.shops.get(&shop).is_some_and(|lines| lines.places.partition_point(|known| *known < place) < lines.cut)
    }

    /// Moves bases back until what refers to a line is on the same side as that line. Each line that has partners is looked at once when it
    /// comes to stay.
    fn settle(&mut self, history: &History) {
        let stays = |place: &&usize| history.posts.get(**place).is_some_and(|post| !self.is_folded(post.shop, **place));
        let mut staying: Vec<usize> = self.partners.keys().filter(stays).copied().collect();
        while let Some(place) = staying.pop() {
            for partner in self.partners.get(&place).cloned().unwrap_or_default() {
                let Some(shop) = history.posts.get(partner).map(|post| post.shop) else { continue };
                let Some(lines) = self.shops.get_mut(&shop) else { continue };
                let number = lines.places.partition_point(|known| *known < partner);
                if number < lines.cut {
                    let cut = lines.allowed_within(number);
                    let moved = lines.places.get(cut..lines.cut).unwrap_or_default();
                    staying.extend(moved.iter().filter(|place| self.partners.contains_key(place)));
                    lines.cut = cut;
                }
            }
        }
    }
}

impl Lines {
    /// Finds after how many lines a base may be: where nothing is short, and the next line is dated later than the last.
    fn allow(&mut self, history: &History, shop: ShopId, horizon: Instant, stays: impl Fn(usize, &Post) -> bool) {
        let mut on_hand = history.begins_with(shop);
        self.allowed.insert(0);
        let at = |place: &usize| history.posts.get(*place).map(|post| post.position.key.at);
        for (number, &place) in self.places.iter().enumerate() {
            let (Some(post), Some(moved)) = (history.posts.get(place), history.effects.get(place)) else { return };
            let taken_back_later = post.retracted.is_some_and(|back| back >= horizon);
            if post.position.key.at >= horizon || taken_back_later || stays(place, post) {
                return;
            }
            on_hand = on_hand.checked_add(*moved).unwrap_or(on_hand);
            let folded = number.saturating_add(1);
            let is_apart = self.places.get(folded).and_then(at).is_none_or(|next| next > post.position.key.at);
            if is_apart && !on_hand.is_negative() {
                self.allowed.insert(folded);
            }
        }
    }

    /// The most lines, and no more than so many, after which a base may be.
    fn allowed_within(&self, most: usize) -> usize {
        self.allowed.range(..=most).next_back().copied().unwrap_or(0)
    }
}

fn refers_to(history: &History, partners: &BTreeMap<usize, Vec<usize>>, place: usize, of: LineId) -> bool {
    let mut partners = partners.get(&place).into_iter().flatten();
    partners.any(|partner| history.posts.get(*partner).is_some_and(|post| post.line == of))
}

fn partners(history: &History) -> BTreeMap<usize, Vec<usize>> {
    let referring = || history.posts.iter().enumerate().filter_map(|(place, post)| Some((place, post.op.of()?)));
    let named: BTreeSet<LineId> = referring().map(|(_, of)| of).collect();
    let mut partners: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    if named.is_empty() {
        return partners;
    }
    let posts = history.posts.iter().enumerate();
    let places: BTreeMap<LineId, usize> =
        posts.filter(|(_, post)| named.contains(&post.line)).map(|(place, post)| (post.line, place)).collect();
    for (place, of) in referring() {
        if let Some(&of) = places.get(&of) {
            partners.entry(place).or_default().push(of);
            partners.entry(of).or_default().push(place);
        }
    }
    partners
}
