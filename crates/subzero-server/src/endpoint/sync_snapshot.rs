//! `GET /v1/sync/snapshot`: what a new copy may begin with.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::SnapshotInfo;
use utoipa::IntoResponses;

use crate::db::Device;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Token, ApiError::Access, ApiError::RegisterRemoved, ApiError::NoSnapshot])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/sync/snapshot",
    operation_id = "snapshot",
    tag = "sync",
    summary = "The account's newest snapshot, for a device that may read every shop that is folded into it",
    responses((status = 200, body = SnapshotInfo), Refusals),
    security(("device" = [])),
)]
pub async fn answer(device: Device, State(server): State<Arc<Server>>) -> Result<Json<SnapshotInfo>, ApiError> {
    let info = server.db.snapshot_info(&device).await?;
    info.map(Json).ok_or(ApiError::NoSnapshot)
}
