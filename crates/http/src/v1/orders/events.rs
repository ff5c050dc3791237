//! `GET /api/v1/orders/{id}/events`: what happened to an order.

use orderbase_application::orders;
use orderbase_kernel::OrderId;

use super::query::{EventListParams, EventListQuery};
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
    responses((status = 200, description = "A page of events.", body = EventListBody<'_>, example = json!(crate::dto::examples::events())))
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
