//! A ledger that began from a snapshot shows what the whole ledger shows, but for what it says is lacking; and then all of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use subzero_ledger::entry::{Body, CostControl, Entry, ItemKind, Mode, StampedItem};
use subzero_ledger::ids::{DeviceId, ItemId, LineId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::practice::{self, Names};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{self, Episode, Report, Row};
use subzero_ledger::scenario;
use subzero_ledger::snapshot::{Lacking, Snapshot, SnapshotError, VERSION};
use subzero_ledger::stock::Stamp;

#[path = "laws/drawn.rs"]
#[allow(dead_code, reason = "shared with the other laws")]
mod drawn;
#[path = "snapshots/page.rs"]
mod page;

use page::{Page, Server};

/// What a business did, and what of it a snapshot folds.
#[derive(Clone, Debug)]
struct Story {
    /// In the order in which the server heard of it.
    server: Server,
    /// So many of those are in the snapshot.
    folded: usize,
    horizon: Instant,
    /// The others, in the order in which a device hears of them.
    rest: Vec<(Entry, Arrival)>,
    together: usize,
}

fn story() -> impl Strategy<Value = Story> {
    let minute = |minute: i64| Instant::from_unix_ms(1_772_442_000_000 + minute * 60_000).unwrap();
    let drawn = (drawn::entries(), any::<Index>(), (0_i64..31).prop_map(minute), 1_usize..9, any::<bool>());
    drawn.prop_flat_map(|(entries, folded, horizon, together, as_it_happened)| {
        let mut entries = entries;
        if as_it_happened {
            entries.sort_by_key(|entry| (entry.header.at, entry.header.id));
        }
        let server = Server::of(entries);
        let folded = folded.index(server.rows.len() + 1);
        let own = proptest::collection::vec(0_u8..4, server.rows.len());
        let order = Just((0..server.rows.len() - folded).collect::<Vec<_>>()).prop_shuffle();
        (Just(server), own, order).prop_map(move |(server, own, order)| {
            let rest = page::told(&server.rows, folded, &own, &order);
            Story { server, folded, horizon, rest, together }
        })
    })
}

impl Story {
    fn snapshot(&self) -> Snapshot {
        Page::of(self.server.rows[..self.folded].to_vec()).snapshot(self.horizon)
    }

    /// The page that has everything, and the one that began from the snapshot and heard the rest.
    fn pages(&self) -> (Page, Page) {
        let whole = Page::of(self.server.rows.clone());
        let bytes = self.snapshot().encode().unwrap();
        let mut begun = Page::begun(Snapshot::decode(&bytes).unwrap());
        for some in self.rest.chunks(self.together) {
            begun.learns(some.to_vec());
        }
        (whole, begun)
    }
}

fn places() -> impl Iterator<Item = (ItemId, ShopId)> {
    (0..4).map(ItemId::from_u128).flat_map(|item| (1..5).map(move |shop| (item, ShopId(shop))))
}

fn quoted(ledger: &Ledger, item: ItemId, shop: ShopId, mode: Mode) -> String {
    let item = StampedItem { id: item, default_cost: None, kind: ItemKind::Inventory };
    let stamp = Stamp { mode, cost_control: CostControl::LastRecorded, default_cost: None, at: Instant::MAX };
    format!("{:?}", ledger.quote(shop, &[(item, Qty::from_units(3)), (item, Qty::from_units(9))], stamp))
}

/// What is not lacking is as it is in the whole ledger.
fn agree_but_for_what_is_lacking(whole: &Page, begun: &Page, report: &Report) {
    let all = whole.report();
    for (item, shop) in places().filter(|(item, shop)| !begun.ledger.is_lacking(*item, *shop)) {
        let stock = |page: &Page| page.ledger.stock(item, shop).cloned().unwrap_or_default();
        assert_eq!(stock(begun), stock(whole), "{item} {shop}");
        assert_eq!(begun.ledger.on_hand(item, shop), whole.ledger.on_hand(item, shop));
        for shortage in stock(whole).shortages() {
            // How much of a fill came back in another shop may be lacking there.
            let fills = |page: &Page| {
                let history = page.ledger.history(item, shop).unwrap();
                let fills = history.fills_of(shortage.line).map(|fill| (fill.by, fill.qty, fill.estimate, fill.actual));
                fills.collect::<Vec<_>>()
            };
            assert_eq!(fills(begun), fills(whole));
        }
        // Of a line in a base, only what is short is known: nobody says how much of it is left to refund.
        for line in stock(whole).shortages().map(|shortage| shortage.line) {
            let left = begun.ledger.left_of(line);
            assert!(left.is_none() || left == whole.ledger.left_of(line), "{left:?}");
        }
        // What a row is due to may be found in other items and in papers, which may be lacking.
        let rows = |report: &Report| -> Vec<Row> {
            report.rows_of(item, shop).map(|row| Row { evidence: None, ..*row }).collect()
        };
        assert_eq!(rows(report), rows(&all));
        for mode in [Mode::Allow, Mode::AutoAdd] {
            assert_eq!(quoted(&begun.ledger, item, shop, mode), quoted(&whole.ledger, item, shop, mode));
        }
    }
}

/// Everything is as in the whole ledger.
fn agree(whole: &Page, begun: &mut Page) {
    let all = whole.report();
    agree_but_for_what_is_lacking(whole, begun, &all);
    assert_eq!(begun.report(), all);
    assert_eq!(*begun.kept(), all);
    assert_eq!(begun.open_papers(), whole.open_papers());
    for device in [1, 2, 3].map(DeviceId) {
        assert_eq!(begun.ledger.last_receipt(device), whole.ledger.last_receipt(device));
        assert_eq!(begun.next_numbers(device), whole.next_numbers(device));
    }
    let horizon = begun.ledger.horizon().unwrap();
    let open = report::open_episodes(&begun.ledger);
    assert_eq!(open, but_for_what_is_left_out(report::open_episodes(&whole.ledger), &open));
    let moments = whole.ledger.entries().map(|(entry, _)| entry.header.at).filter(|at| *at >= horizon);
    let moments: Vec<Instant> = moments.collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(report::trend(&begun.ledger, &moments), report::trend(&whole.ledger, &moments));
    let ended = |page: &Page| report::cured_within(&page.ledger, horizon, Instant::MAX);
    assert_eq!(ended(begun), but_for_what_is_left_out(ended(whole), &ended(begun)));
    for at in moments {
        assert_eq!(begun.ledger.negatives_at(at), whole.ledger.negatives_at(at));
        for (item, shop) in places() {
            let on_hand =
                |page: &Page| page.ledger.history(item, shop).map_or(Qty::ZERO, |history| history.on_hand_at(shop, at));
            assert_eq!(on_hand(begun), on_hand(whole));
        }
    }
    for (entry, arrival) in whole.ledger.entries().filter(|(entry, _)| entry.header.at >= horizon) {
        assert_eq!(begun.ledger.arrival(entry.header.id), Some(arrival));
        let named = |page: &Page| page.ledger.referring_to(entry.header.id).map(|by| by.header.id).collect::<Vec<_>>();
        assert_eq!(named(begun), named(whole));
        assert_eq!(begun.ledger.undone_by(entry.header.id), whole.ledger.undone_by(entry.header.id));
    }
}

/// The episodes of the whole ledger as another tells them that has not all of their rows, and says how many.
fn but_for_what_is_left_out(mut all: Vec<Episode>, told: &[Episode]) -> Vec<Episode> {
    for (whole, told) in all.iter_mut().zip(told).filter(|(_, told)| told.left_out > 0) {
        let here: BTreeSet<LineId> = told.rows.iter().map(|row| row.line).collect();
        let before = whole.rows.len();
        whole.rows.retain(|row| here.contains(&row.line) || row.open().is_positive());
        whole.left_out = before - whole.rows.len();
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn decoding_what_was_encoded_gives_the_snapshot_back(story in story()) {
        let snapshot = story.snapshot();
        let bytes = snapshot.encode().unwrap();
        let decoded = Snapshot::decode(&bytes).unwrap();
        prop_assert_eq!(decoded.encode().unwrap(), bytes);
        prop_assert_eq!(decoded, snapshot);
    }

    #[test]
    fn what_is_not_lacking_is_as_it_is_in_the_whole_ledger(story in story()) {
        let (whole, mut begun) = story.pages();
        let kept = begun.kept().clone();
        agree_but_for_what_is_lacking(&whole, &begun, &kept);
        prop_assert_eq!(kept, begun.report());
        if begun.lacking().is_empty() {
            agree(&whole, &mut begun);
        }
    }

    #[test]
    fn what_was_lacking_and_is_completed_leaves_nothing_to_differ(story in story()) {
        let (whole, mut begun) = story.pages();
        begun.completes(&story.server, story.folded);
        agree(&whole, &mut begun);
    }

    #[test]
    fn a_snapshot_of_what_began_from_one_is_the_snapshot_of_all(story in story(), later in 0_i64..20) {
        let (whole, mut begun) = story.pages();
        begun.completes(&story.server, story.folded);
        let horizon = Instant::from_unix_ms(story.horizon.unix_ms() + later * 60_000).unwrap();
        prop_assert_eq!(begun.snapshot(horizon), whole.snapshot(horizon));
    }

    #[test]
    fn only_histories_that_are_asked_for_are_in_memory(story in story()) {
        let ledger = story.snapshot().begin().ledger;
        let opened = ledger.opened();
        ledger.on_hand_in(ShopId(1)).count();
        prop_assert_eq!(ledger.opened(), opened);
        let named: BTreeSet<ItemId> = ledger.entries().flat_map(|(entry, _)| entry.body.items()).collect();
        prop_assert!(opened <= places().filter(|(item, _)| named.contains(item)).count());
        let reported = Page::begun(story.snapshot()).ledger.opened();
        let is_short = |item| ledger.ever_short().any(|(short, ..)| short == item);
        prop_assert!(reported <= places().filter(|(item, _)| named.contains(item) || is_short(*item)).count());
    }

    #[test]
    fn with_every_row_there_is_it_is_the_whole_ledger(story in story()) {
        let (whole, mut begun) = story.pages();
        let stocks = story.snapshot().begin().ledger.stocks().map(|(item, shop, _)| (item, shop)).collect();
        begun.complete(&Lacking { stocks, ..begun.lacking() }, story.server.rows[..story.folded].to_vec());
        begun.completes(&story.server, story.folded);
        prop_assert_eq!(begun.ledger.state().to_bytes(), whole.ledger.state().to_bytes());
        agree(&whole, &mut begun);
    }

    #[test]
    fn hostile_bytes_never_panic_and_what_is_accepted_is_canonical(
        story in story(),
        place in any::<Index>(),
        flips in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        let mut bytes = story.snapshot().encode().unwrap();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] ^= byte;
        }
        check_hostile(&bytes, &story);
        bytes.truncate(place.index(bytes.len()));
        check_hostile(&bytes, &story);
    }

    #[test]
    fn bytes_at_random_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Snapshot::decode(&bytes).is_err());
        bytes.insert(0, VERSION);
        if let Ok(snapshot) = Snapshot::decode(&bytes) {
            prop_assert_eq!(snapshot.encode().unwrap(), bytes);
            snapshot.begin();
        }
    }
}

/// Whatever these bytes are, nothing panics: neither reading them, nor beginning from them, nor going on.
fn check_hostile(bytes: &[u8], story: &Story) {
    if let Ok(snapshot) = Snapshot::decode(bytes) {
        assert_eq!(snapshot.encode().unwrap(), bytes);
    }
    // A device goes on from more than what is canonical.
    let Ok(snapshot) = Snapshot::decode_kept(&Arc::new(bytes.to_vec())) else { return };
    let mut begun = Page::begun(snapshot);
    begun.learns(story.rest.clone());
    begun.complete(&begun.lacking(), story.server.rows[..story.folded].to_vec());
    for (_, _, stock) in begun.ledger.stocks() {
        let lots: i64 = stock.lots().map(|lot| lot.qty.thousandths()).sum();
        let open: i64 = stock.shortages().map(|shortage| shortage.open.thousandths()).sum();
        assert!(lots == 0 || open == 0);
        assert_eq!(lots - open, stock.on_hand().thousandths());
    }
}

/// What the laws are about comes up in what is drawn: else they would say little.
#[test]
fn bases_and_all_that_makes_them_lacking_come_up_in_what_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let (mut with_bases, mut below_zero, mut left_out, mut lacking) = (0, 0, 0, 0);
    let (mut shown, mut papers, mut entries) = (0, 0, 0);
    for _ in 0..2_000 {
        let story = story().new_tree(&mut runner).unwrap().current();
        let snapshot = story.snapshot();
        with_bases += usize::from(snapshot.bases() > 0);
        left_out += usize::from(snapshot.entries().count() < story.folded);
        let first = snapshot.clone().begin().ledger;
        below_zero += usize::from(first.negatives().any(|(item, shop, stock)| {
            let is_of_base = |line| first.history(item, shop).unwrap().posts().iter().all(|post| post.line != line);
            stock.shortages().any(|shortage| is_of_base(shortage.line))
        }));
        let (_, begun) = story.pages();
        let found = begun.lacking();
        lacking += usize::from(!found.stocks.is_empty());
        papers += usize::from(!found.papers.is_empty());
        entries += usize::from(!found.entries.is_empty());
        let based = |(item, shop): &(ItemId, ShopId)| {
            let history = begun.ledger.history(*item, *shop);
            history.and_then(|history| history.below(*shop)).is_some() && !begun.ledger.is_lacking(*item, *shop)
        };
        shown += usize::from(places().any(|place| based(&place)) && !story.rest.is_empty());
    }
    let figures = [with_bases, below_zero, left_out, lacking, shown, papers, entries];
    assert!(figures.iter().all(|figure| *figure >= 100), "{figures:?}");
}

/// The rules' worked examples: folded at every place, with a horizon at every moment, they lead where they lead.
#[test]
fn every_scenario_leads_where_it_leads_from_every_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut scenarios = 0;
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        scenarios += 1;
        let entries = scenario::entries(&fs::read_to_string(&file).unwrap()).unwrap();
        // A scenario's first shop has the office's number.
        let moved = entries.into_iter().map(|(_, mut entry)| {
            entry.header.shop.0 += 1;
            if let Body::TransferSend(send) = &mut entry.body {
                send.to.0 += 1;
            }
            entry
        });
        let server = Server::of(moved.collect());
        let whole = Page::of(server.rows.clone());
        let moments: BTreeSet<Instant> = server.rows.iter().map(|(entry, _)| entry.header.at).collect();
        for horizon in moments {
            for folded in 1..=server.rows.len() {
                let mut begun = Page::begun(Page::of(server.rows[..folded].to_vec()).snapshot(horizon));
                begun.learns(server.rows[folded..].to_vec());
                agree_but_for_what_is_lacking(&whole, &begun, &begun.report());
                begun.completes(&server, folded);
                agree(&whole, &mut begun);
            }
        }
    }
    assert!(scenarios >= 77, "only {scenarios} scenarios are here");
}

/// Written by the version before: the practice shop's opening, all of it folded.
const FORMER: &[u8] = include_bytes!("former/snapshot-3");

#[test]
fn a_device_goes_on_from_what_the_version_before_wrote_and_nobody_else_does() {
    assert_eq!(Snapshot::decode(FORMER), Err(SnapshotError::Version(VERSION - 1)));
    assert!(!Snapshot::is_current(FORMER));
    let snapshot = Snapshot::decode_kept(&Arc::new(FORMER.to_vec())).unwrap();
    let (bases, begun) = (snapshot.bases(), Page::begun(snapshot));
    assert_eq!(begun.lacking(), Lacking::default());
    let now = Instant::from_unix_ms(1_780_000_000_000).unwrap();
    let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
    let mut whole = Ledger::default();
    whole.extend(
        practice::opening(names, Mode::Allow, now)
            .into_iter()
            .zip(1..)
            .map(|(entry, seq)| (entry, Arrival::Confirmed { seq })),
    );
    assert_eq!(bases, 22);
    let stocks =
        |ledger: &Ledger| ledger.stocks().map(|(item, shop, stock)| (item, shop, stock.clone())).collect::<Vec<_>>();
    assert_eq!(stocks(&begun.ledger), stocks(&whole));
    for cut in 0..FORMER.len() {
        assert!(Snapshot::decode_kept(&Arc::new(FORMER[..cut].to_vec())).is_err(), "{cut}");
    }
    // Whatever else they are, nothing panics.
    for place in 1..FORMER.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = FORMER.to_vec();
            bytes[place] ^= flip;
            if let Ok(snapshot) = Snapshot::decode_kept(&Arc::new(bytes)) {
                Page::begun(snapshot).report();
            }
        }
    }
}

#[test]
fn a_snapshot_says_what_is_wrong_with_it() {
    let server = Server::of(Vec::new());
    let bytes = Page::of(server.rows).snapshot(Instant::MAX).encode().unwrap();
    let with = |place: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[place] = byte;
        Snapshot::decode(&bytes)
    };
    assert_eq!(Snapshot::decode(&[]), Err(SnapshotError::Frame));
    let (before, after) = (VERSION - 1, VERSION + 1);
    assert_eq!(with(0, before), Err(SnapshotError::Version(before)), "its bases were made by other rules");
    assert_eq!(with(0, after), Err(SnapshotError::Version(after)));
    let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
    assert_eq!(Snapshot::decode(&longer), Err(SnapshotError::Frame));
    assert_eq!(Snapshot::decode(&bytes[..bytes.len() - 1]), Err(SnapshotError::Frame));
}
