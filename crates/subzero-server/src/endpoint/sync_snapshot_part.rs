//! `GET /v1/sync/snapshot/part`: the bytes of a part of a snapshot, the same for ever.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_sync::wire::ContentHash;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::db::Device;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "hash is 64 hexadecimal digits";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// What the part is named by.
    hash: ContentHash,
}

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Token,
            ApiError::Access,
            ApiError::RegisterRemoved,
            ApiError::Query(MUST),
            ApiError::NoSnapshot,
        ])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/sync/snapshot/part",
    operation_id = "snapshot_part",
    tag = "sync",
    summary = "One part of a snapshot",
    params(Ask),
    responses(
        (status = 200, description = "The part's bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals,
    ),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), ApiError> {
    let Ask { hash } = read_query(&parts, MUST)?;
    let bytes = server.db.snapshot_part(&device, hash).await?.ok_or(ApiError::NoSnapshot)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}
