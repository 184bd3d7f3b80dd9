//! Taking in a rescue file at the server itself: where no register is left to bring it in, or none has a network.
//!
//! It opens the database beside a server that runs, which hears of it at its devices' next question.

use std::path::Path;

use subzero_sync::rescue::Rescue;
use subzero_sync::wire::{AuditWhat, RESCUE_TEXT_MAX, RescueReply};

use crate::clock;
use crate::db::{Db, DbError, Noted, Place, RescueError};

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportFileError {
    /// The file cannot be read.
    #[error("cannot read the file: {0}")]
    File(#[from] std::io::Error),
    /// There is no database: one that is made now would have no account.
    #[error("there is no database in that folder")]
    NoDatabase,
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
    /// It is no such file, or does not go on from what is held.
    #[error("cannot take in the file: {0}")]
    Rescue(#[from] RescueError),
}

/// Takes in a file of an account that the database has.
pub async fn import(file: &Path, place: &Place) -> Result<RescueReply, ImportFileError> {
    if std::fs::metadata(file)?.len() > RESCUE_TEXT_MAX as u64 {
        return Err(RescueError::File(subzero_sync::rescue::RescueError::TooLarge).into());
    }
    let text = String::from_utf8_lossy(&std::fs::read(file)?).into_owned();
    let rescue = Rescue::decode(&text).map_err(RescueError::File)?;
    if !place.has_database() {
        return Err(ImportFileError::NoDatabase);
    }
    let db = Db::open_at(place).await?;
    let taken = take(&db, &rescue).await;
    db.close().await;
    taken
}

async fn take(db: &Db, rescue: &Rescue) -> Result<RescueReply, ImportFileError> {
    let account = db.account_with_key(rescue.account).await?;
    let account = account.ok_or(RescueError::File(subzero_sync::rescue::RescueError::OtherAccount))?;
    let (reply, _) = db.take_rescued(account, rescue, None, clock::now()).await?;
    db.note(account, Noted::by_operator(AuditWhat::Rescued, Some(reply.device)), clock::now()).await?;
    Ok(reply)
}
