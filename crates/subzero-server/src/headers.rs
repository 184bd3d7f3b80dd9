//! The headers that every answer carries, whatever it is: a page, an entry, a refusal, a panic.
//!
//! They tell a browser what an answer may do: run nothing, be framed by nobody, be read by no other origin. The page alone may run
//! something, and says in [`page`](crate::page) what; its policy is kept where it is already there.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::server::Server;

/// For whatever is not the page: nothing is loaded, nothing runs, nobody frames it.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// How long a browser comes back by HTTPS only: a year. Not for subdomains, which may not be ours.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The same on every answer. The page copies a text; all else that a browser could be asked for is refused before it asks the cashier.
/// Sharing is the page's own unless it is named here, and a browser that cannot share would complain of the name.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    // Cross-origin isolated: nobody else's page shares a process with the till, and its timers are precise.
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "clipboard-write=(self), accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), \
             encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), \
             midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
             usb=(), xr-spatial-tracking=()",
        ),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Adds what every answer carries.
pub async fn add(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let is_https = server.network.is_https(request.headers());
    let mut response = next.run(request).await;
    mark(response.headers_mut(), is_https);
    response
}

fn mark(headers: &mut HeaderMap, is_https: bool) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
