//! Answers that went well. Nothing here decides; bodies come ready to be written.

use std::io;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LINK, LOCATION};
use actix_web::web::Bytes;
use orderbase_application::Done;
use orderbase_application::changeset::KeptAnswer;
use orderbase_kernel::Version;
use serde::Serialize;

use crate::etag::{self, IfNoneMatch};
use crate::problem::Problem;

/// What a handler gives back.
pub type Answer = Result<HttpResponse, Problem>;

/// `application/json`
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Private to the caller, and asked for again with `If-None-Match`.
pub const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Kept by nobody.
pub const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// What is written into an answer.
pub trait Body: Serialize {
    /// About how many bytes it takes, rather too many than too few, so that it is written into one buffer.
    fn size_hint(&self) -> usize {
        512
    }
}

impl Body for serde_json::Value {}

fn bytes(body: &impl Body) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(body.size_hint());
    serde_json::to_writer(&mut bytes, body)?;
    Ok(bytes)
}

/// 200 with a body and no entity tag: a list, an event, what changes by itself.
///
/// # Errors
/// `internal_error` if the body cannot be written.
pub fn plain(body: &impl Body) -> Answer {
    let bytes = bytes(body).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, JSON)).body(bytes))
}

/// 200 with a list and its `Link` (RFC 8288).
///
/// # Errors
/// `internal_error` if body or links cannot be written.
pub fn list(body: &impl Body, link: &str) -> Answer {
    let bytes = bytes(body).map_err(Problem::internal)?;
    let link = HeaderValue::try_from(link).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, JSON)).insert_header((LINK, link)).body(bytes))
}

/// 200 with a resource and its tag, or 304 if the reader has it. The body is kept only where it is sent.
///
/// # Errors
/// `internal_error` if the body cannot be written.
pub fn resource(known: &IfNoneMatch, version: Version, body: &impl Body) -> Answer {
    tagged(known, etag::of_version(version), body)
}

/// The same for a tag with a variant.
///
/// # Errors
/// As [`resource`].
pub fn tagged(known: &IfNoneMatch, tag: HeaderValue, body: &impl Body) -> Answer {
    if known.matches(&tag) {
        return Ok(not_modified(tag, REVALIDATE, JSON, length(body).map_err(Problem::internal)?));
    }
    let bytes = bytes(body).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, JSON))
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, REVALIDATE))
        .body(bytes))
}

/// A document that is the same for everybody, or 304.
pub fn document(
    known: &IfNoneMatch,
    tag: HeaderValue,
    cache: HeaderValue,
    media_type: HeaderValue,
    body: Bytes,
) -> HttpResponse {
    if known.matches(&tag) {
        return not_modified(tag, cache, media_type, body.len() as u64);
    }
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, cache))
        .body(body)
}

/// What a 304 stands for. The tag of the 200 depends on it, and so does that of the 304 (RFC 9110 §15.4.5).
#[derive(Clone, Debug)]
pub(crate) struct Unsent {
    pub media_type: HeaderValue,
    pub bytes: u64,
}

fn not_modified(tag: HeaderValue, cache: HeaderValue, media_type: HeaderValue, bytes: u64) -> HttpResponse {
    let mut response =
        HttpResponse::NotModified().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, cache)).finish();
    response.extensions_mut().insert(Unsent { media_type, bytes });
    response
}

/// How many bytes a body would take.
fn length(body: &impl Body) -> serde_json::Result<u64> {
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, body)?;
    Ok(counted.0)
}

struct Counted(u64);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The answer of a creation: 201, where it is, its tag, its body.
pub fn created(location: String, version: Version, body: &impl Body) -> KeptAnswer {
    created_as(location, etag::text_of_version(version), body)
}

/// The same under a tag with a variant.
pub fn created_as(location: String, tag: String, body: &impl Body) -> KeptAnswer {
    kept(StatusCode::CREATED, Some(location), Some(tag), body)
}

/// The answer of a creation without version of its own, such as an entry in a timeline.
pub fn created_untagged(location: String, body: &impl Body) -> KeptAnswer {
    kept(StatusCode::CREATED, Some(location), None, body)
}

/// 201 of a command that takes no idempotency key: where it is, and its body without a tag.
///
/// # Errors
/// `internal_error` if body or location cannot be written.
pub fn added(location: String, body: &impl Body) -> Answer {
    send(Arc::new(created_untagged(location, body)), false)
}

/// The answer of a change: 200, its tag, its body.
pub fn ok(version: Version, body: &impl Body) -> KeptAnswer {
    ok_as(etag::text_of_version(version), body)
}

/// The same under a tag with a variant.
pub fn ok_as(tag: String, body: &impl Body) -> KeptAnswer {
    kept(StatusCode::OK, None, Some(tag), body)
}

/// The answer of a command whose work goes on: 202, its tag, its body.
pub fn accepted(version: Version, body: &impl Body) -> KeptAnswer {
    kept(StatusCode::ACCEPTED, None, Some(etag::text_of_version(version)), body)
}

fn kept(status: StatusCode, location: Option<String>, etag: Option<String>, body: &impl Body) -> KeptAnswer {
    let body = bytes(body).unwrap_or_else(|error| {
        // Structs of texts, numbers and raw JSON always serialise.
        tracing::error!(error.message = %error, "invariant.violated");
        Vec::new()
    });
    KeptAnswer { status: status.as_u16(), location, etag, body, holds_credential: false }
}

/// The same answer where its body shows a credential: kept encrypted, and stored by nobody on the way (security.md rule 4).
pub fn showing_credential(answer: KeptAnswer) -> KeptAnswer {
    KeptAnswer { holds_credential: true, ..answer }
}

/// 204.
///
/// # Errors
/// None; the type is that of handlers.
pub fn no_content() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

/// The answer of a command, whether it was kept, is repeated, or was not rendered yet.
///
/// # Errors
/// `internal_error` if a kept answer is not fit to be sent.
pub fn done<V>(done: Done<V>, render: impl FnOnce(&V) -> KeptAnswer) -> Answer {
    match done {
        Done::Fresh(view) => send(Arc::new(render(&view)), false),
        Done::Kept(answer) => send(answer, false),
        Done::Replayed(answer) => send(answer, true),
    }
}

fn send(answer: Arc<KeptAnswer>, is_replayed: bool) -> Answer {
    let status = StatusCode::from_u16(answer.status).map_err(Problem::internal)?;
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, JSON));
    if let Some(location) = &answer.location {
        response.insert_header((LOCATION, HeaderValue::try_from(location).map_err(Problem::internal)?));
    }
    if let Some(tag) = &answer.etag {
        response.insert_header((ETAG, HeaderValue::try_from(tag).map_err(Problem::internal)?));
        response.insert_header((CACHE_CONTROL, REVALIDATE));
    }
    if answer.holds_credential {
        response.insert_header((CACHE_CONTROL, NO_STORE));
    }
    if is_replayed {
        response.insert_header((IDEMPOTENT_REPLAYED, TRUE));
    }
    Ok(response.body(Bytes::from_owner(KeptBody(answer))))
}

/// Sends the kept bytes without copying them.
struct KeptBody(Arc<KeptAnswer>);

impl AsRef<[u8]> for KeptBody {
    fn as_ref(&self) -> &[u8] {
        &self.0.body
    }
}
