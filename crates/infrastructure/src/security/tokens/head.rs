//! The header of a token, of which nothing is believed but which key to ask. It has three members and no others: with what names a key or
//! asks for more (`crit jku jwk x5u x5c`) it is refused before any key is touched.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orderbase_application::ports::TokenFault;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::security::key_ring::is_kid;

/// RFC 9068 §2.1, exact: not `JWT`, not `application/at+jwt`, not in capitals.
pub(super) const TYP: &str = "at+jwt";

/// What is read of a header that passed.
#[derive(Debug)]
pub(super) struct Head {
    pub alg: String,
    pub kid: String,
}

/// A member given twice is an error here, as is one of another type.
#[derive(Deserialize)]
struct HeadText {
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(flatten)]
    others: std::collections::BTreeMap<String, IgnoredAny>,
}

/// Checks size (done), form, `typ`, other members, `kid`, in this order.
pub(super) fn read(token: &str) -> Result<Head, TokenFault> {
    let encoded = head_of(token).ok_or(TokenFault::Invalid("not three segments of base64url"))?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenFault::Invalid("header is no base64url"))?;
    let text: HeadText = serde_json::from_slice(&bytes).map_err(|_| TokenFault::Invalid("header"))?;
    if text.typ.as_deref() != Some(TYP) {
        return Err(TokenFault::Invalid("typ"));
    }
    if !text.others.is_empty() {
        return Err(TokenFault::Invalid("a header member that names a key or asks for more"));
    }
    let kid = text.kid.filter(|kid| is_kid(kid)).ok_or(TokenFault::Invalid("kid"))?;
    let alg = text.alg.ok_or(TokenFault::Invalid("alg"))?;
    Ok(Head { alg, kid })
}

/// The first of exactly three segments, none of them empty, all of base64url.
fn head_of(token: &str) -> Option<&str> {
    let mut segments = token.split('.');
    let (head, claims, signature) = (segments.next()?, segments.next()?, segments.next()?);
    let whole = segments.next().is_none()
        && [head, claims, signature].iter().all(|segment| {
            !segment.is_empty()
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
    whole.then_some(head)
}
