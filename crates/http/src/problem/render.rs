//! A problem as an answer. The only place that writes problem bodies.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use orderbase_application::Class;
use orderbase_application::error::Source;

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
            retry_after: retry_after_secs(code, request_id),
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
        if code.class() == Class::Unauthenticated {
            answer.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static(bearer(challenge))));
        }
        for header in headers {
            answer.insert_header(header);
        }
        // A struct of texts and numbers always serialises.
        answer.body(serde_json::to_vec(&document).unwrap_or_default())
    }
}

fn bearer(challenge: Challenge) -> &'static str {
    match challenge {
        Challenge::Missing => r#"Bearer realm="orderbase""#,
        Challenge::Invalid => r#"Bearer realm="orderbase", error="invalid_token""#,
    }
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
