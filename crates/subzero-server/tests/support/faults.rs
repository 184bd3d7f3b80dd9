//! A disk that fails at one call of a process, or at all from one on: whichever a test says, one after another.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// "No space left on device."
pub const FULL: u64 = 28;
/// "Input/output error."
pub const BROKEN: u64 = 5;

/// The disk of the processes that it is given to.
pub struct Faults {
    folder: TempDir,
    plan: File,
    within: String,
    with_shared_memory: bool,
}

impl Faults {
    /// A disk that fails where the path of a file has this in it, once it is told to.
    pub fn new(within: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = OpenOptions::new().read(true).write(true).create_new(true).open(folder.path().join("plan")).unwrap();
        let faults = Self { folder, plan, within: within.to_owned(), with_shared_memory: false };
        faults.write([0; 4]);
        faults
    }

    /// And where it is what `SQLite`'s processes share: a file that is made and grows like any other.
    pub fn and_of_shared_memory(self) -> Self {
        Self { with_shared_memory: true, ..self }
    }

    /// Gives it to a process.
    pub fn give(&self, command: &mut Command) {
        command.env("LD_PRELOAD", library()).env("SUBZERO_FAULTS_IN", &self.within);
        command.env("SUBZERO_FAULTS", self.folder.path().join("plan"));
        if self.with_shared_memory {
            command.env("SUBZERO_FAULTS_SHM", "1");
        }
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        let mut calls = [0; 8];
        self.plan.read_exact_at(&mut calls, 0).unwrap();
        u64::from_ne_bytes(calls)
    }

    /// The call after so many more fails, and so many in all.
    pub fn fail(&self, after: u64, count: u64, error: u64) -> u64 {
        let first = self.calls() + after + 1;
        for (place, word) in [(8, first), (16, count), (24, error)] {
            self.plan.write_all_at(&u64::to_ne_bytes(word), place).unwrap();
        }
        first
    }

    /// The disk is whole again.
    pub fn mend(&self) {
        self.fail(0, 0, 0);
    }

    fn write(&self, words: [u64; 4]) {
        self.plan.write_all_at(&words.map(u64::to_ne_bytes).concat(), 0).unwrap();
    }
}

/// The preloaded library, compiled once: what compiled `SQLite` compiles it too.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (source, library) = (folder.path().join("faults.c"), folder.path().join("faults.so"));
        std::fs::write(&source, include_str!("faults.c")).unwrap();
        let mut cc = Command::new("cc");
        let done = cc.args(["-shared", "-fPIC", "-O1"]).arg(source).args(["-ldl", "-o"]).arg(&library).status();
        assert!(done.unwrap().success(), "faults.c does not compile");
        (folder, library)
    });
    library
}
