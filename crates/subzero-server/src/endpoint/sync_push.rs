//! `POST /v1/sync/push`: what a device recorded. The answer follows the commit; whoever waits is woken after it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::{PushReply, PushRequest};

use super::Body;
use crate::clock;
use crate::db::Device;
use crate::error::ApiError;
use crate::server::Server;

/// Answers.
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    Body(request): Body<PushRequest>,
) -> Result<Json<PushReply>, ApiError> {
    let reply = server.db.push(&device, request, clock::now()).await?;
    server.news.poke(device.account);
    server.metrics.count_entries(&reply.verdicts);
    Ok(Json(reply))
}
