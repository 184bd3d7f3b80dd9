//! Tills that do nothing but wait for news, while a few others sell: what a waiting till takes of the server's memory, how much work a push is when
//! its account listens, and how long it takes.

use std::collections::VecDeque;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use subzero_ledger::entry::catalogue::{Change, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_sync::wire::{Manifest, PushReply};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::at;
use crate::fixture::{CASHIER, Fixture, MUG, OWNER, add_account_of, hire};
use crate::postgres_server::Postgres;
use crate::process::{Remote, Server};

/// How many accounts the tills are of.
const ACCOUNTS: usize = 500;
/// How many shops each account has.
const SHOPS: u32 = 2;
/// How many sales all accounts ring up in a second: each of 10,000 tills one in three and a half minutes.
const SALES_PER_SECOND: usize = 48;
/// How long nothing is sold, and how long it is.
const QUIET: Duration = Duration::from_secs(30);
const BUSY: Duration = Duration::from_secs(30);
/// How long a till waits for news before it asks again.
const ASK_EVERY: Duration = Duration::from_secs(25);
/// How soon a till comes again that was told to.
const COMES_AGAIN_IN: Duration = Duration::from_secs(1);
/// How many accounts are made at once.
const MADE_AT_ONCE: usize = 4;

/// Measures on each database and prints a table.
pub async fn measure(tills: usize, postgres: &Postgres) {
    println!("{tills} tills wait in {ACCOUNTS} accounts; {SALES_PER_SECOND} sales a second, {} s", BUSY.as_secs());
    println!("database    bytes/till  idle txns/s  txns/sale  answers/sale  p50 ms  p99 ms  refused");
    for database in ["SQLite", "PostgreSQL"] {
        let fixture = match database {
            "SQLite" => Fixture::sqlite(),
            _ => Fixture::Postgres(postgres.new_database().await),
        };
        measure_on(database, &fixture, tills).await;
    }
}

async fn measure_on(database: &str, fixture: &Fixture, tills: usize) {
    let (sellers, waiting) = make(fixture, tills).await;
    let server = Server::start(fixture);
    let before = resident_bytes(server.id());
    let (answers, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut asking = JoinSet::new();
    let host = server.url.trim_start_matches("http://").to_owned();
    let count = waiting.len();
    for token in waiting {
        // As in life they were not all switched on at once.
        tokio::time::sleep(ASK_EVERY / u32::try_from(count).unwrap()).await;
        asking.spawn(wait_on(host.clone(), token, Arc::clone(&answers), Arc::clone(&refused)));
    }
    // Each has been told once what there is, and waits.
    while answers.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(QUIET).await;
    let bytes = resident_bytes(server.id()).saturating_sub(before) / count;
    let txns = txns(fixture).await;
    tokio::time::sleep(QUIET).await;
    let idle = (self::txns(fixture).await - txns) / QUIET.as_secs_f64();
    let (txns, told) = (self::txns(fixture).await, answers.load(Ordering::Relaxed));
    let mut took = sell(sellers, &server.url).await;
    let (txns, told) = (self::txns(fixture).await - txns, answers.load(Ordering::Relaxed) - told);
    took.sort_unstable();
    let sales = f64::from(u32::try_from(took.len()).unwrap());
    let of_sales = (txns - idle * BUSY.as_secs_f64()) / sales;
    let said =
        |figure: f64| if matches!(fixture, Fixture::Sqlite(_)) { "-".to_owned() } else { format!("{figure:.1}") };
    println!(
        "{database:<10}  {bytes:>10}  {:>11}  {:>9}  {:>12.1}  {:>6.1}  {:>6.1}  {:>7}",
        said(idle),
        said(of_sales),
        f64::from(u32::try_from(told).unwrap()) / sales,
        at(&took, 50),
        at(&took, 99),
        refused.load(Ordering::Relaxed),
    );
    asking.abort_all();
}

/// Accounts with tills: of each the first one sells, and the tokens of all the others.
async fn make(fixture: &Fixture, tills: usize) -> (Vec<Remote>, Vec<String>) {
    let db = fixture.open().await;
    let each = tills.div_ceil(ACCOUNTS);
    let mut making = JoinSet::new();
    let (mut sellers, mut waiting) = (Vec::new(), Vec::new());
    for account in 0..ACCOUNTS {
        if account >= MADE_AT_ONCE {
            let (seller, tokens) = making.join_next().await.unwrap().unwrap();
            sellers.push(seller);
            waiting.extend(tokens);
        }
        let db = db.clone();
        making.spawn(async move {
            let session = add_account_of(&db, &format!("kim{account}@example.com"), SHOPS).await;
            let mut seller = Remote::pair(&db, session, 1).await;
            let mug = Change::Item(ItemChange { id: MUG, fields: ItemFields::default() });
            seller.till.push(&[seller.till.changes(OWNER, vec![hire(CASHIER, Role::Cashier), mug])]).await;
            let mut tokens = Vec::new();
            for till in 0..each {
                let shop = 1 + u32::try_from(till).unwrap() % SHOPS;
                tokens.push(Remote::pair(&db, session, shop).await.token);
            }
            (seller, tokens)
        });
    }
    while let Some(made) = making.join_next().await {
        let (seller, tokens) = made.unwrap();
        sellers.push(seller);
        waiting.extend(tokens);
    }
    db.close().await;
    waiting.truncate(tills);
    (sellers, waiting)
}

/// Asks for news over one connection, again and again.
async fn wait_on(host: String, token: String, answers: Arc<AtomicUsize>, refused: Arc<AtomicUsize>) {
    let mut stream = BufReader::with_capacity(512, TcpStream::connect(&host).await.unwrap());
    let mut known = String::new();
    loop {
        let ask = format!(
            "GET /v1/sync/manifest?wait_ms=25000{known} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        let Some(body) = answer(&mut stream).await else {
            refused.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(COMES_AGAIN_IN).await;
            continue;
        };
        let manifest: Manifest = serde_json::from_slice(&body).unwrap();
        let heads: Vec<String> = manifest.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
        known = format!("&known={}", heads.join(","));
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of the next answer, unless that is to come again.
async fn answer(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = 0;
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    let status = line.clone();
    while line != "\r\n" {
        line.clear();
        assert!(stream.read_line(&mut line).await.unwrap() > 0, "the server hung up");
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    if status.contains(" 503 ") {
        return None;
    }
    assert!(status.contains(" 200 "), "{status}{}", String::from_utf8_lossy(&body));
    Some(body)
}

/// One sale after another at the pace that was said, whatever the one before takes. Answers with how long each took.
async fn sell(sellers: Vec<Remote>, url: &str) -> Vec<Duration> {
    let http = reqwest::Client::new();
    let mut free: VecDeque<Remote> = sellers.into();
    let mut selling: JoinSet<(Remote, Duration)> = JoinSet::new();
    let mut took = Vec::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(SALES_PER_SECOND).unwrap());
    let until = Instant::now() + BUSY;
    while Instant::now() < until {
        ticks.tick().await;
        while let Some(sold) = selling.try_join_next() {
            let (seller, time) = sold.unwrap();
            free.push_back(seller);
            took.push(time);
        }
        let mut seller = free.pop_front().expect("no till is free");
        let (http, url) = (http.clone(), format!("{url}/v1/sync/push"));
        selling.spawn(async move {
            let request = seller.till.request(&[seller.till.receipt(1)]);
            let started = Instant::now();
            let push = || http.post(&url).bearer_auth(&seller.token).json(&request).send();
            let mut answer = push().await.unwrap();
            while answer.status() == StatusCode::SERVICE_UNAVAILABLE {
                answer = push().await.unwrap();
            }
            let _: PushReply = answer.error_for_status().unwrap().json().await.unwrap();
            let time = started.elapsed();
            seller.take_ack(&request);
            (seller, time)
        });
    }
    while let Some(sold) = selling.join_next().await {
        took.push(sold.unwrap().1);
    }
    took
}

/// How many txns a `PostgreSQL` has ended. Its processes count a second behind.
async fn txns(fixture: &Fixture) -> f64 {
    let Fixture::Postgres(address) = fixture else { return 0.0 };
    tokio::time::sleep(Duration::from_secs(2)).await;
    let options: PgConnectOptions = address.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let ask = "select (xact_commit + xact_rollback)::float8 from pg_stat_database where datname = current_database()";
    let ended = sqlx::query_scalar(ask).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    ended
}

/// What a process has in memory now.
fn resident_bytes(process: u32) -> usize {
    let said = Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().parse::<usize>().unwrap() * 1024
}
