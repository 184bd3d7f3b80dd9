//! Backups of a data folder, and the way back.
//!
//! > A backup is one file, there whole or not at all, with everything that was committed at one moment.
//! >
//! > What is restored is of a new epoch, in the same step: under its own name there is never a database that devices would take for the one
//! > that was lost. So each of them asks what it still has, and sends what it lacks.
//!
//! A `PostgreSQL` has backups of its own, better than any a client could make; [`begin_another_epoch`] is what it needs of us after the way back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock;
use crate::db::driver::Driver as _;
use crate::db::driver::sqlite::SqliteDriver;
use crate::db::holdings::Holdings;
use crate::db::verify::{Told, Totals};
use crate::db::{Db, DbError, Place};
use crate::new_file::{NewFile, NewFileError, sync_folder_of};

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database, or the backup.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
    /// The file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// What was written is not whole.
    #[error("the copy is not whole: {0}")]
    NotWhole(String),
    /// The place of the way back is in use.
    #[error("{place} is not empty; restore into another folder, or move what is in it", place = .0.display())]
    NotEmpty(PathBuf),
    /// The folder.
    #[error("cannot use {place}: {1}", place = .0.display())]
    Folder(PathBuf, std::io::Error),
    /// The backup holds what cannot be.
    #[error("nothing was restored: the backup has {0} problem(s)")]
    Problems(u64),
}

/// Writes what the database in a folder holds into a new file, also while a server has it.
pub async fn backup(folder: &Path, to: &Path) -> Result<Holdings, BackupError> {
    let file = NewFile::begin(to)?;
    copy(&SqliteDriver::file_in(folder), file.partial()).await?;
    let holdings = check(file.partial()).await?;
    file.finish()?;
    Ok(holdings)
}

/// Reads a backup to its end, and puts it in the place of an empty folder as another run of history.
pub async fn restore(from: &Path, folder: &Path, tell: &mut dyn FnMut(&Told<'_>)) -> Result<Totals, BackupError> {
    let backup = Db::open_file_to_read(from).await?;
    let totals = backup.verify(tell).await;
    backup.close().await;
    let totals = totals?;
    if totals.problems > 0 {
        return Err(BackupError::Problems(totals.problems));
    }
    let failed = |error| BackupError::Folder(folder.to_owned(), error);
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(BackupError::NotEmpty(folder.to_owned()));
    }
    let file = NewFile::begin(&SqliteDriver::file_in(folder))?;
    copy(from, file.partial()).await?;
    check(file.partial()).await?;
    let mut db = Db::over(Arc::new(SqliteDriver::open_file(file.partial()).await?)).await?;
    let renewed = db.renew_epoch(clock::now()).await;
    // Whoever closes last writes what is in the file beside it into the file itself.
    db.close().await;
    renewed?;
    file.finish()?;
    sync_folder_of(folder).map_err(failed)?;
    Ok(totals)
}

/// Tells devices that a database was put back by other means than these, as a `PostgreSQL` is.
pub async fn begin_another_epoch(place: &Place) -> Result<(), BackupError> {
    let mut db = Db::open_at(place).await?;
    let told = async {
        db.renew_epoch(clock::now()).await?;
        db.tell(db.accounts().await?).await
    };
    let told = told.await;
    db.close().await;
    Ok(told?)
}

async fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let source = SqliteDriver::open_to_read(from).await?;
    let copied = source.copy_into(to).await;
    source.close().await?;
    Ok(copied?)
}

/// A copy as it is on the disk: whole, and with as many rows as its heads say.
async fn check(file: &Path) -> Result<Holdings, BackupError> {
    let driver = Arc::new(SqliteDriver::open_to_read(file).await?);
    let said = driver.quick_check().await;
    let db = Db::over_to_read(driver);
    let holdings = db.holdings().await;
    db.close().await;
    let holdings = holdings?;
    if let Some(line) = said?.into_iter().next() {
        return Err(BackupError::NotWhole(line));
    }
    if holdings.entries != holdings.heads {
        let sentence = format!("{} entries, and heads that add up to {}", holdings.entries, holdings.heads);
        return Err(BackupError::NotWhole(sentence));
    }
    Ok(holdings)
}
