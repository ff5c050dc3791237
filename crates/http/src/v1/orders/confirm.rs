//! `POST /api/v1/orders/{id}/confirm`: confirms a pending order.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::form::Form;
use crate::dto::order::OrderBody;
use crate::extract::permission::OrdersProcess;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_confirm, _, _, _>(confirm).once().if_match().refuses(&[Code::OrderInvalidTransition])
}

/// Confirm an order
///
/// A pending order becomes confirmed; its items are fixed from then on. Confirming a confirmed order changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/confirm",
    operation_id = "orders_confirm",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    responses((
        status = 200,
        description = "The order, confirmed.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order_in("confirmed"))
    ))
)]
pub async fn confirm(call: Call<OrdersProcess, NoBody, OrderId>) -> Answer {
    let form = Form::of_order(&call).await?;
    let conditions = call.conditions(form.changed());
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = orders::confirm(&app, &ctx, path, conditions).await.map_err(|error| form.refused(error))?;

    respond::done(done, form.changed())
}

#[cfg(test)]
mod tests {
    use crate::testing::{Sent, TestApp};
    use crate::v1::fixtures;

    fn ask(app: &TestApp, id: &str) -> Sent {
        app.post(&format!("/api/v1/orders/{id}/confirm"))
    }

    #[actix_web::test]
    async fn takes_the_step_once() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &[]).await;
        app.world.clock.advance_millis(1_000);
        let answer = ask(&app, &id).key("k").send().await;
        let order = answer.json();
        let version = 2;
        assert_eq!((answer.status.as_u16(), order["status"].as_str()), (200, Some("confirmed")));
        assert_eq!(
            (order["version"].as_u64(), answer.header("etag")),
            (Some(version), format!("\"{version}\"").as_str())
        );
        assert_eq!(order["confirmed_at"], order["updated_at"]);
        // Asked for again without the key it is reached already: the same order, no event. With the key it is the first answer.
        let again = ask(&app, &id).send().await;
        assert_eq!(
            (again.status.as_u16(), &again.bytes, again.header("idempotent-replayed")),
            (200, &answer.bytes, "")
        );
        let replayed = ask(&app, &id).key("k").send().await;
        assert_eq!(
            (replayed.status.as_u16(), &replayed.bytes, replayed.header("idempotent-replayed")),
            (200, &answer.bytes, "true")
        );
        let read = app.get(&format!("/api/v1/orders/{id}")).send().await;
        assert_eq!((&read.bytes, read.header("etag")), (&answer.bytes, answer.header("etag")));
    }

    #[actix_web::test]
    async fn other_states_refuse_it() {
        let app = TestApp::start().await;
        for (steps, from, allowed) in [
            (&["confirm", "process"][..], "processing", serde_json::json!(["complete", "cancel"])),
            (&["cancel"][..], "cancelled", serde_json::json!([])),
        ] {
            let id = fixtures::order_after(&app, steps).await;
            let before = app.get(&format!("/api/v1/orders/{id}")).send().await;
            let answer = ask(&app, &id).key("refused").send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (409, "order_invalid_transition"),
                "{steps:?}"
            );
            let problem = answer.json();
            assert_eq!((problem["from"].as_str(), problem["attempted"].as_str()), (Some(from), Some("confirm")));
            assert_eq!(problem["allowed"], allowed);
            assert_eq!(app.get(&format!("/api/v1/orders/{id}")).send().await.bytes, before.bytes);
        }
    }

    #[actix_web::test]
    async fn a_version_is_heeded_if_it_is_sent() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &[]).await;
        for stale in ["\"9\"", "W/\"1\"", "\"x\""] {
            let answer = ask(&app, &id).if_match(stale).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "version_conflict"), "{stale}");
            assert_eq!(answer.json()["current_version"], 1);
            assert_eq!(answer.header("etag"), "\"1\"");
        }
        assert_eq!(ask(&app, &id).if_match("nonsense").send().await.problem(), "invalid_header");
        assert_eq!(ask(&app, &id).if_match("\"9\", \"1\"").send().await.status, 200);
    }
}
