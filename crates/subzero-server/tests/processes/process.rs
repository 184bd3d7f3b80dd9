//! A server process of one's own, and a till that speaks to it over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use subzero_ledger::ids::ShopId;
use subzero_server::db::Session;
use subzero_server::token::TokenHash;
use subzero_server::{clock, token};
use subzero_sync::chain::Position;
use subzero_sync::wire::{Checksum, Incarnation, Manifest, PullPage, PushReply, PushRequest, Row, STANDING_HEADER};
use uuid::Uuid;

use crate::fixture::{Fixture, Till};

/// How soon a server can be asked once what hindered it is gone.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// How often it is asked: within the quota of whoever watches.
const ASKED_EVERY: Duration = Duration::from_millis(50);

/// The program that an operator starts.
pub const fn program() -> &'static str {
    env!("CARGO_BIN_EXE_subzero-server")
}

/// A running server. It is killed when it is dropped.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    /// Starts one over this database, on a port that is free.
    pub fn start(fixture: &Fixture) -> Self {
        Self::start_with(fixture, |_| ())
    }

    /// The same, with what this adds to its command line.
    pub fn start_with(fixture: &Fixture, add: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(program());
        command.args(["--port", "0"]).env_remove("SUBZERO_DATABASE").env("RUST_LOG", "error");
        add(&mut command);
        match fixture {
            Fixture::Sqlite(folder) => command.arg("--data").arg(folder.path()),
            Fixture::Postgres(address) => command.env("SUBZERO_DATABASE", address),
        };
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let url = loop {
            said.clear();
            assert!(out.read_line(&mut said).unwrap() > 0, "the server ended before it listened");
            if let Some(url) = said.trim().strip_prefix("listening on ") {
                break url.to_owned();
            }
        };
        Self { child, url }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says that it can be asked.
    pub async fn is_ready(&self) {
        self.says(StatusCode::OK).await;
    }

    /// Waits until it says that nothing can be written.
    pub async fn is_unready(&self) {
        self.says(StatusCode::SERVICE_UNAVAILABLE).await;
    }

    async fn says(&self, expected: StatusCode) {
        let deadline = Instant::now() + READY_WITHIN;
        let mut asking = tokio::time::interval(ASKED_EVERY);
        loop {
            asking.tick().await;
            // While it goes over from waiting to answering, it may close a connection on which nothing was asked yet.
            let said = reqwest::get(format!("{}/v1/ready", self.url)).await.map(|answer| answer.status());
            if said.as_ref().is_ok_and(|said| *said == expected) {
                return;
            }
            assert!(Instant::now() < deadline, "it says {said:?} and not {expected}");
        }
    }

    /// Which process it is.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As an operator does it: it ends by itself, and says that all went well.
    pub fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it did not end well");
    }

    /// As a power cut does it, or the kernel when memory is short.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A paired till, wherever the server is.
#[derive(Clone)]
pub struct Remote {
    pub till: Till,
    pub token: String,
    secret: TokenHash,
    http: Client,
}

impl Remote {
    /// Pairs in the database itself, and lets go of it before a server has it.
    pub async fn pair(db: &subzero_server::db::Db, session: Session, shop: u32) -> Self {
        let (_, secret) = token::mint().unwrap();
        let paired = db.pair(session, ShopId(shop), "Front till", secret, clock::now()).await.unwrap();
        let (token, access) = token::mint().unwrap();
        db.open_access(secret, access, clock::now()).await.unwrap();
        let inc = Incarnation(Uuid::new_v4());
        let till = Till { db: db.clone(), device: paired.device, inc, acked: Position::START };
        Self { till, token, secret, http: Client::new() }
    }

    /// Gets another token, as at this moment.
    pub async fn ask_for_access(&mut self, db: &subzero_server::db::Db, at: subzero_ledger::instant::Instant) {
        let (token, access) = token::mint().unwrap();
        db.open_access(self.secret, access, at).await.unwrap();
        self.token = token;
    }

    /// Pushes; an error says that there was no whole answer.
    pub async fn send(&self, url: &str, request: &PushRequest) -> Result<PushReply, reqwest::Error> {
        let push = self.http.post(format!("{url}/v1/sync/push")).bearer_auth(&self.token).json(request);
        let response = push.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        assert_eq!(status, StatusCode::OK, "{text}");
        Ok(serde_json::from_str(&text).unwrap())
    }

    /// Pushes and takes the ack.
    pub async fn push(&mut self, url: &str, entries: &[Vec<u8>]) -> PushReply {
        let request = self.till.request(entries);
        let reply = self.send(url, &request).await.unwrap();
        self.take_ack(&request);
        reply
    }

    pub fn take_ack(&mut self, request: &PushRequest) {
        let inc = self.till.inc;
        self.till.acked = request.entries.iter().fold(self.till.acked, |at, body| at.next(inc, body));
    }

    pub async fn manifest(&self, url: &str, known: Option<&Manifest>, standing: Option<&str>) -> Manifest {
        let mut path = "/v1/sync/manifest".to_owned();
        if let Some(known) = known {
            let heads: Vec<String> = known.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
            path = format!("{path}?wait_ms=25000&known={}", heads.join(","));
        }
        let mut ask = self.http.get(format!("{url}{path}")).bearer_auth(&self.token);
        if let Some(standing) = standing {
            ask = ask.header(STANDING_HEADER, standing);
        }
        read(ask.send().await.unwrap()).await
    }

    /// A shop's whole history, with every page held to its promises.
    pub async fn history(&self, url: &str, shop: u32) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let path = format!("{url}/v1/sync/pull?shop={shop}&after={}", rows.len());
            let page: PullPage = read(self.http.get(path).bearer_auth(&self.token).send().await.unwrap()).await;
            rows.extend(page.rows);
            let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
            assert_eq!(seqs, (1..).take(rows.len()).collect::<Vec<_>>(), "a hole in shop {shop}");
            assert_eq!(page.checksum, Checksum::EMPTY.add_all(ShopId(shop), &rows));
            if rows.last().map_or(0, |row| row.seq) >= page.head {
                return rows;
            }
        }
    }
}

/// The JSON of an answer that is a success.
pub async fn read<T: DeserializeOwned>(response: reqwest::Response) -> T {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}
