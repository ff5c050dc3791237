//! `POST /api/v1/orders/{id}/cancel`: cancels an order.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::form::Form;
use crate::dto::order::{CancelOrderBody, OrderBody};
use crate::extract::permission::OrdersCancel;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_cancel, _, _, _>(cancel).once().if_match().refuses(&[Code::OrderInvalidTransition])
}

/// Cancel an order
///
/// A pending or confirmed order becomes cancelled, which is final. An order in processing needs a note, and a caller who holds
/// `orders:cancel_processing`. Cancelling a cancelled order changes nothing, keeps the first reason and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    operation_id = "orders_cancel",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = CancelOrderBody, example = json!(crate::dto::examples::cancel())),
    responses((
        status = 200,
        description = "The order, cancelled.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order_in("cancelled"))
    ))
)]
pub async fn cancel(call: Call<OrdersCancel, CancelOrderBody, OrderId>) -> Answer {
    let form = Form::of_order(&call).await?;
    let conditions = call.conditions(form.changed());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::cancel(&app, &ctx, path, body, conditions).await.map_err(|error| form.refused(error))?;

    respond::done(done, form.changed())
}

#[cfg(test)]
mod tests {
    use orderbase_application::{Code, Conditions, Place, orders, testing};
    use orderbase_kernel::{InvalidCode, OrderId};

    use crate::dto::order::CancelOrderBody;
    use crate::extract::{Faults, FromJson as _, json};
    use crate::problem::Problem;
    use crate::testing::{Sent, TestApp};
    use crate::v1::fixtures;

    fn ask(app: &TestApp, id: &str) -> Sent {
        app.post(&format!("/api/v1/orders/{id}/cancel"))
            .json(&serde_json::json!({"reason": "customer", "note": "Ordered twice."}))
    }

    #[actix_web::test]
    async fn takes_the_step_once() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm"]).await;
        app.world.clock.advance_millis(1_000);
        let answer = ask(&app, &id).key("k").send().await;
        let order = answer.json();
        let version = 3;
        assert_eq!((answer.status.as_u16(), order["status"].as_str()), (200, Some("cancelled")));
        assert_eq!(
            (order["version"].as_u64(), answer.header("etag")),
            (Some(version), format!("\"{version}\"").as_str())
        );
        assert_eq!(order["cancelled_at"], order["updated_at"]);
        assert_eq!(order["cancel"], serde_json::json!({"reason": "customer", "note": "Ordered twice."}));
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
        for (steps, from, allowed) in [(&["confirm", "process", "complete"][..], "completed", serde_json::json!([]))] {
            let id = fixtures::order_after(&app, steps).await;
            let before = app.get(&format!("/api/v1/orders/{id}")).send().await;
            let answer = ask(&app, &id).key("refused").send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (409, "order_invalid_transition"),
                "{steps:?}"
            );
            let problem = answer.json();
            assert_eq!((problem["from"].as_str(), problem["attempted"].as_str()), (Some(from), Some("cancel")));
            assert_eq!(problem["allowed"], allowed);
            assert_eq!(app.get(&format!("/api/v1/orders/{id}")).send().await.bytes, before.bytes);
        }
    }

    #[actix_web::test]
    async fn a_version_is_heeded_if_it_is_sent() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm"]).await;
        for stale in ["\"9\"", "W/\"2\"", "\"x\""] {
            let answer = ask(&app, &id).if_match(stale).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "version_conflict"), "{stale}");
            assert_eq!(answer.json()["current_version"], 2);
            assert_eq!(answer.header("etag"), "\"2\"");
        }
        assert_eq!(ask(&app, &id).if_match("nonsense").send().await.problem(), "invalid_header");
        assert_eq!(ask(&app, &id).if_match("\"9\", \"2\"").send().await.status, 200);
    }

    #[actix_web::test]
    async fn reason_and_note_have_their_bounds() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["cancel"]).await;
        let path = format!("/api/v1/orders/{id}/cancel");
        let cases = vec![
            ("/reason", serde_json::json!("expired"), Some("not_one_of")),
            ("/reason", serde_json::json!("Customer"), Some("not_one_of")),
            ("/reason", serde_json::json!(null), Some("null_not_allowed")),
            ("/note", serde_json::json!(""), Some("too_short")),
            ("/note", serde_json::json!("x".repeat(2_000)), None),
            ("/note", serde_json::json!("x".repeat(2_001)), Some("too_long")),
            ("/note", serde_json::json!("a\u{7}"), Some("control_character")),
            ("/note", serde_json::json!("a\n\tb"), None),
            ("/note", serde_json::json!(null), None),
            ("/extra", serde_json::json!(1), Some("unknown_field")),
        ];
        fixtures::judge(&app, &path, &serde_json::json!({"reason": "staff"}), cases).await;
        assert_eq!(app.post(&path).json(&serde_json::json!({})).send().await.faults(), ["#/reason required"]);
        // The first reason stays.
        assert_eq!(
            app.get(&format!("/api/v1/orders/{id}")).send().await.json()["cancel"],
            serde_json::json!({"reason": "other"})
        );
    }

    /// No key may hold `orders:cancel_processing`.
    #[actix_web::test]
    async fn an_order_in_processing_is_not_for_keys_to_cancel() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm", "process"]).await;
        let answer = ask(&app, &id).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"));
        assert_eq!(answer.json()["permission"], "orders:cancel_processing");
    }

    /// The permission stands before the note; who holds it, which no key does, is told of the note.
    #[actix_web::test]
    async fn an_order_in_processing_needs_a_note() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm", "process"]).await;
        let bare = app.post(&format!("/api/v1/orders/{id}/cancel")).json(&serde_json::json!({"reason": "other"}));
        assert_eq!(bare.send().await.problem(), "permission_denied");

        let sent: CancelOrderBody = json::read(br#"{"reason":"other"}"#).unwrap();
        let wish = sent.validate(&mut Faults::default()).unwrap();
        let all = testing::ctx(&app.world.app, &app.tenant);
        let id = OrderId::parse(&id).unwrap();
        let refused = orders::cancel(&app.world.app, &all, id, wish, Conditions::default()).await.unwrap_err();
        let problem = Problem::from(refused);
        assert_eq!(problem.code(), Code::ValidationFailed);
        let told: Vec<_> = problem.told_faults().iter().map(|fault| (fault.place.clone(), fault.code)).collect();
        assert_eq!(told, [(Place::Pointer("#/note".to_owned()), InvalidCode::Required)]);
    }
}
