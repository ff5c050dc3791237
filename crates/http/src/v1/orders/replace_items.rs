//! `PUT /api/v1/orders/{id}/items`: replaces the list of items.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::form::Form;
use crate::dto::order::{OrderBody, ReplaceItemsBody, v2};
use crate::extract::permission::OrdersWrite;
use crate::extract::{ByVersion, Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_replace_items, _, _, _>(replace_items).if_match_required().refuses(&[
        Code::PlanLimitReached,
        Code::OrderNotEditable,
        Code::OrderEventLimit,
        Code::CustomerInactive,
        Code::OrderTotalOutOfRange,
        Code::CurrencyMismatch,
    ])
}

/// Replace all items
///
/// Gives a pending order of an active customer a whole new list of items; each gets a new id, and the total is computed anew. A list
/// that says the same as the present one has no effect.
#[utoipa::path(
    put,
    path = "/api/v1/orders/{id}/items",
    operation_id = "orders_replace_items",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = ReplaceItemsBody, example = json!(crate::dto::examples::replace_items())),
    responses((
        status = 200,
        description = "The order with its new items.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order())
    ))
)]
pub async fn replace_items(
    call: Call<OrdersWrite, ByVersion<ReplaceItemsBody, v2::ReplaceItemsBody>, OrderId>,
) -> Answer {
    let form = Form::of_order(&call).await?;
    let conditions = call.conditions(form.changed());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::replace_items(&app, &ctx, path, body, conditions).await.map_err(|error| form.refused(error))?;

    respond::done(done, form.changed())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{Received, TestApp};
    use crate::v1::fixtures::{self, id};

    async fn put(app: &TestApp, id: &str, tags: &str, body: &Value) -> Received {
        app.put(&format!("/api/v1/orders/{id}/items")).if_match(tags).json(body).send().await
    }

    #[actix_web::test]
    async fn replaces_the_whole_list() {
        let app = TestApp::start().await;
        let order = fixtures::order(&app).await;
        let id = id(&order);
        let items = json!({"items": [
            {"product_id": "sku-2", "quantity": 2, "unit_price": "5.5", "sku": "S", "name": "N"},
            {"product_id": "sku-1", "quantity": 3, "unit_price": "19.99"}
        ]});
        let answer = put(&app, &id, "\"1\"", &items).await;
        let after = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!((after["total_amount"].as_str(), after["item_count"].as_u64()), (Some("70.97"), Some(2)));
        assert_eq!(after["items"][0]["unit_price"], "5.50");
        assert_ne!(after["items"][1]["id"], order.json()["items"][0]["id"]);
        // The same content in the same order is no change.
        let again = put(&app, &id, "\"2\"", &items).await;
        assert_eq!((again.status.as_u16(), &again.bytes), (200, &answer.bytes));
    }

    #[actix_web::test]
    async fn a_version_has_to_be_sent_and_to_stand() {
        let app = TestApp::start().await;
        let id = id(&fixtures::order(&app).await);
        let items = json!({"items": [{"product_id": "p", "quantity": 1, "unit_price": "1"}]});
        let without = app.put(&format!("/api/v1/orders/{id}/items")).json(&items).send().await;
        assert_eq!((without.status.as_u16(), without.problem().as_str()), (428, "precondition_required"));
        for stale in ["\"2\"", "W/\"1\""] {
            let answer = put(&app, &id, stale, &items).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "version_conflict"));
        }
    }

    #[actix_web::test]
    async fn only_a_pending_order_of_an_active_customer_has_its_items_replaced() {
        let app = TestApp::start().await;
        let items = json!({"items": [{"product_id": "p", "quantity": 1, "unit_price": "1"}]});
        for (steps, from) in [(&["confirm"][..], "confirmed"), (&["cancel"], "cancelled")] {
            let id = fixtures::order_after(&app, steps).await;
            let answer = put(&app, &id, "*", &items).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, "order_not_editable"));
            assert_eq!(answer.json()["from"], from);
        }
        let order = fixtures::order(&app).await;
        let customer = order.json()["customer_id"].as_str().unwrap().to_owned();
        app.post(&format!("/api/v1/customers/{customer}/deactivate")).send().await;
        let answer = put(&app, &id(&order), "*", &items).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "customer_inactive"));
    }

    #[actix_web::test]
    async fn items_are_judged_as_in_a_new_order() {
        let app = TestApp::start().await;
        let id = id(&fixtures::order(&app).await);
        let line = |price: &str, quantity: i64| json!({"product_id": "p", "quantity": quantity, "unit_price": price});
        for (items, code, fault) in [
            (json!([]), "validation_failed", "#/items too_few"),
            (json!([line("1", 1), line("1.001", 1)]), "validation_failed", "#/items/1/unit_price amount_precision"),
            (json!([line("0", 1)]), "validation_failed", "#/items/0/unit_price out_of_range"),
            (json!([line("1", 0)]), "validation_failed", "#/items/0/quantity out_of_range"),
            (json!([line("99999999.99", 2)]), "order_total_out_of_range", "#/items/0 out_of_range"),
            (json!(vec![line("1", 1); 2_001]), "validation_failed", "#/items too_many"),
        ] {
            let answer = put(&app, &id, "*", &json!({"items": items})).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, code));
            assert_eq!(answer.faults(), [fault]);
        }
        let unknown = put(&app, &id, "*", &json!({"items": [], "currency": "EUR"})).await;
        assert_eq!(unknown.faults(), ["#/currency unknown_field"]);
    }
}
