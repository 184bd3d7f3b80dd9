//! Bodies that come slowly: whoever sends them holds up themselves and nobody else.

use std::io::ErrorKind;

use reqwest::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{HIGH_STREET, Running, Till, code, folder};

const KIM: &str = "kim@example.com";
const PUSH: &str = "/v1/sync/push";
const RESCUE: &str = "/v1/sync/rescue";
/// Pushes of one device that are read at once.
const OF_ONE: usize = 8;
/// Pushes of an account's registers whose access has ended that are read at once; each may send two.
const OF_ENDED: usize = 8;
/// Said once the body is asked for.
const GO_ON: &str = "HTTP/1.1 100 Continue\r\n\r\n";

/// A request whose body is still to come.
struct Slow(TcpStream);

impl Slow {
    /// Says what will come.
    async fn announce(server: &Running, till: &Till, path: &str) -> Self {
        let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
            till.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Self(stream)
    }

    /// Waits until the server reads the body.
    async fn is_read(&mut self) {
        let mut said = vec![0; GO_ON.len()];
        self.0.read_exact(&mut said).await.unwrap();
        assert_eq!(String::from_utf8(said).unwrap(), GO_ON);
    }

    async fn begin(server: &Running, till: &Till, path: &str) -> Self {
        let mut slow = Self::announce(server, till, path).await;
        slow.is_read().await;
        slow
    }

    /// Whether the server has said anything by now.
    fn is_answered(&self) -> bool {
        let mut byte = [0];
        match self.0.try_read(&mut byte) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            said => said.map(|_| true).unwrap(),
        }
    }

    /// Sends the body, which is no push and no file: it is read all the same, and what it held is free again.
    async fn end(mut self) {
        self.0.write_all(b"{}").await.unwrap();
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
}

async fn tills(server: &Running, email: &str, count: usize) -> Vec<Till> {
    let mut tills = Vec::new();
    for _ in 0..count {
        tills.push(server.pair(email, HIGH_STREET).await);
    }
    tills
}

#[tokio::test]
async fn a_device_sends_so_many_pushes_at_once_and_no_other_waits_for_them() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut tills = tills(&server, KIM, 2).await;
    let mut slow = Vec::new();
    for _ in 0..OF_ONE {
        slow.push(Slow::begin(&server, &tills[0], PUSH).await);
    }
    let answer = tills[0].send(&tills[0].request(&[])).await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(code(answer, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
    let receipt = tills[1].receipt();
    tills[1].push(&[receipt]).await;
    slow.pop().unwrap().end().await;
    let receipt = tills[0].receipt();
    tills[0].push(&[receipt]).await;
    drop(slow);
    server.stop().await;
}

#[tokio::test]
async fn registers_whose_access_has_ended_keep_nobody_out() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut tills = tills(&server, KIM, OF_ENDED / 2 + 2).await;
    let (mut kept, ended) = (tills.pop().unwrap(), tills);
    let session = server.session(KIM).await;
    for till in &ended {
        assert_eq!(server.ask_to_revoke(&session, till.device).await.status(), StatusCode::OK);
    }
    let mut slow = Vec::new();
    for till in &ended[..OF_ENDED / 2] {
        for _ in 0..2 {
            slow.push(Slow::begin(&server, till, PUSH).await);
        }
        let more = till.send(&till.request(&[])).await;
        assert_eq!(code(more, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
    }
    let last = ended.last().unwrap();
    let more = last.send(&last.request(&[])).await;
    assert_eq!(code(more, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
    let mut own = Vec::new();
    for _ in 1..OF_ONE {
        own.push(Slow::begin(&server, &kept, PUSH).await);
    }
    let receipt = kept.receipt();
    kept.push(&[receipt]).await;
    drop((slow, own));
    server.stop().await;
}

#[tokio::test]
async fn a_device_sends_one_rescue_file_at_once_an_account_two_and_all_together_four() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut accounts = vec![tills(&server, KIM, 3).await];
    for email in ["lee@example.com", "max@example.com"] {
        server.add_account(email).await;
        accounts.push(tills(&server, email, 2).await);
    }
    let mut slow = Vec::new();
    for till in [&accounts[0][0], &accounts[0][1], &accounts[1][0], &accounts[1][1]] {
        slow.push(Slow::begin(&server, till, RESCUE).await);
    }
    for till in [&accounts[1][0], &accounts[0][2]] {
        let more = till.post(RESCUE, &json!({})).await;
        assert_eq!(code(more, StatusCode::TOO_MANY_REQUESTS).await, "too_many_requests");
    }
    let mut next = Slow::announce(&server, &accounts[2][0], RESCUE).await;
    // Others are answered meanwhile.
    for till in accounts.iter().flatten() {
        assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK);
    }
    assert!(!next.is_answered(), "it is read beside all the others");
    slow.pop().unwrap().end().await;
    next.is_read().await;
    next.end().await;
    for one in slow {
        one.end().await;
    }
    server.stop().await;
}
