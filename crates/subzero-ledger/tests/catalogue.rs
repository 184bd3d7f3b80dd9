//! A device's own changes of the catalogue lie on top of the confirmed ones, however both come: the tables are those of all confirmed entries in
//! their order, and then of the own ones in theirs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::entry;
use subzero_ledger::entry::catalogue::{Barcode, EmployeeChange, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::entry::rights::{May, Right, Rights, Role};
use subzero_ledger::entry::{Body, Cause, Change, CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, SessionId, ShopId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::money::Price;

fn change() -> impl Strategy<Value = Change> {
    let text = || prop_oneof![Just(String::new()), "[ab]{1,2}"];
    let item = (1_u128..4, proptest::option::of(text()), proptest::option::of(text()), 0_i64..3, any::<bool>());
    let item = item.prop_map(|(id, name, sku, price, archived)| {
        let barcodes = sku.clone().map(|code| vec![Barcode::single(code)]);
        let (category, price) = (name.clone(), Some(Price::from_ten_thousandths(price)));
        let archived = Some(archived);
        let fields = ItemFields { name, sku, barcodes, category, price, archived, ..ItemFields::default() };
        Change::Item(ItemChange { id: ItemId::from_u128(id), fields })
    });
    let vendor = (1_u128..3, text()).prop_map(|(id, name)| {
        let fields = VendorFields { name: Some(name), ..VendorFields::default() };
        Change::Vendor(VendorChange { id: VendorId::from_u128(id), fields })
    });
    let employee = (1_u128..3, text(), any::<bool>()).prop_map(|(id, name, active)| {
        let (name, active) = (Some(name), Some(active));
        Change::Employee(EmployeeChange { id: EmployeeId::from_u128(id), name, role: None, pin: None, active })
    });
    let mode = any::<bool>().prop_map(|on| {
        let (from, to) = if on { (Mode::AutoAdd, Mode::Allow) } else { (Mode::Allow, Mode::AutoAdd) };
        Change::NegativeInventory { from, to }
    });
    let costs = Just(Change::CostControl { from: CostControl::Default, to: CostControl::LastRecorded });
    let rights = any::<bool>().prop_map(|may| {
        let from = Rights::at_first(Role::Cashier);
        let to = from.with(Right::ChangeItems, if may { May::Yes } else { May::No });
        Change::Rights { role: Role::Cashier, from, to }
    });
    let cause = (0_u16..2, proptest::option::of(Just(Cause::MisScan)));
    let cause = cause.prop_map(|(line, cause)| {
        let line = LineId { entry: EntryId::from_u128(1), line };
        Change::Cause { line, cause }
    });
    let feedback = any::<bool>().prop_map(|helpful| Change::Feedback { page: "selling".to_owned(), helpful });
    let shop = (1_u32..3, text()).prop_map(|(id, name)| Change::Shop { id: ShopId(id), name });
    let register =
        (1_u32..3, text()).prop_map(|(id, name)| Change::Register { id: DeviceId(id), name, shop: ShopId(1) });
    prop_oneof![4 => item, 1 => vendor, 1 => employee, 1 => mode, 1 => costs, 1 => rights, 1 => cause, 1 => feedback, 1 => shop, 1 => register]
}

fn entry(id: u128, changes: Vec<Change>) -> Entry {
    let header = Header {
        id: EntryId::from_u128(id),
        shop: ShopId::OFFICE,
        device: DeviceId(1),
        at: Instant::from_unix_ms(1_772_442_000_000).unwrap(),
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    Entry { dseq: 1, header, body: Body::Catalogue(entry::Catalogue { known: 0, changes }) }
}

/// What happens next to a device.
#[derive(Clone, Debug)]
enum Step {
    /// It records something itself; its numbers need not come in order when it starts.
    Record(u64, Vec<Change>),
    /// It hears of what another recorded.
    Hear(Vec<Change>),
    /// It hears that one of its own is confirmed, as it was recorded or dated otherwise.
    Confirm(Index, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let changes = || proptest::collection::vec(change(), 1..4);
    prop_oneof![
        (0_u64..20, changes()).prop_map(|(dseq, changes)| Step::Record(dseq, changes)),
        changes().prop_map(Step::Hear),
        (any::<Index>(), 0_i64..2).prop_map(|(which, later)| Step::Confirm(which, later)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn own_changes_lie_on_top_of_the_confirmed_ones(steps in proptest::collection::vec(step(), 1..20)) {
        let mut catalogue = Catalogue::default();
        let (mut confirmed, mut own): (Vec<Entry>, BTreeMap<u64, Entry>) = Default::default();
        for (id, step) in (1..).zip(steps) {
            let heard = match step {
                Step::Record(dseq, changes) => {
                    let recorded = entry(id, changes);
                    catalogue.insert(&recorded, Arrival::Own { dseq });
                    own.entry(dseq).or_insert(recorded);
                    None
                }
                Step::Hear(changes) => Some(entry(id, changes)),
                Step::Confirm(which, later) if !own.is_empty() => {
                    let dseq = *own.keys().nth(which.index(own.len())).unwrap();
                    let mut confirmed = own.remove(&dseq).unwrap();
                    confirmed.header.at = Instant::from_unix_ms(confirmed.header.at.unix_ms() + later).unwrap();
                    Some(confirmed)
                }
                Step::Confirm(..) => None,
            };
            if let Some(heard) = heard {
                confirmed.push(heard.clone());
                catalogue.insert(&heard, Arrival::Confirmed { seq: confirmed.len() as u64 });
            }
            let mut anew = Catalogue::default();
            for (seq, entry) in (1..).zip(&confirmed) {
                anew.insert(entry, Arrival::Confirmed { seq });
            }
            for (dseq, entry) in &own {
                anew.insert(entry, Arrival::Own { dseq: *dseq });
            }
            prop_assert_eq!(catalogue.tables(), anew.tables());
        }
    }
}
