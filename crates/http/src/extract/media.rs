//! `Content-Type` and `Content-Encoding` of a request (api.md §1): 415.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use orderbase_application::Code;

use crate::problem::Problem;

const FORM: &str = "application/x-www-form-urlencoded";

/// # Errors
/// `unsupported_media_type` unless the body is JSON in UTF-8, unencoded; for PATCH a JSON merge patch is the same. Without
/// `is_required` a missing `Content-Type` is fine.
pub(super) fn check(headers: &HeaderMap, method: &Method, is_required: bool) -> Result<(), Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(refused("The body must not be encoded."));
    }
    let mut sent = headers.get_all(CONTENT_TYPE);
    let admitted = match (sent.next(), sent.next()) {
        (Some(only), None) => only.to_str().is_ok_and(|text| is_json(text, method)),
        (None, _) => !is_required,
        _ => false,
    };
    match (admitted, method == Method::PATCH) {
        (true, _) => Ok(()),
        (false, true) => Err(refused("Send application/merge-patch+json or application/json, in UTF-8.")),
        (false, false) => Err(refused("Send application/json in UTF-8.")),
    }
}

/// # Errors
/// `unsupported_media_type` unless the body is a form in UTF-8, unencoded (RFC 6749 appendix B).
pub(super) fn check_form(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(refused("The body must not be encoded."));
    }
    let mut sent = headers.get_all(CONTENT_TYPE);
    let admitted = match (sent.next(), sent.next()) {
        (Some(only), None) => only.to_str().is_ok_and(|text| is_utf_8(text, |name| name == FORM)),
        _ => false,
    };
    if admitted { Ok(()) } else { Err(refused("Send application/x-www-form-urlencoded in UTF-8.")) }
}

fn refused(detail: &'static str) -> Problem {
    Problem::new(Code::UnsupportedMediaType).detail(detail)
}

fn is_json(text: &str, method: &Method) -> bool {
    is_utf_8(text, |name| {
        name == "application/json" || (method == Method::PATCH && name == "application/merge-patch+json")
    })
}

/// Whether the type is one of those that are known, with no other charset than UTF-8.
fn is_utf_8(text: &str, is_known: impl FnOnce(&str) -> bool) -> bool {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    is_known(&name)
        && parts.filter(|parameter| !parameter.is_empty()).all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            // RFC 8259 §11 defines no parameter; others do not change the meaning.
            Some(_) => true,
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn admitted(method: &Method, is_required: bool, sent: &[(HeaderName, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        check(&headers, method, is_required).is_ok()
    }

    #[test]
    fn json_in_utf_8() {
        for good in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json;",
        ] {
            assert!(admitted(&Method::POST, true, &[(CONTENT_TYPE, good)]), "{good}");
        }
        for bad in [
            "text/json",
            "application/json; charset=latin1",
            "application/merge-patch+json",
            "",
            "application/json; charset",
            "application/x-www-form-urlencoded",
            "application/jsonx",
        ] {
            assert!(!admitted(&Method::POST, true, &[(CONTENT_TYPE, bad)]), "{bad}");
        }
        assert!(admitted(&Method::PATCH, true, &[(CONTENT_TYPE, "application/merge-patch+json")]));
        assert!(!admitted(&Method::POST, true, &[]) && admitted(&Method::POST, false, &[]));
        assert!(!admitted(&Method::POST, false, &[(CONTENT_TYPE, "text/plain")]));
        let twice = [(CONTENT_TYPE, "application/json"), (CONTENT_TYPE, "application/json")];
        assert!(!admitted(&Method::POST, true, &twice));
    }

    #[test]
    fn a_form_in_utf_8() {
        let admitted = |sent: &[(HeaderName, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
            }
            check_form(&headers).is_ok()
        };
        for good in [FORM, "Application/X-WWW-Form-Urlencoded; charset=UTF-8"] {
            assert!(admitted(&[(CONTENT_TYPE, good)]), "{good}");
            assert!(!admitted(&[(CONTENT_TYPE, good), (CONTENT_ENCODING, "gzip")]), "{good}");
        }
        for bad in ["application/json", "multipart/form-data", "", "application/x-www-form-urlencoded; charset=latin1"]
        {
            assert!(!admitted(&[(CONTENT_TYPE, bad)]), "{bad}");
        }
        assert!(!admitted(&[]) && !admitted(&[(CONTENT_TYPE, FORM), (CONTENT_TYPE, FORM)]));
    }

    #[test]
    fn no_encoding() {
        for encoding in ["gzip", "identity", ""] {
            let sent = [(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, encoding)];
            assert!(!admitted(&Method::POST, true, &sent), "{encoding}");
        }
    }
}
