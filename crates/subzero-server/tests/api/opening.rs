//! Opening an account by the real program, as its operator does.

use std::process::Output;

use reqwest::StatusCode;
use subzero_sync::wire::OwnerSession;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Running, code, config, folder, read};

async fn open(data: &TempDir, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_subzero-server"));
    program.arg("account").args(arguments).arg("--data").arg(data.path()).output().await.unwrap()
}

const KIM: [&str; 8] =
    ["--name", "Kim's Kitchen", "--currency", "GBP", "--owner", "Kim", "--email", " Kim@example.com"];

#[tokio::test]
async fn an_account_is_opened_and_its_owner_pairs_a_till() {
    let data = folder();
    let opened = open(&data, &[&KIM[..], &["--shop", "High Street", "--shop", "Station"]].concat()).await;
    assert!(opened.status.success(), "{opened:?}");
    let said = String::from_utf8(opened.stdout).unwrap();
    let word = |label: &str| said.lines().find_map(|line| line.strip_prefix(label)).unwrap().trim().to_owned();
    assert!(!String::from_utf8(opened.stderr).unwrap().contains(&word("password:")), "a password in the log");
    let server = Running::start(config(data.path())).await;
    let session: OwnerSession = read(server.sign_in("kim@example.com", &word("password:")).await).await;
    assert_eq!(session.shops.iter().map(|shop| shop.name.as_str()).collect::<Vec<_>>(), ["High Street", "Station"]);
    let refused = server.sign_in("kim@example.com", &word("PIN:")).await;
    assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "wrong_password");
    server.stop().await;
}

#[tokio::test]
async fn an_account_that_cannot_be_is_not_opened() {
    let data = folder();
    let shop = ["--shop", "High Street"];
    assert!(open(&data, &[&KIM[..], &shop].concat()).await.status.success());
    let mut pounds = KIM;
    pounds[3] = "pounds";
    let mut nowhere = KIM;
    nowhere[7] = "kim";
    let mut nobody = KIM;
    nobody[5] = " ";
    for (arguments, why) in [
        ([&KIM[..], &shop].concat(), "there is an account of kim@example.com already"),
        ([&pounds[..], &shop].concat(), "pounds is not a currency"),
        ([&nowhere[..], &shop].concat(), "kim is not an e-mail address"),
        ([&nobody[..], &shop].concat(), "need a name"),
        (KIM.to_vec(), "--shop"),
    ] {
        let refused = open(&data, &arguments).await;
        assert!(!refused.status.success(), "{arguments:?}");
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(why), "{said}");
    }
}
