//! Histories folded into snapshots.

use subzero_ledger::entry::{Body, Entry, Header, ItemKind, Sale, SaleLine, StampedItem};
use subzero_ledger::ids::{ItemId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Books, Report};
use subzero_ledger::snapshot::{Beginning, Snapshot};
use subzero_server::clock;
use subzero_server::db::snapshots::Last;
use subzero_server::db::statement::{Statement, Value};
use subzero_server::db::{Db, Device, Session};
use subzero_server::fold::{self, FoldError, Folded, Folding};
use subzero_sync::segment::{content_hash, snapshot_hash};
use subzero_sync::wire::{Checksum, ContentHash, EntryBytes, FoldedOwn, Row, SnapshotInfo};

use crate::fixture::{Fixture, MUG, Till, add_account, encode, later, receipt_of};

/// Never received, and sold all the same.
const BUN: ItemId = ItemId::from_u128(12);
/// Rows after which the accounts here are folded.
const AFTER: u64 = 40;
const DAY_MINUTES: i64 = 24 * 60;

/// A header of so many days ago.
fn days_ago(till: &Till, shop: u32, days: i64) -> Header {
    Header { at: later(clock::now(), -days * DAY_MINUTES), ..till.header(shop) }
}

fn sale(item: ItemId) -> Body {
    let line = SaleLine {
        item: StampedItem { id: item, default_cost: None, kind: ItemKind::Inventory },
        qty: Qty::ONE,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    Body::Sale(Sale { receipt: "1-1-1".into(), lines: vec![line], tenders: Vec::new(), places: 2, note: String::new() })
}

/// So many deliveries to a shop long ago.
fn old(till: &Till, shop: u32, count: u32) -> Vec<Vec<u8>> {
    (0..count).map(|_| encode(days_ago(till, shop, 200), receipt_of(&[MUG]))).collect()
}

async fn look(folding: Folding, db: &Db, session: Session) -> Option<Folded> {
    folding.look_at(db, session.account, clock::now()).await.unwrap()
}

fn is_stored(folded: Option<Folded>) -> bool {
    matches!(folded, Some(Folded::Stored(_)))
}

/// The whole snapshot, as a device fetches it.
async fn fetch(db: &Db, device: &Device) -> Option<(SnapshotInfo, Vec<u8>)> {
    let info = db.snapshot_info(device).await.unwrap()?;
    assert_eq!(db.overview(device.account).await.unwrap().snapshot(device.id), Some(snapshot_hash(&info.parts)));
    let mut bytes = Vec::new();
    for hash in &info.parts {
        let part = db.snapshot_part(device, *hash).await.unwrap().unwrap();
        assert_eq!(content_hash(&part), *hash);
        bytes.extend(part);
    }
    Some((info, bytes))
}

fn learn(books: &mut Beginning, rows: &[Row]) {
    for row in rows {
        let entry = Entry::decode(row.dseq, &row.body.0).unwrap();
        let arrival = Arrival::Confirmed { seq: row.seq };
        books.catalogue.insert(&entry, arrival);
        books.documents.insert(&entry);
        books.ledger.insert(entry, arrival);
    }
}

/// What a device makes of the first rows of every shop, up to where a snapshot goes.
async fn whole(till: &Till, info: &SnapshotInfo) -> Beginning {
    let mut books = Beginning::default();
    for of in &info.shops {
        let rows = till.history(of.shop.0).await;
        let rows = &rows[..usize::try_from(of.seq).unwrap()];
        assert_eq!(Checksum::EMPTY.add_all(of.shop, rows), of.checksum);
        learn(&mut books, rows);
    }
    books
}

/// What a snapshot would be that is folded from the first row.
async fn from_nothing(till: &Till, info: &SnapshotInfo) -> Vec<u8> {
    let Beginning { ledger, documents, catalogue } = whole(till, info).await;
    let books = Books { ledger: &ledger, documents: &documents, tables: &catalogue };
    let frontier = info.shops.iter().map(|of| (of.shop, of.seq)).collect();
    Snapshot::take(&books, &frontier, info.horizon).unwrap().encode().unwrap()
}

fn report(books: &Beginning, now: Instant) -> Report {
    Report::now(&books.ledger, &books.documents, &books.catalogue, now)
}

pub async fn an_account_is_folded_when_it_is_due_and_not_before(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let office = u64::try_from(till.history(0).await.len()).unwrap();
    let folding = Folding::new(AFTER);
    let wanted = u32::try_from(AFTER - office).unwrap();
    till.push(&old(&till, 1, wanted - 1)).await;
    assert_eq!(look(folding, &db, session).await, None);
    assert_eq!(fetch(&db, &till.device).await, None);
    assert_eq!(db.overview(till.device.account).await.unwrap().snapshot(till.device.id), None);
    // What is set aside is in no history.
    till.push(&[b"poison".to_vec()]).await;
    assert_eq!(look(folding, &db, session).await, None);
    till.push(&old(&till, 1, 1)).await;
    assert_eq!(look(Folding::new(0), &db, session).await, None, "never with 0");
    let folded = look(folding, &db, session).await;
    assert!(is_stored(folded), "{folded:?}");
    let (info, bytes) = fetch(&db, &till.device).await.unwrap();
    assert_eq!((info.epoch, bytes), (db.epoch(), from_nothing(&till, &info).await));
    assert_eq!(info.shops.iter().map(|of| of.seq).sum::<u64>(), AFTER);
    assert_eq!(look(folding, &db, session).await, None);
    // These come late for what is folded, so the first row is begun from again; and that is not done before a quarter as many have come.
    till.push(&old(&till, 1, 360)).await;
    assert!(is_stored(look(folding, &db, session).await));
    till.push(&old(&till, 1, u32::try_from(AFTER + 100 - 1).unwrap())).await;
    assert_eq!(look(folding, &db, session).await, None);
    till.push(&old(&till, 1, 1)).await;
    assert!(is_stored(look(folding, &db, session).await));
}

pub async fn a_device_that_begins_with_one_shows_what_the_whole_history_shows(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 30)).await;
    till.push(&old(&till, 2, 30)).await;
    // Below zero, and covered.
    let sales = [encode(days_ago(&till, 2, 150), sale(BUN)), encode(days_ago(&till, 1, 140), sale(MUG))];
    till.push(&sales).await;
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
    let (info, bytes) = fetch(&db, &till.device).await.unwrap();
    let recent = [sale(MUG), sale(BUN), receipt_of(&[MUG])];
    let recent: Vec<Vec<u8>> = recent.into_iter().map(|body| encode(days_ago(&till, 2, 1), body)).collect();
    till.push(&recent).await;

    let snapshot = Snapshot::decode(&bytes).unwrap();
    assert!(snapshot.bases() > 0 && snapshot.entries().count() < 20, "{} kept", snapshot.entries().count());
    let (mut begun, mut all) = (snapshot.begin(), whole(&till, &info).await);
    for of in &info.shops {
        let tail = &till.history(of.shop.0).await[usize::try_from(of.seq).unwrap()..];
        learn(&mut begun, tail);
        learn(&mut all, tail);
    }
    assert!(begun.lacking().is_empty());
    let now = clock::now();
    let shown = report(&begun, now);
    assert_eq!(shown, report(&all, now));
    assert_eq!(shown.items.len(), 1);
    for (item, shop) in [(MUG, 1), (MUG, 2), (BUN, 2)] {
        let of = |books: &Beginning| books.ledger.stock(item, ShopId(shop)).cloned().unwrap();
        assert_eq!(of(&begun), of(&all));
    }
}

pub async fn what_goes_on_from_the_last_one_is_what_the_first_row_leads_to_and_two_are_kept(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let folding = Folding::new(AFTER);
    let mut made: Vec<SnapshotInfo> = Vec::new();
    for shop in [1, 2, 1] {
        till.push(&old(&till, shop, 60)).await;
        let sales = [sale(BUN), sale(MUG)].map(|body| encode(days_ago(&till, shop, 150), body));
        till.push(&sales).await;
        assert!(is_stored(look(folding, &db, session).await));
        let (info, bytes) = fetch(&db, &till.device).await.unwrap();
        assert_eq!(bytes, from_nothing(&till, &info).await);
        made.push(info);
    }
    let parts = async |info: &SnapshotInfo| {
        let part = db.snapshot_part(&till.device, info.parts[0]).await.unwrap();
        part.is_some()
    };
    assert_eq!([parts(&made[0]).await, parts(&made[1]).await, parts(&made[2]).await], [false, true, true]);
    // What is gone on from is not trusted: where it cannot be read, or is of other rules, the first row does as well.
    for damage in [
        Statement::new("update snapshot_part set bytes = $1").with(vec![1, 2, 3]),
        Statement::new("update snapshot set version = 99"),
    ] {
        let driver = fixture.driver().await;
        let mut txn = driver.begin().await.unwrap();
        txn.run(damage).await.unwrap();
        txn.commit().await.unwrap();
        till.push(&old(&till, 1, 150)).await;
        assert!(is_stored(look(folding, &db, session).await));
        let (info, bytes) = fetch(&db, &till.device).await.unwrap();
        assert_eq!(bytes, from_nothing(&till, &info).await);
    }
}

pub async fn what_was_folded_by_a_clock_a_year_ahead_harms_nothing_that_comes(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 60)).await;
    let (in_a_year, folding) = (later(clock::now(), 365 * DAY_MINUTES), Folding::new(AFTER));
    assert!(is_stored(folding.look_at(&db, session.account, in_a_year).await.unwrap()));
    let (info, bytes) = fetch(&db, &till.device).await.unwrap();
    let (mut begun, mut all) = (Snapshot::decode(&bytes).unwrap().begin(), whole(&till, &info).await);
    till.push(&[sale(MUG), sale(BUN)].map(|body| encode(till.header(1), body))).await;
    for of in &info.shops {
        let tail = &till.history(of.shop.0).await[usize::try_from(of.seq).unwrap()..];
        learn(&mut begun, tail);
        learn(&mut all, tail);
    }
    assert!(begun.lacking().is_empty());
    assert_eq!(report(&begun, clock::now()), report(&all, clock::now()));
    // And the clock is right again.
    till.push(&old(&till, 2, 60)).await;
    assert!(is_stored(look(folding, &db, session).await));
    let (info, bytes) = fetch(&db, &till.device).await.unwrap();
    assert_eq!(bytes, from_nothing(&till, &info).await);
}

pub async fn nobody_is_offered_what_they_may_not_read(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let stranger = add_account(&db, "lee@example.com").await;
    let stranger = Till::pair(&db, stranger, 1).await.device;
    let mut till = Till::pair(&db, session, 1).await;
    let other = Till::pair(&db, session, 2).await.device;
    till.push(&old(&till, 1, 30)).await;
    till.push(&old(&till, 2, 30)).await;
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
    let (info, _) = fetch(&db, &other).await.unwrap();
    assert_eq!(info.shops.iter().map(|of| of.shop).collect::<Vec<_>>(), [0, 1, 2].map(ShopId));
    let is_there = async |device: &Device| {
        let offered = db.overview(device.account).await.unwrap().snapshot(device.id).is_some();
        let told = db.snapshot_info(device).await.unwrap().is_some();
        let part = db.snapshot_part(device, info.parts[0]).await.unwrap().is_some();
        assert_eq!((offered, told), (told, part));
        offered
    };
    assert!(!is_there(&stranger).await);
    db.grant(session.account, other.id, &[ShopId(2)]).await.unwrap();
    assert!(!is_there(&other).await);
    assert!(is_there(&till.device).await);
    // Of the other shops there is nothing in it.
    db.grant(session.account, other.id, &[ShopId(1), ShopId(2)]).await.unwrap();
    assert!(is_there(&other).await);
    assert_eq!(db.snapshot_part(&other, ContentHash([7; 32])).await.unwrap(), None);
    // Damage is not handed out under a name.
    let driver = fixture.driver().await;
    let mut txn = driver.begin().await.unwrap();
    txn.run(Statement::new("update snapshot_part set bytes = $1").with(vec![1])).await.unwrap();
    txn.commit().await.unwrap();
    assert!(db.snapshot_part(&other, info.parts[0]).await.is_err());
}

pub async fn a_device_hears_which_of_its_own_are_folded(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let mut other = Till::pair(&db, session, 2).await;
    other.push(&old(&other, 1, 10)).await;
    till.push(&old(&till, 1, 20)).await;
    till.push(&old(&till, 2, 5)).await;
    let mut reborn = till.reborn();
    reborn.push(&old(&reborn, 1, 7)).await;
    other.push(&old(&other, 1, 10)).await;
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
    reborn.push(&old(&reborn, 1, 3)).await;
    let own = async |till: &Till| {
        let info = db.snapshot_info(&till.device).await.unwrap().unwrap();
        info.shops.into_iter().map(|of| of.own).collect::<Vec<_>>()
    };
    let of = |till: &Till, dseq| Some(FoldedOwn { inc: till.inc, dseq });
    assert_eq!(own(&reborn).await, [None, of(&reborn, 7), of(&till, 25)]);
    assert_eq!(own(&other).await, [None, of(&other, 20), None]);
}

pub async fn of_several_that_fold_at_once_one_is_taken(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 60)).await;
    let (account, heads) = (session.account, db.account_heads(session.account).await.unwrap());
    let other = fixture.open().await;
    let fold = |db: Db| {
        let heads = heads.clone();
        async move { fold::fold(&db, account, &heads, Last::default(), clock::now()).await.unwrap() }
    };
    let (one, two) = tokio::join!(fold(db.clone()), fold(other.clone()));
    let stored = [one, two].into_iter().filter(|folded| is_stored(Some(*folded))).count();
    assert!(stored == 1 && (one == Folded::Overtaken || two == Folded::Overtaken), "{one:?}, {two:?}");
    let first = fetch(&db, &till.device).await.unwrap();
    assert_eq!(fold(other).await, Folded::Overtaken);
    assert_eq!(fetch(&db, &till.device).await.unwrap(), first);
    assert_eq!(look(Folding::new(AFTER), &db, session).await, None);
}

pub async fn what_would_save_nothing_is_not_stored_and_not_tried_again_at_once(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    let folding = Folding::new(AFTER);
    let recent = |till: &Till| (0..60).map(|_| till.receipt(1)).collect::<Vec<_>>();
    till.push(&recent(&till)).await;
    let folded = look(folding, &db, session).await;
    assert!(matches!(folded, Some(Folded::SavesNothing(size)) if size.kept == size.rows), "{folded:?}");
    assert_eq!(db.overview(till.device.account).await.unwrap().snapshot(till.device.id), None);
    till.push(&[till.receipt(1)]).await;
    assert_eq!(look(folding, &db, session).await, None);
    till.push(&recent(&till)).await;
    assert!(matches!(look(folding, &db, session).await, Some(Folded::SavesNothing(_))));
}

pub async fn a_row_that_cannot_be_read_ends_its_shop_and_a_damaged_one_the_fold(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 60)).await;
    till.push(&old(&till, 2, 30)).await;
    // As a later version may have written it.
    let mut rows = till.history(1).await;
    rows[49].body = EntryBytes(b"of a kind to come".to_vec());
    let driver = fixture.driver().await;
    let mut txn = driver.begin().await.unwrap();
    let change = Statement::new("update entry set body = $1 where shop = 1 and seq = 50");
    txn.run(change.with(rows[49].body.0.clone())).await.unwrap();
    txn.commit().await.unwrap();
    let folding = Folding::new(AFTER);
    let error = folding.look_at(&db, session.account, clock::now()).await.unwrap_err();
    assert!(matches!(error, FoldError::Damaged(ShopId(1), 50)), "{error}");
    assert_eq!(db.overview(till.device.account).await.unwrap().snapshot(till.device.id), None);
    assert_eq!(look(folding, &db, session).await, None, "not again at once");

    let mut txn = driver.begin().await.unwrap();
    let mut sum = Checksum::EMPTY;
    for row in &rows {
        sum = sum.add(ShopId(1), row);
        let change = Statement::new("update entry set checksum = $1 where shop = 1 and seq = $2");
        txn.run(change.with(sum).with(i64::try_from(row.seq).unwrap())).await.unwrap();
    }
    let head = Statement::new("update shop_head set checksum = $1 where shop = 1");
    txn.run(head.with(Value::from(sum))).await.unwrap();
    txn.commit().await.unwrap();
    till.push(&old(&till, 2, 40)).await;
    assert!(is_stored(look(folding, &db, session).await));
    let (info, bytes) = fetch(&db, &till.device).await.unwrap();
    let folded: Vec<u64> = info.shops.iter().map(|of| of.seq).collect();
    assert_eq!(folded[1..], [49, 70]);
    assert_eq!(info.shops[1].checksum, Checksum::EMPTY.add_all(ShopId(1), &rows[..49]));
    assert_eq!(bytes, from_nothing(&till, &info).await);
    // What is left behind it makes nothing due again.
    assert_eq!(look(folding, &db, session).await, None);
}

pub async fn a_snapshot_is_of_the_epoch_that_is(fixture: Fixture) {
    let (mut db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 60)).await;
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
    let (before, _) = fetch(&db, &till.device).await.unwrap();
    db.renew_epoch(clock::now()).await.unwrap();
    let (after, bytes) = fetch(&db, &till.device).await.unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(SnapshotInfo { epoch: db.epoch(), ..before }, after);
    assert_eq!(bytes, from_nothing(&till, &after).await);
}

pub async fn a_fold_that_its_process_did_not_outlive_is_not_begun_again_at_once(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&old(&till, 1, 60)).await;
    let rows = db.account_heads(session.account).await.unwrap().values().map(|head| head.seq).sum();
    db.note_fold_tried(session.account, rows).await.unwrap();
    assert_eq!(look(Folding::new(AFTER), &fixture.open().await, session).await, None);
    till.push(&old(&till, 1, 60)).await;
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
    // One that other rules were begun with says nothing of these.
    let driver = fixture.driver().await;
    for change in ["update snapshot set version = 99", "update snapshot_try set version = 99"] {
        assert_eq!(look(Folding::new(AFTER), &db, session).await, None);
        let mut txn = driver.begin().await.unwrap();
        txn.run(Statement::new(change)).await.unwrap();
        txn.commit().await.unwrap();
    }
    assert!(is_stored(look(Folding::new(AFTER), &db, session).await));
}
