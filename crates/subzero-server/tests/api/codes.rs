//! Letting a register in by a code, without the owner's password.

use reqwest::StatusCode;
use subzero_ledger::ids::ShopId;
use subzero_server::{Config, Network, Quota, Quotas};
use subzero_sync::wire::{Paired, PairingCode};

use crate::support::{HIGH_STREET, Running, Till, code, config, folder, read};

const KIM: &str = "kim@example.com";

#[tokio::test]
async fn a_code_pairs_the_register_it_was_made_for_and_nothing_after_it() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let session = server.session(KIM).await;
    let made: PairingCode = read(server.ask_for_code(&session, HIGH_STREET, " Back till ").await).await;
    assert_eq!((made.code.len(), made.good_for_ms), (8, 600_000));
    let typed = made.code.to_uppercase();
    let paired: Paired = read(server.pair_by_code(&format!("{} {}", &typed[..4], &typed[4..])).await).await;
    assert_eq!((paired.shop, paired.register.as_str()), (HIGH_STREET, "Back till"));
    let mut till = Till::new(&server, paired).await;
    till.push(&[till.receipt()]).await;
    assert_eq!(till.pull(HIGH_STREET).await.len(), 1);
    for wrong in [made.code.as_str(), "", "aaaaaaaa", "not a code", "💥"] {
        assert_eq!(code(server.pair_by_code(wrong).await, StatusCode::FORBIDDEN).await, "wrong_code");
    }
    server.stop().await;
    for file in std::fs::read_dir(data.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let is_there = bytes.windows(made.code.len()).any(|window| window == made.code.as_bytes());
        assert!(!is_there, "a code is on the disk");
    }
}

#[tokio::test]
async fn only_an_owner_makes_codes_and_for_what_may_be() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    for token in [till.token.as_str(), "no session"] {
        let refused = server.ask_for_code(token, HIGH_STREET, "Back till").await;
        assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "session_over");
    }
    let session = server.session(KIM).await;
    for shop in [ShopId::OFFICE, ShopId(9)] {
        let refused = server.ask_for_code(&session, shop, "Back till").await;
        assert_eq!(code(refused, StatusCode::NOT_FOUND).await, "no_such_shop");
    }
    let refused = server.ask_for_code(&session, HIGH_STREET, " ").await;
    assert_eq!(code(refused, StatusCode::BAD_REQUEST).await, "bad_register_name");
    server.stop().await;
}

#[tokio::test]
async fn one_address_may_not_try_code_after_code() {
    let data = folder();
    let few = Quota { at_once: 6, within: std::time::Duration::from_hours(1) };
    let network = Network { quotas: Quotas { code: few, ..Quotas::default() }, ..Network::default() };
    let server = Running::start(Config { network, ..config(data.path()) }).await;
    server.add_account(KIM).await;
    let session = server.session(KIM).await;
    let made: PairingCode = read(server.ask_for_code(&session, HIGH_STREET, "Back till").await).await;
    for _ in 0..few.at_once {
        assert_eq!(code(server.pair_by_code("aaaaaaaa").await, StatusCode::FORBIDDEN).await, "wrong_code");
    }
    let refused = server.pair_by_code(&made.code).await;
    assert_eq!(code(refused, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
    server.pair(KIM, HIGH_STREET).await;
    server.stop().await;
}
