//! `POST /v1/devices/pair`: a new device gets its identity, its token and its grants: every shop the account has and the
//! office. That it exists is written into the office's history like any other change. A device that was paired before, and whose token is no
//! longer taken, gets another one and stays who it is. An owner's session lets it in, or a code that an owner made for it.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{AuditBy, AuditWhat, PairCall, PairRequest, Paired};
use utoipa::IntoResponses;

use super::Body;
use crate::clock;
use crate::code::Code;
use crate::db::{PairedDevice, Session};
use crate::error::ApiError;
use crate::network::Client;
use crate::openapi::{self, Responses};
use crate::server::Server;
use crate::token::{self, TokenHash};

/// The most characters a register's name may have.
const NAME_CHARS_MAX: usize = 60;

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([
            ApiError::Session,
            ApiError::Code,
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
    path = "/v1/devices/pair",
    operation_id = "pair",
    tag = "pairing",
    summary = "A device gets its identity and its token",
    request_body = PairCall,
    responses((status = 200, body = Paired), Refusals),
    security(("session" = []), ()),
)]
pub async fn answer(
    State(server): State<Arc<Server>>,
    client: Client,
    session: Result<Session, ApiError>,
    Body(call): Body<PairCall>,
) -> Result<Json<Paired>, ApiError> {
    let (token, hash) = token::mint()?;
    let (by, request, paired) = match call {
        PairCall::ByOwner(request) => {
            let (session, request) = (session?, checked(request)?);
            let paired = server.db.pair_as(session, &request, hash, clock::now()).await?;
            (AuditBy::Owner, request, paired)
        }
        PairCall::ByCode { code } => {
            let (request, paired) = by_code(&server, client, &code, hash).await?;
            (AuditBy::Device, request, paired)
        }
    };
    let account = paired.device.account;
    let noted = client.noted(by, AuditWhat::Paired, Some(paired.device.id));
    server.db.note(account, noted, clock::now()).await?;
    // Heard before it was paired again: what it says from now on is of another outbox.
    let last_heard = match request.again {
        Some(id) => server.db.last_heard(account, id).await?,
        None => None,
    };
    server.news.poke(account);
    Ok(Json(Paired {
        token,
        device: paired.device.id,
        shop: request.shop,
        register: request.register,
        account: paired.account,
        currency: paired.currency,
        reads: paired.device.shops.into_iter().collect(),
        account_key: server.db.account_key(account).await?,
        last_heard,
    }))
}

/// What a code stands for, done. A code is tried at most a few times from one address, and a few times at all.
async fn by_code(
    server: &Server,
    client: Client,
    typed: &str,
    token: TokenHash,
) -> Result<(PairRequest, PairedDevice), ApiError> {
    server.limits.code.take(client, Instant::now()).map_err(ApiError::TooManyRequests)?;
    let code = Code::read(typed).ok_or(ApiError::Code)?;
    let of = server.db.account_at(&code).await?;
    if let Some(paired) = server.db.pair_by_code(&code, token, clock::now()).await? {
        return Ok(paired);
    }
    if let Some(account) = of {
        server.db.note(account, client.noted(AuditBy::Device, AuditWhat::CodeWrong, None), clock::now()).await?;
    }
    Err(ApiError::Code)
}

/// A request with a name that a register may have and a shop that one may stand in.
pub fn checked(mut request: PairRequest) -> Result<PairRequest, ApiError> {
    request.register = request.register.trim().to_owned();
    if request.register.is_empty() || request.register.chars().count() > NAME_CHARS_MAX {
        return Err(ApiError::RegisterName);
    }
    if request.shop == ShopId::OFFICE {
        return Err(ApiError::NoShop(request.shop));
    }
    Ok(request)
}
