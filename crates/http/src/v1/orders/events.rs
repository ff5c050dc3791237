//! `GET /api/v1/orders/{id}/events`: what happened to an order.

use orderbase_application::orders;
use orderbase_kernel::OrderId;

use super::params::EventListParams;
use super::query::EventListQuery;
use crate::dto::event::{EventBody, EventListBody};
use crate::dto::shown::Rows;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_events, _, _, _>(events).pages()
}

/// The history of an order
///
/// The order's events in the order of their numbers, from 1 to its version, without gap.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}/events",
    operation_id = "orders_events",
    tag = "Orders",
    params(
        ("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
            example = "01980000-0000-7000-8000-0000000000a1"),
        EventListParams,
    ),
    responses((
        status = 200,
        description = "A page of events.",
        body = EventListBody<'_>,
        example = json!(crate::dto::examples::events())
    ))
)]
pub async fn events(call: Call<OrdersRead, NoBody, OrderId, EventListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id(), call.path);
    let after = paging::after(app, &bound, query.cursor.as_deref())?.or(query.after);

    let page = orders::timeline(app, ctx, call.path, after, query.limit).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|event| event.sequence));
    let body = EventListBody {
        data: Rows { rows: &page.rows, body: EventBody::from },
        next_cursor: next.as_deref(),
        has_more: page.has_more,
    };
    let path = format!("/api/v1/orders/{}/events", call.path);
    respond::list(&body, &query.sent.links(&call.shared().options.public_url, &path, next.as_deref()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID};

    #[actix_web::test]
    async fn the_history_is_walked_in_order() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm", "process", "complete"]).await;
        let path = format!("/api/v1/orders/{id}/events");
        let whole = app.get(&path).send().await.json();
        assert_eq!((whole["has_more"].as_bool(), &whole["next_cursor"]), (Some(false), &json!(null)));
        let kinds: Vec<_> = whole["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
        assert_eq!(
            json!(kinds),
            json!(["order.created", "order.confirmed", "order.processing_started", "order.completed"])
        );
        assert!(whole.get("total").is_none());

        let mut seen = Vec::new();
        let mut query = "?limit=3".to_owned();
        loop {
            let page = app.get(&format!("{path}{query}")).send().await;
            let body = page.json();
            seen.extend(body["data"].as_array().unwrap().iter().map(|event| event["sequence"].as_u64().unwrap()));
            assert!(page.header("link").contains("rel=\"first\""));
            match body["next_cursor"].as_str() {
                Some(cursor) => {
                    assert!(
                        page.header("link")
                            .contains(&format!("<http://127.0.0.1:8080{path}?limit=3&cursor={cursor}>; rel=\"next\""))
                    );
                    query = format!("?limit=1&cursor={cursor}");
                }
                None => break,
            }
        }
        assert_eq!(seen, [1, 2, 3, 4]);
        let behind = app.get(&format!("{path}?after=3")).send().await.json();
        assert_eq!(behind["data"].as_array().unwrap().len(), 1);
        assert_eq!(app.get(&format!("{path}?after=0")).send().await.json()["data"].as_array().unwrap().len(), 4);
        assert_eq!(app.get(&format!("{path}?after=9")).send().await.json()["data"], json!([]));
        assert_eq!(app.get(&format!("{path}?after=9007199254740991")).send().await.json()["data"], json!([]));
    }

    #[actix_web::test]
    async fn cursors_belong_to_one_order() {
        let app = TestApp::start().await;
        let id = fixtures::order_after(&app, &["confirm"]).await;
        let other = fixtures::order_after(&app, &["confirm"]).await;
        let page = app.get(&format!("/api/v1/orders/{id}/events?limit=1")).send().await.json();
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(
            app.get(&format!("/api/v1/orders/{other}/events?cursor={cursor}")).send().await.problem(),
            "invalid_cursor"
        );
        for (query, status, code) in [
            ("limit=0", 422, "validation_failed"),
            ("limit=101", 422, "validation_failed"),
            ("limit=x", 400, "invalid_parameter"),
            ("after=-1", 422, "validation_failed"),
            ("after=9007199254740992", 422, "validation_failed"),
            ("sort=created_at", 400, "unknown_parameter"),
            ("expand=customer", 400, "unknown_parameter"),
        ] {
            let answer = app.get(&format!("/api/v1/orders/{id}/events?{query}")).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{query}");
        }
        assert_eq!(app.get(&format!("/api/v1/orders/{RANDOM_ID}/events")).send().await.problem(), "order_not_found");
    }
}
