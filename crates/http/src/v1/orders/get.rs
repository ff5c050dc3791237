//! `GET /api/v1/orders/{id}`: one order.

use actix_web::http::header::HeaderValue;
use orderbase_application::orders::{self, OrderFound};
use orderbase_application::views::{CustomerView, OrderView};
use orderbase_kernel::OrderId;

use super::form::shown;
use super::query::OrderGetQuery;
use crate::dto::order::{OrderBody, v2};
use crate::etag;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::version::ApiVersion;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One order
///
/// The order with its items. In version 1 `expand=customer` adds the customer, as version 2 always does, and needs `customers:read`
/// too; the entity tag then names the versions of both.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    operation_id = "orders_get",
    tag = "Orders",
    params(
        ("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
            example = "01980000-0000-7000-8000-0000000000a1"),
        ("expand" = Option<String>, Query, description = "What to add: `customer`.", pattern = "^customer$", max_length = 8,
            nullable = false),
    ),
    responses((
        status = 200,
        description = "The order.",
        body = OrderBody<'_>,
        example = json!(crate::dto::examples::order())
    ))
)]
pub async fn get(call: Call<OrdersRead, NoBody, OrderId, OrderGetQuery>) -> Answer {
    let expand = call.query.expand_customer || call.version == ApiVersion::V2;
    let OrderFound { order, customer } = orders::get(call.app(), call.ctx(), call.path, expand).await?;

    let (known, prefix) = (&call.if_none_match, call.ctx().tenant.settings().order_prefix());
    let tag = tag(&order, customer.as_ref());
    match call.version {
        ApiVersion::V1 => respond::tagged(known, tag, &OrderBody::new(&order, prefix).with_customer(customer.as_ref())),
        ApiVersion::V2 => respond::tagged(known, tag, &v2::OrderBody::new(&order, prefix, customer.as_ref())),
    }
}

/// The bytes with a customer are others than those without, and change with it.
fn tag(order: &OrderView, customer: Option<&CustomerView>) -> HeaderValue {
    match customer {
        None => etag::of_version(order.version),
        Some(customer) => etag::of_variant(order.version, shown(customer)),
    }
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID};

    #[actix_web::test]
    async fn a_reader_who_has_it_gets_no_body() {
        let app = TestApp::start().await;
        let placed = fixtures::order(&app).await;
        let path = placed.header("location").to_owned();
        let answer = app.get(&path).send().await;
        assert_eq!((answer.status.as_u16(), &answer.bytes, answer.header("etag")), (200, &placed.bytes, "\"1\""));
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*", "\"1-gz\""] {
            let answer = app.get(&path).if_none_match(known).send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.bytes.len(), answer.header("etag")),
                (304, 0, "\"1\""),
                "{known}"
            );
            assert_eq!(answer.header("cache-control"), "private, no-cache");
        }
        for other in ["\"2\"", "\"1-c1\"", "\"\""] {
            assert_eq!(app.get(&path).if_none_match(other).send().await.status, 200, "{other}");
        }
        assert_eq!(app.get(&path).if_none_match("nonsense").send().await.problem(), "invalid_header");
        let upper = path.replace(&fixtures::id(&placed), &fixtures::id(&placed).to_uppercase());
        assert_eq!(app.get(&upper).send().await.bytes, placed.bytes);
    }

    #[actix_web::test]
    async fn the_customer_can_be_shown_beside_it() {
        let app = TestApp::start().await;
        let order = fixtures::order(&app).await;
        let path = format!("{}?expand=customer", order.header("location"));
        let customer = order.json()["customer_id"].clone();
        let answer = app.get(&path).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1-c1\""));
        assert_eq!(answer.json()["customer"], json!({"id": customer, "name": "Ada", "status": "active"}));
        assert_eq!(app.get(&path).if_none_match("\"1\"").send().await.status, 200);
        assert_eq!(app.get(&path).if_none_match("\"1-c1\"").send().await.status, 304);
        app.post(&format!("/api/v1/customers/{}/deactivate", customer.as_str().unwrap())).send().await;
        assert_eq!(app.get(&path).send().await.header("etag"), "\"1-c2\"");
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get(&path).as_key(&narrow).send().await.problem(), "permission_denied");
        assert_eq!(app.get(order.header("location")).as_key(&narrow).send().await.status, 200);
        for (query, code) in [
            ("expand=items", "validation_failed"),
            ("expand=", "validation_failed"),
            ("expand=customer&expand=customer", "invalid_parameter"),
            ("include=customer", "unknown_parameter"),
        ] {
            assert_eq!(
                app.get(&format!("{}?{query}", order.header("location"))).send().await.problem(),
                code,
                "{query}"
            );
        }
    }

    #[actix_web::test]
    async fn what_is_not_there_and_what_is_no_id() {
        let app = TestApp::start().await;
        let missing = app.get(&format!("/api/v1/orders/{RANDOM_ID}")).send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "order_not_found"));
        for text in ["x", "01980000000070008000000000000001", "%7B01980000-0000-7000-8000-0000000000c1%7D", "1001"] {
            let answer = app.get(&format!("/api/v1/orders/{text}")).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "invalid_parameter"), "{text}");
            assert_eq!(answer.faults(), ["id pattern"]);
        }
    }
}
