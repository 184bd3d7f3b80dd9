//! `verify` over real databases, each broken in one way: it is named where it is, and what is whole is not.

use std::process::{Command, Output};

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};
use subzero_server::clock;
use subzero_server::db::snapshots::Last;
use subzero_server::fold::{self, Folded};
use subzero_sync::segment::{content_hash, snapshot_hash};

use crate::fixture::{Fixture, Till, add_account_of, later};
use crate::process::program;

/// A program that says something and ends.
pub fn run(words: &[&str], fixture: Option<&Fixture>) -> Output {
    let mut command = Command::new(program());
    command.args(words).env_remove("SUBZERO_DATABASE").env("RUST_LOG", "error");
    match fixture {
        Some(Fixture::Sqlite(folder)) => command.arg("--data").arg(folder.path()),
        Some(Fixture::Postgres(address)) => command.env("SUBZERO_DATABASE", address),
        None => &mut command,
    };
    command.output().unwrap()
}

/// What `verify` says is wrong, and its summary.
pub fn verify(fixture: &Fixture) -> (Vec<String>, String) {
    verified(&run(&["verify"], Some(fixture)))
}

pub fn verified(output: &Output) -> (Vec<String>, String) {
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let mut problems: Vec<String> = said.lines().map(str::to_owned).collect();
    let summary = problems.pop().unwrap_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(output.status.success(), problems.is_empty(), "{said}");
    (problems, summary)
}

/// Two accounts with two shops each. The first has a till that pushed five entries, two to shop 1 and two to shop 2, one of them set aside; and a
/// second life of its outbox, in which the first of them came again. Both are folded into a snapshot.
async fn filled(fixture: &Fixture) {
    let db = fixture.open().await;
    for email in ["kim@example.com", "lee@example.com"] {
        let session = add_account_of(&db, email, 2).await;
        let mut till = Till::pair(&db, session, 1).await;
        let first = till.receipt(1);
        till.push(&[first.clone(), till.receipt(2), b"poison".to_vec()]).await;
        till.push(&[till.receipt(1), till.receipt(2)]).await;
        till.reborn().push(&[first, till.receipt(1)]).await;
        let heads = db.account_heads(session.account).await.unwrap();
        let in_a_year = later(clock::now(), 365 * 24 * 60);
        let folded = fold::fold(&db, session.account, &heads, Last::default(), in_a_year).await.unwrap();
        assert!(matches!(folded, Folded::Stored(_)), "{folded:?}");
    }
    db.close().await;
}

/// Runs a statement that the schema would not let through.
async fn force(fixture: &Fixture, statement: &str, values: &[Vec<u8>]) {
    let text = AssertSqlSafe(statement.to_owned());
    match fixture {
        Fixture::Sqlite(folder) => {
            let file = SqliteConnectOptions::new().filename(folder.path().join("subzero.sqlite")).foreign_keys(false);
            let mut connection = file.connect().await.unwrap();
            let query = values.iter().fold(sqlx::query(text), |query, value| query.bind(value.clone()));
            let changed = query.execute(&mut connection).await.unwrap().rows_affected();
            assert!(changed > 0, "{statement}");
        }
        Fixture::Postgres(address) => {
            let mut connection = address.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
            sqlx::raw_sql("set session_replication_role = replica").execute(&mut connection).await.unwrap();
            let query = values.iter().fold(sqlx::query(text), |query, value| query.bind(value.clone()));
            let changed = query.execute(&mut connection).await.unwrap().rows_affected();
            assert!(changed > 0, "{statement}");
        }
    }
}

/// The bytes in one place.
async fn bytes(fixture: &Fixture, ask: &str) -> Vec<u8> {
    let text = AssertSqlSafe(ask.to_owned());
    match fixture {
        Fixture::Sqlite(folder) => {
            let file = SqliteConnectOptions::new().filename(folder.path().join("subzero.sqlite"));
            sqlx::query(text).fetch_one(&mut file.connect().await.unwrap()).await.unwrap().get(0)
        }
        Fixture::Postgres(address) => {
            let mut connection = address.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
            sqlx::query(text).fetch_one(&mut connection).await.unwrap().get(0)
        }
    }
}

fn flipped(mut bytes: Vec<u8>, place: usize) -> Vec<u8> {
    bytes[place] ^= 1;
    bytes
}

/// How it is broken, by which statement, with a value that is there with one bit changed; and what is said of it: nothing else.
type Break = (&'static str, &'static str, &'static str, &'static [&'static str]);

const ROW: &str = "where account = 1 and shop = 1 and seq = 2";
const BREAKS: [Break; 24] = [
    (
        "a byte of a body",
        "update entry set body = $1 where account = 1 and shop = 1 and seq = 2",
        "select body from entry",
        &["shop 1, seq 2: the checksum", "dseq 4: the chain"],
    ),
    (
        "a checksum",
        "update entry set checksum = $1 where account = 1 and shop = 1 and seq = 2",
        "select checksum from entry",
        &["shop 1, seq 2: the checksum"],
    ),
    (
        "an id",
        "update entry set id = $1 where account = 1 and shop = 1 and seq = 2",
        "select id from entry",
        &["shop 1, seq 2: its entry says that it is"],
    ),
    (
        "a row that is gone",
        "delete from entry where account = 1 and shop = 1 and seq = 2",
        "",
        &["shop 1, seq 3: 2 before it is missing", "dseq 4: its entry is neither"],
    ),
    (
        "the last row that is gone",
        "delete from entry where account = 1 and shop = 2 and seq = 2",
        "",
        &[
            "shop 2: its head is 2 and its last row is 1",
            "dseq 5: its entry is neither",
            "snapshot 1: the checksum it is said to have at seq 2 of shop 2",
        ],
    ),
    (
        "the bodies of two rows",
        "update entry set body = other.body from (select seq, body from entry where account = 1 and shop = 1) as other
         where other.seq = 3 - entry.seq and entry.account = 1 and entry.shop = 1",
        "",
        &[
            "shop 1, seq 1: the checksum",
            "shop 1, seq 1: its entry says that it is",
            "shop 1, seq 2: the checksum",
            "shop 1, seq 2: its entry says that it is",
            "dseq 1: the chain",
            "dseq 4: the chain",
            "dseq 1: the chain",
        ],
    ),
    (
        "a body of another shop",
        "update entry set body = (select body from entry as other where other.account = 1 and other.shop = 2 and other.seq = 2)
         where account = 1 and shop = 1 and seq = 2",
        "",
        &[
            "shop 1, seq 2: the checksum",
            "shop 1, seq 2: its entry says that it is",
            "shop 1, seq 2: its entry says that it is of shop 2",
            "dseq 4: the chain",
        ],
    ),
    (
        "a moment",
        "update entry set recorded_ms = recorded_ms + 1 where account = 1 and shop = 1 and seq = 2",
        "",
        &["shop 1, seq 2: the checksum"],
    ),
    (
        "flags",
        "update entry set flags = 'odd' where account = 1 and shop = 1 and seq = 2",
        "",
        &["shop 1, seq 2: what is said to be odd"],
    ),
    (
        "a head",
        "update shop_head set head = 9 where account = 1 and shop = 2",
        "",
        &["account 1, shop 2: its head is 9 and its last row is 2"],
    ),
    (
        "a head's checksum",
        "update shop_head set checksum = $1 where account = 1 and shop = 1",
        "select checksum from shop_head",
        &["account 1, shop 1: the checksum stored with its head"],
    ),
    (
        "a chain",
        "update pushed set chain = $1 where account = 1 and shop = 1 and seq = 2",
        "select chain from pushed",
        &["dseq 4: the chain"],
    ),
    (
        "an ack",
        "update incarnation set acked = acked + 1 where account = 1 and acked = 5",
        "",
        &["it is said to be held up to 6, and is held up to 5"],
    ),
    (
        "what was set aside",
        "delete from quarantine where account = 1",
        "",
        &["dseq 3: its entry is neither"],
    ),
    (
        "what was pushed",
        "delete from pushed where account = 1 and shop = 1 and seq = 2",
        "",
        &["shop 1, seq 2: the outbox", "dseq 5: 4 before it is missing"],
    ),
    (
        "a place",
        "update pushed set seq = 3 where account = 1 and shop = 1 and seq = 2",
        "",
        &["shop 1, seq 2: the outbox that it came from has it elsewhere", "dseq 4: the chain"],
    ),
    (
        "another account's outbox",
        "update account set inc = (select inc from incarnation where account = 2 and device = 0) where id = 1",
        "",
        &["account 1: 1 outboxes through which the server writes"],
    ),
    (
        "why an entry was set aside",
        "update quarantine set reason = 'lost' where account = 1",
        "",
        &["account 1, outbox"],
    ),
    ("what was noted", "insert into audit (account, number, at_ms, actor, what) values (1, 1, 0, 'operator', 'lost')", "", &["account 1: it cannot be read"]),
    ("what a role may", "insert into rights (account, role, rights) values (1, 'cashier', 'all')", "", &["account 1: it cannot"]),
    (
        "a byte of a snapshot",
        "update snapshot_part set bytes = $1 where account = 1",
        "select bytes from snapshot_part",
        &["account 1, snapshot 1: the bytes of its part 0"],
    ),
    (
        "a part that is gone",
        "delete from snapshot_part where account = 1",
        "",
        &["account 1, snapshot 1: its parts are not those"],
    ),
    (
        "a frontier",
        "update snapshot_shop set seq = 1 where account = 1 and shop = 1",
        "",
        &["snapshot 1: it ends", "snapshot 1: the checksum it is said to have at seq 1 of shop 1"],
    ),
    (
        "a horizon",
        "update snapshot set horizon_ms = horizon_ms + 1 where account = 1",
        "",
        &["snapshot 1: it ends"],
    ),
];

async fn what_is_broken_is_named(fixture: impl AsyncFn() -> Fixture) {
    let whole = fixture().await;
    filled(&whole).await;
    let (problems, summary) = verify(&whole);
    assert_eq!(problems, [""; 0]);
    assert_eq!(summary, "2 accounts, 6 shops, 12 entries, 6 outboxes, 16 numbers, 2 entries set aside, 0 problems");
    for (what, statement, ask, expected) in BREAKS {
        let broken = fixture().await;
        filled(&broken).await;
        let mut values = Vec::new();
        if !ask.is_empty() {
            let place = match ask {
                "select checksum from shop_head" => "where account = 1 and shop = 1",
                "select bytes from snapshot_part" => "where account = 1",
                _ => ROW,
            };
            let found = bytes(&broken, &format!("{ask} {place}")).await;
            let last = found.len() - 1;
            values.push(flipped(found, last));
        }
        force(&broken, statement, &values).await;
        let (problems, summary) = verify(&broken);
        // Outboxes have no order of their own, and what an entry's bytes still say is up to the byte.
        for part in expected {
            let times = expected.iter().filter(|other| *other == part).count();
            let said = problems.iter().filter(|problem| problem.contains(part)).count();
            assert!(said >= times, "{what}: {part} is not among {problems:#?}");
        }
        for problem in &problems {
            let is_expected = expected.iter().any(|part| problem.contains(part));
            assert!(is_expected || (what == "a byte of a body" && problem.contains("seq 2")), "{what}: {problem}");
            assert!(problem.starts_with("account 1"), "{what}: {problem}");
        }
        assert!(summary.contains(&format!(", {} problem", problems.len())), "{summary}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_broken_is_named_on_sqlite() {
    what_is_broken_is_named(async || Fixture::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_broken_is_named_on_postgres() {
    what_is_broken_is_named(Fixture::postgres).await;
}

#[tokio::test]
async fn damage_to_the_file_itself_is_named() {
    let fixture = Fixture::sqlite();
    filled(&fixture).await;
    let Fixture::Sqlite(folder) = &fixture else { return };
    let file = folder.path().join("subzero.sqlite");
    let whole = std::fs::read(&file).unwrap();
    // One bit of one body, where it is on the disk.
    let body = bytes(&fixture, &format!("select body from entry {ROW}")).await;
    let at = whole.windows(body.len()).position(|window| window == body).unwrap();
    std::fs::write(&file, flipped(whole.clone(), at + body.len() - 1)).unwrap();
    let (problems, _) = verify(&fixture);
    assert!(problems.iter().any(|problem| problem.contains("account 1, shop 1, seq 2: ")), "{problems:#?}");
    // A page of nothing, each in turn: whatever was there, it is noticed.
    let pages = whole.len() / 4096;
    for page in 1..pages {
        let mut torn = whole.clone();
        torn[page * 4096..(page + 1) * 4096].fill(0);
        std::fs::write(&file, torn).unwrap();
        let output = run(&["verify"], Some(&fixture));
        assert!(!output.status.success(), "page {page} of {pages}");
    }
    std::fs::write(&file, b"no database at all").unwrap();
    assert!(!run(&["verify"], Some(&fixture)).status.success());
}

#[tokio::test]
async fn nothing_is_written_and_nothing_is_made() {
    let fixture = Fixture::sqlite();
    let output = run(&["verify"], Some(&fixture));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("there is no database"), "{said}");
    let Fixture::Sqlite(folder) = &fixture else { return };
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    filled(&fixture).await;
    let file = folder.path().join("subzero.sqlite");
    let before = std::fs::read(&file).unwrap();
    verify(&fixture);
    assert!(std::fs::read(&file).unwrap() == before);
    // Beside a process that has it.
    let server = crate::process::Server::start(&fixture);
    assert_eq!(verify(&fixture).0, [""; 0]);
    server.stop();
}

#[tokio::test]
async fn a_snapshot_of_other_rules_is_no_problem_and_one_that_cannot_be_read_is() {
    let fixture = Fixture::sqlite();
    filled(&fixture).await;
    let whole = bytes(&fixture, "select bytes from snapshot_part where account = 1").await;
    let mut of_other_rules = whole.clone();
    of_other_rules[0] += 1;
    let mut cut = whole;
    cut.pop();
    for (named, expected) in [(of_other_rules, None), (cut, Some("account 1, snapshot 1: it cannot be read"))] {
        let name = content_hash(&named);
        let part = "update snapshot_part set bytes = $1, hash = $2 where account = 1";
        force(&fixture, part, &[named, name.0.to_vec()]).await;
        force(&fixture, "update snapshot set hash = $1 where account = 1", &[snapshot_hash(&[name]).0.to_vec()]).await;
        let (problems, _) = verify(&fixture);
        assert_eq!(problems.len(), usize::from(expected.is_some()), "{problems:#?}");
        assert!(problems.iter().all(|problem| expected.is_some_and(|expected| problem.starts_with(expected))));
    }
}
