//! A disk that fails at one call, whichever it is: what was acked is there, and the next request succeeds without a restart.

use std::process::Command;

use reqwest::{Client, StatusCode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use subzero_sync::wire::PushRequest;
use tempfile::NamedTempFile;
use tokio::task::JoinSet;

use crate::broken::verify;
use crate::disk::{BROKEN, FULL, Faults};
use crate::fixture::{Fixture, Till, add_account};
use crate::process::{Remote, Server, program};

/// `SQLite`'s own files.
const DATABASE: &str = "subzero.sqlite";
/// More calls than anything here makes.
const ALL: u64 = 1 << 40;
/// How many servers are started at once.
const AT_ONCE: usize = 8;
/// What a server says that cannot open its database yet, and once it can.
const WAITS: &str = "the database cannot be used yet";
const GOES_ON: &str = "the database is open";

/// What a process says of itself.
struct Log(NamedTempFile);

impl Log {
    fn new() -> Self {
        Self(NamedTempFile::new().unwrap())
    }

    /// Gives it to a process.
    fn give(&self, command: &mut Command) {
        command.env("RUST_LOG", "info").stderr(self.0.reopen().unwrap());
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.0.path()).unwrap()
    }
}

async fn send(remote: &Remote, url: &str, request: &PushRequest) -> StatusCode {
    let push = Client::new().post(format!("{url}/v1/sync/push")).bearer_auth(&remote.token).json(request);
    push.send().await.unwrap().status()
}

async fn ready(url: &str) -> StatusCode {
    reqwest::get(format!("{url}/v1/ready")).await.unwrap().status()
}

/// Pushes with every call of a push failing in turn, until the push makes no call that far.
async fn push_over(fixture: &Fixture, remote: &mut Remote, snapshot_after: &str, entries: usize) -> usize {
    let (faults, log) = (Faults::new(DATABASE), Log::new());
    let server = Server::start_with(fixture, |command| {
        faults.give(command);
        log.give(command);
        command.args(["--snapshot-after", snapshot_after, "--daily-megabytes", "500"]);
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
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "call {after}, error {error}: {}", log.said());
                    assert!(was_met, "nothing failed at call {after}: {}", log.said());
                }
                if count == ALL && status != StatusCode::OK {
                    assert_eq!(ready(&server.url).await, StatusCode::SERVICE_UNAVAILABLE, "{}", log.said());
                }
                faults.mend();
                let meant = format!("call {after} failed with error {error}, {count} of them");
                let again = send(remote, &server.url, &request).await;
                assert_eq!(again, StatusCode::OK, "the push after {meant}: {}", log.said());
                assert_eq!(ready(&server.url).await, StatusCode::OK, "{meant}: {}", log.said());
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

/// What a server finds in its folder.
#[derive(Clone, Copy, Debug)]
enum Found {
    Nothing,
    /// The tables as the version before left them.
    Older,
    All,
}

/// The steps that lead to the version before.
const OLDER: [&str; 7] = [
    include_str!("../../src/db/driver/sqlite/v1.sql"),
    include_str!("../../src/db/driver/sqlite/v2.sql"),
    include_str!("../../src/db/driver/sqlite/v3.sql"),
    include_str!("../../src/db/driver/sqlite/v4.sql"),
    include_str!("../../src/db/driver/sqlite/v5.sql"),
    include_str!("../../src/db/driver/sqlite/v6.sql"),
    include_str!("../../src/db/driver/sqlite/v7.sql"),
];

impl Found {
    async fn fixture(self) -> Fixture {
        let fixture = Fixture::sqlite();
        let Fixture::Sqlite(folder) = &fixture else { unreachable!() };
        match self {
            Self::Nothing => {}
            Self::Older => {
                let options =
                    SqliteConnectOptions::new().filename(folder.path().join(DATABASE)).create_if_missing(true);
                let mut old = options.journal_mode(SqliteJournalMode::Wal).connect().await.unwrap();
                for step in OLDER {
                    sqlx::raw_sql(step).execute(&mut old).await.unwrap();
                }
                let mark = format!("pragma user_version = {}", OLDER.len());
                sqlx::raw_sql(AssertSqlSafe(mark)).execute(&mut old).await.unwrap();
                old.close().await.unwrap();
            }
            Self::All => fixture.with_account().await.0.close().await,
        }
        fixture
    }
}

/// Starts a server of which one call to the disk fails, or all from one on. Whether there was such a call before it listened, and whether it had to
/// wait.
async fn start_over(found: Found, after: u64, count: u64, error: u64) -> (bool, bool) {
    let fixture = found.fixture().await;
    let (faults, log) = (Faults::new(DATABASE).and_of_shared_memory(), Log::new());
    let first = faults.fail(after, count, error);
    let server = Server::start_with(&fixture, |command| {
        faults.give(command);
        log.give(command);
    });
    let was_met = faults.calls() >= first;
    let meant = || format!("{found:?}, call {after}, error {error}, {count} of them: {}", log.said());
    let waits = log.said().contains(WAITS);
    assert!(was_met || !waits, "{}", meant());
    if was_met && count == ALL {
        assert_eq!(ready(&server.url).await, StatusCode::SERVICE_UNAVAILABLE, "{}", meant());
    }
    faults.mend();
    // It looks again by itself.
    server.is_ready().await;
    assert_eq!(log.said().contains(GOES_ON), waits, "{}", meant());
    server.stop();
    let db = fixture.open().await;
    let session = add_account(&db, "lee@example.com").await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1)]).await;
    db.close().await;
    let (problems, _) = verify(&fixture);
    assert_eq!(problems, [""; 0], "{}", meant());
    (was_met, waits)
}

/// The same for every call, some at once: they wait most of the time. Without so many calls it cannot do.
async fn start_over_all(found: Found, needed: u64) {
    for (count, error) in [(ALL, FULL), (1, BROKEN)] {
        let (mut starts, mut nexts) = (JoinSet::new(), 0..);
        let (mut is_through, mut waited) = (false, 0);
        while !is_through || !starts.is_empty() {
            while !is_through && starts.len() < AT_ONCE {
                let after = nexts.next().unwrap();
                starts.spawn(start_over(found, after, count, error));
            }
            let (was_met, waits) = starts.join_next().await.unwrap().unwrap();
            is_through |= !was_met;
            waited += u64::from(waits);
        }
        assert!(waited >= needed, "{found:?}: it waited for {waited} calls");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_server_that_is_started_on_a_full_disk_says_so_waits_and_goes_on() {
    start_over_all(Found::All, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn so_does_one_that_has_tables_to_change() {
    start_over_all(Found::Older, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn so_does_one_that_has_a_database_to_make() {
    start_over_all(Found::Nothing, 3).await;
}
