//! The server processes of a soak: started, killed, frozen, and with what is preloaded into them.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::disk::Faults;

/// What moves a server's clock.
const CLOCK: &str = include_str!("clock.c");
/// A server listens within this time, or it does not start.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// Where the servers keep everything.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder; another one after each restore.
    Folder(PathBuf),
    /// A `PostgreSQL`.
    Postgres(String),
}

/// One server, running or not.
pub struct Server {
    program: PathBuf,
    page: Option<PathBuf>,
    place: Place,
    folder: PathBuf,
    name: String,
    address: Option<SocketAddr>,
    running: Option<(Child, BufReader<ChildStdout>)>,
    /// Its disk.
    pub disk: Faults,
    clock: File,
    clock_library: PathBuf,
    peak_kib: u64,
}

impl Server {
    /// One that is not started yet. What it says goes to a file in the folder.
    pub fn new(program: &Path, page: Option<&Path>, place: Place, folder: &Path, name: &str) -> Result<Self> {
        let file = folder.join(format!("{name}.clock"));
        std::fs::write(&file, [0; 8])?;
        let clock = File::options().write(true).open(file)?;
        Ok(Self {
            program: program.to_owned(),
            page: page.map(Path::to_owned),
            place,
            folder: folder.to_owned(),
            name: name.to_owned(),
            address: None,
            running: None,
            disk: Faults::new("subzero.sqlite"),
            clock,
            clock_library: clock_library(folder)?,
            peak_kib: 0,
        })
    }

    /// Starts it, at the address that it had before. Nothing happens where it runs.
    pub fn start(&mut self) -> Result<SocketAddr> {
        if let (Some(_), Some(address)) = (&self.running, self.address) {
            return Ok(address);
        }
        let deadline = Instant::now() + STARTS_WITHIN;
        loop {
            match self.try_start() {
                Ok(address) => return Ok(*self.address.insert(address)),
                Err(error) if Instant::now() > deadline => return Err(error),
                // It may have ended because of what is wrong just now.
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    fn try_start(&mut self) -> Result<SocketAddr> {
        let mut command = Command::new(&self.program);
        let port = self.address.map_or(0, |address| address.port());
        command.args(["--port", &port.to_string(), "--demo"]).env_remove("SUBZERO_DATABASE").env("RUST_LOG", "warn");
        match &self.place {
            Place::Folder(data) => command.arg("--data").arg(data),
            Place::Postgres(address) => command.env("SUBZERO_DATABASE", address),
        };
        if let Some(page) = &self.page {
            command.arg("--page").arg(page);
        }
        self.disk.give(&mut command);
        let preloaded = command.get_envs().find(|(name, _)| *name == "LD_PRELOAD").and_then(|(_, value)| value);
        let mut libraries = preloaded.unwrap_or_default().to_owned();
        libraries.push(":");
        libraries.push(&self.clock_library);
        command.env("LD_PRELOAD", libraries).env("SUBZERO_CLOCK", self.folder.join(format!("{}.clock", self.name)));
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut out = BufReader::new(child.stdout.take().context("it has an output")?);
        let mut said = String::new();
        while out.read_line(&mut said)? > 0 {
            if let Some(address) = said.trim().strip_prefix("listening on http://") {
                let address = address.parse()?;
                self.running = Some((child, out));
                return Ok(address);
            }
            said.clear();
        }
        child.wait()?;
        bail!("{} ended before it listened: see {}", self.name, self.log().display())
    }

    fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    /// As a power cut does it.
    pub fn kill(&mut self) -> Result<()> {
        self.note_memory();
        if let Some((mut child, _)) = self.running.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// It stands still, or goes on.
    pub fn freeze(&self, is_frozen: bool) -> Result<()> {
        let Some((child, _)) = &self.running else { return Ok(()) };
        let signal = if is_frozen { "-STOP" } else { "-CONT" };
        let told = Command::new("kill").args([signal, &child.id().to_string()]).status()?;
        anyhow::ensure!(told.success(), "{} cannot be told {signal}", self.name);
        Ok(())
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.running.as_mut().is_some_and(|(child, _)| !matches!(child.try_wait(), Ok(None)))
    }

    /// Its clock is so many seconds ahead from now on.
    pub fn set_clock(&self, ahead_s: i64) -> Result<()> {
        Ok(self.clock.write_all_at(&ahead_s.to_ne_bytes(), 0)?)
    }

    /// Copies what it has into a new file, beside it.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        let Place::Folder(data) = &self.place else { bail!("only a folder is backed up here") };
        self.command(&["backup".as_ref(), to.as_os_str(), "--data".as_ref(), data.as_os_str()])
    }

    /// Its folder is lost; a backup goes into a new one, in which it begins again.
    pub fn restore(&mut self, from: &Path, data: PathBuf) -> Result<()> {
        self.kill()?;
        self.command(&["restore".as_ref(), from.as_os_str(), "--data".as_ref(), data.as_os_str()])?;
        let lost = std::mem::replace(&mut self.place, Place::Folder(data));
        if let Place::Folder(lost) = lost {
            std::fs::remove_dir_all(lost)?;
        }
        self.start().map(|_| ())
    }

    /// Reads everything that is stored, and says what is wrong with it.
    pub fn verify(&self) -> Result<()> {
        match &self.place {
            Place::Folder(data) => self.command(&["verify".as_ref(), "--data".as_ref(), data.as_os_str()]),
            Place::Postgres(_) => self.command(&["verify".as_ref()]),
        }
    }

    fn command(&self, words: &[&std::ffi::OsStr]) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(words).env_remove("SUBZERO_DATABASE").env("RUST_LOG", "warn");
        if let Place::Postgres(address) = &self.place {
            command.env("SUBZERO_DATABASE", address);
        }
        let output = command.output()?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        anyhow::ensure!(output.status.success(), "subzero-server {words:?}: {}", said.trim());
        Ok(())
    }

    fn note_memory(&mut self) {
        let Some((child, _)) = &self.running else { return };
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        self.peak_kib = self.peak_kib.max(peak.unwrap_or(0));
    }

    /// The most memory that any of its lives had, in KiB.
    pub fn peak_kib(&mut self) -> u64 {
        self.note_memory();
        self.peak_kib
    }

    /// Lines in which it says that it panicked.
    pub fn panics(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().filter(|line| line.contains("panicked")).map(str::to_owned).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.kill();
    }
}

/// Compiled by what compiled `SQLite`.
fn clock_library(folder: &Path) -> Result<PathBuf> {
    let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
    if !library.is_file() {
        std::fs::write(&source, CLOCK)?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1"]).arg(source).args(["-ldl", "-o"]).arg(&library);
        anyhow::ensure!(compiler.status().context("cannot start `cc`")?.success(), "clock.c does not compile");
    }
    Ok(library)
}
