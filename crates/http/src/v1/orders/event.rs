//! `GET /api/v1/orders/{id}/events/{sequence}`: one event.

use orderbase_application::{Code, orders};
use orderbase_kernel::{OrderId, Version};

use crate::dto::event::EventBody;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_event, _, _, _>(event).refuses(&[Code::EventNotFound])
}

/// One event of an order
///
/// Events are numbered from 1 to the order's version, without gap.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}/events/{sequence}",
    operation_id = "orders_event",
    tag = "Orders",
    params(
        ("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
            example = "01980000-0000-7000-8000-0000000000a1"),
        ("sequence" = i64, Path, description = "The number of the event.", minimum = 1, maximum = 9007199254740991_i64, example = 2),
    ),
    responses((
        status = 200,
        description = "The event.",
        body = EventBody<'_>,
        example = json!(crate::dto::examples::event())
    ))
)]
pub async fn event(call: Call<OrdersRead, NoBody, (OrderId, Version)>) -> Answer {
    let (id, sequence) = call.path;
    let event = orders::event(call.app(), call.ctx(), id, sequence).await?;

    respond::plain(&EventBody::from(&event))
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID};

    #[actix_web::test]
    async fn each_version_has_its_event() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm"]).await;
        for (sequence, kind) in [(1, "order.created"), (2, "order.confirmed")] {
            let answer = app.get(&format!("/api/v1/orders/{id}/events/{sequence}")).send().await;
            let event = answer.json();
            assert_eq!((answer.status.as_u16(), event["type"].as_str()), (200, Some(kind)));
            assert_eq!(
                (event["sequence"].as_u64(), event["data"]["version"].as_u64()),
                (Some(sequence), Some(sequence))
            );
            assert_eq!(event["aggregate"], serde_json::json!({"type": "order", "id": id}));
            assert_eq!(
                (event["api_version"].as_str(), event["tenant_id"].as_str()),
                (Some("1"), Some(app.tenant.id().to_string().as_str()))
            );
            assert_eq!(
                (event["actor"]["type"].as_str(), event["timestamp"].as_str()),
                (Some("api_key"), Some("2026-01-15T12:00:00.000Z"))
            );
        }
    }

    #[actix_web::test]
    async fn what_is_not_there_and_what_is_no_sequence() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &[]).await;
        for (path, status, code) in [
            (format!("/api/v1/orders/{id}/events/2"), 404, "event_not_found"),
            (format!("/api/v1/orders/{RANDOM_ID}/events/1"), 404, "order_not_found"),
            (format!("/api/v1/orders/{id}/events/0"), 400, "invalid_parameter"),
            (format!("/api/v1/orders/{id}/events/01"), 400, "invalid_parameter"),
            (format!("/api/v1/orders/{id}/events/-1"), 400, "invalid_parameter"),
            (format!("/api/v1/orders/{id}/events/x"), 400, "invalid_parameter"),
            (format!("/api/v1/orders/{id}/events/99999999999999999999"), 400, "invalid_parameter"),
        ] {
            let answer = app.get(&path).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{path}");
        }
    }
}
