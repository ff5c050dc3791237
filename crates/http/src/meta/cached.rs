//! Documents that are the same for everybody and may be kept for five minutes.

use actix_web::HttpResponse;
use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use serde::Serialize;

use super::page;
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::respond::{self, Answer};

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A JSON document with its tag, or 304.
///
/// # Errors
/// `internal_error` if the body cannot be written.
pub(crate) fn cached(known: &IfNoneMatch, body: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(body).map_err(Problem::internal)?;
    Ok(document(known, Bytes::from(bytes)))
}

/// The same of JSON text.
pub(crate) fn document(known: &IfNoneMatch, body: Bytes) -> HttpResponse {
    respond::document(known, page::tag(&body), CACHE, respond::JSON, body)
}
