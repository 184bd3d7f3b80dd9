//! What the intake makes of entries that are odd, and that the queue always moves on.

use subzero_ledger::entry::Header;
use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ItemId, ShopId};
use subzero_server::demo;
use subzero_server::{Config, seed};
use subzero_sync::wire::{Flag, QuarantineReason, Verdict};

use crate::support::{CASHIER, HIGH_STREET, OWNER, Running, config, folder, minutes_from_now, receipt_of};

fn quarantined(reason: QuarantineReason) -> Verdict {
    Verdict::Quarantined { reason }
}

fn item(number: u128) -> Change {
    Change::Item(ItemChange { id: ItemId::from_u128(number), fields: ItemFields::default() })
}

#[tokio::test]
async fn poison_is_put_aside_and_the_queue_moves_on() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let good = till.receipt();
    let mut long = good.encode().unwrap();
    long.push(0);
    let other_device = {
        let mut entry = till.receipt();
        entry.header.device = DeviceId(77);
        entry
    };
    let other_shop = {
        let mut entry = till.receipt();
        entry.header.shop = ShopId(77);
        entry
    };
    let bytes = [
        b"poison".to_vec(),
        Vec::new(),
        long,
        other_device.encode().unwrap(),
        other_shop.encode().unwrap(),
        good.encode().unwrap(),
        till.receipt().encode().unwrap(),
    ];
    let reply = till.push_bytes(&bytes).await;
    let verdicts: Vec<Verdict> = reply.verdicts.into_iter().map(|verdict| verdict.verdict).collect();
    assert_eq!(
        verdicts,
        [
            quarantined(QuarantineReason::Unreadable),
            quarantined(QuarantineReason::Unreadable),
            quarantined(QuarantineReason::Unreadable),
            quarantined(QuarantineReason::OtherDevice),
            quarantined(QuarantineReason::OtherShop),
            Verdict::Ok,
            Verdict::Ok,
        ]
    );
    assert_eq!(till.pull(HIGH_STREET).await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn an_id_that_belongs_to_another_entry_is_put_aside() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let first = till.receipt();
    let mut same_id = till.receipt();
    same_id.header.id = first.header.id;
    same_id.header.at = minutes_from_now(-7);
    till.push(&[first]).await;
    let reply = till.push(&[same_id]).await;
    assert_eq!(reply.verdicts[0].verdict, quarantined(QuarantineReason::IdTaken));
    server.stop().await;
}

#[tokio::test]
async fn a_role_that_may_not_make_a_change_is_held_to_it() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let promote =
        |id, role| Change::Employee(EmployeeChange { id, name: None, role: Some(role), pin: None, active: None });
    let entries = [
        till.changes(CASHIER, vec![item(50)]),
        till.changes(CASHIER, vec![promote(CASHIER, Role::Owner)]),
        till.changes(OWNER, vec![promote(CASHIER, Role::Manager)]),
        till.changes(CASHIER, vec![item(51)]),
    ];
    let verdicts: Vec<Verdict> =
        till.push(&entries).await.verdicts.into_iter().map(|verdict| verdict.verdict).collect();
    let not_allowed = quarantined(QuarantineReason::NotAllowed);
    assert_eq!(verdicts, [not_allowed.clone(), not_allowed.clone(), Verdict::Ok, Verdict::Ok]);
    // What was decided counts for later pushes too.
    let entries = [
        till.changes(CASHIER, vec![item(52)]),
        till.changes(
            OWNER,
            vec![Change::Employee(EmployeeChange {
                id: CASHIER,
                name: None,
                role: None,
                pin: None,
                active: Some(false),
            })],
        ),
    ];
    assert!(till.push(&entries).await.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Ok));
    let late = till.push(&[till.changes(CASHIER, vec![item(53)])]).await;
    assert_eq!(late.verdicts[0].verdict, not_allowed);
    server.stop().await;
}

#[tokio::test]
async fn odd_facts_are_stored_and_flagged() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let mut stranger = till.receipt();
    stranger.header.employee = EmployeeId::from_u128(999);
    let mut unknown = till.receipt();
    unknown.body = receipt_of(ItemId::from_u128(999));
    let mut early = till.receipt();
    early.header = Header { at: minutes_from_now(90), ..early.header };
    let reply = till.push(&[stranger, unknown, early]).await;
    let flags = [Flag::UnknownEmployee, Flag::UnknownItem, Flag::AheadOfTime];
    for (verdict, flag) in reply.verdicts.iter().zip(flags) {
        assert_eq!(verdict.verdict, Verdict::Flagged { flags: vec![flag] });
        assert!(verdict.seq.is_some());
    }
    till.push(&[till.changes(OWNER, vec![item(999)])]).await;
    let mut known = till.receipt();
    known.body = receipt_of(ItemId::from_u128(999));
    assert_eq!(till.push(&[known]).await.verdicts[0].verdict, Verdict::Ok);
    server.stop().await;
}

#[tokio::test]
async fn a_history_is_loaded_in_a_few_seconds() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let account = server.db.account_of("kim@example.com").await.unwrap().unwrap();
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let entries = (0..9_500_u32).map(|n| {
        let mut entry = till.receipt();
        entry.header.device = DeviceId(40 + n % 3);
        entry.header.shop = ShopId(1 + n % 2);
        entry
    });
    let started = std::time::Instant::now();
    seed::import(&server.db, account, entries.collect()).await.unwrap();
    let took = started.elapsed();
    assert_eq!(till.pull(HIGH_STREET).await.len(), 4_750);
    assert!(took.as_secs() < 30, "{took:?}");
    println!("9500 entries loaded in {took:?}");
    server.stop().await;
}

#[tokio::test]
async fn the_demo_is_made_once_and_its_sign_ins_work() {
    let data = folder();
    let with_demo = Config { demo: true, ..config(data.path()) };
    for _ in 0..2 {
        let server = Running::start(with_demo.clone()).await;
        let about: serde_json::Value =
            server.http.get(format!("{}/v1/about", server.url)).send().await.unwrap().json().await.unwrap();
        assert_eq!(about["demo"]["employees"].as_array().unwrap().len(), 4);
        let answer = server.sign_in(demo::sign_ins().email, demo::sign_ins().password).await;
        assert_eq!(answer.status(), 200);
        server.stop().await;
    }
    let server = Running::start(config(data.path())).await;
    let about: serde_json::Value =
        server.http.get(format!("{}/v1/about", server.url)).send().await.unwrap().json().await.unwrap();
    assert!(about["demo"].is_null());
    server.stop().await;
}
