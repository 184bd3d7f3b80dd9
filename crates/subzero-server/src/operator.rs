//! What whoever runs the server does for an owner, at the server itself: ends a register's access, says which shops it may see, makes a new
//! password where the old one is forgotten, puts an owner back whom the books no longer have as one.
//!
//! It opens the database beside a server that runs, where all of it counts from the next question on.

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::wire::{AuditWhat, ListedRegister, ShopName};

use crate::db::{AccountId, Db, DbError, ImportError, Noted, Place};
use crate::password::{self, PasswordError};
use crate::pin::{self, PinError};
use crate::{clock, opening};

/// Which register is meant.
#[derive(Clone, Debug)]
pub struct Which {
    /// The e-mail address of the account's owner.
    pub email: String,
    /// What the register is called.
    pub register: String,
    /// Its number, where several are called so.
    pub number: Option<DeviceId>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
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
    /// None of that name.
    #[error("no shop is called {0}; there are {1}")]
    NoShop(String, String),
    /// The system has no randomness to give.
    #[error("the system has no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// The password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The account's books.
    #[error("cannot write into the account's books: {0}")]
    Books(#[from] ImportError),
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
}

/// Ends the access of one register and says which number it has.
pub async fn revoke(place: &Place, which: Which) -> Result<DeviceId, OperatorError> {
    let db = open(place).await?;
    let done = revoke_in(&db, which).await;
    db.close().await;
    done
}

async fn revoke_in(db: &Db, which: Which) -> Result<DeviceId, OperatorError> {
    let (account, device) = find(db, which).await?;
    db.revoke(account, device, clock::now()).await?;
    db.note(account, Noted::by_operator(AuditWhat::Removed, Some(device)), clock::now()).await?;
    Ok(device)
}

/// Says which shops a register may see and record for from now on, by their names, and which number it has. It knows the catalogue in any case.
pub async fn grant(place: &Place, which: Which, shops: Vec<String>) -> Result<DeviceId, OperatorError> {
    let db = open(place).await?;
    let done = grant_in(&db, which, shops).await;
    db.close().await;
    done
}

async fn grant_in(db: &Db, which: Which, shops: Vec<String>) -> Result<DeviceId, OperatorError> {
    let (account, device) = find(db, which).await?;
    let known = db.shops(account).await?;
    let id = |name: String| match known.iter().find(|shop| shop.name == name) {
        Some(ShopName { id, .. }) => Ok(*id),
        None => Err(OperatorError::NoShop(name, listed(known.iter().map(|shop| shop.name.as_str()), ", "))),
    };
    let granted: Vec<ShopId> = shops.into_iter().map(id).collect::<Result<_, _>>()?;
    db.grant(account, device, &granted).await?;
    db.note(account, Noted::by_operator(AuditWhat::Granted, Some(device)), clock::now()).await?;
    Ok(device)
}

/// Gives an owner a new password, which is shown once. What was begun with the old one is over.
pub async fn new_password(place: &Place, email: &str) -> Result<String, OperatorError> {
    let db = open(place).await?;
    let done = new_password_in(&db, email).await;
    db.close().await;
    done
}

async fn new_password_in(db: &Db, email: &str) -> Result<String, OperatorError> {
    let email = email.trim().to_lowercase();
    let owner = db.owner(&email).await?.ok_or(OperatorError::NoAccount(email))?;
    let password = opening::password()?;
    db.set_password(&owner, &password::hash(&password)?).await?;
    db.note(owner.account, Noted::by_operator(AuditWhat::NewPassword, None), clock::now()).await?;
    Ok(password)
}

/// Makes the owner of an account an active owner in its books again, whatever those say, with a new PIN, which is shown once.
pub async fn restore_owner(place: &Place, email: &str) -> Result<String, OperatorError> {
    let db = open(place).await?;
    let done = restore_owner_in(&db, email).await;
    db.close().await;
    done
}

async fn restore_owner_in(db: &Db, email: &str) -> Result<String, OperatorError> {
    let email = email.trim().to_lowercase();
    let owner = db.owner(&email).await?.ok_or(OperatorError::NoAccount(email))?;
    let pin = opening::pin()?;
    db.restore_owner(&owner, pin::verifier(&pin)?, clock::now()).await?;
    Ok(pin)
}

async fn open(place: &Place) -> Result<Db, OperatorError> {
    if !place.has_database() {
        return Err(OperatorError::NoDatabase);
    }
    Ok(Db::open_at(place).await?)
}

async fn find(db: &Db, which: Which) -> Result<(AccountId, DeviceId), OperatorError> {
    let Which { email, register, number } = which;
    let email = email.trim().to_lowercase();
    let account = db.account_of(&email).await?.ok_or(OperatorError::NoAccount(email))?;
    let meant =
        |listed: &ListedRegister| listed.register == register && number.is_none_or(|number| number == listed.device);
    let found: Vec<DeviceId> =
        db.registers(account).await?.iter().filter(|listed| meant(listed)).map(|listed| listed.device).collect();
    match found[..] {
        [] => Err(OperatorError::NoRegister(register)),
        [device] => Ok((account, device)),
        [..] => Err(OperatorError::Several(register, listed(found, " or "))),
    }
}

fn listed<T: ToString>(all: impl IntoIterator<Item = T>, between: &str) -> String {
    all.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(between)
}
