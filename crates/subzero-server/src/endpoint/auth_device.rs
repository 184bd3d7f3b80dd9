//! `POST /v1/auth/device`: a device gets a quarter of an hour for the token it was paired with. One whose access has ended does so too: it has still to
//! send what it recorded.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::{ACCESS_GOOD_FOR_MS, AccessToken};
use utoipa::IntoResponses;

use super::Secret;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;
use crate::{clock, token};

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Token])
    }
}

/// Answers.
#[utoipa::path(
    post,
    path = "/v1/auth/device",
    operation_id = "access",
    tag = "sync",
    summary = "A device gets a quarter of an hour to sync",
    responses((status = 200, body = AccessToken), Refusals),
    security(("secret" = [])),
)]
pub async fn answer(Secret(secret): Secret, State(server): State<Arc<Server>>) -> Result<Json<AccessToken>, ApiError> {
    let (token, hash) = token::mint()?;
    server.db.open_access(secret, hash, clock::now()).await?;
    Ok(Json(AccessToken { token, good_for_ms: ACCESS_GOOD_FOR_MS }))
}
