//! Cross-origin requests (api.md §1): an exact list of origins, never `*`, never credentials.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue,
    ORIGIN,
};

use crate::options::HttpOptions;

const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "Accept, Api-Version, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, traceparent, tracestate, \
     X-API-Key, X-Request-Id",
);
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "Allow, Api-Version, Deprecation, ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, \
     Retry-After, Sunset, WWW-Authenticate, X-Request-Id",
);
const MAX_AGE_SECS: HeaderValue = HeaderValue::from_static("600");

/// The origin of the request, if it is on the list.
pub(super) fn listed<'r>(request: &'r HeaderMap, options: &HttpOptions) -> Option<&'r HeaderValue> {
    let origin = request.get(ORIGIN)?;
    options.cors_origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes()).then_some(origin)
}

/// Lets a listed origin read the answer.
pub(super) fn expose(answer: &mut HeaderMap, origin: HeaderValue) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
}

/// Tells a listed origin what it may send to this path.
pub(super) fn preflight(
    answer: &mut HttpResponseBuilder,
    request: &HeaderMap,
    methods: &HeaderValue,
    options: &HttpOptions,
) {
    if request.contains_key(ACCESS_CONTROL_REQUEST_METHOD) && listed(request, options).is_some() {
        answer.insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods.clone()));
        answer.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS));
        answer.insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECS));
    }
}
