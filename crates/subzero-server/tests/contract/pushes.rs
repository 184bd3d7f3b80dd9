//! A push is stored whole, once, in order, or not at all.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use subzero_ledger::ids::{DeviceId, ItemId, ShopId};
use subzero_server::db::{Db, PushError};
use subzero_sync::chain::Position;
use subzero_sync::wire::QuarantineReason::{OtherDevice, OtherShop, Unreadable};
use subzero_sync::wire::{Chain, EntryBytes, Epoch, PushConflict, PushReply, Verdict};
use uuid::Uuid;

use crate::fixture::{Fixture, Till, encode, receipt_of};
use crate::holes;
use crate::slow::{Habit, Slow};

fn seqs(reply: &PushReply) -> Vec<Option<u64>> {
    reply.verdicts.iter().map(|verdict| verdict.seq).collect()
}

pub async fn what_is_pushed_is_what_is_read(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let entries: Vec<Vec<u8>> = [1, 2, 1, 1].into_iter().map(|shop| till.receipt(shop)).collect();
    assert_eq!(seqs(&till.push(&entries).await), [Some(1), Some(1), Some(2), Some(3)]);
    let rows = till.history(1).await;
    let expected: Vec<(u64, u64, &Vec<u8>)> = vec![(1, 1, &entries[0]), (2, 3, &entries[2]), (3, 4, &entries[3])];
    assert_eq!(rows.iter().map(|row| (row.seq, row.dseq, &row.body.0)).collect::<Vec<_>>(), expected);
    assert!(rows.iter().all(|row| row.inc == till.inc));
    assert_eq!(till.history(2).await.len(), 1);
}

pub async fn i2_a_push_again_gets_the_same_places(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let mut request = till.request(&[till.receipt(1), till.receipt(2)]);
    let first = till.push(&request.entries.iter().map(|body| body.0.clone()).collect::<Vec<_>>()).await;
    let again = till.send(request.clone()).await.unwrap();
    assert_eq!((seqs(&again), again.acked), (seqs(&first), 2));
    assert!(again.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Dup));
    request.entries.push(EntryBytes(till.receipt(1)));
    assert_eq!(seqs(&till.send(request).await.unwrap()), [Some(1), Some(1), Some(2)]);
    assert_eq!((till.history(1).await.len(), till.history(2).await.len()), (2, 1));
    // The same entries under another life of the outbox keep their places.
    let mut reborn = till.reborn();
    let bodies: Vec<Vec<u8>> = till.history(1).await.into_iter().map(|row| row.body.0).collect();
    assert_eq!(seqs(&reborn.push(&bodies).await), [Some(1), Some(2)]);
    assert_eq!(till.history(1).await.len(), 2);
}

pub async fn i2_first_pushes_of_one_outbox_at_once_are_stored_once(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (till, driver) = (Till::pair(&db, session, 1).await, fixture.driver().await);
    for round in 0..5 {
        let till = till.reborn();
        let request = till.request(&(0..20).map(|_| till.receipt(1)).collect::<Vec<_>>());
        let mut tabs = Vec::new();
        for _ in 0..8 {
            let (till, request) = (till.apart(&driver).await, request.clone());
            tabs.push(tokio::spawn(async move { till.send(request).await.unwrap() }));
        }
        for tab in tabs {
            let expected: Vec<_> = (round * 20 + 1..=round * 20 + 20).map(Some).collect();
            assert_eq!(seqs(&tab.await.unwrap()), expected);
        }
    }
    assert_eq!(till.history(1).await.len(), 100);
}

pub async fn i2_one_entry_from_two_outboxes_at_once_is_stored_once(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (till, driver) = (Till::pair(&db, session, 1).await, fixture.driver().await);
    for _ in 0..5 {
        let entries: Vec<Vec<u8>> = (0..5).flat_map(|_| [till.receipt(1), till.receipt(2)]).collect();
        let mut lives = Vec::new();
        for _ in 0..6 {
            let (mut till, entries) = (till.reborn().apart(&driver).await, entries.clone());
            lives.push(tokio::spawn(async move { till.push(&entries).await }));
        }
        let mut places = BTreeSet::new();
        for life in lives {
            places.insert(seqs(&life.await.unwrap()));
        }
        assert_eq!(places.len(), 1, "an entry has two places");
    }
    assert_eq!((till.history(1).await.len(), till.history(2).await.len()), (25, 25));
}

pub async fn a_gap_a_fork_and_another_epoch_store_nothing(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1)]).await;
    let good = till.request(&[till.receipt(1)]);
    let mut gap = good.clone();
    gap.first += 1;
    let mut fork = good.clone();
    fork.before = Chain([7; 32]);
    let mut other = good.clone();
    other.epoch = Some(Epoch(Uuid::new_v4()));
    let (epoch, acked) = (db.epoch(), till.acked.dseq);
    let expected = [PushConflict::Gap { expected: 2 }, PushConflict::Fork, PushConflict::Epoch { epoch, acked }];
    for (request, expected) in [gap, fork, other].into_iter().zip(expected) {
        let Err(PushError::Conflict(conflict)) = till.send(request).await else { panic!("it was stored") };
        assert_eq!(conflict, expected);
    }
    assert_eq!(till.history(1).await.len(), 1);
    assert_eq!(seqs(&till.send(good).await.unwrap()), [Some(2)]);
    // A question stores nothing either.
    assert_eq!(till.send(till.reborn().request(&[])).await.unwrap().acked, 0);
}

pub async fn another_devices_outbox_is_a_fork(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let other = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1)]).await;
    let stolen = Till { inc: till.inc, ..other.clone() };
    let Err(PushError::Conflict(conflict)) = stolen.send(stolen.request(&[other.receipt(1)])).await else { panic!() };
    assert_eq!(conflict, PushConflict::Fork);
    assert_eq!(till.history(1).await.len(), 1);
}

pub async fn poison_is_kept_aside_with_its_reason(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    db.grant(session.account, till.device.id, &[ShopId(1)]).await.unwrap();
    till.device.shops = BTreeSet::from([ShopId::OFFICE, ShopId(1)]);
    let mut foreign = till.header(1);
    foreign.device = DeviceId(99);
    let entries = [
        vec![0, 1, 2, 255],
        till.receipt(1),
        encode(foreign, receipt_of(&[ItemId::from_u128(1)])),
        till.receipt(2),
        Vec::new(),
    ];
    let request = till.request(&entries);
    let reply = till.push(&entries).await;
    let again = till.send(request).await.unwrap();
    for reply in [reply, again] {
        let reasons = reply
            .verdicts
            .iter()
            .map(|verdict| if let Verdict::Quarantined { reason } = verdict.verdict { Some(reason) } else { None });
        let expected = [Some(Unreadable), None, Some(OtherDevice), Some(OtherShop), Some(Unreadable)];
        assert_eq!(reasons.collect::<Vec<_>>(), expected);
        assert_eq!(seqs(&reply), [None, Some(1), None, None, None]);
    }
    assert_eq!(till.send(till.request(&[])).await.unwrap().aside, 4, "a push of no entries hears of all before it");
    till.acked = entries[..3].iter().fold(Position::START, |at, entry| at.next(till.inc, &EntryBytes(entry.clone())));
    assert_eq!(till.send(till.request(&[])).await.unwrap().aside, 2);
    assert_eq!(till.history(1).await.len(), 1);
}

pub async fn the_largest_push_is_a_dozen_statements(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let slow = Slow::new(fixture.driver().await, Habit::Quick);
    let statements = Arc::clone(&slow.statements);
    till.db = Db::over(Arc::new(slow)).await.unwrap();
    // Its first push makes its outbox.
    till.push(&[till.receipt(1)]).await;
    let mut taken = Vec::new();
    for entries in [1, 499] {
        let before = statements.load(Ordering::Relaxed);
        till.push(&(0..entries).map(|number| till.receipt(1 + number % 3)).collect::<Vec<_>>()).await;
        taken.push(statements.load(Ordering::Relaxed) - before);
    }
    assert!(taken[0] == taken[1] && (6..=12).contains(&taken[0]), "{taken:?} statements");
    // More items than one list of values holds.
    let items: Vec<ItemId> = (0..400).map(ItemId::from_u128).collect();
    let entries: Vec<Vec<u8>> = items.chunks(100).map(|items| encode(till.header(4), receipt_of(items))).collect();
    till.push(&entries).await;
    assert_eq!((till.history(1).await.len(), till.history(3).await.len(), till.history(4).await.len()), (169, 166, 4));
}

pub async fn pushes_that_meet_at_several_shops_all_arrive(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (mut tills, driver) = (Vec::new(), fixture.driver().await);
    for _ in 0..4 {
        tills.push(Till::pair(&db, session, 1).await.apart(&driver).await);
    }
    // In every order of shops: whoever locked in the order of entries would soon wait in a circle.
    let pushing: Vec<_> = (0_u32..)
        .zip(tills.clone())
        .map(|(number, mut till)| {
            tokio::spawn(async move {
                for push in 0..15 {
                    let shops = (0..3).map(|step| 1 + (number * 7 + push * 3 + step * 2) % 5);
                    let entries: Vec<Vec<u8>> = shops.map(|shop| till.receipt(shop)).collect();
                    till.push(&entries).await;
                }
            })
        })
        .collect();
    for till in pushing {
        till.await.unwrap();
    }
    let mut rows = 0;
    for shop in 1..=5 {
        rows += tills[0].history(shop).await.len();
    }
    assert_eq!(rows, 4 * 15 * 3);
}

pub async fn i3_readers_see_no_hole_while_writers_commit_in_any_order(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let writers = holes::Writers { count: 64, pushes: 5 };
    let slow = Slow::new(fixture.driver().await, Habit::Pauses { ms_max: 4 });
    let found = holes::look_for(&db, slow, session, writers).await;
    let seen = found.unwrap_or_else(|hole| panic!("{hole}"));
    assert_eq!(seen.rows, writers.rows());
    assert!(seen.pages > 100, "the readers saw too little: {} pages", seen.pages);
}
