//! Counting together: a list, what each person sees, and the count that sets on hand.

use super::{Desk, LineProblem, Problem, at_line, count_lines};
use crate::catalogue::QtyProblem;
use crate::documents::CountPreview;
use crate::entry::rights::Right;
use crate::entry::{
    Body, Count, CountLine, CountList, CountScope, CountStage, Entry, LINES_MAX, Retraction, Tally, TallyLine,
};
use crate::ids::{CountListId, ItemId, ShopId};
use crate::quantity::Qty;

impl Desk<'_> {
    /// Begins a list of items to count.
    pub fn begin_count(&self, list: CountListId, name: &str, scope: CountScope) -> Result<Entry, Problem> {
        self.allow(Right::Count)?;
        if let CountScope::Items(items) = &scope {
            count_lines(items.len())?;
        }
        let name = name.trim().to_owned();
        Ok(self.entry(Body::CountList(CountList { list, name, scope, stage: CountStage::Open })))
    }

    /// Says how far a list is: reconciled, given up, or open again.
    pub fn end_count(&self, list: CountListId, stage: CountStage) -> Result<Entry, Problem> {
        self.allow(Right::Count)?;
        let known = self.documents.count(list).ok_or(Problem::UnknownDocument)?;
        if known.shop() != self.header.shop {
            return Err(Problem::OtherShop);
        }
        Ok(self.entry(Body::CountList(CountList { stage, ..known.list.clone() })))
    }

    /// Takes back what a list set on hand to when it was last reconciled, and opens it again: the bodies of as many entries as that takes.
    pub fn undo_reconciled(&self, list: CountListId) -> Result<Vec<(ShopId, Body)>, Problem> {
        let reopened = self.end_count(list, CountStage::Open)?.body;
        let known = self.documents.count(list).ok_or(Problem::UnknownDocument)?;
        if known.list.stage != CountStage::Reconciled || known.counts.is_empty() {
            return Err(Problem::Undone);
        }
        let back = known.counts.iter().map(|&of| Body::Retraction(Retraction { of }));
        Ok(back.chain([reopened]).map(|body| (self.header.shop, body)).collect())
    }

    /// Sets what is on hand of one item to what somebody has just counted.
    pub fn count_now(&self, item: ItemId, counted: Qty) -> Result<Entry, Problem> {
        self.allow(Right::Count)?;
        let of_item = self.stocked(item, 0)?;
        if !counted.is_zero() {
            of_item.check(counted).map_err(LineProblem::Qty).map_err(at_line(0))?;
        }
        let line = CountLine { item: of_item.stamped(), counted, at: self.header.at };
        Ok(self.entry(Body::Count(Count { list: None, lines: vec![line] })))
    }

    /// Notes that so many more of an item were seen now; fewer, where somebody corrects themselves; none, where they looked and there were
    /// none. Everybody may help to count.
    pub fn tally(&self, list: CountListId, item: ItemId, qty: Qty) -> Result<Entry, Problem> {
        let known = self.documents.count(list).ok_or(Problem::UnknownDocument)?;
        if known.shop() != self.header.shop {
            return Err(Problem::OtherShop);
        }
        if known.list.stage != CountStage::Open {
            return Err(Problem::Stage);
        }
        let of_item = self.stocked(item, 0)?;
        let seen = if qty.is_negative() { qty.negated() } else { qty };
        if !seen.is_zero() {
            of_item.check(seen).map_err(LineProblem::Qty).map_err(at_line(0))?;
        }
        let before = known.tallied.get(&item).map_or(Qty::ZERO, |seen| seen.qty);
        if before.checked_add(qty).is_none_or(|sum| sum.is_negative() || sum > Qty::LINE_MAX) {
            return Err(at_line(0)(LineProblem::Qty(QtyProblem::OutOfRange)));
        }
        let lines = vec![TallyLine { item, qty, at: self.header.at }];
        Ok(self.entry(Body::Tally(Tally { list, lines })))
    }

    /// Sets on hand to what was seen, each item at its own moment, and closes the list: the bodies of as many entries as that takes, the
    /// one that closes it last. `missed` are items that nobody saw and that are to be set to nothing, as of now.
    pub fn reconcile(
        &self,
        list: CountListId,
        seen: &[CountPreview],
        missed: &[ItemId],
    ) -> Result<Vec<(ShopId, Body)>, Problem> {
        self.allow(Right::Count)?;
        let known = self.documents.count(list).ok_or(Problem::UnknownDocument)?;
        if known.shop() != self.header.shop {
            return Err(Problem::OtherShop);
        }
        if known.list.stage != CountStage::Open {
            return Err(Problem::Stage);
        }
        if seen.is_empty() && missed.is_empty() {
            return Err(Problem::Empty);
        }
        let seen = seen.iter().map(|line| (line.item, line.counted, line.at));
        let missed = missed.iter().map(|item| (*item, Qty::ZERO, self.header.at));
        let mut lines = Vec::new();
        for (place, (id, counted, at)) in seen.chain(missed).enumerate() {
            let item = self.tables.items.get(&id).ok_or(LineProblem::UnknownItem).map_err(at_line(place))?;
            lines.push(CountLine { item: item.stamped(), counted, at });
        }
        let count = |lines: &[CountLine]| Body::Count(Count { list: Some(list), lines: lines.to_vec() });
        let closed = Body::CountList(CountList { stage: CountStage::Reconciled, ..known.list.clone() });
        Ok(lines.chunks(LINES_MAX).map(count).chain([closed]).map(|body| (self.header.shop, body)).collect())
    }
}
