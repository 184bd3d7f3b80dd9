//! Heads and pages.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use subzero_ledger::ids::ShopId;
use subzero_server::db::statement::Statement;
use subzero_sync::wire::{Checksum, PULL_BYTES_MAX};

use crate::fixture::{Fixture, SHOPS, Till, heads_of};
use crate::slow::ints;

pub async fn a_page_is_of_one_moment_and_of_bounded_size(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    for _ in 0..3 {
        till.push(&(0..500).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    }
    let page = db.page(session.account, ShopId(1), 0, None).await.unwrap();
    let bytes: usize = page.rows.iter().map(|row| row.body.0.len()).sum();
    let one_more = till.history(1).await[page.rows.len()].body.0.len();
    assert!(bytes <= PULL_BYTES_MAX && bytes + one_more > PULL_BYTES_MAX, "{bytes} bytes");
    assert_eq!((page.head, page.epoch), (1_500, db.epoch()));
    assert_eq!(till.history(1).await.len(), 1_500);
    for after in [1_500, 9_999, u64::MAX] {
        let past = db.page(session.account, ShopId(1), after, None).await.unwrap();
        assert_eq!((past.rows.len(), past.head), (0, 1_500));
    }
    let last = db.page(session.account, ShopId(1), 1_499, None).await.unwrap();
    assert_eq!(last.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1_500]);
}

pub async fn an_empty_history_has_an_empty_page(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    for shop in [2, 99] {
        let page = db.page(session.account, ShopId(shop), 0, None).await.unwrap();
        assert_eq!((page.rows.len(), page.head, page.checksum), (0, 0, Checksum::EMPTY));
    }
}

pub async fn only_granted_shops_have_heads(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1), till.receipt(3), till.receipt(3)]).await;
    let heads = heads_of(&db, &till.device).await;
    assert_eq!(heads.iter().map(|head| head.shop.0).collect::<Vec<_>>(), (0..=SHOPS).collect::<Vec<_>>());
    db.grant(session.account, till.device.id, &[ShopId(3)]).await.unwrap();
    till.device.shops = BTreeSet::from([ShopId::OFFICE, ShopId(3)]);
    let heads = heads_of(&db, &till.device).await;
    // The office knows of the register.
    assert_eq!(heads.iter().map(|head| (head.shop.0, head.head)).collect::<Vec<_>>(), [(0, 1), (3, 2)]);
}

/// Whoever hangs up ends what was begun for them, wherever it was: no connection goes on reading what was true then.
pub async fn what_is_given_up_at_any_step_is_over(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let driver = fixture.driver().await;
    let head = || Statement::new("select head from shop_head where shop = 1");
    let (mut stored, mut is_over) = (0, false);
    for steps in 0_usize.. {
        if is_over {
            assert!(steps > 1, "it had no steps to be given up at");
            break;
        }
        is_over = within(steps, driver.snapshot()).await.is_some() & within(steps, driver.begin()).await.is_some();
        // What is read first would hold for a txn that goes on.
        for _ in 0..2 {
            till.push(&[till.receipt(1)]).await;
            stored += 1;
            assert_eq!(ints(driver.read(head()).await.unwrap()), [stored], "after {steps} steps");
        }
    }
}

/// What a future comes to within so many steps; it is dropped after them.
async fn within<F: Future>(steps: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), steps);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}
