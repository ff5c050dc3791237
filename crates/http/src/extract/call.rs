//! The one extractor of operations on a tenant. [`Call::read`] is the order of checks of api.md §1, as code.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{App, Code, Conditions, Ctx, IdempotencyKey, IfMatch, Once, keys};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::accept::Offer;
use super::authorized::Authorized;
use super::body::{FromJson, NoBody};
use super::faults::Faults;
use super::path::FromPath;
use super::permission::{Access, Requires};
use super::query::{FromQuery, Query};
use super::{credential, fingerprint, json, media, payload};
use crate::etag::{self, BadTags, IfNoneMatch};
use crate::middleware::{Late, Permit, within};
use crate::problem::{Member, Problem};
use crate::route::Route;
use crate::shared::Shared;
use crate::track::Track;

/// A request on its way in.
pub struct Incoming<'r> {
    pub(crate) route: &'static Route,
    pub(crate) request: &'r HttpRequest,
    pub(crate) shared: &'r Arc<Shared>,
    pub(crate) track: &'r Rc<Track>,
    pub(crate) permit: &'r mut Permit,
    /// What is left of the request's time. Waiting for the body has a time of its own.
    pub(crate) left: &'r mut Duration,
}

/// A handler's parameter: read from a request as a whole, so that its checks have one order.
pub trait FromCall: Sized {
    const ACCESS: Access;

    /// Whether a body has to be sent.
    const NEEDS_BODY: bool;

    /// # Errors
    /// The first check that fails.
    fn from_call(incoming: Incoming<'_>, payload: Payload) -> impl Future<Output = Result<Self, Problem>>;
}

/// An authorised, well-formed, valid request for an operation.
pub struct Call<P, B: FromJson = NoBody, A = (), Q = ()> {
    pub body: B::Valid,
    pub path: A,
    pub query: Q,
    pub if_match: IfMatch,
    pub if_none_match: IfNoneMatch,
    once: Option<(IdempotencyKey, [u8; 32])>,
    authorized: Authorized<P>,
    app: Arc<App>,
    shared: Arc<Shared>,
}

/// What is left of a [`Call`] when its conditions were taken.
pub struct Parts<B, A = (), Q = ()> {
    pub app: Arc<App>,
    pub ctx: Ctx,
    pub body: B,
    pub path: A,
    pub query: Q,
}

impl<P: Requires, B: FromJson, A: FromPath, Q: FromQuery> FromCall for Call<P, B, A, Q> {
    const ACCESS: Access = P::ACCESS;
    const NEEDS_BODY: bool = B::IS_REQUIRED;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (request, shared, route) = (incoming.request, incoming.shared, incoming.route);
        let headers = request.headers();
        let app = Arc::clone(incoming.app()?);

        // Who, and whether they may.
        credential::refuse_in_query(request.query_string())?;
        let authorized = Authorized::<P>::of(&mut incoming).await?;

        // What is spoken: 406, 415, 413.
        Offer::JSON.check(headers)?;
        if B::IS_REQUIRED || payload::is_announced(headers) {
            media::check(headers, request.method(), B::IS_REQUIRED)?;
        }
        let bytes = payload::read(&mut incoming, payload).await?;
        incoming.track.body_bytes.set(bytes.len());

        // Whether it can be read: 400.
        let path = A::from_path(request.match_info())?;
        let (query, query_faults) = Query::parse::<Q>(request.query_string())?;
        let if_match = etag::if_match(headers).map_err(bad_tags)?;
        let if_none_match = IfNoneMatch::read(headers).map_err(bad_tags)?;
        let key = if route.flags.once { fingerprint::key(headers)? } else { None };
        let sent: B = json::read(if bytes.is_empty() && !B::IS_REQUIRED { b"{}" } else { &bytes })?;

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
                let of = fingerprint::of(&app, &route.operation_id, &arguments, request.query_string(), text)?;
                Some((key, of))
            }
            None => None,
        };
        Ok(Self { body, path, query, if_match, if_none_match, once, authorized, app, shared: Arc::clone(shared) })
    }
}

impl<P: Requires, B: FromJson, A, Q> Call<P, B, A, Q> {
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn ctx(&self) -> &Ctx {
        self.authorized.ctx()
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Taken apart, for commands that keep what was sent.
    pub fn into_parts(self) -> Parts<B::Valid, A, Q> {
        let Self { body, path, query, if_match: _, if_none_match: _, once: _, authorized, app, shared: _ } = self;
        Parts { app, ctx: authorized.into_ctx(), body, path, query }
    }

    /// What the command has to respect. `render` writes the answer that is kept under the idempotency key.
    pub fn conditions<V>(&self, render: impl Fn(&V) -> KeptAnswer + Send + Sync + 'static) -> Conditions<V> {
        let once = self.once.as_ref().map(|(key, fingerprint)| Once {
            key: key.clone(),
            fingerprint: *fingerprint,
            render: Box::new(render),
        });
        Conditions { if_match: self.if_match.clone(), once }
    }
}

impl<'r> Incoming<'r> {
    /// # Errors
    /// `dependency_unavailable` while the process starts.
    pub(crate) fn app(&self) -> Result<&'r Arc<App>, Problem> {
        self.shared.app().ok_or_else(|| {
            let problem = Problem::new(Code::DependencyUnavailable).detail("The server is starting.");
            match self.shared.lifecycle.phase().map(serde_json::to_value) {
                Some(Ok(phase)) => problem.member(Member::Phase, phase),
                _ => problem,
            }
        })
    }

    /// The look-up owns what it needs and is never cut (reliability.md 18). Nothing has happened when it is late, so a write too
    /// may be sent again. It keeps no place: who waited for it has gone.
    ///
    /// # Errors
    /// `unauthenticated`, `tenant_closed`, `dependency_unavailable`, `deadline_exceeded`.
    pub(super) async fn authenticate(&mut self, key: &str) -> Result<Ctx, Problem> {
        let begun = Instant::now();
        let (app, key, request_id) = (Arc::clone(self.app()?), key.to_owned(), self.track.request_id.clone());
        let look_up = async move { keys::authenticate(&app, &key, request_id).await }.in_current_span();
        let ctx = within(self.shared.options.read_deadline.min(*self.left), None, look_up)
            .await
            .map_err(|Late| Problem::new(Code::DeadlineExceeded))??;
        *self.left = self.left.saturating_sub(begun.elapsed());
        // Set once per request.
        let _ = self.track.caller.set((ctx.tenant.id(), ctx.actor.clone()));
        Ok(ctx)
    }
}

fn bad_tags(BadTags(name): BadTags) -> Problem {
    fingerprint::bad_header(name, "a list of entity tags, or *")
}
