//! `GET /v1/devices/aside`: what was set aside of any register of an account, for its owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::AsideList;
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
    path = "/v1/devices/aside",
    operation_id = "aside",
    tag = "pairing",
    summary = "What was set aside of any register",
    responses((status = 200, body = AsideList), Refusals),
    security(("session" = [])),
)]
pub async fn answer(session: Session, State(server): State<Arc<Server>>) -> Result<Json<AsideList>, ApiError> {
    Ok(Json(AsideList { entries: server.db.aside(session.account).await? }))
}
