//! The API described for programs, out of the code that answers: paths from the router, types from [`subzero_sync::wire`], refusals from
//! [`ApiError`].
//!
//! Nothing is written twice: an endpoint names its refusals as the values it answers with, and their statuses, codes and sentences are
//! what they say of themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use subzero_sync::wire;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{IntoResponses, ToSchema as _};

use crate::error::ApiError;

/// Answers by status.
pub type Responses = BTreeMap<String, RefOr<Response>>;

/// What every endpoint may answer.
pub struct Always;

impl IntoResponses for Always {
    fn responses() -> Responses {
        refusals([])
    }
}

/// These refusals and those of every endpoint, by status.
pub fn refusals(own: impl IntoIterator<Item = ApiError>) -> Responses {
    let always = [
        ApiError::Method,
        ApiError::TooManyRequests(Duration::from_secs(1)),
        ApiError::Database { is_temporary: true },
        ApiError::Internal,
    ];
    let mut said_by_status: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for error in own.into_iter().chain(always) {
        let said = format!("`{}`: {error}", error.code());
        said_by_status.entry(error.status().as_str().to_owned()).or_default().push(said);
    }
    let body = || ContentBuilder::new().schema(Some(Ref::from_schema_name(wire::ApiError::name()))).build();
    let response = |said: Vec<String>| {
        ResponseBuilder::new().description(said.join("\n\n")).content("application/json", body()).build().into()
    };
    said_by_status.into_iter().map(|(status, said)| (status, response(said))).collect()
}

/// What the router's paths are added to.
pub fn frame() -> OpenApi {
    let mut info = Info::new("Subzero", env!("CARGO_PKG_VERSION"));
    info.description = Some(format!(
        "How tills and server keep the same entries; docs/protocol.md says why. Whatever is not a success is an `ApiError` with a stable \
         code, the 409 of a push apart; any other path below `/v1` is answered with 404, `{}`.",
        ApiError::NotFound.code()
    ));
    let mut components = Components::new();
    for (scheme, of) in [
        ("secret", "The token that a device got when it was paired: to get access tokens with, and for nothing else."),
        ("device", "An access token of a device, good for a quarter of an hour."),
        (
            "session",
            "The token of an owner who has just signed in: for ten minutes, to pair registers and look after them.",
        ),
    ] {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(of)).build();
        components.add_security_scheme(scheme, SecurityScheme::Http(bearer));
    }
    let (name, schema) = (wire::ApiError::name().into_owned(), <wire::ApiError as utoipa::PartialSchema>::schema());
    components.schemas.insert(name, schema);
    OpenApiBuilder::new().info(info).paths(Paths::new()).components(Some(components)).build()
}
