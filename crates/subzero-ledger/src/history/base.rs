//! A base: what a shop's stock was before a moment, in place of the lines that led there.
//!
//! A history may begin from a base in each of its shops. What is dated before a base is in it already, or came too late for it; [`History`]
//! does not tell which, it only remembers for which lines the older ones are needed.

use std::collections::{BTreeMap, BTreeSet};

use super::{CheckpointEvery, CountedLess, Delivery, EpisodeRow, History, Op, Outcome, PerShop, Post, Signs};
use crate::entry::{Entry, Header, OversellReason};
use crate::history::received_after;
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::quantity::Qty;
use crate::stock::{Outflow, Stock};

/// A shop's stock after every line that is dated before a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    /// The moment.
    pub below: Instant,
    /// The stock.
    pub stock: Stock,
    /// What those lines say of why it may be short.
    pub signs: Signs,
    /// How it came to be below zero, where it is.
    pub episode: Option<OpenEpisode>,
}

/// An episode that is open in a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenEpisode {
    /// When the item fell below zero.
    pub from: Instant,
    /// The furthest below zero so far.
    pub deepest: Qty,
    /// How many adjustments went negative and are filled.
    pub left_out: usize,
    /// Those that are still open, in the order of replay.
    pub rows: Vec<Kept>,
}

/// A negative inventory adjustment in a base: what is told of it without its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What went short, and what filled it so far.
    pub row: EpisodeRow,
    /// What its entry said.
    pub said: Said,
    /// The sale's receipt; empty where it is no sale.
    pub receipt: String,
    /// What is known around it.
    pub around: Around,
}

/// What the entry of a negative inventory adjustment said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who recorded it.
    pub employee: EmployeeId,
    /// On which register.
    pub device: DeviceId,
    /// What the cashier said when the till warned.
    pub oversold: Option<OversellReason>,
}

/// What happened around a negative inventory adjustment, as far as that cannot be told any more without older lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// The first delivery shortly after it.
    pub received_after: Option<Delivery>,
    /// The last count shortly before it that took some away.
    pub counted_less: Option<CountedLess>,
    /// How much less arrived than was sent, where it is a transfer of which something has.
    pub arrived_short: Option<Qty>,
}

/// What the entry of a line tells: what it said, the sale's receipt, and how much less arrived than was sent.
pub(crate) type Told<'a> = (Said, &'a str, Option<Qty>);

impl Said {
    /// What an entry said of a line.
    pub(crate) fn of(entry: &Entry, line: u16) -> Self {
        let Header { employee, device, .. } = entry.header;
        let line = entry.body.as_sale().and_then(|sale| sale.lines.get(usize::from(line)));
        Self { employee, device, oversold: line.and_then(|line| line.oversold) }
    }
}

impl History {
    /// No lines yet, but the bases of some shops.
    pub(crate) fn on(bases: impl IntoIterator<Item = (ShopId, Base)>, every: CheckpointEvery) -> Self {
        let bases: PerShop<Base> = bases.into_iter().collect();
        let mut history = Self { shops: stocks(&bases), ..Self::new(every) };
        for (shop, episode) in bases.iter().filter_map(|(shop, base)| Some((shop, base.episode.as_ref()?))) {
            for (place, kept) in episode.rows.iter().enumerate() {
                history.keep(shop, place, &kept.row);
            }
        }
        Self { bases, ..history }
    }

    /// Knows of a line in a base what it went short, and what filled that.
    fn keep(&mut self, shop: ShopId, place: usize, row: &EpisodeRow) {
        let first = self.fills.len();
        self.fills.extend(&row.fills);
        let outcome = Outcome {
            shop,
            qty: row.short,
            outflow: Outflow { short: Some((row.short, row.estimate)), ..Outflow::default() },
            fills: (first..self.fills.len()).collect(),
            portions_returned: Vec::new(),
            settled: Qty::ZERO,
            arrived: Qty::ZERO,
            kept: Some(place),
        };
        self.short = self.short.saturating_add(1);
        self.outcomes.insert(row.line, Box::new(outcome));
    }

    /// What a shop begins with.
    pub(super) fn base(&self, shop: ShopId) -> Option<&Base> {
        self.bases.get(shop)
    }

    /// A line that went negative and is in a base.
    pub(crate) fn kept(&self, line: LineId) -> Option<&Kept> {
        let outcome = self.outcomes.get(&line)?;
        self.base(outcome.shop)?.episode.as_ref()?.rows.get(outcome.kept?)
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

    /// Whether older lines are needed: one that is here is dated before a base, or refers to what is before it.
    pub(crate) fn is_lacking(&self) -> bool {
        !self.lacking.is_empty()
    }

    /// Older lines are needed for these.
    pub(crate) fn note_lacking(&mut self, lines: impl IntoIterator<Item = LineId>) {
        self.lacking.extend(lines);
    }

    /// Whether any shop that it covers ever received the item from a vendor.
    pub fn ever_received(&self) -> bool {
        let receives = |post: &Post| post.retracted.is_none() && matches!(post.op, Op::Receive { .. });
        self.bases.values().any(|base| base.signs.received) || self.posts.iter().any(receives)
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
    /// What refers to a line is on the same side of a base as that line, and nothing that is left is dated before it. Of all choices for which
    /// that holds there is one that contains every other, and this is it.
    pub(crate) fn folded<'a>(
        &self,
        item: ItemId,
        horizon: Instant,
        is_bound: impl Fn(&Post) -> bool,
        told: impl Fn(LineId) -> Option<Told<'a>>,
    ) -> BTreeMap<ShopId, Base> {
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
        let then = if all { self } else { &then };
        let mut bases = BTreeMap::new();
        for (&shop, lines) in &cuts.shops {
            if lines.cut > 0 || self.base(shop).is_some() {
                let left = lines.places.get(lines.cut..).unwrap_or_default();
                let left = left.iter().filter_map(|place| self.posts.get(*place));
                let below = left.map(|post| post.stamp.at).min().map_or(horizon, |first| horizon.min(first));
                let stock = then.stock(shop).cloned().unwrap_or_default();
                let signs = then.signs(shop);
                let episode = then.open_episode(item, shop, &signs, &told);
                bases.insert(shop, Base { below, stock, signs: signs.of_what_comes_at(below), episode });
            }
        }
        bases
    }

    /// The episode that is open in a shop in the end.
    fn open_episode<'a>(
        &self,
        item: ItemId,
        shop: ShopId,
        signs: &Signs,
        told: &impl Fn(LineId) -> Option<Told<'a>>,
    ) -> Option<OpenEpisode> {
        let episode = self.episodes(item, shop).pop().filter(|episode| episode.until.is_none())?;
        let deliveries = self.deliveries(shop);
        let (open, filled): (Vec<EpisodeRow>, Vec<EpisodeRow>) =
            episode.rows.into_iter().partition(|row| row.open().is_positive());
        let left_out = episode.left_out.saturating_add(filled.len());
        let rows = open.into_iter().filter_map(|row| {
            let before = self.kept(row.line);
            let known = before.map(|kept| kept.around).unwrap_or_default();
            let (said, receipt, arrived_short) = told(row.line)
                .or_else(|| before.map(|kept| (kept.said, kept.receipt.as_str(), known.arrived_short)))?;
            let around = Around {
                received_after: known.received_after.or_else(|| received_after(&deliveries, row.since)),
                counted_less: if before.is_some() { known.counted_less } else { signs.counted_less(row.since) },
                arrived_short,
            };
            Some(Kept { row, said, receipt: receipt.to_owned(), around })
        });
        Some(OpenEpisode { from: episode.from, deepest: episode.deepest, left_out, rows: rows.collect() })
    }
}

/// The stock that bases begin with.
pub(super) fn stocks(bases: &PerShop<Base>) -> PerShop<Stock> {
    bases.iter().map(|(shop, base)| (shop, base.stock.clone())).collect()
}

/// How many of each shop's lines go into its base.
struct Cuts {
    shops: BTreeMap<ShopId, Lines>,
    /// Places of lines by the place of one that they stay with: what refers to a line and that line, and [`late_partners`].
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
        let mut partners = partners(history);
        late_partners(history, &mut partners);
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
        for lines in shops.values_mut() {
            lines.allow(history, horizon, stays);
            lines.cut = lines.allowed_within(lines.places.len());
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
    /// Finds after how many lines a base may be: where all lines that come later are also dated later than the last.
    fn allow(&mut self, history: &History, horizon: Instant, stays: impl Fn(usize, &Post) -> bool) {
        self.allowed.insert(0);
        let own = |place: &usize| history.posts.get(*place).map(|post| post.stamp.at);
        // When the first is dated of the lines from one on.
        let mut first_from: Vec<Instant> = Vec::with_capacity(self.places.len());
        let mut first = Instant::MAX;
        for at in self.places.iter().rev().filter_map(own) {
            first = first.min(at);
            first_from.push(first);
        }
        first_from.reverse();
        for (number, &place) in self.places.iter().enumerate() {
            let Some(post) = history.posts.get(place) else { return };
            let taken_back_later = post.retracted.is_some_and(|back| back >= horizon);
            if post.position.key.at >= horizon || taken_back_later || stays(place, post) {
                return;
            }
            let folded = number.saturating_add(1);
            if first_from.get(folded).is_none_or(|next| *next > post.position.key.at) {
                self.allowed.insert(folded);
            }
        }
    }

    /// The most lines, and no more than so many, after which a base may be.
    fn allowed_within(&self, most: usize) -> usize {
        self.allowed.range(..=most).next_back().copied().unwrap_or(0)
    }
}

/// What comes back to another shop than it left comes back at the cost of what has filled it until then: it stays with the last line before it in
/// the shop that it left, if it left that short.
fn late_partners(history: &History, partners: &mut BTreeMap<usize, Vec<usize>>) {
    let mut last: BTreeMap<ShopId, usize> = BTreeMap::new();
    for (place, post) in history.posts.iter().enumerate() {
        let of = post.op.of().and_then(|of| history.outcomes.get(&of));
        let of = of.filter(|of| of.shop != post.shop && of.outflow.short.is_some());
        if let Some(before) = of.and_then(|of| last.get(&of.shop)) {
            partners.entry(*before).or_default().push(place);
        }
        last.insert(post.shop, place);
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
