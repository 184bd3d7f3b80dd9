//! The endpoints, one a file, and what they have in common: who asks, how a body and a query are read, what every answer says.
//!
//! An endpoint decodes, asks the database, encodes. What it answers when it cannot is [`ApiError`].

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use subzero_sync::wire::{PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, RESCUE_ENTRIES_MAX, RESCUE_TEXT_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;

use crate::db::Device;
use crate::error::ApiError;
use crate::server::Server;
use crate::{page, token};

mod about;
mod auth_owner;
mod devices_pair;
mod health;
mod sync_manifest;
mod sync_pull;
mod sync_push;
mod sync_rescue;

/// The most bytes a request to sign in or to pair may have.
const SIGN_IN_BYTES_MAX: usize = 4 * 1024;
/// The most bytes a push may have: its entries in base64, each with its quotes and comma, and the fields around them.
const PUSH_BODY_BYTES_MAX: usize = PUSH_BYTES_MAX / 3 * 4 + PUSH_ENTRIES_MAX * 8 + 1024;
/// The most bytes a rescue file may have as a text within JSON: every quote in it gets a backslash.
const RESCUE_BODY_BYTES_MAX: usize = RESCUE_TEXT_MAX + RESCUE_ENTRIES_MAX * 32 + 1024;
/// The longest any request may take: the longest wait for news and room to answer.
const REQUEST_MAX: Duration = Duration::from_mins(1);
/// The longest a body may pause on its way here.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(20);

/// All paths.
pub fn router(server: Arc<Server>) -> Router {
    let sign_in = Router::new()
        .route("/v1/auth/owner", post(auth_owner::answer))
        .route("/v1/devices/pair", post(devices_pair::answer))
        .layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX));
    // Compressed, for none of these answers holds a secret beside something the asker chose.
    let sync = Router::new()
        .route("/v1/sync/manifest", get(sync_manifest::answer))
        .route("/v1/sync/pull", get(sync_pull::answer))
        .route("/v1/sync/push", post(sync_push::answer))
        .layer(DefaultBodyLimit::max(PUSH_BODY_BYTES_MAX))
        .layer(CompressionLayer::new());
    let rescue = Router::new()
        .route("/v1/sync/rescue", post(sync_rescue::answer))
        .layer(DefaultBodyLimit::max(RESCUE_BODY_BYTES_MAX));
    let api = Router::new()
        .route("/v1/about", get(about::answer))
        .route("/v1/health", get(health::answer))
        .route("/v1", get(nothing))
        .route("/v1/", get(nothing))
        .route("/v1/{*rest}", axum::routing::any(nothing))
        .merge(sign_in)
        .merge(sync)
        .merge(rescue)
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(map_response(mark_private));
    let pages = Router::new().fallback(page::answer).layer(CompressionLayer::new());
    Router::new()
        .merge(api)
        .fallback_service(pages.with_state(Arc::clone(&server)))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_MAX))
        .layer(CatchPanicLayer::custom(|_| ApiError::Internal.into_response()))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            // The path alone: headers hold tokens.
            tracing::info_span!("request", method = %request.method(), path = request.uri().path())
        }))
        .with_state(server)
}

async fn nothing() -> ApiError {
    ApiError::NotFound
}

async fn mark_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The bearer token of a request.
fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Token → device → account: whoever has no valid token gets no further.
impl FromRequestParts<Arc<Server>> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ApiError::Token)?;
        server.db.device(token::hash(token)).await?.ok_or(ApiError::Token)
    }
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
