//! What is noted of every request: a name of its own in the log and in the answer, how it went, how long it took.
//!
//! > Nothing that an asker wrote is logged: no header, no body, no query, not even the path, only which endpoint it led to.
//!
//! Its address is: whoever tries passwords is found by it.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::error::DatabaseFailed;
use crate::network::Client;
use crate::server::Server;

/// The header that names the request, for whoever reports a fault. Always ours: an asker's own is not taken over.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What is below no endpoint's path: a file of the page or a place in it.
const PAGE: &str = "page";

/// Notes a request and how it went.
pub async fn note(
    State(server): State<Arc<Server>>,
    client: Client,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let id = Uuid::new_v4().simple().to_string();
    let endpoint = matched.as_ref().map_or(PAGE, MatchedPath::as_str);
    let span = tracing::info_span!("request", id, method = method(&request), endpoint, %client);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status();
    server.metrics.count_request(endpoint, status, took);
    if let Some(DatabaseFailed { is_temporary }) = response.extensions().get() {
        server.metrics.count_database_error(*is_temporary);
        server.doubt();
    }
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| log(status, took_ms));
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A method that there is. Any other is the asker's own text.
fn method(request: &Request) -> &'static str {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    const NAMES: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.iter().zip(NAMES).find(|(known, _)| *known == request.method()).map_or("other", |(_, name)| name)
}

/// Successes are many and alike; what was refused may be looked for, and what failed must be looked at.
fn log(status: StatusCode, took_ms: u64) {
    let status = status.as_u16();
    match status {
        500.. => tracing::error!(status, took_ms, "failed"),
        400.. => tracing::info!(status, took_ms, "refused"),
        _ => tracing::debug!(status, took_ms, "answered"),
    }
}
