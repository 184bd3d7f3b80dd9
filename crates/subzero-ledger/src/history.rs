//! History: the lines that moved one item, in the order of replay, and what came of them.
//!
//! One history covers one item in one shop, or in the shops that exchange it by transfer: what a transfer cost its sender is
//! what it brings to its receiver, so those shops are replayed together and nobody else is.
//!
//! A line that goes last costs a push. A line that arrives late is put in its place: the state returns to the checkpoint
//! before it, and the lines from there on are applied again. Lots, shortages and costs are kept in checkpoints; fills and
//! returns are append-only logs that are cut back to the checkpoint's length.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

mod apply;
mod base;
mod episodes;
mod per_shop;
mod signs;

pub use base::Said;
pub(crate) use base::{Around, Base, Kept, OpenEpisode};
pub use episodes::{Episode, EpisodeRow};
use per_shop::PerShop;
use signs::CountedLess;
pub(crate) use signs::{Delivery, Signs, received_after};

use crate::cost::{Cost, TotalCost};
use crate::entry::ItemKind;
use serde::Serialize;

use crate::ids::{DeviceId, EntryId, LineId, ShopId};
use crate::instant::Instant;
use crate::money::{Amount, UnitCost};
use crate::quantity::Qty;
use crate::stock::{Outflow, Overflow, Portion, Reason, Stamp, Stock, less};

/// How many lines lie between two checkpoints at least. There are more between them when more lots and shortages than that are held: what
/// a checkpoint costs is then spread over as many lines. A late line replays no more than that beyond those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointEvery(NonZeroUsize);

impl CheckpointEvery {
    /// That many lines; 0 is taken as 1.
    pub const fn lines(lines: usize) -> Self {
        Self(match NonZeroUsize::new(lines) {
            Some(lines) => lines,
            None => NonZeroUsize::MIN,
        })
    }
}

impl Default for CheckpointEvery {
    fn default() -> Self {
        Self::lines(64)
    }
}

/// With so many lines, room for some more is a small part.
const MANY_LINES: usize = 8;

/// Where an entry stands in the order of replay: (effective time, device, device sequence, entry id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Effective time.
    pub at: Instant,
    /// The device.
    pub device: DeviceId,
    /// Its sequence there.
    pub dseq: u64,
    /// The entry.
    pub entry: EntryId,
}

/// Where a line stands: an entry that refers to a later one follows it at once, so its place is its referent's and then its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Its own key, or its referent's when that is later.
    pub key: Key,
    /// Its own key, when it waits for its referent.
    pub waiting: Option<Key>,
    /// Its line.
    pub line: u16,
}

impl Position {
    /// Where it would stand if it waited for nothing: what it is dated.
    pub fn own(&self) -> Key {
        self.waiting.unwrap_or(self.key)
    }
}

/// One line of one entry, ready to be applied.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// Its place.
    pub position: Position,
    /// Which line it is.
    pub line: LineId,
    /// Whose stock it moves.
    pub shop: ShopId,
    /// What it was stamped with.
    pub(crate) stamp: Stamp,
    /// What it does.
    pub(crate) op: Op,
    /// When its entry was taken back: it then does nothing, and its place stays to be shown.
    pub retracted: Option<Instant>,
}

/// What a line does to stock.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Received from a vendor at a cost.
    Receive { qty: Qty, cost: UnitCost },
    /// Comes in at the estimate: found, or returned without a sale.
    Find { qty: Qty },
    /// Comes in at a cost that somebody typed and no vendor charged.
    FindAt { qty: Qty, cost: UnitCost },
    /// Goes out.
    Remove { qty: Qty, reason: Reason },
    /// (Part of) an earlier line comes back; all that is left of it when no quantity is given.
    Return { of: LineId, qty: Option<Qty>, excess: Oddity },
    /// (Part of) a transfer arrives.
    Arrive { of: LineId, qty: Qty },
    /// (Part of) a transfer is lost: it will neither arrive nor come back.
    Lose { of: LineId, qty: Qty },
    /// On hand is set.
    Count { counted: Qty },
    /// The item stops or starts holding stock.
    Convert { to: ItemKind },
}

impl Op {
    /// The earlier line that it is about.
    pub(crate) const fn of(&self) -> Option<LineId> {
        match *self {
            Self::Return { of, .. } | Self::Arrive { of, .. } | Self::Lose { of, .. } => Some(of),
            Self::Receive { .. }
            | Self::Find { .. }
            | Self::FindAt { .. }
            | Self::Remove { .. }
            | Self::Count { .. }
            | Self::Convert { .. } => None,
        }
    }
}

/// What a line did to its shop's on hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// On hand after it less on hand before it.
    pub moved: Qty,
    /// What was added automatically just before, so that the line would not go below zero.
    pub automated: Qty,
}

/// What is odd about a line that is nevertheless kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Oddity {
    /// More came back than was left to refund.
    RefundExceedsSale,
    /// More came back or was lost than was left of what was sent.
    ReturnExceedsSent,
    /// More arrived than was sent.
    ReceiveExceedsSent,
    /// It names an entry, or a line of one, that is not here.
    UnknownDocument,
    /// It would take on hand out of range: it is kept and moves nothing.
    OutOfRange,
}

impl Oddity {
    /// Its stable name, for files and programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RefundExceedsSale => "refund_exceeds_sale",
            Self::ReturnExceedsSent => "return_exceeds_sent",
            Self::ReceiveExceedsSent => "receive_exceeds_sent",
            Self::UnknownDocument => "unknown_document",
            Self::OutOfRange => "out_of_range",
        }
    }
}

/// Closing (part of) a shortage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// The shop.
    pub shop: ShopId,
    /// The line whose shortage it was.
    pub line: LineId,
    /// The line that brought the units.
    pub by: LineId,
    /// How many.
    pub qty: Qty,
    /// What they had been estimated at, each.
    pub estimate: Cost,
    /// What they turned out to cost, each.
    pub actual: Cost,
    /// Brought by the same units coming back, or closed by conversion: nothing of it can be returned again.
    pub(crate) own: bool,
    /// How much of it was returned since.
    pub(crate) returned: Qty,
}

impl Fill {
    /// Filled quantity × (actual − estimate), in which a cost that nobody knows counts as 0.
    pub fn variance(&self) -> Result<Amount, Overflow> {
        self.actual.times(self.qty).checked_sub(self.estimate.times(self.qty)).ok_or(Overflow)
    }
}

/// What an outgoing line took, and what has come back of it.
#[derive(Clone, Debug)]
struct Outcome {
    shop: ShopId,
    qty: Qty,
    outflow: Outflow,
    /// Places in the log of fills of this line's shortage.
    fills: Vec<usize>,
    /// How much of each portion came back: those from lots, then the automated one.
    portions_returned: Vec<Qty>,
    /// How much came back, or arrived where it was sent.
    settled: Qty,
    /// How much of it arrived where it was sent.
    arrived: Qty,
    /// Its place among the rows of its shop's base, when the line itself is not here: then this is of its short part.
    kept: Option<usize>,
}

/// One change to outcomes, fills or oddities, so that it can be taken back.
#[derive(Clone, Copy, Debug)]
enum Change {
    Posted(LineId),
    Flagged(LineId),
    Filled,
    FillReturned { fill: usize, qty: Qty },
    PortionReturned { line: LineId, portion: usize, qty: Qty },
    Settled { line: LineId, qty: Qty, arrived: bool },
}

/// The state after a number of lines.
#[derive(Clone, Debug)]
struct Checkpoint {
    applied: usize,
    changes: usize,
    shops: PerShop<Stock>,
}

/// All lines of one item in one shop, or in shops that exchange it, and the state they lead to.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What some shops begin with, where their older lines are not here.
    bases: PerShop<Base>,
    /// The lines for which older ones are needed.
    lacking: BTreeSet<LineId>,
    posts: Vec<Post>,
    shops: PerShop<Stock>,
    /// In boxes: most histories have few, and a tree's node has room for eleven.
    outcomes: BTreeMap<LineId, Box<Outcome>>,
    /// Those of lines in a base that are here too, for as long as it is not known that they are in it.
    covered: BTreeMap<LineId, Box<Outcome>>,
    /// How many of them went negative.
    short: usize,
    /// How many lines were taken back.
    retracted: usize,
    fills: Vec<Fill>,
    oddities: BTreeMap<LineId, Oddity>,
    changes: Vec<Change>,
    checkpoints: Vec<Checkpoint>,
    /// What each applied line did to its shop's on hand.
    effects: Vec<Qty>,
    applied: usize,
    replayed: u64,
    every: CheckpointEvery,
}

impl History {
    /// No lines yet.
    pub(crate) fn new(every: CheckpointEvery) -> Self {
        Self { every, ..Self::default() }
    }

    /// Puts lines in their places and brings the state up to date.
    pub fn insert(&mut self, mut posts: Vec<Post>) {
        posts.sort_by_key(|post| post.position);
        let Some(first) = posts.first().map(|post| post.position) else { return };
        let place = self.posts.partition_point(|post| post.position < first);
        self.return_to(place);
        self.retracted = self.retracted.saturating_add(retracted(&posts));
        let later = self.posts.split_off(place);
        self.posts.extend(posts);
        self.posts.extend(later);
        if let Some(changed) = self.posts.get_mut(place..) {
            changed.sort_by_key(|post| post.position);
        }
        self.replay();
    }

    /// Takes out every line of an entry.
    pub fn remove(&mut self, entry: EntryId) {
        self.lacking.retain(|line| line.entry != entry);
        if let Some(place) = self.posts.iter().position(|post| post.line.entry == entry) {
            self.return_to(place);
            self.posts.retain(|post| post.line.entry != entry);
            self.retracted = retracted(&self.posts);
            self.replay();
        }
    }

    /// The same lines and those of another history as one.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let replayed = self.replayed.saturating_add(other.replayed);
        let bases = self.bases.into_iter().chain(other.bases);
        let mut both = Self { replayed, ..Self::on(bases, self.every) };
        both.note_lacking(self.lacking.into_iter().chain(other.lacking));
        both.insert(self.posts.into_iter().chain(other.posts).collect());
        both
    }

    /// The shops it covers, with their stock.
    pub fn shops(&self) -> impl Iterator<Item = (ShopId, &Stock)> {
        self.shops.iter()
    }

    /// One shop's stock.
    pub fn stock(&self, shop: ShopId) -> Option<&Stock> {
        self.shops.get(shop)
    }

    /// Every fill, in the order they happened.
    pub fn fills(&self) -> &[Fill] {
        &self.fills
    }

    /// Lines that are odd, and how.
    pub fn oddities(&self) -> impl Iterator<Item = (LineId, Oddity)> {
        self.oddities.iter().map(|(&line, &oddity)| (line, oddity))
    }

    /// What is odd about an entry's lines.
    pub fn oddities_of(&self, entry: EntryId) -> impl Iterator<Item = Oddity> {
        let lines = LineId { entry, line: 0 }..=LineId { entry, line: u16::MAX };
        self.oddities.range(lines).map(|(_, oddity)| *oddity)
    }

    /// What was added automatically, in the order of replay: (shop, line, units and cost).
    pub fn automated(&self) -> impl Iterator<Item = (ShopId, LineId, Portion)> {
        self.posts.iter().filter_map(|post| {
            let portion = self.outcomes.get(&post.line)?.outflow.automated?;
            Some((post.shop, post.line, portion))
        })
    }

    /// What an outgoing line cost as known when it left; none for a line that took nothing out.
    pub fn cost_when_posted(&self, line: LineId) -> Option<Result<TotalCost, Overflow>> {
        Some(self.whole_outcome(line)?.outflow.cost())
    }

    /// What it cost as now known: its filled part at the cost that filled it.
    pub fn cost_as_known(&self, line: LineId) -> Option<Result<TotalCost, Overflow>> {
        let outflow = &self.whole_outcome(line)?.outflow;
        let covered = outflow.covered().map(|Portion { qty, cost }| Ok(TotalCost::of(qty, cost)));
        let short = outflow.short.map(|(short, estimate)| restated(short, estimate, self.fills_of(line)));
        let mut parts = covered.chain(short);
        Some(parts.try_fold(TotalCost::default(), |sum, part| sum.checked_add(part?)))
    }

    /// How much of an outgoing line has neither come back nor arrived.
    pub fn left_of(&self, line: LineId) -> Option<Qty> {
        let outcome = self.whole_outcome(line)?;
        outcome.qty.checked_sub(outcome.settled)
    }

    /// What came of a line; none of one that is in a base, of which only the short part is known.
    fn whole_outcome(&self, line: LineId) -> Option<&Outcome> {
        self.outcomes.get(&line).map(Box::as_ref).filter(|outcome| outcome.kept.is_none())
    }

    /// Its lines, in the order of replay.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// What one line did to its shop's on hand, and what was added automatically for it.
    pub fn effect(&self, position: Position) -> Option<Effect> {
        let place = self.posts.binary_search_by_key(&position, |post| post.position).ok()?;
        self.effect_at(place)
    }

    /// One shop's lines in the order of replay, each with what it did and what was on hand after it.
    pub fn running(&self, shop: ShopId) -> impl Iterator<Item = (&Post, Effect, Qty)> {
        let mut on_hand = self.begins_with(shop);
        let lines = (0..self.posts.len()).filter_map(|place| Some((self.posts.get(place)?, self.effect_at(place)?)));
        lines.filter(move |(post, _)| post.shop == shop).map(move |(post, effect)| {
            // On hand is held to its range as the line is applied.
            on_hand = on_hand.checked_add(effect.moved).unwrap_or(on_hand);
            (post, effect, on_hand)
        })
    }

    /// What a shop had before its first line that is here.
    fn begins_with(&self, shop: ShopId) -> Qty {
        self.bases.get(shop).map_or(Qty::ZERO, |base| base.stock.on_hand())
    }

    /// What was on hand in a shop after everything that happened there up to a moment. Before [`History::below`], it is what was on hand then.
    pub fn on_hand_at(&self, shop: ShopId, at: Instant) -> Qty {
        let until = self.running(shop).take_while(|(post, _, _)| post.position.key.at <= at);
        until.last().map_or_else(|| self.begins_with(shop), |(_, _, on_hand)| on_hand)
    }

    fn effect_at(&self, place: usize) -> Option<Effect> {
        let line = self.posts.get(place)?.line;
        let automated = self.outcomes.get(&line).and_then(|outcome| outcome.outflow.automated);
        Some(Effect { moved: *self.effects.get(place)?, automated: automated.map_or(Qty::ZERO, |portion| portion.qty) })
    }

    /// The lines of one shop that went negative, whatever has filled them since, in the order of replay: each with how much, and at which
    /// estimate.
    pub fn shortfalls(&self, shop: ShopId) -> impl Iterator<Item = (&Post, Qty, Cost)> {
        let of_shop = self.posts.iter().filter(move |post| post.shop == shop);
        of_shop.filter_map(|post| {
            let (short, estimate) = self.outcomes.get(&post.line)?.outflow.short?;
            Some((post, short, estimate))
        })
    }

    /// What filled the shortage of one line, in the order it happened.
    pub fn fills_of(&self, line: LineId) -> impl Iterator<Item = &Fill> {
        let places = self.outcomes.get(&line).into_iter().flat_map(|outcome| &outcome.fills);
        places.filter_map(|&place| self.fills.get(place))
    }

    /// Whether anything ever went negative in any of its shops, or may have before something was taken back.
    pub const fn ever_short(&self) -> bool {
        self.short > 0 || self.retracted > 0
    }

    /// Whether it may have been below zero after everything up to a moment, as far as that shows without a replay: what was on hand is
    /// known line by line, but not what was on hand before something was taken back.
    pub fn may_be_negative_at(&self, at: Instant) -> bool {
        self.retracted > 0 || self.shops.shops().any(|shop| self.on_hand_at(shop, at).is_negative())
    }

    /// The stock of each of its shops as it was after everything that happened up to a moment; before [`History::below`], what it was then.
    pub fn stocks_at(&self, at: Instant) -> BTreeMap<ShopId, Stock> {
        let until = self.posts.iter().take_while(|post| post.position.key.at <= at);
        // What was taken back later still stood then.
        let then_known = |post: &Post| Post { retracted: post.retracted.filter(|back| *back <= at), ..*post };
        let mut then = Self::on(self.bases.clone(), CheckpointEvery::lines(usize::MAX));
        then.insert(until.map(then_known).collect());
        then.shops.into_iter().collect()
    }

    /// The lines of one shop that went negative, whatever has filled them since.
    pub fn short_lines(&self, shop: ShopId) -> impl Iterator<Item = LineId> {
        let short = self.outcomes.iter().filter(move |(_, of)| of.shop == shop && of.outflow.short.is_some());
        short.map(|(line, _)| *line)
    }

    /// The last lines of one shop, newest first.
    pub fn recent(&self, shop: ShopId) -> impl Iterator<Item = &Post> {
        self.posts.iter().rev().filter(move |post| post.shop == shop)
    }

    /// How many lines were applied so far, those applied again included: what lateness costs.
    pub const fn replayed(&self) -> u64 {
        self.replayed
    }

    /// How many lots and shortages the checkpoints hold: what they cost in memory.
    pub fn held_in_checkpoints(&self) -> usize {
        let stocks = self.checkpoints.iter().flat_map(|checkpoint| checkpoint.shops.values());
        stocks.map(Stock::len).fold(0, usize::saturating_add)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.posts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// Goes back to the last checkpoint at or before `place`.
    fn return_to(&mut self, place: usize) {
        if place >= self.applied {
            return; // nothing after it was applied
        }
        let kept = self.checkpoints.partition_point(|checkpoint| checkpoint.applied <= place);
        self.checkpoints.truncate(kept);
        let (shops, changes) = match self.checkpoints.last() {
            Some(checkpoint) => (checkpoint.shops.clone(), checkpoint.changes),
            None => (base::stocks(&self.bases), 0),
        };
        self.shops = shops;
        while self.changes.len() > changes {
            if let Some(change) = self.changes.pop() {
                self.take_back(change);
            }
        }
        self.applied = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.applied);
        self.effects.truncate(self.applied);
    }

    /// Gives back what few lines do not need: there are many histories, and most have few.
    fn shrink(&mut self) {
        if self.posts.len() < MANY_LINES {
            self.posts.shrink_to_fit();
            self.effects.shrink_to_fit();
            self.changes.shrink_to_fit();
        }
    }

    fn replay(&mut self) {
        while let Some(&post) = self.posts.get(self.applied) {
            let before = self.shops.get(post.shop).map_or(Qty::ZERO, Stock::on_hand);
            if let Err(oddity) = self.apply(&post) {
                self.flag(post.line, oddity);
            }
            let after = self.shops.get(post.shop).map_or(Qty::ZERO, Stock::on_hand);
            self.effects.push(after.checked_sub(before).unwrap_or_default());
            self.applied = self.applied.saturating_add(1);
            self.replayed = self.replayed.saturating_add(1);
            let last = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.applied);
            let held = self.shops.values().map(Stock::len).fold(0, usize::saturating_add);
            if self.applied.saturating_sub(last) >= self.every.0.get().max(held) {
                let (applied, changes) = (self.applied, self.changes.len());
                self.checkpoints.push(Checkpoint { applied, changes, shops: self.shops.clone() });
            }
        }
        self.shrink();
    }
}

/// What a shortage cost as now known: what was filled at the cost that filled it, the rest at its estimate.
pub(crate) fn restated<'a>(
    short: Qty,
    estimate: Cost,
    fills: impl IntoIterator<Item = &'a Fill>,
) -> Result<TotalCost, Overflow> {
    let (mut open, mut sum) = (short, TotalCost::default());
    for fill in fills {
        open = less(open, fill.qty)?;
        sum = sum.checked_add(TotalCost::of(fill.qty, fill.actual))?;
    }
    sum.checked_add(TotalCost::of(open, estimate))
}

fn retracted(posts: &[Post]) -> usize {
    posts.iter().filter(|post| post.retracted.is_some()).count()
}
