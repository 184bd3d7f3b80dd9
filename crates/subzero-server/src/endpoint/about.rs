//! `GET /v1/about`: what this server is, for a page that has not paired yet. Public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::demo::SignIns;
use crate::server::Server;

/// The answer.
#[derive(Serialize)]
pub struct About {
    name: &'static str,
    version: &'static str,
    /// The demo account's sign-ins; nothing on a server that has real accounts only.
    demo: Option<SignIns>,
}

/// Answers.
pub async fn answer(State(server): State<Arc<Server>>) -> Json<About> {
    Json(About { name: "Subzero", version: env!("CARGO_PKG_VERSION"), demo: server.demo.clone() })
}
