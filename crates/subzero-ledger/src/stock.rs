//! Stock: the lots and shortages of one item in one shop, and what an inflow or an outflow does to them.
//!
//! > Lots and shortages are never both non-empty, and on hand = Σ lots − Σ open shortages.
//!
//! The functions here know nothing of entries, shops or order; [`crate::history`] calls them in the order of replay.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::cost::{Cost, TotalCost};
use crate::entry::{CostControl, Mode};
use crate::ids::LineId;
use crate::instant::Instant;
use crate::money::{Amount, UnitCost};
use crate::quantity::Qty;

/// A figure outgrew its range: an error, never a wrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a figure is out of range")]
pub struct Overflow;

/// Lots, shortages and known costs of one item in one shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    lots: VecDeque<Lot>,
    shortages: VecDeque<Shortage>,
    on_hand: Qty,
    /// Of the last unit that left from a lot, or was added automatically, and whose cost was known: an estimate is no record of a cost.
    last_recorded_cost: Option<UnitCost>,
    /// Of the last units that brought a cost of their own: received from a vendor, or found with a cost typed.
    last_received_cost: Option<UnitCost>,
    negative_since: Option<Instant>,
    converted: bool,
}

/// Units that came in together at one cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The line that brought them in.
    pub line: LineId,
    /// How many are left.
    pub qty: Qty,
    /// What one cost.
    pub cost: Cost,
}

/// The part of one outgoing line that no stock covered, as far as it is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// The line that went negative.
    pub line: LineId,
    /// Why it went out.
    pub reason: Reason,
    /// How much no stock covered.
    pub short: Qty,
    /// How much of that is still open.
    pub open: Qty,
    /// Its own estimated unit cost.
    pub estimate: Cost,
    /// When it opened: the line's effective time.
    pub since: Instant,
}

impl Shortage {
    /// What is still open, at the estimate.
    pub fn exposure(&self) -> Amount {
        self.estimate.times(self.open)
    }
}

/// Why units went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    /// Sold.
    Sale,
    /// Returned to the vendor.
    VendorReturn,
    /// Removed for a transfer.
    Transfer,
    /// Adjusted by hand, or counted away.
    Adjustment,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Sale, Self::VendorReturn, Self::Transfer, Self::Adjustment];

    /// Its stable name, for files and programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::VendorReturn => "vendor_return",
            Self::Transfer => "transfer",
            Self::Adjustment => "adjustment",
        }
    }
}

/// Where the cost of a unit that no lot covers is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostKnown {
    /// The item's default cost.
    Default(UnitCost),
    /// What the last unit that left, and whose cost was known, had cost.
    LastRecorded(UnitCost),
    /// What the last unit that brought a cost of its own had cost.
    LastReceived(UnitCost),
    /// From nowhere.
    No,
}

impl CostKnown {
    /// The cost itself.
    pub const fn cost(self) -> Cost {
        match self {
            Self::Default(cost) | Self::LastRecorded(cost) | Self::LastReceived(cost) => Cost::Known(cost),
            Self::No => Cost::Missing,
        }
    }
}

/// What the posting device stamped on a line for its replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Allow or auto-add.
    pub mode: Mode,
    /// Which estimate comes first.
    pub cost_control: CostControl,
    /// The item's default cost.
    pub default_cost: Option<UnitCost>,
    /// Effective time.
    pub at: Instant,
}

/// Some units at one cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// How many.
    pub qty: Qty,
    /// What one cost.
    pub cost: Cost,
}

/// What one outflow took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outflow {
    /// From lots, oldest first.
    pub taken: Vec<Portion>,
    /// Added automatically just before and removed with the line.
    pub automated: Option<Portion>,
    /// What nothing covered, at its estimate.
    pub short: Option<(Qty, Cost)>,
}

impl Outflow {
    /// The units in the order they left: from lots, those added automatically, and what nothing covered.
    pub fn portions(&self) -> impl Iterator<Item = Portion> {
        let short = self.short.map(|(qty, estimate)| Portion { qty, cost: estimate });
        self.covered().chain(short)
    }

    /// Those that were there or were added.
    pub fn covered(&self) -> impl Iterator<Item = Portion> {
        self.taken.iter().chain(&self.automated).copied()
    }

    /// What the units cost as known when they left.
    pub fn cost(&self) -> Result<TotalCost, Overflow> {
        TotalCost::sum(self.portions().map(|Portion { qty, cost }| TotalCost::of(qty, cost)))
    }
}

/// (Part of) a shortage closed by incoming units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The line whose shortage it was.
    pub line: LineId,
    /// How much of it.
    pub qty: Qty,
    /// What it had been estimated at.
    pub estimate: Cost,
}

impl Stock {
    /// Signed quantity.
    pub const fn on_hand(&self) -> Qty {
        self.on_hand
    }

    /// What can be sold without going negative.
    pub const fn sellable(&self) -> Qty {
        self.on_hand.or_zero()
    }

    /// Lots, oldest first.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter()
    }

    /// Open shortages, oldest first: the rows of the report.
    pub fn shortages(&self) -> impl Iterator<Item = &Shortage> {
        self.shortages.iter()
    }

    /// When on hand last fell below zero, while it still is.
    pub const fn negative_since(&self) -> Option<Instant> {
        self.negative_since
    }

    /// Whether the item was converted to non-inventory here: its lines move nothing.
    pub const fn holds_no_stock(&self) -> bool {
        self.converted
    }

    /// Whether `qty` more (or, negated, less) stays in range. Checked before a line touches anything.
    pub fn can_take(&self, qty: Qty) -> bool {
        self.on_hand.checked_add(qty).is_some_and(|sum| sum <= Qty::ON_HAND_MAX && sum >= Qty::ON_HAND_MAX.negated())
    }

    /// What the last unit that left, and whose cost was known, had cost.
    pub(crate) const fn last_recorded_cost(&self) -> Option<UnitCost> {
        self.last_recorded_cost
    }

    /// What the last unit that brought a cost of its own had cost.
    pub(crate) const fn last_received_cost(&self) -> Option<UnitCost> {
        self.last_received_cost
    }

    /// Stock as somebody else says it is. Fails for what cannot be: a lot or a shortage of nothing, both at once, more than can be on hand, a cost out
    /// of range, lots or shortages of what holds no stock.
    pub(crate) fn held(
        lots: VecDeque<Lot>,
        shortages: VecDeque<Shortage>,
        (last_recorded_cost, last_received_cost): (Option<UnitCost>, Option<UnitCost>),
        negative_since: Option<Instant>,
        holds_no_stock: bool,
    ) -> Result<Self, Overflow> {
        let lot_costs = lots.iter().filter_map(|lot| lot.cost.known());
        let estimates = shortages.iter().filter_map(|shortage| shortage.estimate.known());
        let mut costs = lot_costs.chain(estimates).chain(last_recorded_cost).chain(last_received_cost);
        let are_shortages_sound =
            shortages.iter().all(|shortage| shortage.open.is_positive() && shortage.open <= shortage.short);
        let are_sound = are_shortages_sound && lots.iter().all(|lot| lot.qty.is_positive());
        let is_one_of_them = lots.is_empty() || shortages.is_empty();
        let is_empty = lots.is_empty() && shortages.is_empty();
        if !are_sound || !is_one_of_them || (holds_no_stock && !is_empty) || !costs.all(UnitCost::is_in_range) {
            return Err(Overflow);
        }
        drop(costs);
        let mut stock = Self {
            last_recorded_cost,
            last_received_cost,
            negative_since: negative_since.filter(|_| !shortages.is_empty()),
            converted: holds_no_stock,
            ..Self::default()
        };
        let moves = lots.iter().map(|lot| lot.qty).chain(shortages.iter().map(|shortage| shortage.open.negated()));
        for qty in moves {
            if !stock.can_take(qty) {
                return Err(Overflow);
            }
            stock.on_hand = more(stock.on_hand, qty)?;
        }
        (stock.lots, stock.shortages) = (lots, shortages);
        Ok(stock)
    }

    /// The estimate that cost control picks: default and last recorded cost in its order, then the last received cost.
    pub fn estimate(&self, stamp: &Stamp) -> Cost {
        self.cost_known(stamp.cost_control, stamp.default_cost).cost()
    }

    /// What a unit that no lot covers is taken to cost, and where that is known from.
    pub fn cost_known(&self, control: CostControl, default_cost: Option<UnitCost>) -> CostKnown {
        let default = default_cost.map(CostKnown::Default);
        let recorded = self.last_recorded_cost.map(CostKnown::LastRecorded);
        let first_two = match control {
            CostControl::Default => default.or(recorded),
            CostControl::LastRecorded => recorded.or(default),
        };
        first_two.or(self.last_received_cost.map(CostKnown::LastReceived)).unwrap_or(CostKnown::No)
    }

    /// As much of it as the cost of taking `qty` depends on.
    pub(crate) fn excerpt(&self, qty: Qty) -> Self {
        let mut missing = qty;
        let lots = self.lots.iter().take_while(|lot| {
            let is_needed = missing.is_positive();
            missing = missing.checked_sub(lot.qty).unwrap_or(Qty::ZERO);
            is_needed
        });
        Self {
            lots: lots.copied().collect(),
            shortages: VecDeque::new(),
            on_hand: self.on_hand,
            last_recorded_cost: self.last_recorded_cost,
            last_received_cost: self.last_received_cost,
            negative_since: self.negative_since,
            converted: self.converted,
        }
    }

    /// How many lots and shortages there are.
    pub(crate) fn len(&self) -> usize {
        self.lots.len().saturating_add(self.shortages.len())
    }

    /// Takes `qty` out: from lots oldest first; what no lot covers opens one shortage, or is added automatically.
    pub fn take(&mut self, line: LineId, qty: Qty, reason: Reason, stamp: &Stamp) -> Result<Outflow, Overflow> {
        let mut outflow = Outflow::default();
        let mut wanted = qty;
        while wanted.is_positive() {
            let Some(lot) = self.lots.front_mut() else { break };
            let portion = Portion { qty: lot.qty.min(wanted), cost: lot.cost };
            lot.qty = less(lot.qty, portion.qty)?;
            if lot.qty.is_zero() {
                self.lots.pop_front();
            }
            wanted = less(wanted, portion.qty)?;
            self.on_hand = less(self.on_hand, portion.qty)?;
            self.note_recorded_cost(portion.cost);
            outflow.taken.push(portion);
        }
        if wanted.is_positive() {
            match stamp.mode {
                Mode::AutoAdd => {
                    let cost = stamp.default_cost.map_or_else(|| self.estimate(stamp), Cost::Known);
                    self.note_recorded_cost(cost);
                    outflow.automated = Some(Portion { qty: wanted, cost });
                }
                Mode::Allow => outflow.short = Some((wanted, self.open_shortage(line, wanted, reason, stamp)?)),
            }
        }
        Ok(outflow)
    }

    fn open_shortage(&mut self, line: LineId, short: Qty, reason: Reason, stamp: &Stamp) -> Result<Cost, Overflow> {
        let estimate = self.estimate(stamp);
        self.shortages.push_back(Shortage { line, reason, short, open: short, estimate, since: stamp.at });
        self.on_hand = less(self.on_hand, short)?;
        self.negative_since = self.negative_since.or(Some(stamp.at));
        Ok(estimate)
    }

    /// Brings `qty` in at `cost`: fills open shortages oldest first; the rest becomes a lot.
    pub fn put(&mut self, line: LineId, qty: Qty, cost: Cost) -> Result<Vec<Closing>, Overflow> {
        let mut closings = Vec::new();
        let mut rest = qty;
        while rest.is_positive() {
            let Some(oldest) = self.shortages.front().map(|shortage| shortage.line) else { break };
            let Some(closing) = self.close(oldest, rest)? else { break };
            rest = less(rest, closing.qty)?;
            closings.push(closing);
        }
        if rest.is_positive() {
            self.on_hand = more(self.on_hand, rest)?;
            self.lots.push_back(Lot { line, qty: rest, cost });
        }
        Ok(closings)
    }

    /// Closes up to `qty` of the shortage that `line` opened; nothing when it is not open, or nothing is to be closed.
    pub fn close(&mut self, line: LineId, qty: Qty) -> Result<Option<Closing>, Overflow> {
        if !qty.is_positive() {
            return Ok(None);
        }
        let Some(place) = self.shortages.iter().position(|shortage| shortage.line == line) else { return Ok(None) };
        let Some(shortage) = self.shortages.get_mut(place) else { return Ok(None) };
        let closing = Closing { line, qty: shortage.open.min(qty), estimate: shortage.estimate };
        shortage.open = less(shortage.open, closing.qty)?;
        if shortage.open.is_zero() {
            self.shortages.remove(place);
        }
        self.on_hand = more(self.on_hand, closing.qty)?;
        if !self.on_hand.is_negative() {
            self.negative_since = None;
        }
        Ok(Some(closing))
    }

    /// Remembers what units that left had cost. One that nobody knows leaves what is known as it was.
    fn note_recorded_cost(&mut self, cost: Cost) {
        self.last_recorded_cost = cost.known().or(self.last_recorded_cost);
    }

    /// Remembers a cost that came in with units of its own: what a vendor charged, or somebody typed.
    pub const fn note_received_cost(&mut self, cost: UnitCost) {
        self.last_received_cost = Some(cost);
    }

    /// Stops or starts holding stock. Stopping empties both queues and says which shortages it closed.
    pub fn convert(&mut self, holds_stock: bool) -> Vec<Closing> {
        self.converted = !holds_stock;
        if holds_stock {
            return Vec::new();
        }
        self.lots.clear();
        self.on_hand = Qty::ZERO;
        self.negative_since = None;
        self.shortages
            .drain(..)
            .map(|shortage| Closing { line: shortage.line, qty: shortage.open, estimate: shortage.estimate })
            .collect()
    }
}

pub(crate) fn more(qty: Qty, by: Qty) -> Result<Qty, Overflow> {
    qty.checked_add(by).ok_or(Overflow)
}

pub(crate) fn less(qty: Qty, by: Qty) -> Result<Qty, Overflow> {
    qty.checked_sub(by).ok_or(Overflow)
}
