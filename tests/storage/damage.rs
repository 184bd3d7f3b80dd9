//! An outbox that cannot be used: the till goes on beside it, what can be read is taken over once, and nothing is deleted.

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use subzero::storage::Storage;
use subzero::storage::beside::{self, Lost};
use subzero::storage::outbox::Slot;
use subzero::storage::schema::{self, CTL, OWN};
use subzero::storage::txn::{self, Durability};
use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::records::AckRecord;
use subzero_sync::rescue::Rescue;
use subzero_sync::wire::{AccountKey, EntryBytes};
use uuid::Uuid;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{MUSEUM, entry, epoch, fresh, open};

/// A storage with this many entries, the first `acked` of them acked.
async fn with(prefix: &str, own: u64, acked: u64) -> Storage {
    let storage = open(prefix).await;
    for number in 1..=own {
        storage.append(&entry(number, MUSEUM)).await.expect("an append");
    }
    ack(&storage, acked).await;
    storage
}

async fn ack(storage: &Storage, upto: u64) {
    let (control, _) = storage.outbox.control().await.expect("a control record");
    let place = |at: Position, number| at.next(control.incarnation, &EntryBytes(entry(number, MUSEUM)));
    let acked = (1..=upto).fold(Position::START, place);
    let ack = AckRecord { incarnation: control.incarnation, epoch: epoch(1), acked, verdicts: Vec::new(), at: None };
    storage.outbox.store_ack(&ack).await.expect("an ack");
}

async fn bodies(storage: &Storage) -> Vec<EntryBytes> {
    storage.outbox.own_all().await.expect("own entries").own.into_iter().map(|own| own.body).collect()
}

fn entries(numbers: impl IntoIterator<Item = u64>) -> Vec<EntryBytes> {
    numbers.into_iter().map(|number| EntryBytes(entry(number, MUSEUM))).collect()
}

/// A database of a later version is one that does not open, and can be read.
async fn grows_newer(prefix: &str) {
    let later = Database::open(schema::outbox_name(prefix, 1)).with_version(9_u32).build().expect("a request");
    later.await.expect("a later version").close();
}

async fn spoil(prefix: &str, store: &'static str, key: JsValue) {
    let db = schema::open_outbox(prefix, 1).await.expect("A opens");
    txn::write(&db, &[store], Durability::Strict, |requests| requests.put(store, key.clone(), JsValue::NULL))
        .await
        .expect("damage is done");
    db.close();
}

#[wasm_bindgen_test]
async fn i1_an_outbox_that_does_not_open_is_gone_on_beside_and_taken_over_once() {
    let prefix = fresh("beside");
    let storage = with(&prefix, 700, 690).await;
    storage.outbox.keep(Slot::Contact, &Instant::MIN).await.expect("a record");
    storage.close();
    grows_newer(&prefix).await;

    let storage = open(&prefix).await;
    assert_eq!(storage.outbox.number(), 2);
    assert_eq!(bodies(&storage).await, entries(1..=700), "in order, byte for byte");
    assert_eq!(storage.outbox.kept(Slot::Contact).await, Ok(Some(Instant::MIN)));
    let lost: Option<Lost> = storage.outbox.kept(Slot::Lost).await.expect("readable");
    assert_eq!(lost.and_then(|lost| lost.entries), Some(0));
    assert_eq!(storage.append(&entry(701, MUSEUM)).await, Ok(701));
    storage.outbox.drop_kept(Slot::Lost).await.expect("seen");
    storage.close();

    let storage = open(&prefix).await;
    assert_eq!(bodies(&storage).await, entries(1..=701), "not a second time");
    assert_eq!(storage.outbox.kept::<Lost>(Slot::Lost).await, Ok(None), "and not told again");
    let old = schema::open_outbox_as_it_is(&prefix, 1).await.expect("it is there");
    let all = |requests: &txn::Requests<'_>| requests.count(OWN, KeyRange::LowerBound(JsValue::from(0), false));
    assert_eq!(txn::read(&old, &[OWN], all, txn::nothing).await, Ok((700, ())), "nothing is deleted");
}

#[wasm_bindgen_test]
async fn i1_an_outbox_without_its_control_record_is_taken_over_whole() {
    let prefix = fresh("no-control");
    with(&prefix, 5, 2).await.close();
    spoil(&prefix, CTL, "control".into()).await;
    let storage = open(&prefix).await;
    assert_eq!((storage.outbox.number(), bodies(&storage).await), (2, entries(1..=5)));
}

#[wasm_bindgen_test]
async fn an_entry_that_cannot_be_read_takes_no_other_with_it_and_is_counted() {
    let prefix = fresh("hole");
    let storage = with(&prefix, 6, 2).await;
    spoil(&prefix, OWN, JsValue::from(4)).await;
    let salvage = storage.outbox.salvage().await;
    assert_eq!((salvage.own.len(), salvage.unreadable), (5, 1));
    let files = Rescue::files(AccountKey(Uuid::nil()), DeviceId(1), Instant::MIN, &salvage.runs(DeviceId(1)));
    let saved: Vec<EntryBytes> = files[0].runs.iter().flat_map(|run| run.entries.clone()).collect();
    assert_eq!(saved, entries([3, 5, 6]), "what is not sent and can be read");
    storage.close();

    beside::begin_next(&prefix).await.expect("the next one").close();
    let storage = open(&prefix).await;
    assert_eq!(bodies(&storage).await, entries([1, 2, 3, 5, 6]));
    let lost: Option<Lost> = storage.outbox.kept(Slot::Lost).await.expect("readable");
    assert_eq!(lost.and_then(Lost::missing).map(|missing| missing.entries), Some(1));
}

#[wasm_bindgen_test]
async fn i1_what_a_tab_still_records_in_the_old_outbox_is_taken_over_at_the_next_start() {
    let prefix = fresh("late");
    let old = with(&prefix, 2, 0).await;
    beside::begin_next(&prefix).await.expect("the next one").close();
    let next = open(&prefix).await;
    old.append(&entry(3, MUSEUM)).await.expect("a tab that was open before");
    next.append(&entry(4, MUSEUM)).await.expect("an append");
    let again = open(&prefix).await;
    assert_eq!(bodies(&again).await, entries([1, 2, 4, 3]));
    assert_eq!(bodies(&open(&prefix).await).await, entries([1, 2, 4, 3]));
}
