//! `POST /v1/devices/{id}/shops`: an owner says which shops a register may see and record for.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::wire::{AuditBy, AuditWhat, RegisterList, RegisterShops};
use utoipa::IntoResponses;

use super::{Body, devices};
use crate::db::Session;
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Session,
            ApiError::NoRegister,
            ApiError::NoShop(ShopId(1)),
            ApiError::unreadable(),
            ApiError::ContentType,
            ApiError::Cut,
            ApiError::TooLarge,
        ])
    }
}

/// Answers with the registers as they are from now on.
#[utoipa::path(
    post,
    path = "/v1/devices/{id}/shops",
    operation_id = "shops",
    tag = "pairing",
    summary = "An owner says which shops a register may see and record for",
    request_body = RegisterShops,
    params(("id" = u32, Path, description = "The register's number in the account")),
    responses((status = 200, body = RegisterList), Refusals),
    security(("session" = [])),
)]
pub async fn answer(
    session: Session,
    State(server): State<Arc<Server>>,
    client: Client,
    id: Result<Path<u32>, PathRejection>,
    Body(RegisterShops { shops }): Body<RegisterShops>,
) -> Result<Json<RegisterList>, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NoRegister)?;
    let is_there = server.db.registers(session.account).await?.iter().any(|known| known.device == DeviceId(id));
    if !is_there {
        return Err(ApiError::NoRegister);
    }
    let known: BTreeSet<ShopId> = server.db.shops(session.account).await?.into_iter().map(|shop| shop.id).collect();
    if let Some(unknown) = shops.iter().find(|shop| !known.contains(shop)) {
        return Err(ApiError::NoShop(*unknown));
    }
    server.db.grant(session.account, DeviceId(id), &shops).await?;
    devices::changed(&server, session.account, client.noted(AuditBy::Owner, AuditWhat::Granted, Some(DeviceId(id))))
        .await
}
