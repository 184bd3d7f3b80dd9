//! `GET /v1/ready`: whether this process should get requests: something can be written to its database, and it is
//! not about to stop. Public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa::IntoResponses;

use super::health::Health;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Stopping])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/ready",
    operation_id = "ready",
    tag = "server",
    summary = "Whether this process should get requests",
    responses((status = 200, body = Health), Refusals),
)]
pub async fn answer(State(server): State<Arc<Server>>) -> Result<Json<Health>, ApiError> {
    if server.is_leaving() {
        return Err(ApiError::Stopping);
    }
    server.can_write().await?;
    Ok(Json(Health::OK))
}
