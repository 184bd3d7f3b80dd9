//! `GET /v1/health`: whether this process can reach its database. Public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::error::ApiError;
use crate::server::Server;

/// The answer.
#[derive(Serialize)]
pub struct Health {
    status: &'static str,
}

/// Answers.
pub async fn answer(State(server): State<Arc<Server>>) -> Result<Json<Health>, ApiError> {
    server.db.is_empty().await?;
    Ok(Json(Health { status: "ok" }))
}
