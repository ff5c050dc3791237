//! A problem as an answer. The only place that writes problem bodies.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use orderbase_application::error::Source;
use orderbase_application::{Class, Code};

use super::detail::default_detail;
use super::{Challenge, Parts, Problem, ProblemDocument, retry_after_secs, status};
use crate::options::HttpOptions;
use crate::track::Track;

/// `application/problem+json`
pub const MEDIA_TYPE: &str = "application/problem+json";

const INSTANCE_CHARS_MAX: usize = 256;
const CHAIN_LINKS_MAX: usize = 16;

impl Problem {
    /// The body, as of a request for `instance` with this id.
    pub fn document(&self, options: &HttpOptions, request_id: &str, instance: &str) -> ProblemDocument {
        let code = self.0.code;
        let detail = self.0.detail.as_deref().unwrap_or_else(|| default_detail(code));
        let mut document = ProblemDocument {
            r#type: format!("{}/errors/{}", options.public_url, code.slug()),
            title: code.title().to_owned(),
            status: status(code.class()).as_u16(),
            detail: detail.to_owned(),
            instance: instance.chars().take(INSTANCE_CHARS_MAX).collect(),
            code: code.slug().to_owned(),
            request_id: request_id.to_owned(),
            errors: self.0.faults.iter().cloned().map(Into::into).collect(),
            retry_after: self
                .0
                .retry_after_secs
                .map_or_else(|| retry_after_secs(code, request_id), |secs| Some(waited(secs))),
            ..ProblemDocument::default()
        };
        for (member, value) in &self.0.members {
            document.put(*member, value.clone());
        }
        document
    }

    /// The answer, and the notes for the access line. `path` is that of the request, without query.
    pub fn render(self, options: &HttpOptions, track: &Track, path: &str) -> HttpResponse {
        let document = self.document(options, track.request_id.as_str(), path);
        let Parts { code, headers, challenge, source, .. } = *self.0;
        track.code.set(Some(code));
        if let Some(source) = &source {
            track.chain.replace(Some(chain(source)));
        }

        let mut answer = HttpResponse::build(status(code.class()));
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)));
        if let Some(secs) = document.retry_after {
            answer.insert_header((RETRY_AFTER, HeaderValue::from(secs)));
        }
        if let Some(challenge) = bearer(code, challenge, options) {
            answer.insert_header((WWW_AUTHENTICATE, challenge));
        }
        for header in headers {
            answer.insert_header(header);
        }
        // A struct of texts and numbers always serialises.
        answer.body(serde_json::to_vec(&document).unwrap_or_default())
    }
}

/// The challenge of every 401, and of a 403 for what the caller is (RFC 6750 §3); `resource_metadata` is of RFC 9728 §5.1.
fn bearer(code: Code, challenge: Challenge, options: &HttpOptions) -> Option<HeaderValue> {
    let (error, scope) = match challenge {
        Challenge::Insufficient(Some(permission)) => {
            (r#", error="insufficient_scope""#, format!(r#", scope="{}""#, permission.as_str()))
        }
        Challenge::Insufficient(None) => (r#", error="insufficient_scope""#, String::new()),
        Challenge::Invalid => (r#", error="invalid_token""#, String::new()),
        Challenge::Missing if code.class() == Class::Unauthenticated => ("", String::new()),
        Challenge::Missing => return None,
    };
    let base = &options.public_url;
    let text = format!(
        r#"Bearer realm="orderbase"{error}{scope}, resource_metadata="{base}/.well-known/oauth-protected-resource""#
    );
    HeaderValue::try_from(text).ok()
}

/// As `Retry-After` can say it: a whole second at least, a day at most.
fn waited(secs: u64) -> u32 {
    u32::try_from(secs.clamp(1, 86_400)).unwrap_or(86_400)
}

/// The messages from the outermost error to the innermost.
fn chain(source: &Source) -> String {
    let mut text = source.to_string();
    let mut next = source.source();
    for _ in 0..CHAIN_LINKS_MAX {
        let Some(error) = next else { break };
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}
