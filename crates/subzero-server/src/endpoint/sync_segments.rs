//! `GET /v1/sync/segments`: which segments a shop's history has.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::SegmentList;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::db::Device;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "shop and after are whole numbers";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// The shop.
    shop: ShopId,
    /// Segments with rows of a higher sequence than this.
    after: u64,
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
        ])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/sync/segments",
    operation_id = "segments",
    tag = "sync",
    summary = "The segments of a shop's history",
    params(Ask),
    responses((status = 200, body = SegmentList), Refusals),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<Json<SegmentList>, ApiError> {
    let Ask { shop, after } = read_query(&parts, MUST)?;
    if !device.shops.contains(&shop) {
        return Err(ApiError::Shop(shop));
    }
    let (epoch, segments) = server.db.segments(device.account, shop, after).await?;
    Ok(Json(SegmentList { epoch, shop, after, segments }))
}
