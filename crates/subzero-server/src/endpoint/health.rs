//! `GET /v1/health`: whether this process is alive. It asks nothing else, so that nobody kills a process for its database's faults. Public.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::Always;

/// The answer.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: what is not ok is not answered with 200.
    status: &'static str,
}

impl Health {
    /// As it should be.
    pub const OK: Self = Self { status: "ok" };
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/health",
    operation_id = "health",
    tag = "server",
    summary = "Whether this process is alive",
    responses((status = 200, body = Health), Always),
)]
pub async fn answer() -> Json<Health> {
    Json(Health::OK)
}
