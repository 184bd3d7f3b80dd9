//! `GET /v1/devices`: the registers of an account, for its owner.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_sync::wire::RegisterList;
use utoipa::IntoResponses;

use crate::clock;
use crate::db::{AccountId, Noted, Session};
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Session])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/devices",
    operation_id = "registers",
    tag = "pairing",
    summary = "The registers of an account",
    responses((status = 200, body = RegisterList), Refusals),
    security(("session" = [])),
)]
pub async fn answer(session: Session, State(server): State<Arc<Server>>) -> Result<Json<RegisterList>, ApiError> {
    listed(&server, session.account).await
}

/// Notes what an owner did to a register, tells the account's devices that there is news, and answers with the registers as they are from now on.
pub async fn changed(server: &Server, account: AccountId, noted: Noted) -> Result<Json<RegisterList>, ApiError> {
    server.db.note(account, noted, clock::now()).await?;
    server.news.poke(account);
    listed(server, account).await
}

async fn listed(server: &Server, account: AccountId) -> Result<Json<RegisterList>, ApiError> {
    Ok(Json(RegisterList { registers: server.db.registers(account).await? }))
}
