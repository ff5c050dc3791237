//! The way of a routed request: version, admission, the checks of its extractor, the handler under its deadline. Panics end here.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse};
use orderbase_application::Code;
use tracing::Instrument as _;

use super::work::within;
use crate::extract::{FromCall, Incoming};
use crate::options::HttpOptions;
use crate::problem::Problem;
use crate::respond::Answer;
use crate::route::Route;
use crate::shared::Shared;
use crate::track::Track;
use crate::version;

/// Runs the handler of `route` on a request, and renders what went wrong on the way.
pub(crate) async fn pass<C, H, F>(
    route: &'static Route,
    handler: H,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse
where
    C: FromCall,
    H: Fn(C) -> F,
    F: Future<Output = Answer> + 'static,
{
    let track = Track::of(&request);
    track.route.set(Some(route));
    let Some(shared) = Shared::of(&request).map(Arc::clone) else {
        return Problem::internal("the app was not configured").render(&HttpOptions::default(), &track, request.path());
    };
    // What is logged on the way, here and below, carries the request's id.
    let span = tracing::info_span!("request", request_id = track.request_id.as_str());
    let answered = caught(answer(route, handler, &request, payload, &shared, &track).instrument(span)).await;
    let mut response = answered.unwrap_or_else(|problem| problem.render(&shared.options, &track, request.path()));
    let (version, public_url) = (track.resolved.version(), &shared.options.public_url);
    version::speak(version, public_url, response.headers_mut());
    if let Some(deprecation) = route.deprecated_in(version) {
        deprecation.announce(public_url, track.resolved.path(request.path()), response.headers_mut());
    }
    response
}

async fn answer<C, H, F>(
    route: &'static Route,
    handler: H,
    request: &HttpRequest,
    payload: Payload,
    shared: &Arc<Shared>,
    track: &Rc<Track>,
) -> Answer
where
    C: FromCall,
    H: Fn(C) -> F,
    F: Future<Output = Answer> + 'static,
{
    track.resolved.check()?;
    if let Some(deprecation) = route.deprecated_in(track.resolved.version()) {
        deprecation.check(shared.clock().now())?;
    }
    let mut permit = match route.is_probe() {
        true => shared.admission.enter_probe().await?,
        false => shared.admission.enter().await?,
    };
    let (mut left, late) = match route.is_read() {
        true => (shared.options.read_deadline, Code::DeadlineExceeded),
        false => (shared.options.write_deadline, Code::OutcomeUnknown),
    };
    let incoming = Incoming { route, request, shared, track, permit: &mut permit, left: &mut left };
    if !route.is_probe() {
        incoming.app()?;
    }
    let call = C::from_call(incoming, payload).await?;

    within(left, Some(permit), handler(call).in_current_span()).await.unwrap_or_else(|_| Err(Problem::new(late)))
}

/// Turns a panic into a 500; the worker stays up.
async fn caught(work: impl Future<Output = Answer>) -> Answer {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(polled) => polled,
        Err(panic) => Poll::Ready(Err(Problem::internal(message(&*panic)))),
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a message"))
}
