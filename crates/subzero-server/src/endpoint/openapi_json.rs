//! `GET /v1/openapi.json`: this API described for programs, as `OpenAPI` 3.1. Public.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderName, header};

use crate::openapi::Always;

/// The description, written once at start.
#[derive(Clone)]
pub struct Document(pub Bytes);

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    operation_id = "openapi",
    tag = "server",
    summary = "This description",
    responses((status = 200, description = "An OpenAPI 3.1 document", content_type = "application/json"), Always),
)]
pub async fn answer(Extension(Document(bytes)): Extension<Document>) -> ([(HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "application/json")], bytes)
}
