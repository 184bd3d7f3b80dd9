//! `POST /v1/sync/rescue`: a file of what a register had not sent, brought in on another register of the account. Managers and owners may.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use subzero_ledger::entry::rights::Role;
use subzero_sync::rescue::{Rescue, RescueError as FileProblem};
use subzero_sync::wire::{AuditBy, AuditWhat, EntryBytes, RescueReply, RescueRequest};
use utoipa::IntoResponses;

use super::{AGAIN_IN, Body};
use crate::clock;
use crate::db::{Device, Noted, RescueError};
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        let files = [
            FileProblem::NotRescue,
            FileProblem::Newer(2),
            FileProblem::Cut,
            FileProblem::Damaged,
            FileProblem::TooLarge,
            FileProblem::OtherAccount,
        ];
        let files = files.map(ApiError::RescueFile);
        let others = [
            ApiError::Token,
            ApiError::Access,
            ApiError::RegisterRemoved,
            ApiError::unreadable(),
            ApiError::ContentType,
            ApiError::Cut,
            ApiError::TooLarge,
            ApiError::RescueRole,
            ApiError::RescueNoRegister,
            ApiError::RescueOtherShop,
            ApiError::DailyQuota(AGAIN_IN),
        ];
        openapi::refusals(others.into_iter().chain(files))
    }
}

/// Answers. What goes wrong half-way leaves what was stored before it: the same file brought in again goes on from there.
#[utoipa::path(
    post,
    path = "/v1/sync/rescue",
    operation_id = "rescue",
    tag = "sync",
    summary = "What another register had not sent, brought in from its file",
    request_body = RescueRequest,
    responses((status = 200, body = RescueReply), Refusals),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    client: Client,
    request: Request,
) -> Result<Json<RescueReply>, ApiError> {
    let permit = server.rescues.permit((device.account, device.id)).await;
    let _permit = permit.ok_or(ApiError::TooManyRequests(AGAIN_IN))?;
    let Body(request): Body<RescueRequest> = Body::from_request(request, &server).await?;
    let role = server.db.role(device.account, request.by).await?;
    if !matches!(role, Some(Role::Manager | Role::Owner)) {
        return Err(RescueError::Role.into());
    }
    let key = server.db.account_key(device.account).await?.ok_or(ApiError::Internal)?;
    let rescue = Rescue::decode(&request.file).and_then(|rescue| rescue.for_account(key)).map_err(RescueError::File)?;
    let entries: Vec<EntryBytes> = rescue.runs.iter().flat_map(|run| run.entries.iter().cloned()).collect();
    let written = server.limits.write(&device, &entries, Instant::now()).map_err(ApiError::DailyQuota)?;
    let (reply, verdicts) = server.db.take_rescued(device.account, &rescue, Some(&device.shops), clock::now()).await?;
    written.keep();
    let noted = client.noted(AuditBy::Device, AuditWhat::Rescued, Some(reply.device));
    let noted = Noted { by_device: Some(device.id).filter(|by| *by != reply.device), ..noted };
    server.db.note(device.account, noted, clock::now()).await?;
    server.news.poke(device.account);
    server.upkeep.note(device.account);
    server.metrics.count_entries(&verdicts);
    Ok(Json(reply))
}
