//! What only a `PostgreSQL` can do to its clients, and several processes to each other.

use subzero_server::db::driver::postgres::PostgresDriver;
use subzero_server::db::driver::{Driver as _, Heard};
use subzero_server::db::statement::Statement;
use subzero_server::db::{AccountId, Db, DbError, Place};

use crate::fixture::{Fixture, Till, add_account};
use crate::postgres_server::{Postgres, new_database};
use crate::slow::ints;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_on_an_empty_database_make_it_once() {
    let place = Place::Postgres(new_database().await.parse().unwrap());
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(async move { Db::open_at(&place).await.unwrap() })
        })
        .collect();
    let mut epochs = Vec::new();
    for started in starting {
        epochs.push(started.await.unwrap().epoch());
    }
    epochs.dedup();
    assert_eq!(epochs.len(), 1, "each thinks it made the database");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let address = new_database().await.parse().unwrap();
    let driver = PostgresDriver::connect(&address).await.unwrap();
    let mut txn = driver.begin().await.unwrap();
    txn.run(Statement::new("update version set version = 99")).await.unwrap();
    txn.commit().await.unwrap();
    assert!(matches!(PostgresDriver::connect(&address).await, Err(DbError::Newer(99))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_fault_that_passes() {
    let address = "postgres://subzero:pass-word@localhost/none?host=/nowhere".parse().unwrap();
    let Err(error) = PostgresDriver::connect(&address).await else { panic!("it is there") };
    assert!(error.is_temporary() && !error.to_string().contains("pass-word"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_lost_in_a_push_stores_nothing_and_says_come_back() {
    let fixture = Fixture::postgres().await;
    let (db, session) = fixture.with_account().await;
    let mut till = Till::pair(&db, session, 1).await;
    // Somebody has the shop: the push waits, and meanwhile an operator ends every other connection.
    let driver = fixture.driver().await;
    let mut txn = driver.begin().await.unwrap();
    txn.run(Statement::new("select head from shop_head where shop = 1 for update")).await.unwrap();
    let pushing = tokio::spawn({
        let till = till.clone();
        async move { till.send(till.request(&[till.receipt(1)])).await.unwrap_err() }
    });
    let end = "select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
               and wait_event_type = 'Lock' and pid <> pg_backend_pid()";
    while txn.run(Statement::new("select 1::bigint where exists (").then(end).then(")")).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let error = pushing.await.unwrap();
    drop(txn);
    let subzero_server::db::PushError::Db(error) = error else { panic!("{error}") };
    assert!(error.is_temporary(), "{error}");
    assert!(till.history(1).await.is_empty());
    assert_eq!(till.push(&[till.receipt(1)]).await.verdicts[0].seq, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_in_a_circle_are_told_to_come_back() {
    let fixture = Fixture::postgres().await;
    let (_db, _) = fixture.with_account().await;
    let driver = fixture.driver().await;
    let lock = |shop: i64| Statement::new("select head from shop_head where shop = $1 for update").with(shop);
    let (mut one, mut other) = (driver.begin().await.unwrap(), driver.begin().await.unwrap());
    one.run(lock(1)).await.unwrap();
    other.run(lock(2)).await.unwrap();
    let (first, second) = tokio::join!(one.run(lock(2)), async {
        let second = other.run(lock(1)).await;
        drop(other);
        second
    });
    let error = first.err().or(second.err()).expect("both had both");
    assert!(error.is_temporary(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_what_another_one_tells_and_not_itself() {
    let fixture = Fixture::postgres().await;
    let (one, other) = (fixture.open().await, fixture.open().await);
    let kims = add_account(&one, "kim@example.com").await.account;
    let lees = add_account(&one, "lee@example.com").await.account;
    let (mut by_one, mut by_other) = (one.hear().unwrap(), other.hear().unwrap());
    // From when they listen on, they miss nothing.
    assert_eq!(by_one.recv().await, Some(Heard::Perhaps));
    assert_eq!(by_other.recv().await, Some(Heard::Perhaps));
    one.tell(vec![kims, lees]).await.unwrap();
    other.tell(vec![kims]).await.unwrap();
    let news = async |heard: &mut tokio::sync::mpsc::Receiver<Heard>| -> AccountId {
        loop {
            match heard.recv().await.unwrap() {
                Heard::News(account) => return account,
                Heard::Perhaps => {}
            }
        }
    };
    assert_eq!(news(&mut by_other).await, kims);
    assert_eq!(news(&mut by_other).await, lees);
    assert_eq!(news(&mut by_one).await, kims, "its own word came back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_to_it_is_encrypted_as_its_address_says() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let postgres = Postgres::start(&["fsync=off", "ssl=on", "listen_addresses=127.0.0.1", &format!("port={free}")]);
    let root = format!("sslrootcert={}/server.crt", postgres.folder());
    let connect = async |host: &str, asked: &str| {
        let address = format!("postgres://subzero@{host}:{free}/postgres?{asked}").parse().unwrap();
        let driver = PostgresDriver::connect(&address).await?;
        let ask = "select count(*) from pg_stat_ssl where pid = pg_backend_pid() and ssl";
        driver.read(Statement::new(ask)).await.map(|rows| ints(rows) == [1])
    };
    let is_encrypted = async |host: &str, asked: &str| connect(host, asked).await.unwrap();
    assert!(is_encrypted("localhost", &format!("sslmode=verify-full&{root}")).await);
    assert!(is_encrypted("127.0.0.1", &format!("sslmode=verify-ca&{root}")).await);
    assert!(is_encrypted("127.0.0.1", "sslmode=require").await && is_encrypted("127.0.0.1", "sslmode=prefer").await);
    assert!(!is_encrypted("127.0.0.1", "sslmode=disable").await);
    // Another name, nobody who vouches for it, and one that speaks in the clear: none of them is waited for.
    for (host, asked) in [
        ("127.0.0.1", format!("sslmode=verify-full&{root}")),
        ("localhost", "sslmode=verify-full".to_owned()),
        ("localhost", "sslmode=verify-ca".to_owned()),
    ] {
        let Err(error) = connect(host, &asked).await else { panic!("{host} {asked}") };
        assert!(!error.is_temporary(), "{error}");
    }
    let clear = format!("{}&sslmode=require", new_database().await).parse().unwrap();
    assert!(PostgresDriver::connect(&clear).await.is_err());
}
