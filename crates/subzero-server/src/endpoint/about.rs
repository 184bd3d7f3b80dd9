//! `GET /v1/about`: what this server is, for a page that has not paired yet. Public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::demo::SignIns;
use crate::openapi::Always;
use crate::server::Server;

/// The answer.
#[derive(Serialize, ToSchema)]
pub struct About {
    /// `Subzero`.
    name: &'static str,
    /// Of this program.
    version: &'static str,
    /// The demo account's sign-ins; nothing on a server that has real accounts only.
    demo: Option<SignIns>,
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/about",
    operation_id = "about",
    tag = "server",
    summary = "What this server is",
    responses((status = 200, body = About), Always),
)]
pub async fn answer(State(server): State<Arc<Server>>) -> Json<About> {
    Json(About { name: "Subzero", version: env!("CARGO_PKG_VERSION"), demo: server.demo.clone() })
}
