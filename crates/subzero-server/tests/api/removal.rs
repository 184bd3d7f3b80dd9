//! Ending a register's access, and what it may still do.

use std::time::Duration;

use reqwest::StatusCode;
use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::{Flag, Manifest, RegisterList, RescueRequest, Verdict};

use crate::support::{HIGH_STREET, OWNER, Running, STATION, code, folder, read};

const KIM: &str = "kim@example.com";

#[tokio::test]
async fn a_removed_register_is_told_nothing_and_still_sends_what_it_recorded() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair(KIM, HIGH_STREET).await;
    let other = server.pair(KIM, STATION).await;
    till.push(&[till.receipt()]).await;
    let session = server.session(KIM).await;
    let list: RegisterList = read(server.ask_to_revoke(&session, till.device).await).await;
    assert_eq!(list.registers.iter().map(|listed| listed.removed.is_some()).collect::<Vec<_>>(), [true, false]);

    for path in ["/v1/sync/manifest", "/v1/sync/pull?shop=1&after=0", "/v1/sync/pull?shop=9&after=0"] {
        assert_eq!(code(till.get(path).await, StatusCode::FORBIDDEN).await, "register_removed");
    }
    let rescue = RescueRequest { by: OWNER, file: String::new() };
    assert_eq!(code(till.post("/v1/sync/rescue", &rescue).await, StatusCode::FORBIDDEN).await, "register_removed");
    let reply = till.push(&[till.receipt()]).await;
    assert_eq!(reply.verdicts[0].verdict, Verdict::Flagged { flags: vec![Flag::RemovedRegister] });
    assert_eq!(other.pull(HIGH_STREET).await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn whoever_waits_for_news_hears_at_once_that_its_access_ended() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    let told: Manifest = read(till.get("/v1/sync/manifest").await).await;
    let known: Vec<String> = told.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
    let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", known.join(","));
    let session = server.session(KIM).await;
    let mut waiting = tokio::spawn({
        let till = till.clone();
        async move { till.get(&path).await }
    });
    let held = tokio::time::timeout(Duration::from_millis(300), &mut waiting).await;
    assert!(held.is_err(), "nothing is new yet");
    read::<RegisterList>(server.ask_to_revoke(&session, till.device).await).await;
    let answer = tokio::time::timeout(Duration::from_secs(15), waiting).await.unwrap().unwrap();
    assert_eq!(code(answer, StatusCode::FORBIDDEN).await, "register_removed");
    server.stop().await;
}

#[tokio::test]
async fn an_owner_sees_every_register_and_ends_the_access_of_their_own_only() {
    let data = folder();
    let server = Running::with_account(&data).await;
    server.add_account("lee@example.com").await;
    let mut till = server.pair(KIM, HIGH_STREET).await;
    till.push(&[till.receipt()]).await;
    till.says(r#"{"unsent":7}"#).await;
    server.pair(KIM, STATION).await;
    let list: RegisterList = read(server.ask_for_registers(&server.session(KIM).await).await).await;
    let [first, second] = &list.registers[..] else { panic!("{list:?}") };
    assert_eq!(
        (first.device, first.register.as_str(), first.shop, first.standing.unsent),
        (till.device, "Front till", HIGH_STREET, 7)
    );
    assert!(first.seen.is_some() && first.skew_ms.is_some_and(|skew| skew.abs() < 60_000) && first.removed.is_none());
    assert_eq!((second.shop, second.seen, second.skew_ms, second.standing.unsent), (STATION, None, None, 0));

    let lees = server.session("lee@example.com").await;
    assert_eq!(read::<RegisterList>(server.ask_for_registers(&lees).await).await.registers, []);
    for nobody in [till.device, DeviceId(0), DeviceId(u32::MAX)] {
        let refused = server.ask_to_revoke(&lees, nobody).await;
        assert_eq!(code(refused, StatusCode::NOT_FOUND).await, "no_such_register");
    }
    for token in [till.token.as_str(), "no session"] {
        let refused = server.ask_to_revoke(token, till.device).await;
        assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "session_over");
        let refused = server.ask_for_registers(token).await;
        assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "session_over");
    }
    assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK, "its access is as good as before");
    server.stop().await;
}
