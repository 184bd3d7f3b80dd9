//! The laws that hold for any set of entries whatever: drawn at random, shrunk when broken.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use subzero_ledger::catalogue::Tables;
use subzero_ledger::cost::Cost;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{
    Body, Change, CostControl, Entry, Header, ItemKind, Mode, Refund, StampedItem, TransferReceive, TransferReturn,
    TransferSend, VendorReturn,
};
use subzero_ledger::entry::{Catalogue, catalogue};
use subzero_ledger::history::CheckpointEvery;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::Amount;
use subzero_ledger::report::{Filter, GroupBy, Order as Sorting, Report, episodes};

#[path = "laws/costs.rs"]
mod costs;
#[path = "laws/drawn.rs"]
mod drawn;

use drawn::*;

/// Checkpoints so close that going back to one is common even in a short history.
fn ledger_of(entries: &[Entry]) -> Ledger {
    let mut ledger = Ledger::with_checkpoints(CheckpointEvery::lines(3));
    for (seq, entry) in (1..).zip(entries) {
        ledger.insert(entry.clone(), Arrival::Confirmed { seq });
    }
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn i8_any_order_of_arrival_and_any_repetition_lead_to_the_same_state((entries, arrivals) in arrivals()) {
        let (one, other) = (ledger_of(&entries).state(), ledger_of(&arrivals).state());
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.to_bytes(), other.to_bytes());
    }

    #[test]
    fn i8_entries_that_come_together_lead_where_they_lead_one_by_one(
        (entries, arrivals) in arrivals(),
        together in 1_usize..9,
        shift in 0_u64..3,
    ) {
        let own = (1..).zip(&arrivals).map(|(dseq, entry)| {
            (Entry { dseq: entry.dseq + shift, ..entry.clone() }, Arrival::Own { dseq })
        });
        let confirmed = (1..).zip(&arrivals).map(|(seq, entry)| (entry.clone(), Arrival::Confirmed { seq }));
        let all: Vec<_> = own.chain(confirmed).collect();
        let mut ledger = Ledger::with_checkpoints(CheckpointEvery::lines(3));
        for some in all.chunks(together) {
            ledger.extend(some.iter().cloned());
        }
        prop_assert_eq!(ledger.state(), ledger_of(&entries).state());
    }

    #[test]
    fn an_own_entry_that_is_confirmed_under_another_number_or_date_stands_where_the_server_says(
        (entries, arrivals) in arrivals(),
        shift in 0_u64..5,
        ahead_ms in 0_i64..3_600_000,
    ) {
        let mut device = Ledger::with_checkpoints(CheckpointEvery::lines(3));
        for (seq, entry) in (1..).zip(&arrivals) {
            let header = Header { at: entry.header.at.after_ms(ahead_ms), ..entry.header };
            let own = Entry { dseq: entry.dseq + shift, header, ..entry.clone() };
            device.insert(own, Arrival::Own { dseq: seq });
        }
        for (seq, entry) in (1..).zip(&entries) {
            device.insert(entry.clone(), Arrival::Confirmed { seq });
        }
        prop_assert_eq!(device.state(), ledger_of(&entries).state());
        let newest = |ledger: &Ledger| ledger.newest_first().map(|entry| entry.header.id).collect::<Vec<_>>();
        prop_assert_eq!(newest(&device), newest(&ledger_of(&entries)));
    }

    #[test]
    fn what_is_odd_about_one_entry_is_what_is_odd_about_all_of_them(entries in entries()) {
        let ledger = ledger_of(&entries);
        let all = ledger.oddities();
        for (entry, _) in ledger.entries() {
            prop_assert_eq!(ledger.oddity_of(entry.header.id), all.get(&entry.header.id).copied());
        }
    }

    #[test]
    fn lots_and_shortages_are_never_both_there_and_the_rows_add_up_to_the_deficit(entries in entries()) {
        let ledger = ledger_of(&entries);
        for (_, _, stock) in ledger.stocks() {
            let lots: i64 = stock.lots().map(|lot| lot.qty.thousandths()).sum();
            let open: i64 = stock.shortages().map(|shortage| shortage.open.thousandths()).sum();
            prop_assert!(stock.lots().next().is_none() || stock.shortages().next().is_none());
            prop_assert!(stock.lots().all(|lot| lot.qty.is_positive()));
            prop_assert!(stock.shortages().all(|row| row.open.is_positive() && row.open <= row.short));
            prop_assert_eq!(lots - open, stock.on_hand().thousandths());
            prop_assert_eq!(stock.negative_since().is_some(), stock.on_hand().is_negative());
        }
        let report = Report::now(&ledger, &Documents::default(), &Tables::default(), Instant::MAX);
        let negatives = ledger.stocks().filter(|(_, _, stock)| stock.on_hand().is_negative()).count();
        prop_assert_eq!(report.items.len(), negatives);
        for (&(item, shop), negative) in &report.items {
            let open: i64 = report.rows_of(item, shop).map(|row| row.open.thousandths()).sum();
            prop_assert_eq!(open, -negative.on_hand.thousandths());
        }
        let filter = Filter { shop: Some(ShopId(1)), ..Filter::default() };
        if let Ok(shown) = report.shown(&Tables::default(), &filter, Sorting::default(), GroupBy::Item) {
            prop_assert!(shown.sections.iter().all(|section| section.hidden.is_zero()));
        }
        // As of the end, the past is the present; and every open row is in the episode that goes on.
        let at_the_end = Report::at(&ledger, &Tables::default(), Instant::MAX);
        prop_assert_eq!(at_the_end.rows.len(), report.rows.len());
        for (&(item, shop), negative) in &report.items {
            let found = episodes(&ledger, item, shop);
            let open = found.first().unwrap();
            prop_assert_eq!(open.until, None);
            prop_assert!(open.deepest <= negative.on_hand);
            let still: i64 = open.rows.iter().map(|row| row.open().thousandths()).sum();
            prop_assert_eq!(still, -negative.on_hand.thousandths());
        }
    }

    #[test]
    fn nothing_goes_negative_where_everything_missing_is_added(entries in entries()) {
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|entry| Entry { header: Header { mode: Mode::AutoAdd, ..entry.header }, ..entry })
            .collect();
        for (_, _, stock) in ledger_of(&entries).stocks() {
            prop_assert!(!stock.on_hand().is_negative());
            prop_assert_eq!(stock.shortages().count(), 0);
        }
    }

    #[test]
    fn what_was_taken_back_counts_as_if_it_had_not_happened(entries in entries()) {
        let retracted: BTreeSet<(EntryId, ShopId)> = entries
            .iter()
            .filter_map(|entry| {
                if let Body::Retraction(back) = &entry.body { Some((back.of, entry.header.shop)) } else { None }
            })
            .collect();
        let stands = |entry: &&Entry| {
            !(entry.body.is_retractable() && retracted.contains(&(entry.header.id, entry.header.shop)))
        };
        let without: Vec<Entry> = entries.iter().filter(stands).cloned().collect();
        let (with, without) = (ledger_of(&entries), ledger_of(&without));
        for item in [1, 2, 3].map(ItemId::from_u128) {
            for shop in [1, 2, 3].map(ShopId) {
                let stock = |ledger: &Ledger| ledger.stock(item, shop).cloned().unwrap_or_default();
                prop_assert_eq!(stock(&with), stock(&without));
                let fills = |ledger: &Ledger| ledger.fills(item, shop).copied().collect::<Vec<_>>();
                prop_assert_eq!(fills(&with), fills(&without));
            }
        }
    }

    #[test]
    fn the_past_is_what_was_known_of_it_then(entries in entries()) {
        let entries = as_they_happened(entries);
        let all = ledger_of(&entries);
        for entry in &entries {
            let at = entry.header.at;
            let until: Vec<Entry> = entries.iter().take_while(|other| other.header.at <= at).cloned().collect();
            let then = ledger_of(&until);
            let then: Vec<_> = then.negatives().map(|(item, shop, stock)| (item, shop, stock.clone())).collect();
            prop_assert_eq!(all.negatives_at(at), then);
        }
    }

    #[test]
    fn on_hand_is_what_came_in_less_what_went_out(entries in entries()) {
        // Counts set, voids and auto-adds follow the state, conversions stop it: without them on hand is plain arithmetic.
        let plain: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| {
                let follows = matches!(entry.body, Body::Count(_) | Body::Void(_) | Body::Conversion(_));
                !follows && !matches!(entry.body, Body::Retraction(_))
            })
            .map(|mut entry| { entry.header.mode = Mode::Allow; entry })
            .collect();
        let mut expected: BTreeMap<(ItemId, ShopId), i64> = BTreeMap::new();
        let mut move_stock = |shop: ShopId, item: StampedItem, thousandths: i64| {
            if item.kind == ItemKind::Inventory {
                *expected.entry((item.id, shop)).or_default() += thousandths;
            }
        };
        for Entry { header: Header { shop, .. }, body, .. } in &plain {
            match body {
                Body::Sale(sale) => for l in &sale.lines { move_stock(*shop, l.item, -l.qty.thousandths()) },
                Body::Receipt(receipt) => for l in &receipt.lines { move_stock(*shop, l.item, l.qty.thousandths()) },
                Body::Refund(Refund { lines, .. }) =>
                    for l in lines { move_stock(*shop, l.item, l.qty.thousandths()) },
                Body::TransferReceive(TransferReceive { lines, .. })
                | Body::TransferReturn(TransferReturn { lines, .. }) =>
                    for l in lines { move_stock(*shop, l.item, l.qty.thousandths()) },
                Body::TransferSend(TransferSend { lines, .. }) | Body::VendorReturn(VendorReturn { lines, .. }) =>
                    for l in lines { move_stock(*shop, l.item, -l.qty.thousandths()) },
                Body::Adjustment(adjustment) =>
                    for l in &adjustment.lines { move_stock(*shop, l.item, l.qty.thousandths()) },
                Body::Reassignment(moved) => {
                    move_stock(*shop, moved.from, moved.qty.thousandths());
                    move_stock(*shop, moved.to, -moved.qty.thousandths());
                }
                Body::Count(_)
                | Body::Void(_)
                | Body::Conversion(_)
                | Body::Retraction(_)
                | Body::TransferLoss(_)
                | Body::Order(_)
                | Body::TransferDraft(_)
                | Body::CountList(_)
                | Body::Tally(_)
                | Body::Catalogue(_)
                | Body::Foreign(_) => {}
            }
        }
        let ledger = ledger_of(&plain);
        for ((item, shop), thousandths) in expected {
            prop_assert_eq!(ledger.on_hand(item, shop).thousandths(), thousandths);
        }
    }

    #[test]
    fn restated_cost_is_the_cost_when_posted_plus_the_variances_of_its_fills(entries in entries()) {
        let ledger = ledger_of(&entries);
        for entry in entries.iter().filter(|entry| matches!(entry.body, Body::Sale(_))) {
            let id = entry.header.id;
            let variances: i128 = ledger
                .stocks()
                .flat_map(|(item, shop, _)| ledger.fills(item, shop))
                .filter(|fill| fill.line.entry == id)
                .map(|fill| fill.variance().unwrap().ten_millionths())
                .sum();
            let posted = ledger.cost_when_posted(id).unwrap().in_sums.ten_millionths();
            prop_assert_eq!(ledger.restated_cost(id).unwrap().in_sums.ten_millionths(), posted + variances);
        }
    }

    #[test]
    fn l6_every_cost_that_is_known_is_one_that_somebody_said(entries in entries()) {
        let said = costs::said(&entries);
        for cost in costs::of(&ledger_of(&entries)) {
            prop_assert!(cost.known().is_none_or(|cost| said.contains(&cost)), "nobody said {cost:?}");
        }
    }

    #[test]
    fn l6_where_nobody_says_a_cost_none_is_known_and_all_sums_are_nothing(entries in entries()) {
        let entries = costs::unsaid(entries);
        let ledger = ledger_of(&entries);
        prop_assert!(costs::of(&ledger).into_iter().all(Cost::is_missing));
        for entry in &entries {
            let id = entry.header.id;
            let took_out = |line| ledger.left_of(LineId { entry: id, line }).is_some();
            for total in [ledger.cost_when_posted(id).unwrap(), ledger.restated_cost(id).unwrap()] {
                prop_assert_eq!(total.in_sums, Amount::ZERO);
                prop_assert_eq!(total.is_missing, (0..3).any(took_out));
            }
        }
    }

    #[test]
    fn inventory_changes_list_every_adjustment_once_and_add_up_to_what_is_on_hand(entries in entries()) {
        use subzero_ledger::changes::{Change, Changes, Kind, Wanted};
        let ledger = ledger_of(&entries);
        let rows = |wanted: &Wanted| -> Vec<Change> {
            let changes = Changes::find(&ledger, wanted);
            let rows: Vec<Change> = (0..changes.len()).map(|row| changes.row(&ledger, row).unwrap()).collect();
            assert_eq!(changes.row(&ledger, rows.len()), None);
            rows
        };
        let all = rows(&Wanted::default());
        let mut sums: BTreeMap<(ItemId, ShopId), i64> = BTreeMap::new();
        for change in &all {
            *sums.entry((change.item, change.shop)).or_default() += change.moved.thousandths();
        }
        for (item, shop, stock) in ledger.stocks() {
            prop_assert_eq!(sums.get(&(item, shop)).copied().unwrap_or_default(), stock.on_hand().thousandths());
        }
        let mut lines: Vec<_> = all.iter().map(|change| change.line).collect();
        let moments: Vec<_> = all.iter().map(|change| ledger.entry(change.line.entry).unwrap().header.at).collect();
        prop_assert!(moments.is_sorted_by(|newer, older| newer >= older));
        lines.sort();
        lines.dedup();
        prop_assert_eq!(lines.len(), all.len());
        // A filter shows exactly those rows of the whole for which it holds.
        let item = ItemId::from_u128(1);
        let of_item: Vec<Change> = all.iter().copied().filter(|change| change.item == item).collect();
        prop_assert_eq!(rows(&Wanted { items: Some([item].into()), ..Wanted::default() }), of_item);
        let automated: Vec<Change> = all.iter().copied().filter(|change| change.automated.is_positive()).collect();
        prop_assert_eq!(rows(&Wanted { automated_only: true, ..Wanted::default() }), automated);
        for kind in Kind::ALL {
            let of_kind: Vec<Change> = all.iter().copied().filter(|change| change.kind == kind).collect();
            prop_assert_eq!(rows(&Wanted { kind: Some(kind), ..Wanted::default() }), of_kind);
        }
        let of_shop: Vec<Change> = all.iter().copied().filter(|change| change.shop == ShopId(1)).collect();
        prop_assert_eq!(rows(&Wanted { shop: Some(ShopId(1)), ..Wanted::default() }), of_shop);
    }

    #[test]
    fn decoding_what_was_encoded_gives_the_entry_back(entries in entries()) {
        for entry in entries {
            let bytes = entry.encode().unwrap();
            prop_assert_eq!(Entry::decode(entry.dseq, &bytes), Ok(entry));
        }
    }

    #[test]
    fn hostile_bytes_never_panic_and_what_is_accepted_is_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_hostile(&bytes);
    }

    #[test]
    fn a_number_in_more_bytes_than_it_needs_is_refused(entries in entries(), place in any::<Index>()) {
        let mut bytes = place.get(&entries).encode().unwrap();
        // The shop, behind the version and the id.
        prop_assert_eq!(u32::from(bytes[18]), place.get(&entries).header.shop.0);
        bytes[18] |= 0x80;
        bytes.insert(19, 0);
        prop_assert!(Entry::decode(1, &bytes).is_err());
        prop_assert!(Entry::decode_confirmed(1, &bytes).is_err());
    }

    #[test]
    fn damaged_entries_never_panic(
        entries in entries(),
        place in any::<Index>(),
        flips in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = place.get(&entries).encode().unwrap();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] ^= byte;
        }
        check_hostile(&bytes);
        bytes.truncate(place.index(bytes.len()));
        check_hostile(&bytes);
    }
}

proptest! {
    // Quadratic in the entries: fewer cases.
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn incremental_equals_a_full_replay((_, arrivals) in arrivals()) {
        let mut incremental = Ledger::with_checkpoints(CheckpointEvery::lines(1));
        for (seq, entry) in (1..).zip(&arrivals) {
            incremental.insert(entry.clone(), Arrival::Confirmed { seq });
            let known: Vec<Entry> = incremental.entries().map(|(entry, _)| entry.clone()).collect();
            let mut sorted = known;
            sorted.sort_by_key(|entry| (entry.header.at, entry.header.device, entry.dseq, entry.header.id));
            prop_assert_eq!(incremental.state(), ledger_of(&sorted).state());
        }
    }
}

/// Whatever these bytes are, nothing panics: neither reading them nor folding what was read.
fn check_hostile(bytes: &[u8]) {
    if let Ok(entry) = Entry::decode(1, bytes) {
        assert_eq!(entry.encode().unwrap(), bytes);
    }
    if let Ok(entry) = Entry::decode_confirmed(1, bytes) {
        assert_eq!(entry.encode().unwrap(), bytes);
        let mut ledger = Ledger::default();
        ledger.insert(entry, Arrival::Confirmed { seq: 1 });
        ledger.state();
    }
}

#[test]
fn a_catalogue_entry_survives_its_encoding() {
    let fields = catalogue::ItemFields {
        name: Some("Crème brûlée".into()),
        barcodes: Some(vec![catalogue::Barcode::single("4006381333931")]),
        default_cost: Some(None),
        decimals: Some(3),
        ..catalogue::ItemFields::default()
    };
    let change = Change::Item(catalogue::ItemChange { id: ItemId::from_u128(1), fields });
    let entry = Entry {
        dseq: 7,
        header: Header {
            id: EntryId::from_u128(1),
            shop: ShopId::OFFICE,
            device: DeviceId(1),
            at: Instant::MIN,
            employee: EmployeeId::from_u128(1),
            session: SessionId::from_u128(1),
            approved_by: Some(EmployeeId::from_u128(2)),
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        },
        body: Body::Catalogue(Catalogue { known: 0, changes: vec![change] }),
    };
    assert_eq!(Entry::decode(7, &entry.encode().unwrap()), Ok(entry));
}
