//! What the laws are tried on: entries of every kind, drawn at random, few enough of each thing that they meet.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use subzero_ledger::entry::Catalogue;
use subzero_ledger::entry::{
    Adjustment, AdjustmentKind, AdjustmentLine, Body, Change, Conversion, CostControl, Count, CountLine, CountList,
    CountScope, CountStage, Entry, Foreign, Header, ItemKind, Mode, MoveLine, Order, OrderLine, OrderStage,
    OversellReason, Reassignment, Receipt, ReceiptLine, Refund, RefundLine, Retraction, ReturnLine, ReturnReason, Sale,
    SaleLine, StampedItem, Tally, TallyLine, Tender, TenderKind, TransferDraft, TransferLoss, TransferReceive,
    TransferReturn, TransferSend, VendorReturn, Void,
};
use subzero_ledger::ids::{
    CountListId, DeviceId, EmployeeId, EntryId, ItemId, LineId, OrderId, SessionId, ShopId, TransferId, VendorId,
};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;

pub const ENTRIES_MAX: usize = 40;

pub fn qty() -> impl Strategy<Value = Qty> {
    prop_oneof![
        8 => (1_i64..8).prop_map(|units| Qty::from_thousandths(units * 1000)),
        2 => (1_i64..5000).prop_map(Qty::from_thousandths),
        1 => Just(Qty::LINE_MAX),
    ]
}

pub fn cost() -> impl Strategy<Value = UnitCost> {
    prop_oneof![(0_i64..100_000).prop_map(UnitCost::from_ten_thousandths), Just(UnitCost::MAX)]
}

pub fn item() -> impl Strategy<Value = StampedItem> {
    let kind = prop_oneof![9 => Just(ItemKind::Inventory), 1 => Just(ItemKind::NonInventory)];
    (1_u128..3, proptest::option::of(cost()), kind).prop_map(|(id, default_cost, kind)| StampedItem {
        id: ItemId::from_u128(id),
        default_cost,
        kind,
    })
}

pub fn at() -> impl Strategy<Value = Instant> {
    // Few moments, so that ties are common.
    (0_i64..30).prop_map(|minute| Instant::from_unix_ms(1_772_442_000_000 + minute * 60_000).unwrap())
}

/// Not the id of any entry drawn here.
pub const NOBODY: EntryId = EntryId::from_u128(9_999);

pub fn moves() -> impl Strategy<Value = Vec<MoveLine>> {
    proptest::collection::vec((item(), qty()).prop_map(|(item, qty)| MoveLine { item, qty }), 1..3)
}

pub fn returns() -> impl Strategy<Value = Vec<ReturnLine>> {
    let line = (0_u16..2, item(), qty()).prop_map(|(of_line, item, qty)| ReturnLine { of_line, item, qty });
    proptest::collection::vec(line, 1..3)
}

pub fn sale() -> impl Strategy<Value = Body> {
    let oversold = proptest::option::of(Just(OversellReason::JustArrived));
    let line = (item(), qty(), oversold).prop_map(|(item, qty, oversold)| SaleLine {
        item,
        qty,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold,
    });
    let tenders = vec![Tender { kind: TenderKind::Card, amount: Amount::from_ten_millionths(1) }];
    proptest::collection::vec(line, 1..4).prop_map(move |lines| {
        Body::Sale(Sale { receipt: "1-1-1".into(), lines, tenders: tenders.clone(), places: 2, note: "gift".into() })
    })
}

pub fn receipt() -> impl Strategy<Value = Body> {
    let line = (proptest::option::of(0_u16..3), item(), qty(), cost())
        .prop_map(|(of_line, item, qty, cost)| ReceiptLine { of_line, item, qty, cost });
    let order = proptest::option::of((1_u128..3).prop_map(OrderId::from_u128));
    (order, proptest::collection::vec(line, 1..3)).prop_map(|(order, lines)| {
        let vendor = Some(VendorId::from_u128(1));
        Body::Receipt(Receipt { order, vendor, lines, reference: "PO".into() })
    })
}

/// A body whose reference is filled in once the set is known.
pub fn body() -> impl Strategy<Value = Body> {
    let list = proptest::option::of((1_u128..3).prop_map(CountListId::from_u128));
    let count = (list, item(), prop_oneof![Just(Qty::ZERO), qty()], at()).prop_map(|(list, item, counted, at)| {
        Body::Count(Count { list, lines: vec![CountLine { item, counted, at }] })
    });
    let adjustment =
        (item(), qty(), any::<bool>(), proptest::option::of(cost())).prop_map(|(item, qty, less, cost)| {
            let line = AdjustmentLine { item, qty: if less { qty.negated() } else { qty }, cost };
            let kind = if less { AdjustmentKind::Damaged } else { AdjustmentKind::Found };
            Body::Adjustment(Adjustment { kind, lines: vec![line], note: "broken".into() })
        });
    let conversion = (item(), any::<bool>()).prop_map(|(item, back)| {
        Body::Conversion(Conversion { item, to: if back { ItemKind::Inventory } else { ItemKind::NonInventory } })
    });
    let send = (1_u128..3, 1_u32..4, moves()).prop_map(|(transfer, to, lines)| {
        Body::TransferSend(TransferSend { transfer: TransferId::from_u128(transfer), ..send_of(ShopId(to), lines) })
    });
    let foreign = (100_u16..200, proptest::collection::vec(any::<u8>(), 0..20))
        .prop_map(|(kind, payload)| Body::Foreign(Foreign { kind, payload }));
    let feedback = ("[a-z0-9-]{1,60}", any::<bool>()).prop_map(|(page, helpful)| {
        Body::Catalogue(Catalogue { known: 0, changes: vec![Change::Feedback { page, helpful }] })
    });
    let refund = (any::<bool>(), returns()).prop_map(|(named, lines)| {
        let line = |ReturnLine { of_line, item, qty }| RefundLine { of_line, item, qty, amount: Amount::ZERO };
        let (of, lines) = (named.then_some(NOBODY), lines.into_iter().map(line).collect());
        Body::Refund(Refund { of, receipt: "1-1-2".into(), lines, tenders: Vec::new(), note: String::new() })
    });
    let back = moves().prop_map(|lines| {
        let (vendor, reason, note) = (None, ReturnReason::Damaged, String::new());
        Body::VendorReturn(VendorReturn { vendor, reason, lines, note })
    });
    prop_oneof![
        8 => sale(),
        6 => receipt(),
        2 => back,
        3 => send,
        2 => count,
        2 => adjustment,
        1 => conversion,
        1 => foreign,
        1 => feedback,
        4 => refund,
        2 => Just(Body::Void(Void { of: NOBODY, note: "wrong table".into() })),
        3 => (0_u16..3, item(), item(), qty()).prop_map(|(line, from, to, qty)| {
            Body::Reassignment(Reassignment { of: NOBODY, line: LineId { entry: NOBODY, line }, from, to, qty })
        }),
        3 => returns().prop_map(|lines| Body::TransferReceive(TransferReceive { of: NOBODY, lines })),
        2 => returns().prop_map(|lines| Body::TransferReturn(TransferReturn { of: NOBODY, lines })),
        2 => returns().prop_map(|lines| Body::TransferLoss(TransferLoss { of: NOBODY, lines, note: String::new() })),
        2 => Just(Body::Retraction(Retraction { of: NOBODY })),
        3 => paper(),
    ]
}

pub fn send_of(to: ShopId, lines: Vec<MoveLine>) -> TransferSend {
    TransferSend { transfer: TransferId::from_u128(1), number: "T-1".into(), to, lines, note: String::new() }
}

/// Entries that move nothing: what is being written, and what people see while they count.
pub fn paper() -> impl Strategy<Value = Body> {
    let stage = prop_oneof![Just(OrderStage::Ordered), Just(OrderStage::Closed)];
    let lines = proptest::collection::vec((item(), qty(), cost()), 0..3);
    let order = (1_u128..3, stage, lines).prop_map(|(order, stage, lines)| {
        let line = |(number, (item, qty, cost))| OrderLine { number, item, qty, cost, vendor_code: "V-1".into() };
        let lines = (0..).zip(lines).map(line).collect();
        let (order, number, note) = (OrderId::from_u128(order), "PO-1".into(), "by Friday".into());
        Body::Order(Order { order, number, vendor: None, stage, lines, note })
    });
    let draft = (1_u128..3, 1_u32..4, moves()).prop_map(|(transfer, to, lines)| {
        let TransferSend { number, to, lines, note, .. } = send_of(ShopId(to), lines);
        let transfer = TransferId::from_u128(transfer);
        Body::TransferDraft(TransferDraft { transfer, number, to, cancelled: false, lines, note })
    });
    let scope = prop_oneof![
        Just(CountScope::All),
        Just(CountScope::Category("Bread".into())),
        item().prop_map(|item| CountScope::Items(vec![item.id])),
    ];
    let stage = prop_oneof![Just(CountStage::Open), Just(CountStage::Reconciled)];
    let list = (1_u128..3, scope, stage).prop_map(|(list, scope, stage)| {
        let (list, name) = (CountListId::from_u128(list), "Shelves".into());
        Body::CountList(CountList { list, name, scope, stage })
    });
    let tally = (1_u128..3, item(), qty(), at()).prop_map(|(list, item, qty, at)| {
        let line = TallyLine { item: item.id, qty, at };
        Body::Tally(Tally { list: CountListId::from_u128(list), lines: vec![line] })
    });
    prop_oneof![order, draft, list, tally]
}

/// Makes a body refer to `other`, if it refers to anything.
pub fn bind(body: &mut Body, other: EntryId) {
    match body {
        Body::Refund(refund) => refund.of = refund.of.map(|_| other),
        Body::Void(void) => void.of = other,
        Body::Retraction(retraction) => retraction.of = other,
        Body::TransferReceive(receive) => receive.of = other,
        Body::TransferReturn(back) => back.of = other,
        Body::TransferLoss(loss) => loss.of = other,
        Body::Reassignment(moved) => {
            moved.of = other;
            // Its line may be of an earlier re-assignment, or of anything.
            moved.line.entry = if moved.line.line == 1 { EntryId::from_u128(7) } else { other };
        }
        Body::Order(_)
        | Body::TransferDraft(_)
        | Body::CountList(_)
        | Body::Tally(_)
        | Body::Sale(_)
        | Body::Receipt(_)
        | Body::TransferSend(_)
        | Body::VendorReturn(_)
        | Body::Count(_)
        | Body::Adjustment(_)
        | Body::Conversion(_)
        | Body::Catalogue(_)
        | Body::Foreign(_) => {}
    }
}

pub fn unbound() -> impl Strategy<Value = Entry> {
    let mode = prop_oneof![4 => Just(Mode::Allow), 1 => Just(Mode::AutoAdd)];
    let cost_control = prop_oneof![Just(CostControl::Default), Just(CostControl::LastRecorded)];
    (1_u32..4, 1_u32..4, 0_u64..5, at(), mode, cost_control, body()).prop_map(
        |(shop, device, dseq, at, mode, cost_control, body)| {
            let (shop, device, employee) = (ShopId(shop), DeviceId(device), EmployeeId::from_u128(1));
            let (id, session, approved_by) = (NOBODY, SessionId::from_u128(1), None);
            Entry {
                dseq,
                header: Header {
                    id,
                    shop,
                    device,
                    at,
                    employee,
                    session,
                    approved_by,
                    import: None,
                    mode,
                    cost_control,
                },
                body,
            }
        },
    )
}

pub fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let drawn = (unbound(), proptest::option::weighted(0.95, any::<Index>()));
    proptest::collection::vec(drawn, 1..ENTRIES_MAX).prop_map(|drawn| {
        let count = drawn.len();
        let bound = |(place, (mut entry, other)): (usize, (Entry, Option<Index>))| {
            entry.header.id = EntryId::from_u128(place as u128 + 1);
            if let Some(other) = other {
                bind(&mut entry.body, EntryId::from_u128(other.index(count) as u128 + 1));
            }
            entry
        };
        drawn.into_iter().enumerate().map(bound).collect()
    })
}

/// In the order in which they happened, each count counted then, and none of what refers to something later.
pub fn as_they_happened(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|entry| (entry.header.at, entry.header.device, entry.dseq, entry.header.id));
    let all: BTreeSet<EntryId> = entries.iter().map(|entry| entry.header.id).collect();
    let mut seen = BTreeSet::new();
    entries.retain(|entry| {
        let is_late = all.iter().any(|other| {
            let mut bound = entry.body.clone();
            bind(&mut bound, *other);
            let refers = bound == entry.body && {
                bind(&mut bound, NOBODY);
                bound != entry.body
            };
            refers && !seen.contains(other)
        });
        if !is_late {
            seen.insert(entry.header.id);
        }
        !is_late
    });
    for entry in &mut entries {
        if let Body::Count(count) = &mut entry.body {
            count.lines.iter_mut().for_each(|line| line.at = entry.header.at);
        }
    }
    entries
}

/// The same entries in another order of arrival, some of them more than once.
pub fn arrivals() -> impl Strategy<Value = (Vec<Entry>, Vec<Entry>)> {
    entries().prop_flat_map(|entries| {
        let again = proptest::sample::subsequence(entries.clone(), 0..=entries.len());
        let shuffled = again.prop_map({
            let entries = entries.clone();
            move |again| entries.iter().cloned().chain(again).collect::<Vec<_>>()
        });
        (Just(entries), shuffled.prop_shuffle())
    })
}
