//! `POST /v1/devices/pair`: a new device gets its identity, its token and its grants: every shop the account has and the
//! office. That it exists is written into the office's history like any other change. A device that was paired before, and whose token is no
//! longer taken, gets another one and stays who it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{PairRequest, Paired};
use utoipa::IntoResponses;

use super::Body;
use crate::db::{KnownDevice, PairError, Session};
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;
use crate::{clock, token};

/// The most characters a register's name may have.
const NAME_CHARS_MAX: usize = 60;

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
    path = "/v1/devices/pair",
    operation_id = "pair",
    tag = "pairing",
    summary = "A device gets its identity and its token",
    request_body = PairRequest,
    responses((status = 200, body = Paired), Refusals),
    security(("session" = [])),
)]
pub async fn answer(
    State(server): State<Arc<Server>>,
    session: Session,
    Body(request): Body<PairRequest>,
) -> Result<Json<Paired>, ApiError> {
    let register = request.register.trim();
    if register.is_empty() || register.chars().count() > NAME_CHARS_MAX {
        return Err(ApiError::RegisterName);
    }
    if request.shop == ShopId::OFFICE {
        return Err(ApiError::NoShop(request.shop));
    }
    let (token, hash) = token::mint()?;
    let paired = match request.again {
        Some(id) => {
            let known = KnownDevice { id, shop: request.shop, register };
            server.db.pair_again(session, &known, hash).await
        }
        None => server.db.pair(session, request.shop, register, hash, clock::now()).await,
    };
    // Heard before it was paired again: what it says from now on is of another outbox.
    let last_heard = match request.again {
        Some(id) => server.db.last_heard(session.account, id).await?,
        None => None,
    };
    let paired = paired.map_err(|error| match error {
        PairError::NoShop => ApiError::NoShop(request.shop),
        PairError::NoDevice => ApiError::NoDevice(register.to_owned()),
        PairError::Push(error) => error.into(),
        PairError::Db(error) => error.into(),
    })?;
    server.news.poke(session.account);
    Ok(Json(Paired {
        token,
        device: paired.device.id,
        shop: request.shop,
        register: register.to_owned(),
        account: paired.account,
        currency: paired.currency,
        reads: paired.device.shops.into_iter().collect(),
        account_key: server.db.account_key(session.account).await?,
        last_heard,
    }))
}
