//! `GET /v1/ready`: whether this process should get requests: its database answers, and it is not about to stop. Public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::health::Health;
use crate::error::ApiError;
use crate::server::Server;

/// Answers.
pub async fn answer(State(server): State<Arc<Server>>) -> Result<Json<Health>, ApiError> {
    if server.is_leaving() {
        return Err(ApiError::Stopping);
    }
    server.db.is_empty().await?;
    Ok(Json(Health::OK))
}
