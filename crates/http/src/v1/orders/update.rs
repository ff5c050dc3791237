//! `PATCH /api/v1/orders/{id}`: changes reference and metadata.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::form::Form;
use crate::dto::order::{OrderBody, UpdateOrderBody};
use crate::extract::permission::OrdersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[
        Code::ExternalReferenceTaken,
        Code::OrderNotEditable,
        Code::OrderEventLimit,
        Code::MetadataLimit,
    ])
}

/// Change reference or metadata
///
/// A merge patch (RFC 7396): absent members stay, null removes. Takes effect as a whole or not at all; a patch that changes nothing
/// has no effect.
#[utoipa::path(
    patch,
    path = "/api/v1/orders/{id}",
    operation_id = "orders_update",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = UpdateOrderBody, example = json!(crate::dto::examples::update_order())),
    responses((
        status = 200,
        description = "The order after the change.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order())
    ))
)]
pub async fn update(call: Call<OrdersWrite, UpdateOrderBody, OrderId>) -> Answer {
    let form = Form::of_order(&call).await?;
    let conditions = call.conditions(form.changed());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::update(&app, &ctx, path, body, conditions).await.map_err(|error| form.refused(error))?;

    respond::done(done, form.changed())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, id};

    #[actix_web::test]
    async fn changes_what_is_sent_and_keeps_the_rest() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}", id(&fixtures::order(&app).await));
        let cases: [(Value, Value, Value); 7] = [
            (json!({"external_reference": "r-1"}), json!("r-1"), json!({})),
            (json!({"metadata": {"a": 1.0, "b": {"c": "x"}}}), json!("r-1"), json!({"a": 1.0, "b": {"c": "x"}})),
            (json!({"metadata": {"a": null, "b": {"d": []}}}), json!("r-1"), json!({"b": {"c": "x", "d": []}})),
            (
                json!({"external_reference": null, "metadata": {"e": true}}),
                Value::Null,
                json!({"b": {"c": "x", "d": []}, "e": true}),
            ),
            (json!({"metadata": null}), Value::Null, json!({})),
            (json!({}), Value::Null, json!({})),
            (json!({"metadata": {"gone": null}}), Value::Null, json!({})),
        ];
        let mut version = 1;
        for (patch, reference, metadata) in cases {
            let answer = app.patch(&path).if_match(&format!("\"{version}\"")).json(&patch).send().await;
            assert_eq!(answer.status, 200, "{patch}: {answer:?}");
            let order = answer.json();
            assert_eq!((&order["external_reference"], &order["metadata"]), (&reference, &metadata), "{patch}");
            let after = order["version"].as_u64().unwrap();
            // The last two have no effect.
            assert_eq!(after, (version + 1).min(6), "{patch}");
            assert_eq!(answer.header("etag"), format!("\"{after}\""));
            version = after;
        }
        let merge = app.patch(&path).if_match("*").header("content-type", "application/merge-patch+json");
        assert_eq!(merge.bytes(r#"{"external_reference":"r-2"}"#).send().await.status, 200);
    }

    #[actix_web::test]
    async fn a_version_has_to_be_sent_and_to_stand() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}", id(&fixtures::order(&app).await));
        let patch = json!({"external_reference": "r"});
        let without = app.patch(&path).json(&patch).send().await;
        assert_eq!((without.status.as_u16(), without.problem().as_str()), (428, "precondition_required"));
        for stale in ["\"2\"", "W/\"1\"", "\"1x\"", "\"01\""] {
            let answer = app.patch(&path).if_match(stale).json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "version_conflict"), "{stale}");
        }
        for good in ["\"1\"", "*", "\"7\", \"2\"", "\"2-gz\""] {
            assert_eq!(app.patch(&path).if_match(good).json(&patch).send().await.status, 200, "{good}");
        }
        let invalid = app.patch(&path).json(&json!({"external_reference": ""})).send().await;
        assert_eq!(invalid.problem(), "validation_failed");
    }

    #[actix_web::test]
    async fn members_have_their_bounds() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}", id(&fixtures::order(&app).await));
        for (patch, fault) in [
            (json!({"external_reference": ""}), "#/external_reference too_short"),
            (json!({"external_reference": "x".repeat(129)}), "#/external_reference too_long"),
            (json!({"external_reference": 7}), "#/external_reference type"),
            (json!({"metadata": []}), "#/metadata type"),
            (json!({"metadata": {"a": "\u{0}"}}), "#/metadata/a control_character"),
            (json!({"status": "completed"}), "#/status unknown_field"),
            (json!({"customer_id": null}), "#/customer_id unknown_field"),
            (json!([]), "# type"),
        ] {
            let answer = app.patch(&path).if_match("*").json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{patch}");
        }
        let most = app.patch(&path).if_match("*").json(&json!({"external_reference": "x".repeat(128)})).send().await;
        assert_eq!(most.status, 200);
    }

    #[actix_web::test]
    async fn limits_hold_on_the_result_of_the_patch() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}", id(&fixtures::order(&app).await));
        let keys = |from: usize, to: usize| {
            json!((from..to).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>())
        };
        assert_eq!(app.patch(&path).if_match("*").json(&json!({"metadata": keys(0, 50)})).send().await.status, 200);
        let over = app.patch(&path).if_match("*").json(&json!({"metadata": {"one": 1}})).send().await;
        assert_eq!((over.status.as_u16(), over.problem().as_str()), (422, "metadata_limit"));
        assert_eq!(over.faults(), ["#/metadata too_many"]);
        let exchanged = app.patch(&path).if_match("*").json(&json!({"metadata": {"one": 1, "k0": null}})).send().await;
        assert_eq!(exchanged.status, 200);
    }

    #[actix_web::test]
    async fn a_reference_is_unique_and_final_in_the_end() {
        let app = TestApp::start().await;
        let first = id(&fixtures::order(&app).await);
        let set = |id: &str, reference: Value| {
            app.patch(&format!("/api/v1/orders/{id}"))
                .if_match("*")
                .json(&json!({"external_reference": reference}))
                .send()
        };
        assert_eq!(set(&first, json!("r")).await.status, 200);
        let second = fixtures::order_after(&app, &["cancel"]).await;
        let taken = set(&second, json!("r")).await;
        assert_eq!((taken.status.as_u16(), taken.problem().as_str()), (409, "external_reference_taken"));
        assert_eq!(taken.json()["existing_id"], json!(first));
        assert_eq!(set(&second, json!("s")).await.status, 200);
        let fixed = set(&second, json!("t")).await;
        assert_eq!((fixed.status.as_u16(), fixed.problem().as_str()), (409, "order_not_editable"));
        assert_eq!(fixed.json()["from"], "cancelled");
    }
}
