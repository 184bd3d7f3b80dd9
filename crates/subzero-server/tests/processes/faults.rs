//! A disk that fails at one call, whichever it is: what was acked is there, and the next request succeeds without a restart.

use std::process::Command;

use reqwest::{Client, StatusCode};
use subzero_sync::wire::PushRequest;

use crate::broken::verify;
use crate::disk::{BROKEN, FULL, Faults};
use crate::fixture::Fixture;
use crate::process::{Remote, Server, program};

/// `SQLite`'s own files.
const DATABASE: &str = "subzero.sqlite";
/// More calls than anything here makes.
const ALL: u64 = 1 << 40;

async fn send(remote: &Remote, url: &str, request: &PushRequest) -> StatusCode {
    let push = Client::new().post(format!("{url}/v1/sync/push")).bearer_auth(&remote.token).json(request);
    push.send().await.unwrap().status()
}

async fn ready(url: &str) -> StatusCode {
    reqwest::get(format!("{url}/v1/ready")).await.unwrap().status()
}

/// Pushes with every call of a push failing in turn, until the push makes no call that far.
async fn push_over(fixture: &Fixture, remote: &mut Remote, snapshot_after: &str, entries: usize) -> usize {
    let faults = Faults::new(DATABASE);
    let server = Server::start_with(fixture, |command| {
        faults.give(command);
        command.args(["--snapshot-after", snapshot_after, "--daily-megabytes", "500"]).env("RUST_LOG", "off");
    });
    let (mut stored, mut met) = (0, 0);
    for error in [FULL, BROKEN] {
        for count in [1, ALL] {
            for after in 0.. {
                let bodies: Vec<Vec<u8>> = (0..entries).map(|_| remote.till.receipt(1)).collect();
                let request = remote.till.request(&bodies);
                let first = faults.fail(after, count, error);
                let status = send(remote, &server.url, &request).await;
                let was_met = faults.calls() >= first;
                if status != StatusCode::OK {
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "call {after}, error {error}");
                    assert!(was_met, "nothing failed at call {after}");
                }
                if count == ALL && was_met {
                    server.is_unready().await;
                }
                faults.mend();
                let again = send(remote, &server.url, &request).await;
                assert_eq!(again, StatusCode::OK, "the push after call {after} failed with error {error}");
                assert_eq!(ready(&server.url).await, StatusCode::OK);
                remote.take_ack(&request);
                stored += entries;
                if !was_met {
                    break;
                }
                met += 1;
            }
        }
    }
    assert!(met > 8, "{met} calls failed");
    assert_eq!(remote.history(&server.url, 1).await.len(), stored);
    server.stop();
    stored
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_whose_nth_call_to_the_disk_fails_is_taken_the_next_time() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut remote = Remote::pair(&db, session, 1).await;
    db.close().await;
    push_over(&fixture, &mut remote, "0", 1).await;
    assert_eq!(verify(&fixture).0, [""; 0]);
}

/// So many entries that the WAL is copied back into the database on the way, and with them folds and segments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_while_histories_are_folded_and_the_log_is_copied_back() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut remote = Remote::pair(&db, session, 1).await;
    db.close().await;
    push_over(&fixture, &mut remote, "200", 400).await;
    assert_eq!(verify(&fixture).0, [""; 0]);
}

#[tokio::test]
async fn a_backup_whose_nth_call_to_the_disk_fails_leaves_no_file_and_is_made_the_next_time() {
    let (fixture, shelf) = (Fixture::sqlite(), tempfile::tempdir().unwrap());
    let (db, session) = fixture.with_account().await;
    let mut remote = Remote::pair(&db, session, 1).await;
    remote.till.push(&[remote.till.receipt(1)]).await;
    db.close().await;
    let faults = Faults::new(shelf.path().to_str().unwrap());
    let Fixture::Sqlite(folder) = &fixture else { unreachable!() };
    for after in 0.. {
        let file = shelf.path().join(format!("{after}.sqlite"));
        let backup = || {
            let mut command = Command::new(program());
            command.arg("backup").arg(&file).arg("--data").arg(folder.path());
            faults.give(&mut command);
            command.output().unwrap().status.success()
        };
        let first = faults.fail(after, 1, FULL);
        let is_made = backup();
        let was_met = faults.calls() >= first;
        faults.mend();
        if !is_made {
            assert!(was_met);
            assert!(!file.exists(), "half a backup after call {after}");
            assert!(backup(), "the backup after call {after} failed");
        }
        let verify = Command::new(program()).arg("verify").arg(&file).output().unwrap();
        assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
        if !was_met {
            assert!(after > 3, "{after} calls");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_started_on_a_full_disk_says_so_waits_and_goes_on() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut remote = Remote::pair(&db, session, 1).await;
    db.close().await;
    for error in [FULL, BROKEN] {
        for after in 0.. {
            let faults = Faults::new(DATABASE);
            let first = faults.fail(after, ALL, error);
            let server = Server::start_with(&fixture, |command| {
                faults.give(command);
                command.env("RUST_LOG", "off");
            });
            let status = ready(&server.url).await;
            let was_met = faults.calls() >= first;
            if was_met {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "call {after}");
            }
            faults.mend();
            // It looks again by itself.
            server.is_ready().await;
            let request = remote.till.request(&[remote.till.receipt(1)]);
            assert_eq!(send(&remote, &server.url, &request).await, StatusCode::OK);
            remote.take_ack(&request);
            server.stop();
            if !was_met {
                break;
            }
        }
    }
    assert_eq!(verify(&fixture).0, [""; 0]);
}
