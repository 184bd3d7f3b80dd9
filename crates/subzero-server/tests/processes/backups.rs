//! Backups of a server that runs, and the way back after it was lost.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Client, StatusCode};
use subzero_server::clock;
use subzero_sync::chain::Position;
use subzero_sync::wire::{AuditWhat, EntryBytes, Epoch, PushConflict, PushReply, PushRequest};
use tempfile::TempDir;

use crate::broken::{run, verified, verify};
use crate::fixture::{Fixture, Till};
use crate::postgres_server::programs;
use crate::process::{Remote, Server};

/// Runs a command over a file.
fn over(command: &str, file: &Path, fixture: &Fixture) -> Output {
    run(&[command, file.to_str().unwrap()], Some(fixture))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A device that keeps what it recorded, and does what the protocol asks of one.
struct Device {
    remote: Remote,
    /// All it ever recorded, from its first number on.
    own: Vec<Vec<u8>>,
    epoch: Option<Epoch>,
    acked: usize,
}

impl Device {
    fn new(remote: Remote) -> Self {
        Self { remote, own: Vec::new(), epoch: None, acked: 0 }
    }

    fn record(&mut self, shop: u32, count: u32) {
        self.own.extend((0..count).map(|_| self.remote.till.receipt(shop)));
    }

    /// What it recorded after a number, up to another.
    fn request(&self, after: usize, to: usize) -> PushRequest {
        let inc = self.remote.till.inc;
        let bodies: Vec<EntryBytes> = self.own.iter().cloned().map(EntryBytes).collect();
        let before = bodies[..after].iter().fold(Position::START, |at, body| at.next(inc, body));
        let (first, entries) = (before.dseq + 1, bodies[after..to].to_vec());
        PushRequest { epoch: self.epoch, inc, first, before: before.chain, now: clock::now(), entries }
    }

    async fn send(&self, url: &str, request: &PushRequest) -> Result<PushReply, PushConflict> {
        let push = Client::new().post(format!("{url}/v1/sync/push")).bearer_auth(&self.remote.token).json(request);
        let response = push.send().await.unwrap();
        match response.status() {
            StatusCode::OK => Ok(response.json().await.unwrap()),
            StatusCode::CONFLICT => Err(response.json().await.unwrap()),
            status => panic!("{status}"),
        }
    }

    /// Pushes what is not acked. A server of another epoch is asked to confirm the chain, and then sent everything again.
    async fn sync(&mut self, url: &str) {
        let reply = match self.send(url, &self.request(self.acked, self.own.len())).await {
            Ok(reply) => reply,
            Err(PushConflict::Epoch { epoch, acked }) => {
                assert_ne!(Some(epoch), self.epoch);
                self.epoch = Some(epoch);
                let held = usize::try_from(acked).unwrap();
                self.send(url, &self.request(held, held)).await.unwrap();
                self.send(url, &self.request(0, self.own.len())).await.unwrap()
            }
            Err(conflict) => panic!("{conflict:?}"),
        };
        self.epoch = Some(reply.epoch);
        self.acked = usize::try_from(reply.acked).unwrap();
        assert_eq!(self.acked, self.own.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i11_what_a_lost_server_took_after_the_backup_comes_back_from_the_devices() {
    let (fixture, shelf) = (Fixture::sqlite(), tempfile::tempdir().unwrap());
    let (db, session) = fixture.with_account().await;
    let mut devices = Vec::new();
    for shop in 1..=2 {
        devices.push((shop, Device::new(Remote::pair(&db, session, shop).await)));
    }
    db.close().await;
    let server = Server::start(&fixture);
    let backup = shelf.path().join("monday.sqlite");
    for (shop, device) in &mut devices {
        device.record(*shop, 3);
        device.sync(&server.url).await;
    }
    let made = over("backup", &backup, &fixture);
    assert!(made.status.success(), "{}", said(&made));
    for (shop, device) in &mut devices {
        device.record(*shop, 4);
        device.sync(&server.url).await;
        // Not sent when the server is lost.
        device.record(*shop, 1);
    }
    let before = devices[0].1.epoch;
    server.kill();
    drop(fixture);

    let fixture = Fixture::sqlite();
    let restored = over("restore", &backup, &fixture);
    assert!(restored.status.success(), "{}", said(&restored));
    assert_eq!(names(folder(&fixture).path()), ["subzero.sqlite"]);
    let server = Server::start(&fixture);
    for (shop, device) in &devices {
        assert_eq!(device.remote.history(&server.url, *shop).await.len(), 3);
    }
    for (_, device) in &mut devices {
        device.sync(&server.url).await;
        assert_ne!(device.epoch, before);
    }
    for (shop, device) in &devices {
        let rows = device.remote.history(&server.url, *shop).await;
        let bodies: Vec<Vec<u8>> = rows.into_iter().map(|row| row.body.0).collect();
        assert_eq!(bodies.len(), 8);
        assert!(bodies == device.own, "each once, in its order");
    }
    server.stop();
    assert_eq!(verify(&fixture).0, [""; 0]);
    // The server's own outbox begins anew: what it wrote after the backup was numbered already.
    let db = fixture.open().await;
    let till = Till::pair(&db, session, 1).await;
    let office = till.history(0).await;
    assert_ne!(office.first().map(|row| row.inc), office.last().map(|row| row.inc));
    let noted = db.audit(session.account, None).await.unwrap().entries;
    assert_eq!(noted.first().map(|entry| entry.what), Some(AuditWhat::Restored));
}

fn folder(fixture: &Fixture) -> &TempDir {
    match fixture {
        Fixture::Sqlite(folder) => folder,
        Fixture::Postgres(_) => panic!("it has no folder"),
    }
}

/// Pushes until told to stop; answers with how many were acked.
async fn push_on(mut remote: Remote, shop: u32, url: String, done: Arc<AtomicBool>) -> usize {
    let mut acked = 0;
    while !done.load(Ordering::SeqCst) {
        remote.push(&url, &[remote.till.receipt(shop), remote.till.receipt(shop + 1)]).await;
        acked += 2;
    }
    acked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_beside_writers_is_of_one_moment_and_holds_none_of_them_up() {
    let (fixture, shelf) = (Fixture::sqlite(), tempfile::tempdir().unwrap());
    let (db, session) = fixture.with_account().await;
    let mut tills = Vec::new();
    for shop in 1..=4 {
        tills.push((shop, Remote::pair(&db, session, shop).await));
    }
    let observer = tills[0].1.clone();
    db.close().await;
    let server = Server::start(&fixture);
    let done = Arc::new(AtomicBool::new(false));
    let pushing: Vec<_> = tills
        .into_iter()
        .map(|(shop, till)| tokio::spawn(push_on(till, shop, server.url.clone(), Arc::clone(&done))))
        .collect();
    let mut before = 0;
    for number in 0..8 {
        let backup = shelf.path().join(format!("{number}.sqlite"));
        let acked = observer.history(&server.url, 1).await.len();
        let made = over("backup", &backup, &fixture);
        assert!(made.status.success(), "{}", said(&made));
        let (problems, summary) = verified(&run(&["verify", backup.to_str().unwrap()], None));
        assert_eq!(problems, [""; 0]);
        let count = |text: &str| -> usize {
            let words: Vec<&str> = text.split(' ').collect();
            let place = words.iter().position(|word| word.starts_with("entr")).unwrap();
            words[place - 1].parse().unwrap()
        };
        let entries = count(&summary);
        assert_eq!(count(&String::from_utf8_lossy(&made.stdout)), entries, "it says what it holds");
        assert!(entries >= before && entries >= acked, "{entries} entries, after {before} and {acked}");
        before = entries;
    }
    done.store(true, Ordering::SeqCst);
    let mut acked = 0;
    for till in pushing {
        acked += till.await.unwrap();
    }
    assert!(acked > 0);
    let expected: Vec<String> = (0..8).map(|number| format!("{number}.sqlite")).collect();
    assert_eq!(names(shelf.path()), expected, "and nothing beside them");
    server.stop();
}

#[tokio::test]
async fn what_is_there_is_not_overwritten_and_what_is_broken_is_not_restored() {
    let (fixture, shelf) = (Fixture::sqlite(), tempfile::tempdir().unwrap());
    let backup = shelf.path().join("backup.sqlite");
    let none = over("backup", &backup, &fixture);
    assert!(!none.status.success() && said(&none).contains("there is no database"), "{}", said(&none));
    assert_eq!((names(shelf.path()).len(), names(folder(&fixture).path()).len()), (0, 0));
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    till.push(&[till.receipt(1), till.receipt(1)]).await;
    db.close().await;
    assert!(over("backup", &backup, &fixture).status.success());
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    let whole = std::fs::read(&backup).unwrap();
    let again = over("backup", &backup, &fixture);
    assert!(!again.status.success() && said(&again).contains("is there already"), "{}", said(&again));
    assert!(std::fs::read(&backup).unwrap() == whole);
    let used = over("restore", &backup, &fixture);
    assert!(!used.status.success() && said(&used).contains("is not empty"), "{}", said(&used));
    assert_eq!(epoch_of(&fixture).await, db.epoch());

    let body = bodies_of(&fixture, &till).await.pop().unwrap();
    let at = whole.windows(body.len()).position(|window| window == body).unwrap();
    let mut broken = whole.clone();
    broken[at + body.len() - 1] ^= 1;
    std::fs::write(&backup, broken).unwrap();
    let empty = Fixture::sqlite();
    let refused = over("restore", &backup, &empty);
    assert!(!refused.status.success() && said(&refused).contains("nothing was restored"), "{}", said(&refused));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("shop 1, seq 2"));
    assert_eq!(names(folder(&empty).path()), [""; 0]);
    assert!(!over("restore", &shelf.path().join("nothing"), &empty).status.success());
    assert!(!run(&["restore"], Some(&empty)).status.success());
}

/// The bodies in its shop.
async fn bodies_of(fixture: &Fixture, till: &Till) -> Vec<Vec<u8>> {
    let db = fixture.open().await;
    let rows = Till { db: db.clone(), ..till.clone() }.history(1).await;
    db.close().await;
    rows.into_iter().map(|row| row.body.0).collect()
}

async fn epoch_of(fixture: &Fixture) -> Epoch {
    let db = fixture.open().await;
    db.close().await;
    db.epoch()
}

/// One of `PostgreSQL`'s own programs.
fn postgres_program(name: &str, words: &[&str]) {
    let program = programs().unwrap().join(name);
    let output = std::process::Command::new(program).args(words).output().unwrap();
    assert!(output.status.success(), "{name}: {}", said(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i11_a_postgres_is_put_back_by_its_own_means_and_healed_from_the_devices() {
    let (fixture, shelf) = (Fixture::postgres().await, tempfile::tempdir().unwrap());
    let (db, session) = fixture.with_account().await;
    let mut device = Device::new(Remote::pair(&db, session, 1).await);
    db.close().await;
    let server = Server::start(&fixture);
    device.record(1, 3);
    device.sync(&server.url).await;
    let file = shelf.path().join("backup");
    for (command, says) in [("backup", "pg_dump --format=custom"), ("restore", "pg_restore")] {
        let output = over(command, &file, &fixture);
        assert!(!output.status.success() && said(&output).contains(says), "{}", said(&output));
    }
    assert_eq!(names(shelf.path()), [""; 0]);
    let Fixture::Postgres(address) = &fixture else { return };
    let file = file.to_str().unwrap();
    postgres_program("pg_dump", &["--format=custom", "--file", file, "--dbname", address]);
    device.record(1, 2);
    device.sync(&server.url).await;
    let before = device.epoch;
    server.kill();

    let fixture = Fixture::postgres().await;
    let Fixture::Postgres(address) = &fixture else { return };
    postgres_program("pg_restore", &["--dbname", address, file]);
    let restored = run(&["restore"], Some(&fixture));
    assert!(restored.status.success(), "{}", said(&restored));
    assert_eq!(verify(&fixture).0, [""; 0]);
    let server = Server::start(&fixture);
    assert_eq!(device.remote.history(&server.url, 1).await.len(), 3);
    device.sync(&server.url).await;
    assert_ne!(device.epoch, before);
    let rows = device.remote.history(&server.url, 1).await;
    assert!(rows.into_iter().map(|row| row.body.0).collect::<Vec<_>>() == device.own, "each once, in its order");
    server.stop();
}
