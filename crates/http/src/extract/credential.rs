//! The credential of a request: one, in a header. It is never logged, never kept, and never read from the URL.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use orderbase_application::{Code, Fault, Place};
use orderbase_kernel::{Invalid, InvalidCode};

use super::query::decoded_names;
use crate::problem::Problem;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Names under which a credential might be sent in a query, without their dashes and underscores.
const NAMES_IN_QUERY: [&str; 20] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "auth",
    "authorization",
    "authtoken",
    "bearer",
    "bearertoken",
    "clientsecret",
    "idtoken",
    "jwt",
    "key",
    "password",
    "refreshtoken",
    "secret",
    "token",
    "xapikey",
    "xapitoken",
    "xauthtoken",
];

/// A credential as it was sent. It prints nothing by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential<T> {
    ApiKey(T),
    /// An access token (RFC 6750 §2.1).
    Bearer(T),
}

impl<T> Credential<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Credential<U> {
        match self {
            Self::ApiKey(text) => Credential::ApiKey(change(text)),
            Self::Bearer(text) => Credential::Bearer(change(text)),
        }
    }
}

/// Reads the one credential.
///
/// # Errors
/// `ambiguous_credentials` for more than one; `unauthenticated` for none, and for one of a kind that is not accepted.
pub(super) fn read(headers: &HeaderMap) -> Result<Credential<&str>, Problem> {
    let mut keys = headers.get_all(&X_API_KEY);
    let mut authorizations = headers.get_all(AUTHORIZATION);
    match (keys.next(), keys.next(), authorizations.next(), authorizations.next()) {
        (Some(key), None, None, None) => key.to_str().map(Credential::ApiKey).map_err(|_| Problem::bad_credential()),
        (None, _, None, _) => Err(Problem::new(Code::Unauthenticated)),
        (None, _, Some(sent), None) => {
            sent.to_str().ok().and_then(token).map(Credential::Bearer).ok_or_else(Problem::bad_credential)
        }
        _ => Err(Problem::new(Code::AmbiguousCredentials)),
    }
}

/// The token of `Bearer token` (RFC 6750 §2.1): the scheme in any case, one blank, a `b64token`.
fn token(sent: &str) -> Option<&str> {
    let (scheme, token) = sent.split_once(' ')?;
    let bare = token.trim_end_matches('=');
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    (scheme.eq_ignore_ascii_case("bearer") && !bare.is_empty() && bare.bytes().all(known)).then_some(token)
}

/// Refuses a query that carries a credential; queries end in logs and histories.
///
/// # Errors
/// `unknown_parameter` (security.md 5), naming the parameter and nothing of its value.
pub(super) fn refuse_in_query(query: &str) -> Result<(), Problem> {
    if query.is_empty() {
        return Ok(());
    }
    for name in decoded_names(query) {
        let bare: String = name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
        // A name of the list, however it was spelt, holds nothing secret.
        if NAMES_IN_QUERY.contains(&bare.as_str()) {
            let fault = Fault::new(Place::Parameter(name.into_owned()), &Invalid::plain(InvalidCode::UnknownField))
                .with_hint("Send it in the header X-API-Key.");
            return Err(Problem::new(Code::UnknownParameter)
                .detail("A credential belongs in a header, never in the URL. Treat this one as leaked.")
                .fault(fault));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn code(sent: &[(&'static str, &'static str)]) -> Option<Code> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        read(&headers).err().map(|problem| problem.code())
    }

    #[test]
    fn one_credential_in_one_header() {
        assert_eq!(code(&[("x-api-key", "ob_test_x")]), None);
        assert_eq!(code(&[]), Some(Code::Unauthenticated));
        assert_eq!(code(&[("authorization", "Bearer x")]), None);
        assert_eq!(code(&[("x-api-key", "a"), ("authorization", "Bearer x")]), Some(Code::AmbiguousCredentials));
        assert_eq!(code(&[("x-api-key", "a"), ("x-api-key", "a")]), Some(Code::AmbiguousCredentials));
        assert_eq!(code(&[("authorization", "a"), ("authorization", "a")]), Some(Code::AmbiguousCredentials));
    }

    #[test]
    fn a_token_after_its_scheme_and_one_blank() {
        for (sent, read) in [("Bearer a.b-c_d~e+f/g==", "a.b-c_d~e+f/g=="), ("bearer x", "x"), ("BEARER x", "x")] {
            assert_eq!(token(sent), Some(read), "{sent}");
        }
        for sent in [
            "Bearer",
            "Bearer ",
            "Bearer  x",
            "Bearer x ",
            "Bearer x y",
            " Bearer x",
            "Bearer\tx",
            "Bearer x,y",
            "Bearer ==",
            "Bearer =x",
            "Bearer \"x\"",
            "Basic eDp5",
            "x",
            "",
            "Bearerx",
            "Token x",
            "Bearer x=y",
        ] {
            assert_eq!(token(sent), None, "{sent:?}");
        }
    }

    #[test]
    fn none_in_the_query() {
        for (query, name) in [
            ("api_key=x", "api_key"),
            ("apikey=x", "apikey"),
            ("limit=1&X-API-Key=x", "X-API-Key"),
            ("access%5Ftoken=x", "access_token"),
            ("accessToken=x", "accessToken"),
            ("token", "token"),
            ("auth=x", "auth"),
            ("key=x", "key"),
            ("API%2DKEY=ob_live_x", "API-KEY"),
        ] {
            let problem = refuse_in_query(query).unwrap_err();
            assert_eq!(problem.code(), Code::UnknownParameter, "{query}");
            assert_eq!(problem.told_faults()[0].place, Place::Parameter(name.to_owned()), "{query}");
        }
        for query in ["", "limit=1", "external_reference=token", "monkey=1"] {
            assert!(refuse_in_query(query).is_ok(), "{query}");
        }
    }
}
