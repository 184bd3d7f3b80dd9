//! `GET /v1/sync/pull`: the next rows of a shop's history.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::PullPage;

use super::read_query;
use crate::db::Device;
use crate::error::ApiError;
use crate::server::Server;

#[derive(Deserialize)]
struct Ask {
    shop: ShopId,
    after: u64,
}

/// Answers.
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<Json<PullPage>, ApiError> {
    let Ask { shop, after } = read_query(&parts, "shop and after are whole numbers")?;
    if !device.shops.contains(&shop) {
        return Err(ApiError::Shop(shop));
    }
    let page = server.db.page(device.account, shop, after).await?;
    Ok(Json(PullPage { epoch: page.epoch, shop, after, rows: page.rows, head: page.head, checksum: page.checksum }))
}
