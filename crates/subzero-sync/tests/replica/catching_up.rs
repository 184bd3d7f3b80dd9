//! Catching up from far behind: by segments, and from nothing by a snapshot.

use std::collections::BTreeSet;

use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::DELAY_MAX_MS;
use subzero_sync::chain::Position;
use subzero_sync::fault::Failure;
use subzero_sync::model::{Cache, Outbox};
use subzero_sync::records::{AckRecord, AppliedOwn, Collection, Cursor, PageRecord, PageWrite};
use subzero_sync::replica::{Coming, Input};
use subzero_sync::segment::content_hash;
use subzero_sync::wire::{
    Checksum, ContentHash, Epoch, FoldedOwn, FoldedShop, Manifest, PullPage, PushConflict, SEGMENTS_LISTED_MAX,
    SegmentList, ShopHead, SnapshotInfo,
};

use super::tablet::{EPOCH, INC, NEXT_EPOCH, SHOP, Tablet, body, manifest, page, rows, segments};

fn sealed(head: u64, sealed: u64) -> Manifest {
    Manifest { heads: vec![ShopHead { shop: SHOP, head, sealed }], ..manifest(EPOCH, head) }
}

#[test]
fn a_new_copy_is_fetched_segment_by_segment_and_the_rest_as_pages() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(sealed(7, 6));
    assert_eq!((tablet.listed.map(|(_, after)| after), tablet.pulled), (Some(0), None));
    tablet.segments_come(3, 6);
    for (_, bytes) in segments(3, 6) {
        tablet.segment_comes(bytes);
    }
    assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(6));
    assert_eq!(tablet.replica.status().coming, Some(Coming { here: 6, all: 7 }));
    tablet.page_comes(page(6, 7, 7));
    assert_eq!((tablet.shown(), tablet.replica.status().up_to_date), (Some(7), true));
    assert_eq!(tablet.replica.status().coming, None);
}

#[test]
fn a_copy_that_is_not_far_behind_is_pulled_as_pages_and_one_that_is_goes_to_where_the_next_segment_begins() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 2));
    tablet.page_comes(page(0, 2, 2));
    tablet.waits(1_000);
    tablet.manifest_comes(sealed(9, 9));
    assert_eq!((tablet.pulled.take().map(|(_, _, after)| after), tablet.listed), (Some(2), None));
    let mut tablet = Tablet::on(tablet.outbox, tablet.cache);
    tablet.manifest_comes(sealed(1_200, 1_200));
    tablet.segments_come(600, 1_200);
    assert_eq!((tablet.pulled.map(|(_, _, after)| after), tablet.pulled_to), (Some(2), Some(600)));
    tablet.page_comes(page(2, 400, 1_200));
    assert_eq!((tablet.pulled.map(|(_, _, after)| after), tablet.pulled_to), (Some(400), Some(600)));
    tablet.page_comes(page(400, 600, 1_200));
    assert_eq!(tablet.fetched.map(|(_, hash)| hash), Some(segments(600, 1_200)[1].0.hash));
    tablet.segment_comes(segments(600, 1_200)[1].1.clone());
    assert_eq!(tablet.shown(), Some(1_200));
}

#[test]
fn a_segment_that_is_not_what_the_list_says_is_fetched_as_pages() {
    let wrong = segments(2, 6)[2].1.clone();
    for bytes in [Vec::new(), b"<html>".to_vec(), wrong] {
        let mut tablet = Tablet::with(0, 0);
        tablet.manifest_comes(sealed(6, 6));
        tablet.segments_come(3, 6);
        tablet.segment_comes(bytes);
        assert_eq!(tablet.shown(), None);
        tablet.waits(DELAY_MAX_MS);
        assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0));
        tablet.page_comes(page(0, 6, 6));
        assert_eq!((tablet.shown(), tablet.alerts.is_empty()), (Some(6), true));
    }
}

#[test]
fn a_list_with_a_hole_or_of_another_shop_is_no_answer() {
    for spoil in [
        |list: &mut SegmentList| list.segments[1].first += 1,
        |list: &mut SegmentList| list.segments[0].first = 0,
        |list: &mut SegmentList| list.shop = ShopId(9),
        |list: &mut SegmentList| list.after = 1,
        |list: &mut SegmentList| list.segments = vec![list.segments[0]; SEGMENTS_LISTED_MAX + 1],
        |list: &mut SegmentList| list.epoch = NEXT_EPOCH,
    ] {
        let mut tablet = Tablet::with(0, 0);
        tablet.manifest_comes(sealed(6, 6));
        let (attempt, after) = tablet.listed.take().unwrap();
        let infos = segments(3, 6).into_iter().map(|(info, _)| info).collect();
        let mut list = SegmentList { epoch: EPOCH, shop: SHOP, after, segments: infos };
        spoil(&mut list);
        tablet.hears(Input::SegmentsListed { attempt, result: Ok(list) });
        assert_eq!(tablet.fetched, None);
        assert!(!tablet.replica.status().online);
    }
}

#[test]
fn a_server_that_lists_less_than_it_says_is_not_asked_for_ever() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(sealed(6, 6));
    tablet.segments_come(9, 6);
    assert_eq!((tablet.pulled.map(|(_, _, after)| after), tablet.listed), (Some(0), None));
}

/// Rows 1 to 4 folded into two parts.
fn folded() -> (SnapshotInfo, [&'static [u8]; 2]) {
    let parts: [&[u8]; 2] = [b"part one", b"part two"];
    let checksum = Checksum::EMPTY.add_all(SHOP, &rows(1..=4));
    let shop = FoldedShop { shop: SHOP, seq: 4, checksum, own: None };
    let hashes = parts.iter().map(|part| content_hash(part)).collect();
    (SnapshotInfo { epoch: EPOCH, horizon: Instant::MIN, parts: hashes, shops: vec![shop] }, parts)
}

fn offers(epoch: Epoch, head: u64) -> Manifest {
    Manifest { snapshot: Some(ContentHash([9; 32])), ..manifest(epoch, head) }
}

/// A tablet that began with the snapshot and pulled the rest.
fn begun() -> Tablet {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(offers(EPOCH, 6));
    let (info, parts) = folded();
    tablet.snapshot_comes(info);
    for part in parts {
        tablet.part_comes(part);
    }
    tablet.page_comes(page(4, 6, 6));
    tablet
}

#[test]
fn a_device_with_no_copy_begins_with_the_snapshot_and_pulls_what_came_after() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(offers(EPOCH, 6));
    assert_eq!((tablet.pulled, tablet.asked_snapshot.is_some()), (None, true));
    let (info, parts) = folded();
    tablet.snapshot_comes(info.clone());
    for part in parts {
        assert_eq!((tablet.pulled, tablet.shown()), (None, None), "half a snapshot is none");
        tablet.part_comes(part);
    }
    assert_eq!((tablet.shown(), tablet.pulled.map(|(_, _, after)| after)), (Some(4), Some(4)));
    let (base, bytes) = tablet.cache.base().unwrap();
    assert_eq!((base.parts.clone(), bytes), (info.parts, parts.concat()));
    tablet.page_comes(page(4, 6, 6));
    assert!(tablet.replica.status().up_to_date);
    let (cursor, kept) = tablet.cache.load(SHOP).unwrap();
    assert_eq!((cursor.base, kept), (4, rows(5..=6)));
}

#[test]
fn a_device_that_has_copies_does_not_begin_again() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    tablet.waits(1_000);
    tablet.manifest_comes(offers(EPOCH, 6));
    assert_eq!((tablet.asked_snapshot, tablet.pulled.map(|(_, _, after)| after)), (None, Some(3)));
}

/// One with all six rows, or begun with `base` of them folded, that takes a newer snapshot for a row a part; the server offers one of two parts up to row 4.
fn is_offered_a_newer_one(base: u64) -> Tablet {
    let mut tablet = Tablet::with(0, 0);
    let cursor =
        Cursor { seq: 6, checksum: Checksum::EMPTY.add_all(SHOP, &rows(1..=6)), base, ..Cursor::start(1, EPOCH) };
    let page = PageRecord {
        shop: SHOP,
        from: Cursor::start(1, EPOCH),
        to: cursor,
        rows: rows(base + 1..=6),
        sealed: false,
        complete: true,
        together: BTreeSet::new(),
    };
    assert!(matches!(tablet.cache.store_page(&page), PageWrite::Stored(_)));
    let mut tablet = Tablet::on(tablet.outbox, tablet.cache);
    tablet.replica = tablet.replica.with_rows_worth_a_part(1);
    tablet.manifest_comes(offers(EPOCH, 6));
    tablet
}

#[test]
fn whole_copies_go_on_from_a_newer_snapshot_that_is_worth_it() {
    let takes = |tablet: &mut Tablet| {
        let (info, parts) = folded();
        tablet.snapshot_comes(info);
        for part in parts {
            tablet.part_comes(part);
        }
        let (cursor, kept) = tablet.cache.load(SHOP).unwrap();
        assert_eq!((cursor.base, cursor.seq, kept), (4, 6, rows(5..=6)));
        assert_eq!((tablet.asked_snapshot, tablet.pulled), (None, None), "and that is that");
        cursor.older.seq
    };
    let mut tablet = is_offered_a_newer_one(0);
    assert_eq!(takes(&mut tablet), 4);
    assert_eq!(tablet.cache.older(SHOP), rows(1..=4), "all rows are here, so they stay");
    let mut tablet = is_offered_a_newer_one(1);
    assert_eq!(takes(&mut tablet), 0);
    assert!(tablet.cache.older(SHOP).is_empty(), "the first is not, so those after it go");
    tablet.hears(Input::OlderWanted);
    tablet.page_comes(page(0, 4, 6));
    assert_eq!(tablet.cache.older(SHOP), rows(1..=4));
}

#[test]
fn a_newer_snapshot_that_is_worth_little_or_goes_less_far_is_none() {
    for base in [3, 5] {
        let mut tablet = is_offered_a_newer_one(base);
        if tablet.asked_snapshot.is_some() {
            tablet.snapshot_comes(folded().0);
        }
        assert_eq!((tablet.asked_part, tablet.cache.load(SHOP).unwrap().0.base), (None, base));
        tablet.waits(1_000);
        tablet.manifest_comes(offers(EPOCH, 6));
        assert_eq!(tablet.asked_snapshot, None, "it is not asked about again");
    }
}

#[test]
fn a_new_device_asks_again_as_soon_as_it_knows_the_epoch() {
    let mut tablet = Tablet::on(Outbox::new(INC), Cache::default());
    tablet.manifest_comes(manifest(EPOCH, 6));
    assert!(tablet.watched.is_some(), "it does not wait as if something had failed");
    tablet.manifest_comes(manifest(EPOCH, 6));
    assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0));
}

#[test]
fn whatever_keeps_the_snapshot_from_coming_the_rows_come_in_its_place() {
    let hotel = |tablet: &mut Tablet| {
        let attempt = tablet.asked_snapshot.take().unwrap();
        tablet.hears(Input::SnapshotTold { attempt, result: Err(Failure::NotOurs) });
    };
    let wrong_part = |tablet: &mut Tablet| {
        if tablet.asked_part.is_none() {
            tablet.snapshot_comes(folded().0);
        }
        tablet.part_comes(b"another");
    };
    let beyond = |tablet: &mut Tablet| {
        let mut info = folded().0;
        info.shops[0].seq = 7;
        tablet.snapshot_comes(info);
    };
    for trouble in [&hotel as &dyn Fn(&mut Tablet), &wrong_part, &beyond] {
        let mut tablet = Tablet::with(0, 0);
        tablet.manifest_comes(offers(EPOCH, 6));
        for _ in 0..3 {
            assert_eq!(tablet.pulled, None, "not at the first trouble");
            trouble(&mut tablet);
            tablet.waits(DELAY_MAX_MS);
        }
        assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0));
    }
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(offers(EPOCH, 6));
    let attempt = tablet.asked_snapshot.take().unwrap();
    tablet.hears(Input::SnapshotTold { attempt, result: Err(Failure::Refused { status: 404 }) });
    assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0), "there is none: that is certain");
}

#[test]
fn own_entries_that_are_folded_count_as_applied_as_far_as_they_are_acked() {
    for (acked, applied) in [(3, 2), (1, 1)] {
        let mut tablet = Tablet::with(3, acked);
        tablet.manifest_comes(offers(EPOCH, 4));
        let (mut info, parts) = folded();
        info.shops[0].own = Some(FoldedOwn { inc: INC, dseq: 2 });
        tablet.snapshot_comes(info);
        for part in parts {
            tablet.part_comes(part);
        }
        let (cursor, _) = tablet.cache.load(SHOP).unwrap();
        assert_eq!(cursor.applied_own.map(|own| own.dseq), Some(applied));
    }
}

#[test]
fn what_is_folded_is_fetched_only_when_somebody_wants_to_see_it() {
    let mut tablet = begun();
    assert_eq!(tablet.pulled, None);
    tablet.hears(Input::OlderWanted);
    assert_eq!((tablet.pulled.map(|(_, _, after)| after), tablet.pulled_to), (Some(0), Some(4)));
    tablet.page_comes(page(0, 2, 6));
    tablet.page_comes(page(2, 4, 6));
    assert_eq!((tablet.cache.older(SHOP), tablet.pulled), (rows(1..=4), None));
    assert_eq!(tablet.cache.load(SHOP).unwrap().1, rows(5..=6));
    let mut tablet = begun();
    tablet.waits(1_000);
    tablet.manifest_comes(sealed(6, 6));
    tablet.hears(Input::OlderWanted);
    tablet.segments_come(3, 6);
    tablet.segment_comes(segments(3, 6)[0].1.clone());
    tablet.segment_comes(segments(3, 6)[1].1.clone());
    assert_eq!(tablet.cache.older(SHOP), rows(1..=4), "of a segment that goes on beyond, only what is folded");
}

#[test]
fn in_another_epoch_without_a_snapshot_all_copies_that_began_with_one_change_at_once() {
    let mut tablet = begun();
    tablet.waits(1_000);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 2));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 0 });
    tablet.probe_succeeds(0);
    tablet.waits(DELAY_MAX_MS);
    let other = ShopId(2);
    let heads = [SHOP, other].map(|shop| ShopHead { shop, head: 2, sealed: 0 }).to_vec();
    tablet.manifest_comes(Manifest { heads, ..manifest(NEXT_EPOCH, 2) });
    let first = PullPage { epoch: NEXT_EPOCH, ..page(0, 2, 2) };
    tablet.page_comes(first);
    assert_eq!(tablet.cache.load(SHOP).unwrap().0.epoch, EPOCH, "the other shop is still folded into the old one");
    let (_, asked, _) = tablet.pulled.unwrap();
    assert_eq!(asked, other);
    let checksum = Checksum::EMPTY.add_all(other, &rows(1..=2));
    tablet.page_comes(PullPage { epoch: NEXT_EPOCH, shop: other, checksum, ..page(0, 2, 2) });
    assert_eq!((tablet.cache.load(SHOP).unwrap().0.epoch, tablet.cache.base()), (NEXT_EPOCH, None));
    assert_eq!(tablet.cache.load(other).unwrap().1, rows(1..=2));
    assert!(tablet.replica.status().up_to_date);
}

#[test]
fn in_another_epoch_a_shop_without_rows_changes_with_the_others() {
    let other = ShopId(2);
    let heads = |of_shop, of_other| {
        [(SHOP, of_shop), (other, of_other)].map(|(shop, head)| ShopHead { shop, head, sealed: 0 }).to_vec()
    };
    let sum_of_other = Checksum::EMPTY.add_all(other, &rows(1..=1));
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(Manifest { heads: heads(4, 1), ..offers(EPOCH, 4) });
    let (mut info, parts) = folded();
    info.shops.push(FoldedShop { shop: other, seq: 1, checksum: sum_of_other, own: None });
    tablet.snapshot_comes(info);
    for part in parts {
        tablet.part_comes(part);
    }
    tablet.waits(1_000);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 2));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 0 });
    tablet.probe_succeeds(0);
    tablet.waits(DELAY_MAX_MS);
    tablet.manifest_comes(Manifest { heads: heads(2, 0), ..manifest(NEXT_EPOCH, 2) });
    let epochs = |tablet: &Tablet| [SHOP, other].map(|shop| tablet.cache.load(shop).unwrap().0.epoch);
    tablet.page_comes(PullPage { epoch: NEXT_EPOCH, ..page(0, 2, 2) });
    assert_eq!(epochs(&tablet), [EPOCH, EPOCH], "there is no copy of the other one yet");
    let nothing = PullPage { epoch: NEXT_EPOCH, shop: other, checksum: Checksum::EMPTY, ..page(0, 0, 0) };
    tablet.page_comes(nothing);
    assert_eq!(epochs(&tablet), [NEXT_EPOCH, NEXT_EPOCH]);
    assert_eq!((tablet.cache.base(), tablet.replica.status().up_to_date), (None, true));
}

#[test]
fn copies_are_shown_together_with_a_page_of_a_copy_that_is_shown_already() {
    let other = ShopId(2);
    let mut cache = Cache::default();
    let mut stores = |shop, before: u64, complete, together: &[ShopId]| {
        let checksum = |seq| Checksum::EMPTY.add_all(shop, &rows(1..=seq));
        let from = Cursor { seq: before, checksum: checksum(before), ..Cursor::start(1, EPOCH) };
        let to = Cursor { seq: before + 1, checksum: checksum(before + 1), ..from };
        let rows = rows(before + 1..=before + 1);
        let together = together.iter().copied().collect();
        let page = PageRecord { shop, from, to, rows, sealed: false, complete, together };
        assert!(matches!(cache.store_page(&page), PageWrite::Stored(_)));
        cache.load(other).map(|(cursor, _)| cursor.seq)
    };
    assert_eq!(stores(other, 0, false, &[]), None);
    assert_eq!(stores(SHOP, 0, true, &[]), None);
    assert_eq!(stores(SHOP, 1, true, &[other]), Some(1));
}

#[test]
fn in_another_epoch_with_a_snapshot_every_copy_begins_anew_with_it() {
    let mut tablet = begun();
    tablet.waits(1_000);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 5));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 0 });
    tablet.probe_succeeds(0);
    tablet.waits(DELAY_MAX_MS);
    tablet.manifest_comes(offers(NEXT_EPOCH, 5));
    let (info, parts) = folded();
    tablet.snapshot_comes(SnapshotInfo { epoch: NEXT_EPOCH, ..info });
    for part in parts {
        tablet.part_comes(part);
    }
    assert_eq!(tablet.cache.load(SHOP).map(|(cursor, _)| (cursor.epoch, cursor.seq)), Some((NEXT_EPOCH, 4)));
}

/// A tablet with the six rows of the first epoch, the second of them its own and let go; the server is of the next epoch, and its snapshot
/// begins anew, up to row 4 of 5, and holds own entries up to this one.
fn is_offered_another_snapshot(folded_own: u64) -> Tablet {
    let mut outbox = Outbox::new(INC);
    let place = (1..=3).fold(Position::START, |place, number| {
        outbox.append(body(number));
        place.next(INC, &body(number))
    });
    outbox.store_ack(&AckRecord { incarnation: INC, epoch: EPOCH, acked: place, verdicts: Vec::new(), at: None });
    let kept = Position::START.next(INC, &body(1)).next(INC, &body(2));
    outbox.forget_own(&Collection { incarnation: INC, kept, receipt: 0 });
    let mut cache = Cache::default();
    let from = Cursor::start(1, EPOCH);
    let applied_own = Some(AppliedOwn { incarnation: INC, dseq: 3 });
    let to = Cursor { seq: 6, checksum: Checksum::EMPTY.add_all(SHOP, &rows(1..=6)), applied_own, ..from };
    let (shop, together) = (SHOP, BTreeSet::new());
    cache.store_page(&PageRecord { shop, from, to, rows: rows(1..=6), sealed: false, complete: true, together });
    let mut tablet = Tablet::on(outbox, cache);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 5));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 2 });
    tablet.probe_succeeds(2);
    tablet.waits(DELAY_MAX_MS);
    tablet.manifest_comes(offers(NEXT_EPOCH, 5));
    let (mut info, _) = folded();
    (info.epoch, info.shops[0].own) = (NEXT_EPOCH, Some(FoldedOwn { inc: INC, dseq: folded_own }));
    tablet.snapshot_comes(info);
    tablet
}

#[test]
fn i6_a_snapshot_without_what_was_let_go_is_not_shown_instead_of_a_copy_that_has_it() {
    let tablet = is_offered_another_snapshot(1);
    assert_eq!((tablet.asked_part, tablet.pulled.map(|(_, _, after)| after)), (None, Some(0)), "rows, beside");
    assert_eq!(tablet.shown(), Some(6));
    let tablet = is_offered_another_snapshot(2);
    assert_eq!((tablet.asked_part.is_some(), tablet.pulled), (true, None), "all that was let go is folded");
}
