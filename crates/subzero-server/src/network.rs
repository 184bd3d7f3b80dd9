//! How requests reach this server: straight, or through a proxy that speaks TLS for it; and from whom.
//!
//! What a request says of its own way is believed only of a proxy that the operator put there, for anybody can write the same headers.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::{AuditBy, AuditWhat};

use crate::db::Noted;
use crate::limits::Quotas;
use crate::server::Server;

/// What an operator says of the way here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Whether browsers reach this server by HTTPS only, so that they may be told to stay with it.
    pub behind_https: bool,
    /// Whether every request comes through exactly one proxy of the operator's, whose `X-Forwarded-…` headers are true.
    pub trust_proxy: bool,
    /// How long requests are still taken after the server was told to stop, so that whoever spreads them sees first that it is not ready.
    pub drain: Duration,
    /// How much may be asked.
    pub quotas: Quotas,
}

/// Who asks, as far as the network knows: an IPv4 address, or the network of an IPv6 address (64 bits), for one household has all of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client(IpAddr);

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Network {
    /// Whether a request came by HTTPS as far as the browser knows.
    pub fn is_https(self, headers: &HeaderMap) -> bool {
        let forwarded = || headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
        self.behind_https || (self.trust_proxy && forwarded())
    }

    /// Who asks: the peer; behind a proxy whom the proxy named. It adds its word at the end, so the last word is the proxy's and those before
    /// it are anybody's.
    fn client(self, headers: &HeaderMap, peer: IpAddr) -> Client {
        let Some(forwarded) = headers.get_all("x-forwarded-for").iter().next_back() else { return Client::new(peer) };
        if !self.trust_proxy {
            warn_of_proxy();
            return Client::new(peer);
        }
        let last = forwarded.to_str().ok().and_then(|list| address(list.rsplit(',').next()?.trim()));
        Client::new(last.unwrap_or(peer))
    }
}

/// An address as proxies write it: some with its port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = || text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    alone().or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

impl Client {
    fn new(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

/// Notes on a request who asks.
pub async fn note_client(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = server.network.client(request.headers(), peer.ip());
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// As [`note_client`] noted.
impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Client {
    /// As [`note_client`] noted; whoever passed it by is one and the same nobody.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().copied().unwrap_or(Self(Ipv6Addr::UNSPECIFIED.into()))
    }
}

impl Client {
    /// What is to be noted of something that was asked from here.
    pub fn noted(self, by: AuditBy, what: AuditWhat, device: Option<DeviceId>) -> Noted {
        Noted { by, what, device, by_device: None, address: Some(self.to_string()) }
    }
}

/// Says once that all clients count as one.
fn warn_of_proxy() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "a request names whom it was forwarded for, and --trust-proxy is not set: if a proxy is in front of this server, \
             all its clients count as one and share one limit"
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(trust_proxy: bool, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let network = Network { trust_proxy, ..Network::default() };
        network.client(&headers, IpAddr::from([127, 0, 0, 1])).0.to_string()
    }

    #[test]
    fn only_the_last_word_of_a_trusted_proxy_is_believed() {
        assert_eq!(client(true, &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(true, &["10.0.0.1, 203.0.113.7"]), "203.0.113.7", "the first is the client's own word");
        assert_eq!(client(true, &["10.0.0.1", "203.0.113.7"]), "203.0.113.7", "in a header of its own as well");
        assert_eq!(client(true, &[]), "127.0.0.1");
        assert_eq!(client(true, &["203.0.113.7, unknown"]), "127.0.0.1");
        assert_eq!(client(false, &["203.0.113.7"]), "127.0.0.1");
        assert_eq!(client(true, &["203.0.113.7:5678"]), "203.0.113.7", "some load balancers name the port as well");
        assert_eq!(client(true, &["[2001:db8:1:2::1]:5678"]), "2001:db8:1:2::");
        assert_eq!(client(true, &["[2001:db8:1:2::1]"]), "2001:db8:1:2::");
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_a_mapped_address_is_itself() {
        assert_eq!(client(true, &["2001:db8:1:2:3:4:5:6"]), "2001:db8:1:2::");
        assert_eq!(client(true, &["2001:db8:1:2:ffff::1"]), "2001:db8:1:2::");
        assert_eq!(client(true, &["2001:db8:1:3::1"]), "2001:db8:1:3::");
        assert_eq!(client(true, &["::ffff:203.0.113.7"]), "203.0.113.7");
    }
}
