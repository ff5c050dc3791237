//! `GET /api/v1/orders`: a page of orders.

use orderbase_application::orders;
use orderbase_application::views::OrderPosition;

use super::query::{OrderListParams, OrderListQuery};
use crate::dto::order::OrderListBody;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List orders
///
/// Whole orders, page by page. Follow the `Link` with `rel="next"`, or send `next_cursor` as `cursor` with the same filters, until
/// `has_more` is false. By amount orders are listed within one currency and without other filters. A page may end before `limit`
/// where its orders have very many items.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    operation_id = "orders_list",
    tag = "Orders",
    params(OrderListParams),
    responses((status = 200, description = "A page of orders.", body = OrderListBody<'_>, example = json!(crate::dto::examples::orders())))
)]
pub async fn list(call: Call<OrdersRead, NoBody, (), OrderListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let list = orders::list(app, ctx, &query.page(after), query.extras).await?;

    let last = list.page.rows.last().map(|order| OrderPosition { id: order.id, total_minor: order.total.minor() });
    let next = paging::next(app, &bound, list.page.has_more, last);
    let body = OrderListBody::new(&list, next.as_deref(), ctx.tenant.settings().order_prefix());
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/orders", next.as_deref());
    respond::list(&body, &links)
}
