//! `GET /api/v1/limits`: which limits count for the caller, where they come from, and what is left. It costs nothing, so it answers at 0.

use std::collections::BTreeMap;

use orderbase_application::limits;

use crate::dto::limits::LimitsOfCallerBody;
use crate::extract::Call;
use crate::extract::permission::UsageRead;
use crate::respond::{self, Answer};
use crate::route::{self, Route};
use crate::version::ApiVersion;

pub(super) fn routes() -> Vec<Route> {
    vec![route()]
}

fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).cost(0)
}

/// The caller's limits
///
/// The rates that count each request, with the words that led to them and what is left; the quotas of the plan; what costs more than one
/// unit. Costs nothing.
#[utoipa::path(
    get,
    path = "/api/v1/limits",
    operation_id = "limits_get",
    tag = "Usage",
    responses((
        status = 200,
        description = "The limits.",
        body = LimitsOfCallerBody<'_>,
        example = json!(crate::dto::examples::limits())
    ))
)]
pub async fn get(call: Call<UsageRead>) -> Answer {
    let limits = limits::own(call.app(), call.ctx()).await?;

    respond::plain(&LimitsOfCallerBody::new(&limits, &costs(call.version)))
}

/// What may be asked for beside, and the operations that cost more than one unit. Version 2 shows customers unasked.
fn costs(version: ApiVersion) -> BTreeMap<&'static str, u16> {
    let beside = [("include_total", 2)].into_iter().chain((version == ApiVersion::V1).then_some(("expand", 1)));
    let asked = route::routes().iter().filter(|route| route.cost > 1);
    beside.chain(asked.map(|route| (route.operation_id.as_str(), route.cost))).collect()
}

#[cfg(test)]
mod tests {
    use orderbase_application::keys;
    use orderbase_application::testing::{ctx, key_as, wish_key};
    use orderbase_tenancy::{KeyRate, Permission};
    use serde_json::{Value, json};

    use crate::testing::{Sent, TestApp};
    use crate::v1::fixtures;

    const PATH: &str = "/api/v1/limits";

    async fn limits(request: Sent) -> Value {
        let answer = request.send().await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, ""), "{answer:?}");
        answer.json()
    }

    #[actix_web::test]
    async fn what_counts_and_what_is_left() {
        let app = TestApp::start().await;
        app.world.rates.count();
        fixtures::order(&app).await;
        let plan = json!([{"level": "plan", "requests_per_minute": 6_000, "burst": 1_000}]);
        let of = |name| {
            json!({"name": name, "quota": 6_000, "window_secs": 60, "burst": 1_000, "remaining": 998, "source": "plan",
                "chain": plan})
        };
        assert_eq!(
            limits(app.get(PATH)).await,
            json!({
                "mode": "shared", "policies": [of("tenant"), of("credential")], "concurrency": 128,
                "quotas": [
                    {"limit": "orders_per_month", "max": 10_000_000, "current": 1, "resets_at": "2026-02-01T00:00:00.000Z"},
                    {"limit": "customers", "max": 5_000_000, "current": 1},
                    {"limit": "users", "max": 500, "current": 0},
                    {"limit": "api_keys", "max": 200, "current": 1}
                ],
                "costs": {"expand": 1, "include_total": 2}
            })
        );
        let in_v2 = limits(app.get(&PATH.replace("v1", "v2"))).await;
        assert_eq!(in_v2["costs"], json!({"include_total": 2}));
        app.world.rates.lose();
        assert_eq!(limits(app.get(PATH)).await["mode"], "local");
    }

    #[actix_web::test]
    async fn each_word_that_led_to_it() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let of_tenant = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
        let grant = json!({"rate_limit": {"requests_per_minute": 30, "burst": 5}, "reason": "a fair",
            "expires_at": "2026-01-15T12:00:10Z"});
        let put = app.put(&of_tenant).as_bearer(&operator).from("127.0.0.1:4000").if_match("*").json(&grant);
        assert_eq!(put.send().await.status, 200);
        let wish = keys::CreateKey {
            rate_limit: Some(KeyRate::try_new(7).unwrap()),
            ..wish_key(&[Permission::UsageRead, Permission::OrdersRead])
        };
        let key = key_as(&app.world.app, &ctx(&app.world.app, &app.tenant), wish).await;
        let get = || limits(app.get(PATH).as_key(key.text.expose()));
        let [plan, fair] = [
            json!({"level": "plan", "requests_per_minute": 6_000, "burst": 1_000}),
            json!({"level": "override", "requests_per_minute": 30, "burst": 5, "reason": "a fair",
                "expires_at": "2026-01-15T12:00:10.000Z"}),
        ];
        let seen = get().await;
        assert_eq!(seen["policies"][0]["chain"], json!([plan, fair]));
        assert_eq!((&seen["policies"][0]["source"], &seen["policies"][0]["quota"]), (&json!("override"), &json!(30)));
        let own = json!({"level": "key", "requests_per_minute": 7, "burst": 5});
        assert_eq!(seen["policies"][1]["chain"], json!([plan, fair, own]));
        assert_eq!((&seen["policies"][1]["source"], &seen["policies"][1]["quota"]), (&json!("key"), &json!(7)));

        app.world.clock.advance_millis(10_000);
        let ended = get().await;
        assert_eq!((&ended["policies"][0]["source"], &ended["policies"][0]["chain"]), (&json!("plan"), &json!([plan])));
    }

    #[actix_web::test]
    async fn it_answers_where_nothing_is_left() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let of_tenant = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
        let grant = json!({"rate_limit": {"requests_per_minute": 1, "burst": 1}, "reason": "r"});
        let put = app.put(&of_tenant).as_bearer(&operator).from("127.0.0.1:4000").if_match("*").json(&grant);
        assert_eq!(put.send().await.status, 200);
        app.world.rates.count();
        while app.get("/api/v1/orders").send().await.status == 200 {}
        assert_eq!(limits(app.get(PATH)).await["policies"][0]["remaining"], 0);
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get(PATH).as_key(&narrow).send().await.problem(), "permission_denied");
    }
}
