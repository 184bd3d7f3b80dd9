//! A server that is killed under load, again and again: what it acked is there afterwards, once and at the place it named.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use subzero_sync::wire::EntryBytes;
use tokio::sync::{mpsc, watch};

use crate::fixture::Fixture;
use crate::process::{Remote, Server};

const KILLS: u32 = 12;
const TILLS: u32 = 6;
/// Each push goes to two of these.
const SHOPS: u32 = 4;
/// At most this many pushes are acked between a start and a kill.
const ACKS_MAX: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_what_a_killed_server_acked_is_there_on_sqlite() {
    kill_under_load(Fixture::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_what_a_killed_server_acked_is_there_on_postgres() {
    kill_under_load(Fixture::postgres().await).await;
}

async fn kill_under_load(fixture: Fixture) {
    let (db, session) = fixture.with_account().await;
    let mut tills = Vec::new();
    for _ in 0..TILLS {
        tills.push(Remote::pair(&db, session, 1).await);
    }
    db.close().await;
    let mut server = Server::start(&fixture);
    let (at, up) = watch::channel(server.url.clone());
    let (ack, mut acks) = mpsc::unbounded_channel();
    let done = Arc::new(AtomicBool::new(false));
    let pushing: Vec<_> = (0..)
        .zip(tills.clone())
        .map(|(number, till)| tokio::spawn(push_on(till, number, up.clone(), ack.clone(), Arc::clone(&done))))
        .collect();
    let mut dice = Dice(u64::from(std::process::id()));
    for _ in 0..KILLS {
        for _ in 0..=dice.roll(ACKS_MAX) {
            acks.recv().await.unwrap();
        }
        // Other pushes are anywhere between their first byte and their answer.
        let _ = tokio::time::timeout(Duration::from_micros(dice.roll(8_000)), std::future::pending::<()>()).await;
        server.kill();
        server = Server::start(&fixture);
        at.send_replace(server.url.clone());
    }
    done.store(true, Ordering::SeqCst);
    let mut acked: BTreeMap<(u32, u64), EntryBytes> = BTreeMap::new();
    let mut pushed = 0;
    let mut unanswered = 0;
    for till in pushing {
        let told = till.await.unwrap();
        unanswered += told.unanswered;
        for (place, body) in told.acked {
            pushed += 1;
            assert!(acked.insert(place, body).is_none(), "two entries were told the place {place:?}");
        }
    }
    let mut stored = BTreeMap::new();
    for shop in 1..=SHOPS {
        for row in tills[0].history(&server.url, shop).await {
            stored.insert((shop, row.seq), row.body);
        }
    }
    assert!(unanswered > 0, "no kill met a push");
    assert_eq!((stored.len(), pushed), (acked.len(), acked.len()));
    assert!(stored == acked, "what is stored is not what was acked");
}

/// What a till knows at the end.
struct Told {
    /// Every entry that was acked, by the place it was given.
    acked: Vec<((u32, u64), EntryBytes)>,
    /// How many pushes had no answer.
    unanswered: u32,
}

/// Pushes until told to stop, each batch until it is acked.
async fn push_on(
    mut remote: Remote,
    number: u32,
    mut up: watch::Receiver<String>,
    ack: mpsc::UnboundedSender<()>,
    done: Arc<AtomicBool>,
) -> Told {
    let mut told = Told { acked: Vec::new(), unanswered: 0 };
    let mut round = number;
    while !done.load(Ordering::SeqCst) {
        round += 1;
        let shops = (0..4 + round % 13).map(|place| 1 + (round + place % 2) % SHOPS);
        let shops: Vec<u32> = shops.collect();
        let entries: Vec<Vec<u8>> = shops.iter().map(|shop| remote.till.receipt(*shop)).collect();
        let request = remote.till.request(&entries);
        let reply = loop {
            let url = up.borrow_and_update().clone();
            if let Ok(reply) = remote.send(&url, &request).await {
                break reply;
            }
            told.unanswered += 1;
            // The next one comes up elsewhere.
            up.changed().await.unwrap();
        };
        remote.take_ack(&request);
        for ((shop, body), verdict) in shops.into_iter().zip(request.entries).zip(reply.verdicts) {
            told.acked.push(((shop, verdict.seq.unwrap()), body));
        }
        // Nobody counts any more once all kills are done.
        let _ = ack.send(());
    }
    told
}

/// Moments nobody chose.
struct Dice(u64);

impl Dice {
    /// Less than this.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
