//! `POST /api/v1/orders`: places an order.

use orderbase_application::{Code, orders};

use super::form::Form;
use crate::dto::order::{OrderBody, PlaceOrderBody, v2};
use crate::extract::permission::OrdersWrite;
use crate::extract::{ByVersion, Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_place, _, _, _>(place).once().creates().refuses(&[
        Code::CustomerNotFound,
        Code::ExternalReferenceTaken,
        Code::CustomerInactive,
        Code::OrderTotalOutOfRange,
        Code::CurrencyMismatch,
    ])
}

/// Place an order
///
/// Places an order for an active customer. The total is computed from the items, exactly; number, dates and status are the
/// server's. With an `Idempotency-Key` a repeated request gets the first answer; an `external_reference` guards for ever.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    operation_id = "orders_place",
    tag = "Orders",
    request_body(content = PlaceOrderBody, example = json!(crate::dto::examples::place_order())),
    responses((
        status = 201,
        description = "The order was placed.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order())
    ))
)]
pub async fn place(call: Call<OrdersWrite, ByVersion<PlaceOrderBody, v2::PlaceOrderBody>>) -> Answer {
    let form = Form::of_customer(&call, call.body.customer_id).await?;
    let conditions = call.conditions(form.placed());
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = orders::place(&app, &ctx, body, conditions).await.map_err(|error| form.refused(error))?;

    respond::done(done, form.placed())
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID, id, wish, with};

    const PATH: &str = "/api/v1/orders";

    #[actix_web::test]
    async fn places_an_order_and_tells_where_it_is() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let body = json!({
            "customer_id": customer,
            "currency": "usd",
            "external_reference": "web-77",
            "metadata": {"b": 1.50, "a": "x"},
            "items": [
                {"product_id": "sku-1", "quantity": 3, "unit_price": "19.99", "name": "Widget", "sku": null},
                {"product_id": "BANK CHARGES", "quantity": 1, "unit_price": "5"}
            ]
        });
        let text = body.to_string().replace(r#""b":1.5"#, r#""b":1.50"#);
        let answer = app.post(PATH).text(&text).send().await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let order = answer.json();
        let id = id(&answer);
        assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
        assert_eq!(answer.header("etag"), "\"1\"");
        let (one, other) = (order["items"][0]["id"].as_str().unwrap(), order["items"][1]["id"].as_str().unwrap());
        assert!(one < other && other.len() == 36);
        let expected = json!({
            "id": id, "number": 1001, "display_number": "1001", "customer_id": customer, "status": "pending", "currency": "USD",
            "total_amount": "64.97", "item_count": 2, "external_reference": "web-77", "metadata": {"a": "x", "b": 1.50},
            "items": [
                {"id": one, "product_id": "sku-1", "name": "Widget", "quantity": 3, "unit_price": "19.99", "line_total": "59.97"},
                {"id": other, "product_id": "BANK CHARGES", "quantity": 1, "unit_price": "5.00", "line_total": "5.00"}
            ],
            "allowed_transitions": ["confirm", "cancel"], "business_date": "2026-01-15",
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!(order, expected);
        // The number was passed on as it was written.
        assert!(std::str::from_utf8(&answer.bytes).unwrap().contains(r#""metadata":{"a":"x","b":1.50}"#));
        let read = app.get(answer.header("location")).send().await;
        assert_eq!((read.status.as_u16(), &read.bytes), (200, &answer.bytes));
    }

    #[actix_web::test]
    async fn every_member_has_its_bounds() {
        let app = TestApp::start().await;
        let body = with(&wish(&fixtures::customer(&app).await), "/metadata", json!({}));
        let long = |count: usize| json!("x".repeat(count));
        let cases = vec![
            ("/customer_id", json!("nonsense"), Some("pattern")),
            ("/customer_id", json!("{01980000-0000-7000-8000-0000000000c1}"), Some("pattern")),
            ("/currency", json!("JPY"), Some("currency_not_supported")),
            ("/currency", json!(""), Some("currency_not_supported")),
            ("/items", json!([]), Some("too_few")),
            ("/items/0/product_id", json!(""), Some("too_short")),
            ("/items/0/product_id", json!(" "), Some("too_short")),
            ("/items/0/product_id", long(1), None),
            ("/items/0/product_id", long(64), None),
            ("/items/0/product_id", long(65), Some("too_long")),
            ("/items/0/product_id", json!("a\u{0}"), Some("control_character")),
            ("/items/0/sku", json!(""), Some("too_short")),
            ("/items/0/sku", long(64), None),
            ("/items/0/sku", long(65), Some("too_long")),
            ("/items/0/sku", json!(null), None),
            ("/items/0/name", json!(""), Some("too_short")),
            ("/items/0/name", long(200), None),
            ("/items/0/name", json!("ä".repeat(200)), None),
            ("/items/0/name", long(201), Some("too_long")),
            ("/items/0/name", json!("a\nb"), Some("control_character")),
            ("/items/0/quantity", json!(0), Some("out_of_range")),
            ("/items/0/quantity", json!(-1), Some("out_of_range")),
            ("/items/0/quantity", json!(1), None),
            ("/items/0/quantity", json!(1_000_000), None),
            ("/items/0/quantity", json!(1_000_001), Some("out_of_range")),
            ("/items/0/quantity", json!(i64::MAX), Some("out_of_range")),
            ("/items/0/quantity", json!(u64::MAX), Some("out_of_range")),
            ("/items/0/quantity", json!(1e300), Some("out_of_range")),
            ("/items/0/quantity", json!(2.0), None),
            ("/items/0/quantity", json!(1.5), Some("type")),
            ("/items/0/quantity", json!("1"), Some("type")),
            ("/items/0/quantity", json!(null), Some("null_not_allowed")),
            ("/items/0/unit_price", json!("0.01"), None),
            ("/items/0/unit_price", json!("33333333.33"), None),
            ("/items/0/unit_price", json!("0"), Some("out_of_range")),
            ("/items/0/unit_price", json!("0.00"), Some("out_of_range")),
            ("/items/0/unit_price", json!("100000000"), Some("out_of_range")),
            ("/items/0/unit_price", json!("1.001"), Some("amount_precision")),
            ("/items/0/unit_price", json!("-1"), Some("pattern")),
            ("/items/0/unit_price", json!("1,00"), Some("pattern")),
            ("/items/0/unit_price", json!(19.99), Some("type")),
            ("/items/0/unit_price", json!(null), Some("null_not_allowed")),
            ("/items/0", json!(["sku-1", 1, "1"]), Some("type")),
            ("/items/0/line_total", json!("1.00"), Some("unknown_field")),
            ("/external_reference", json!(""), Some("too_short")),
            ("/external_reference", long(129), Some("too_long")),
            ("/external_reference", json!(" a"), Some("pattern")),
            ("/external_reference", json!("é"), Some("pattern")),
            ("/external_reference", json!("a\u{0}"), Some("control_character")),
            ("/external_reference", json!(null), None),
            ("/external_reference", long(128), None),
            ("/metadata", json!(null), None),
            ("/metadata", json!([]), Some("type")),
            ("/metadata/_a", json!(1), Some("reserved_key")),
            ("/metadata/a", json!("\u{0}"), Some("control_character")),
            ("/metadata/a", json!({"b": {"c": 1}}), None),
            ("/metadata/a", json!("x".repeat(8_184)), None),
            ("/status", json!("completed"), Some("unknown_field")),
            ("/tenant_id", json!(RANDOM_ID), Some("unknown_field")),
            ("/number", json!(7), Some("unknown_field")),
        ];
        fixtures::judge(&app, PATH, &body, cases).await;
    }

    #[actix_web::test]
    async fn metadata_has_its_limits() {
        let app = TestApp::start().await;
        let body = wish(&fixtures::customer(&app).await);
        let keys = |count: usize| (0..count).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>();
        for (metadata, fault) in [
            (json!(keys(50)), None),
            (json!(keys(51)), Some("#/metadata too_many")),
            (json!({"a": "x".repeat(8_185)}), Some("#/metadata too_large")),
            (json!({"x".repeat(64): 1}), None),
            (json!({"": 1}), Some("#/metadata/ too_short")),
            (json!({"a/b": 1}), Some("#/metadata/a~1b pattern")),
            (json!({"a": {"b": {"c": []}}}), Some("#/metadata/a/b/c too_deep")),
        ] {
            let answer = app.post(PATH).json(&with(&body, "/metadata", metadata)).send().await;
            match fault {
                None => assert_eq!(answer.status, 201, "{answer:?}"),
                Some(fault) => assert_eq!(
                    (answer.problem().as_str(), answer.faults()),
                    ("validation_failed", vec![fault.to_owned()])
                ),
            }
        }
        let long = with(&body, "/metadata", json!({"x".repeat(65): 1}));
        assert_eq!(
            app.post(PATH).json(&long).send().await.faults(),
            [format!("#/metadata/{} too_long", "x".repeat(65))]
        );
    }

    #[actix_web::test]
    async fn all_faults_come_at_once_and_no_value_is_echoed() {
        let app = TestApp::start().await;
        let body = json!({
            "customer_id": "SECRET-1",
            "currency": "SECRET-2",
            "external_reference": "SECRET-3\t",
            "metadata": {"_SECRET": 1},
            "items": [
                {"product_id": "p", "quantity": 1, "unit_price": "1"},
                {"product_id": "", "quantity": 0, "unit_price": "SECRET-4", "sku": "", "name": ""}
            ]
        });
        let answer = app.post(PATH).json(&body).send().await;
        assert_eq!(answer.problem(), "validation_failed");
        assert_eq!(
            answer.faults(),
            [
                "#/customer_id pattern",
                "#/currency currency_not_supported",
                "#/items/1/product_id too_short",
                "#/items/1/quantity out_of_range",
                "#/items/1/unit_price pattern",
                "#/items/1/sku too_short",
                "#/items/1/name too_short",
                "#/external_reference control_character",
                "#/metadata/_SECRET reserved_key",
            ]
        );
        let text = String::from_utf8(answer.bytes.to_vec()).unwrap().replace("#/metadata/_SECRET", "");
        assert!(!text.contains("SECRET"), "{text}");
    }

    #[actix_web::test]
    async fn what_is_missing_doubled_or_no_object_is_refused() {
        let app = TestApp::start().await;
        for (text, status, fault) in [
            (r#"{"currency":"USD","items":[]}"#, 422, "#/customer_id required"),
            (
                r#"{"customer_id":"a","customer_id":"b","currency":"USD","items":[]}"#,
                422,
                "#/customer_id duplicate_field",
            ),
            (
                r#"{"customer_id":"a","currency":"USD","items":[{"product_id":"a","product_id":"a"}]}"#,
                422,
                "#/items/0/product_id duplicate_field",
            ),
            (
                r#"{"customer_id":"a","currency":"USD","items":[{"product_id":"a","quantity":1}]}"#,
                422,
                "#/items/0/unit_price required",
            ),
            (r#"{"customer_id":"a","currency":"USD","items":{}}"#, 422, "#/items type"),
            (r#"{"customer_id":null,"currency":"USD","items":[]}"#, 422, "#/customer_id null_not_allowed"),
        ] {
            let answer = app.post(PATH).text(text).send().await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (status, vec![fault.to_owned()]), "{text}");
        }
        let doubled = r#""metadata":{"a":1,"a":2}}"#;
        let body = wish(RANDOM_ID).to_string();
        let text = format!("{},{doubled}", body.strip_suffix('}').unwrap());
        assert_eq!(app.post(PATH).text(&text).send().await.faults(), ["#/metadata/a duplicate_field"]);
        for broken in ["", "{", "[]x", "{\"a\":\"\\ud800\"}"] {
            let answer = app.post(PATH).text(broken).send().await;
            assert!(answer.status.is_client_error(), "{broken}: {answer:?}");
        }
    }

    #[actix_web::test]
    async fn items_end_at_two_thousand() {
        let app = TestApp::start().await;
        let body = wish(&fixtures::customer(&app).await);
        let lines = |count: usize| json!(vec![json!({"product_id": "p", "quantity": 1, "unit_price": "1"}); count]);
        let most = app.post(PATH).json(&with(&body, "/items", lines(2_000))).send().await;
        assert_eq!((most.status.as_u16(), most.json()["total_amount"].as_str()), (201, Some("2000.00")));
        let over = app.post(PATH).json(&with(&body, "/items", lines(2_001))).send().await;
        assert_eq!(
            (over.problem().as_str(), over.faults()),
            ("validation_failed", vec!["#/items too_many".to_owned()])
        );
    }

    #[actix_web::test]
    async fn totals_are_exact_and_capped() {
        let app = TestApp::start().await;
        let body = wish(&fixtures::customer(&app).await);
        for (items, outcome) in [
            (json!([{"product_id": "p", "quantity": 1, "unit_price": "99999999.99"}]), Ok("99999999.99")),
            (json!([{"product_id": "p", "quantity": 1_000_000, "unit_price": "99.99"}]), Ok("99990000.00")),
            (json!([{"product_id": "p", "quantity": 2, "unit_price": "50000000"}]), Err("#/items/0 out_of_range")),
            (
                json!([{"product_id": "p", "quantity": 1, "unit_price": "99999999.99"}, {"product_id": "p", "quantity": 1, "unit_price": "0.01"}]),
                Err("#/items out_of_range"),
            ),
        ] {
            let answer = app.post(PATH).json(&with(&body, "/items", items)).send().await;
            match outcome {
                Ok(total) => assert_eq!(answer.json()["total_amount"], total),
                Err(fault) => {
                    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "order_total_out_of_range"));
                    assert_eq!(answer.faults(), [fault]);
                }
            }
        }
    }

    #[actix_web::test]
    async fn the_customer_has_to_exist_here_and_be_active() {
        let app = TestApp::start().await;
        let (_, stranger) = app.tenant("other").await;
        let foreign = app.post("/api/v1/customers").as_key(&stranger).json(&json!({"name": "Eve"})).send().await;
        let unknown = app.post(PATH).json(&wish(RANDOM_ID)).send().await;
        let other = app.post(PATH).json(&wish(&id(&foreign))).send().await;
        assert_eq!((unknown.status.as_u16(), unknown.problem().as_str()), (404, "customer_not_found"));
        assert_eq!(fixtures::anonymous(&unknown), fixtures::anonymous(&other));
        assert_eq!(app.get(PATH).send().await.json()["data"], json!([]));

        let customer = fixtures::customer(&app).await;
        app.post(&format!("/api/v1/customers/{customer}/deactivate")).send().await;
        let inactive = app.post(PATH).json(&wish(&customer)).send().await;
        assert_eq!((inactive.status.as_u16(), inactive.problem().as_str()), (422, "customer_inactive"));
    }

    #[actix_web::test]
    async fn a_reference_stands_once() {
        let app = TestApp::start().await;
        let body = with(&wish(&fixtures::customer(&app).await), "/external_reference", json!("web-1"));
        let first = app.post(PATH).json(&body).send().await;
        let second = app.post(PATH).json(&body).send().await;
        assert_eq!((second.status.as_u16(), second.problem().as_str()), (409, "external_reference_taken"));
        assert_eq!(second.json()["existing_id"], first.json()["id"]);
    }

    #[actix_web::test]
    async fn a_key_takes_effect_once_and_repeats_the_same_bytes() {
        let app = TestApp::start().await;
        let body = wish(&fixtures::customer(&app).await);
        let first = app.post(PATH).json(&body).key("k-1").send().await;
        assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (201, ""));
        app.post(&format!("{}/confirm", first.header("location"))).send().await;
        // Quoted or bare, members in another order, blanks between: the same request.
        let text = body.to_string().replace(',', " , ");
        for (key, body) in [("k-1", &body.to_string()), ("\"k-1\"", &text)] {
            let again = app.post(PATH).text(body).key(key).send().await;
            assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
            assert_eq!(again.bytes, first.bytes);
            for header in ["content-type", "location", "etag"] {
                assert_eq!(again.header(header), first.header(header));
            }
            assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        }
        let reused = app.post(PATH).json(&with(&body, "/currency", json!("EUR"))).key("k-1").send().await;
        assert_eq!((reused.status.as_u16(), reused.problem().as_str()), (422, "idempotency_key_reused"));
        let other = app.key_with(Permission::ALL).await;
        assert_eq!(app.post(PATH).as_key(&other).json(&body).key("k-1").send().await.status, 201);
        assert_eq!(app.get(PATH).send().await.json()["data"].as_array().unwrap().len(), 2);
    }

    #[actix_web::test]
    async fn refusals_keep_no_key_and_burn_no_number() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let refused = app.post(PATH).json(&wish(RANDOM_ID)).key("k").send().await;
        assert_eq!(refused.status, 404);
        let placed = app.post(PATH).json(&wish(&customer)).key("k").send().await;
        assert_eq!((placed.status.as_u16(), placed.json()["number"].as_u64()), (201, Some(1001)));
        for bad in ["", "\"", "a\u{e9}"] {
            let answer = app.post(PATH).json(&wish(&customer)).header("idempotency-key", bad).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "invalid_header"), "{bad:?}");
        }
    }

    #[actix_web::test]
    async fn a_permission_is_needed() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let reader = app.key_with(&[Permission::OrdersRead]).await;
        let denied = app.post(PATH).as_key(&reader).json(&wish(&customer)).send().await;
        assert_eq!((denied.status.as_u16(), denied.problem().as_str()), (403, "permission_denied"));
        assert_eq!(denied.json()["permission"], "orders:write");
        assert_eq!(app.post(PATH).anonymous().json(&wish(&customer)).send().await.status, 401);
    }

    /// The largest order that a body of 512 KiB holds. Each line of the answer adds its id, its total and a decimal or two.
    #[actix_web::test]
    async fn the_largest_answer_is_known() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let line = json!({"product_id": "p".repeat(64), "quantity": 3, "unit_price": "19.99", "name": "n".repeat(135)});
        let body = with(&wish(&customer), "/items", json!(vec![line; 2_000]));
        let answer = app.post(PATH).json(&body).key("large").send().await;
        assert_eq!(answer.status, 201);
        let sent = body.to_string().len();
        assert!((510_000..512 * 1024).contains(&sent), "{sent} bytes");
        assert!(answer.bytes.len() < sent + 2_000 * 72, "{} bytes", answer.bytes.len());
        assert_eq!(app.post(PATH).json(&body).key("large").send().await.bytes, answer.bytes);
    }
}
