//! Error class → status, in one exhaustive match.

use actix_web::http::StatusCode;
use orderbase_application::{Class, Code};

/// The status line of a class.
pub fn status(class: Class) -> StatusCode {
    match class {
        Class::Malformed => StatusCode::BAD_REQUEST,
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Class::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Class::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Class::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Gone => StatusCode::GONE,
        Class::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Class::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::UriTooLong => StatusCode::URI_TOO_LONG,
        Class::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Class::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Class::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Whether the same request may be sent again later: on 429, on 503 and on the 409s that only timing made (api.md §9).
pub fn is_worth_a_retry(code: Code) -> bool {
    matches!(code.class(), Class::TooManyRequests | Class::Unavailable)
        || matches!(code, Code::WriteConflict | Code::IdempotencyInProgress)
}

/// Whole seconds until then: 1, or on 503 spread over 1 to 3 by the request's id, so that not all come back at once (reliability.md §2).
pub fn retry_after_secs(code: Code, request_id: &str) -> Option<u32> {
    is_worth_a_retry(code).then(|| if code.class() == Class::Unavailable { 1 + spread(request_id) } else { 1 })
}

/// 0 to 2.
fn spread(request_id: &str) -> u32 {
    // New ids end in random digits; an id has at most 128 bytes.
    request_id.bytes().map(u32::from).sum::<u32>() % 3
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn waits(code: Code) -> BTreeSet<Option<u32>> {
        (0..64).map(|number| retry_after_secs(code, &format!("web-{number}"))).collect()
    }

    #[test]
    fn waits_are_spread_where_many_wait_for_the_same() {
        for code in [Code::Overloaded, Code::DependencyUnavailable, Code::DeadlineExceeded, Code::OutcomeUnknown] {
            assert_eq!(waits(code), BTreeSet::from([Some(1), Some(2), Some(3)]), "{}", code.slug());
        }
        for code in [Code::WriteConflict, Code::IdempotencyInProgress] {
            assert_eq!(waits(code), BTreeSet::from([Some(1)]), "{}", code.slug());
        }
        assert_eq!(waits(Code::InternalError), BTreeSet::from([None]));
    }
}
