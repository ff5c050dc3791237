//! Answers in the words of RFC 6749 §5. What is no fault of the request stays a problem.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA, WWW_AUTHENTICATE};
use orderbase_application::Code;
use orderbase_application::oauth::OAuthError;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::options::HttpOptions;
use crate::problem::Problem;
use crate::respond::{self, Answer};

const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const BASIC: HeaderValue = HeaderValue::from_static(r#"Basic realm="orderbase", charset="UTF-8""#);

/// A refusal of an OAuth endpoint (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
#[schema(as = OAuthError)]
pub struct OAuthErrorBody {
    #[schema(max_length = 64)]
    pub error: &'static str,
    /// What happened, for people.
    #[schema(max_length = 200)]
    pub error_description: String,
    /// A page that explains it.
    #[schema(format = "uri", max_length = 2048)]
    pub error_uri: String,
}

/// Marks a failure that is no problem document on purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken;

/// 200 with a body that nobody may keep (RFC 6749 §5.1).
pub(super) fn plain(body: &impl respond::Body) -> Answer {
    let mut answer = respond::plain(body)?;
    unkept(&mut answer);
    Ok(answer)
}

/// 200 without a body.
pub(super) fn empty() -> Answer {
    let mut answer = HttpResponse::Ok().finish();
    unkept(&mut answer);
    Ok(answer)
}

/// 400, or 401 of a client; a problem where OAuth has no word for it.
pub(super) fn refused(error: OAuthError, options: &HttpOptions) -> Answer {
    let (word, page) = match &error {
        OAuthError::InvalidRequest(_) => ("invalid_request", Code::MalformedRequest),
        OAuthError::InvalidClient => ("invalid_client", Code::Unauthenticated),
        OAuthError::InvalidGrant => ("invalid_grant", Code::InvalidCredentials),
        OAuthError::UnsupportedGrantType => ("unsupported_grant_type", Code::InvalidParameter),
        OAuthError::InvalidScope => ("invalid_scope", Code::PermissionDenied),
        OAuthError::UnsupportedTokenType => ("unsupported_token_type", Code::InvalidParameter),
        OAuthError::Failed(_) => return Err(failed(error)),
    };
    let is_client = matches!(error, OAuthError::InvalidClient);
    let body = OAuthErrorBody {
        error: word,
        error_description: error.to_string(),
        error_uri: format!("{}/errors/{}", options.public_url, page.slug()),
    };
    let bytes = serde_json::to_vec(&body).map_err(Problem::internal)?;
    let mut answer = HttpResponse::build(if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST });
    answer.insert_header((CONTENT_TYPE, respond::JSON));
    if is_client {
        answer.insert_header((WWW_AUTHENTICATE, BASIC));
    }
    let mut answer = answer.body(bytes);
    unkept(&mut answer);
    answer.extensions_mut().insert(Spoken);
    Ok(answer)
}

fn failed(error: OAuthError) -> Problem {
    match error {
        OAuthError::Failed(error) => error.into(),
        other => Problem::internal(other),
    }
}

fn unkept(answer: &mut HttpResponse) {
    answer.headers_mut().insert(CACHE_CONTROL, respond::NO_STORE);
    answer.headers_mut().insert(PRAGMA, NO_CACHE);
}

pub(super) fn bad_request_example() -> Value {
    json!({"error": "invalid_request", "error_description": "grant_type is missing.",
        "error_uri": "https://api.example.com/errors/malformed_request"})
}

pub(super) fn bad_client_example() -> Value {
    json!({"error": "invalid_client", "error_description": "the client is not accepted",
        "error_uri": "https://api.example.com/errors/unauthenticated"})
}
