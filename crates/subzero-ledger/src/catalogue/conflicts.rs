//! Changes that crossed: two registers changed the same field, and the later one could not know of the earlier.
//!
//! The order of arrival decides which holds; the other is not lost from sight. A change says up to where its device had heard of the office,
//! so what crossed is known exactly, whatever the clocks say. It stays to be looked at until somebody who knows both changes the field
//! again, be it to what it already is.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::catalogue::{ItemChange, VendorChange};
use crate::entry::rights::Role;
use crate::entry::{Body, Catalogue, Change, Entry};
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, ShopId, VendorId};
use crate::ledger::{Arrival, Ledger};

/// One field that two people changed without knowing of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What holds: a change of this field alone. Recorded again, it says that somebody has looked and leaves it so.
    pub holds: Change,
    /// The entry it came with.
    pub held_by: EntryId,
    /// What came first and no longer holds: a change of this field alone. Recorded again, it holds after all.
    pub lost: Change,
    /// The entry that came with.
    pub lost_by: EntryId,
}

/// One thing that a change sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Item(ItemId, usize),
    Vendor(VendorId, usize),
    Employee(EmployeeId, usize),
    Shop(ShopId),
    Register(DeviceId),
    Mode,
    CostControl,
    Rights(Role),
    Cause(LineId),
}

/// A confirmed entry of the office.
#[derive(Clone, Copy)]
struct Written<'a> {
    seq: u64,
    entry: &'a Entry,
    catalogue: &'a Catalogue,
}

impl Written<'_> {
    /// Whether whoever recorded this could know of another.
    fn knew(&self, other: &Self) -> bool {
        other.entry.header.device == self.entry.header.device || other.seq <= self.catalogue.known
    }
}

/// The changes that crossed and that nobody has looked at since, in the order in which they were noticed.
pub fn conflicts(ledger: &Ledger) -> Vec<Conflict> {
    let written = office_in_order(ledger);
    let crossed = crossed_fields(&written);
    if crossed.is_empty() {
        return Vec::new();
    }
    let mut changes_by_field: BTreeMap<Field, Vec<(Written<'_>, Change)>> = BTreeMap::new();
    for written in written {
        for (field, change) in written.catalogue.changes.iter().flat_map(one_by_one) {
            if crossed.contains(&field) {
                changes_by_field.entry(field).or_default().push((written, change));
            }
        }
    }
    let mut noticed: Vec<(u64, Conflict)> = changes_by_field.into_values().filter_map(left_open).collect();
    noticed.sort_by_key(|(seq, _)| *seq);
    noticed.into_iter().map(|(_, conflict)| conflict).collect()
}

fn office_in_order(ledger: &Ledger) -> Vec<Written<'_>> {
    let of_office = ledger.entries().filter_map(|(entry, arrival)| match (arrival, &entry.body) {
        (Arrival::Confirmed { seq }, Body::Catalogue(catalogue)) if entry.header.shop == ShopId::OFFICE => {
            Some(Written { seq, entry, catalogue })
        }
        _ => None,
    });
    let mut in_order: Vec<Written<'_>> = of_office.collect();
    in_order.sort_unstable_by_key(|written| written.seq);
    in_order
}

/// The fields that anybody set without knowing of somebody who had just done so. Whoever is online knows of everything before.
fn crossed_fields(written: &[Written<'_>]) -> BTreeSet<Field> {
    let mut crossed = BTreeSet::new();
    for (place, later) in written.iter().enumerate() {
        let since = written.partition_point(|earlier| earlier.seq <= later.catalogue.known);
        let between = written.get(since..place).unwrap_or_default();
        let unknown: BTreeSet<Field> =
            between.iter().filter(|earlier| !later.knew(earlier)).flat_map(fields_of).collect();
        if !unknown.is_empty() {
            crossed.extend(fields_of(later).filter(|field| unknown.contains(field)));
        }
    }
    crossed
}

fn fields_of<'a>(written: &Written<'a>) -> impl Iterator<Item = Field> + use<'a> {
    written.catalogue.changes.iter().flat_map(one_by_one).map(|(field, _)| field)
}

/// Whether whoever set a field last knew of all that it was set to before, or set it to the same.
fn left_open(changes: Vec<(Written<'_>, Change)>) -> Option<(u64, Conflict)> {
    let mut newest_first = changes.into_iter().rev();
    let (newest, holds) = newest_first.next()?;
    let (before, lost) = newest_first.find(|(before, change)| !newest.knew(before) && *change != holds)?;
    let (held_by, lost_by) = (newest.entry.header.id, before.entry.header.id);
    Some((newest.seq, Conflict { holds, held_by, lost, lost_by }))
}

/// Each field that is set, in a record in which nothing else is.
macro_rules! each_set {
    ($record:expr, $($field:ident)*) => {{
        let mut none = $record.clone();
        $(none.$field = None;)*
        let each = [$($record.$field.is_some().then(|| {
            let mut one = none.clone();
            one.$field.clone_from(&$record.$field);
            one
        })),*];
        each.into_iter().enumerate().filter_map(|(place, one)| Some((place, one?)))
    }};
}

/// A change as changes of one field each.
fn one_by_one(change: &Change) -> Vec<(Field, Change)> {
    match change {
        Change::Item(ItemChange { id, fields }) => {
            let each = each_set!(fields, name sku barcodes price default_cost category vendor vendor_code decimals kind reorder_point archived);
            each.map(|(place, fields)| (Field::Item(*id, place), Change::Item(ItemChange { id: *id, fields })))
                .collect()
        }
        Change::Vendor(VendorChange { id, fields }) => {
            let each = each_set!(fields, name email phone note archived);
            each.map(|(place, fields)| (Field::Vendor(*id, place), Change::Vendor(VendorChange { id: *id, fields })))
                .collect()
        }
        Change::Employee(employee) => {
            let each = each_set!(employee, name role pin active);
            each.map(|(place, one)| (Field::Employee(one.id, place), Change::Employee(one))).collect()
        }
        Change::Shop { id, .. } => vec![(Field::Shop(*id), change.clone())],
        Change::Register { id, .. } => vec![(Field::Register(*id), change.clone())],
        Change::NegativeInventory { .. } => vec![(Field::Mode, change.clone())],
        Change::CostControl { .. } => vec![(Field::CostControl, change.clone())],
        Change::Rights { role, .. } => vec![(Field::Rights(*role), change.clone())],
        Change::Cause { line, .. } => vec![(Field::Cause(*line), change.clone())],
        // Everybody has an answer of their own.
        Change::Feedback { .. } => Vec::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use crate::entry::catalogue::ItemFields;
    use crate::entry::{CostControl, Header, Mode};
    use crate::ids::SessionId;
    use crate::instant::Instant;
    use crate::money::Price;

    const MUG: ItemId = ItemId::from_u128(7);

    fn price(ten_thousandths: i64) -> ItemFields {
        ItemFields { price: Some(Price::from_ten_thousandths(ten_thousandths)), ..ItemFields::default() }
    }

    /// The office's history of (device, known, fields of the mug), each with its place.
    fn history(written: &[(u32, u64, ItemFields)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (seq, (device, known, fields)) in (1_u64..).zip(written) {
            let header = Header {
                id: EntryId::from_u128(seq.into()),
                shop: ShopId::OFFICE,
                device: DeviceId(*device),
                at: Instant::MIN,
                employee: EmployeeId::from_u128(1),
                session: SessionId::from_u128(1),
                approved_by: None,
                import: None,
                mode: Mode::Allow,
                cost_control: CostControl::Default,
            };
            let changes = vec![Change::Item(ItemChange { id: MUG, fields: fields.clone() })];
            let entry = Entry { dseq: seq, header, body: Body::Catalogue(Catalogue { known: *known, changes }) };
            ledger.insert(entry, Arrival::Confirmed { seq });
        }
        ledger
    }

    fn crossed(written: &[(u32, u64, ItemFields)]) -> Vec<(u128, u128)> {
        let told = conflicts(&history(written));
        told.iter().map(|conflict| (conflict.held_by.0.as_u128(), conflict.lost_by.0.as_u128())).collect()
    }

    #[test]
    fn two_registers_that_did_not_know_of_each_other_cross_and_the_later_holds() {
        let told = conflicts(&history(&[(1, 0, price(450)), (2, 0, price(400))]));
        let [conflict] = &told[..] else { panic!("{told:?}") };
        assert_eq!(conflict.holds, Change::Item(ItemChange { id: MUG, fields: price(400) }));
        assert_eq!(conflict.lost, Change::Item(ItemChange { id: MUG, fields: price(450) }));
    }

    #[test]
    fn who_knew_of_the_other_who_set_the_same_and_who_set_another_field_do_not_cross() {
        assert_eq!(crossed(&[(1, 0, price(450)), (2, 1, price(400))]), []);
        assert_eq!(crossed(&[(1, 0, price(450)), (2, 0, price(450))]), []);
        assert_eq!(crossed(&[(1, 0, price(450)), (1, 0, price(400))]), [], "nobody surprises themselves");
        let name = ItemFields { name: Some("Mug".into()), ..ItemFields::default() };
        assert_eq!(crossed(&[(1, 0, price(450)), (2, 0, name)]), []);
    }

    #[test]
    fn a_change_by_somebody_who_knows_both_ends_it_and_one_who_knows_neither_does_not() {
        let both = [(1, 0, price(450)), (2, 0, price(400))];
        assert_eq!(crossed(&[&both[..], &[(1, 2, price(400))]].concat()), [], "left as it is");
        assert_eq!(crossed(&[&both[..], &[(3, 2, price(450))]].concat()), [], "the other after all");
        assert_eq!(crossed(&[&both[..], &[(3, 0, price(425))]].concat()), [(3, 2)]);
        assert_eq!(crossed(&[&both[..], &[(2, 0, price(390))]].concat()), [(3, 1)], "still unaware of the first");
    }

    #[test]
    fn only_the_fields_that_crossed_are_told() {
        let two = ItemFields { name: Some("Mug".into()), ..price(450) };
        let told = conflicts(&history(&[(1, 0, two), (2, 0, price(400))]));
        assert_eq!(told[0].lost, Change::Item(ItemChange { id: MUG, fields: price(450) }));
    }
}
