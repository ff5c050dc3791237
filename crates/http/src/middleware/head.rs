//! A request's head (api.md §1): its size, and that it names one host, before anything is looked up.

use actix_web::dev::RequestHead;
use actix_web::http::header::HOST;
use orderbase_application::Code;

use crate::options::HttpOptions;
use crate::problem::Problem;

/// # Errors
/// `uri_too_long`, `header_fields_too_large`; `malformed_request` without exactly one `Host` (RFC 9112 §3.2), in HTTP/1.0 too.
pub(super) fn check(head: &RequestHead, options: &HttpOptions) -> Result<(), Problem> {
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > options.target_bytes_max {
        return Err(Problem::new(Code::UriTooLong)
            .detail(format!("Path and query may have {} bytes.", options.target_bytes_max)));
    }
    // Name, colon, blank, value, line end.
    let fields: usize = head.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if fields > options.head_bytes_max {
        return Err(Problem::new(Code::HeaderFieldsTooLarge)
            .detail(format!("The headers may have {} bytes.", options.head_bytes_max)));
    }
    if head.headers().get_all(HOST).count() != 1 {
        return Err(Problem::new(Code::MalformedRequest).detail("A request names its host once."));
    }
    Ok(())
}
