//! The extractor of OAuth's endpoints: a form, and a client that proves itself by HTTP Basic or in the form (RFC 6749 §2.3.1, §3.2).
//!
//! What is wrong with either is kept and not answered here, for it is told in the words of OAuth.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orderbase_application::Client;
use orderbase_application::oauth::{ClientCredentials, OAuthError};

use super::incoming::{FromCall, Incoming};
use super::permission::Needs;
use super::query::decode;
use super::{media, payload};
use crate::problem::Problem;
use crate::shared::Shared;

/// Characters of each parameter, as the API description has them.
const CHARS_MAX: [(&str, usize); 9] = [
    ("grant_type", 64),
    ("scope", 1_024),
    ("client_id", 36),
    ("client_secret", 64),
    ("refresh_token", 128),
    ("username", 295),
    ("password", 128),
    ("token", 4_096),
    ("token_type_hint", 64),
];

/// A form that was sent to an endpoint of OAuth.
pub struct Form(FormParts);

/// The parts of a [`Form`].
pub struct FormParts {
    pub shared: Arc<Shared>,
    /// Who is at the other end.
    pub client: Client,
    pub read: Result<Parameters, OAuthError>,
}

/// What it says. Values of parameters are secrets: this prints nothing.
pub struct Parameters {
    named: BTreeMap<String, String>,
    /// The client, if one was named with a secret.
    pub credentials: Option<ClientCredentials>,
}

impl FromCall for Form {
    const NEEDS: Needs = Needs::Public;
    const NEEDS_BODY: bool = true;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (request, shared) = (incoming.request, Arc::clone(incoming.shared));
        let headers = request.headers();
        incoming.route.offer.check(headers)?;
        media::check_form(headers)?;
        let client = incoming.client();
        let bytes = payload::read(&mut incoming, payload).await?;
        incoming.track.body_bytes.set(bytes.len());
        let read = match request.query_string() {
            "" => Parameters::read(headers, &bytes),
            _ => Err(OAuthError::InvalidRequest("Parameters belong in the body, never in the URL.")),
        };
        Ok(Self(FormParts { shared, client, read }))
    }
}

impl Form {
    /// Taken apart. What could not be read is `invalid_request` or `invalid_client`.
    pub fn into_parts(self) -> FormParts {
        self.0
    }
}

impl Parameters {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, OAuthError> {
        let named = parameters(body)?;
        let credentials = credentials(headers, &named)?;
        Ok(Self { named, credentials })
    }

    /// A parameter; one without a value counts as left out (RFC 6749 §3.2).
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.named.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// # Errors
    /// `invalid_request` with `missing`, which names it.
    pub fn required(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.optional(name).ok_or(OAuthError::InvalidRequest(missing))
    }
}

/// Each parameter once (RFC 6749 §3.2); those that nobody knows do not count.
fn parameters(body: &[u8]) -> Result<BTreeMap<String, String>, OAuthError> {
    const UNREADABLE: OAuthError = OAuthError::InvalidRequest("The body is not a form in UTF-8.");
    let text = std::str::from_utf8(body).map_err(|_| UNREADABLE)?;
    let mut named = BTreeMap::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (decode(name).ok_or(UNREADABLE)?, decode(value).ok_or(UNREADABLE)?);
        if CHARS_MAX.iter().any(|(known, max)| *known == name && value.chars().count() > *max) {
            return Err(OAuthError::InvalidRequest("A parameter is too long."));
        }
        if named.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(OAuthError::InvalidRequest("A parameter is sent twice."));
        }
    }
    Ok(named)
}

/// The client's credentials from the one place where they are.
fn credentials(headers: &HeaderMap, named: &BTreeMap<String, String>) -> Result<Option<ClientCredentials>, OAuthError> {
    let in_body = |name: &str| named.get(name).filter(|value| !value.is_empty()).cloned();
    let (id, secret) = (in_body("client_id"), in_body("client_secret"));
    let mut sent = headers.get_all(AUTHORIZATION);
    let by_header = match (sent.next(), sent.next()) {
        (None, _) => None,
        (Some(only), None) => basic(only.to_str().map_err(|_| OAuthError::InvalidClient)?)?,
        _ => return Err(OAuthError::InvalidRequest("Authorization is sent twice.")),
    };
    match (by_header, id, secret) {
        (Some(_), _, Some(_)) => Err(OAuthError::InvalidRequest("The client proves itself in two ways.")),
        (Some(basic), Some(id), None) if basic.client_id != id => {
            Err(OAuthError::InvalidRequest("client_id is not that of Authorization."))
        }
        (Some(basic), _, None) => Ok(Some(basic)),
        (None, Some(client_id), Some(client_secret)) => Ok(Some(ClientCredentials { client_id, client_secret })),
        (None, None, Some(_)) => Err(OAuthError::InvalidRequest("client_id is missing.")),
        (None, _, None) => Ok(None),
    }
}

/// RFC 7617 §2; both parts are form-encoded within (RFC 6749 §2.3.1). Two empty parts, as tools without a client send them, are none.
fn basic(sent: &str) -> Result<Option<ClientCredentials>, OAuthError> {
    let read = || {
        let (scheme, encoded) = sent.split_once(' ')?;
        let pair = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (id, secret) = pair.split_once(':')?;
        let credentials =
            ClientCredentials { client_id: decode(id)?.into_owned(), client_secret: decode(secret)?.into_owned() };
        scheme.eq_ignore_ascii_case("basic").then_some(credentials)
    };
    let read = read().ok_or(OAuthError::InvalidClient)?;
    Ok(Some(read).filter(|read| !read.client_id.is_empty() || !read.client_secret.is_empty()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(authorizations: &[&str], body: &str) -> Result<Option<(String, String)>, &'static str> {
        let mut headers = HeaderMap::new();
        for sent in authorizations {
            headers.append(AUTHORIZATION, HeaderValue::from_str(sent).unwrap());
        }
        match Parameters::read(&headers, body.as_bytes()) {
            Ok(read) => Ok(read.credentials.map(|read| (read.client_id, read.client_secret))),
            Err(error) => Err(error.code().unwrap()),
        }
    }

    fn pair(id: &str, secret: &str) -> Result<Option<(String, String)>, &'static str> {
        Ok(Some((id.to_owned(), secret.to_owned())))
    }

    fn basic_of(pair: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn a_client_by_basic() {
        for (sent, expected) in [
            (basic_of(b"id:secret"), pair("id", "secret")),
            (basic_of(b"id:sec:ret"), pair("id", "sec:ret")),
            (basic_of(b"i%64:a%2Bb+c"), pair("id", "a+b c")),
            (basic_of(b"id:"), pair("id", "")),
            (basic_of(b":secret"), pair("", "secret")),
            (format!("bAsIc {}", STANDARD.encode("a:b")), pair("a", "b")),
            (basic_of(b":"), Ok(None)),
            (basic_of(b"no colon"), Err("invalid_client")),
            (basic_of(b"\xff:x"), Err("invalid_client")),
            (basic_of(b"a%zz:x"), Err("invalid_client")),
            (basic_of(b"a%ff:x"), Err("invalid_client")),
            ("Basic".to_owned(), Err("invalid_client")),
            ("Basic ".to_owned(), Err("invalid_client")),
            ("Basic !!!!".to_owned(), Err("invalid_client")),
            ("Basic YTpi YTpi".to_owned(), Err("invalid_client")),
            ("Basic  YTpi".to_owned(), Err("invalid_client")),
            ("Basic YTpiYw".to_owned(), Err("invalid_client")),
            ("Bearer YTpi".to_owned(), Err("invalid_client")),
            ("YTpi".to_owned(), Err("invalid_client")),
        ] {
            assert_eq!(read(&[&sent], ""), expected, "{sent}");
        }
        assert_eq!(read(&[&basic_of(b"a:b"), &basic_of(b"a:b")], ""), Err("invalid_request"));
    }

    #[test]
    fn a_client_in_the_body_and_one_way_alone() {
        assert_eq!(read(&[], "client_id=a&client_secret=b%2Bc"), pair("a", "b+c"));
        assert_eq!(read(&[], "client_id=a"), Ok(None));
        assert_eq!(read(&[], "client_id=&client_secret="), Ok(None));
        assert_eq!(read(&[], "client_secret=b"), Err("invalid_request"));
        let basic = basic_of(b"a:b");
        assert_eq!(read(&[&basic], "client_id=a"), pair("a", "b"));
        assert_eq!(read(&[&basic], "client_id=c"), Err("invalid_request"));
        assert_eq!(read(&[&basic], "client_secret=b"), Err("invalid_request"));
        assert_eq!(read(&[&basic], "client_id=a&client_secret=b"), Err("invalid_request"));
    }

    #[test]
    fn a_parameter_comes_once_and_can_be_read() {
        for bad in ["a=1&a=2", "a=1&%61=2", "a=%", "a=%f", "a=%ff", "%zz=1", "a&a"] {
            assert_eq!(read(&[], bad), Err("invalid_request"), "{bad}");
        }
        assert!(parameters(b"\xff").is_err());
        let named = parameters(b"&grant_type=x+y&&empty=&bare&a=b=c&").unwrap();
        let expected = [("a", "b=c"), ("bare", ""), ("empty", ""), ("grant_type", "x y")];
        assert_eq!(named, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let read = Parameters { named, credentials: None };
        assert_eq!((read.optional("bare"), read.optional("a"), read.optional("nothing")), (None, Some("b=c"), None));
    }
}
