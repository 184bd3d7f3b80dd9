//! What an owner can read of who got in.

use reqwest::StatusCode;
use subzero_server::db::Db;
use subzero_sync::wire::{AuditBy, AuditPage, AuditWhat, Paired, PairingCode, RegisterList};

use crate::support::{HIGH_STREET, PASSWORD, Running, code, folder, read};

const KIM: &str = "kim@example.com";

#[tokio::test]
async fn an_owner_reads_who_got_in_and_finds_no_secret() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let session = server.session(KIM).await;
    assert_eq!(server.sign_in(KIM, "wrong horse").await.status(), StatusCode::UNAUTHORIZED);
    // It is noted beside answering.
    let db = Db::open(data.path()).await.unwrap();
    let account = db.owner(KIM).await.unwrap().unwrap().account;
    while db.audit(account, None).await.unwrap().entries.len() < 2 {
        tokio::task::yield_now().await;
    }
    let made: PairingCode = read(server.ask_for_code(&session, HIGH_STREET, "Back till").await).await;
    let last = if made.code.ends_with('x') { "y" } else { "x" };
    let wrong = format!("{}{last}", &made.code[..7]);
    assert_eq!(code(server.pair_by_code(&wrong).await, StatusCode::FORBIDDEN).await, "wrong_code");
    let paired: Paired = read(server.pair_by_code(&made.code).await).await;
    read::<Paired>(server.ask_to_pair(&session, HIGH_STREET, "Front till").await).await;
    read::<RegisterList>(server.ask_to_revoke(&session, paired.device).await).await;

    let ask = async |query: &str, token: &str| {
        server.http.get(format!("{}/v1/audit{query}", server.url)).bearer_auth(token).send().await.unwrap()
    };
    let text = ask("", &session).await.text().await.unwrap();
    for secret in [PASSWORD, "wrong horse", &session, &made.code, &wrong, &paired.token] {
        assert!(!text.contains(secret), "a secret is in {text}");
    }
    let page: AuditPage = serde_json::from_str(&text).unwrap();
    let noted: Vec<_> = page.entries.iter().map(|entry| (entry.by, entry.what, entry.device.map(|id| id.0))).collect();
    assert_eq!(
        noted,
        [
            (AuditBy::Owner, AuditWhat::Removed, Some(1)),
            (AuditBy::Owner, AuditWhat::Paired, Some(2)),
            (AuditBy::Device, AuditWhat::Paired, Some(1)),
            (AuditBy::Device, AuditWhat::CodeWrong, None),
            (AuditBy::Owner, AuditWhat::CodeMade, None),
            (AuditBy::Owner, AuditWhat::SignInFailed, None),
            (AuditBy::Owner, AuditWhat::SignedIn, None),
        ]
    );
    assert!(page.entries.iter().all(|entry| entry.address.as_deref() == Some("127.0.0.1")));
    let rest: AuditPage = read(ask("?before=2", &session).await).await;
    assert_eq!((rest.entries.len(), rest.has_more), (1, false));
    assert_eq!(code(ask("?before=x", &session).await, StatusCode::BAD_REQUEST).await, "bad_query");
    for token in [paired.token.as_str(), "no session"] {
        assert_eq!(code(ask("", token).await, StatusCode::UNAUTHORIZED).await, "session_over");
    }
    server.stop().await;
}
