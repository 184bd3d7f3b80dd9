//! `POST /v1/sync/push`: what a device recorded, also one whose access has ended. The answer follows the commit; whoever waits is woken after it.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use subzero_sync::wire::{PushConflict, PushReply, PushRequest};
use utoipa::IntoResponses;

use super::{AGAIN_IN, Body, Sender};
use crate::clock;
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Token,
            ApiError::Access,
            ApiError::Sequence,
            ApiError::unreadable(),
            ApiError::ContentType,
            ApiError::Cut,
            ApiError::TooLarge,
            ApiError::DailyQuota(AGAIN_IN),
        ])
    }
}

/// Answers.
#[utoipa::path(
    post,
    path = "/v1/sync/push",
    operation_id = "push",
    tag = "sync",
    summary = "What a device recorded",
    request_body = PushRequest,
    responses(
        (status = 200, body = PushReply),
        (status = 409, description = "Nothing was stored: the device must do something else first", body = PushConflict),
        Refusals,
    ),
    security(("device" = [])),
)]
pub async fn answer(
    Sender(device): Sender,
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Json<PushReply>, ApiError> {
    let bodies = if device.is_removed { &server.late_pushes } else { &server.pushes };
    let permit = bodies.permit((device.account, device.id)).await;
    let _permit = permit.ok_or(ApiError::TooManyRequests(AGAIN_IN))?;
    let Body(request): Body<PushRequest> = Body::from_request(request, &server).await?;
    let written = server.limits.write(&device, &request.entries, Instant::now()).map_err(ApiError::DailyQuota)?;
    let reply = server.db.push(&device, request, clock::now()).await?;
    written.keep();
    server.news.poke(device.account);
    server.upkeep.note(device.account);
    server.metrics.count_entries(&reply.verdicts);
    Ok(Json(reply))
}
