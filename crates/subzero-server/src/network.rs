//! How requests reach this server: straight, or through a proxy that speaks TLS for it.
//!
//! What a request says of its own way is believed only of a proxy that the operator put there, for anybody can write the same headers.

use axum::http::HeaderMap;

/// What an operator says of the way here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Whether browsers reach this server by HTTPS only, so that they may be told to stay with it.
    pub behind_https: bool,
    /// Whether every request comes through exactly one proxy of the operator's, whose `X-Forwarded-…` headers are true.
    pub trust_proxy: bool,
}

impl Network {
    /// Whether a request came by HTTPS as far as the browser knows.
    pub fn is_https(self, headers: &HeaderMap) -> bool {
        let forwarded = || headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
        self.behind_https || (self.trust_proxy && forwarded())
    }
}
