//! What a count absorbed is said of the very lines, and no more once the item was counted again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use subzero_ledger::entry::{
    Body, CostControl, Count, CountLine, Entry, Header, ItemKind, Mode, Retraction, Sale, SaleLine, StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Absorbed, Absorption, Arrival, Ledger};
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;

const HERE: ShopId = ShopId(1);
const MUG: ItemId = ItemId::from_u128(1);
const BUN: ItemId = ItemId::from_u128(2);

fn at(minute: i64) -> Instant {
    Instant::from_unix_ms(1_772_442_000_000 + minute * 60_000).unwrap()
}

fn stamped(id: ItemId) -> StampedItem {
    StampedItem { id, default_cost: None, kind: ItemKind::Inventory }
}

fn entry(id: u128, minute: i64, body: Body) -> Entry {
    let header = Header {
        id: EntryId::from_u128(id),
        shop: HERE,
        device: DeviceId(1),
        at: at(minute),
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    Entry { dseq: 1, header, body }
}

fn sale(id: u128, minute: i64, items: &[ItemId]) -> Entry {
    let line = |item: &ItemId| SaleLine {
        item: stamped(*item),
        qty: Qty::ONE,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    let lines = items.iter().map(line).collect();
    let sale = Sale { receipt: String::new(), lines, tenders: Vec::new(), places: 2, note: String::new() };
    entry(id, minute, Body::Sale(sale))
}

fn count(id: u128, minute: i64) -> Entry {
    let line = CountLine { item: stamped(MUG), counted: Qty::from_units(5), at: at(minute) };
    entry(id, minute, Body::Count(Count { list: None, lines: vec![line] }))
}

/// A ledger to which these arrived in this order.
fn ledger(entries: impl IntoIterator<Item = Entry>) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.extend((1..).zip(entries).map(|(seq, entry)| (entry, Arrival::Confirmed { seq })));
    ledger
}

fn line(entry: u128, line: u16) -> LineId {
    LineId { entry: EntryId::from_u128(entry), line }
}

fn by(count: u128, minute: i64) -> Absorbed {
    Absorbed { by: EntryId::from_u128(count), counted: at(minute) }
}

#[test]
fn only_the_lines_of_what_was_counted_are_absorbed() {
    let late = sale(3, 10, &[BUN, MUG]);
    let ledger = ledger([sale(1, 5, &[MUG]), count(2, 20), late.clone(), sale(4, 30, &[MUG])]);
    let absorbed = BTreeMap::from([(line(3, 1), by(2, 20))]);
    assert_eq!(ledger.absorbed(MUG, HERE), absorbed);
    assert_eq!(ledger.absorbed_lines(&late), absorbed);
    assert!(ledger.absorbed(BUN, HERE).is_empty());
    assert_eq!(ledger.absorptions(MUG, HERE, at(60)), [Absorption { count: by(2, 20), lines: 1 }]);
    let days = |days: i64| at(20 + days * 24 * 60);
    assert_eq!(ledger.absorptions(MUG, HERE, days(45)).len(), 1);
    assert!(ledger.absorptions(MUG, HERE, days(46)).is_empty(), "counted long ago");
}

#[test]
fn of_several_counts_the_first_to_arrive_absorbed_it() {
    let ledger = ledger([count(2, 40), count(3, 20), sale(4, 10, &[MUG]), sale(5, 30, &[MUG])]);
    // The other count among them.
    let absorbed = [3, 4, 5].map(|entry| (line(entry, 0), by(2, 40)));
    assert_eq!(ledger.absorbed(MUG, HERE), BTreeMap::from(absorbed));
    assert_eq!(ledger.absorptions(MUG, HERE, at(60)), [Absorption { count: by(2, 40), lines: 3 }]);
}

#[test]
fn counted_again_by_somebody_who_could_know_of_it_there_is_nothing_to_look_at() {
    let begin = || vec![count(2, 20), sale(3, 10, &[MUG])];
    let known = ledger(begin().into_iter().chain([count(4, 40)]));
    assert!(known.absorptions(MUG, HERE, at(60)).is_empty());
    assert_eq!(known.absorbed(MUG, HERE), BTreeMap::from([(line(3, 0), by(2, 20))]), "it was absorbed all the same");
    let before = ledger(begin().into_iter().chain([count(4, 5)]));
    assert_eq!(before.absorptions(MUG, HERE, at(60)).len(), 1, "this one is dated before it");
    let unknown = ledger([count(2, 20), count(4, 40), sale(3, 10, &[MUG])]);
    assert_eq!(unknown.absorptions(MUG, HERE, at(60)).len(), 1, "this one arrived before it");
}

#[test]
fn what_was_taken_back_was_not_absorbed_and_absorbed_nothing() {
    let taken_back = |of: u128| entry(9, 50, Body::Retraction(Retraction { of: EntryId::from_u128(of) }));
    let of_count = ledger([count(2, 20), sale(3, 10, &[MUG]), taken_back(2)]);
    assert!(of_count.absorbed(MUG, HERE).is_empty());
    let counted_late = ledger([count(2, 20), count(3, 10), taken_back(3)]);
    assert!(counted_late.absorbed(MUG, HERE).is_empty());
    assert!(counted_late.absorptions(MUG, HERE, at(60)).is_empty());
}
