//! The outermost layer: request id, version, size of the head, the path to route by; then headers and the access line of whatever answer comes back.

use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING};
use actix_web::http::{ConnectionType, StatusCode, Uri};
use actix_web::{Error, HttpMessage as _};
use futures_util::future::LocalBoxFuture;
use orderbase_application::Code;
use orderbase_kernel::RequestId;

use super::access_line::AccessLine;
use super::{compress, cors, head, headers, rate_headers};
use crate::connection::{SentBody, Then, Watch};
use crate::oauth::Spoken;
use crate::problem::{MEDIA_TYPE, Problem};
use crate::shared::Shared;
use crate::track::Track;
use crate::version::Resolved;

/// Wraps the whole app.
pub(crate) struct Envelope {
    pub shared: Arc<Shared>,
}

impl<S> Transform<S, ServiceRequest> for Envelope
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Enveloped<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Enveloped { shared: Arc::clone(&self.shared), inner }))
    }
}

pub(crate) struct Enveloped<S> {
    shared: Arc<Shared>,
    inner: S,
}

impl<S> Service<ServiceRequest> for Enveloped<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    actix_web::dev::forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        let resolved = Resolved::of(request.path(), request.headers(), request.query_string());
        let track = Rc::new(Track::new(request_id(request.headers(), &shared), resolved));
        request.extensions_mut().insert(Rc::clone(&track));

        let line = AccessLine::of(request.head(), &track, &shared.options);
        // Without a connection there is nothing to watch: that is so in tests alone.
        let watch = request.conn_data::<Rc<Watch>>().map(Rc::clone);
        if let Some(watch) = &watch {
            watch.head_came(sent_body(request.headers()));
        }
        let closes = request.head().connection_type() == ConnectionType::Close;
        let told = move |then| {
            if let Some(watch) = &watch {
                watch.answered(then);
            }
        };

        if let Err(problem) = head::check(request.head(), &shared.options) {
            let answer = problem.render(&shared.options, &track, request.path());
            let response = request.into_response(answer);
            let (response, then) = finished(response, line, &track, &shared);
            told(then);
            return Box::pin(ready(Ok(response)));
        }
        route_by(&mut request, &track.resolved);
        let inner = self.inner.call(request);
        // Whoever drops this future unanswered drops the line with it.
        Box::pin(async move {
            match inner.await {
                Ok(response) => {
                    let (response, then) = finished(response, line, &track, &shared);
                    told(then);
                    Ok(response)
                }
                // The framework makes an answer of it, and closes where the client asked for that.
                Err(error) => {
                    told(if closes { Then::Close } else { Then::NextHead });
                    line.failed(error.as_response_error().status_code());
                    Err(error)
                }
            }
        })
    }
}

/// What the head announces. The parser has refused what is ambiguous.
fn sent_body(headers: &HeaderMap) -> SentBody {
    let length = || headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    match (headers.contains_key(TRANSFER_ENCODING), length()) {
        (true, _) => SentBody::Chunked,
        (false, None | Some(0)) => SentBody::None,
        (false, Some(length)) => SentBody::Sized(length),
    }
}

/// The caller's id if it is a good one, else a new one.
fn request_id(headers: &HeaderMap, shared: &Shared) -> RequestId {
    let mut sent = headers.get_all(headers::X_REQUEST_ID);
    let only = match (sent.next(), sent.next()) {
        (Some(only), None) => only.to_str().ok().and_then(|text| RequestId::parse(text).ok()),
        _ => None,
    };
    only.unwrap_or_else(|| shared.request_id())
}

/// Routes `/api/v2/orders/` as `/api/v1/orders`. What the request says of its own path stays as it was sent.
fn route_by(request: &mut ServiceRequest, resolved: &Resolved) {
    let sent = request.uri().path();
    let inner = resolved.path(sent);
    let path = inner.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(inner);
    if path == sent {
        return;
    }
    // A path with another beginning, or without its last slash, is a path.
    if let Ok(uri) = Uri::try_from(path) {
        request.match_info_mut().get_mut().update(&uri);
    }
}

/// Completes an answer, whoever made it, and writes its line. What follows it on its connection is told too.
fn finished(
    mut response: ServiceResponse<BoxBody>,
    line: AccessLine,
    track: &Track,
    shared: &Shared,
) -> (ServiceResponse<BoxBody>, Then) {
    if is_foreign_failure(&response) {
        let code = if response.status().is_server_error() { Code::InternalError } else { Code::MalformedRequest };
        let answer = Problem::new(code).render(&shared.options, track, response.request().path());
        response = response.into_response(answer);
    }

    if shared.options.compression {
        response = compress::compressed(response);
    }

    let origin = cors::listed(response.request().headers(), &shared.options).cloned();
    let request = response.request().clone();
    let head = response.response_mut().head_mut();
    headers::complete(&mut head.headers, &shared.options, &track.request_id, track.resolved.named());
    if let Some(rated) = track.rated.get() {
        rate_headers::tell(&mut head.headers, &rated);
    }
    if let Some(origin) = origin {
        cors::expose(&mut head.headers, origin);
    }
    // The header alone is a wish that actix does not hear.
    let is_wanted = head.headers.get(CONNECTION).is_some_and(|wish| wish == "close");
    let is_last =
        is_wanted || shared.lifecycle.is_draining() || request.head().connection_type() == ConnectionType::Close;
    let then = match (head.status, is_last) {
        (StatusCode::SWITCHING_PROTOCOLS, _) => Then::Upgrade,
        (_, true) => Then::Close,
        (_, false) => Then::NextHead,
    };
    if then == Then::Close {
        head.set_connection_type(ConnectionType::Close);
    }
    drop(request);
    line.answered(&response);
    (response, then)
}

/// A failure that came neither out of `problem` nor out of `oauth`: the framework's own. None is known, and none shall pass as plain text.
fn is_foreign_failure(response: &ServiceResponse<BoxBody>) -> bool {
    let failure = response.status() >= StatusCode::BAD_REQUEST;
    let spoken = response.response().extensions().contains::<Spoken>();
    failure && !spoken && response.headers().get(CONTENT_TYPE).is_none_or(|media_type| media_type != MEDIA_TYPE)
}
