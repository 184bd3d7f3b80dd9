//! A server that is told to stop under load: every answer that was begun is finished, so that what is stored is what was acked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::broken::verify;
use crate::fixture::Fixture;
use crate::process::{Remote, Server};

const TILLS: u32 = 6;
const STOPS: u32 = 5;
/// So many pushes are acked between a start and a stop.
const ACKS: u32 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stopped_server_stored_it_acked() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut tills = Vec::new();
    for _ in 0..TILLS {
        tills.push(Remote::pair(&db, session, 1).await);
    }
    db.close().await;
    let acked = Arc::new(AtomicUsize::new(0));
    for _ in 0..STOPS {
        let server = Server::start(&fixture);
        let (ack, mut acks) = mpsc::unbounded_channel();
        let pushing: Vec<_> = tills
            .drain(..)
            .map(|till| tokio::spawn(push_until_refused(till, server.url.clone(), Arc::clone(&acked), ack.clone())))
            .collect();
        for _ in 0..ACKS {
            acks.recv().await.unwrap();
        }
        server.stop();
        for till in pushing {
            tills.push(till.await.unwrap());
        }
    }
    let Fixture::Sqlite(folder) = &fixture else { return };
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["subzero.sqlite"], "all of it is in one file, which may be copied now");
    assert_eq!(verify(&fixture).0, [""; 0]);
    let server = Server::start(&fixture);
    assert_eq!(tills[0].history(&server.url, 1).await.len(), acked.load(Ordering::SeqCst));
    server.stop();
}

/// Pushes until there is no answer; what had none is not stored, so that it can be forgotten.
async fn push_until_refused(
    mut till: Remote,
    url: String,
    acked: Arc<AtomicUsize>,
    ack: mpsc::UnboundedSender<()>,
) -> Remote {
    loop {
        let request = till.till.request(&[till.till.receipt(1)]);
        if till.send(&url, &request).await.is_err() {
            return till;
        }
        till.take_ack(&request);
        acked.fetch_add(1, Ordering::SeqCst);
        // Nobody counts any more once the server was told to stop.
        let _ = ack.send(());
    }
}
