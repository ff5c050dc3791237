//! Pages for people: one frame, one style, a policy that lets nothing else in. And tags for what is the same for everybody.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};

/// `text/html; charset=utf-8`
pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;\
background:#fff}h1{font-size:1.6rem}h2{font-size:1.1rem;margin-top:2rem}code{font-family:ui-monospace,monospace;background:#f2f4f7;\
padding:.1em .3em;border-radius:3px}pre{background:#f2f4f7;padding:1rem;overflow:auto;border-radius:6px}pre code{padding:0}\
a{color:#0550ae}@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e8ea}code,pre{background:#22272e}a{color:#6cb6ff}}";

/// The digest is that of [`STYLE`]; a test holds them equal.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'sha256-zLR7OyPYEUKCPbcGIp4V+QCHMfUG2OiwjR8gzAgBQHE='; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// The policy of pages made here.
pub(super) fn policy() -> (HeaderName, HeaderValue) {
    (CONTENT_SECURITY_POLICY, POLICY)
}

/// A page around a body of trusted HTML.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n",
        title = escaped(title),
    )
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The entity tag of a document that is compiled in. It tells contents apart, it protects nothing.
pub(super) fn tag(body: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish())).unwrap_or(HeaderValue::from_static("\"0\""))
}
