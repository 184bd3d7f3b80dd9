//! What whoever runs the server does beside it, for an owner.

use std::process::Output;

use reqwest::StatusCode;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{AuditBy, AuditWhat, Manifest, OwnerSignIn, PairingCode};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{HIGH_STREET, OWNER, PASSWORD, Running, STATION, code, folder, read};

const KIM: &str = "kim@example.com";

async fn run(data: &TempDir, command: &str, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_subzero-server"));
    program.args([command, "--email", KIM]).args(arguments).arg("--data").arg(data.path());
    program.output().await.unwrap()
}

async fn revoke(data: &TempDir, register: &[&str]) -> Output {
    run(data, "revoke", &[&["--register"], register].concat()).await
}

/// What an operator did last, as the owner reads it.
async fn last_noted(server: &Running) -> AuditWhat {
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    let noted = server.db.audit(account, None).await.unwrap().entries;
    noted.iter().find(|entry| entry.by == AuditBy::Operator).unwrap().what
}

#[tokio::test]
async fn an_operator_ends_the_access_of_one_register_and_never_of_another() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    let other = server.pair(KIM, STATION).await;
    for (register, why) in [
        (&["Back till"][..], "no register is called Back till"),
        (&["Front till"], "several registers are called Front till: say which with --number 1 or 2"),
        (&["Front till", "--number", "3"], "no register is called Front till"),
    ] {
        let done = revoke(&data, register).await;
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(!done.status.success() && said.contains(why), "{said}");
    }
    let done = revoke(&data, &["Front till", "--number", "1"]).await;
    assert!(done.status.success(), "{done:?}");
    assert_eq!(code(till.get("/v1/sync/manifest").await, StatusCode::FORBIDDEN).await, "register_removed");
    assert_eq!(other.get("/v1/sync/manifest").await.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn an_operator_says_which_shops_a_register_may_see() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    let grant = async |shop: &str| run(&data, "grant", &["--register", "Front till", "--shop", shop]).await;
    let done = grant("High Street").await;
    assert!(done.status.success(), "{done:?}");
    let told: Manifest = read(till.get("/v1/sync/manifest").await).await;
    assert_eq!(told.heads.iter().map(|head| head.shop).collect::<Vec<_>>(), [ShopId::OFFICE, HIGH_STREET]);
    let beyond = till.get(&format!("/v1/sync/pull?shop={STATION}&after=0")).await;
    assert_eq!(code(beyond, StatusCode::FORBIDDEN).await, "shop_not_granted");
    assert_eq!(last_noted(&server).await, AuditWhat::Granted);
    let done = grant("Harbour").await;
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(
        !done.status.success() && said.contains("no shop is called Harbour; there are High Street, Station"),
        "{said}"
    );
    server.stop().await;
}

#[tokio::test]
async fn an_operator_gives_an_owner_a_new_password_and_the_old_one_is_over() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    let before = server.session(KIM).await;
    let made: PairingCode = read(server.ask_for_code(&before, HIGH_STREET, "Back till").await).await;
    let done = run(&data, "password", &[]).await;
    let said = String::from_utf8(done.stdout).unwrap();
    let password = said.trim().strip_prefix("password: ").unwrap();
    let sign_in = async |password: &str| {
        let sign_in = OwnerSignIn { email: KIM.into(), password: password.into() };
        server.http.post(format!("{}/v1/auth/owner", server.url)).json(&sign_in).send().await.unwrap()
    };
    assert_eq!(sign_in(PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(password).await.status(), StatusCode::OK);
    let refused = server.ask_for_registers(&before).await;
    assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "session_over");
    assert_eq!(code(server.pair_by_code(&made.code).await, StatusCode::FORBIDDEN).await, "wrong_code");
    assert_eq!(last_noted(&server).await, AuditWhat::NewPassword);
    assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK, "no register has to be let in again");
    server.stop().await;
}

#[tokio::test]
async fn an_operator_puts_an_owner_back_whom_the_books_no_longer_have_as_one() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair(KIM, HIGH_STREET).await;
    let account = server.db.account_of(KIM).await.unwrap().unwrap();
    let server_inc = till.pull(ShopId::OFFICE).await[0].inc;
    let done = run(&data, "owner", &[]).await;
    let said = String::from_utf8(done.stdout).unwrap();
    let pin = said.trim().strip_prefix("PIN: ").unwrap();
    assert!(pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit()), "{said}");
    assert_eq!(server.db.role(account, OWNER).await.unwrap(), Some(Role::Owner));
    assert_eq!(till.pull(ShopId::OFFICE).await.last().unwrap().inc, server_inc, "written by the server");
    assert_eq!(last_noted(&server).await, AuditWhat::OwnerRestored);
    server.stop().await;
}
