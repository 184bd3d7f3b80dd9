//! Every answer that is not a success: status, stable code, sentence.
//!
//! The sentence is for people and gives nothing away; what went wrong inside is logged, never sent.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subzero_ledger::ids::ShopId;
use subzero_sync::intake::BatchError;
use subzero_sync::rescue::RescueError as RescueFileError;
use subzero_sync::wire::{self, PushConflict, TOKEN_EXPIRED};

use crate::db::{DbError, PairError, PushError, RescueError};

/// Of what passes.
const NOT_NOW: &str = "The server cannot do this now. Try again in a moment.";
/// Of what does not.
const WENT_WRONG: &str = "Something went wrong on the server.";

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The body is not the JSON this endpoint takes.
    #[error("The body of this request cannot be read: {0}.")]
    Body(serde_json::Error),
    /// The body does not say that it is JSON.
    #[error("The body of this request must be JSON, with `content-type: application/json`.")]
    ContentType,
    /// The body did not arrive whole.
    #[error("The body of this request did not arrive whole.")]
    Cut,
    /// The query is not what this endpoint takes.
    #[error("The query of this request cannot be read: {0}.")]
    Query(&'static str),
    /// A device sequence that cannot be.
    #[error("Device sequences count from 1.")]
    Sequence,
    /// A register's name is empty or too long.
    #[error("A register's name has 1 to 60 characters.")]
    RegisterName,
    /// No token, or one that is not valid here.
    #[error("This device is not signed in here. Pair it again.")]
    Token,
    /// No access token that is good now: the device gets another one.
    #[error("This device's access is over for now. It gets another one by itself.")]
    Access,
    /// The register's access has ended: it may send what it has, and is told nothing.
    #[error("The owner has ended this register's access. What it has recorded is still taken.")]
    RegisterRemoved,
    /// No session, or one that is over.
    #[error("Sign in again: this sign-in is over.")]
    Session,
    /// The e-mail address and the password do not belong together.
    #[error("This e-mail address and password do not match.")]
    Password,
    /// A code that nobody made, that was used, or that is over.
    #[error("This code is not known, was used already, or is over. Ask the owner for another one.")]
    Code,
    /// A shop outside the device's grants.
    #[error("This device may not see shop {0}.")]
    Shop(ShopId),
    /// A shop the account does not have.
    #[error("There is no shop {0}.")]
    NoShop(ShopId),
    /// A register the account does not have.
    #[error(
        "This account has no register “{0}” that matches this one. Sign in as the owner of the account it was paired with."
    )]
    NoDevice(String),
    /// The account has no register of that number.
    #[error("This account has no such register.")]
    NoRegister,
    /// A segment that the shop does not have, or no longer.
    #[error("This shop has no such segment.")]
    NoSegment,
    /// A snapshot, or a part of one, that is not there for this device, or no longer.
    #[error("There is no such snapshot for this device.")]
    NoSnapshot,
    /// Nothing is served under this path.
    #[error("There is nothing here.")]
    NotFound,
    /// The path is right and the method is not.
    #[error("This address does not take this kind of request.")]
    Method,
    /// Nothing was stored: the device must do something else first.
    #[error("This push does not continue what the server holds.")]
    Conflict(PushConflict),
    /// A rescue file was not taken, for what it is.
    #[error("{0}")]
    RescueFile(RescueFileError),
    /// Whoever brings in a rescue file may not.
    #[error("{}", RescueError::Role)]
    RescueRole,
    /// The account has no register that a rescue file names.
    #[error("{}", RescueError::NoDevice)]
    RescueNoRegister,
    /// A rescue file is of a shop that the register it is brought in on may not see.
    #[error("{}", RescueError::OtherShop)]
    RescueOtherShop,
    /// Too many bytes or entries.
    #[error("This is too much at once. Send less.")]
    TooLarge,
    /// Too many wrong passwords.
    #[error("Too many attempts for this e-mail address. Wait {} minutes.", .0.as_secs().div_ceil(60))]
    TooManyAttempts(Duration),
    /// More requests than one asker may send.
    #[error("Too many requests at once. Wait a moment.")]
    TooManyRequests(Duration),
    /// More entries than a register or an account may have written in a day.
    #[error(
        "This is more than may be sent in one day. Nothing of it is lost: a register sends the rest by itself; bring a file in again later."
    )]
    DailyQuota(Duration),
    /// The system cannot give what is needed just now.
    #[error("{NOT_NOW}")]
    Unavailable,
    /// This process is about to stop.
    #[error("This server is about to stop.")]
    Stopping,
    /// The database failed; for now, or until somebody has looked at it.
    #[error("{}", if *is_temporary { NOT_NOW } else { WENT_WRONG })]
    Database {
        /// Whether the same request may succeed later.
        is_temporary: bool,
    },
    /// A fault of ours.
    #[error("{WENT_WRONG}")]
    Internal,
}

/// Goes with an answer, for the figures: the database did not do what it was asked.
#[derive(Clone, Copy)]
pub struct DatabaseFailed {
    /// Whether the same request may succeed later.
    pub is_temporary: bool,
}

/// When to come back after a 503.
const BACK_IN: Duration = Duration::from_secs(5);

impl ApiError {
    /// A body that cannot be read, to describe it.
    pub fn unreadable() -> Self {
        Self::Body(serde::de::Error::custom("what is wrong, and where"))
    }

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Body(_) | Self::Cut | Self::Query(_) | Self::Sequence | Self::RegisterName => StatusCode::BAD_REQUEST,
            Self::Token | Self::Access | Self::Session | Self::Password => StatusCode::UNAUTHORIZED,
            Self::RescueFile(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Shop(_) | Self::RegisterRemoved | Self::Code | Self::RescueRole | Self::RescueOtherShop => {
                StatusCode::FORBIDDEN
            }
            Self::NoShop(_)
            | Self::NoDevice(_)
            | Self::NoRegister
            | Self::NoSegment
            | Self::NoSnapshot
            | Self::RescueNoRegister
            | Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyAttempts(_) | Self::TooManyRequests(_) | Self::DailyQuota(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Stopping | Self::Database { is_temporary: true } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal | Self::Database { is_temporary: false } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable: programs tell answers apart by it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Body(_) => "bad_body",
            Self::ContentType => "bad_content_type",
            Self::Cut => "cut_body",
            Self::Query(_) => "bad_query",
            Self::Sequence => "bad_sequence",
            Self::RegisterName => "bad_register_name",
            Self::Token => "bad_token",
            Self::Access => TOKEN_EXPIRED,
            Self::RegisterRemoved => "register_removed",
            Self::Session => "session_over",
            Self::Password => "wrong_password",
            Self::Code => "wrong_code",
            Self::Shop(_) => "shop_not_granted",
            Self::NoShop(_) => "no_such_shop",
            Self::NoDevice(_) | Self::NoRegister => "no_such_register",
            Self::NoSegment => "no_such_segment",
            Self::NoSnapshot => "no_such_snapshot",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::Conflict(_) => "conflict",
            Self::RescueFile(file) => file.code(),
            Self::RescueRole => "rescue_not_allowed",
            Self::RescueNoRegister => "rescue_no_such_register",
            Self::RescueOtherShop => "rescue_other_shop",
            Self::TooLarge => "too_large",
            Self::TooManyAttempts(_) => "too_many_attempts",
            Self::TooManyRequests(_) => "too_many_requests",
            Self::DailyQuota(_) => "daily_quota",
            Self::Unavailable | Self::Database { is_temporary: true } => "unavailable",
            Self::Stopping => "stopping",
            Self::Internal | Self::Database { is_temporary: false } => "internal",
        }
    }

    fn retry_after(&self) -> Option<HeaderValue> {
        #[allow(clippy::wildcard_enum_match_arm)] // every other answer is final
        let wait = match self {
            Self::TooManyAttempts(wait) | Self::TooManyRequests(wait) | Self::DailyQuota(wait) => *wait,
            Self::Unavailable | Self::Stopping | Self::Database { is_temporary: true } => BACK_IN,
            _ => return None,
        };
        let is_part = wait.subsec_nanos() > 0;
        Some(HeaderValue::from((wait.as_secs() + u64::from(is_part)).max(1)))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Conflict(conflict) = self {
            return (status, Json(conflict)).into_response();
        }
        let failed =
            if let Self::Database { is_temporary } = self { Some(DatabaseFailed { is_temporary }) } else { None };
        let body = wire::ApiError { code: self.code().to_owned(), message: self.to_string() };
        let mut response = (status, Json(body)).into_response();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        if let Some(failed) = failed {
            response.extensions_mut().insert(failed);
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        DatabaseFailed::from(error).into()
    }
}

impl From<DbError> for DatabaseFailed {
    fn from(error: DbError) -> Self {
        tracing::error!(%error, "the database failed");
        Self { is_temporary: error.is_temporary() }
    }
}

impl From<DatabaseFailed> for ApiError {
    fn from(DatabaseFailed { is_temporary }: DatabaseFailed) -> Self {
        Self::Database { is_temporary }
    }
}

impl From<PushError> for ApiError {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Batch(BatchError::TooLarge) => Self::TooLarge,
            PushError::Batch(BatchError::Sequence) => Self::Sequence,
            PushError::Conflict(conflict) => Self::Conflict(conflict),
            PushError::Db(error) => error.into(),
        }
    }
}

impl From<PairError> for ApiError {
    fn from(error: PairError) -> Self {
        match error {
            PairError::NoShop(shop) => Self::NoShop(shop),
            PairError::NoDevice(register) => Self::NoDevice(register),
            PairError::Push(error) => error.into(),
            PairError::Db(error) => error.into(),
        }
    }
}

impl From<RescueError> for ApiError {
    fn from(error: RescueError) -> Self {
        match error {
            RescueError::Push(error) => error.into(),
            RescueError::File(error) => Self::RescueFile(error),
            RescueError::Role => Self::RescueRole,
            RescueError::NoDevice => Self::RescueNoRegister,
            RescueError::OtherShop => Self::RescueOtherShop,
        }
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness");
        Self::Unavailable
    }
}
