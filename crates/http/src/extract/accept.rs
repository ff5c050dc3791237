//! `Accept` (RFC 9110 §12.5.1): whether one media type is admitted, and which of two is wanted more.

use actix_web::http::header::{ACCEPT, HeaderMap};
use orderbase_application::Code;

use crate::problem::Problem;

/// A media type that can be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub main: &'static str,
    pub sub: &'static str,
}

impl Offer {
    pub const JSON: Self = Self { main: "application", sub: "json" };
    pub const HTML: Self = Self { main: "text", sub: "html" };
    pub const ANY: Self = Self { main: "*", sub: "*" };

    /// # Errors
    /// `not_acceptable`.
    pub fn check(self, headers: &HeaderMap) -> Result<(), Problem> {
        if self == Self::ANY || self.quality(headers) > 0 { Ok(()) } else { Err(Problem::new(Code::NotAcceptable)) }
    }

    /// Thousandths of the weight of the most specific range that covers the type; without `Accept` every type weighs 1000.
    fn quality(self, headers: &HeaderMap) -> u16 {
        let mut lines = headers.get_all(ACCEPT).peekable();
        if lines.peek().is_none() {
            return 1000;
        }
        let ranges = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        let mut best = (0_u8, 0_u16);
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let Some((main, sub)) = parts.next().and_then(|name| name.split_once('/')) else { continue };
            let specific = match (main, sub) {
                ("*", "*") => 1,
                (main, "*") if main.eq_ignore_ascii_case(self.main) => 2,
                (main, sub) if main.eq_ignore_ascii_case(self.main) && sub.eq_ignore_ascii_case(self.sub) => 3,
                _ => continue,
            };
            let weight = parts
                .filter_map(|parameter| parameter.split_once('='))
                .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
                .map_or(1000, |(_, value)| thousandths(value.trim()));
            if specific > best.0 || (specific == best.0 && weight > best.1) {
                best = (specific, weight);
            }
        }
        best.1
    }
}

/// Whether HTML is wanted more than JSON; browsers say so, `*/*` and nothing do not.
///
/// # Errors
/// `not_acceptable` if neither is admitted.
pub fn prefers_html(headers: &HeaderMap) -> Result<bool, Problem> {
    let (html, json) = (Offer::HTML.quality(headers), Offer::JSON.quality(headers));
    if html == 0 && json == 0 { Err(Problem::new(Code::NotAcceptable)) } else { Ok(html > json) }
}

/// Reads a weight (RFC 9110 §12.4.2); what is none weighs nothing.
fn thousandths(text: &str) -> u16 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        _ if !digits => 0,
        "1" if decimals.bytes().all(|byte| byte == b'0') => 1000,
        "0" => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(accept: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(ACCEPT, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn json_is_admitted_or_not() {
        for good in [
            "application/json",
            "*/*",
            "application/*;q=0.1",
            "text/html, application/xhtml+xml, */*;q=0.8",
            "APPLICATION/JSON ; charset=utf-8",
            "*/*;q=0, application/json",
            "text/csv, application/json;q=0.001",
        ] {
            assert!(Offer::JSON.check(&headers(&[good])).is_ok(), "{good}");
        }
        for bad in [
            "text/html",
            "application/json;q=0",
            "application/json;q=0.000, */*",
            "application/*;q=0, */*;q=1",
            "garbage",
            "",
            "application/problem+json",
            "application/json;q=2",
            "application/json;q=x",
        ] {
            assert!(Offer::JSON.check(&headers(&[bad])).is_err(), "{bad}");
        }
        assert!(Offer::JSON.check(&headers(&[])).is_ok());
        assert!(Offer::JSON.check(&headers(&["text/html", "application/json"])).is_ok());
    }

    #[test]
    fn browsers_get_html() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(prefers_html(&headers(&[browser])).ok(), Some(true));
        for json in [vec!["*/*"], vec![], vec!["application/json"], vec!["text/html;q=0.5, application/json"]] {
            assert_eq!(prefers_html(&headers(&json)).ok(), Some(false), "{json:?}");
        }
        assert!(prefers_html(&headers(&["image/png"])).is_err());
    }
}
