//! What one line does to the state, and how its changes are taken back.

use super::{Change, Fill, History, Oddity, Op, Outcome, Post};
use crate::cost::Cost;
use crate::entry::ItemKind;
use crate::ids::{LineId, ShopId};
use crate::quantity::Qty;
use crate::stock::{Closing, Overflow, Portion, Reason, Stock, less, more};

impl From<Overflow> for Oddity {
    fn from(_: Overflow) -> Self {
        Self::OutOfRange
    }
}

impl History {
    /// Applies the next line. A line that cannot be applied says why and moves nothing.
    pub(super) fn apply(&mut self, post: &Post) -> Result<(), Oddity> {
        if post.retracted.is_some() {
            return Ok(());
        }
        let stock = self.shops.get_or_default(post.shop);
        if let Op::Convert { to } = post.op {
            let closings = stock.convert(to == ItemKind::Inventory);
            self.record_own_fills(post, &closings);
            return Ok(());
        }
        if stock.holds_no_stock() {
            return Ok(());
        }
        match post.op {
            Op::Receive { qty, cost } | Op::FindAt { qty, cost } => {
                fits(stock, qty)?;
                stock.note_received_cost(cost);
                self.put(post, qty, Cost::Known(cost))
            }
            Op::Find { qty } => self.put_at_estimate(post, qty),
            Op::Remove { qty, reason } => self.remove_units(post, qty, reason),
            Op::Return { of, qty, excess } => self.bring_back(post, of, qty, excess),
            Op::Arrive { of, qty } => self.arrive(post, of, qty),
            Op::Lose { of, qty } => self.lose(of, qty),
            Op::Count { counted } => self.count(post, counted),
            Op::Convert { .. } => Ok(()),
        }
    }

    fn stock_mut(&mut self, shop: ShopId) -> &mut Stock {
        self.shops.get_or_default(shop)
    }

    fn remove_units(&mut self, post: &Post, qty: Qty, reason: Reason) -> Result<(), Oddity> {
        let stock = self.stock_mut(post.shop);
        fits(stock, qty.negated())?;
        let outflow = stock.take(post.line, qty, reason, &post.stamp)?;
        let portions = outflow.taken.len().saturating_add(usize::from(outflow.automated.is_some()));
        let outcome = Outcome {
            shop: post.shop,
            qty,
            outflow,
            fills: Vec::new(),
            portions_returned: vec![Qty::ZERO; portions],
            settled: Qty::ZERO,
            arrived: Qty::ZERO,
            kept: None,
        };
        self.short = self.short.saturating_add(usize::from(outcome.outflow.short.is_some()));
        let before = self.outcomes.insert(post.line, Box::new(outcome));
        self.covered.extend(before.map(|before| (post.line, before)));
        self.changes.push(Change::Posted(post.line));
        Ok(())
    }

    fn put(&mut self, post: &Post, qty: Qty, cost: Cost) -> Result<(), Oddity> {
        let stock = self.stock_mut(post.shop);
        fits(stock, qty)?;
        for closing in stock.put(post.line, qty, cost)? {
            self.record_fill(post, closing, cost, false);
        }
        Ok(())
    }

    fn put_at_estimate(&mut self, post: &Post, qty: Qty) -> Result<(), Oddity> {
        let estimate = self.stock_mut(post.shop).estimate(&post.stamp);
        self.put(post, qty, estimate)
    }

    fn count(&mut self, post: &Post, counted: Qty) -> Result<(), Oddity> {
        let on_hand = self.stock_mut(post.shop).on_hand();
        let difference = less(counted, on_hand)?;
        if difference.is_positive() {
            self.put_at_estimate(post, difference)
        } else if difference.is_negative() {
            self.remove_units(post, difference.negated(), Reason::Adjustment)
        } else {
            Ok(())
        }
    }

    /// A reversal: the line's own open shortage first, at its estimate; then its filled part, newest fill first, at the cost
    /// that filled it; then what it took from lots, newest first. What exceeds the line comes in at the estimate.
    fn bring_back(&mut self, post: &Post, of: LineId, qty: Option<Qty>, excess: Oddity) -> Result<(), Oddity> {
        let Some(outcome) = self.outcomes.get(&of) else {
            self.put_at_estimate(post, qty.unwrap_or_default())?;
            return Err(Oddity::UnknownDocument);
        };
        let (from_shop, left) = (outcome.shop, less(outcome.qty, outcome.settled)?);
        let wanted = qty.unwrap_or(left);
        fits(self.stock_mut(post.shop), wanted)?;
        let within = wanted.min(left);
        self.settle(of, within, false)?;
        let mut rest = within;
        if from_shop == post.shop
            && let Some(closing) = self.stock_mut(post.shop).close(of, rest)?
        {
            rest = less(rest, closing.qty)?;
            self.record_fill(post, closing, closing.estimate, true);
        }
        rest = self.bring_back_filled(post, of, rest)?;
        rest = self.bring_back_taken(post, of, rest)?;
        let beyond = more(rest, less(wanted, within)?)?;
        if beyond.is_positive() {
            self.put_at_estimate(post, beyond)?;
        }
        if wanted > within { Err(excess) } else { Ok(()) }
    }

    fn bring_back_filled(&mut self, post: &Post, of: LineId, mut rest: Qty) -> Result<Qty, Oddity> {
        let places = self.outcomes.get(&of).map(|outcome| outcome.fills.clone()).unwrap_or_default();
        for place in places.into_iter().rev() {
            let Some(fill) = self.fills.get_mut(place).filter(|fill| !fill.own) else { continue };
            let qty = less(fill.qty, fill.returned)?.min(rest);
            if qty.is_positive() {
                fill.returned = more(fill.returned, qty)?;
                let actual = fill.actual;
                self.changes.push(Change::FillReturned { fill: place, qty });
                self.put(post, qty, actual)?;
                rest = less(rest, qty)?;
            }
        }
        Ok(rest)
    }

    fn bring_back_taken(&mut self, post: &Post, of: LineId, mut rest: Qty) -> Result<Qty, Oddity> {
        let Some(outcome) = self.outcomes.get(&of) else { return Ok(rest) };
        let portions: Vec<Portion> = outcome.outflow.covered().collect();
        for (place, portion) in portions.into_iter().enumerate().rev() {
            let Some(outcome) = self.outcomes.get_mut(&of) else { break };
            let Some(returned) = outcome.portions_returned.get_mut(place) else { break };
            let qty = less(portion.qty, *returned)?.min(rest);
            if qty.is_positive() {
                *returned = more(*returned, qty)?;
                self.changes.push(Change::PortionReturned { line: of, portion: place, qty });
                self.put(post, qty, portion.cost)?;
                rest = less(rest, qty)?;
            }
        }
        Ok(rest)
    }

    /// Units of a transfer arrive at the costs they left at, in the order they left.
    fn arrive(&mut self, post: &Post, of: LineId, qty: Qty) -> Result<(), Oddity> {
        let Some(outcome) = self.outcomes.get(&of) else {
            self.put_at_estimate(post, qty)?;
            return Err(Oddity::UnknownDocument);
        };
        let within = less(outcome.qty, outcome.settled)?.min(qty);
        // In the order they left, each at the cost it left at; unknown on its way is unknown where it arrives.
        let portions: Vec<Portion> = outcome.outflow.portions().collect();
        let mut before = outcome.arrived;
        fits(self.stock_mut(post.shop), qty)?;
        self.settle(of, within, true)?;
        let mut rest = within;
        for portion in portions {
            let skipped = portion.qty.min(before);
            before = less(before, skipped)?;
            let arriving = less(portion.qty, skipped)?.min(rest);
            if arriving.is_positive() {
                self.put(post, arriving, portion.cost)?;
                rest = less(rest, arriving)?;
            }
        }
        let beyond = more(rest, less(qty, within)?)?;
        if beyond.is_positive() {
            self.put_at_estimate(post, beyond)?;
        }
        if qty > within { Err(Oddity::ReceiveExceedsSent) } else { Ok(()) }
    }

    /// Units of a transfer are written off on their way. They left their sender's stock when they were sent, so nothing moves.
    fn lose(&mut self, of: LineId, qty: Qty) -> Result<(), Oddity> {
        let outcome = self.outcomes.get(&of).ok_or(Oddity::UnknownDocument)?;
        let within = less(outcome.qty, outcome.settled)?.min(qty);
        self.settle(of, within, false)?;
        if qty > within { Err(Oddity::ReturnExceedsSent) } else { Ok(()) }
    }

    fn settle(&mut self, line: LineId, qty: Qty, arrived: bool) -> Result<(), Oddity> {
        if let Some(outcome) = self.outcomes.get_mut(&line) {
            outcome.settled = more(outcome.settled, qty)?;
            if arrived {
                outcome.arrived = more(outcome.arrived, qty)?;
            }
            self.changes.push(Change::Settled { line, qty, arrived });
        }
        Ok(())
    }

    fn record_own_fills(&mut self, post: &Post, closings: &[Closing]) {
        for &closing in closings {
            self.record_fill(post, closing, closing.estimate, true);
        }
    }

    fn record_fill(&mut self, post: &Post, closing: Closing, actual: Cost, own: bool) {
        let Closing { line, qty, estimate } = closing;
        if let Some(outcome) = self.outcomes.get_mut(&line) {
            outcome.fills.push(self.fills.len());
        }
        let (shop, by) = (post.shop, post.line);
        self.fills.push(Fill { shop, line, by, qty, estimate, actual, own, returned: Qty::ZERO });
        self.changes.push(Change::Filled);
    }

    pub(super) fn flag(&mut self, line: LineId, oddity: Oddity) {
        self.oddities.insert(line, oddity);
        self.changes.push(Change::Flagged(line));
    }

    /// Takes one change back; changes are taken back in the reverse of their order, so every place still exists.
    pub(super) fn take_back(&mut self, change: Change) {
        match change {
            Change::Posted(line) => {
                let taken_back = self.outcomes.remove(&line);
                let was_short = taken_back.is_some_and(|outcome| outcome.outflow.short.is_some());
                self.short = self.short.saturating_sub(usize::from(was_short));
                self.outcomes.extend(self.covered.remove(&line).map(|before| (line, before)));
            }
            Change::Flagged(line) => {
                self.oddities.remove(&line);
            }
            Change::Filled => {
                if let Some(outcome) = self.fills.pop().and_then(|fill| self.outcomes.get_mut(&fill.line)) {
                    outcome.fills.pop();
                }
            }
            Change::FillReturned { fill, qty } => {
                if let Some(fill) = self.fills.get_mut(fill) {
                    fill.returned = less(fill.returned, qty).unwrap_or_default();
                }
            }
            Change::PortionReturned { line, portion, qty } => {
                let outcome = self.outcomes.get_mut(&line);
                if let Some(returned) = outcome.and_then(|outcome| outcome.portions_returned.get_mut(portion)) {
                    *returned = less(*returned, qty).unwrap_or_default();
                }
            }
            Change::Settled { line, qty, arrived } => {
                if let Some(outcome) = self.outcomes.get_mut(&line) {
                    outcome.settled = less(outcome.settled, qty).unwrap_or_default();
                    if arrived {
                        outcome.arrived = less(outcome.arrived, qty).unwrap_or_default();
                    }
                }
            }
        }
    }
}

fn fits(stock: &Stock, qty: Qty) -> Result<(), Oddity> {
    if stock.can_take(qty) { Ok(()) } else { Err(Oddity::OutOfRange) }
}
