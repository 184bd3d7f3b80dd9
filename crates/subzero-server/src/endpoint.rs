//! The endpoints, one a file, and what they have in common: who asks, how a body and a query are read, what every answer says.
//!
//! An endpoint decodes, asks the database, encodes. What it answers when it cannot is [`ApiError`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde::de::DeserializeOwned;
use subzero_sync::wire::{PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, RESCUE_ENTRIES_MAX, RESCUE_TEXT_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::db::{Device, Session};
use crate::endpoint::openapi_json::Document;
use crate::error::ApiError;
use crate::limits::Choice;
use crate::network::{self, Client};
use crate::server::Server;
use crate::token::TokenHash;
use crate::{clock, headers, limits, observe, openapi, page, token};

mod about;
mod audit;
mod auth_device;
mod auth_owner;
mod devices;
mod devices_aside;
mod devices_code;
mod devices_let_in;
mod devices_pair;
mod devices_revoke;
mod devices_shops;
mod health;
mod openapi_json;
mod ready;
mod sync_manifest;
mod sync_pull;
mod sync_push;
mod sync_rescue;
mod sync_segment;
mod sync_segments;
mod sync_snapshot;
mod sync_snapshot_part;

/// The most bytes a request to sign in or to pair may have.
const SIGN_IN_BYTES_MAX: usize = 4 * 1024;
/// The most bytes a push may have: its entries in base64, each with its quotes and comma, and the fields around them.
const PUSH_BODY_BYTES_MAX: usize = PUSH_BYTES_MAX / 3 * 4 + PUSH_ENTRIES_MAX * 8 + 1024;
/// The most bytes a rescue file may have as a text within JSON: every quote in it gets a backslash.
const RESCUE_BODY_BYTES_MAX: usize = RESCUE_TEXT_MAX + RESCUE_ENTRIES_MAX * 32 + 1024;
/// When a device that sends as much as it may at once may come again.
const AGAIN_IN: Duration = Duration::from_secs(1);
/// The longest any request may take: the longest wait for news and room to answer.
const REQUEST_MAX: Duration = Duration::from_mins(1);
/// The longest a body may pause on its way here.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(20);

/// What is answered before the database is open: that the process is alive, for nobody is to end it for its database's faults, and else that it is
/// to be asked again.
pub fn while_waiting() -> Router {
    Router::new().route("/v1/health", get(health::answer)).fallback(async || ApiError::Unavailable)
}

/// All paths.
pub fn router(server: Arc<Server>) -> Router {
    let held = |choice: Choice| from_fn_with_state((Arc::clone(&server), choice), limits::hold);
    let sign_in = OpenApiRouter::new().routes(routes!(auth_owner::answer)).layer(held(|limits| &limits.sign_in));
    let pairing = OpenApiRouter::new()
        .routes(routes!(devices_pair::answer))
        .routes(routes!(devices_code::answer))
        .routes(routes!(devices::answer))
        .routes(routes!(audit::answer))
        .routes(routes!(devices_revoke::answer))
        .routes(routes!(devices_let_in::answer))
        .routes(routes!(devices_shops::answer))
        .routes(routes!(devices_aside::answer))
        .layer(held(|limits| &limits.pairing));
    // Compressed, for none of these answers holds a secret beside something the asker chose.
    let sync = OpenApiRouter::new()
        .routes(routes!(sync_manifest::answer))
        .routes(routes!(sync_pull::answer))
        .routes(routes!(sync_segments::answer))
        .routes(routes!(sync_segment::answer))
        .routes(routes!(sync_snapshot::answer))
        .routes(routes!(sync_snapshot_part::answer))
        .routes(routes!(sync_push::answer))
        .layer(DefaultBodyLimit::max(PUSH_BODY_BYTES_MAX))
        .layer(CompressionLayer::new());
    let access = OpenApiRouter::new().routes(routes!(auth_device::answer));
    let rescue =
        OpenApiRouter::new().routes(routes!(sync_rescue::answer)).layer(DefaultBodyLimit::max(RESCUE_BODY_BYTES_MAX));
    let watched = OpenApiRouter::new()
        .routes(routes!(health::answer))
        .routes(routes!(ready::answer))
        .layer(held(|limits| &limits.watcher));
    let strangers = OpenApiRouter::new()
        .routes(routes!(about::answer))
        .routes(routes!(openapi_json::answer))
        .route("/v1", get(nothing))
        .route("/v1/", get(nothing))
        .route("/v1/{*rest}", axum::routing::any(nothing))
        .layer(held(|limits| &limits.stranger));
    let (api, description) = OpenApiRouter::with_openapi(openapi::frame())
        .merge(sign_in.merge(pairing).layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)))
        .merge(access)
        .merge(sync)
        .merge(rescue)
        .merge(watched)
        .merge(strangers)
        .split_for_parts();
    // It is made of plain maps and texts, which are always JSON.
    let document = Document(serde_json::to_vec(&description).unwrap_or_default().into());
    let api = api
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(Extension(document))
        .layer(map_response(mark_private));
    let pages = Router::new().fallback(page::answer).layer(held(|limits| &limits.stranger));
    Router::new()
        .merge(api)
        .fallback_service(pages.with_state(Arc::clone(&server)))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(|_| ApiError::Internal.into_response()))
        .layer(from_fn_with_state(Arc::clone(&server), headers::add))
        .layer(from_fn_with_state(Arc::clone(&server), observe::note))
        .layer(from_fn_with_state(Arc::clone(&server), network::note_client))
        .with_state(server)
}

async fn nothing() -> ApiError {
    ApiError::NotFound
}

/// Answers within [`REQUEST_MAX`], if need be that it cannot now: whoever asked has given up by then.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(REQUEST_MAX, next.run(request)).await;
    answer.unwrap_or_else(|_| ApiError::Unavailable.into_response())
}

/// Nothing of an account stays in a browser's own cache: a withdrawn grant would not reach it there.
async fn mark_private(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The bearer token of a request.
fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Token → owner → account. A session's token is good where registers are paired and looked after, and nowhere else.
impl FromRequestParts<Arc<Server>> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ApiError::Session)?;
        server.db.session(token::hash(token), clock::now()).await?.ok_or(ApiError::Session)
    }
}

/// Token → device → account: whoever has no valid token, or one whose access has ended, gets no further.
impl FromRequestParts<Arc<Server>> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let Sender(device) = Sender::from_request_parts(parts, server).await?;
        if device.is_removed { Err(ApiError::RegisterRemoved) } else { Ok(device) }
    }
}

/// A device that only wants to get rid of what it recorded: its access may have ended.
struct Sender(Device);

/// Whoever has no valid token is counted by their address, and everybody else by who they are.
impl FromRequestParts<Arc<Server>> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let Some(token) = bearer(parts) else { return Err(refuse(server, parts, ApiError::Token)) };
        let device = server.db.device_with_access(token::hash(token), clock::now()).await?;
        let Some(device) = device else { return Err(refuse(server, parts, ApiError::Access)) };
        count(server, &device)?;
        Ok(Self(device))
    }
}

/// The token a device was paired with, if it is one's: good for access tokens and nothing else.
struct Secret(TokenHash);

/// Counted like [`Sender`].
impl FromRequestParts<Arc<Server>> for Secret {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let Some(secret) = bearer(parts).map(token::hash) else { return Err(refuse(server, parts, ApiError::Token)) };
        let device = server.db.device(secret).await?;
        let Some(device) = device else { return Err(refuse(server, parts, ApiError::Token)) };
        count(server, &device)?;
        Ok(Self(secret))
    }
}

/// Counts a device by who it is.
fn count(server: &Server, device: &Device) -> Result<(), ApiError> {
    server.limits.device.take((device.account, device.id), Instant::now()).map_err(ApiError::TooManyRequests)
}

/// Counts whoever has no valid token by their address; says so until they are too many.
fn refuse(server: &Server, parts: &Parts, why: ApiError) -> ApiError {
    server.limits.stranger.take(Client::of(parts), Instant::now()).map_or_else(ApiError::TooManyRequests, |()| why)
}

/// A JSON body.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<Server>> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, ApiError> {
        if !says_json(request.headers()) {
            return Err(ApiError::ContentType);
        }
        let bytes = Bytes::from_request(request, server).await.map_err(|rejection: BytesRejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { ApiError::TooLarge } else { ApiError::Cut }
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(ApiError::Body)
    }
}

/// Whether a body is said to be JSON. A form of a foreign site cannot say so.
fn says_json(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    let kind = said.and_then(|said| said.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// Reads a query, or says what it has to be.
fn read_query<T: DeserializeOwned>(parts: &Parts, must: &'static str) -> Result<T, ApiError> {
    Query::try_from_uri(&parts.uri).map(|Query(query)| query).map_err(|_| ApiError::Query(must))
}
