//! What Chromium keeps `IndexedDB` in: it is changing from one to the other, so a till may meet both.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::page::folder;

/// What the first bytes of a `SQLite` file are.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackEnd {
    /// The one that every till has had for years.
    LevelDb,
    /// The one that is being rolled out.
    Sqlite,
}

impl BackEnd {
    /// Both.
    pub const ALL: [Self; 2] = [Self::LevelDb, Self::Sqlite];

    /// Its name in files and headings.
    pub fn name(self) -> &'static str {
        match self {
            Self::LevelDb => "leveldb",
            Self::Sqlite => "sqlite",
        }
    }

    /// The argument that makes Chromium use it for a new profile.
    pub fn argument(self) -> &'static str {
        match self {
            Self::LevelDb => "--disable-features=IdbSqliteOnDiskRollout",
            Self::Sqlite => "--enable-features=IdbSqliteOnDiskRollout:stage/UseSqliteForNewStores",
        }
    }

    /// Fails unless the databases in a profile are kept in this one and in nothing else: an argument that a later Chromium no longer knows
    /// is ignored in silence.
    pub fn confirm(self, profile: &Path) -> Result<()> {
        let databases = profile.join("Default/IndexedDB");
        let mut found = Vec::new();
        for file in folder::files(&databases).context("the browser kept no database on the disk")? {
            if let Some(back_end) = of_file(&file)?
                && !found.contains(&back_end)
            {
                found.push(back_end);
            }
        }
        if found != [self] {
            let names: Vec<&str> = found.iter().map(|back_end| back_end.name()).collect();
            bail!("{} was to be tested, and {} holds [{}]", self.name(), databases.display(), names.join(", "));
        }
        Ok(())
    }
}

/// What a file among the databases was written by, where it shows.
fn of_file(file: &Path) -> Result<Option<BackEnd>> {
    if file.file_name().is_some_and(|name| name == "CURRENT") {
        return Ok(Some(BackEnd::LevelDb));
    }
    let mut first = Vec::new();
    File::open(file)?.take(16).read_to_end(&mut first)?;
    Ok((first == SQLITE).then_some(BackEnd::Sqlite))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A profile with these files among its databases.
    fn profile(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
        let profile = std::env::temp_dir().join(format!("subzero-profile-{name}-{}", std::process::id()));
        for (path, content) in files {
            let file = profile.join("Default/IndexedDB").join(path);
            std::fs::create_dir_all(file.parent().expect("it has a folder")).expect("a folder");
            std::fs::write(file, content).expect("a file");
        }
        profile
    }

    #[test]
    fn a_profile_says_what_its_databases_are_kept_in() {
        let level_db = profile("level", &[("http_a.indexeddb.leveldb/CURRENT", b"MANIFEST-000001\n")]);
        assert!(BackEnd::LevelDb.confirm(&level_db).is_ok());
        assert!(BackEnd::Sqlite.confirm(&level_db).is_err(), "the argument was not understood");
        let sqlite = profile("sqlite", &[("http_a/XLJJ", b"SQLite format 3\0and pages"), ("http_a/XLJJ-wal", b"")]);
        assert!(BackEnd::Sqlite.confirm(&sqlite).is_ok());
        let error = BackEnd::LevelDb.confirm(&sqlite).expect_err("it is the other one");
        assert!(error.to_string().contains("holds [sqlite]"), "{error}");
        for folder in [level_db, sqlite] {
            std::fs::remove_dir_all(folder).expect("it was there");
        }
    }

    #[test]
    fn a_profile_that_kept_nothing_confirms_nothing() {
        let empty = profile("empty", &[("journal", b"")]);
        for back_end in BackEnd::ALL {
            assert!(back_end.confirm(&empty).is_err());
            assert!(back_end.confirm(Path::new("nowhere")).is_err());
        }
        std::fs::remove_dir_all(empty).expect("it was there");
    }
}
