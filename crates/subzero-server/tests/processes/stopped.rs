//! A server that is told to stop under load: every answer that was begun is finished, so that what is stored is what was acked.

use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use subzero_server::clock;
use tokio::sync::mpsc;

use crate::broken::{run, verify};
use crate::fixture::{Fixture, later};
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

#[tokio::test]
async fn two_servers_never_have_one_folder() {
    let fixture = Fixture::sqlite();
    let server = Server::start(&fixture);
    server.is_ready().await;
    let second = run(&["--port", "0"], Some(&fixture));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(!second.status.success() && said.contains("another server has the data folder"), "{said}");
    server.kill();
    // Nothing is left behind that would keep the next one out.
    Server::start(&fixture).stop();
}

#[tokio::test]
async fn a_clock_that_is_behind_where_it_was_goes_on_from_there_until_somebody_says_that_it_is_right() {
    let fixture = Fixture::sqlite();
    let (db, session) = fixture.with_account().await;
    let mut till = Remote::pair(&db, session, 1).await;
    let (now, ahead) = (clock::now(), later(clock::now(), 60));
    db.keep_clock(ahead).await.unwrap();
    till.ask_for_access(&db, ahead).await;
    let mut after = till.clone();
    after.ask_for_access(&db, now).await;
    db.close().await;
    let recorded = async |server: &Server, till: &mut Remote| {
        server.is_ready().await;
        let entry = till.till.receipt(1);
        till.push(&server.url, &[entry]).await;
        till.history(&server.url, 1).await.last().unwrap().recorded
    };
    let server = Server::start(&fixture);
    assert!(recorded(&server, &mut till).await >= ahead);
    server.stop();
    after.till.acked = till.till.acked;
    let server = Server::start_with(&fixture, |command| _ = command.arg("--clock-is-right"));
    assert!(recorded(&server, &mut after).await < later(now, 30));
    server.stop();
}

/// Whoever looks after the database of a server that runs, and is the last to let go of it, would do away with the log that the server writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_keeps_its_locks_on_its_file() {
    let fixture = Fixture::sqlite();
    fixture.with_account().await.0.close().await;
    let server = Server::start(&fixture);
    server.is_ready().await;
    let Fixture::Sqlite(folder) = &fixture else { unreachable!() };
    let file = folder.path().join("subzero.sqlite").metadata().unwrap().ino();
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let (process, file) = (format!(" {} ", server.id()), format!(":{file} "));
    let held = |line: &&str| line.contains("POSIX") && line.contains(&process) && line.contains(&file);
    assert!(locks.lines().any(|line| held(&line)), "{locks}");
    server.stop();
}
