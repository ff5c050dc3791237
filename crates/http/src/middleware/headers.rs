//! The headers of every answer, whoever made it (api.md §1). Static values are built once.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use orderbase_kernel::RequestId;

use crate::options::HttpOptions;
use crate::version::ApiVersion;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(crate) const API_VERSION: HeaderName = HeaderName::from_static("api-version");

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const CSP_NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
const VARY_ALWAYS: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Encoding, Api-Version, Authorization, Origin, X-API-Key");

/// Adds what is missing; a page's own policy and an answer's own caching stay.
pub(super) fn complete(
    headers: &mut HeaderMap,
    options: &HttpOptions,
    request_id: &RequestId,
    version: Option<ApiVersion>,
) {
    if let Ok(id) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(REFERRER_POLICY, NO_REFERRER);
    headers.insert(VARY, VARY_ALWAYS);
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, CSP_NOTHING);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, NO_STORE);
    }
    if options.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if let Some(version) = version {
        headers.insert(API_VERSION, version.header());
    }
}
