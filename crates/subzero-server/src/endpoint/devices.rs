//! `GET /v1/devices`: the registers of an account, for its owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::RegisterList;
use utoipa::IntoResponses;

use crate::db::Session;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Session])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/devices",
    operation_id = "registers",
    tag = "pairing",
    summary = "The registers of an account",
    responses((status = 200, body = RegisterList), Refusals),
    security(("session" = [])),
)]
pub async fn answer(session: Session, State(server): State<Arc<Server>>) -> Result<Json<RegisterList>, ApiError> {
    Ok(Json(RegisterList { registers: server.db.registers(session.account).await? }))
}
