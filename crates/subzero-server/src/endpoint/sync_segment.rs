//! `GET /v1/sync/segment`: the bytes of a segment, the same for ever.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::ContentHash;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::db::Device;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "shop is a whole number, hash is 64 hexadecimal digits";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// The shop.
    shop: ShopId,
    /// What the segment is named by.
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
            ApiError::Shop(ShopId(9)),
            ApiError::NoSegment,
        ])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/sync/segment",
    operation_id = "segment",
    tag = "sync",
    summary = "One segment of a shop's history",
    params(Ask),
    responses(
        (status = 200, description = "The segment's bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals,
    ),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), ApiError> {
    let Ask { shop, hash } = read_query(&parts, MUST)?;
    if !device.shops.contains(&shop) {
        return Err(ApiError::Shop(shop));
    }
    let bytes = server.db.segment(device.account, shop, hash).await?.ok_or(ApiError::NoSegment)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}
