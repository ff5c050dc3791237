//! A request's head (api.md §1): its size, and that it names one host, before anything is looked up.

use actix_web::dev::RequestHead;
use actix_web::http::header::HOST;
use orderbase_application::Code;

use crate::options::HttpOptions;
use crate::problem::Problem;

/// # Errors
/// `uri_too_long`, `header_fields_too_large`; `malformed_request` without exactly one valid `Host` (RFC 9112 §3.2), in HTTP/1.0 too.
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
    let mut hosts = head.headers().get_all(HOST);
    match (hosts.next(), hosts.next()) {
        (Some(only), None) if is_host(only.as_bytes()) => Ok(()),
        (Some(_), None) => Err(Problem::new(Code::MalformedRequest).detail("The header Host is no name with a port.")),
        _ => Err(Problem::new(Code::MalformedRequest).detail("A request names its host once.")),
    }
}

/// `uri-host [ ":" port ]` of RFC 3986 §3.2.2. A comma is left out, though a name might hold one: it is how two headers are joined.
fn is_host(value: &[u8]) -> bool {
    let (name, port) = match value.strip_prefix(b"[") {
        Some(literal) => {
            let Some(end) = literal.iter().position(|byte| *byte == b']') else { return false };
            let (inner, rest) = literal.split_at(end);
            if inner.is_empty() || !inner.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')) {
                return false;
            }
            (inner, rest.strip_prefix(b"]").unwrap_or(rest))
        }
        None => value.split_at(value.iter().position(|byte| *byte == b':').unwrap_or(value.len())),
    };
    let is_literal = value.starts_with(b"[");
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+;=".contains(byte);
    let good_port = match port.strip_prefix(b":") {
        Some(digits) => digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit),
        None => port.is_empty(),
    };
    !name.is_empty() && good_port && (is_literal || name.iter().all(is_name))
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_one_name_with_a_port() {
        for good in
            ["x", "localhost:8080", "api.example.com", "192.0.2.7:80", "[::1]:8080", "[2001:db8::7]", "a_b", "x:"]
        {
            assert!(is_host(good.as_bytes()), "{good}");
        }
        for bad in [
            "", ":80", "a b", "a, b", "a,b", "a/b", "a?b", "a#b", "me@a", "a:b", "a:1:2", "a:123456", "[::1", "[]",
            "[x]", "[::1]x", "<a>", "a\\b", "\"a\"", "é",
        ] {
            assert!(!is_host(bad.as_bytes()), "{bad}");
        }
    }
}
