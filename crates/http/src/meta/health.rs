//! Probes (operations.md §5): alive = the event loop answers; ready = this instance should get traffic.

use orderbase_application::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{Offer, Visit};
use crate::lifecycle::Phase;
use crate::problem::{Member, Problem};
use crate::respond::{self, Answer, Body};
use crate::route::Route;
use crate::shared::Shared;

pub fn live_route() -> Route {
    Route::of::<__path_live, _, _, _>(live).probe().offers(Offer::ANY).aliases(&["/health", "/livez"])
}

pub fn ready_route() -> Route {
    Route::of::<__path_ready, _, _, _>(ready).probe().offers(Offer::ANY).aliases(&["/readyz"])
}

/// How the instance is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthBody {
    #[schema(pattern = "^ok$", max_length = 2)]
    pub status: &'static str,
}

impl Body for HealthBody {}

const OK: HealthBody = HealthBody { status: "ok" };

/// Alive
///
/// Answers as long as the event loop runs, whatever else is broken. Also at `/health` and `/livez`.
#[utoipa::path(get, path = "/health/live", operation_id = "health_live", tag = "Meta",
    responses((status = 200, description = "Alive.", body = HealthBody, example = json!(OK))))]
pub async fn live(_: Visit) -> Answer {
    respond::plain(&OK)
}

/// Ready
///
/// Answers 503 while starting, while stopping, and when the storage does not answer. Also at `/readyz`.
#[utoipa::path(get, path = "/health/ready", operation_id = "health_ready", tag = "Meta",
    responses((status = 200, description = "Ready for traffic.", body = HealthBody, example = json!(OK))))]
pub async fn ready(visit: Visit) -> Answer {
    let shared = &visit.shared;
    let mut failing = shared.lifecycle.failing();
    if shared.lifecycle.is_draining() {
        return Err(not_ready("The server is stopping.", vec!["draining"], Some(Phase::named("draining"))));
    }
    if shared.app().is_none() {
        return Err(not_ready("The server is starting.", vec!["started"], shared.lifecycle.phase()));
    }
    if !storage_answers(shared).await {
        failing.push("storage");
    }
    if failing.is_empty() { respond::plain(&OK) } else { Err(not_ready("A check fails.", failing, None)) }
}

/// One miss may be chance.
async fn storage_answers(shared: &Shared) -> bool {
    let Some(app) = shared.app() else { return false };
    app.health.ping().await.is_ok() || app.health.ping().await.is_ok()
}

fn not_ready(detail: &'static str, checks: Vec<&'static str>, phase: Option<Phase>) -> Problem {
    let problem = Problem::new(Code::DependencyUnavailable).detail(detail).member(Member::Checks, checks);
    match phase.map(serde_json::to_value) {
        Some(Ok(phase)) => problem.member(Member::Phase, phase),
        _ => problem,
    }
}
