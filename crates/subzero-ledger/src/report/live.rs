//! The report kept up to date: one new entry costs what it touches, and opening the report costs nothing.
//!
//! > It is at any moment what [`Report::now`] would work out from nothing. (`tests/live_report.rs`)
//!
//! What a row says follows from its item's history in its shop, from what is on its way there, from the item's histories in other shops,
//! from look-alikes in the same shop, from the catalogue and from the time. [`Changed`] gathers which of these an entry may have changed;
//! everything that follows from them is worked out again, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::cause::Signals;
use super::{Evidence, Negative, Report, Row, row};
use crate::catalogue::Tables;
use crate::documents::{Documents, Incoming};
use crate::entry::{Body, Change, Entry};
use crate::ids::{ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::stock::Reason;

/// An item in a shop.
type Place = (ItemId, ShopId);

/// A place, and what the report says of it; nothing where it is not negative.
type Fresh = (Place, Option<(Negative, Vec<Row>)>);

/// So many places are put into their order one by one; more are sorted together.
const ONE_BY_ONE_MAX: usize = 16;

/// What the report is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct Books<'a> {
    /// Every entry.
    pub ledger: &'a Ledger,
    /// What is on its way.
    pub documents: &'a Documents,
    /// The catalogue.
    pub tables: &'a Tables,
}

/// What new entries may have changed.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    places: BTreeSet<Place>,
    items: BTreeSet<ItemId>,
    lines: BTreeSet<LineId>,
    papers: bool,
    all: bool,
}

impl Changed {
    /// What an entry says outside of the histories of stock.
    pub fn by_entry(&mut self, entry: &Entry) {
        let catalogue = match &entry.body {
            Body::Catalogue(catalogue) => catalogue,
            // What is taken back may have been a delivery.
            Body::Order(_)
            | Body::Receipt(_)
            | Body::TransferDraft(_)
            | Body::TransferSend(_)
            | Body::TransferReceive(_)
            | Body::TransferReturn(_)
            | Body::TransferLoss(_)
            | Body::Retraction(_) => {
                self.papers = true;
                return;
            }
            Body::Sale(_)
            | Body::Refund(_)
            | Body::Void(_)
            | Body::Reassignment(_)
            | Body::VendorReturn(_)
            | Body::Count(_)
            | Body::CountList(_)
            | Body::Tally(_)
            | Body::Adjustment(_)
            | Body::Conversion(_)
            | Body::Foreign(_) => return,
        };
        for change in &catalogue.changes {
            match change {
                Change::Item(change) => {
                    self.items.insert(change.id);
                }
                Change::Cause { line, .. } => {
                    self.lines.insert(*line);
                }
                // An item may have come in to a shop that was not known.
                Change::Shop { .. } => self.all = true,
                Change::Vendor(_)
                | Change::Employee(_)
                | Change::Register { .. }
                | Change::NegativeInventory { .. }
                | Change::CostControl { .. }
                | Change::Rights { .. }
                | Change::Feedback { .. } => {}
            }
        }
    }

    /// What [`Ledger::extend`] touched.
    pub fn by_stock(&mut self, touched: BTreeSet<Place>) {
        self.places.extend(touched);
    }

    /// More than can be told.
    pub const fn beyond_telling(&mut self) {
        self.all = true;
    }
}

/// The report, kept up to date.
#[derive(Clone, Debug, Default)]
pub struct LiveReport {
    report: Report,
    incoming: BTreeMap<Place, Incoming>,
    due: Due,
}

/// The last moment at which what is suggested of a place holds, where time alone ends it.
#[derive(Clone, Debug, Default)]
struct Due {
    by_place: BTreeMap<Place, i64>,
    in_order: BTreeSet<(i64, Place)>,
}

impl Due {
    fn set(&mut self, place: Place, due_ms: Option<i64>) {
        let before = match due_ms {
            Some(due_ms) => self.by_place.insert(place, due_ms),
            None => self.by_place.remove(&place),
        };
        self.in_order.extend(due_ms.map(|due_ms| (due_ms, place)));
        if let Some(before) = before.filter(|before| due_ms != Some(*before)) {
            self.in_order.remove(&(before, place));
        }
    }

    /// The places that were due from one moment until before another.
    fn within(&self, from: Instant, until: Instant) -> BTreeSet<Place> {
        let first = |at: Instant| (at.unix_ms(), (ItemId::from_u128(0), ShopId(0)));
        self.in_order.range(first(from)..first(until)).map(|(_, place)| *place).collect()
    }
}

impl LiveReport {
    /// Works it out from nothing.
    pub fn new(books: &Books<'_>, now: Instant) -> Self {
        let mut live = Self::default();
        live.report.at = Some(now);
        live.incoming = books.documents.all_incoming();
        let negative = books.ledger.negatives().map(|(item, shop, _)| (item, shop)).collect();
        live.work_out(books, &negative);
        live
    }

    /// Takes in what changed.
    pub fn follow(&mut self, books: &Books<'_>, changed: &Changed) {
        if changed.all {
            let now = self.report.at.unwrap_or(Instant::MIN);
            *self = Self::new(books, now);
            return;
        }
        let mut stale = changed.places.clone();
        for &(item, shop) in &changed.places {
            // Whether an item ever came in to any shop, and whether a look-alike has enough, is said elsewhere.
            stale.extend(self.places_of(item));
            let alike = books.tables.look_alikes(item).map(|other| (other.id, shop));
            stale.extend(alike.filter(|place| self.report.items.contains_key(place)));
        }
        for &item in &changed.items {
            let alike = books.tables.look_alikes(item).map(|other| other.id);
            stale.extend(alike.chain([item]).flat_map(|item| self.places_of(item)));
        }
        if changed.papers {
            let incoming = books.documents.all_incoming();
            let differs = |place: &&Place| incoming.get(place) != self.incoming.get(place);
            stale.extend(incoming.keys().chain(self.incoming.keys()).filter(differs));
            self.incoming = incoming;
        }
        if changed.papers || !changed.items.is_empty() || !changed.lines.is_empty() {
            let is_about = |row: &&Row| {
                let was_alike =
                    matches!(row.evidence, Some(Evidence::LookAlike { item, .. }) if changed.items.contains(&item));
                let was_sent = changed.papers && row.reason == Reason::Transfer;
                was_alike || was_sent || changed.lines.contains(&row.line)
            };
            stale.extend(self.report.rows.iter().filter(is_about).map(|row| (row.item, row.shop)));
        }
        self.work_out(books, &stale);
    }

    /// The report as of now.
    pub fn at(&mut self, books: &Books<'_>, now: Instant) -> &Report {
        let before = self.report.at.replace(now).unwrap_or(Instant::MIN);
        // A clock may be set back.
        let stale = self.due.within(before.min(now), before.max(now));
        self.work_out(books, &stale);
        &self.report
    }

    /// The report as it was last worked out.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The same, for whoever wants no other.
    pub(super) fn into_report(self) -> Report {
        self.report
    }

    fn places_of(&self, item: ItemId) -> impl Iterator<Item = Place> {
        self.report.items.range((item, ShopId(0))..=(item, ShopId(u32::MAX))).map(|(place, _)| *place)
    }

    /// Works out these places again, those that are no longer negative included.
    fn work_out(&mut self, books: &Books<'_>, stale: &BTreeSet<Place>) {
        let signals = Signals { books, now: self.report.at.unwrap_or(Instant::MIN) };
        let mut fresh = Vec::new();
        for &place in stale {
            let now = self.negative(&signals, place);
            if now.is_some() || self.report.items.contains_key(&place) {
                self.due.set(place, now.as_ref().and_then(|(_, _, due_ms)| *due_ms));
                fresh.push((place, now.map(|(negative, rows, _)| (negative, rows))));
            }
        }
        if !fresh.is_empty() {
            self.report.replace(fresh);
        }
    }

    /// What the report says of an item in a shop, and the last moment at which that holds; none where it is not negative.
    fn negative(&self, signals: &Signals<'_>, place: Place) -> Option<(Negative, Vec<Row>, Option<i64>)> {
        let Books { ledger, tables, .. } = signals.books;
        let (item, shop) = place;
        let stock = ledger.stock(item, shop).filter(|stock| stock.on_hand().is_negative())?;
        let incoming = self.incoming.get(&place).copied().unwrap_or_default();
        let negative = Negative { on_hand: stock.on_hand(), since: stock.negative_since(), incoming };
        let mut rows: Vec<Row> = stock.shortages().map(|shortage| row(ledger, tables, place, shortage)).collect();
        let due_ms = signals.suggest(&negative, &mut rows);
        Some((negative, rows, due_ms))
    }
}

impl Report {
    fn replace(&mut self, fresh: Vec<Fresh>) {
        if fresh.len() <= ONE_BY_ONE_MAX {
            for (place, now) in fresh {
                self.put(place, now);
            }
            return;
        }
        let stale: BTreeSet<Place> = fresh.iter().map(|(place, _)| *place).collect();
        self.rows.retain(|row| !stale.contains(&(row.item, row.shop)));
        for (place, now) in fresh {
            match now {
                Some((negative, rows)) => {
                    self.items.insert(place, negative);
                    self.rows.extend(rows);
                }
                None => {
                    self.items.remove(&place);
                }
            }
        }
        let Self { items, rows, .. } = self;
        rows.sort_by_cached_key(|row| order(items, (row.item, row.shop)));
    }

    fn put(&mut self, place: Place, now: Option<(Negative, Vec<Row>)>) {
        let Some((negative, rows)) = now else {
            self.rows.drain(self.range_of(place));
            self.items.remove(&place);
            return;
        };
        let stays = self.items.get(&place).is_some_and(|known| known.since == negative.since);
        if !stays {
            self.rows.drain(self.range_of(place));
        }
        self.items.insert(place, negative);
        self.rows.splice(self.range_of(place), rows);
    }

    /// Where the rows of a place stand, or would.
    pub(super) fn range_of(&self, place: Place) -> Range<usize> {
        let sought = order(&self.items, place);
        let of = |row: &Row| order(&self.items, (row.item, row.shop));
        self.rows.partition_point(|row| of(row) < sought)..self.rows.partition_point(|row| of(row) <= sought)
    }
}

/// Rows stand in the order in which their items fell below zero.
fn order(items: &BTreeMap<Place, Negative>, place: Place) -> (Option<Instant>, ItemId, ShopId) {
    let (item, shop) = place;
    (items.get(&place).and_then(|negative| negative.since), item, shop)
}
