//! A standby is promoted while tills push: what it lacks was acked, so another history begins, and the tills send again what they still have.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use subzero_sync::chain::Position;
use subzero_sync::wire::{EntryBytes, Epoch, PushConflict, PushReply};

use crate::fixture::Fixture;
use crate::postgres_server::Postgres;
use crate::process::{Remote, Server, program};

/// As quick as it goes: none of them outlives the test.
const QUICK: [&str; 3] = ["fsync=off", "full_page_writes=off", "shared_buffers=64MB"];
/// How soon all must be well again.
const WITHIN: Duration = Duration::from_mins(1);

/// A till as it is on the counter: it keeps what it recorded, and does what it is told.
struct Keeper {
    remote: Remote,
    epoch: Option<Epoch>,
    /// All it ever recorded.
    kept: Vec<Vec<u8>>,
    http: Client,
}

impl Keeper {
    fn new(remote: Remote) -> Self {
        Self { remote, epoch: None, kept: Vec::new(), http: Client::new() }
    }

    /// Records one more and sends until that is acked, however often it has to come again. Answers with how often it heard of another epoch.
    async fn sell(&mut self, url: &str) -> usize {
        self.kept.push(self.remote.till.receipt(1));
        let (mut epochs, deadline) = (0, Instant::now() + WITHIN);
        while self.acked() < self.kept.len() {
            assert!(Instant::now() < deadline, "it was not taken");
            let mut request = self.remote.till.request(&self.kept[self.acked()..]);
            request.epoch = self.epoch;
            let push = self.http.post(format!("{url}/v1/sync/push")).bearer_auth(&self.remote.token).json(&request);
            let answer = push.send().await.unwrap();
            match answer.status() {
                StatusCode::OK => {
                    let reply: PushReply = answer.json().await.unwrap();
                    self.epoch = Some(reply.epoch);
                    self.remote.take_ack(&request);
                }
                StatusCode::CONFLICT => match answer.json().await.unwrap() {
                    PushConflict::Epoch { epoch, acked } => {
                        epochs += 1;
                        self.epoch = Some(epoch);
                        self.go_back_to(acked);
                    }
                    other @ (PushConflict::Gap { .. } | PushConflict::Fork) => panic!("within an epoch: {other:?}"),
                },
                StatusCode::SERVICE_UNAVAILABLE => {}
                other => panic!("{other}"),
            }
        }
        epochs
    }

    fn acked(&self) -> usize {
        usize::try_from(self.remote.till.acked.dseq).unwrap()
    }

    fn go_back_to(&mut self, acked: u64) {
        let inc = self.remote.till.inc;
        let held = self.kept.iter().take(usize::try_from(acked).unwrap());
        self.remote.till.acked = held.fold(Position::START, |at, body| at.next(inc, &EntryBytes(body.clone())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i10_a_standby_that_is_promoted_under_load_begins_an_epoch_and_no_ack_is_lost() {
    let primary = Postgres::start(&QUICK);
    let database = primary.new_database().await;
    let folder = tempfile::tempdir().unwrap();
    let way = folder.path().join("postgres");
    symlink(primary.folder(), &way).unwrap();
    let fixture = Fixture::Postgres(database.replace(primary.folder(), &way.to_string_lossy()));
    let (db, session) = fixture.with_account().await;
    let (front, back) = (Remote::pair(&db, session, 1).await, Remote::pair(&db, session, 1).await);
    db.close().await;
    let standby = primary.standby(&QUICK);
    let one = Server::start(&fixture);
    let mut front = Keeper::new(front);
    for _ in 0..3 {
        assert_eq!(front.sell(&one.url).await, 0);
    }
    let epoch = front.epoch;
    // It falls behind: what is acked from here on, only the primary has.
    standby.run("alter system set primary_conninfo = ''").await;
    standby.run("select pg_reload_conf()").await;
    standby.is_behind().await;
    let (sold, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let selling = tokio::spawn({
        let (url, sold, is_over, mut back) =
            (one.url.clone(), Arc::clone(&sold), Arc::clone(&is_over), Keeper::new(back));
        async move {
            let mut epochs = 0;
            while !is_over.load(Ordering::Relaxed) {
                epochs += back.sell(&url).await;
                sold.fetch_add(1, Ordering::Relaxed);
            }
            (back, epochs)
        }
    });
    for _ in 0..5 {
        front.sell(&one.url).await;
    }
    assert_eq!((front.acked(), front.epoch), (8, epoch));
    primary.end();
    turn(&way, standby.folder());
    standby.run("select pg_promote()").await;
    assert_eq!(front.sell(&one.url).await, 1, "nothing was said of what is lost");
    assert_ne!(front.epoch, epoch);
    let before = sold.load(Ordering::Relaxed);
    while sold.load(Ordering::Relaxed) < before + 3 {
        assert_eq!(front.sell(&one.url).await, 0, "once for each failover");
    }
    is_over.store(true, Ordering::Relaxed);
    let (back, epochs) = selling.await.unwrap();
    assert!(epochs <= 1, "{epochs}");
    let history = front.remote.history(&one.url, 1).await;
    for keeper in [&front, &back] {
        let stored = history.iter().filter(|row| row.inc == keeper.remote.till.inc).map(|row| &row.body.0);
        assert_eq!(stored.collect::<Vec<_>>(), keeper.kept.iter().collect::<Vec<_>>());
    }
    // Another process finds it as it is, and begins nothing.
    let two = Server::start(&fixture);
    assert_eq!(front.sell(&two.url).await, 0);
}

#[tokio::test]
async fn a_postgres_that_does_not_say_which_one_it_is_serves_only_who_looks_after_failovers() {
    let postgres = Postgres::start(&QUICK);
    let database = postgres.new_database().await;
    let admin: PgConnectOptions = database.parse().unwrap();
    let mut admin = admin.connect().await.unwrap();
    let lock_down = "create role till login; grant all on schema public to till;
                     revoke execute on function pg_control_system() from public";
    sqlx::raw_sql(lock_down).execute(&mut admin).await.unwrap();
    let database = database.replace("subzero@", "till@");
    let mut alone = Command::new(program());
    let ended = alone.args(["--port", "0"]).env("SUBZERO_DATABASE", &database).output().unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("does not say whether it is the one it was"), "{said}");
    let server = Server::start_with(&Fixture::Postgres(database), |command| {
        command.arg("--failover-by-hand");
    });
    assert_eq!(reqwest::get(format!("{}/v1/ready", server.url)).await.unwrap().status(), StatusCode::OK);
    server.stop();
}

/// What the address leads to is another one from now on.
fn turn(way: &Path, to: &str) {
    std::fs::remove_file(way).unwrap();
    symlink(to, way).unwrap();
}
