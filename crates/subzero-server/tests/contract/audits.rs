//! What is noted of who got in.

use subzero_ledger::ids::DeviceId;
use subzero_server::clock;
use subzero_server::db::Noted;
use subzero_sync::wire::{AuditBy, AuditWhat};

use crate::fixture::{Fixture, add_account, later};

pub async fn what_is_noted_is_listed_newest_first_by_the_hundred(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let lees = add_account(&db, "lee@example.com").await;
    let now = clock::now();
    let note = Noted {
        by: AuditBy::Device,
        what: AuditWhat::CodeWrong,
        device: None,
        by_device: None,
        address: Some("::".into()),
    };
    // At once, from several: each has a number of its own.
    let noting: Vec<_> = (0..101)
        .map(|_| {
            let (db, note, account) = (db.clone(), note.clone(), session.account);
            tokio::spawn(async move { db.note(account, note, now).await.unwrap() })
        })
        .collect();
    for noting in noting {
        noting.await.unwrap();
    }
    db.note(session.account, Noted::by_operator(AuditWhat::Removed, Some(DeviceId(3))), now).await.unwrap();
    let page = db.audit(session.account, None).await.unwrap();
    assert_eq!((page.entries.len(), page.has_more), (100, true));
    let newest = &page.entries[0];
    assert_eq!((newest.number, newest.by, newest.what), (102, AuditBy::Operator, AuditWhat::Removed));
    assert_eq!((newest.device, newest.address.as_deref(), newest.at), (Some(DeviceId(3)), None, now));
    assert_eq!(page.entries[1].address.as_deref(), Some("::"));
    let rest = db.audit(session.account, Some(3)).await.unwrap();
    assert_eq!(rest.entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [2, 1]);
    assert!(!rest.has_more);
    assert!(db.audit(lees.account, None).await.unwrap().entries.is_empty());
}

pub async fn what_was_noted_is_kept_for_four_hundred_days(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let now = clock::now();
    let day = 24 * 60;
    for days in [0, 1, 401] {
        let noted = Noted::by_operator(AuditWhat::Rescued, None);
        db.note(session.account, noted, later(now, days * day - 1)).await.unwrap();
    }
    let page = db.audit(session.account, None).await.unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [3, 2]);
}

pub async fn a_clock_that_was_wrong_for_a_minute_takes_no_more_notes_than_came(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let now = clock::now();
    let noted = || Noted::by_operator(AuditWhat::Rescued, None);
    for _ in 0..20 {
        db.note(session.account, noted(), now).await.unwrap();
    }
    for _ in 0..3 {
        db.note(session.account, noted(), later(now, 500 * 24 * 60)).await.unwrap();
    }
    assert_eq!(db.audit(session.account, None).await.unwrap().entries.len(), 23 - 6);
}

pub async fn a_restore_is_noted_in_every_account(fixture: Fixture) {
    let (mut db, session) = fixture.with_account().await;
    let lees = add_account(&db, "lee@example.com").await;
    db.renew_epoch(clock::now()).await.unwrap();
    for account in [session.account, lees.account] {
        let page = db.audit(account, None).await.unwrap();
        let noted: Vec<_> = page.entries.iter().map(|entry| (entry.by, entry.what)).collect();
        assert_eq!(noted, [(AuditBy::Operator, AuditWhat::Restored)]);
    }
}
