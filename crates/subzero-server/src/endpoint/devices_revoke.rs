//! `POST /v1/devices/{id}/revoke`: an owner ends a register's access. It is told nothing from then on, and what it recorded is still taken.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::{AuditBy, AuditWhat, RegisterList};
use utoipa::IntoResponses;

use super::devices;
use crate::clock;
use crate::db::Session;
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Session, ApiError::NoRegister])
    }
}

/// Answers with the registers as they are from now on.
#[utoipa::path(
    post,
    path = "/v1/devices/{id}/revoke",
    operation_id = "revoke",
    tag = "pairing",
    summary = "An owner ends a register's access",
    params(("id" = u32, Path, description = "The register's number in the account")),
    responses((status = 200, body = RegisterList), Refusals),
    security(("session" = [])),
)]
pub async fn answer(
    session: Session,
    State(server): State<Arc<Server>>,
    client: Client,
    id: Result<Path<u32>, PathRejection>,
) -> Result<Json<RegisterList>, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NoRegister)?;
    if !server.db.revoke(session.account, DeviceId(id), clock::now()).await? {
        return Err(ApiError::NoRegister);
    }
    devices::changed(&server, session.account, client.noted(AuditBy::Owner, AuditWhat::Removed, Some(DeviceId(id))))
        .await
}
