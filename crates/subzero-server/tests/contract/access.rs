//! Owners, sessions, devices, grants.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields, PinVerifier};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, Catalogue, Mode};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_server::clock;
use subzero_server::code::Code;
use subzero_server::db::{Contact, Db, PairError};
use subzero_server::seed;
use subzero_sync::rescue::{Rescue, Run};
use subzero_sync::wire::{
    AccountKey, AuditWhat, Chain, EntryBytes, Epoch, Flag, Incarnation, PairRequest, QuarantineReason, Row, SignedIn,
    Standing, Verdict,
};
use uuid::Uuid;

use crate::fixture::{
    CASHIER, Fixture, MUG, OWNER, SHOPS, Till, add_account, devices_seen_by, heads_of, hire, later, token,
};

pub async fn a_session_is_over_after_ten_minutes(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let owner = db.owner("kim@example.com").await.unwrap().unwrap();
    assert_eq!((owner.account, owner.password.as_str()), (session.account, "a hash"));
    assert!(db.owner("lee@example.com").await.unwrap().is_none());
    let (token, now) = (token(), clock::now());
    db.open_session(&owner, token, now).await.unwrap();
    let found = db.session(token, later(now, 9)).await.unwrap().unwrap();
    assert_eq!((found.account, found.employee), (session.account, OWNER));
    assert!(db.session(token, later(now, 10)).await.unwrap().is_none());
    let names = db.shops(session.account).await.unwrap();
    assert_eq!(names.iter().map(|shop| shop.id.0).collect::<Vec<_>>(), (1..=SHOPS).collect::<Vec<_>>());
}

pub async fn a_token_is_a_device_and_says_when_it_was_removed(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let token = token();
    let paired = db.pair(session, ShopId(1), "Front till", token, clock::now()).await.unwrap();
    assert_eq!((paired.account.as_str(), paired.currency.as_str()), ("Kim's Kitchen", "GBP"));
    let device = db.device(token).await.unwrap().unwrap();
    assert_eq!((device.id, device.account), (paired.device.id, session.account));
    assert_eq!(device.shops, (0..=SHOPS).map(ShopId).collect::<BTreeSet<_>>());
    assert!(db.device(crate::fixture::token()).await.unwrap().is_none());
    assert!(!device.is_removed && !db.overview(device.account).await.unwrap().is_removed(device.id));
    assert!(db.revoke(session.account, device.id, clock::now()).await.unwrap());
    assert!(
        db.device(token).await.unwrap().unwrap().is_removed
            && db.overview(device.account).await.unwrap().is_removed(device.id)
    );
    for nobody in [DeviceId(0), DeviceId(99)] {
        assert!(!db.revoke(session.account, nobody, clock::now()).await.unwrap());
    }
    let error = db.pair(session, ShopId(99), "Front till", crate::fixture::token(), clock::now()).await.unwrap_err();
    assert!(matches!(error, PairError::NoShop(ShopId(99))));
}

pub async fn grants_are_what_was_set_last_and_the_office(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let token = token();
    let id = db.pair(session, ShopId(1), "Front till", token, clock::now()).await.unwrap().device.id;
    for shops in [&[3, 7][..], &[7], &[]] {
        let shops: Vec<ShopId> = shops.iter().copied().map(ShopId).collect();
        db.grant(session.account, id, &shops).await.unwrap();
        let granted = db.device(token).await.unwrap().unwrap().shops;
        assert_eq!(granted, shops.into_iter().chain([ShopId::OFFICE]).collect());
    }
}

pub async fn devices_that_are_paired_at_once_get_numbers_of_their_own(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let pairing = (0..12).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { Till::pair(&db, session, 1).await })
    });
    let mut numbers = BTreeSet::new();
    let mut tills = Vec::new();
    for pairing in pairing.collect::<Vec<_>>() {
        let till = pairing.await.unwrap();
        numbers.insert(till.device.id);
        tills.push(till);
    }
    assert_eq!(numbers, (1..=12).map(DeviceId).collect());
    assert_eq!(tills[0].history(0).await.len(), 12, "the office knows of each");
}

pub async fn a_device_that_is_paired_again_is_the_same(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let first = token();
    let id = db.pair(session, ShopId(1), "Front till", first, clock::now()).await.unwrap().device.id;
    db.revoke(session.account, id, clock::now()).await.unwrap();
    let second = token();
    let known = PairRequest { shop: ShopId(1), register: "Front till".into(), again: Some(id), account: None };
    assert_eq!(db.pair_as(session, &known, second, clock::now()).await.unwrap().device.id, id);
    assert!(db.device(first).await.unwrap().is_none());
    assert_eq!(db.device(second).await.unwrap().unwrap().id, id);
    let server =
        PairRequest { shop: ShopId::OFFICE, register: "Server".into(), again: Some(DeviceId(0)), account: None };
    let other_name = PairRequest { register: "Back till".into(), ..known.clone() };
    for unknown in [other_name, PairRequest { shop: ShopId(2), ..known }, server] {
        let error = db.pair_as(session, &unknown, token(), clock::now()).await.unwrap_err();
        assert!(matches!(error, PairError::NoDevice(_)));
    }
}

pub async fn a_register_that_was_paired_after_the_backup_comes_back_as_the_one_it_was(fixture: Fixture) {
    let (mut db, session) = fixture.with_account().await;
    let front = Till::pair(&db, session, 1).await;
    let key = db.account_key(session.account).await.unwrap();
    let lost = PairRequest { shop: ShopId(2), register: "Station till".into(), again: Some(DeviceId(5)), account: key };
    let refused = async |db: &Db, request: &PairRequest| {
        let error = db.pair_as(session, request, token(), clock::now()).await.unwrap_err();
        assert!(matches!(error, PairError::NoDevice(_)), "{request:?}");
    };
    refused(&db, &lost).await;
    // The backup was put back: numbers up to some hundred were given since it was taken, perhaps.
    db.renew_epoch(clock::now()).await.unwrap();
    let another = Some(AccountKey(Uuid::from_u128(9)));
    for strange in [
        PairRequest { account: None, ..lost.clone() },
        PairRequest { account: another, ..lost.clone() },
        PairRequest { shop: ShopId(99), ..lost.clone() },
        PairRequest { again: Some(DeviceId(0)), ..lost.clone() },
        PairRequest { again: Some(front.device.id), account: another, shop: ShopId(1), register: "Front till".into() },
    ] {
        refused(&db, &strange).await;
    }
    let new = Till::pair(&db, session, 1).await.device.id;
    assert!(new > DeviceId(1_000), "{new} may be another's");
    let device = db.pair_as(session, &lost, token(), clock::now()).await.unwrap().device;
    assert_eq!(device.id, DeviceId(5));
    let mut till = Till { device, ..front.reborn() };
    assert!(till.push(&[till.receipt(2)]).await.verdicts[0].seq.is_some());
    let named = |row: &Row| matches!(row.entry().unwrap().body, Body::Catalogue(Catalogue { changes, .. }) if matches!(&changes[..], [Change::Register { id: DeviceId(5), .. }]));
    assert!(till.history(0).await.iter().any(named), "the office knows of it again");
    // It is there now, and its name is what people call it since.
    let renamed = PairRequest { register: "Till at the station".into(), ..lost.clone() };
    assert_eq!(db.pair_as(session, &renamed, token(), clock::now()).await.unwrap().device.id, DeviceId(5));
    db.renew_epoch(clock::now()).await.unwrap();
    assert!(Till::pair(&db, session, 1).await.device.id.0 > new.0 + 1_000, "and so after every way back");
    // What was paired after an earlier way back from the same backup may have a higher number than what is given now.
    let newest = Till::pair(&db, session, 1).await.device.id;
    let other = PairRequest { again: Some(DeviceId(newest.0 + 5_000_000)), ..lost.clone() };
    let device = db.pair_as(session, &other, token(), clock::now()).await.unwrap().device;
    assert_eq!(Some(device.id), other.again);
    assert_eq!(
        Till::pair(&db, session, 1).await.device.id.0,
        newest.0 + 1,
        "one that came back does not shift the others"
    );
}

pub async fn a_lost_register_comes_back_after_its_file_was_brought_in_and_by_a_code(fixture: Fixture) {
    let (mut db, session) = fixture.with_account().await;
    let front = Till::pair(&db, session, 1).await;
    let key = db.account_key(session.account).await.unwrap().unwrap();
    db.renew_epoch(clock::now()).await.unwrap();
    let now = clock::now();
    let file = |id: u32, entry: Vec<u8>| {
        let (inc, entries) = (Incarnation(Uuid::from_u128(id.into())), vec![EntryBytes(entry)]);
        let run = Run { inc, first: 1, before: Chain::GENESIS, entries };
        Rescue { account: key, device: DeviceId(id), made: now, runs: vec![run] }
    };
    // It stood in the second shop, and sold for the first one.
    db.take_rescued(session.account, &file(5, front.receipt(1)), None, now).await.unwrap();
    let office = seed::office_entry(OWNER, now, vec![Change::Shop { id: ShopId(2), name: "Station".into() }]);
    db.take_rescued(session.account, &file(6, office.encode().unwrap()), None, now).await.unwrap();
    for id in [5, 6, 7].map(DeviceId) {
        let asked =
            PairRequest { shop: ShopId(2), register: "Station till".into(), again: Some(id), account: Some(key) };
        let code = Code::mint().unwrap();
        assert!(db.add_code(session, &asked, &code, now).await.unwrap());
        let (_, paired) = db.pair_by_code(&code, token(), now).await.unwrap().unwrap();
        assert_eq!(paired.device.id, id);
        let listed = db.registers(session.account).await.unwrap();
        let listed = listed.iter().find(|listed| listed.device == id).unwrap();
        assert_eq!((listed.shop, listed.register.as_str()), (ShopId(2), "Station till"));
    }
}

pub async fn an_owner_is_put_back_whatever_the_books_say(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let owner = db.owner("kim@example.com").await.unwrap().unwrap();
    let role = async || db.role(session.account, OWNER).await.unwrap();
    let also = |id, active| {
        Change::Employee(EmployeeChange { id, name: None, role: Some(Role::Owner), pin: None, active: Some(active) })
    };
    till.push(&[till.changes(OWNER, vec![also(CASHIER, true), also(OWNER, false)])]).await;
    assert_eq!(role().await, None);
    let pin = PinVerifier { salt: [1; 16], rounds: 1, hash: [2; 32] };
    db.restore_owner(&owner, pin, clock::now()).await.unwrap();
    assert_eq!(role().await, Some(Role::Owner));
    let last = till.history(0).await.pop().unwrap().entry().unwrap();
    let Body::Catalogue(Catalogue { changes, .. }) = last.body else { panic!("{last:?}") };
    let kim = EmployeeChange { id: OWNER, name: None, role: Some(Role::Owner), pin: Some(pin), active: Some(true) };
    assert_eq!(changes, [Change::Employee(kim)], "every till hears of it");
    let noted = db.audit(session.account, None).await.unwrap().entries;
    assert_eq!(noted[0].what, AuditWhat::OwnerRestored);
}

pub async fn what_was_begun_by_a_clock_that_was_a_year_ahead_is_over_once_it_is_right(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let owner = db.owner("kim@example.com").await.unwrap().unwrap();
    let (now, ahead) = (clock::now(), later(clock::now(), 365 * 24 * 60));
    let (secret, access, signed_in, code) = (token(), token(), token(), Code::mint().unwrap());
    let device = db.pair(session, ShopId(1), "Front till", secret, ahead).await.unwrap().device;
    db.open_access(secret, access, ahead).await.unwrap();
    db.open_session(&owner, signed_in, ahead).await.unwrap();
    let asked = PairRequest { shop: ShopId(1), register: "Back till".into(), again: None, account: None };
    db.add_code(session, &asked, &code, ahead).await.unwrap();
    // Of its first word others hear at once.
    assert_eq!(db.note_standing(&device, None, ahead).await.unwrap(), Contact::Said { session_changed: false });
    assert!(db.device_with_access(access, ahead).await.unwrap().is_some());
    assert!(db.session(signed_in, ahead).await.unwrap().is_some());
    assert!(db.device_with_access(access, now).await.unwrap().is_none(), "not good for a year");
    assert!(db.session(signed_in, now).await.unwrap().is_none());
    assert!(db.pair_by_code(&code, token(), now).await.unwrap().is_none());
    db.seen_by_now(now).await.unwrap();
    let seen = db.registers(session.account).await.unwrap()[0].seen.unwrap();
    assert!(seen <= now, "not silent, but once it is");
    assert_eq!(db.note_standing(&device, None, later(now, 1)).await.unwrap(), Contact::Seen);
    db.note_seen(&BTreeMap::from([((session.account, device.id), later(now, 1))])).await.unwrap();
    assert_eq!(db.registers(session.account).await.unwrap()[0].seen, Some(later(now, 1)));
    // What is kept of it, and where the next one begins.
    assert_eq!(db.kept_clock().await.unwrap(), None);
    db.keep_clock(now).await.unwrap();
    db.keep_clock(later(now, -5)).await.unwrap();
    assert_eq!(db.kept_clock().await.unwrap(), Some(now));
    db.set_clock(later(now, -5)).await.unwrap();
    assert_eq!(db.kept_clock().await.unwrap(), Some(later(now, -5)));
}

pub async fn what_a_device_says_is_told_to_those_who_may_know(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (front, back) = (Till::pair(&db, session, 1).await.device, Till::pair(&db, session, 2).await.device);
    let now = clock::now();
    assert!(devices_seen_by(&db, &back).await.is_empty());
    let said = Standing { unsent: 7, ..Standing::default() };
    let same = Contact::Said { session_changed: false };
    let changed = Contact::Said { session_changed: true };
    assert_eq!(db.note_standing(&front, Some(said), now).await.unwrap(), same);
    assert_eq!(db.note_standing(&front, Some(said), now).await.unwrap(), Contact::Noted);
    let session_of = |employee| Some(SignedIn { employee, mode: Mode::Allow, since: now });
    let signed_in = Standing { session: session_of(OWNER), ..said };
    assert_eq!(db.note_standing(&front, Some(signed_in), now).await.unwrap(), changed, "somebody signed in");
    assert_eq!(db.note_standing(&front, None, later(now, 1)).await.unwrap(), Contact::Seen);
    // Whoever was seen later meanwhile stays so.
    for at in [later(now, 1), now] {
        db.note_seen(&BTreeMap::from([((front.account, front.id), at)])).await.unwrap();
    }
    let seen = devices_seen_by(&db, &back).await;
    assert_eq!((seen.len(), seen[0].device, seen[0].standing), (1, front.id, signed_in));
    assert_eq!(seen[0].seen, later(now, 1));
    // How much a server from before a restore lacks says nothing of this one; who is signed in does.
    let unaware = Standing { epoch: Some(Epoch(Uuid::from_u128(1))), ..Standing::default() };
    assert_eq!(db.note_standing(&front, Some(unaware), later(now, 2)).await.unwrap(), changed, "somebody signed out");
    assert_eq!(devices_seen_by(&db, &back).await[0].standing, said);
    let more = Standing { unsent: 8, ..unaware };
    assert_eq!(db.note_standing(&front, Some(more), later(now, 2)).await.unwrap(), same);
    assert_eq!(devices_seen_by(&db, &back).await[0].standing, more, "nor does the server have what none ever had");
    let aware = Standing { epoch: Some(db.epoch()), ..unaware };
    assert_eq!(db.note_standing(&front, Some(aware), later(now, 3)).await.unwrap(), same);
    assert_eq!(devices_seen_by(&db, &back).await[0].standing, aware);
    db.grant(session.account, back.id, &[ShopId(2)]).await.unwrap();
    assert!(devices_seen_by(&db, &back).await.is_empty(), "of a shop it may not read");
}

pub async fn an_account_is_alone_in_its_database(fixture: Fixture) {
    let (db, kims) = fixture.with_account().await;
    let lees = add_account(&db, "lee@example.com").await;
    let mut kim = Till::pair(&db, kims, 1).await;
    let mut lee = Till::pair(&db, lees, 1).await;
    assert_eq!(kim.device.id, lee.device.id, "each account counts for itself");
    // The same entry and the same outbox, by chance or on purpose.
    lee.inc = kim.inc;
    let entry = kim.receipt(1);
    kim.push(std::slice::from_ref(&entry)).await;
    let reply = lee.push(&[entry, lee.receipt(1)]).await;
    assert_eq!(reply.verdicts.iter().map(|verdict| verdict.seq).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!((kim.history(1).await.len(), lee.history(1).await.len()), (1, 2));
    db.revoke(lees.account, lee.device.id, clock::now()).await.unwrap();
    kim.push(&[kim.receipt(1)]).await;
    let heads = heads_of(&db, &kim.device).await;
    assert_eq!(heads.iter().find(|head| head.shop == ShopId(1)).map(|head| head.head), Some(2));
}

pub async fn what_a_removed_register_sends_is_stored_and_flagged(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let mug = Change::Item(ItemChange { id: MUG, fields: ItemFields::default() });
    till.push(&[till.changes(OWNER, vec![hire(CASHIER, Role::Cashier), mug])]).await;
    assert_eq!(till.push(&[till.receipt(1)]).await.verdicts[0].verdict, Verdict::Ok);
    let now = clock::now();
    db.revoke(session.account, till.device.id, now).await.unwrap();
    db.revoke(session.account, till.device.id, later(now, 5)).await.unwrap();
    // The device as it was known before: what counts is what the database says when the push is stored.
    let reply = till.push(&[till.receipt(1), till.changes(CASHIER, vec![hire(CASHIER, Role::Owner)])]).await;
    assert_eq!(reply.verdicts[0].verdict, Verdict::Flagged { flags: vec![Flag::RemovedRegister] });
    let refused = Verdict::Quarantined { reason: QuarantineReason::RemovedRegister };
    assert_eq!(reply.verdicts[1].verdict, refused, "it changes nothing any more");
    assert_eq!(till.history(1).await.len(), 2);
    let listed = db.registers(session.account).await.unwrap();
    assert_eq!(
        listed.iter().map(|listed| (listed.device, listed.removed)).collect::<Vec<_>>(),
        [(till.device.id, Some(now))]
    );
    let known =
        PairRequest { shop: ShopId(1), register: "Front till".into(), again: Some(till.device.id), account: None };
    db.pair_as(session, &known, token(), now).await.unwrap();
    assert_eq!(till.push(&[till.receipt(1)]).await.verdicts[0].verdict, Verdict::Ok, "it was let in again");
}

pub async fn access_is_over_after_a_quarter_of_an_hour_or_with_another_token_of_the_device(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (secret, access, now) = (token(), token(), clock::now());
    let id = db.pair(session, ShopId(1), "Front till", secret, now).await.unwrap().device.id;
    db.open_access(secret, access, now).await.unwrap();
    let device = db.device_with_access(access, later(now, 14)).await.unwrap().unwrap();
    assert_eq!((device.account, device.id, device.shops.len()), (session.account, id, 11));
    assert!(db.device_with_access(access, later(now, 15)).await.unwrap().is_none());
    for nothing in [secret, token()] {
        assert!(db.device_with_access(nothing, now).await.unwrap().is_none());
    }
    assert!(db.device(access).await.unwrap().is_none(), "it gets no other one");
    // Another process, which has heard of nothing, says the same.
    let other = fixture.open().await;
    db.revoke(session.account, id, now).await.unwrap();
    assert!(other.device_with_access(access, now).await.unwrap().unwrap().is_removed);
    let known = PairRequest { shop: ShopId(1), register: "Front till".into(), again: Some(id), account: None };
    db.pair_as(session, &known, token(), now).await.unwrap();
    assert!(other.device_with_access(access, now).await.unwrap().is_none());
    // Got with the token from before, while it was being replaced: it is of no use.
    db.open_access(secret, access, now).await.unwrap();
    assert!(db.device_with_access(access, now).await.unwrap().is_none());
}

pub async fn a_device_has_a_few_accesses_at_once_and_the_newest_count(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let (secret, now) = (token(), clock::now());
    db.pair(session, ShopId(1), "Front till", secret, now).await.unwrap();
    let tokens: Vec<_> = (0..10).map(|_| token()).collect();
    for (minute, access) in (0..).zip(&tokens) {
        db.open_access(secret, *access, later(now, minute)).await.unwrap();
    }
    let mut good = Vec::new();
    for access in &tokens {
        good.push(db.device_with_access(*access, later(now, 9)).await.unwrap().is_some());
    }
    assert_eq!(good, [[false; 2].as_slice(), &[true; 8]].concat());
}
