//! What a request says, once it is clear who says it: the order of checks of api.md §1 from 406 to 428, as code.

use actix_web::dev::Payload;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{Code, Conditions, IdempotencyKey, IfMatch, Once};

use super::body::FromBody;
use super::faults::Faults;
use super::fingerprint::{self, Said};
use super::incoming::Incoming;
use super::path::FromPath;
use super::query::{FromQuery, Query};
use super::{media, payload};
use crate::etag::{self, BadTags, IfNoneMatch};
use crate::problem::Problem;

/// Well-formed, valid input.
pub(super) struct Input<B: FromBody, A, Q> {
    pub body: B::Valid,
    pub path: A,
    pub query: Q,
    pub if_match: IfMatch,
    pub if_none_match: IfNoneMatch,
    pub once: Option<OnceKey>,
}

/// An idempotency key and what it is bound to.
pub(super) struct OnceKey {
    key: IdempotencyKey,
    fingerprint: [u8; 32],
}

impl Incoming<'_> {
    /// # Errors
    /// The first check that fails.
    pub(super) async fn read<B, A, Q>(&mut self, payload: Payload) -> Result<Input<B, A, Q>, Problem>
    where
        B: FromBody,
        A: FromPath,
        Q: FromQuery,
    {
        let (request, route) = (self.request, self.route);
        let headers = request.headers();

        // What is spoken: 406, 415, 413.
        route.offer.check(headers)?;
        if B::IS_REQUIRED || payload::is_announced(headers) {
            media::check(headers, request.method(), B::IS_REQUIRED)?;
        }
        let bytes = payload::read(self, payload).await?;
        self.track.body_bytes.set(bytes.len());

        // Whether it can be read: 400.
        let path = A::from_path(request.match_info())?;
        let (query, query_faults) = Query::parse::<Q>(self.query())?;
        let if_match = etag::if_match(headers).map_err(bad_tags)?;
        let if_none_match = IfNoneMatch::read(headers, self.version()).map_err(bad_tags)?;
        let key = if route.flags.once { fingerprint::key(headers)? } else { None };
        let text: &[u8] = if bytes.is_empty() && !B::IS_REQUIRED { b"{}" } else { &bytes };
        let sent = B::read(text, self.version())?;

        // Whether it is valid: 422, all faults at once.
        let mut faults = Faults::default();
        let body = sent.validate(&mut faults);
        let mut found = query_faults;
        found.append(&mut faults.into_vec());
        if !found.is_empty() {
            return Err(Problem::invalid(found));
        }
        let (Some(body), Some(query)) = (body, query) else {
            return Err(Problem::internal("an input was refused without a fault"));
        };

        // 428, then what the use case has to respect.
        if route.flags.if_match_required && if_match.is_absent() {
            return Err(Problem::new(Code::PreconditionRequired));
        }
        let if_match = if route.flags.if_match { if_match } else { IfMatch::Absent };
        let once = match key {
            Some(key) => {
                let mut arguments = String::new();
                path.write(&mut arguments);
                // JSON that was read is UTF-8.
                let text = std::str::from_utf8(&bytes).unwrap_or_default();
                let said = Said {
                    operation: &route.operation_id,
                    path: &arguments,
                    query: self.query(),
                    version: self.version(),
                    body: text,
                };
                let fingerprint = fingerprint::of(self.app()?, &said)?;
                Some(OnceKey { key, fingerprint })
            }
            None => None,
        };
        Ok(Input { body, path, query, if_match, if_none_match, once })
    }
}

/// What a command has to respect. `render` writes the answer that is kept under the idempotency key.
pub(super) fn conditions<V>(
    if_match: &IfMatch,
    once: Option<&OnceKey>,
    render: impl Fn(&V) -> KeptAnswer + Send + Sync + 'static,
) -> Conditions<V> {
    let once = once.map(|once| Once { key: once.key.clone(), fingerprint: once.fingerprint, render: Box::new(render) });
    Conditions { if_match: if_match.clone(), once }
}

fn bad_tags(BadTags(name): BadTags) -> Problem {
    fingerprint::bad_header(name, "a list of entity tags, or *")
}
