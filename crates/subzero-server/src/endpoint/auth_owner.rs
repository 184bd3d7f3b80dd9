//! `POST /v1/auth/owner`: an owner signs in to pair a device. Tried at most a few times for each address.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::{AuditBy, AuditWhat, OwnerSession, OwnerSignIn};
use utoipa::IntoResponses;

use super::Body;
use crate::db::AccountId;
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::password::PasswordError;
use crate::server::Server;
use crate::{clock, token};

/// Longer than any e-mail address or any password that a person types.
const TEXT_BYTES_MAX: usize = 320;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Password,
            ApiError::TooManyAttempts(Duration::from_mins(15)),
            ApiError::Unavailable,
            ApiError::unreadable(),
            ApiError::ContentType,
            ApiError::Cut,
            ApiError::TooLarge,
        ])
    }
}

/// Answers.
#[utoipa::path(
    post,
    path = "/v1/auth/owner",
    operation_id = "sign_in",
    tag = "pairing",
    summary = "An owner signs in to pair a device",
    request_body = OwnerSignIn,
    responses((status = 200, body = OwnerSession), Refusals),
)]
pub async fn answer(
    State(server): State<Arc<Server>>,
    client: Client,
    Body(sign_in): Body<OwnerSignIn>,
) -> Result<Json<OwnerSession>, ApiError> {
    let email = sign_in.email.trim().to_lowercase();
    if email.len() > TEXT_BYTES_MAX || sign_in.password.len() > TEXT_BYTES_MAX {
        return Err(ApiError::Password);
    }
    let owner = server.db.owner(&email).await?;
    server.attempts.count(&email, owner.is_some(), Instant::now()).map_err(ApiError::TooManyAttempts)?;
    let hash = owner.as_ref().map(|owner| owner.password.clone());
    let matches = server.passwords.check(sign_in.password, hash).await.map_err(|error| match error {
        PasswordError::Busy => {
            server.attempts.give_back(&email);
            ApiError::Unavailable
        }
        PasswordError::Hash(_) | PasswordError::Interrupted => {
            tracing::error!(%error, "a password could not be checked");
            ApiError::Internal
        }
    })?;
    let Some(owner) = owner else { return Err(ApiError::Password) };
    if !matches {
        note_failure(&server, owner.account, client);
        return Err(ApiError::Password);
    }
    server.db.note(owner.account, client.noted(AuditBy::Owner, AuditWhat::SignedIn, None), clock::now()).await?;
    server.attempts.clear(&email);
    let (token, hash) = token::mint()?;
    server.db.open_session(&owner, hash, clock::now()).await?;
    let shops = server.db.shops(owner.account).await?;
    Ok(Json(OwnerSession { token, shops }))
}

/// Notes a wrong password, beside answering: how long the answer takes must not tell whether there is such an owner.
fn note_failure(server: &Arc<Server>, account: AccountId, client: Client) {
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let noted = client.noted(AuditBy::Owner, AuditWhat::SignInFailed, None);
        if let Err(error) = server.db.note(account, noted, clock::now()).await {
            tracing::error!(%error, "a wrong password could not be noted");
        }
    });
}
