//! Codes that let registers in.

use subzero_ledger::ids::ShopId;
use subzero_server::clock;
use subzero_server::code::Code;
use subzero_server::db::{CODE_TRIES_MAX, CODES_MAX, Db, PairError, Session};
use subzero_sync::wire::PairRequest;

use crate::fixture::{Fixture, Till, add_account, later, token};

fn front_till() -> PairRequest {
    PairRequest { shop: ShopId(1), register: "Front till".into(), again: None, account: None }
}

async fn add(db: &Db, session: Session, request: &PairRequest) -> Code {
    let code = Code::mint().unwrap();
    assert!(db.add_code(session, request, &code, clock::now()).await.unwrap());
    code
}

/// A code at the same place with another secret.
fn wrong(code: &Code) -> Code {
    let (all, last) = code.text().split_at(7);
    Code::read(&format!("{all}{}", if last == "x" { "y" } else { "x" })).unwrap()
}

pub async fn a_code_lets_one_register_in_once(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    add_account(&db, "lee@example.com").await;
    let code = add(&db, session, &front_till()).await;
    let by = token();
    assert!(db.pair_by_code(&wrong(&code), by, clock::now()).await.unwrap().is_none());
    let (request, paired) = db.pair_by_code(&code, by, clock::now()).await.unwrap().unwrap();
    assert_eq!((request, paired.device.account), (front_till(), session.account));
    assert_eq!(db.device(by).await.unwrap().unwrap().id, paired.device.id);
    assert!(db.pair_by_code(&code, token(), clock::now()).await.unwrap().is_none(), "used");
    // The place is free again, and the books say who was let in.
    assert!(db.add_code(session, &front_till(), &code, clock::now()).await.unwrap());
    assert_eq!(Till::pair(&db, session, 1).await.history(0).await.len(), 2);
}

pub async fn a_code_is_over_after_ten_minutes_and_then_its_place_is_free(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let lees = add_account(&db, "lee@example.com").await;
    let code = add(&db, session, &front_till()).await;
    let now = clock::now();
    assert!(!db.add_code(lees, &front_till(), &wrong(&code), now).await.unwrap(), "its place is taken");
    assert!(db.pair_by_code(&code, token(), later(now, 11)).await.unwrap().is_none());
    assert!(db.add_code(lees, &front_till(), &code, later(now, 11)).await.unwrap());
    let (_, paired) = db.pair_by_code(&code, token(), later(now, 20)).await.unwrap().unwrap();
    assert_eq!(paired.device.account, lees.account);
}

pub async fn a_code_is_not_guessed_without_end(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let code = add(&db, session, &front_till()).await;
    for _ in 1..CODE_TRIES_MAX {
        assert!(db.pair_by_code(&wrong(&code), token(), clock::now()).await.unwrap().is_none());
    }
    let other = add(&db, session, &front_till()).await;
    assert!(db.pair_by_code(&wrong(&code), token(), clock::now()).await.unwrap().is_none());
    assert!(db.pair_by_code(&code, token(), clock::now()).await.unwrap().is_none(), "not even the right one any more");
    assert!(
        db.pair_by_code(&other, token(), clock::now()).await.unwrap().is_some(),
        "of another code nothing was tried"
    );
    let mut codes = Vec::new();
    for minute in 0..=CODES_MAX {
        let code = Code::mint().unwrap();
        let at = later(clock::now(), minute - 20);
        db.add_code(session, &front_till(), &code, at).await.unwrap();
        codes.push(code);
    }
    let now = later(clock::now(), -20);
    let first = db.pair_by_code(&codes[0], token(), now).await.unwrap();
    assert!(first.is_none(), "with one more than may be, the oldest is over");
    assert!(db.pair_by_code(&codes[1], token(), now).await.unwrap().is_some());
}

pub async fn of_many_who_have_a_code_one_is_let_in(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let code = add(&db, session, &front_till()).await;
    let text = code.text().to_owned();
    let trying: Vec<_> = (0..8)
        .map(|_| {
            let (db, code) = (db.clone(), Code::read(&text).unwrap());
            tokio::spawn(async move { db.pair_by_code(&code, token(), clock::now()).await.unwrap().is_some() })
        })
        .collect();
    let mut let_in = 0;
    for trying in trying {
        let_in += u32::from(trying.await.unwrap());
    }
    assert_eq!(let_in, 1);
}

pub async fn a_code_for_a_register_that_is_not_there_is_not_made(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let id = Till::pair(&db, session, 1).await.device.id;
    let refuse = async |request: PairRequest| {
        db.add_code(session, &request, &Code::mint().unwrap(), clock::now()).await.unwrap_err()
    };
    assert!(matches!(refuse(PairRequest { shop: ShopId(99), ..front_till() }).await, PairError::NoShop(ShopId(99))));
    let again = PairRequest { again: Some(id), ..front_till() };
    let elsewhere = PairRequest { shop: ShopId(2), ..again.clone() };
    assert!(matches!(refuse(elsewhere).await, PairError::NoDevice(_)));
    let code = add(&db, session, &again).await;
    assert_eq!(db.pair_by_code(&code, token(), clock::now()).await.unwrap().unwrap().1.device.id, id);
}
