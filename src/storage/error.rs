//! Why the device's storage did not do what it was asked, in sentences a person can read.
//!
//! `JavaScript` errors end here: nothing above `storage` sees a `JsValue`. What to do about each is not decided here.

use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};

/// Why storage failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No `IndexedDB` at all: a private window of an old browser, or storage switched off.
    #[error("this browser does not let the page keep anything: {0}")]
    Unavailable(String),
    /// A database that exists and does not open.
    #[error("{name} cannot be opened: {reason}")]
    WontOpen {
        /// The database.
        name: String,
        /// The browser's words.
        reason: String,
    },
    /// Another tab holds a connection that stands in the way.
    #[error("another tab of Subzero is in the way; close it")]
    Blocked,
    /// The quota is used up.
    #[error("this device has no room left; free some space on it, then do this again: nothing is lost")]
    Full,
    /// The browser closed the connection, or the database is gone.
    #[error("the browser has closed the storage; reload the page")]
    Closed,
    /// The browser gave the txn up, as it does when it closes the database under it: nothing of it was saved.
    #[error("the browser did not save this; try again")]
    Aborted,
    /// The txn did not commit, for another reason: nothing of it was saved.
    #[error("this was not saved; try again, and reload the page if it happens again ({0})")]
    NotSaved(String),
    /// It was not answered in time: it may be saved, and it may not.
    #[error("this is not saved yet: the device's storage does not answer")]
    Late,
    /// An entry of the same id is recorded, and is not this one.
    #[error("this is recorded already; reload the page")]
    Recorded,
    /// Another tab has given the number of this receipt away.
    #[error("another tab has given this number away")]
    NumberTaken,
    /// More than one txn may carry.
    #[error("this is too much to save at once ({bytes} bytes)")]
    TooLarge {
        /// How much it was.
        bytes: usize,
    },
    /// A record that the browser does not give out, or that is not what this version writes there.
    #[error("something that was saved on this device cannot be read ({store})")]
    Unreadable {
        /// Where.
        store: &'static str,
    },
}

impl From<web_sys::DomException> for StorageError {
    fn from(error: web_sys::DomException) -> Self {
        match error.name().as_str() {
            "QuotaExceededError" => Self::Full,
            "InvalidStateError" => Self::Closed,
            "AbortError" => Self::Aborted,
            name => Self::NotSaved(format!("{name}: {}", error.message())),
        }
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(error) => web_sys::DomException::from(error).into(),
            Error::MissingData(UnexpectedDataError::TransactionAborted) => Self::Aborted,
            Error::Serialisation(_) | Error::MissingData(_) | Error::Unknown(_) => Self::NotSaved(error.to_string()),
        }
    }
}

impl StorageError {
    /// Whether the same may go well on a fresh connection.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Closed | Self::Aborted | Self::NotSaved(_) => true,
            Self::Unavailable(_)
            | Self::WontOpen { .. }
            | Self::Blocked
            | Self::Full
            | Self::Late
            | Self::Recorded
            | Self::NumberTaken
            | Self::TooLarge { .. }
            | Self::Unreadable { .. } => false,
        }
    }

    /// What opening `name` ran into.
    pub(super) fn opening(name: &str, error: &OpenDbError) -> Self {
        match error {
            OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => Self::Unavailable(error.to_string()),
            OpenDbError::Base(Error::DomException(DomException::Other(error)))
                if error.name() == "QuotaExceededError" =>
            {
                Self::Full
            }
            OpenDbError::Base(Error::DomException(error)) => {
                let error = web_sys::DomException::from(error.clone());
                Self::WontOpen { name: name.to_owned(), reason: format!("{}: {}", error.name(), error.message()) }
            }
            OpenDbError::VersionZero | OpenDbError::Base(_) => {
                Self::WontOpen { name: name.to_owned(), reason: error.to_string() }
            }
        }
    }
}
