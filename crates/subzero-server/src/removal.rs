//! Ending a register's access at the server itself: where no owner can sign in just now.
//!
//! It opens the database beside a server that runs, which refuses the register from its next question on.

use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::{AuditWhat, ListedRegister};

use crate::clock;
use crate::db::{Db, DbError, Noted, Place};

/// Which register is meant.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The e-mail address of the account's owner.
    pub email: String,
    /// What the register is called.
    pub register: String,
    /// Its number, where several are called so.
    pub number: Option<DeviceId>,
}

/// Why no register's access was ended.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// There is no database: one that is made now would have no account.
    #[error("there is no database in that folder")]
    NoDatabase,
    /// No owner has this address.
    #[error("there is no account of {0}")]
    NoAccount(String),
    /// None of that name and number.
    #[error("no register is called {0}")]
    NoRegister(String),
    /// It is not guessed which.
    #[error("several registers are called {0}: say which with --number {1}")]
    Several(String, String),
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
}

/// Ends the access of one register and says which number it has.
pub async fn remove(place: &Place, removal: Removal) -> Result<DeviceId, RemovalError> {
    if !place.has_database() {
        return Err(RemovalError::NoDatabase);
    }
    let db = Db::open_at(place).await?;
    let removed = remove_in(&db, removal).await;
    db.close().await;
    removed
}

async fn remove_in(db: &Db, removal: Removal) -> Result<DeviceId, RemovalError> {
    let Removal { email, register, number } = removal;
    let email = email.trim().to_lowercase();
    let account = db.account_of(&email).await?.ok_or(RemovalError::NoAccount(email))?;
    let meant =
        |listed: &ListedRegister| listed.register == register && number.is_none_or(|number| number == listed.device);
    let found: Vec<DeviceId> =
        db.registers(account).await?.iter().filter(|listed| meant(listed)).map(|listed| listed.device).collect();
    match found[..] {
        [] => Err(RemovalError::NoRegister(register)),
        [device] => {
            db.revoke(account, device, clock::now()).await?;
            db.note(account, Noted::by_operator(AuditWhat::Removed, Some(device)), clock::now()).await?;
            Ok(device)
        }
        [..] => {
            let numbers: Vec<String> = found.iter().map(ToString::to_string).collect();
            Err(RemovalError::Several(register, numbers.join(" or ")))
        }
    }
}
