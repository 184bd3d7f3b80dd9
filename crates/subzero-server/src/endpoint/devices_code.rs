//! `POST /v1/devices/code`: an owner makes a code that lets one register in once, so that their password need not be typed there.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{AuditBy, AuditWhat, CODE_GOOD_FOR_MS, PairRequest, PairingCode};
use utoipa::IntoResponses;

use super::Body;
use super::devices_pair::checked;
use crate::clock;
use crate::code::Code;
use crate::db::Session;
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::server::Server;

/// How often another code is made because the place of one is taken. There are 32,768 places.
const MINTED_MAX: u32 = 20;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Session,
            ApiError::RegisterName,
            ApiError::NoShop(ShopId(9)),
            ApiError::NoDevice("Front till".to_owned()),
            ApiError::unreadable(),
            ApiError::ContentType,
            ApiError::Cut,
            ApiError::TooLarge,
        ])
    }
}

/// Answers.
#[utoipa::path(
    post,
    path = "/v1/devices/code",
    operation_id = "code",
    tag = "pairing",
    summary = "An owner makes a code that lets one register in",
    request_body = PairRequest,
    responses((status = 200, body = PairingCode), Refusals),
    security(("session" = [])),
)]
pub async fn answer(
    session: Session,
    State(server): State<Arc<Server>>,
    client: Client,
    Body(request): Body<PairRequest>,
) -> Result<Json<PairingCode>, ApiError> {
    let request = checked(request)?;
    for _ in 0..MINTED_MAX {
        let code = Code::mint()?;
        if server.db.add_code(session, &request, &code, clock::now()).await? {
            let noted = client.noted(AuditBy::Owner, AuditWhat::CodeMade, request.again);
            server.db.note(session.account, noted, clock::now()).await?;
            return Ok(Json(PairingCode { code: code.text().to_owned(), good_for_ms: CODE_GOOD_FOR_MS }));
        }
    }
    Err(ApiError::Unavailable)
}
