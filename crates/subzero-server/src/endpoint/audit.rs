//! `GET /v1/audit`: who got into the account, who was let in and who was kept out, for its owner; the newest first.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_sync::wire::AuditPage;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::db::Session;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "before is a whole number";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// Only what has a lower number than this; without it, the newest.
    before: Option<u64>,
}

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Session, ApiError::Query(MUST)])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "audit",
    tag = "pairing",
    summary = "Who got in, was let in and was kept out",
    params(Ask),
    responses((status = 200, body = AuditPage), Refusals),
    security(("session" = [])),
)]
pub async fn answer(
    session: Session,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<Json<AuditPage>, ApiError> {
    let Ask { before } = read_query(&parts, MUST)?;
    Ok(Json(server.db.audit(session.account, before).await?))
}
