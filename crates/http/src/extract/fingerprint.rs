//! What an idempotency key is bound to (api.md §7.2): the operation with its arguments and the meaning of its body.

use actix_web::http::header::{HeaderMap, HeaderName};
use orderbase_application::{App, Code, Fault, IdempotencyKey, Place, json};
use orderbase_kernel::{Invalid, InvalidCode};

use super::query::decode;
use crate::problem::Problem;
use crate::version::ApiVersion;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Raised when what follows is composed in another way.
const SCHEME: &str = "orderbase/1";

/// Reads the key.
///
/// # Errors
/// `invalid_header` for a bad one and for several.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let mut sent = headers.get_all(&IDEMPOTENCY_KEY);
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => {
            let key = only.to_str().ok().and_then(IdempotencyKey::parse);
            key.map(Some).ok_or_else(|| bad_header("Idempotency-Key", "1 to 255 printable ASCII characters"))
        }
        _ => Err(bad_header("Idempotency-Key", "one value")),
    }
}

/// 400 for a header's bad syntax.
pub(super) fn bad_header(name: &'static str, form: &'static str) -> Problem {
    let invalid = Invalid { code: InvalidCode::Pattern, bound: orderbase_kernel::Bound::Pattern(form) };
    Problem::new(Code::InvalidHeader).fault(Fault::new(Place::Header(name), &invalid))
}

/// What a request says, as far as its key is bound to it.
pub(super) struct Said<'s> {
    pub operation: &'s str,
    /// The arguments in the path.
    pub path: &'s str,
    pub query: &'s str,
    pub version: ApiVersion,
    pub body: &'s str,
}

/// SHA-256 over scheme, operation, path arguments, query, version and canonical body, each on a line of its own.
///
/// # Errors
/// `malformed_request` if the body has no canonical form.
pub(super) fn of(app: &App, said: &Said<'_>) -> Result<[u8; 32], Problem> {
    let Said { operation, path, query, version, body } = said;
    let body = match body.trim().is_empty() {
        // An operation that takes no body takes `{}` for it.
        true => String::from("{}"),
        false => json::canonical(body).map_err(|_| Problem::new(Code::MalformedRequest))?,
    };
    let text = [SCHEME, *operation, *path, &sorted(query), version.as_str(), &body].join("\n");
    Ok(app.digests.sha256(text.as_bytes()))
}

/// The parameters in one order, so that the order sent does not count.
fn sorted(query: &str) -> String {
    let mut pairs: Vec<_> = query.split('&').filter(|part| !part.is_empty()).filter_map(decode).collect();
    pairs.sort_unstable();
    pairs.join("&")
}
