//! An account written out, read back and counted.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use subzero_ledger::entry::catalogue::{Change, EmployeeChange, PinVerifier};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::EmployeeId;

use crate::broken::run;
use crate::fixture::{CASHIER, Fixture, MUG, OWNER, Till, add_account, hire};

fn export(fixture: &Fixture, account: &str, to: &Path) -> Output {
    run(&["export", to.to_str().unwrap(), "--account", account], Some(fixture))
}

/// The rows of a kind.
fn of<'a>(rows: &'a [Value], kind: &'a str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["row"] == kind).collect()
}

async fn an_account_is_written_out_whole_and_without_secrets(fixture: Fixture) {
    let shelf = tempfile::tempdir().unwrap();
    let (db, session) = fixture.with_account().await;
    let other = add_account(&db, "lee@example.com").await;
    let mut till = Till::pair(&db, session, 1).await;
    let mut stranger = Till::pair(&db, other, 1).await;
    stranger.push(&[stranger.receipt(1)]).await;
    let verifier = PinVerifier { salt: [171; 16], rounds: 1, hash: [205; 32] };
    let pin =
        EmployeeChange { id: EmployeeId::from_u128(3), name: None, role: None, pin: Some(verifier), active: None };
    till.push(&[till.changes(OWNER, vec![hire(CASHIER, Role::Cashier), Change::Employee(pin.clone())])]).await;
    // Of a cashier who may not, so it is set aside; and one that nobody can read.
    till.push(&[till.changes(CASHIER, vec![Change::Employee(pin)]), b"poison".to_vec()]).await;
    // More than is read at once.
    for _ in 0..3 {
        till.push(&(0..400).map(|_| till.receipt(1)).collect::<Vec<_>>()).await;
    }
    let history = till.history(1).await;
    db.close().await;

    let to = shelf.path().join("kim.jsonl");
    let output = export(&fixture, "Kim@Example.com ", &to);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with("kim.jsonl: 1202 entries, 2 entries set aside\n"), "{said}");
    let text = std::fs::read_to_string(&to).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |kind| of(&rows, kind).len();
    assert_eq!((count("account"), count("owner"), count("shop"), count("employee")), (1, 1, 11, 3));
    assert_eq!((count("device"), count("entry"), count("put_aside"), count("end")), (2, 1_202, 2, 1));
    assert_eq!((&rows[0]["name"], &rows[0]["version"]), (&"Kim's Kitchen".into(), &1.into()));
    let end = rows.last().unwrap();
    assert_eq!((&end["row"], &end["entries"], &end["put_aside"]), (&"end".into(), &1_202.into(), &2.into()));

    let in_shop: Vec<&Value> = of(&rows, "entry").into_iter().filter(|row| row["shop"] == 1).collect();
    assert_eq!(in_shop.len(), history.len());
    for (line, row) in in_shop.into_iter().zip(&history) {
        assert_eq!((&line["seq"], &line["dseq"]), (&row.seq.into(), &row.dseq.into()));
        assert_eq!(
            (&line["outbox"], &line["recorded_ms"]),
            (&row.inc.0.to_string().into(), &row.recorded.unix_ms().into())
        );
        assert_eq!((&line["kind"], &line["flags"]), (&"receipt".into(), &serde_json::json!(["unknown_item"])));
        assert_eq!(line["body"]["lines"][0]["item"]["id"], MUG.0.to_string());
    }
    let reasons: Vec<&Value> = of(&rows, "put_aside").into_iter().map(|row| &row["reason"]).collect();
    assert_eq!(reasons, ["not_allowed", "unreadable"]);
    assert_eq!(of(&rows, "put_aside")[1]["bytes"], "cG9pc29u");

    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md")).unwrap();
    for row in &rows {
        let kind = row["row"].as_str().unwrap();
        for name in row.as_object().unwrap().keys().map(String::as_str).chain([kind]) {
            assert!(docs.contains(&format!("`{name}`")), "docs/operations.md does not name {name} of {kind}");
        }
    }
    for secret in ["a hash", "205,205", "171,171", "password", "token", "lee@example.com"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("kim@example.com"));
    let again = export(&fixture, "kim@example.com", &to);
    assert!(!again.status.success() && std::fs::read_to_string(&to).unwrap() == text);
    let nobody = export(&fixture, "nobody@example.com", &shelf.path().join("nobody.jsonl"));
    assert!(!nobody.status.success() && !shelf.path().join("nobody.jsonl").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_written_out_from_sqlite() {
    an_account_is_written_out_whole_and_without_secrets(Fixture::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_written_out_from_postgres() {
    an_account_is_written_out_whole_and_without_secrets(Fixture::postgres().await).await;
}
