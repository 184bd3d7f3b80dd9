//! `POST /v1/devices/{id}/let_in`: an owner lets a register back in whose access had ended. It goes on as it was.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::{AuditBy, AuditWhat, RegisterList};
use utoipa::IntoResponses;

use super::devices;
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
    path = "/v1/devices/{id}/let_in",
    operation_id = "let_in",
    tag = "pairing",
    summary = "An owner lets a register back in",
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
    if !server.db.let_back_in(session.account, DeviceId(id)).await? {
        return Err(ApiError::NoRegister);
    }
    devices::changed(&server, session.account, client.noted(AuditBy::Owner, AuditWhat::LetBackIn, Some(DeviceId(id))))
        .await
}
