//! `POST /v1/sync/rescue`: a file of what a register had not sent, brought in on another register of the account. Managers and owners may.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_ledger::entry::rights::Role;
use subzero_sync::rescue::Rescue;
use subzero_sync::wire::{RescueReply, RescueRequest};

use super::Body;
use crate::clock;
use crate::db::{Device, RescueError};
use crate::error::ApiError;
use crate::server::Server;

/// Answers. What goes wrong half-way leaves what was stored before it: the same file brought in again goes on from there.
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    Body(request): Body<RescueRequest>,
) -> Result<Json<RescueReply>, ApiError> {
    let role = server.db.role(device.account, request.by).await?;
    if !matches!(role, Some(Role::Manager | Role::Owner)) {
        return Err(RescueError::Role.into());
    }
    let key = server.db.account_key(device.account).await?.ok_or(ApiError::Internal)?;
    let rescue = Rescue::decode(&request.file).and_then(|rescue| rescue.for_account(key)).map_err(RescueError::File)?;
    let reply = server.db.take_rescued(device.account, &rescue, clock::now()).await?;
    server.news.poke(device.account);
    Ok(Json(reply))
}
