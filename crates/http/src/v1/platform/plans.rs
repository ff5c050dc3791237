//! `GET /api/v1/platform/plans`: the plans.

use orderbase_application::tenants;

use crate::dto::platform::PlanListBody;
use crate::dto::shown::Rows;
use crate::extract::OperatorCall;
use crate::extract::permission::PlatformRead;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_plans, _, _, _>(plans)
}

/// List plans
///
/// All plans with their limits, smallest first. What is in force for a tenant is at its limits.
#[utoipa::path(
    get,
    path = "/api/v1/platform/plans",
    operation_id = "platform_plans",
    tag = "Platform",
    responses((
        status = 200,
        description = "The plans.",
        body = PlanListBody<'_>,
        example = json!(crate::dto::examples::plans())
    ))
)]
pub async fn plans(call: OperatorCall<PlatformRead>) -> Answer {
    let plans = tenants::plans(call.operator())?;

    respond::plain(&PlanListBody { data: Rows { rows: &plans, body: Into::into } })
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/platform/plans";

    #[actix_web::test]
    async fn for_operators_alone() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let answer = app.get(PATH).as_bearer(&operator).from("127.0.0.1:4000").send().await;
        let plans = answer.json();
        assert_eq!((answer.status.as_u16(), &plans["data"][1]["plan"]), (200, &json!("pro")), "{answer:?}");
        assert_eq!(plans["data"][1]["limits"]["requests_per_minute"], 600);
        assert_eq!(plans["data"].as_array().unwrap().len(), 3);
        let owner = app.sign_in(Role::Owner).await;
        for request in [app.get(PATH), app.get(PATH).as_bearer(&owner.access_token)] {
            let denied = request.send().await;
            assert_eq!((denied.status.as_u16(), denied.problem().as_str()), (403, "permission_denied"));
        }
        assert_eq!(app.get(PATH).anonymous().send().await.problem(), "unauthenticated");
    }
}
