//! What the server follows of an account's office, and what it writes there itself.

use std::collections::BTreeMap;

use subzero_ledger::entry::catalogue::{Change, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Entry, Header};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_server::clock;
use subzero_sync::wire::{Flag, QuarantineReason, Verdict};

use crate::fixture::{CASHIER, Fixture, MUG, OWNER, Till, hire, later, receipt_of};

pub async fn what_the_office_says_counts_for_the_next_push(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let verdict = |reply: subzero_sync::wire::PushReply| reply.verdicts[0].verdict.clone();
    let flags = vec![Flag::UnknownEmployee, Flag::UnknownItem];
    assert_eq!(verdict(till.push(&[till.receipt(1)]).await), Verdict::Flagged { flags });
    let mug = || Change::Item(ItemChange { id: MUG, fields: ItemFields::default() });
    let hired = till.changes(OWNER, vec![hire(CASHIER, Role::Cashier), mug()]);
    assert_eq!(verdict(till.push(&[hired]).await), Verdict::Ok);
    assert_eq!(verdict(till.push(&[till.receipt(1)]).await), Verdict::Ok);
    let promoted = till.changes(CASHIER, vec![hire(CASHIER, Role::Owner)]);
    let refused = Verdict::Quarantined { reason: QuarantineReason::NotAllowed };
    assert_eq!(verdict(till.push(&[promoted]).await), refused);
    // Said twice, and of somebody who is there: it changes what it says and nothing else.
    let again = till.changes(OWNER, vec![mug(), hire(CASHIER, Role::Manager)]);
    assert_eq!(verdict(till.push(&[again]).await), Verdict::Ok);
    assert_eq!(verdict(till.push(&[till.receipt(1)]).await), Verdict::Ok);
    let renamed = till.changes(OWNER, vec![Change::Shop { id: ShopId(1), name: "Market Square".into() }]);
    till.push(&[renamed]).await;
    assert_eq!(db.shops(session.account).await.unwrap()[0].name, "Market Square");
}

pub async fn a_history_is_loaded_with_its_devices_and_its_dates(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let till = Till::pair(&db, session, 1).await;
    let began = later(clock::now(), -9_999);
    let entry = |number: u32| {
        let header = Header { device: DeviceId(7), at: later(began, i64::from(number)), ..till.header(2) };
        Entry { dseq: 0, header, body: receipt_of(&[MUG]) }
    };
    let mut outboxes = BTreeMap::new();
    for batch in [0..600, 600..900] {
        let entries: Vec<Entry> = batch.map(entry).collect();
        db.import(session.account, &mut outboxes, &entries).await.unwrap();
    }
    let rows = till.history(2).await;
    assert_eq!((rows.len(), outboxes.len()), (900, 1));
    assert!(rows.windows(2).all(|pair| pair[0].dseq < pair[1].dseq && pair[0].recorded <= pair[1].recorded));
    assert_eq!(Till::pair(&db, session, 1).await.device.id, DeviceId(2), "the first number that nobody has");
}

pub async fn a_name_that_no_text_can_hold_stops_nothing(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let name = "Front\0till".to_owned();
    let changes = vec![
        Change::Shop { id: ShopId(1), name: name.clone() },
        Change::Register { id: till.device.id, name: name.clone(), shop: ShopId(1) },
    ];
    let entry = till.changes(OWNER, changes);
    assert_eq!(till.push(std::slice::from_ref(&entry)).await.verdicts[0].verdict, Verdict::Ok);
    assert_eq!(till.history(0).await.last().unwrap().body.0, entry, "the books say what was said");
    db.pair(session, ShopId(1), &name, crate::fixture::token(), clock::now()).await.unwrap();
    assert!(db.owner("kim\0@example.com").await.unwrap().is_none());
}
