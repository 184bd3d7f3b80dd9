//! What one machine's server takes: real processes over each database, tills that push as fast as they are answered, and a table of what was
//! measured. Everything is on this machine, and the tills take their part of it; `cargo xtask load` starts this.
//!
//! Nothing is printed that was not counted: what was acked is held against the heads afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should stop")]

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use reqwest::Client;
use subzero_ledger::entry::catalogue::{Change, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/support/fixture.rs"]
mod fixture;
#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/support/postgres.rs"]
mod postgres_server;
#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/processes/process.rs"]
mod process;
mod tills;

use fixture::{CASHIER, Fixture, MUG, OWNER, add_account_of, hire};
use postgres_server::Postgres;
use process::{Remote, Server};

/// How many pushes are under way at once.
const AT_ONCE: usize = 16;
/// How long each row of the table is measured, unless `--seconds` says otherwise.
const SECONDS: u64 = 2;
/// No row is prepared for more entries a second than this: what was prepared and is not sent was made for nothing.
const ENTRIES_PER_SECOND_MAX: usize = 60_000;
/// Nor for more pushes a second.
const PUSHES_PER_SECOND_MAX: usize = 6_000;

/// One row of the table.
#[derive(Clone, Copy)]
struct Setting {
    processes: usize,
    shops: u32,
    /// One: tills that sell. Many: tills that were offline for days.
    entries_per_push: usize,
}

/// What was measured.
struct Measured {
    pushes: usize,
    entries: usize,
    elapsed: Duration,
    /// How long each push took, sorted.
    took: Vec<Duration>,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let (length, tills) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (SECONDS, None),
        ["--seconds", seconds] => (seconds.parse().expect("--seconds is a whole number"), None),
        ["--tills", tills] => (SECONDS, Some(tills.parse().expect("--tills is a whole number"))),
        other => panic!("load knows --seconds N or --tills N and not {other:?}"),
    };
    let length = Duration::from_secs(length);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        // As it is installed: commits wait for the disk.
        let postgres = Postgres::start(&[]);
        if let Some(tills) = tills {
            return tills::measure(tills, &postgres).await;
        }
        let cpus = std::thread::available_parallelism().map_or(0, usize::from);
        println!(
            "{AT_ONCE} pushes at once, {} s a row, {cpus} processors for tills, server and database",
            length.as_secs()
        );
        println!("database    processes  shops  entries/push   pushes/s  entries/s   p50 ms   p99 ms");
        for (database, most) in [("SQLite", 1), ("PostgreSQL", 2)] {
            for (processes, shops, entries_per_push) in settings(most) {
                let fixture = match database {
                    "SQLite" => Fixture::sqlite(),
                    _ => Fixture::Postgres(postgres.new_database().await),
                };
                let setting = Setting { processes, shops, entries_per_push };
                let measured = measure(&fixture, setting, length).await;
                print(database, setting, &measured);
            }
        }
    });
}

fn settings(processes_max: usize) -> impl Iterator<Item = (usize, u32, usize)> {
    let shops = |processes| [1, 100].into_iter().map(move |shops| (processes, shops));
    let pushes = |(processes, shops)| [1, 500].into_iter().map(move |entries| (processes, shops, entries));
    (1..=processes_max).flat_map(shops).flat_map(pushes)
}

async fn measure(fixture: &Fixture, setting: Setting, length: Duration) -> Measured {
    let mut queues = prepare(fixture, setting, length).await;
    // The registers write all day long.
    let start = || {
        Server::start_with(fixture, |command| {
            command.args(["--daily-megabytes", "511"]);
        })
    };
    let servers: Vec<Server> = (0..setting.processes).map(|_| start()).collect();
    let reader = queues[0].first().map(|tills| tills.remote.clone()).unwrap();
    let before = heads(&reader, &servers[0]).await;
    let started = Instant::now();
    let until = started + length;
    let pushing: Vec<_> = queues
        .drain(..)
        .zip(servers.iter().map(|server| server.url.clone()).cycle())
        .map(|(queue, url)| tokio::spawn(push_all(queue, url, until)))
        .collect();
    let mut measured = Measured { pushes: 0, entries: 0, elapsed: Duration::ZERO, took: Vec::new() };
    for pushing in pushing {
        measured.took.extend(pushing.await.unwrap());
    }
    measured.elapsed = started.elapsed();
    measured.took.sort_unstable();
    measured.pushes = measured.took.len();
    measured.entries = measured.pushes * setting.entries_per_push;
    let stored = heads(&reader, &servers[0]).await - before;
    assert_eq!(stored, u64::try_from(measured.entries).unwrap(), "what was acked is not what is stored");
    measured
}

async fn heads(reader: &Remote, server: &Server) -> u64 {
    reader.manifest(&server.url, None, None).await.heads.iter().map(|head| head.head).sum()
}

/// A till and the pushes it will send, in their order.
struct Prepared {
    remote: Remote,
    bodies: VecDeque<Vec<u8>>,
}

/// Tills of all shops, dealt out to those who push at once, with enough to send. What it takes to record is not what is measured.
async fn prepare(fixture: &Fixture, setting: Setting, length: Duration) -> Vec<Vec<Prepared>> {
    let db = fixture.open().await;
    let session = add_account_of(&db, "kim@example.com", setting.shops).await;
    let mut office = Remote::pair(&db, session, 1).await.till;
    let mug = Change::Item(ItemChange { id: MUG, fields: ItemFields::default() });
    office.push(&[office.changes(OWNER, vec![hire(CASHIER, Role::Cashier), mug])]).await;
    let mut queues: Vec<Vec<Prepared>> = (0..AT_ONCE).map(|_| Vec::new()).collect();
    let tills = AT_ONCE.max(usize::try_from(setting.shops).unwrap());
    let seconds = usize::try_from(length.as_secs()).unwrap();
    let pushes = (PUSHES_PER_SECOND_MAX * seconds).min(ENTRIES_PER_SECOND_MAX * seconds / setting.entries_per_push);
    for (number, shop) in (0..tills).zip((1..=setting.shops).cycle()) {
        let mut remote = Remote::pair(&db, session, shop).await;
        let mut bodies = VecDeque::new();
        for _ in 0..pushes.div_ceil(tills) {
            let entries: Vec<Vec<u8>> = (0..setting.entries_per_push).map(|_| remote.till.receipt(shop)).collect();
            let request = remote.till.request(&entries);
            remote.take_ack(&request);
            bodies.push_back(serde_json::to_vec(&request).unwrap());
        }
        queues[number % AT_ONCE].push(Prepared { remote, bodies });
    }
    db.close().await;
    queues
}

/// Sends the tills' pushes in turn, one after another, until the time is up or nothing is left.
async fn push_all(mut tills: Vec<Prepared>, url: String, until: Instant) -> Vec<Duration> {
    let http = Client::new();
    let url = format!("{url}/v1/sync/push");
    let mut took = Vec::new();
    while tills.iter().any(|till| !till.bodies.is_empty()) {
        for till in &mut tills {
            if Instant::now() >= until {
                return took;
            }
            let Some(body) = till.bodies.pop_front() else { continue };
            let started = Instant::now();
            let push = http.post(&url).bearer_auth(&till.remote.token).header("content-type", "application/json");
            let answer = push.body(body).send().await.unwrap();
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            assert!(status.is_success(), "{status}: {text}");
            took.push(started.elapsed());
        }
    }
    took
}

fn print(database: &str, setting: Setting, measured: &Measured) {
    let seconds = measured.elapsed.as_secs_f64();
    let rate = |count: usize| f64::from(u32::try_from(count).unwrap()) / seconds;
    println!(
        "{database:<10}  {:>9}  {:>5}  {:>12}  {:>9.0}  {:>9.0}  {:>7.1}  {:>7.1}",
        setting.processes,
        setting.shops,
        setting.entries_per_push,
        rate(measured.pushes),
        rate(measured.entries),
        at(&measured.took, 50),
        at(&measured.took, 99),
    );
}

/// Below what so many of a hundred took, in milliseconds.
fn at(sorted: &[Duration], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}
