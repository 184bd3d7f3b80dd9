//! `GET /v1/health`: whether this process is alive. It asks nothing else, so that nobody kills a process for its database's faults. Public.

use axum::Json;
use serde::Serialize;

/// The answer.
#[derive(Serialize)]
pub struct Health {
    /// Always `ok`: what is not ok is not answered with 200.
    status: &'static str,
}

impl Health {
    /// As it should be.
    pub const OK: Self = Self { status: "ok" };
}

/// Answers.
pub async fn answer() -> Json<Health> {
    Json(Health::OK)
}
