//! Opening an account on a server: a business with its shops and its owner, who pairs the first till and enters everything else there.
//!
//! The password and the PIN are made up here and shown once, so that they are in no command line and no shell's history.

use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{EmployeeId, ShopId};
use subzero_sync::wire::ShopName;
use uuid::Uuid;

use crate::clock;
use crate::db::{Db, DbError};
use crate::seed::{self, Business, Employee, SeedError};
use crate::token;

/// How many groups of letters a password has; 5 bits a letter, 100 in all.
const GROUPS: usize = 4;
/// And how many letters each.
const GROUP_LETTERS: usize = 5;
/// How many digits a PIN has.
const PIN_DIGITS: usize = 6;

/// Why an account was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// An account is found by its owner's address, so there is one for each.
    #[error("there is an account of {0} already")]
    Taken(String),
    /// Not an address.
    #[error("{0} is not an e-mail address")]
    Email(String),
    /// Not a currency.
    #[error("{0} is not a currency: three capital letters, as in GBP")]
    Currency(String),
    /// Nothing, or a name that is nothing.
    #[error("the business, its owner and each of its shops need a name, and there must be a shop")]
    NoName,
    /// The system has no randomness to give.
    #[error("the system has no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// It could not be written.
    #[error("the account cannot be opened: {0}")]
    Seed(#[from] SeedError),
    /// The database.
    #[error("the account cannot be opened: {0}")]
    Db(#[from] DbError),
}

/// A business as its operator names it.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Its name.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// The owner's name.
    pub owner: String,
    /// The owner's e-mail address.
    pub email: String,
    /// Its shops' names, in the order they are numbered from 1.
    pub shops: Vec<String>,
}

/// What the owner needs, shown once.
pub struct Opened {
    /// To pair tills, with the e-mail address.
    pub password: String,
    /// To sign in on one.
    pub pin: String,
}

/// Opens an account.
pub async fn open(db: &Db, opening: Opening) -> Result<Opened, OpeningError> {
    let Opening { name, currency, owner, email, shops } = opening;
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(OpeningError::Currency(currency));
    }
    let email = email.trim().to_lowercase();
    if !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) {
        return Err(OpeningError::Email(email));
    }
    if shops.is_empty() || shops.iter().chain([&name, &owner]).any(|name| name.trim().is_empty()) {
        return Err(OpeningError::NoName);
    }
    if db.account_of(&email).await?.is_some() {
        return Err(OpeningError::Taken(email));
    }
    let opened = Opened { password: password()?, pin: pin()? };
    let kim = Employee { id: EmployeeId(Uuid::now_v7()), name: owner, role: Role::Owner, pin: opened.pin.clone() };
    let business = Business {
        name,
        currency,
        demo: false,
        email,
        password: opened.password.clone(),
        shops: (1..).zip(shops).map(|(id, name)| ShopName { id: ShopId(id), name }).collect(),
        employees: vec![kim],
        vendors: Vec::new(),
        items: Vec::new(),
    };
    seed::create_account(db, business, clock::now()).await?;
    Ok(opened)
}

/// A password that nobody else has.
pub fn password() -> Result<String, getrandom::Error> {
    let groups: Result<Vec<_>, _> = (0..GROUPS).map(|_| token::letters(GROUP_LETTERS)).collect();
    Ok(groups?.join("-"))
}

/// A PIN that nobody else knows.
pub fn pin() -> Result<String, getrandom::Error> {
    let mut pin = String::new();
    while pin.len() < PIN_DIGITS {
        let mut random = [0; 1];
        getrandom::fill(&mut random)?;
        // 250 is a multiple of ten: no digit is likelier than another.
        if random[0] < 250 {
            pin.push(char::from(b'0' + random[0] % 10));
        }
    }
    Ok(pin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_is_long_enough_and_never_the_same() {
        let (one, two) = (password().unwrap(), password().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), GROUPS * (GROUP_LETTERS + 1) - 1);
        let pin = pin().unwrap();
        assert!(pin.len() == PIN_DIGITS && pin.bytes().all(|digit| digit.is_ascii_digit()), "{pin}");
    }
}
