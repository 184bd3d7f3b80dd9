//! A database that is opened again, and by several at once.

use subzero_server::db::DbError;
use subzero_server::db::statement::Statement;

use crate::fixture::{Fixture, Till, heads_of};
use crate::slow::ints;

pub async fn a_restart_finds_everything(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1), b"poison".to_vec()]).await;
    let epoch = db.epoch();
    db.close().await;
    assert!(matches!(db.overview(session.account).await, Err(error @ DbError::Unavailable(_)) if error.is_temporary()));
    till.db = fixture.open().await;
    assert_eq!(till.db.epoch(), epoch);
    assert_eq!(till.history(1).await.len(), 1);
    assert_eq!(till.push(&[till.receipt(1)]).await.verdicts[0].seq, Some(2));
}

pub async fn a_new_epoch_is_noticed_by_who_has_the_database_open(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let old = db.epoch();
    let mut other = fixture.open().await;
    assert_eq!(other.epoch(), old);
    other.renew_epoch(subzero_server::clock::now()).await.unwrap();
    assert_ne!(other.epoch(), old);
    let reply = till.push(&[till.receipt(1)]).await;
    assert_eq!((reply.epoch, db.epoch()), (other.epoch(), other.epoch()));
    other.renew_epoch(subzero_server::clock::now()).await.unwrap();
    let page = db.page(session.account, subzero_ledger::ids::ShopId(1), 0, None).await.unwrap();
    assert_eq!(page.epoch, other.epoch());
    other.renew_epoch(subzero_server::clock::now()).await.unwrap();
    heads_of(&db, &till.device).await;
    assert_eq!(db.epoch(), other.epoch());
    assert_eq!(fixture.open().await.epoch(), other.epoch());
    // The server has outboxes of its own: what it wrote after the backup was taken is numbered already.
    Till::pair(&db, session, 1).await;
    assert_eq!(till.history(0).await.iter().map(|row| row.dseq).collect::<Vec<_>>(), [1, 1]);
}

pub async fn a_txn_that_is_dropped_has_never_been(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let driver = fixture.driver().await;
    let mut txn = driver.begin().await.unwrap();
    txn.run(Statement::new("update shop_head set head = head + 1")).await.unwrap();
    let snapshot = async || {
        let mut snapshot = driver.snapshot().await.unwrap();
        ints(snapshot.run(Statement::new("select head from shop_head where shop = 5")).await.unwrap())
    };
    assert_eq!(snapshot().await, [0], "it is not committed");
    drop(txn);
    assert_eq!(snapshot().await, [0]);
    let mut till = Till::pair(&db, session, 5).await;
    assert_eq!(till.push(&[till.receipt(5)]).await.verdicts[0].seq, Some(1));
}
