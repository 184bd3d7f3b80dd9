//! What docs/operations.md tells an operator, held to the program and to the files that come with it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use subzero_sync::wire::{RESCUE_TEXT_MAX, WAIT_MAX_MS};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::support::{HIGH_STREET, Running, folder};

const SERVER: &str = env!("CARGO_BIN_EXE_subzero-server");

fn docs(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(path)).unwrap()
}

/// A setting of the unit, by its section.
fn setting<'a>(unit: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let mut inside = "";
    unit.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).find_map(|line| {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            inside = name;
            return None;
        }
        let (found, value) = line.split_once('=').unwrap_or_else(|| panic!("{line} is no setting"));
        (inside == section && found == key).then_some(value)
    })
}

/// The unit in a folder of its own, with the program that was built in the place of the installed one.
fn unit_with_built_program(folder: &Path) -> PathBuf {
    let unit = docs("operations/subzero.service").replace("/usr/local/bin/subzero-server", SERVER);
    let path = folder.join("subzero.service");
    fs::write(&path, unit).unwrap();
    path
}

/// What `systemd-analyze` says, where there is one.
fn systemd_analyze(arguments: &[&str], unit: &Path) -> Option<Output> {
    Command::new("systemd-analyze").args(arguments).arg(unit).output().ok()
}

#[test]
fn the_unit_is_one_and_keeps_the_server_to_its_folder() {
    let unit = docs("operations/subzero.service");
    for (section, key, value) in [
        ("Service", "DynamicUser", "yes"),
        ("Service", "StateDirectory", "subzero"),
        ("Service", "StateDirectoryMode", "0700"),
        ("Service", "ProtectSystem", "strict"),
        ("Service", "ProtectHome", "yes"),
        ("Service", "NoNewPrivileges", "yes"),
        ("Service", "CapabilityBoundingSet", ""),
        ("Service", "IPAddressDeny", "any"),
        ("Service", "Restart", "always"),
        ("Install", "WantedBy", "multi-user.target"),
    ] {
        assert_eq!(setting(&unit, section, key), Some(value), "{section}: {key}");
    }
    let folder = folder();
    let path = unit_with_built_program(folder.path());
    if let Some(verified) = systemd_analyze(&["verify"], &path) {
        let said = String::from_utf8_lossy(&verified.stderr).into_owned();
        assert!(verified.status.success() && said.trim().is_empty(), "{said}");
    }
    // Of 100; what a unit that says nothing has is above 90.
    if let Some(rated) = systemd_analyze(&["security", "--offline=true", "--threshold=15"], &path) {
        let said = String::from_utf8_lossy(&rated.stdout).into_owned();
        assert!(rated.status.success(), "{}", said.lines().filter(|line| !line.starts_with('✓')).collect::<String>());
    }
}

#[test]
fn the_backup_units_do_what_the_text_says() {
    let (unit, timer) = (docs("operations/subzero-backup.service"), docs("operations/subzero-backup.timer"));
    let server = docs("operations/subzero.service");
    for key in ["DynamicUser", "User", "StateDirectoryMode", "UMask", "ProtectSystem", "NoNewPrivileges"] {
        assert_eq!(setting(&unit, "Service", key), setting(&server, "Service", key), "{key}");
    }
    assert_eq!(setting(&unit, "Service", "StateDirectory"), Some("subzero subzero-backups"));
    assert_eq!(setting(&timer, "Timer", "Persistent"), Some("true"));
    let folder = folder();
    let script = folder.path().join("subzero-backup");
    fs::write(&script, docs("operations/subzero-backup.sh")).unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let unit = unit.replace("/usr/local/bin/subzero-backup", script.to_str().unwrap());
    let service = folder.path().join("subzero-backup.service");
    fs::write(&service, unit).unwrap();
    let clock = folder.path().join("subzero-backup.timer");
    fs::write(&clock, timer).unwrap();
    for file in [&service, &clock] {
        if let Some(verified) = systemd_analyze(&["verify"], file) {
            let said = String::from_utf8_lossy(&verified.stderr).into_owned();
            assert!(verified.status.success() && said.trim().is_empty(), "{said}");
        }
    }
}

#[tokio::test]
async fn the_backup_script_keeps_what_is_whole_and_seven_days_of_it() {
    let (data, shelf, program) = (folder(), folder(), folder());
    let server = Running::with_account(&data).await;
    std::os::unix::fs::symlink(SERVER, program.path().join("subzero-server")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations/subzero-backup.sh");
    let path = format!("{}:{}", program.path().display(), std::env::var("PATH").unwrap());
    let run = || {
        let mut command = Command::new("sh");
        command.arg(&script).args([data.path(), shelf.path()]).env("PATH", &path).env_remove("SUBZERO_DATABASE");
        command.output().unwrap()
    };
    let aged = |name: &str, days: u64| {
        let file = fs::File::create(shelf.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60 + 60)).unwrap();
    };
    aged("old.sqlite", 7);
    aged("kept.sqlite", 6);
    aged("cut.sqlite.partial", 2);
    let names = || -> BTreeSet<String> {
        fs::read_dir(shelf.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    let done = run();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains(", 0 problems"));
    let after = names();
    assert!(after.len() == 2 && after.contains("kept.sqlite"), "{after:?}");
    server.stop().await;
    // Nothing goes while there is nothing new.
    fs::write(data.path().join("subzero.sqlite"), b"no database any more").unwrap();
    aged("old.sqlite", 7);
    assert!(!run().status.success());
    assert_eq!(names().len(), 3);
}

#[tokio::test]
async fn the_units_line_starts_the_server() {
    let (data, page) = (folder(), folder());
    fs::write(page.path().join("index.html"), "<!doctype html><title>Subzero</title>").unwrap();
    let unit = docs("operations/subzero.service");
    let mut words = setting(&unit, "Service", "ExecStart").unwrap().split_whitespace();
    assert_eq!(words.next(), Some("/usr/local/bin/subzero-server"));
    let arguments = words.map(|word| match word {
        "8080" | "9464" => "0".to_owned(),
        "/var/lib/subzero" => data.path().display().to_string(),
        "/usr/local/share/subzero/page" => page.path().display().to_string(),
        other => other.to_owned(),
    });
    let mut child = tokio::process::Command::new(SERVER)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = loop {
        let line = lines.next_line().await.unwrap().expect("the server ended before it listened");
        if let Some(url) = line.strip_prefix("listening on ") {
            break url.to_owned();
        }
    };
    let ready = reqwest::get(format!("{url}/v1/ready")).await.unwrap();
    assert!(ready.status().is_success());
    assert!(ready.headers().contains_key("strict-transport-security"));
    child.kill().await.unwrap();
}

#[test]
fn the_proxies_let_through_what_the_server_takes() {
    let nginx = docs("operations/nginx.conf");
    let setting = |name: &str| {
        let line = nginx.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap_or_else(|| panic!("{name}"));
        line.trim().trim_end_matches(';').to_owned()
    };
    let body: usize = setting("client_max_body_size ").trim_end_matches('m').parse().unwrap();
    // Its text is a string of JSON there, in which every quotation mark is two characters.
    let largest = RESCUE_TEXT_MAX + RESCUE_TEXT_MAX / 3;
    assert!(body * 1024 * 1024 > largest, "a rescue file may be larger than {body} MB");
    let wait: u32 = setting("proxy_read_timeout ").trim_end_matches('s').parse().unwrap();
    assert!(wait * 1_000 > WAIT_MAX_MS + 10_000, "a manifest may be held back for longer than {wait} s");
    assert_eq!(setting("proxy_buffering "), "off");
    assert_eq!(setting("proxy_set_header X-Forwarded-For "), "$remote_addr");
    assert!(
        !setting("log_format subzero ").contains("$request\"") && !nginx.contains("$args"),
        "queries are not logged"
    );
    assert_eq!(nginx.matches('{').count(), nginx.matches('}').count());
    let caddy = docs("operations/Caddyfile");
    assert!(docs("operations.md").contains(&caddy), "the whole file is in the text");
    let unit = docs("operations/subzero.service");
    for proxy in [&nginx, &caddy] {
        assert!(proxy.contains("127.0.0.1:8080") && unit.contains("--port 8080"));
    }
}

/// Other programs' options, and what every program has.
const OTHERS: [&str; 17] = [
    "--check",
    "--dbname",
    "--example",
    "--file",
    "--format",
    "--help",
    "--json",
    "--now",
    "--pipe",
    "--post-hook",
    "--pre-hook",
    "--quiet",
    "--release",
    "--retry",
    "--retry-connrefused",
    "--standalone",
    "--wait",
];

#[test]
fn every_option_the_text_names_is_one() {
    let help = |arguments: &[&str]| {
        let said = Command::new(SERVER).args(arguments).arg("--help").output().unwrap();
        String::from_utf8(said.stdout).unwrap()
    };
    let commands = ["account", "revoke", "grant", "password", "import", "backup", "restore", "verify", "export"];
    let known: String = commands.iter().map(|command| help(&[command])).chain([help(&[])]).collect();
    let known: BTreeSet<&str> = known.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').collect();
    let text = docs("operations.md") + &docs("operations/subzero.service");
    let named = text
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .filter(|word| word.starts_with("--") && !word.trim_start_matches('-').is_empty());
    let wrong: BTreeSet<&str> = named.filter(|word| !known.contains(word) && !OTHERS.contains(word)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn every_figure_the_text_names_is_one() {
    let data = folder();
    let server = Running::with_account(&data).await;
    server.pair("kim@example.com", HIGH_STREET).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    tokio::spawn(subzero_server::metrics::serve(listener, std::sync::Arc::clone(&server.metrics)));
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    let known: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next()).collect();
    assert!(known.len() >= 5, "{known:?}");
    let named = docs("operations.md");
    let named = named
        .split(|letter: char| !letter.is_ascii_lowercase() && letter != '_')
        .filter(|word| word.starts_with("subzero_"));
    for name in named {
        let bare = name.trim_end_matches("_total").trim_end_matches("_bucket");
        assert!(known.contains(bare), "{name} is not among {known:?}");
    }
    server.stop().await;
}
