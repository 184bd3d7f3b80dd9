//! Histories cut into segments.

use subzero_ledger::ids::ShopId;
use subzero_sync::segment;
use subzero_sync::wire::{Checksum, ContentHash, Row};

use crate::fixture::{Fixture, Till, heads_of};

const SHOP: ShopId = ShopId(1);

pub async fn a_history_is_cut_once_and_for_ever(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&(0..400).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    db.seal(session.account).await.unwrap();
    assert_eq!(db.segments(session.account, SHOP, 0).await.unwrap(), (db.epoch(), vec![]), "too few for one");
    for _ in 0..3 {
        till.push(&(0..500).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    }
    db.seal(session.account).await.unwrap();
    let (_, segments) = db.segments(session.account, SHOP, 0).await.unwrap();
    let history = till.history(1).await;
    let mut rest: &[Row] = &history;
    let mut sum = Checksum::EMPTY;
    for info in &segments {
        let (cut, left) = segment::cut(rest);
        sum = sum.add_all(SHOP, cut);
        let (first, last) = (cut.first().unwrap().seq, cut.last().unwrap().seq);
        assert_eq!((info.first, info.last, info.checksum), (first, last, sum));
        let bytes = db.segment(session.account, SHOP, info.hash).await.unwrap().unwrap();
        assert_eq!((segment::content_hash(&bytes), segment::decode(&bytes).unwrap()), (info.hash, cut.to_vec()));
        rest = left;
    }
    assert!(segments.len() > 1 && segment::cut(rest).1.is_empty(), "{} segments", segments.len());
    let sealed = heads_of(&db, &till.device).await.into_iter().find(|head| head.shop == SHOP).unwrap().sealed;
    assert_eq!(sealed, segments.last().unwrap().last);
    let (_, later) = db.segments(session.account, SHOP, segments[0].last).await.unwrap();
    assert_eq!(later, segments[1..]);
    // Once more, and by two at once: it stays as it is.
    let other = fixture.open().await;
    let (once, twice) = tokio::join!(db.seal(session.account), other.seal(session.account));
    assert!(once.is_ok() && twice.is_ok());
    assert_eq!(db.segments(session.account, SHOP, 0).await.unwrap().1, segments);
}

pub async fn a_segment_is_there_for_its_account_and_its_shop_alone(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let stranger = crate::fixture::add_account(&db, "lee@example.com").await;
    let mut till = Till::pair(&db, session, 1).await;
    for _ in 0..3 {
        till.push(&(0..500).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    }
    for account in db.accounts().await.unwrap() {
        db.seal(account).await.unwrap();
    }
    let (_, segments) = db.segments(session.account, SHOP, 0).await.unwrap();
    let hash = segments[0].hash;
    assert!(db.segment(session.account, SHOP, hash).await.unwrap().is_some());
    assert_eq!(db.segment(session.account, ShopId(2), hash).await.unwrap(), None);
    assert_eq!(db.segment(session.account, SHOP, ContentHash([7; 32])).await.unwrap(), None);
    assert_eq!(db.segment(stranger.account, SHOP, hash).await.unwrap(), None);
    assert_eq!(db.segments(stranger.account, SHOP, 0).await.unwrap().1, []);
}

pub async fn damage_is_not_handed_out_under_a_name(fixture: Fixture) {
    use subzero_server::db::statement::Statement;
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    for _ in 0..3 {
        till.push(&(0..500).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    }
    db.seal(session.account).await.unwrap();
    let hash = db.segments(session.account, SHOP, 0).await.unwrap().1[0].hash;
    let driver = fixture.driver().await;
    let mut txn = driver.begin().await.unwrap();
    txn.run(Statement::new("update entry set recorded_ms = recorded_ms + 1 where shop = 1 and seq = 3")).await.unwrap();
    txn.commit().await.unwrap();
    assert!(db.segment(session.account, SHOP, hash).await.is_err());
}
