//! A `PostgreSQL` of the test program's own, shared by its tests; each of them has a database of its own. It ends with the program, however that ends.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// What starts it, waits for us to end, and stops it.
const SCRIPT: &str = include_str!("postgres.sh");
/// Tests kill this server's clients, not this server or its machine: it need not wait for the disk.
const QUICK: [&str; 3] = ["fsync=off", "full_page_writes=off", "shared_buffers=64MB"];
/// Where Debian has the programs: one folder a version, not on `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A running server.
pub struct Postgres {
    /// The folder its socket is in.
    folder: String,
    /// With the program ends its input, and with that the server.
    script: Child,
}

/// The address of a new, empty database in the server that all tests of this program share.
pub async fn new_database() -> String {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(|| Postgres::start(&QUICK)).new_database().await
}

impl Postgres {
    /// Starts one with these settings.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_as(&[], settings)
    }

    /// Starts a standby of this one: a copy of it that follows.
    pub fn standby(&self, settings: &[&str]) -> Self {
        Self::start_as(&["--standby-of", &self.folder], settings)
    }

    fn start_as(what: &[&str], settings: &[&str]) -> Self {
        let bin = programs()
            .expect("PostgreSQL is not installed: cargo xtask setup, or on Debian apt-get install postgresql");
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|user| user.stdout == b"0\n");
        // It refuses to run as root.
        let mut command = Command::new(if is_root { "runuser" } else { "sh" });
        if is_root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command.args(["-c", SCRIPT, "postgres.sh"]).arg(bin).args(what).args(settings);
        let mut script = command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut folder = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        let folder = folder.trim().to_owned();
        assert!(!folder.is_empty(), "PostgreSQL did not start");
        Self { folder, script }
    }

    /// The address of a new, empty database.
    pub async fn new_database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin: PgConnectOptions = self.address("postgres").parse().unwrap();
        let mut connection = admin.connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.address(&name)
    }

    /// The folder its socket is in.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Runs a statement as its operator.
    pub async fn run(&self, statement: &'static str) {
        let admin: PgConnectOptions = self.address("postgres").parse().unwrap();
        let mut connection = admin.connect().await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Waits until a standby hears nothing of its primary any more.
    pub async fn is_behind(&self) {
        let admin: PgConnectOptions = self.address("postgres").parse().unwrap();
        let mut connection = admin.connect().await.unwrap();
        let hears = "select count(*) from pg_stat_wal_receiver";
        while sqlx::query_scalar::<_, i64>(hears).fetch_one(&mut connection).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
        connection.close().await.unwrap();
    }

    /// Ends it as a power cut does, and removes it.
    pub fn end(mut self) {
        drop(self.script.stdin.take());
        self.script.wait().unwrap();
    }

    fn address(&self, name: &str) -> String {
        format!("postgres://subzero@localhost/{name}?host={}", self.folder)
    }
}

/// The folder with `initdb` and `pg_ctl`: the newest of Debian's, else what is on `PATH`.
pub fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|version| version.path().join("bin")).collect();
    versions.sort();
    versions.reverse();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    versions.extend(std::env::split_paths(&on_path));
    versions.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}
