//! `GET /v1/sync/pull`: the next rows of a shop's history.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::PullPage;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::db::Device;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "shop, after and to are whole numbers";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// The shop.
    shop: ShopId,
    /// Rows with a higher sequence than this.
    after: u64,
    /// None with a higher sequence than this, if it is said.
    to: Option<u64>,
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
    path = "/v1/sync/pull",
    operation_id = "pull",
    tag = "sync",
    summary = "The next rows of a shop's history",
    params(Ask),
    responses((status = 200, body = PullPage), Refusals),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<Json<PullPage>, ApiError> {
    let Ask { shop, after, to } = read_query(&parts, MUST)?;
    if !device.shops.contains(&shop) {
        return Err(ApiError::Shop(shop));
    }
    let page = server.db.page(device.account, shop, after, to).await?;
    Ok(Json(PullPage { epoch: page.epoch, shop, after, rows: page.rows, head: page.head, checksum: page.checksum }))
}
