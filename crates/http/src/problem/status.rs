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
        Class::Conflict => StatusCode::CONFLICT,
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

/// Whole seconds after which the same request may be sent again: on 503 and on the 409s that only timing made (api.md §9).
pub fn retry_after_secs(code: Code) -> Option<u32> {
    match (code.class(), code) {
        (Class::Unavailable, _) | (_, Code::WriteConflict | Code::IdempotencyInProgress) => Some(1),
        _ => None,
    }
}
